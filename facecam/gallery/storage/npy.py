"""The .npy format as plain bytes: numbers and texts only, never Python objects.

`numpy.load` believes the header and allocates what it claims; here the size is
compared with what is really there first, so a damaged or hostile file cannot
ask for memory. Objects (pickles) are refused by their header.
"""

from __future__ import annotations

import io
import math

import numpy as np

_MAGIC = b"\x93NUMPY"
_PLAIN_KINDS = "biufSU"  # truth values, integers, floats, bytes, texts
_HEADER_READERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


class NotAnArray(ValueError):
    """The bytes are no array of numbers or texts; the message says why."""


class PickledData(NotAnArray):
    """The bytes hold pickled Python objects, which could run any program when read."""


def npy_bytes(array: np.ndarray) -> bytes:
    """`array` as the content of a .npy file."""
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def parse_npy(content: bytes) -> np.ndarray:
    """The array in the content of a .npy file: read-only, without a copy.

    Raises:
        PickledData: it holds Python objects, or is a pickle itself.
        NotAnArray: another format, cut off, too long, or a broken header.
    """
    if content[:1] == b"\x80":
        raise PickledData("it is a pickle, not an array")
    if not content.startswith(_MAGIC):
        raise NotAnArray("it is not in NumPy's .npy format")
    shape, fortran, dtype, start = _header(content)
    if dtype.hasobject:
        raise PickledData("it holds pickled Python objects")
    if dtype.kind not in _PLAIN_KINDS or not dtype.itemsize:
        raise NotAnArray(f"it holds neither numbers nor texts but {dtype}")
    expected = math.prod(shape) * dtype.itemsize
    if len(content) - start != expected:
        raise NotAnArray(f"it holds {len(content) - start} bytes of numbers where {expected} belong")
    values = np.frombuffer(content, np.uint8, offset=start).view(dtype) if expected else np.empty(0, dtype)
    try:
        return values.reshape(shape, order="F" if fortran else "C")
    except ValueError as error:  # (0, 10**30)
        raise NotAnArray("its shape is impossible") from error


def _header(content: bytes) -> tuple[tuple[int, ...], bool, np.dtype, int]:
    stream = io.BytesIO(content)
    try:
        reader = _HEADER_READERS[np.lib.format.read_magic(stream)]
        shape, fortran, dtype = reader(stream)
    except Exception as error:  # whatever literal_eval and dtype make of damaged bytes
        raise NotAnArray(f"its header is broken ({type(error).__name__})") from error
    if any(length < 0 for length in shape):
        raise NotAnArray("its header is broken (negative length)")
    return shape, fortran, dtype, stream.tell()
