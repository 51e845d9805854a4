"""Layers in plain NumPy, float64, (N, H, W, C): slow, and short enough to be believed."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Array = np.ndarray


def convolution(x: Array, kernel: Array, shift: Array, *, stride: int = 1, padding: int = 0) -> Array:
    """`kernel` is (height, width, in, out); as many zeros on all four sides as `padding` says."""
    x = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = sliding_window_view(x, kernel.shape[:2], (1, 2))[:, ::stride, ::stride]  # (N, h, w, C, y, x)
    return np.tensordot(windows, kernel.astype(np.float64), ([4, 5, 3], [0, 1, 2])) + shift


def max_pool(x: Array, side: int, stride: int, *, beyond: bool = False) -> Array:
    """Largest values of windows; `beyond`: those over the end too, as "same" in TensorFlow."""
    if beyond:
        ends = [-(-size // stride) * stride - stride + side - size for size in x.shape[1:3]]
        before = [max(0, end) // 2 for end in ends]
        after = [max(0, end) - first for end, first in zip(ends, before, strict=True)]
        around = ((0, 0), (before[0], after[0]), (before[1], after[1]), (0, 0))
        x = np.pad(x, around, constant_values=-np.inf)
    return sliding_window_view(x, (side, side), (1, 2))[:, ::stride, ::stride].max((4, 5))


def relu(x: Array) -> Array:
    return np.maximum(x, 0)


def prelu(x: Array, slopes: Array) -> Array:
    """ReLU with slopes below zero that belong to the last axis."""
    return np.where(x > 0, x, x * slopes)


def softmax(x: Array) -> Array:
    """Softmax over the last axis."""
    powers = np.exp(x - x.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)
