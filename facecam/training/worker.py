"""The process that trains: `python -m facecam.training.worker RUN_FOLDER`.

Alone in loading TensorFlow. Speaks lines of JSON on its standard output, see `wire`; a line `stop` on its standard
input, or the end of it because whoever started this is gone, stops it after the present step. With `TF_CONFIG` several
machines train one run together, whose folder they share.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from facecam.core.errors import DependencyError, FacecamError, TrainingError
from facecam.core.events import CancelToken, Event, EventSink, Notice
from facecam.core.extras import how_to_add_tensorflow
from facecam.core.words import counted
from facecam.training.run import protocol
from facecam.training.run.folder import RunFolder
from facecam.training.run.job import read_job
from facecam.training.run.machines import is_follower, kept_apart, machines, require_possible

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
    try:
        if not is_follower():  # To which nobody speaks.
            threading.Thread(target=_obey, args=(cancel,), daemon=True).start()
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
    require_possible(job)
    if machines() > 1 and not is_follower():
        others = f"Waiting for {counted(machines() - 1, 'other machine')}."
        on_event(Notice(others, f"There: python -m facecam.training.worker {run.path}"))
    with kept_apart(job) if is_follower() else contextlib.nullcontext(job) as own, _all_together():
        device = choose_device(job.device, job.options)
        from facecam.training.trainer.trainer import Trainer

        return {**Trainer(own, device, on_event, cancel).run(), "device": device.words}


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
