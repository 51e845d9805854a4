"""Conversion of published detector networks (ONNX, TensorFlow Lite) to the runtime's own files."""

from __future__ import annotations

from pathlib import Path

import openvino as ov
from openvino.preprocess import PrePostProcessor

from facecam.core.errors import WeightsError
from facecam.runtime.compiled import read_network
from facecam.runtime.package_files import SET_UP_AGAIN


def export_centerface(source: Path, target: Path) -> None:
    """`centerface.onnx` → `target/model.xml`: uint8 (N, H, W, 3) RGB of any size that is a multiple of 32.

    Raises:
        WeightsError: the file is not that network, or could not be written.
    """
    model = read_network(source)
    _require(source, model, outputs=4)
    try:
        # Published for ten pictures of 32×32; the layers themselves take any size.
        model.reshape({0: ov.PartialShape([-1, 3, -1, -1])})
        steps = PrePostProcessor(model)
        steps.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
        steps.input().model().set_layout(ov.Layout("NCHW"))
        model = steps.build()
    except RuntimeError as error:
        raise WeightsError(f"{source} is not CenterFace: {error}", hint=SET_UP_AGAIN) from error
    _save(model, target / "model.xml")


def export_mediapipe(source: Path, target: Path) -> None:
    """`face_detection_full_range.tflite` or `face_landmark.tflite` → `target/model.xml`: float32 (1, 192, 192, 3) RGB.

    The first in −1…1, the second in 0…1.

    Raises:
        WeightsError: the file is not that network, or could not be written.
    """
    model = read_network(source)
    _require(source, model, outputs=2)
    _save(model, target / "model.xml")


def _require(source: Path, model: ov.Model, outputs: int) -> None:
    if (len(model.inputs), len(model.outputs)) != (1, outputs):
        raise WeightsError(
            f"{source} has {len(model.inputs)} inputs and {len(model.outputs)} outputs, not 1 and {outputs}",
            hint=SET_UP_AGAIN,
        )


def _save(model: ov.Model, path: Path) -> None:
    try:
        ov.save_model(model, path, compress_to_fp16=False)
    except RuntimeError as error:
        raise WeightsError(
            f"{path} could not be written: {error}", hint="Free some space and repeat."
        ) from error
