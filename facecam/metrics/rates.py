"""Rates, curves and their uncertainty, from distances of pairs of which the truth is known.

A pair is accepted (taken for one person) when its squared_l2 is strictly below
the threshold. FAR is the share of different pairs accepted, TAR (recall) the
share of same pairs accepted, FRR = 1 − TAR. squared_l2 = 2 − 2·cosine on unit
vectors, so all of this is the same for cosine, turned round.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facecam.core.types import FloatArray
from facecam.metrics.calibration import threshold_at_rate

Values = NDArray[np.float64]
Rows = NDArray[np.intp]

#: False-accept rates at which the true-accept rate is reported.
REPORTED_RATES = (1e-2, 1e-3)
#: 97.5 % quantile of the normal distribution: 95 % lie within ± this many deviations.
_Z = 1.959963984540054
#: Without a single false accept among n pairs the rate is below 3/n with 95 %
#: confidence, so fewer than 3/rate pairs cannot support a rate.
#: (Hanley and Lippman-Hand 1983, If nothing goes wrong, is everything all right?, JAMA 249:1743)
_RULE_OF_THREE = 3.0
_RESAMPLES, _FEWEST_RESAMPLES = 1000, 100
#: Scores drawn in all, so that a million pairs do not take minutes.
_MOST_DRAWN = 20_000_000
_PAIRS_AT_ONCE = 65_536


def squared_distances(vectors: FloatArray, first: Rows, second: Rows) -> Values:
    """squared_l2 between rows `first` and `second`, int (N,) each, of float32 (M, D): float64 (N,)."""
    distances = np.empty(len(first), np.float64)
    for start in range(0, len(first), _PAIRS_AT_ONCE):
        part = slice(start, start + _PAIRS_AT_ONCE)
        difference = vectors[first[part]].astype(np.float64) - vectors[second[part]]
        distances[part] = np.einsum("nd,nd->n", difference, difference)
    return distances


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Distances of known pairs.

    Attributes:
        same: float64 (S,), squared_l2 of pairs of one person, rising, S ≥ 1.
        different: float64 (D,), squared_l2 of pairs of two people, rising, D ≥ 1.
        same_counts, different_counts: int64 (S,) and (D,), how many pairs each stands for; None: one.
    """

    same: Values
    different: Values
    same_counts: Rows | None = None
    different_counts: Rows | None = None

    def __post_init__(self) -> None:
        for name, values in (("same", self.same), ("different", self.different)):
            if values.dtype != np.float64 or values.ndim != 1 or not len(values):
                raise ValueError(
                    f"expected {name} float64 (N,), N ≥ 1. Received: {values.dtype} {values.shape}"
                )
            if not np.isfinite(values).all() or (np.diff(values) < 0).any():
                raise ValueError(f"expected {name} finite and rising. Received: {values}")

    @classmethod
    def of(cls, squared_l2: ArrayLike, is_same: ArrayLike) -> Scores:
        """Sort distances (N,) by kind, given bool (N,)."""
        values, kinds = np.asarray(squared_l2, np.float64), np.asarray(is_same, np.bool_)
        if values.shape != kinds.shape:
            raise ValueError(f"expected a kind for each distance. Received: {values.shape} and {kinds.shape}")
        return cls(np.sort(values[kinds]), np.sort(values[~kinds]))

    @classmethod
    def counted(cls, values: Values, same: Rows, different: Rows) -> Scores:
        """From rising values (B,) and how many pairs of each kind have them, int64 (B,)."""
        here, there = same > 0, different > 0
        return cls(values[here], values[there], same[here], different[there])

    @property
    def pairs_same(self) -> int:
        """How many pairs of one person there are."""
        return len(self.same) if self.same_counts is None else int(self.same_counts.sum())

    @property
    def pairs_different(self) -> int:
        """How many pairs of two people."""
        return len(self.different) if self.different_counts is None else int(self.different_counts.sum())

    def thresholds(self) -> Values:
        """The distances themselves, each once, and one beyond them: every decision there is, float64 (T,)."""
        values = np.unique(np.concatenate([self.same, self.different]))
        return np.append(values, np.nextafter(values[-1], np.inf))

    def accepted(self, thresholds: Values) -> tuple[Rows, Rows]:
        """How many same and different pairs lie below each threshold, int (T,) each."""
        return (
            _below(self.same, self.same_counts, thresholds),
            _below(self.different, self.different_counts, thresholds),
        )

    def rates(self, thresholds: Values) -> tuple[Values, Values]:
        """(FAR, TAR) at each threshold, float64 (T,) each."""
        true, false = self.accepted(thresholds)
        return false / self.pairs_different, true / self.pairs_same


