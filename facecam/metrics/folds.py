"""Accuracy at a threshold that was chosen on other pairs than it is judged by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import add

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import FloatArray
from facecam.gallery.matching.cohort import Cohort
from facecam.metrics.rates import (
    Decisions,
    Rows,
    Scores,
    Values,
    best_by_accuracy,
    decide,
    squared_distances,
)

Mask = NDArray[np.bool_]
#: From the pairs that may be learnt from, bool (N,), to the squared_l2 of all pairs, float64 (N,).
ScoreOf = Callable[[Mask], Values]

FOLDS = 10


def fixed_scores(vectors: FloatArray, first: Rows, second: Rows) -> ScoreOf:
    """Distances that learn nothing: between rows `first` and `second`, (N,) each, of unit rows (M, D)."""
    squared_l2 = squared_distances(vectors, first, second)
    return lambda learn_from: squared_l2


def normalized_scores(vectors: FloatArray, first: Rows, second: Rows, cohort: Cohort) -> ScoreOf:
    """Scores by a cohort, which learn nothing here either: distances, and the shifts of both photos added."""
    shifts = cohort.shifts(vectors).astype(np.float64)
    scores = squared_distances(vectors, first, second) + shifts[first] + shifts[second]
    return lambda learn_from: scores


def centered_scores(vectors: FloatArray, first: Rows, second: Rows) -> ScoreOf:
    """Distances after subtracting the mean vector of the pairs that may be learnt from.

    The vectors are made unit length again: the difference of two vectors does
    not change when both are moved, their directions do.
    """

    def score_of(learn_from: Mask) -> Values:
        seen = np.concatenate([first[learn_from], second[learn_from]])
        moved = vectors - vectors[seen].mean(axis=0)
        norms = np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-12)
        return squared_distances(np.asarray(moved / norms, np.float32), first, second)

    return score_of


@dataclass(frozen=True, slots=True)
class Fold:
    """One fold: the threshold chosen on the others (squared_l2), and what it did here."""

    threshold: float
    decisions: Decisions


@dataclass(frozen=True, slots=True)
class FoldedAccuracy:
    """The result of cross-validation.

    Attributes:
        folds: one entry per fold, in order.
    """

    folds: tuple[Fold, ...]

    @property
    def mean(self) -> float:
        """Mean of the folds' accuracies."""
        return float(np.mean(self._accuracies()))

    @property
    def deviation(self) -> float:
        """Standard deviation of the folds' accuracies (divided by their number, not by one less)."""
        return float(np.std(self._accuracies()))

    @property
    def threshold(self) -> float:
        """Mean of the folds' thresholds, squared_l2."""
        return float(np.mean([fold.threshold for fold in self.folds]))

    @property
    def decisions(self) -> Decisions:
        """All pairs, each judged by the threshold of its fold: for precision, recall and intervals."""
        return reduce(add, (fold.decisions for fold in self.folds))

    def _accuracies(self) -> list[float]:
        return [fold.decisions.accuracy.value for fold in self.folds]


def stratified_folds(is_same: Mask, count: int = FOLDS) -> Rows | None:
    """Folds for a list that has none: the i-th same pair goes with the i-th different one.

    Nothing is shuffled: each fold is a stretch of the same pairs and the
    stretch of the different ones beside it. Lists are sorted by name, so a
    person's pairs mostly stay in one fold and do not choose the threshold they
    are judged by. Folding the list as it stands would put one kind of pair
    into each fold.

    Args:
        is_same: bool (N,).
        count: folds wanted; fewer where a kind has fewer pairs.

    Returns:
        int (N,), fold numbers from 0; None when a kind has fewer than 2 pairs.
    """
    same, different = int(is_same.sum()), int((~is_same).sum())
    count = min(count, same, different)
    if count < 2:
        return None
    folds = np.empty(len(is_same), np.intp)
    folds[is_same] = np.arange(same) * count // same
    folds[~is_same] = np.arange(different) * count // different
    return folds


def can_fold(is_same: Mask, folds: Rows) -> bool:
    """Whether there are two folds or more, and the pairs outside each are of both kinds."""
    numbers = np.unique(folds)
    return len(numbers) > 1 and all(len(np.unique(is_same[folds != number])) == 2 for number in numbers)


def folded_accuracy(
    score_of: ScoreOf, is_same: Mask, folds: Rows, candidates: Values | None = None
) -> FoldedAccuracy:
    """For each fold, choose the threshold by accuracy on all the others and judge the fold by it.

    (Huang et al. 2007, Labeled Faces in the Wild, UMass Amherst TR 07-49, section V)

    Args:
        score_of: gives the distances, from the pairs that may be learnt from.
        is_same: bool (N,).
        folds: int (N,), see `can_fold`.
        candidates: thresholds to choose from, float64 (T,); None: the distances themselves.
    """
    masks = (folds == number for number in np.unique(folds))
    return FoldedAccuracy(tuple(_fold(score_of, is_same, here, candidates) for here in masks))


def _fold(score_of: ScoreOf, is_same: Mask, here: Mask, candidates: Values | None) -> Fold:
    squared_l2 = score_of(~here)
    others = Scores.of(squared_l2[~here], is_same[~here])
    threshold = best_by_accuracy(others, others.thresholds() if candidates is None else candidates)
    return Fold(threshold, decide(squared_l2[here], is_same[here], threshold))


def held_out_scores(score_of: ScoreOf, folds: Rows | None, count: int) -> Values:
    """Every pair's distance as computed without learning from its own fold, float64 (N,).

    Args:
        score_of: as above.
        folds: int (N,); None: everything is learnt from.
        count: N.
    """
    if folds is None:
        return score_of(np.ones(count, np.bool_))
    squared_l2 = np.empty(count, np.float64)
    for one in np.unique(folds):
        here = folds == one
        squared_l2[here] = score_of(~here)[here]
    return squared_l2
