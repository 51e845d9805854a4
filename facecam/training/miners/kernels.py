"""Mining kernels: loops as machine code made by Numba.

A batch of 512 photos has a hundred million triplets. All rules need only
orderings: per anchor the positives are sorted, and every negative is put in its
place among them by bisection, O(N log K) instead of O(N K). Sorting whole rows
in TensorFlow was measured too: 14 to 50 ms for 512 × 512, against 1 to 4 ms here.

Everywhere: `distances` float32 (A, N), row i being those of photo `anchors[i]`
to all N; `labels` int64 (N,). Of equal distances the lowest row number counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from facecam.core.types import FloatArray

Indices = NDArray[np.int64]
Chances = NDArray[np.float64]
_Kernel = TypeVar("_Kernel", bound=Callable[..., Any])


def _compiled(function: _Kernel) -> _Kernel:
    return cast(_Kernel, njit(nogil=True, cache=True)(function))


@_compiled
def distances_of(
    products: NDArray[np.float64],
    left: NDArray[np.float64],
    right: NDArray[np.float64],
    equal: float,
    root: bool,
    distances: FloatArray,
) -> None:
    """squared_l2, or its root, from scalar products (A, N) and squared lengths (A,) and (N,), in one pass.

    What is at most `equal` of the squared lengths counts as 0.
    """
    for i in range(left.size):
        for j in range(right.size):
            lengths = left[i] + right[j]
            squared = lengths - 2.0 * products[i, j]
            if squared <= equal * lengths:
                squared = 0.0
            distances[i, j] = np.sqrt(squared) if root else squared


@_compiled
def _sorted_positives(row: FloatArray, anchor: int, labels: Indices, found: Indices) -> int:
    """Fill `found` with the anchor's positives, nearest first; returns how many."""
    many = 0
    for other in range(labels.size):
        if other == anchor or labels[other] != labels[anchor]:
            continue
        place = many
        while place > 0 and row[found[place - 1]] > row[other]:
            found[place] = found[place - 1]
            place -= 1
        found[place] = other
        many += 1
    return many


@_compiled
def hardest(distances: FloatArray, anchors: Indices, labels: Indices, chosen: Indices) -> None:
    """Farthest positive and nearest negative of each anchor into `chosen` (A, 2), −1 where there is none."""
    for i in range(anchors.size):
        anchor, row = anchors[i], distances[i]
        positive = negative = -1
        for other in range(labels.size):
            if labels[other] == labels[anchor]:
                if other != anchor and (positive < 0 or row[other] > row[positive]):
                    positive = other
            elif negative < 0 or row[other] < row[negative]:
                negative = other
        chosen[i, 0], chosen[i, 1] = positive, negative


@_compiled
def nearest_farther(distances: FloatArray, anchors: Indices, labels: Indices, pairs: Indices) -> None:
    """Per (a, p) the nearest negative farther than p, and the anchor's farthest negative.

    `pairs` (pairs, 5) is filled with row in `distances`, a, p, nearest, farthest; −1 where there is none.
    Pairs of an anchor come nearest p first.
    """
    found, limits = np.empty(labels.size, np.int64), np.empty(labels.size, np.float32)
    nearest = np.empty(labels.size, np.int64)
    at = 0
    for i in range(anchors.size):
        anchor, row = anchors[i], distances[i]
        many = _sorted_positives(row, anchor, labels, found)
        for k in range(many):
            limits[k], nearest[k] = row[found[k]], -1
        farthest = -1
        for other in range(labels.size):
            if labels[other] == labels[anchor]:
                continue
            if farthest < 0 or row[other] > row[farthest]:
                farthest = other
            k = np.searchsorted(limits[:many], row[other]) - 1
            if k >= 0 and (nearest[k] < 0 or row[other] < row[nearest[k]]):
                nearest[k] = other
        for k in range(many - 1, -1, -1):
            # What lies beyond a farther positive lies beyond this one too, but farther than what lies between.
            if nearest[k] < 0 and k + 1 < many:
                nearest[k] = nearest[k + 1]
            pairs[at + k] = (i, anchor, found[k], nearest[k], farthest)
        at += many


