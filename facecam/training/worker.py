"""The process that trains: `python -m facecam.training.worker RUN_FOLDER`.

Alone in loading TensorFlow. Speaks and is stopped as `run.protocol` says.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

from facecam.core.errors import DependencyError
from facecam.core.events import CancelToken, EventSink
from facecam.core.extras import how_to_add_tensorflow
from facecam.training.run import protocol
from facecam.training.run.folder import RunFolder
from facecam.training.run.job import read_job

#: A training takes every core for minutes: the window and recognition come first.
_POLITENESS = 10


def run_job(run: RunFolder, on_event: EventSink, cancel: CancelToken) -> dict[str, object]:
    """Train what the run folder asks for; see `Trainer.run`, and `device`, where it was."""
    job = read_job(run)
    try:
        from facecam.training.trainer.devices import (
            choose_device,
        )  # TensorFlow takes seconds: after the job was read.
    except ImportError as error:
        raise DependencyError(
            f"TensorFlow does not start: {error}", hint=f"{how_to_add_tensorflow()}."
        ) from error
    device = choose_device(job.device, job.options)
    from facecam.training.trainer.trainer import Trainer

    return {**Trainer(job, device, on_event, cancel).run(), "device": device.words}


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(_POLITENESS)
    folder = RunFolder(Path(sys.argv[1]))
    protocol.leave(protocol.serve(partial(run_job, folder), CancelToken()))
