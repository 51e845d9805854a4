"""Open-set identification: known people named and strangers not, measured on the enrolled themselves.

Every photo in turn is looked up twice: among all people, its own copies left
out (is its person named?), and with its person taken out of the gallery (does
the stranger get a name?). Rates are those of open-set identification:

- FNIR, false negative identification rate: share of the photos of known
  people that do not get their person's name;
- FPIR, false positive identification rate: share of the photos of strangers
  that get a name.

(ISO/IEC 19795-1:2021, Biometric performance testing and reporting; Grother,
Ngan and Hanaoka, NIST FRVT Part 2: Identification, section 3)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import FloatArray
from facecam.metrics.neighbors import Rows, blocks_of_rows
from facecam.metrics.rates import Estimate, Values, pairs_needed, percentiles

#: Fewer say nothing about strangers: with 8 people 1 % asked for became 3.6 %, and up to 12 %.
FEWEST_PEOPLE, FEWEST_PHOTOS = 8, 24
_RESAMPLES = 1000
#: Points of a curve at most.
_MOST_POINTS = 400
#: squared_l2 below which numerical noise decides.
_LEAST_THRESHOLD = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a gallery answers to photos: the two nearest people of each.

    Attributes:
        nearest: int (N,), the nearest person.
        first: float32 (N,), squared_l2 to them.
        second: float32 (N,), squared_l2 to the second nearest person; inf without one.
    """

    nearest: Rows
    first: FloatArray
    second: FloatArray

    @classmethod
    def of(cls, squared_l2: FloatArray) -> Answers:
        """From distances to people, float32 (N, P), P ≥ 1."""
        rows = np.arange(len(squared_l2))
        nearest = squared_l2.argmin(axis=1)
        first = squared_l2[rows, nearest]
        others = squared_l2.copy()
        others[rows, nearest] = np.inf
        return cls(nearest, first, others.min(axis=1))

    def named(self, threshold: float, min_gap: float) -> NDArray[np.bool_]:
        """Which photos get a name, bool (N,): by the rule of the matcher, ambiguous ones do not."""
        ambiguous = (self.second < threshold) & (self.second - self.first < min_gap)
        return (self.first < threshold) & ~ambiguous


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """All photos, each as a known face and as a stranger's.

    Attributes:
        owners: int (N,), who is in the photo.
        known: answers of the whole gallery, the photo's own copies left out.
        own: float32 (N,), squared_l2 to the own person; inf where they have no other photo.
        strangers: answers of the gallery without the photo's person.
        min_gap: squared_l2 by which the best person must beat the second.
    """

    owners: Rows
    known: Answers
    own: FloatArray
    strangers: Answers
    min_gap: float

    @classmethod
    def of(cls, squared_l2: FloatArray, owners: Rows, min_gap: float) -> Trials:
        """From distances with the photo itself left out, float32 (N, P), P ≥ 2, see `distances_to_people`."""
        rows = np.arange(len(owners))
        without = squared_l2.copy()
        without[rows, owners] = np.inf
        return cls(owners, Answers.of(squared_l2), squared_l2[rows, owners], Answers.of(without), min_gap)

    @property
    def known_rows(self) -> Rows:
        """The rows that count as known, int (K,): their person has another photo."""
        return np.flatnonzero(np.isfinite(self.own))

    def missed(self, threshold: float) -> NDArray[np.bool_]:
        """Which of the photos of `known_rows` do not get their person's name, bool (K,)."""
        right = self.known.named(threshold, self.min_gap) & (self.known.nearest == self.owners)
        missed: NDArray[np.bool_] = ~right[self.known_rows]
        return missed

    def accepted(self, threshold: float) -> NDArray[np.bool_]:
        """Which photos would get a name if their person were a stranger, bool (N,)."""
        return self.strangers.named(threshold, self.min_gap)


@dataclass(frozen=True, slots=True)
class OpenSetPoint:
    """What a threshold (squared_l2) does.

    Attributes:
        threshold: squared_l2.
        fpir: strangers' photos that get a name.
        fnir: known people's photos that do not get theirs.
    """

    threshold: float
    fpir: Estimate
    fnir: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class OpenSetCurve:
    """FPIR and FNIR over the threshold, float64 (T,) each, thresholds rising."""

    thresholds: Values
    fpir: Values
    fnir: Values


def open_set_point(trials: Trials, threshold: float, *, seed: int = 0) -> OpenSetPoint:
    """Both rates at a threshold, with intervals from drawing *people* again.

    Photos of one person succeed or fail together, so not photos but people are
    drawn. (Efron and Tibshirani 1993, An Introduction to the Bootstrap, 8.3)
    """
    known = trials.owners[trials.known_rows]
    fnir = clustered_share(trials.missed(threshold), known, seed=seed)
    fpir = clustered_share(trials.accepted(threshold), trials.owners, seed=seed)
    return OpenSetPoint(float(threshold), fpir, fnir)


