"""The process that trains a student: python -m facecam.training.distil RUN.

Events go to stdout as JSON lines. It stops, saving where it is, when stdin
says so or ends: a parent that was killed leaves no orphan behind.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

from facecam.core.errors import FacecamError
from facecam.core.events import Event
from facecam.training.distil.event_lines import event_line
from facecam.training.distil.plan import DistilPlan, read_plan


def main(run: Path) -> int:
    """Train; returns the exit code: 0 finished or stopped, 2 a fault that was told of."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # Whatever a library prints must not look like an event.

    def tell(event: Event) -> None:
        events.write(event_line(event))
        events.flush()

    stop = threading.Event()
    threading.Thread(target=_listen, args=(stop,), name="stop", daemon=True).start()
    try:
        plan = read_plan(run)
        _prepare_tensorflow(plan)
        from facecam.training.distil.loop import Distillation

        distillation = Distillation(run, plan, tell, stop.is_set)
        finished = distillation.train()
        if finished:
            distillation.finish()
    except FacecamError as error:
        events.write(json.dumps({"error": [type(error).__name__, error.message, error.hint]}) + "\n")
        events.flush()
        return 2
    return 0


def _listen(stop: threading.Event) -> None:
    sys.stdin.buffer.readline()
    stop.set()


def _prepare_tensorflow(plan: DistilPlan) -> None:
    """Set what has to be set before TensorFlow is imported and before it starts."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # Off by default on processors without AVX-512, where it is more than twice as fast too.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(plan.options.threads)
    if _reduced(plan.options.precision):
        keras.mixed_precision.set_global_policy("mixed_bfloat16")


def _reduced(precision: str) -> bool:
    from facecam.runtime.compiled import processor_precisions

    return precision == "bf16" or (precision == "auto" and "bf16" in processor_precisions())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
