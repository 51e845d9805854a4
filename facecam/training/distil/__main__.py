"""The process that trains a student: python -m facecam.training.distil RUN.

It talks as `training.wire` says. It stops, saving where it is, when stdin
says so or ends: a parent that was killed leaves no orphan behind.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import TextIO

from facecam.core.errors import FacecamError
from facecam.core.events import Event
from facecam.training.distil.plan import read_plan
from facecam.training.run.protocol import error_to_line, event_to_line, result_to_line


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
    _prepare_tensorflow(plan.options.threads, plan.options.arithmetic)
    from facecam.training.distil.loop import Distillation  # imports TensorFlow

    def tell(event: Event) -> None:
        _say(said, event_to_line(event))

    distillation = Distillation(run, plan, tell, stop.is_set)
    finished = distillation.train()
    outcome = distillation.finish() if finished else {}
    _say(said, result_to_line({"stopped": not finished, **outcome}))


def _say(said: TextIO, line: str) -> None:
    said.write(f"{line}\n")
    said.flush()


def _listen(stop: threading.Event) -> None:
    # Not sys.stdin: its lock, held while waiting, would break Python's orderly end.
    os.read(0, 64)
    stop.set()


def _prepare_tensorflow(threads: int, arithmetic: str) -> None:
    """Set what has to be set before TensorFlow is imported and before it starts."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # Off by default on processors without AVX-512, where a step takes half as long with it.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    if _reduced(arithmetic):
        keras.mixed_precision.set_global_policy("mixed_bfloat16")


def _reduced(arithmetic: str) -> bool:
    from facecam.runtime.compiled import processor_precisions

    return arithmetic == "mixed_bfloat16" or (arithmetic == "auto" and "bf16" in processor_precisions())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