def _below(
    values: Values, counts: Rows | None, thresholds: Values, side: Literal["left", "right"] = "left"
) -> Rows:
    """How many lie below each threshold, or up to it."""
    places = np.searchsorted(values, thresholds, side=side)
    return places if counts is None else np.concatenate([[0], np.cumsum(counts)])[places]


def grid() -> Values:
    """Thresholds 0, 0.01 … 4 squared_l2, as earlier FaceNet programs used, float64 (401,)."""
    return np.arange(401) / 100


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % confidence interval.

    Both kinds take the pairs for independent. Pairs that share photos or
    people are not quite: the truth is somewhat less certain than it says here.

    Attributes:
        value: the figure.
        low: lower end of the interval.
        high: upper end.
        method: `wilson` for a share that was counted; `bootstrap` for what
            was computed from all pairs; `exact` for Clopper and Pearson's.
    """

    value: float
    low: float
    high: float
    method: Literal["wilson", "bootstrap", "exact"]

    def to_json(self) -> dict[str, Any]:
        """For reports."""
        return {"value": self.value, "low": self.low, "high": self.high, "interval": self.method}


def wilson(successes: float, trials: int) -> Estimate:
    """A share with Wilson's score interval.

    (Wilson 1927, Probable inference, the law of succession, and statistical
    inference, JASA 22:209, equation for the limits)

    Example:
        >>> round(wilson(0, 10).high, 4)
        0.2775
    """
    if not 0 <= successes <= trials or trials < 1:
        raise ValueError(f"expected 0 ≤ successes ≤ trials ≥ 1. Received: {successes} of {trials}")
    share, spread = successes / trials, _Z * _Z / trials
    middle = (share + spread / 2) / (1 + spread)
    reach = _Z / (1 + spread) * math.sqrt(share * (1 - share) / trials + spread / (4 * trials))
    low, high = max(0.0, middle - reach), min(1.0, middle + reach)
    return Estimate(share, min(low, share), max(high, share), "wilson")


@dataclass(frozen=True, slots=True)
class Decisions:
    """How many pairs were judged rightly and wrongly.

    Attributes:
        true_accepts: same pairs accepted.
        false_accepts: different pairs accepted.
        true_rejects: different pairs rejected.
        false_rejects: same pairs rejected.
    """

    true_accepts: int
    false_accepts: int
    true_rejects: int
    false_rejects: int

    def __add__(self, other: Decisions) -> Decisions:
        return Decisions(*map(sum, zip(astuple(self), astuple(other), strict=True)))

    @property
    def pairs(self) -> int:
        """All of them."""
        return self.true_accepts + self.false_accepts + self.true_rejects + self.false_rejects

    @property
    def accuracy(self) -> Estimate:
        """Share judged rightly."""
        return wilson(self.true_accepts + self.true_rejects, self.pairs)

    @property
    def precision(self) -> Estimate | None:
        """Share of same pairs among the accepted; None when nothing was accepted."""
        accepted = self.true_accepts + self.false_accepts
        return wilson(self.true_accepts, accepted) if accepted else None

    @property
    def recall(self) -> Estimate | None:
        """Share of the same pairs accepted (TAR); None without any."""
        return _share(self.true_accepts, self.false_rejects)

    @property
    def false_accept_rate(self) -> Estimate | None:
        """Share of the different pairs accepted (FAR); None without any."""
        return _share(self.false_accepts, self.true_rejects)

    @property
    def false_reject_rate(self) -> Estimate | None:
        """Share of the same pairs rejected (FRR); None without any."""
        return _share(self.false_rejects, self.true_accepts)


def _share(part: int, rest: int) -> Estimate | None:
    return wilson(part, part + rest) if part + rest else None


def decide(squared_l2: Values, is_same: NDArray[np.bool_], threshold: float) -> Decisions:
    """Judge pairs: distances (N,) and bool (N,), one threshold."""
    accepted = squared_l2 < threshold
    return Decisions(
        int((accepted & is_same).sum()),
        int((accepted & ~is_same).sum()),
        int((~accepted & ~is_same).sum()),
        int((~accepted & is_same).sum()),
    )


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """A threshold, why this one, and what it does to the pairs.

    Attributes:
        rule: how it was found, in words.
        threshold: squared_l2.
        decisions: over all pairs.
    """

    rule: str
    threshold: float
    decisions: Decisions


def operating_point(rule: str, scores: Scores, threshold: float) -> OperatingPoint:
    """What a threshold does."""
    true, false = (int(count[0]) for count in scores.accepted(np.array([threshold])))
    decisions = Decisions(true, false, scores.pairs_different - false, scores.pairs_same - true)
    return OperatingPoint(rule, threshold, decisions)


def best_by_accuracy(scores: Scores, candidates: Values) -> float:
    """The candidate (T,) that judges most pairs rightly; of several the lowest, which accepts fewest."""
    true, false = scores.accepted(candidates)
    return float(candidates[np.argmax(true - false)])


def best_by_youden(scores: Scores, candidates: Values) -> float:
    """The candidate (T,) with the largest TAR − FAR; of several the lowest.

    (Youden 1950, Index for rating diagnostic tests, Cancer 3:32)
    """
    true, false = scores.accepted(candidates)
    # In whole numbers: as fractions, equal values can differ in the last digit.
    return float(candidates[np.argmax(true * scores.pairs_different - false * scores.pairs_same)])


def area_under_roc(scores: Scores) -> float:
    """Chance that a same pair is closer than a different one, a tie counting half.

    That is the area under the ROC curve. (Hanley and McNeil 1982, The meaning
    and use of the area under a ROC curve, Radiology 143:29)
    """
    after = _below(scores.different, scores.different_counts, scores.same, "right")
    before = _below(scores.different, scores.different_counts, scores.same)
    farther = scores.pairs_different - (after + before) / 2
    return float(np.average(farther, weights=scores.same_counts) / scores.pairs_different)


def equal_error(scores: Scores) -> tuple[float, float]:
    """(rate, threshold squared_l2) where FAR and FRR meet, linear between neighbouring thresholds."""
    thresholds = scores.thresholds()
    far, _ = scores.rates(thresholds)
    true, false = scores.accepted(thresholds)
    # FAR − FRR, times both numbers of pairs to stay exact; rises strictly from below 0 to above.
    gap = false * scores.pairs_same - (scores.pairs_same - true) * scores.pairs_different
    after = int(np.argmax(gap >= 0))
    if gap[after] == 0:
        return float(far[after]), float(thresholds[after])
    part = -gap[after - 1] / (gap[after] - gap[after - 1])
    rate = far[after - 1] + part * (far[after] - far[after - 1])
    return float(rate), float(thresholds[after - 1] + part * (thresholds[after] - thresholds[after - 1]))


def pairs_needed(rate: float) -> int:
    """How many different pairs a false-accept rate takes before a figure means anything."""
    return math.ceil(_RULE_OF_THREE / rate - 1e-9)


@dataclass(frozen=True, slots=True)
class TarAtFar:
    """The share of same pairs accepted when a given share of different ones is.

    Attributes:
        rate: the false-accept rate.
        tar: None when there are too few different pairs to say.
        threshold: squared_l2, interpolated between the different pairs; None likewise.
        pairs_needed: how many different pairs this rate takes.
    """

    rate: float
    tar: Estimate | None
    threshold: float | None
    pairs_needed: int


@dataclass(frozen=True, slots=True)
class Separation:
    """How well distances tell same from different, whatever the threshold.

    Attributes:
        auc: area under the ROC curve.
        eer: the rate at which FAR and FRR are equal.
        eer_threshold: squared_l2 where they are.
        tar_at_far: one for each of the rates asked for.
    """

    auc: Estimate
    eer: Estimate
    eer_threshold: float
    tar_at_far: tuple[TarAtFar, ...]


def separation(scores: Scores, rates: Sequence[float] = REPORTED_RATES, *, seed: int = 0) -> Separation:
    """AUC, EER and TAR at FAR with 95 % bootstrap intervals.

    Same and different pairs are redrawn apart from each other, up to 1,000
    times, and all figures computed anew, thresholds too, so that their
    uncertainty is included; the interval is that of the percentiles. (Efron
    and Tibshirani 1993, An Introduction to the Bootstrap, chapter 13) Where no
    drawing changes a figure, as when all same pairs are closer than all
    different ones, the percentiles say nothing and Wilson's interval stands in.

    Args:
        scores: the distances.
        rates: false-accept rates in (0, 1).
        seed: of the drawing; equal seeds give equal intervals.
    """
    drawn = np.array([_figures(redrawn, rates) for redrawn in _redrawn(scores, seed)])
    values = _figures(scores, rates)
    smaller = min(scores.pairs_same, scores.pairs_different)
    trials = (smaller, smaller, *(scores.pairs_same for _ in rates))
    estimates = [percentiles(*figure) for figure in zip(values, drawn.T, trials, strict=True)]
    points = tuple(_tar_at_far(scores, *point) for point in zip(rates, estimates[2:], strict=True))
    return Separation(estimates[0], estimates[1], equal_error(scores)[1], points)


def _redrawn(scores: Scores, seed: int) -> Iterator[Scores]:
    """One after the other: together those of a million pairs would take gigabytes."""
    generator = np.random.default_rng(seed)
    pairs = scores.pairs_same + scores.pairs_different
    times = min(_RESAMPLES, max(_FEWEST_RESAMPLES, _MOST_DRAWN // pairs))

    def again(values: Values) -> Values:
        return np.sort(generator.choice(values, len(values)))

    def counts(known: Rows) -> Rows:
        return generator.multinomial(known.sum(), known / known.sum())

    for _ in range(times):
        if scores.same_counts is None or scores.different_counts is None:
            yield Scores(again(scores.same), again(scores.different))
            continue
        same, different = counts(scores.same_counts), counts(scores.different_counts)
        yield Scores(
            scores.same[same > 0], scores.different[different > 0], same[same > 0], different[different > 0]
        )


def _figures(scores: Scores, rates: Sequence[float]) -> list[float]:
    """AUC, EER, then TAR at each rate."""
    at_rates = [_tar(scores, _threshold_at(scores, rate)) for rate in rates]
    return [area_under_roc(scores), equal_error(scores)[0], *at_rates]


def _tar(scores: Scores, threshold: float) -> float:
    return float(scores.accepted(np.array([threshold]))[0][0]) / scores.pairs_same


def _threshold_at(scores: Scores, rate: float) -> float:
    if scores.different_counts is None:
        return threshold_at_rate(scores.different, rate)
    place = rate * (scores.pairs_different - 1)
    around = np.array([math.floor(place), math.ceil(place)])
    low, high = scores.different[np.searchsorted(np.cumsum(scores.different_counts), around, "right")]
    return float(low + (place - around[0]) * (high - low))


def percentiles(value: float, drawn: Values, trials: int) -> Estimate:
    """A share with the 95 % interval of its drawings; where they are all alike, Wilson's for as many trials."""
    low, high = np.quantile(drawn, (0.025, 0.975)) if len(drawn) else (0.0, 0.0)
    if low == high:
        return wilson(min(value * trials, trials), trials)
    return Estimate(value, float(min(low, value)), float(max(high, value)), "bootstrap")


def _tar_at_far(scores: Scores, rate: float, tar: Estimate) -> TarAtFar:
    needed = pairs_needed(rate)
    if scores.pairs_different < needed:
        return TarAtFar(rate, None, None, needed)
    return TarAtFar(rate, tar, _threshold_at(scores, rate), needed)