def clustered_share(hits: NDArray[np.bool_], clusters: Rows, *, seed: int = 0) -> Estimate:
    """The share of hits, with a 95 % interval from drawing whole clusters again.

    Where every drawing gives the same (no hit at all, or nothing but hits),
    Wilson's interval for as many trials stands in.

    Args:
        hits: bool (N,), N ≥ 1.
        clusters: int (N,), which cluster each belongs to.
        seed: of the drawing.
    """
    _, index = np.unique(clusters, return_inverse=True)
    counts = np.bincount(index).astype(np.float64)
    successes = np.bincount(index, weights=hits)
    generator, shares = np.random.default_rng(seed), np.empty(_RESAMPLES)
    for part in blocks_of_rows(_RESAMPLES, len(counts)):
        drawn = generator.integers(len(counts), size=(len(shares[part]), len(counts)))
        shares[part] = successes[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    return percentiles(float(hits.mean()), shares, len(hits))


def share_of_pairs(hits: NDArray[np.bool_], first: Rows, second: Rows, *, seed: int = 0) -> Estimate:
    """The share of hits among pairs, with a 95 % interval from drawing people again, of both sides.

    A pair counts as often as its two people were drawn, one times the other; a pair of one person as often as that one.
    With the people of one side alone 95 % of the intervals become 73 to 79 % where people differ (20 and 40 people,
    all pairs), with both 93 to 96 %; where people do not differ these are wider than needed.
    (Owen 2007, The pigeonhole bootstrap, Annals of Applied Statistics 1:386; Snijders and Borgatti 1999,
    Non-parametric standard errors and tests for network statistics, Connections 22:161)

    Where every drawing gives the same, Wilson's interval for as many pairs stands in.

    Args:
        hits: bool (N,), N ≥ 1.
        first, second: int (N,), whose each pair is.
        seed: of the drawing.
    """
    people, index = np.unique(np.concatenate([first, second]), return_inverse=True)
    low, high = np.sort(index.reshape(2, -1), axis=0)
    codes, place = np.unique(low * len(people) + high, return_inverse=True)
    one, other = np.divmod(codes, len(people))
    counts = np.bincount(place).astype(np.float64)
    successes = np.bincount(place, weights=hits)
    generator, chance, shares = np.random.default_rng(seed), np.full(len(people), 1 / len(people)), []
    for part in blocks_of_rows(_RESAMPLES, len(codes)):
        size = len(range(_RESAMPLES)[part])
        drawn = generator.multinomial(len(people), chance, size).astype(np.float64)
        weights = drawn[:, one] * np.where(one == other, 1.0, drawn[:, other])
        trials = weights @ counts
        shares.append((weights @ successes)[trials > 0] / trials[trials > 0])
    return percentiles(float(hits.mean()), np.concatenate(shares), len(hits))


def open_set_curve(trials: Trials) -> OpenSetCurve:
    """Both rates over the thresholds at which they change, thinned out evenly."""
    distances = np.concatenate([trials.known.first, trials.strangers.first])
    values = np.unique(distances[np.isfinite(distances)].astype(np.float64))
    if len(values) > _MOST_POINTS:
        values = np.quantile(values, np.linspace(0, 1, _MOST_POINTS))
    thresholds = np.append(values, np.nextafter(values[-1], np.inf)) if len(values) else np.zeros(1)
    fpir = np.array([trials.accepted(float(one)).mean() for one in thresholds])
    fnir = np.array([_share(trials.missed(float(one))) for one in thresholds])
    return OpenSetCurve(thresholds, fpir, fnir)


def _share(hits: NDArray[np.bool_]) -> float:
    return float(hits.mean()) if len(hits) else math.nan


def threshold_for_fpir(trials: Trials, rate: float) -> float | None:
    """A threshold at which about a share `rate` of strangers' photos gets a name, from few photos.

    The lowest distances of a few hundred photos are too few to read a rate of
    1 % off them. So a normal distribution is laid through all of them, and
    where there are enough photos the order statistic must agree: the smaller
    of the two counts. Over 30 draws of 40 people with 5 photos out of 80,
    measured on the other 40, 1 % asked for became 1.4 % in the mean, against
    2.6 % by the order statistic alone; with 15 people 1.1 against 3.3 %.

    Args:
        trials: see `Trials`.
        rate: in (0, 1).

    Returns:
        squared_l2; None with fewer than `FEWEST_PEOPLE` people or `FEWEST_PHOTOS` photos.
    """
    nearest = trials.strangers.first[np.isfinite(trials.strangers.first)].astype(np.float64)
    if len(np.unique(trials.owners)) < FEWEST_PEOPLE or len(nearest) < FEWEST_PHOTOS:
        return None
    smooth = float(nearest.mean() + nearest.std() * NormalDist().inv_cdf(rate))
    if len(trials.owners) >= pairs_needed(rate):
        smooth = min(smooth, float(np.sort(nearest)[math.floor(rate * len(nearest))]))
    return smooth if smooth > _LEAST_THRESHOLD else None
