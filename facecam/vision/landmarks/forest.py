"""dlib's forest of five landmarks, read from its file and asked without dlib."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import Box, FloatArray, ImageArray
from facecam.vision.landmarks.kernels import DEPTH, Numbers, Points, find_points, unpack

#: The published file; any other is left to dlib.
_STAGES, _TREES, _VALUES, _POINTS = 15, 500, 800, 5
_NODES, _LEAVES = 2**DEPTH - 1, 2**DEPTH
#: Integers that make up each part: a real number is two of them, mantissa and exponent.
_NODE, _POINT, _LEAF = 2 + 2, 2 * 2, 2 + 2 * 2 * _POINTS
_BRIGHTEST = 255


@dataclass(frozen=True, slots=True, eq=False)
class LandmarkForest:
    """15 stages of 500 trees, each stage moving the points by what 800 grey values near them say.

    Points are complex numbers x + iy in a unit square laid over the box of the face.

    Attributes:
        mean: complex64 (5,): where the points are on average.
        anchors: uint8 (15, 800): beside which point a value is read.
        offsets: complex64 (15, 800): where, from there, on the average face.
        nodes: int16 (15, 500, 15, 3): which two values a node subtracts, and its
            limit: to the left child where the difference is above.
        leaves: complex64 (15, 500, 16, 5): by what to move the points.
    """

    mean: Points
    anchors: NDArray[np.uint8]
    offsets: Points
    nodes: NDArray[np.int16]
    leaves: Points

    def __call__(self, image: ImageArray, box: Box) -> FloatArray:
        """The points in whole px, float32 (5, 2).

        Args:
            image: uint8 (H, W, 3) RGB.
            box: the face.
        """
        left, top, right, bottom = box.as_ints()
        # dlib's right and bottom are the last pixel.
        place = (float(left), float(top), float(right - 1 - left), float(bottom - 1 - top))
        # Numba would compile again for an array that may not be written.
        pixels = np.require(image, requirements=("C", "W"))
        points = find_points(pixels, place, self.mean, self.anchors, self.offsets, self.nodes, self.leaves)
        return points.view(np.float32).reshape(-1, 2)


def read_forest(path: Path) -> LandmarkForest:
    """Read dlib's `shape_predictor_5_face_landmarks.dat`.

    Layout, found by reading the file: version 1; the mean; the stages, each a
    list of trees, each a list of nodes (two indices, limit) and one of leaves;
    for each stage the list of anchors; for each stage that of offsets.

    Raises:
        ValueError: it is another file.
        OSError: it cannot be read.
    """
    file = _File(np.fromfile(path, np.uint8))
    file.expect(1)
    mean = _matrices(file.take(_LEAF))
    file.expect(_STAGES)
    stages = [_trees(file.rows(_TREES, 1 + _NODES * _NODE + 1 + _LEAVES * _LEAF)) for _ in range(_STAGES)]
    nodes, leaves = (np.stack(arrays) for arrays in zip(*stages, strict=True))
    file.expect(_STAGES)
    anchors = np.stack([_below(_POINTS, file.rows(_VALUES, 1)[:, 0]) for _ in range(_STAGES)])
    file.expect(_STAGES)
    offsets = np.stack([_points(file.rows(_VALUES, _POINT)) for _ in range(_STAGES)])
    file.expect_end()
    return LandmarkForest(mean, anchors.astype(np.uint8), offsets[..., 0], nodes, leaves)


def _trees(numbers: Numbers) -> tuple[NDArray[np.int16], Points]:
    """Nodes and leaves of one stage."""
    nodes, leaves = np.split(numbers, [1 + _NODES * _NODE], axis=1)
    _check(bool((nodes[:, 0] == _NODES).all() and (leaves[:, 0] == _LEAVES).all()))
    nodes = nodes[:, 1:].reshape(_TREES, _NODES, _NODE)
    # Differences of grey values are whole: above 3.7 is above 3.
    limits = np.floor(_reals(nodes[..., 2:])).clip(-_BRIGHTEST - 1, _BRIGHTEST)
    joined = np.concatenate([_below(_VALUES, nodes[..., :2]), limits], axis=-1)
    return joined.astype(np.int16), _matrices(leaves[:, 1:].reshape(_TREES, _LEAVES, _LEAF))


def _matrices(numbers: Numbers) -> Points:
    """Column vectors, each preceded by its two sizes, negated."""
    _check(bool((numbers[..., 0] == -2 * _POINTS).all() and (numbers[..., 1] == -1).all()))
    return _points(numbers[..., 2:])


def _points(numbers: Numbers) -> Points:
    return np.ascontiguousarray(_reals(numbers)).view(np.complex64)


def _reals(numbers: Numbers) -> FloatArray:
    """float32 (…, N) of (…, 2N) numbers, mantissa and exponent in turn."""
    mantissas, exponents = numbers[..., ::2], numbers[..., 1::2]
    # Infinities and the like have exponents beyond float32's.
    _check(bool((abs(mantissas) < 2**24).all() and (abs(exponents) < 127).all()))
    return np.ldexp(mantissas.astype(np.float32), exponents.astype(np.int32))


def _below(limit: int, numbers: Numbers) -> Numbers:
    _check(bool((numbers >= 0).all() and (numbers < limit).all()))
    return numbers


def _check(fits: bool) -> None:
    if not fits:
        raise ValueError("not the file of dlib's five landmarks")


class _File:
    """Packed integers, taken from the front."""

    def __init__(self, data: NDArray[np.uint8]) -> None:
        self._data, self._at = data, 0

    def take(self, count: int) -> Numbers:
        numbers = np.empty(count, np.int64)
        self._at = unpack(self._data, self._at, numbers)
        _check(self._at >= 0)
        return numbers

    def expect(self, number: int) -> None:
        _check(bool(self.take(1)[0] == number))

    def rows(self, count: int, length: int) -> Numbers:
        """A list, preceded by its length, as int64 (count, length)."""
        self.expect(count)
        return self.take(count * length).reshape(count, length)

    def expect_end(self) -> None:
        _check(self._at == self._data.size)