@_compiled
def draw_below(
    distances: FloatArray, anchors: Indices, labels: Indices, margin: float, chances: Chances, pairs: Indices
) -> None:
    """Per (a, p) one negative drawn from those nearer than D(a, p) + margin.

    `chances` (pairs,) in [0, 1) decide; `pairs` (pairs, 3) is filled with a, p, negative or −1.
    """
    found, limits = np.empty(labels.size, np.int64), np.empty(labels.size, np.float32)
    places, order = np.empty(labels.size, np.int64), np.empty(labels.size, np.int64)
    starts = np.empty(labels.size + 2, np.int64)
    at = 0
    for i in range(anchors.size):
        anchor, row = anchors[i], distances[i]
        many = _sorted_positives(row, anchor, labels, found)
        for k in range(many):
            limits[k] = row[found[k]] + np.float32(margin)
        starts[: many + 2] = 0
        for other in range(labels.size):
            if labels[other] != labels[anchor]:
                places[other] = np.searchsorted(limits[:many], row[other], side="right")
                starts[places[other] + 1] += 1
        for k in range(many + 1):
            starts[k + 1] += starts[k]
        # A counting sort: the negatives allowed for the k-th positive are the first `ends[k]` of `order`.
        ends = starts[1 : many + 2].copy()
        for other in range(labels.size):
            if labels[other] != labels[anchor]:
                order[starts[places[other]]] = other
                starts[places[other]] += 1
        for k in range(many):
            drawn = order[int(chances[at + k] * ends[k])] if ends[k] > 0 else -1
            pairs[at + k] = (anchor, found[k], drawn)
        at += many


@_compiled
def hinge_weights(
    distances: FloatArray, anchors: Indices, labels: Indices, margin: float, weights: FloatArray
) -> tuple[float, int, int]:
    """The sum of max(D(a, p) − D(a, n) + margin, 0) and its derivatives by the distances into `weights` (A, N).

    A derivative is the number of triplets with a loss the distance occurs in, + at positives, − at
    negatives; the sum is linear in them.

    Returns:
        (sum, triplets with a loss > 0, all triplets).
    """
    found, limits = np.empty(labels.size, np.int64), np.empty(labels.size, np.float32)
    total, active, valid = 0.0, 0, 0
    for i in range(anchors.size):
        anchor, row = anchors[i], distances[i]
        many, negatives, active_here = _sorted_positives(row, anchor, labels, found), 0, 0
        for k in range(many):
            limits[k] = row[found[k]] + np.float32(margin)
        for other in range(labels.size):
            if labels[other] == labels[anchor]:
                continue
            negatives += 1
            first = np.searchsorted(limits[:many], row[other], side="right")
            weights[i, other] = first - many
            active_here += many - first
            if first < many:
                weights[i, found[first]] += 1
        for k in range(1, many):
            weights[i, found[k]] += weights[i, found[k - 1]]
        for other in range(labels.size):
            total += np.float64(weights[i, other]) * np.float64(row[other])
        total += margin * active_here
        active += active_here
        valid += many * negatives
    return total, active, valid


@_compiled
def soft_weights(
    distances: FloatArray, anchors: Indices, labels: Indices, weights: FloatArray
) -> tuple[float, int, int]:
    """The sum of log(1 + exp(D(a, p) − D(a, n))) and its derivatives by the distances into `weights` (A, N).

    Returns:
        (sum, triplets with D(a, n) ≤ D(a, p), all triplets).
    """
    found, rising = np.empty(labels.size, np.int64), np.empty(labels.size)
    total, wrong, valid = 0.0, 0, 0
    for i in range(anchors.size):
        anchor, row = anchors[i], distances[i]
        many = _sorted_positives(row, anchor, labels, found)
        for k in range(many):
            rising[k] = 0.0
        for other in range(labels.size):
            if labels[other] == labels[anchor]:
                continue
            valid += many
            falling = 0.0
            for k in range(many):
                gap = np.float64(row[found[k]]) - np.float64(row[other])
                small = np.exp(-abs(gap))
                total += np.log1p(small) + max(gap, 0.0)
                slope = (1.0 if gap >= 0 else small) / (1.0 + small)
                rising[k] += slope
                falling += slope
                wrong += int(gap >= 0)
            weights[i, other] = -falling
        for k in range(many):
            weights[i, found[k]] = rising[k]
    return total, wrong, valid
