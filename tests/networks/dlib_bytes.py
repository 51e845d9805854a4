"""Writes numbers and tensors the way dlib serialises them."""

from __future__ import annotations

import numpy as np


def packed(value: int) -> bytes:
    """A packed integer: how many bytes (0x80: negative), then these bytes, little-endian."""
    length = max(1, (abs(value).bit_length() + 7) // 8)
    return bytes([length | (0x80 if value < 0 else 0)]) + abs(value).to_bytes(length, "little")


def unpacked(content: bytes, position: int, count: int) -> list[int]:
    """The reverse of `packed`, for some integers one after the other."""
    numbers = []
    for _ in range(count):
        length, sign = content[position] & 0x0F, -1 if content[position] & 0x80 else 1
        numbers.append(sign * int.from_bytes(content[position + 1 : position + 1 + length], "little"))
        position += 1 + length
    return numbers


def floating(value: float) -> bytes:
    """A number outside a tensor: mantissa and binary exponent."""
    numerator, denominator = value.as_integer_ratio()
    return packed(numerator) + packed(1 - denominator.bit_length())


def header(*shape: int) -> bytes:
    """What stands before a tensor's values: version 2, then n, k, nr, nc."""
    return packed(2) + b"".join(map(packed, shape))


def tensor(values: np.ndarray) -> bytes:
    """A whole tensor; `values` has four dimensions."""
    return header(*values.shape) + values.astype("<f4").tobytes()


def counting(*shape: int) -> np.ndarray:
    """A float32 tensor whose values 1, 2, 3 … show in which order they were read."""
    return np.arange(1, np.prod(shape) + 1, dtype=np.float32).reshape(shape)


def detector_start(width: int = 80, height: int = 80, *, iou: float = 0.34375, covered: float = 1.0) -> bytes:
    """The beginning of a max-margin detector file (dlib, loss.h, mmod_options version 1)."""
    numbers = [1.0, 1.0, 0.5, iou, covered]
    whole = packed(1) + packed(width) + packed(height)
    return packed(1) + b"\x01\x0aloss_mmod_" + whole + b"".join(map(floating, numbers))
