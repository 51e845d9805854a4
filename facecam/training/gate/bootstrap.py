"""Paired bootstrap over people: how sure a difference between two models is.

People, not photos or pairs, because photos of one person succeed or fail together. (Efron and Tibshirani 1993, An
Introduction to the Bootstrap, chapter 8; Bolle, Ratha and Pankanti 2004, Error analysis of pattern recognition
systems: the subsets bootstrap, Computer Vision and Image Understanding 93:1)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facecam.metrics.rates import Rows, Values, wilson

_MOST_RESAMPLES, _FEWEST_RESAMPLES, _MOST_DRAWN = 1000, 400, 200_000_000
#: Differences below these are rounding, not merit.
_TAR_TIE, _AUC_TIE = 1e-9, 1e-4
_LOW, _HIGH = 0.025, 0.975


@dataclass(frozen=True, slots=True, eq=False)
class Drawings:
    """Figures of two models on each drawing.

    Attributes:
        new: float64 (R,), the decisive figure of the one; R may be 0.
        old: float64 (R,), of the other.
        ahead: float64 (R,), 1 where the one is ahead, 0 where the other is, ½ on a tie.
    """

    new: Values
    old: Values
    ahead: Values

    @property
    def share_ahead(self) -> float:
        """In which share of the drawings the one is ahead, ties half; ½ without drawings."""
        return float(self.ahead.mean()) if len(self.ahead) else 0.5

    def ranges(self, trials: int) -> tuple[tuple[float, float] | None, ...]:
        """95 % intervals of the one and of the other; None without drawings.

        Where no drawing changes a figure, as when no pair is missed, drawings say nothing: Wilson's interval for
        `trials` photos stands in.
        """
        if not len(self.new):
            return None, None
        return _figure_range(self.new, trials), _figure_range(self.old, trials)


def draw(
    new: Values, old: Values, first: Rows, second: Rows, *, rate: float | None, seed: int = 0
) -> Drawings:
    """Draw people with replacement, up to 1,000 times.

    A pair of one person counts as often as they were drawn, a pair of two people as often as both: copies of a person
    drawn twice are never strangers to each other.

    Args:
        new: squared_l2 of pairs by the one model, float64 (N,).
        old: by the other, likewise.
        first: int (N,), whose the first photo of each pair is.
        second: int (N,), whose the second one is.
        rate: the false-accept rate at which the share of same pairs accepted decides, the area under the ROC curve
            where that is equal; None: the area alone.
        seed: of the drawings.
    """
    curves = [_Curve.of(values, first, second) for values in (new, old)]
    people = int(max(first.max(), second.max())) + 1
    there = np.unique(np.concatenate([first, second]))
    generator = np.random.default_rng(seed)
    times = min(_MOST_RESAMPLES, max(_FEWEST_RESAMPLES, _MOST_DRAWN // max(1, len(first))))
    found = []
    for _ in range(times):
        drawn = there[generator.integers(len(there), size=len(there))]
        counts = np.bincount(drawn, minlength=people).astype(np.float64)
        figures = _compared(curves[0], curves[1], counts, rate)
        if figures is not None:
            found.append(figures)
    values = np.array(found, np.float64).reshape(-1, 3)
    return Drawings(values[:, 0], values[:, 1], values[:, 2])


def _compared(
    new: _Curve, old: _Curve, counts: Values, rate: float | None
) -> tuple[float, float, float] | None:
    """(figure of the one, of the other, who is ahead); None if a kind of pairs was not drawn."""
    weighed = [curve.weighed(counts) for curve in (new, old)]
    if not all(one.complete for one in weighed):
        return None
    if rate is not None:
        tars = [one.tar(rate) for one in weighed]
        if abs(tars[0] - tars[1]) > _TAR_TIE:
            return tars[0], tars[1], float(tars[0] > tars[1])
    areas = [one.area() for one in weighed]
    ahead = 0.5 if abs(areas[0] - areas[1]) <= _AUC_TIE else float(areas[0] > areas[1])
    return (areas[0], areas[1], ahead) if rate is None else (tars[0], tars[1], ahead)


@dataclass(frozen=True, slots=True, eq=False)
class _Curve:
    """Pairs sorted by distance once, so that a drawing costs two running sums.

    Attributes:
        first: int (N,), whose the first photo is.
        second: int (N,), whose the second is.
        is_same: bool (N,).
    """

    first: Rows
    second: Rows
    is_same: NDArray[np.bool_]

    @classmethod
    def of(cls, squared_l2: Values, first: Rows, second: Rows) -> _Curve:
        is_same = first == second
        # Equal distances: different pairs first, since a pair at the threshold is not accepted.
        order = np.lexsort((is_same, squared_l2))
        return cls(first[order], second[order], is_same[order])

    def weighed(self, counts: Values) -> _Weighed:
        """How often each pair occurs where people occur `counts` times."""
        once = counts[self.first]
        same = np.where(self.is_same, once, 0.0)
        different = np.where(self.is_same, 0.0, once * counts[self.second])
        return _Weighed(same, np.cumsum(different))


@dataclass(frozen=True, slots=True, eq=False)
class _Weighed:
    """Pairs by rising distance, float64 (N,) each: weight of the same ones, running sum of the different ones."""

    same: Values
    below: Values

    @property
    def complete(self) -> bool:
        """Whether both kinds are there."""
        return bool(self.below[-1] > 0 and self.same.any())

    def tar(self, rate: float) -> float:
        """Share of the same pairs accepted at a false-accept rate."""
        accepted = np.searchsorted(self.below, rate * self.below[-1], side="right")
        return float(self.same[:accepted].sum() / self.same.sum())

    def area(self) -> float:
        """Under the ROC curve."""
        return float((self.same * (self.below[-1] - self.below)).sum() / (self.same.sum() * self.below[-1]))


def _figure_range(values: Values, trials: int) -> tuple[float, float]:
    low, high = np.quantile(values, (_LOW, _HIGH))
    if low < high:
        return float(low), float(high)
    counted = wilson(float(low) * trials, trials)
    return counted.low, counted.high
