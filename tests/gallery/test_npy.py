from __future__ import annotations

import io
import pickle

import numpy as np
import pytest

from facecam.gallery.storage.npy import NotAnArray, PickledData, npy_bytes, parse_npy


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12, dtype=np.float32).reshape(3, 4),
        np.asfortranarray(np.arange(12.0).reshape(3, 4)),
        np.empty((0, 128), np.float32),
        np.array(["Ada", "李雷"]),
        np.array([b"Ada"]),
        np.float64(3.5) * np.ones(()),
        np.arange(3, dtype=">i4"),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
def test_round_trip(array: np.ndarray) -> None:
    parsed = parse_npy(npy_bytes(array))
    assert parsed.dtype == array.dtype
    assert np.array_equal(parsed, array)
    assert not parsed.flags.writeable or not parsed.size


def test_pickles_are_refused_unread() -> None:
    objects = io.BytesIO()
    np.save(objects, np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
    for content in (objects.getvalue(), pickle.dumps({"a": 1})):
        with pytest.raises(PickledData):
            parse_npy(content)


def test_cut_off_or_too_long() -> None:
    content = npy_bytes(np.arange(5.0))
    for length in range(len(content)):
        with pytest.raises(NotAnArray):
            parse_npy(content[:length])
    with pytest.raises(NotAnArray, match="41 bytes of numbers where 40 belong"):
        parse_npy(content + b"\0")


def _with_header(header: str) -> bytes:
    padded = header.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded.encode("latin1")


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000000,)}",  # would be 4 PB
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 10000000000000000000000)}",
        "{'descr': '<U0', 'fortran_order': False, 'shape': (1000000000000,)}",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (0,)}",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (0,)}",
        "{'descr': '<f4'}",
        "[[[[[[",
        "",
    ],
)
def test_hostile_headers(header: str) -> None:
    with pytest.raises(NotAnArray):
        parse_npy(_with_header(header))


def test_unknown_format_versions() -> None:
    content = bytearray(npy_bytes(np.arange(5.0)))
    content[6] = 9
    with pytest.raises(NotAnArray, match="header"):
        parse_npy(bytes(content))
