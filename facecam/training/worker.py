"""The process that trains: `python -m facecam.training.worker RUN_FOLDER`.

Alone in loading TensorFlow. Speaks and is stopped as `core.children` says. With `TF_CONFIG` several machines train one
run together, whose folder they share.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from facecam.core.children import leave, serve
from facecam.core.errors import DependencyError, TrainingError
from facecam.core.events import CancelToken, EventSink, Notice
from facecam.core.extras import how_to_add_tensorflow
from facecam.core.words import counted
from facecam.networks import keras_alone
from facecam.training.run.folder import RunFolder
from facecam.training.run.job import read_job
from facecam.training.run.machines import is_follower, kept_apart, machines, require_possible

#: A training takes every core for minutes: the window and recognition come first.
_POLITENESS = 10


def run_job(run: RunFolder, on_event: EventSink, cancel: CancelToken) -> dict[str, object]:
    """Train what the run folder asks for; see `Trainer.run`, and `device`, where it was."""
    job = read_job(run)
    try:
        with keras_alone():  # TensorFlow takes seconds: after the job was read.
            from facecam.training.trainer.devices import choose_device
    except ImportError as error:
        raise DependencyError(
            f"TensorFlow does not start: {error}", hint=f"{how_to_add_tensorflow()}."
        ) from error
    require_possible(job)
    if machines() > 1 and not is_follower():
        others = f"Waiting for {counted(machines() - 1, 'other machine')}."
        on_event(Notice(others, f"There: python -m facecam.training.worker {run.path}"))
    with kept_apart(job) if is_follower() else contextlib.nullcontext(job) as own, _all_together():
        device = choose_device(job.device, job.options, run.read_arithmetic())
        if not is_follower():
            run.note_arithmetic(device.words, device.policy)
        from facecam.training.trainer.trainer import Trainer

        return {**Trainer(own, device, on_event, cancel).run(), "device": device.words}


def be_polite() -> None:
    """Lower this process to `_POLITENESS`; one whose program was begun lower stays where it is."""
    if hasattr(os, "nice"):
        os.nice(max(0, _POLITENESS - os.nice(0)))


@contextlib.contextmanager
def _all_together() -> Iterator[None]:
    """Says in two lines that another machine is gone."""
    from tensorflow.errors import OpError

    try:
        yield
    except OpError as error:
        if machines() == 1:
            raise
        raise TrainingError(
            f"the machines do not train together any more: {str(error).splitlines()[0]}",
            hint="Start it again on all, `train --resume` on the first: it goes on from the newest checkpoint.",
        ) from error


if __name__ == "__main__":
    be_polite()
    folder = RunFolder(Path(sys.argv[1]))
    leave(serve(partial(run_job, folder), CancelToken(), alone=is_follower()))
