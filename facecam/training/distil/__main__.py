"""The process that trains a student: python -m facecam.training.distil RUN.

It speaks and is stopped as `core.children` says.

By hand, on a machine with a card, where a run was carried that `distil --prepare` made:
`FACECAM_KERAS_BACKEND=jax python -m facecam.training.distil RUN --alone`; SIGINT and SIGTERM stop it then. It needs
numpy, OpenCV, Keras and JAX (or TensorFlow), and of this program no more than the folder `facecam`.
"""

from __future__ import annotations

import signal
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from facecam.core.children import leave, serve
from facecam.core.events import CancelToken, EventSink, Notice
from facecam.training.distil.computing import prepare
from facecam.training.distil.plan import TRAINED_FILE, WEIGHTS_FILE, read_plan
from facecam.training.run.folder import RunFolder


def train(run: Path, tell: EventSink, cancel: CancelToken) -> dict[str, Any]:
    """Train the student of a run folder, and export it where that can be done."""
    plan = read_plan(run)
    trained = (run / TRAINED_FILE).is_file()  # Elsewhere, perhaps.
    if not trained:
        # Keras takes seconds to import: after the plan was read.
        folder = RunFolder(run)
        computing = prepare(plan.options, plan.device, folder.read_arithmetic())
        folder.note_arithmetic(computing.words, computing.policy)
        from facecam.training.distil.loop import Distillation

        tell(Notice(f"{computing.words}, {computing.policy}"))
        trained = Distillation(run, plan, computing, tell, lambda: cancel.cancelled).train()
    if trained and find_spec("openvino") is None:  # A machine that lent its card only.
        carried = (
            f"Carry {WEIGHTS_FILE} and {TRAINED_FILE} to where the run was prepared: distil --resume RUN"
        )
        tell(Notice("the student is trained", carried))
        trained = False
    return {"stopped": not trained, **(_exported(run) if trained else {})}


def _exported(run: Path) -> dict[str, Any]:
    from facecam.training.distil.student import export_student

    return export_student(run)


if __name__ == "__main__":
    token, by_hand = CancelToken(), "--alone" in sys.argv[2:]
    if by_hand:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: token.cancel())
    leave(serve(partial(train, Path(sys.argv[1])), token, alone=by_hand))
