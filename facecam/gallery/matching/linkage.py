"""Average linkage: faces grouped so that the mean distance between two groups is never below a limit.

(Sokal and Michener 1958, A statistical method for evaluating systematic
relationships: UPGMA; merged by pairs of mutual nearest neighbors, which gives
the same groups: Murtagh 1983, A survey of recent advances in hierarchical
clustering algorithms)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import FloatArray

#: Distances worked on at once, 16 MB of float32.
_BLOCK_VALUES = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class FaceGroup:
    """What the mean distance to other groups is found by.

    Attributes:
        mean: float32 (D,), of the unit vectors; shorter than 1 where they differ.
        shift: mean of what is added for each, see `gallery.cohort`; 0 for plain distances.
    """

    mean: FloatArray
    shift: float = 0.0

    @classmethod
    def of(cls, vectors: FloatArray, shifts: FloatArray | None = None) -> FaceGroup:
        """Of float32 (N, D), unit rows, N ≥ 1, and float32 (N,)."""
        shift = 0.0 if shifts is None else float(shifts.mean(dtype=np.float64))
        return cls(vectors.mean(axis=0, dtype=np.float64).astype(np.float32), shift)

    def distance(self, other: FaceGroup) -> float:
        """The mean over all pairs of one face of each group: squared_l2, or with shifts the score."""
        return float(2 - 2 * self.mean @ other.mean) + self.shift + other.shift


def average_linkage(vectors: FloatArray, limit: float, shifts: FloatArray | None = None) -> NDArray[np.intp]:
    """A group for every face; groups are numbered from 0 by their first face.

    The two nearest groups become one as long as their mean distance is
    strictly below the limit. The mean of all pairs of two groups needs only
    the mean vector of each (2 − 2 · mean · mean), so memory grows with the
    number of faces, not with that of pairs: 50,000 of 128 values take less
    than 200 MB.

    Args:
        vectors: float32 (N, D), unit rows; rows of zeros are at distance 2 from all others.
        limit: of the mean distance: squared_l2, or with shifts a score.
        shifts: float32 (N,), of the faces, see `Cohort`; None: plain distances.

    Returns:
        int (N,).
    """
    return rising_linkage(vectors, lambda _: limit, shifts)[0]


def rising_linkage(
    vectors: FloatArray, limit_for: Callable[[NDArray[np.intp]], float], shifts: FloatArray | None = None
) -> tuple[NDArray[np.intp], float]:
    """The groups for a limit that follows from those there are, as long as it rises, and its last value.

    Args:
        vectors, shifts: see `average_linkage`.
        limit_for: from a number for every face, int (N,), the same for faces of one group, to the limit.
    """
    groups = _Groups(vectors, shifts)
    limit, rising = limit_for(groups.labels), True
    while rising:
        groups.join_below(limit)
        higher = limit_for(groups.labels)
        rising, limit = higher > limit, max(higher, limit)
    return _numbered(groups.labels), limit


class _Groups:
    """Groups that may still be joined, each with its nearest other one.

    A group whose nearest one is not below the limit is done: means only move
    apart from what was nearest. Of the others each keeps its nearest one until
    that one is merged, since the merged one is no nearer than its nearer part.
    """

    def __init__(self, vectors: FloatArray, shifts: FloatArray | None) -> None:
        count = len(vectors)
        self.labels = np.arange(count)
        self._means = vectors.astype(np.float32)  # A copy: merged rows are written over.
        self._shifts = np.zeros(count, np.float32) if shifts is None else shifts.astype(np.float32)
        self._sizes = np.ones(count)
        self._alive = np.arange(count)
        self._nearest = np.full(count, -1)
        self._distance = np.full(count, np.inf, np.float32)

    def join_below(self, limit: float) -> None:
        """Join until no two groups are below the limit."""
        self._alive = np.unique(self.labels)
        self._look(self._alive)
        while self._merge(limit):
            pass

    def _merge(self, limit: float) -> bool:
        """Join every pair that are each other's nearest; False when there is none left."""
        self._alive = self._alive[self._distance[self._alive] < limit]
        alive = self._alive
        mutual = alive[(self._nearest[self._nearest[alive]] == alive) & (alive < self._nearest[alive])]
        if not len(alive):
            return False
        if not len(mutual):
            # Rounding makes two distances differ that are one: the nearest pair of all is mutual in truth.
            mutual = alive[[int(self._distance[alive].argmin())]]
        gone = self._nearest[mutual]
        self._join(mutual, gone)
        changed = np.zeros(len(self.labels), np.bool_)
        changed[mutual] = changed[gone] = True
        self._alive = np.setdiff1d(alive, gone, assume_unique=True)
        self._look(self._alive[changed[self._alive] | changed[self._nearest[self._alive]]])
        return True

    def _join(self, kept: NDArray[np.intp], gone: NDArray[np.intp]) -> None:
        sizes = self._sizes[kept], self._sizes[gone]
        share = (sizes[1] / (sizes[0] + sizes[1])).astype(np.float32)
        self._means[kept] += share[:, None] * (self._means[gone] - self._means[kept])
        self._shifts[kept] += share * (self._shifts[gone] - self._shifts[kept])
        self._sizes[kept] += self._sizes[gone]
        into = np.arange(len(self.labels))
        into[gone] = kept
        self.labels = into[self.labels]

    def _look(self, rows: NDArray[np.intp]) -> None:
        """Find the nearest other group of some."""
        alive = self._alive
        if len(alive) < 2:
            self._distance[rows] = np.inf
            return
        means, shifts = self._means[alive], self._shifts[alive]
        step = max(1, _BLOCK_VALUES // len(alive))
        for start in range(0, len(rows), step):
            block = rows[start : start + step]
            distances = self._means[block] @ means.T
            distances *= -2
            distances += 2 + shifts
            distances += self._shifts[block, None]
            distances[np.arange(len(block)), np.searchsorted(alive, block)] = np.inf
            np.nan_to_num(distances, copy=False, nan=np.inf, posinf=np.inf)
            nearest = distances.argmin(axis=1)
            self._nearest[block] = alive[nearest]
            self._distance[block] = distances[np.arange(len(block)), nearest]


def _numbered(labels: NDArray[np.intp]) -> NDArray[np.intp]:
    """The same groups, numbered from 0 in the order of their first faces."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[inverse], np.intp)
