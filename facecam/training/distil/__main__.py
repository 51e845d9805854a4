"""The process that trains a student: python -m facecam.training.distil RUN.

It talks as `training.wire` says. It stops, saving where it is, when stdin
says so or ends: a parent that was killed leaves no orphan behind.

By hand, on a machine with a card, where a run was carried that `distil --prepare` made:
`FACECAM_KERAS_BACKEND=jax python -m facecam.training.distil RUN --alone`; SIGINT and SIGTERM stop it then. It needs
numpy, OpenCV, Keras and JAX (or TensorFlow), and of this program no more than the folder `facecam`.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO

from facecam.core.errors import FacecamError
from facecam.core.events import Event, Notice
from facecam.training.distil.computing import prepare
from facecam.training.distil.plan import TRAINED_FILE, WEIGHTS_FILE, read_plan
from facecam.training.run.protocol import error_to_line, event_to_line, result_to_line


def main(run: Path, *, alone: bool = False) -> int:
    """Train; returns the exit code: 0 finished or stopped, 2 a fault that was told of.

    Args:
        run: its folder.
        alone: nobody is at the other end of stdin; signals stop it.
    """
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # Whatever a library prints must not look like one of our lines.
    stop = threading.Event()
    if alone:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
    else:
        threading.Thread(target=_listen, args=(stop,), name="stop", daemon=True).start()
    try:
        _train(run, said, stop)
    except FacecamError as error:
        _say(said, error_to_line(error))
        return 2
    return 0


def _train(run: Path, said: TextIO, stop: threading.Event) -> None:
    def tell(event: Event) -> None:
        _say(said, event_to_line(event))

    plan = read_plan(run)
    trained = (run / TRAINED_FILE).is_file()  # Elsewhere, perhaps.
    if not trained:
        computing = prepare(
            plan.options, plan.device
        )  # Keras takes seconds to import: after the plan was read.
        from facecam.training.distil.loop import Distillation

        tell(Notice(f"{computing.words}, {computing.policy}"))
        trained = Distillation(run, plan, computing, tell, stop.is_set).train()
    if trained and find_spec("openvino") is None:  # A machine that lent its card only.
        carried = (
            f"Carry {WEIGHTS_FILE} and {TRAINED_FILE} to where the run was prepared: distil --resume RUN"
        )
        tell(Notice("the student is trained", carried))
        trained = False
    _say(said, result_to_line({"stopped": not trained, **(_exported(run) if trained else {})}))


def _exported(run: Path) -> dict[str, Any]:
    from facecam.training.distil.student import export_student

    return export_student(run)


def _say(said: TextIO, line: str) -> None:
    said.write(f"{line}\n")
    said.flush()


def _listen(stop: threading.Event) -> None:
    # Not sys.stdin: its lock, held while waiting, would break Python's orderly end.
    os.read(0, 64)
    stop.set()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), alone="--alone" in sys.argv[2:]))
