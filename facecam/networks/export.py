"""Export of a Keras model to the files the runtime reads. Imports TensorFlow."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import keras

from facecam.core.errors import WeightsError


@contextlib.contextmanager
def full_precision() -> Iterator[None]:
    """What is built inside computes in float32."""
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(policy)


def export_openvino(model: keras.Model, path: Path) -> None:
    """Write `model` as OpenVINO IR.

    Args:
        model: any functional Keras model.
        path: ends in `.xml`; the `.bin` is written beside it.

    Raises:
        WeightsError: nothing usable was written.
    """
    model.export(str(path), format="openvino", verbose=False)
    if not path.is_file() or not path.with_suffix(".bin").is_file():
        raise WeightsError(
            f"exporting {model.name} wrote no network to {path}", hint="Check the disk and repeat."
        )
