"""Inspection of an unknown embedder from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

import openvino as ov

from facecam.core.errors import WeightsError
from facecam.runtime.compiled import read_network

#: Shorter sides than this are channels, not a picture.
MIN_SIDE_PX = 16
MAX_SIDE_PX = 4096

_EXPORT_HINT = "Export it again: one RGB image in, one vector per image out."
#: Without these two no network can be read; the second is the last thing most exporters write.
_GRAPH_FIELD, _OPSET_FIELD = 7, 8
_LAST_FIELD = 2**29
_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class EmbedderShape:
    """Input and output of an embedder.

    Attributes:
        layout: `NCHW` or `NHWC`.
        height: of the input, px.
        width: of the input, px.
        dimensions: length of the vector.
    """

    layout: Literal["NCHW", "NHWC"]
    height: int
    width: int
    dimensions: int


def inspect_embedder(
    path: Path, *, input_size: tuple[int, int] | None = None, least_values: int = 2
) -> EmbedderShape:
    """Find out how an `.onnx` embedder wants to be fed, without running it.

    Args:
        path: the file; its name may end differently.
        input_size: (height, width), px, for networks that leave it open.
        least_values: a shorter answer is no vector.

    Raises:
        WeightsError: not ONNX, broken off, or not one RGB image in and one vector out.
    """
    _check_container(path)
    network = _read(path)
    image = _only_input(path, network)
    _only(path, network.outputs, "outputs", "one vector")
    layout = _layout(path, image)
    height, width = _size_px(path, image, layout, input_size)
    batch = image.partial_shape[0]
    if batch.is_static and batch.get_length() != 1:
        raise _refusal(
            path, f"takes {batch.get_length()} pictures at a time", "Export it for 1 or any number."
        )
    dimensions = _dimensions(path, network, layout, height, width)
    if dimensions < least_values:
        raise _refusal(path, f"gives {dimensions} value per picture, expected a vector")
    return EmbedderShape(layout=layout, height=height, width=width, dimensions=dimensions)


def _read(path: Path) -> ov.Model:
    try:
        return read_network(path)
    except WeightsError as error:
        # The general hint is about our own models.
        raise WeightsError(error.message, hint="Copy or download it again, or export it again.") from error


def _only(path: Path, ports: Sequence[ov.Output], what: str, expected: str) -> ov.Output:
    if len(ports) != 1:
        names = ", ".join(min(port.names, default="") or "unnamed" for port in ports) or "none"
        raise _refusal(path, f"has {len(ports)} {what} ({names}), expected {expected}")
    return ports[0]


def _only_input(path: Path, network: ov.Model) -> ov.Output:
    image = _only(path, network.inputs, "inputs", "one image")
    kind = image.element_type.get_type_name()
    if kind != "f32":
        raise _refusal(path, f"takes {kind} values, expected an image of float32 (f32)")
    return image


def _layout(path: Path, image: ov.Output) -> Literal["NCHW", "NHWC"]:
    shape = image.partial_shape
    if shape.rank.is_dynamic or len(shape) != 4:
        raise _refusal(
            path, f"takes values of shape {shape}, expected an image (batch, 3 colours, height, width)"
        )
    if _is_colors(shape[1]) and not _is_colors(shape[3]):
        return "NCHW"
    if _is_colors(shape[3]) and not _is_colors(shape[1]):
        return "NHWC"
    raise _refusal(path, f"takes values of shape {shape}, in which the 3 colours cannot be told")


def _is_colors(side: ov.Dimension) -> bool:
    return bool(side.is_static and side.get_length() == 3)


def _size_px(
    path: Path, image: ov.Output, layout: str, input_size: tuple[int, int] | None
) -> tuple[int, int]:
    sides = [image.partial_shape[axis] for axis in ((2, 3) if layout == "NCHW" else (1, 2))]
    if input_size is None and any(side.is_dynamic for side in sides):
        raise _refusal(
            path,
            f"leaves the size of its picture open (shape {image.partial_shape})",
            "Say what it was trained with: --input-size 112 (or HEIGHTxWIDTH).",
        )
    asked_px = input_size or (0, 0)
    size_px = [
        side.get_length() if side.is_static else asked for side, asked in zip(sides, asked_px, strict=True)
    ]
    if input_size is not None and tuple(size_px) != input_size:
        raise _refusal(
            path, f"takes pictures of {size_px[0]}x{size_px[1]} px only", "Leave out --input-size."
        )
    if not all(MIN_SIDE_PX <= side <= MAX_SIDE_PX for side in size_px):
        raise _refusal(path, f"takes pictures of {size_px[0]}x{size_px[1]} px, which can hold no face")
    return size_px[0], size_px[1]


def _dimensions(path: Path, network: ov.Model, layout: str, height: int, width: int) -> int:
    try:
        # With every input side known, the length of the vector follows.
        network.reshape([1, 3, height, width] if layout == "NCHW" else [1, height, width, 3])
    except RuntimeError as error:
        raise _refusal(
            path, f"cannot take pictures of {height}x{width} px", "Give the --input-size it was trained with."
        ) from error
    shape = network.outputs[0].partial_shape
    if shape.is_dynamic or len(shape) != 2 or shape[0].get_length() != 1:
        raise _refusal(path, f"gives values of shape {shape} for one picture, expected one vector [1,N]")
    return int(shape[1].get_length())


def _refusal(path: Path, problem: str, hint: str = _EXPORT_HINT) -> WeightsError:
    return WeightsError(f"{path} {problem}", hint=hint)


def _check_container(path: Path) -> None:
    """Tell "not ONNX" from "broken off" by walking the outermost protobuf fields.

    The runtime's own message is the same for both, and for foreign files it
    also writes parser noise to stderr.
    """
    if not path.is_file():
        raise WeightsError(f"{path} is missing", hint="Check the spelling of the path.")
    try:
        with open(path, "rb") as file:
            head = file.read(64)
            size = file.seek(0, 2)
            file.seek(0)
            whole = _is_model(file, size)
    except OSError as error:
        raise _refusal(path, f"cannot be read: {error.strerror}", "Check that you may read it.") from error
    if whole is None or head[:1] != b"\x08":
        raise _refusal(path, f"is not an ONNX file{_guess(head)}", "Give the .onnx file of a network.")
    if not whole:
        raise _refusal(path, f"breaks off after {size} bytes", "Copy or download it again.")


def _is_model(file: BinaryIO, size: int) -> bool | None:
    """True: complete, with graph and opset; False: broken off; None: something else."""
    seen: set[int] = set()
    while file.tell() < size:
        key = _read_varint(file)
        if key is None:
            return False
        number, kind = key >> 3, key & 7
        if not 0 < number < _LAST_FIELD or kind not in (_VARINT, _FIXED_64, _BYTES, _FIXED_32):
            return None
        length = _read_varint(file) if kind in (_VARINT, _BYTES) else {_FIXED_64: 8, _FIXED_32: 4}[kind]
        if length is None or (kind != _VARINT and length > size - file.tell()):
            return False
        if kind != _VARINT:
            file.seek(length, 1)
        seen.add(number)
    return {_GRAPH_FIELD, _OPSET_FIELD} <= seen


def _read_varint(file: BinaryIO) -> int | None:
    value = 0
    for shift in range(0, 70, 7):
        byte = file.read(1)
        if not byte:
            return None
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return value
    return _LAST_FIELD << 3  # Longer than any number: the caller sees an impossible field.


def _guess(head: bytes) -> str:
    if not head:
        return " but empty"
    if head.startswith((b"PK", b"\x80")):
        return " but perhaps a PyTorch file"
    if head.startswith(b"version https://git-lfs"):
        return " but the placeholder git keeps for a large file"
    if head.lstrip()[:1] == b"<":
        return " but a web page"
    return ""
