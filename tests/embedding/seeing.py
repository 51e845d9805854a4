"""Networks whose vector is what they were shown, so that a test can read it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openvino as ov
from openvino import Node
from openvino import opset13 as ops

from facecam.core.types import Box, FloatArray, ImageArray
from facecam.embedding.embedder import Embedder
from facecam.runtime.card import InputSpec
from facecam.runtime.compiled import CompiledNetwork
from tests.runtime.tiny import card_for

SIDE_PX = 16
Landmarks = Callable[[ImageArray, Box], FloatArray]
NO_MEAN, NO_STD = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)


def input_spec(**changes: Any) -> InputSpec:
    """16×16 NHWC, given 0…255 as it is."""
    values: dict[str, Any] = {
        "height": SIDE_PX,
        "width": SIDE_PX,
        "layout": "NHWC",
        "mean": NO_MEAN,
        "std": NO_STD,
        "normalised_inside": False,
    }
    return InputSpec(**{**values, **changes})


def flattened(image: Node) -> Node:
    """All values of each picture in the order of its layout."""
    return ops.reshape(image, np.array([0, -1]), special_zero=True)


def embedder(
    folder: Path,
    spec: InputSpec | None = None,
    *,
    answer: Callable[[Node], Node] = flattened,
    batch: int = -1,
    landmarker: Landmarks | None = None,
    **card: Any,
) -> Embedder:
    """An embedder that answers `answer(input)`; `batch` −1 takes any number of chips at a time."""
    spec = spec or input_spec()
    sides = [spec.height, spec.width]
    shape = [batch, 3, *sides] if spec.layout == "NCHW" else [batch, *sides, 3]
    image = ops.parameter(shape, np.float32, name="image")
    ov.save_model(ov.Model([answer(image)], [image]), folder / "model.xml", compress_to_fp16=False)
    files = {name: folder / name for name in ("model.xml", "model.bin")}
    values = {"input": spec, "chip_size_px": SIDE_PX, "dimensions": 3 * spec.height * spec.width, **card}
    return Embedder(card_for("seeing", files, **values), CompiledNetwork(files["model.xml"]), landmarker)


def unit(values: np.ndarray | Sequence[np.ndarray]) -> np.ndarray:
    """Each row, flattened, divided by its norm."""
    rows = np.asarray(values, np.float64).reshape(len(values), -1)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))
