"""Kernels of the HOG detector: loops over pixels and cells as machine code made by Numba.

They do what dlib does (its `resize_image` and `extract_fhog_features`),
without the interpreter's lock. Compiled when first used (some seconds) and
kept on disk for the next start. Inner loops are functions of flat arrays so
that the compiler can use vector instructions.

HOG after Felzenszwalb, Girshick, McAllester, Ramanan: "Object Detection with
Discriminatively Trained Part Based Models", PAMI 32(9), 2010.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from facecam.core.types import FloatArray, ImageArray

DIRECTIONS = 18
ORIENTATIONS = 9
CELL_PX = 8
HALF_CELL_PX = CELL_PX // 2

_CELL_BITS = 3
_ZERO, _HALF, _ONE = np.float32(0), np.float32(0.5), np.float32(1)
_HALF_TURN = np.float32(ORIENTATIONS)
# Tangents of the borders between neighbouring directions in the first quadrant.
_T10, _T30, _T50, _T70 = (np.float32(math.tan(math.radians(degrees))) for degrees in (10, 30, 50, 70))
# A histogram is divided by the norms of the four 2×2 neighbourhoods it belongs to and clipped at 0.2;
# min(h / n, 0.2) is computed as 0.2 · min(h / 0.2n, 1), and dlib halves the sum of the four.
_CLIP_SQUARED = np.float32(0.2**2)
_EPSILON = np.float32(1e-4)
_HISTOGRAM_SCALE = np.float32(0.1)
_TEXTURE_SCALE = np.float32(0.1 * 2 * 0.2357)

_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])


def _compiled(function: _Kernel) -> _Kernel:
    return cast(_Kernel, njit(nogil=True, cache=True, fastmath=True)(function))


def _exact(function: _Kernel) -> _Kernel:
    """Arithmetic in the order written."""
    return cast(_Kernel, njit(nogil=True, cache=True)(function))


@_exact
def resize(source: NDArray[np.uint8], target: NDArray[np.uint8]) -> None:
    """Resize a plane: bilinear, corner pixel on corner pixel, fractions cut off.

    In even areas whether 99.99999 or 100 is cut off decides about a gradient
    of 1, and after normalisation about scores (rounding to nearest moves them
    by up to 0.1). So this repeats dlib's steps, their order and precision:
    four columns at a time in float32, the remaining ones in float64.

    Args:
        source: uint8 (H, W), H and W ≥ 1.
        target: uint8 (h, w), set.
    """
    rows, columns = target.shape
    down = (source.shape[0] - 1) / max(rows - 1, 1)
    across = (source.shape[1] - 1) / max(columns - 1, 1)
    lefts = np.empty(columns, np.uint32)
    shares = np.empty(columns, np.float32)
    in_fours = _place_columns(source.shape[1], across, lefts, shares)
    gathered = np.empty((2, 2, in_fours), np.float32)
    held = np.full(2, -1, np.int64)
    y = -down
    for row in range(rows):
        y += down
        top = int(y)
        bottom = min(top + 1, source.shape[0] - 1)
        for line in (top, bottom):
            if held[line % 2] != line:
                held[line % 2] = line
                _gather(source[line], lefts, gathered[line % 2])
        upper, lower = gathered[top % 2], gathered[bottom % 2]
        _blend(upper, lower, shares, np.float32(y - top), np.float32(1 - (y - top)), target[row])
        _blend_rest(source[top], source[bottom], y - top, across, in_fours, target[row])


@_exact
def _place_columns(width: int, across: float, lefts: NDArray[np.uint32], shares: FloatArray) -> int:
    """Left neighbour and share of the right one for as many columns as come in fours; returns how many."""
    places = np.empty(4, np.float32)
    for lane in range(4):
        places[lane] = np.float32(-4 * across + lane * across)
    step = np.float32(4 * across)
    done = 0
    while True:
        for lane in range(4):
            places[lane] += step
        if int(places[3]) + 1 >= width or done + 4 > len(lefts):
            return done
        for lane in range(4):
            left = np.int32(places[lane])
            lefts[done + lane] = left
            shares[done + lane] = places[lane] - np.float32(left)
        done += 4


@_exact
def _gather(line: NDArray[np.uint8], lefts: NDArray[np.uint32], neighbors: FloatArray) -> None:
    left, right = neighbors[0], neighbors[1]
    for x in range(len(left)):
        place = lefts[x]
        left[x] = np.float32(line[place])
        right[x] = np.float32(line[place + np.uint32(1)])


@_exact
def _blend(
    upper: FloatArray,
    lower: FloatArray,
    shares: FloatArray,
    share: np.float32,
    rest: np.float32,
    target: NDArray[np.uint8],
) -> None:
    top_left, top_right, bottom_left, bottom_right = upper[0], upper[1], lower[0], lower[1]
    for x in range(len(top_left)):
        right = shares[x]
        left = _ONE - right
        total = (rest * left) * top_left[x] + (rest * right) * top_right[x]
        total = total + (share * left) * bottom_left[x]
        target[x] = np.int32(total + (share * right) * bottom_right[x])


@_exact
def _blend_rest(
    upper: NDArray[np.uint8],
    lower: NDArray[np.uint8],
    share: float,
    across: float,
    first: int,
    target: NDArray[np.uint8],
) -> None:
    place = -across + first * across
    for x in range(first, len(target)):
        place += across
        left = int(place)
        right = min(left + 1, len(upper) - 1)
        part = place - left
        above = (1 - part) * upper[left] + part * upper[right]
        below = (1 - part) * lower[left] + part * lower[right]
        target[x] = np.int32((1 - share) * above + share * below)


@_compiled
def add_histograms(
    planes: ImageArray, first_row: int, last_row: int, last_column: int, cells: FloatArray
) -> None:
    """Add the gradients of some pixel rows to the histograms of the cells around them.

    The strongest gradient of the three colours counts, its direction is
    snapped to one of 18, and its length is shared by bilinear weights between
    the four cells whose centres are around the pixel.

    Args:
        planes: uint8 (3, height, stride), the picture starting in column 4.
        first_row, last_row: rows to use, last exclusive; they must have neighbours.
        last_column: columns 1 to this, exclusive, are used; they too.
        cells: float32 (rows, columns, 18), changed; row 0 and column 0 are the cells above and
            left of the pixels from which `first_row` and column 0 are less than a cell away.
    """
    count = last_column + HALF_CELL_PX - 1
    across = np.empty(count, np.float32)
    down = np.empty(count, np.float32)
    squares = np.empty(count, np.float32)
    lengths = np.empty(count, np.float32)
    bins = np.empty(count, np.int32)
    first_block = (first_row + HALF_CELL_PX) // CELL_PX
    for row in range(first_row, last_row):
        squares[:] = -1
        for color in range(3):
            here = planes[color, row]
            above, below = planes[color, row - 1, 1:], planes[color, row + 1, 1:]
            _keep_stronger(here[2:], here[:-2], below, above, across, down, squares)
        _snap(across, down, squares, lengths, bins)
        place = row + HALF_CELL_PX
        block = place // CELL_PX - first_block
        _vote(lengths, bins, np.float32((place % CELL_PX + 0.5) / CELL_PX), cells[block], cells[block + 1])


@_compiled
def _keep_stronger(
    right: NDArray[np.uint8],
    left: NDArray[np.uint8],
    below: NDArray[np.uint8],
    above: NDArray[np.uint8],
    across: FloatArray,
    down: FloatArray,
    squares: FloatArray,
) -> None:
    for x in range(len(squares)):
        dx = np.float32(np.int32(right[x]) - np.int32(left[x]))
        dy = np.float32(np.int32(below[x]) - np.int32(above[x]))
        square = dx * dx + dy * dy
        old = squares[x]
        keep = old > square
        across[x] = across[x] if keep else dx
        down[x] = down[x] if keep else dy
        squares[x] = old if keep else square


@_compiled
def _snap(
    across: FloatArray, down: FloatArray, squares: FloatArray, lengths: FloatArray, bins: NDArray[np.int32]
) -> None:
    """Length of each gradient and the nearest of 18 directions; on a tie the earlier, as in dlib."""
    for x in range(len(squares)):
        dx, dy = across[x], down[x]
        width, height = abs(dx), abs(dy)
        steps = (
            (_ONE if height > width * _T10 else _ZERO)
            + (_ONE if height > width * _T30 else _ZERO)
            + (_ONE if height > width * _T50 else _ZERO)
            + (_ONE if height > width * _T70 else _ZERO)
        )
        downward = _HALF_TURN - steps if dx < 0 else steps
        upward = _HALF_TURN + _HALF_TURN - steps if dx > 0 else _HALF_TURN + steps
        nearest = np.int32(upward if dy < 0 else downward)
        lengths[x] = np.sqrt(squares[x])
        bins[x] = 0 if nearest == DIRECTIONS else nearest


@_compiled
def _vote(
    lengths: FloatArray, bins: NDArray[np.int32], share: np.float32, upper: FloatArray, lower: FloatArray
) -> None:
    rest = _ONE - share
    # Entry 0 is column −3 of the picture; the first that counts is column 1.
    for x in range(HALF_CELL_PX, len(lengths)):
        place = x + 1
        cell = place >> _CELL_BITS
        right = np.float32((place % CELL_PX + _HALF) / CELL_PX)
        length, direction = lengths[x], bins[x]
        to_right = length * right
        to_left = length - to_right
        upper[cell, direction] += to_left * rest
        upper[cell + 1, direction] += to_right * rest
        lower[cell, direction] += to_left * share
        lower[cell + 1, direction] += to_right * share


@_compiled
def fill_features(cells: FloatArray, features: FloatArray) -> None:
    """Normalise histograms by the energy around them.

    Args:
        cells: float32 (rows, columns, 18).
        features: float32 (rows − 2, columns − 2, 31), set to 18 directions, 9 orientations and
            4 textures of all cells but the outermost.
    """
    inverse = _inverse_norms(cells)
    for y in range(features.shape[0]):
        for x in range(features.shape[1]):
            lower_right, upper_right = inverse[y + 1, x + 1], inverse[y, x + 1]
            lower_left, upper_left = inverse[y + 1, x], inverse[y, x]
            cell, feature = cells[y + 1, x + 1], features[y, x]
            first = second = third = fourth = _ZERO
            for o in range(DIRECTIONS):
                a, b = min(cell[o] * lower_right, _ONE), min(cell[o] * upper_right, _ONE)
                c, d = min(cell[o] * lower_left, _ONE), min(cell[o] * upper_left, _ONE)
                feature[o] = _HISTOGRAM_SCALE * (a + b + c + d)
                first, second, third, fourth = first + a, second + b, third + c, fourth + d
            for o in range(ORIENTATIONS):
                both = cell[o] + cell[o + ORIENTATIONS]
                total = min(both * lower_right, _ONE) + min(both * upper_right, _ONE)
                total += min(both * lower_left, _ONE) + min(both * upper_left, _ONE)
                feature[DIRECTIONS + o] = _HISTOGRAM_SCALE * total
            textures = DIRECTIONS + ORIENTATIONS
            feature[textures] = _TEXTURE_SCALE * first
            feature[textures + 1] = _TEXTURE_SCALE * second
            feature[textures + 2] = _TEXTURE_SCALE * third
            feature[textures + 3] = _TEXTURE_SCALE * fourth


@_compiled
def _inverse_norms(cells: FloatArray) -> FloatArray:
    """1 / 0.2 of the norm of each 2×2 neighbourhood, (rows − 1, columns − 1)."""
    rows, columns = cells.shape[0], cells.shape[1]
    energy = np.empty((rows, columns), np.float32)
    for y in range(rows):
        for x in range(columns):
            total = _ZERO
            for o in range(ORIENTATIONS):
                both = cells[y, x, o] + cells[y, x, o + ORIENTATIONS]
                total += both * both
            energy[y, x] = total
    inverse = np.empty((rows - 1, columns - 1), np.float32)
    for y in range(rows - 1):
        for x in range(columns - 1):
            around = energy[y, x] + energy[y, x + 1] + energy[y + 1, x] + energy[y + 1, x + 1]
            inverse[y, x] = _ONE / np.sqrt(_CLIP_SQUARED * (around + _EPSILON))
    return inverse
