"""The process that trains: `python -m facecam.training.worker RUN_FOLDER`.

Alone in loading TensorFlow. Speaks lines of JSON on its standard output, see `wire`; a line `stop` on its standard
input, or the end of it because whoever started this is gone, stops it after the present step.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from facecam.core.errors import DependencyError, FacecamError
from facecam.core.events import CancelToken, Event, EventSink
from facecam.core.extras import how_to_add_tensorflow
from facecam.training.run import protocol
from facecam.training.run.folder import RunFolder
from facecam.training.run.job import read_job

#: A training takes every core for minutes: the window and recognition come first.
_POLITENESS = 10


def main(arguments: Sequence[str]) -> int:
    """Train the run of a folder; returns the exit code."""
    speech = _claim_output()
    lock = threading.Lock()

    def say(line: str) -> None:
        with lock:
            try:
                print(line, file=speech, flush=True)
            except (BrokenPipeError, ValueError):
                cancel.cancel()  # Nobody listens any more.

    def on_event(event: Event) -> None:
        say(protocol.event_to_line(event))

    cancel = CancelToken()
    threading.Thread(target=_obey, args=(cancel,), daemon=True).start()
    try:
        say(protocol.result_to_line(run_job(RunFolder(Path(arguments[0])), on_event, cancel)))
    except FacecamError as error:
        say(protocol.error_to_line(error))
        return 2
    return 0


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


def _claim_output() -> TextIO:
    """Keep the pipe for our lines, and send whatever libraries print to the log."""
    pipe = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return os.fdopen(pipe, "w", encoding="utf-8")


def _obey(cancel: CancelToken) -> None:
    for line in sys.stdin:
        if line.strip() == "stop":
            break
    cancel.cancel()


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(_POLITENESS)
    code = main(sys.argv[1:])
    sys.stderr.flush()
    # Threads of TensorFlow may still be at work and would hold the process up.
    os._exit(code)
