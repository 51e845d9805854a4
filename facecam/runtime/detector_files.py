"""Conversion of published detector networks (ONNX, TensorFlow Lite) to the runtime's own files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
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


def export_strided(
    source: Path, target: Path, *, outputs: int, bgr: bool, normalised: bool
) -> tuple[int, int] | None:
    """A fetched `.onnx` detector → `target/model.xml`: uint8 (1, H, W, 3) RGB of any sides that are multiples of 32.

    Args:
        source: float32 (1, 3, H, W) to `outputs` answers.
        target: a folder.
        outputs: how many answers it must have.
        bgr: whether it wants blue first.
        normalised: whether it wants −1…1, as (x − 127.5) / 128, and not 0…255.

    Returns:
        (height, width) where it takes pictures of one size only; else None.

    Raises:
        WeightsError: it is another network, answers the same to every picture, or could not be written.
    """
    model = read_network(source)
    if (len(model.inputs), len(model.outputs)) != (1, outputs):
        raise WeightsError(
            f"{source.name} has {len(model.inputs)} inputs and {len(model.outputs)} outputs, not 1 and {outputs}",
            hint="It is another network than the published one; nothing has changed.",
        )
    steps = PrePostProcessor(model)
    picture = steps.input()
    picture.tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
    picture.model().set_layout(ov.Layout("NCHW"))
    picture.preprocess().convert_element_type(ov.Type.f32)
    if normalised:
        picture.preprocess().mean(127.5).scale(128.0)
    if bgr:
        picture.preprocess().reverse_channels()
    size_px = _opened(model)
    try:
        model = steps.build()
        _require_answers(source, model, size_px or (320, 256))
    except RuntimeError as error:
        raise WeightsError(
            f"{source.name} cannot be run: {str(error).splitlines()[-1]}",
            hint="Use another detector; nothing has changed.",
        ) from error
    _save(model, target / "model.xml")
    return size_px


def _opened(model: ov.Model) -> tuple[int, int] | None:
    """Have a network take pictures of any size, if it can; else its own size, (height, width) px."""
    before = model.inputs[0].partial_shape
    try:
        # Two sizes, as what it was exported for may be written into its layers.
        for shape in ([1, 3, 320, 256], [1, 3, 640, 640], [1, 3, -1, -1]):
            model.reshape({0: ov.PartialShape(shape)})
    except RuntimeError:
        height, width = (side.get_length() if side.is_static else 640 for side in (before[2], before[3]))
        model.reshape({0: ov.PartialShape([1, 3, height, width])})
        return height, width
    return None


def _require_answers(source: Path, model: ov.Model, size_px: tuple[int, int]) -> None:
    """Two pictures must not get the same answers, as those of a network of zeros are."""
    run = ov.Core().compile_model(model, "CPU")
    generator = np.random.default_rng(0)
    pictures = [generator.integers(0, high, (1, *size_px, 3), np.uint8) for high in (60, 255)]
    first, second = ([np.array(one) for one in run(picture).values()] for picture in pictures)
    answers = list(zip(first, second, strict=True))
    if not all(np.isfinite(one).all() for pair in answers for one in pair) or all(
        np.array_equal(one, other) for one, other in answers
    ):
        raise WeightsError(
            f"{source.name} answers the same to every picture, or nothing that is a number",
            hint="It is not the network it is said to be, or was exported wrongly; nothing has changed.",
        )


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
