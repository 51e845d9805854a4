"""The process that trains a student: python -m facecam.training.distil RUN.

It talks as `training.wire` says. It stops, saving where it is, when stdin
says so or ends: a parent that was killed leaves no orphan behind.

By hand on a machine with a card, where a run was carried that `distil --prepare` made:
`FACECAM_KERAS_BACKEND=jax python -m facecam.training.distil RUN < /dev/tty`. It needs numpy, OpenCV, Keras and JAX
(or TensorFlow), and of this program no more than the folder `facecam`.
"""

from __future__ import annotations

import os
import sys
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import TextIO

from facecam.core.errors import FacecamError
from facecam.core.events import Event, Notice
from facecam.training.distil.computing import prepare
from facecam.training.distil.plan import read_plan
from facecam.training.wire import error_to_line, event_to_line, result_to_line


def main(run: Path) -> int:
    """Train; returns the exit code: 0 finished or stopped, 2 a fault that was told of."""
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # Whatever a library prints must not look like one of our lines.
    stop = threading.Event()
    threading.Thread(target=_listen, args=(stop,), name="stop", daemon=True).start()
    try:
        _train(run, said, stop)
    except FacecamError as error:
        _say(said, error_to_line(error))
        return 2
    return 0


def _train(run: Path, said: TextIO, stop: threading.Event) -> None:
    plan = read_plan(run)
    computing = prepare(plan.options)  # Keras takes seconds to import: after the plan was read.
    from facecam.training.distil.loop import Distillation

    def tell(event: Event) -> None:
        _say(said, event_to_line(event))

    tell(Notice(f"{computing.words}, {computing.policy}", ""))
    distillation = Distillation(run, plan, computing, tell, stop.is_set)
    finished = distillation.train()
    if finished and find_spec("openvino") is None:  # A machine that was lent its card only.
        tell(
            Notice(
                "the student is trained; carry its folder home", "There: python main.py distil --resume RUN"
            )
        )
        finished = False
    outcome = distillation.finish() if finished else {}
    _say(said, result_to_line({"stopped": not finished, **outcome}))


def _say(said: TextIO, line: str) -> None:
    said.write(f"{line}\n")
    said.flush()


def _listen(stop: threading.Event) -> None:
    # Not sys.stdin: its lock, held while waiting, would break Python's orderly end.
    os.read(0, 64)
    stop.set()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
