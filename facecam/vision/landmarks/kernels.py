"""Kernels of the landmark forest: loops as machine code made by Numba.

They do what dlib's `shape_predictor` does, in its order and precision, so the
answers are the same. Most of the time goes into waiting for memory: dlib keeps
every leaf as an allocation of its own, here they lie side by side, and the
trees of a stage are all walked before the first leaf is fetched.

Points are complex numbers, x + iy, so that turning one is a product.

V. Kazemi, J. Sullivan: "One Millisecond Face Alignment with an Ensemble of
Regression Trees", CVPR 2014.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from facecam.core.types import ImageArray

Points = NDArray[np.complex64]
Numbers = NDArray[np.int64]

#: Levels of each tree; it has 15 nodes and 16 leaves.
DEPTH = 4

_NODES = np.uint32(2**DEPTH - 1)
_ONE, _TWO, _THREE = np.uint32(1), np.uint32(2), np.uint32(3)
_LONGEST = 7

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])


def _exact(function: _Kernel) -> _Kernel:
    """Arithmetic in the order written, without the interpreter's lock."""
    return cast(_Kernel, njit(nogil=True, cache=True)(function))


@_exact
def find_points(
    image: ImageArray,
    box: tuple[float, float, float, float],
    mean: Points,
    anchors: NDArray[np.uint8],
    offsets: Points,
    nodes: NDArray[np.int16],
    leaves: Points,
) -> Points:
    """The five points of the face in a box, complex64 (5,), whole px; see `LandmarkForest` for the arrays.

    Args:
        image: uint8 (H, W, 3).
        box: left, top, and the width and height to the last pixel, px.
    """
    points = mean.copy()
    values = np.empty(anchors.shape[1], np.int16)
    chosen = np.empty(nodes.shape[1], np.uint32)
    for stage in range(anchors.shape[0]):
        _read_values(image, box, _turn(mean, points), points, anchors[stage], offsets[stage], values)
        _choose_leaves(values, nodes[stage], chosen)
        _move(points, leaves[stage], chosen)
    for index in range(points.size):
        x, y = _pixel(box, points[index])
        points[index] = complex(x, y)
    return points


@_exact
def _pixel(box: tuple[float, float, float, float], point: np.complex64) -> tuple[float, float]:
    """Where a point of the unit square is in the picture, whole px."""
    left, top, width, height = box
    return math.floor(width * point.real + left + 0.5), math.floor(height * point.imag + top + 0.5)


@_exact
def _turn(mean: Points, points: Points) -> np.complex64:
    """The turn and scale that bring `mean` closest to `points`.

    S. Umeyama: "Least-squares estimation of transformation parameters between
    two point patterns", PAMI 13(4), 1991; in the plane a quotient.
    """
    middle, new_middle = 0j, 0j
    for index in range(mean.size):
        middle += mean[index]
        new_middle += points[index]
    middle /= mean.size
    new_middle /= mean.size
    product, square = 0j, 0.0
    for index in range(mean.size):
        arm = mean[index] - middle
        product += arm.conjugate() * (points[index] - new_middle)
        square += arm.real * arm.real + arm.imag * arm.imag
    return np.complex64(complex(product.real / square, product.imag / square))


@_exact
def _read_values(
    image: ImageArray,
    box: tuple[float, float, float, float],
    turn: np.complex64,
    points: Points,
    anchors: NDArray[np.uint8],
    offsets: Points,
    values: NDArray[np.int16],
) -> None:
    """Grey values beside the points; 0 beyond the picture."""
    height, width = image.shape[:2]
    for index in range(values.size):
        x, y = _pixel(box, turn * offsets[index] + points[anchors[index]])
        values[index] = 0
        if 0 <= x < width and 0 <= y < height:
            pixel = image[int(y), int(x)]
            values[index] = (np.uint32(pixel[0]) + np.uint32(pixel[1]) + np.uint32(pixel[2])) // _THREE


@_exact
def _choose_leaves(values: NDArray[np.int16], nodes: NDArray[np.int16], chosen: NDArray[np.uint32]) -> None:
    """Where each tree ends: nodes are numbered by level, the children of n being 2n + 1 and 2n + 2."""
    for tree in range(chosen.size):
        node = np.uint32(0)
        for _ in range(DEPTH):
            first, second = np.uint16(nodes[tree, node, 0]), np.uint16(nodes[tree, node, 1])
            above = values[first] - values[second] > nodes[tree, node, 2]
            node = _TWO * node + _TWO - np.uint32(above)
        chosen[tree] = node - _NODES


@_exact
def _move(points: Points, leaves: Points, chosen: NDArray[np.uint32]) -> None:
    """Add the chosen leaves, in order; five sums in registers are twice as fast as an array of them."""
    a, b, c, d, e = points[0], points[1], points[2], points[3], points[4]
    for tree in range(chosen.size):
        leaf = leaves[tree, chosen[tree]]
        a += leaf[0]
        b += leaf[1]
        c += leaf[2]
        d += leaf[3]
        e += leaf[4]
    points[0], points[1], points[2], points[3], points[4] = a, b, c, d, e


@_exact
def unpack(data: NDArray[np.uint8], at: int, numbers: Numbers) -> int:
    """Read dlib's packed integers: a byte of sign (0x80) and length, then little-endian bytes.

    Args:
        data: uint8; `at` is where to begin.
        numbers: int64, filled.

    Returns:
        Where the next one begins; -1 if the data end before.
    """
    for index in range(numbers.size):
        if at >= data.size:
            return -1
        head = data[at]
        size = int(np.int64(head & 0x0F))
        if at + size >= data.size or size > _LONGEST:
            return -1
        value = np.int64(0)
        for place in range(size):
            value |= np.int64(data[at + 1 + place]) << (8 * place)
        numbers[index] = -value if head & 0x80 else value
        at += 1 + size
    return at
