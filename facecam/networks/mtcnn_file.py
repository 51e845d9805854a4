"""Reader of the weight files of the package `mtcnn`: a pickled list of arrays in an LZ4 frame.

A pickle is a program, so this one runs with nothing to call: the three names it may mention
are replaced by records that only remember what they are told. The format is joblib's: where
an array belongs, the pickle builds a `NumpyArrayWrapper` (shape, order, dtype) and the array's
bytes follow in the stream, after one byte saying how many bytes of padding come first.
"""

from __future__ import annotations

import io
import math
import pickle
from pathlib import Path
from typing import Any

import lz4.frame
import numpy as np

from facecam.core.errors import WeightsError
from facecam.core.paths import readable_os_errors
from facecam.core.types import FloatArray

#: Bytes. The largest of the three files holds 1.6 MB; more is no MTCNN, but a decompression bomb.
MAX_CONTENT_BYTES = 64 * 1024**2

_CURE = "Install the package mtcnn again; its weight files are in mtcnn/assets/weights."
_FLOAT_CODES = {"f4": 4, "f8": 8}


def read_mtcnn_weights(path: Path) -> list[FloatArray]:
    """The arrays of one weight file of the package `mtcnn`, in the order of the file.

    Args:
        path: `pnet.lz4`, `rnet.lz4` or `onet.lz4`.

    Returns:
        float32 arrays: convolution kernels (height, width, in, out), biases (out,), PReLU slopes,
        matrices (in, out).

    Raises:
        WeightsError: the file is missing, truncated, damaged, or its pickle asks for anything
            but arrays of numbers. Nothing that the file names is imported or called.
    """
    stream = io.BytesIO(_decompressed(path))
    try:
        stored = _ArraysOnly(stream).load()
        return [_array_of(item) for item in stored]
    except WeightsError:
        raise
    # Broken pickles raise nearly anything: EOFError, IndexError, AttributeError, MemoryError, ….
    except Exception as error:
        raise WeightsError(f"{path} is not a weight file of mtcnn: {error}", hint=_CURE) from error


def _decompressed(path: Path) -> bytes:
    if not path.is_file():
        raise WeightsError(f"the weight file {path} is missing", hint=_CURE)
    with readable_os_errors("read", path):
        packed = path.read_bytes()
    decompressor = lz4.frame.LZ4FrameDecompressor()
    try:
        content: bytes = decompressor.decompress(packed, max_length=MAX_CONTENT_BYTES)
    except RuntimeError as error:
        raise WeightsError(f"{path} is not LZ4 data: {error}", hint=_CURE) from error
    if not decompressor.eof:
        raise WeightsError(f"{path} is truncated, or larger than an MTCNN can be", hint=_CURE)
    return content


class _ArraysOnly(pickle.Unpickler):
    """Unpickles lists of numbers' arrays; every other name is refused."""

    def __init__(self, stream: io.BytesIO) -> None:
        # A BytesIO cannot be peeked, so the unpickler takes from it no byte more than it needs,
        # and the arrays' bytes are found where the pickle stops to build the array.
        super().__init__(stream)
        self._records = _record_classes(stream)

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        record = self._records.get((module_name, global_name))
        if record is None:
            raise pickle.UnpicklingError(f"it asks for {module_name}.{global_name}, which is refused")
        return record


class _StoredArray:
    """What stands for an array in the loaded list."""

    array: FloatArray


def _record_classes(stream: io.BytesIO) -> dict[tuple[str, str], type]:
    # Made anew for every file, so that a pickle that alters them alters nothing of ours.
    class Wrapper(_StoredArray):
        def __setstate__(self, state: dict[str, Any]) -> None:
            self.array = _read_array(stream, state)

    class Kind:
        pass

    class NumberType:
        def __init__(self, code: str, *flags: bool) -> None:
            self.code, self.order = code, "<"

        def __setstate__(self, state: tuple[Any, ...]) -> None:
            self.order = state[1]

    return {
        ("joblib.numpy_pickle", "NumpyArrayWrapper"): Wrapper,
        ("numpy", "ndarray"): Kind,
        ("numpy", "dtype"): NumberType,
    }


def _read_array(stream: io.BytesIO, state: dict[str, Any]) -> FloatArray:
    code, byte_order, shape = state["dtype"].code, state["dtype"].order, state["shape"]
    if code not in _FLOAT_CODES or byte_order not in "<>" or state["order"] not in ("C", "F"):
        raise pickle.UnpicklingError(f"an array of type {code!r}, order {state['order']!r}")
    if not all(isinstance(length, int) and length >= 0 for length in shape):
        raise pickle.UnpicklingError(f"an array of shape {shape}")
    if state.get("numpy_array_alignment_bytes") is not None:
        stream.seek(stream.read(1)[0], io.SEEK_CUR)
    wanted = math.prod(shape) * _FLOAT_CODES[code]
    content = stream.read(wanted)
    if len(content) != wanted:
        raise EOFError(f"{wanted} bytes of an array expected, {len(content)} left")
    values = np.frombuffer(content, dtype=byte_order + code).astype(np.float32)
    return values.reshape(shape, order=state["order"])


def _array_of(item: object) -> FloatArray:
    if not isinstance(item, _StoredArray):
        raise pickle.UnpicklingError(f"a list of arrays expected, {type(item).__name__} found in it")
    return item.array
