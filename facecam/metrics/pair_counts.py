"""Scores of every pair of very many photos, counted in fine bins; of single pairs only the worst are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.distances import unit_squared_l2
from facecam.core.events import CancelToken
from facecam.core.types import FloatArray
from facecam.metrics.all_pairs import pairs_of
from facecam.metrics.folds import FOLDS, Fold, FoldedAccuracy
from facecam.metrics.neighbors import blocks_of_rows
from facecam.metrics.rates import Rows, Scores, Values, best_by_accuracy, operating_point

#: Of the range of the scores: each is 4 / 262,144 squared_l2 = 1.5e-5 wide, or a little wider with a cohort.
_BINS: Final = 1 << 18


@dataclass(frozen=True, slots=True, eq=False)
class CountedPairs:
    """Every pair of some photos.

    Attributes:
        values: float64 (B,), the middle of each bin.
        same, different: int64 (F, B), pairs of each kind in each fold, cut as `stratified_folds` does.
        farthest: (score, row, row) of pairs of one person, the farthest first.
        nearest: of different people, the nearest first.
    """

    values: Values
    same: NDArray[np.int64]
    different: NDArray[np.int64]
    farthest: tuple[tuple[float, int, int], ...]
    nearest: tuple[tuple[float, int, int], ...]

    @property
    def scores(self) -> Scores:
        """All of them."""
        return Scores.counted(self.values, self.same.sum(axis=0), self.different.sum(axis=0))

    def folded_accuracy(self, candidates: Values | None = None) -> FoldedAccuracy | None:
        """As `folds.folded_accuracy`; None with a single fold."""
        if len(self.same) < 2:
            return None
        same, different = self.same.sum(axis=0), self.different.sum(axis=0)
        folds = []
        for mine, theirs in zip(self.same, self.different, strict=True):
            others = Scores.counted(self.values, same - mine, different - theirs)
            threshold = best_by_accuracy(others, others.thresholds() if candidates is None else candidates)
            here = Scores.counted(self.values, mine, theirs)
            folds.append(Fold(threshold, operating_point("", here, threshold).decisions))
        return FoldedAccuracy(tuple(folds))


def count_pairs(
    vectors: FloatArray, owners: Rows, shifts: FloatArray | None, worst: int, cancel: CancelToken
) -> CountedPairs:
    """Count the pairs, a block of photos against all that follow at a time.

    Args:
        vectors: float32 (N, D), unit rows, person by person.
        owners: int (N,), rising.
        shifts: float32 (N,), what is added for each photo, see `Cohort`; None: nothing.
        worst: of how many pairs of each kind the rows are kept.
        cancel: asked between blocks.
    """
    shifts = np.zeros(len(vectors), np.float32) if shifts is None else shifts
    low, high = 2 * float(shifts.min()), 4 + 2 * float(shifts.max())
    sizes = np.unique(owners, return_counts=True)[1]
    totals = pairs_of(sizes)
    same, different = (
        _Kind(total, min(FOLDS, *totals), low, high, worst, sign)
        for total, sign in zip(totals, (-1, 1), strict=True)
    )
    start = 0
    for end in np.cumsum(sizes).tolist():
        for part in blocks_of_rows(end - start, len(vectors) - start):
            cancel.check()
            rows = np.arange(start, end)[part]
            later = slice(int(rows[0]), None)
            scores = np.clip(unit_squared_l2(vectors[rows], vectors[later]), 0, 4)
            scores += shifts[rows, None] + shifts[later]
            own = end - later.start
            first, second = np.triu_indices(len(rows), 1, own)
            pairs = scores[first, second]
            at = same.add(pairs)
            same.keep(pairs[at], rows[first[at]], later.start + second[at])
            pairs = scores[:, own:].ravel()
            at = different.add(pairs)
            places, columns = np.divmod(at, max(1, len(vectors) - end))
            different.keep(pairs[at], rows[places], end + columns)
        start = end
    middles = low + (np.arange(_BINS) + 0.5) * (high - low) / _BINS
    return CountedPairs(middles, same.counts, different.counts, tuple(same.worst), tuple(different.worst))


class _Kind:
    """Pairs of one kind, in the order of a list of them: their counts by fold and bin, and the worst of them."""

    def __init__(self, total: int, folds: int, low: float, high: float, worst: int, sign: int) -> None:
        self.counts = np.zeros((folds, _BINS), np.int64)
        self.worst: list[tuple[float, int, int]] = []
        self._ends = -(-np.arange(1, folds) * total // folds)
        self._low, self._scale = np.float32(low), np.float32(_BINS / (high - low))
        self._most, self._sign, self._limit = worst, sign, np.inf
        self._seen = 0

    def add(self, scores: FloatArray) -> Rows:
        """Count the next ones, float32 (N,); returns which of them, if any, are among the worst so far."""
        bins = np.clip(((scores - self._low) * self._scale).astype(np.intp), 0, _BINS - 1)
        for fold, part in enumerate(np.split(bins, np.clip(self._ends - self._seen, 0, len(bins)))):
            if len(part):
                self.counts[fold] += np.bincount(part, minlength=_BINS)
        self._seen += len(bins)
        badness = self._sign * scores
        worse = np.flatnonzero(badness < self._limit)
        if len(worse) > self._most:
            worse = np.sort(worse[np.argpartition(badness[worse], self._most)[: self._most]])
        return worse

    def keep(self, scores: FloatArray, first: Rows, second: Rows) -> None:
        """Remember the worst pairs, and of these and earlier ones no more than were asked for."""
        more = zip(scores.tolist(), first.tolist(), second.tolist(), strict=True)
        self.worst = sorted([*self.worst, *more], key=lambda one: self._sign * one[0])[: self._most]
        if len(self.worst) == self._most:
            self._limit = self._sign * self.worst[-1][0]
