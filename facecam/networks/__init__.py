"""Networks: Keras definitions of those that are trained, and those that only run, for OpenVINO (`ir`).

Which library computes for Keras is chosen here, before any module of this package imports it: TensorFlow, whatever a
user prefers elsewhere by `KERAS_BACKEND`. Distillation alone also runs on JAX, with `FACECAM_KERAS_BACKEND=jax`.
"""

import contextlib
import os
import sys
from collections.abc import Iterator

os.environ["KERAS_BACKEND"] = os.environ.get("FACECAM_KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
#: What Keras has wrappers for, which nobody uses here: a quarter of the time that it takes to import.
_WRAPPED = ("sklearn", "matplotlib")


@contextlib.contextmanager
def keras_alone() -> Iterator[None]:
    """While the block runs, which imports Keras, what it only wraps cannot be imported; afterwards it can."""
    hidden = [name for name in _WRAPPED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
