"""Probability that two faces are one person, from their distance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from facecam.metrics.rates import squared_distances

Knots = tuple[tuple[float, float], ...]
Values = NDArray[np.float64]

#: Pairs of each kind below which a probability would be a guess.
LEAST_PAIRS = 50
#: Share of same pairs for which the curve is fitted best: a name is chosen among many, where most are different.
_FITTED_FOR = 0.01
#: The distances are counted in this many stretches.
_STRETCHES = 3000
_KNOTS = 48
_MAX_SQUARED_L2 = 4.0
_MOST_STEPS = 100
#: Of the penalty that keeps the curve finite where the two kinds do not overlap.
_RIDGE = 1e-10


def probability_knots(same: NDArray[np.floating], different: NDArray[np.floating]) -> Knots | None:
    """(squared_l2, probability) knots to interpolate between, distances rising, probabilities falling.

    The probability is that of a pair of the same person where same and
    different pairs are equally likely; p / (1 − p) is then the ratio of the
    likelihoods, from which `gallery.naming_odds` finds the probability of a
    name among many. Its logarithm is a parabola over the distance (as for two
    normal distributions), fitted by logistic regression with one same pair to
    99 different ones (Brümmer and du Preez 2006, Application-independent
    evaluation of speaker detection), and made to fall. So the tails, where
    names are decided, come from the shape and not from a few pairs; but no
    ratio is claimed that is larger than the number of pairs (squared_l2 of 4 alone has 0).

    Args:
        same: squared_l2 of pairs of the same person, (N,); or scores.
        different: the same of pairs of different people, (M,).

    Returns:
        At most 48 knots from 0 to 4; None with fewer than 50 pairs of a kind, or where all distances are alike.
    """
    if min(len(same), len(different)) < LEAST_PAIRS:
        return None
    every = np.concatenate([same, different]).astype(np.float64)
    low, high = float(every.min()), float(every.max())
    if high - low < 1e-9:
        return None  # All distances are alike.
    middle, width = float(np.median(same)), max(float(np.std(same)), (high - low) * 1e-3)
    distances, shares = _counted(same, different, low, high)
    coefficients = _fitted(_powers((distances - middle) / width), *shares)
    inner = np.linspace(max(0.0, low), min(_MAX_SQUARED_L2, high), 20 * _KNOTS)
    logits = _falling(_powers((inner - middle) / width) @ coefficients, inner, middle)
    return _knots(inner, np.clip(logits, -np.log(len(same)), np.log(len(different))))


def same_pairs(vectors: NDArray[np.float32], owners: NDArray[np.integer]) -> NDArray[np.float32]:
    """squared_l2 of all pairs of rows with one owner: float32 (pairs,), unsorted.

    Args:
        vectors: float32 (N, D), unit rows.
        owners: (N,), who each row belongs to.
    """
    pairs = []
    for owner in np.unique(owners):
        own = vectors[owners == owner]
        pairs.append(squared_distances(own, *np.triu_indices(len(own), k=1)).clip(0, _MAX_SQUARED_L2))
    return np.concatenate([*pairs, np.empty(0)]).astype(np.float32)


def _counted(
    same: NDArray[np.floating], different: NDArray[np.floating], low: float, high: float
) -> tuple[Values, tuple[Values, Values]]:
    """Middles of stretches, and which shares of the two kinds lie there."""
    edges = np.linspace(low, high, _STRETCHES + 1)
    shares = [np.histogram(kind, edges)[0] / len(kind) for kind in (same, different)]
    kept = shares[0] + shares[1] > 0
    return ((edges[:-1] + edges[1:]) / 2)[kept], (shares[0][kept], shares[1][kept])


def _powers(values: Values) -> Values:
    return np.stack([np.ones_like(values), values, values**2], axis=1)


def _fitted(powers: Values, same: Values, different: Values) -> Values:
    """Coefficients (3,) of the logarithm of the likelihood ratio; Newton's method, halving steps that lose."""
    offset = np.log(_FITTED_FOR / (1 - _FITTED_FOR))
    wanted = _FITTED_FOR * same
    weights = wanted + (1 - _FITTED_FOR) * different

    def loss(coefficients: Values) -> float:
        logits = powers @ coefficients + offset
        fit = weights @ np.logaddexp(0, logits) - wanted @ logits
        return float(fit + _RIDGE * coefficients @ coefficients / 2)

    best = np.zeros(3)
    for _ in range(_MOST_STEPS):
        share = 1 / (1 + np.exp(-np.clip(powers @ best + offset, -50, 50)))
        slope = powers.T @ (weights * share - wanted) + _RIDGE * best
        curvature = (powers * (weights * share * (1 - share))[:, None]).T @ powers + _RIDGE * np.eye(3)
        step = np.linalg.solve(curvature, slope)
        before = loss(best)
        size = next((2.0**-half for half in range(30) if loss(best - step * 2.0**-half) < before), None)
        if size is None or abs(size * slope @ step) < 1e-16:
            break
        best = best - size * step
    return np.asarray(best)


def _falling(logits: Values, distances: Values, middle: float) -> Values:
    """A parabola rises on one side: from its turn on it stays level there."""
    start = int(np.argmin(np.abs(distances - middle)))
    before = np.maximum.accumulate(logits[: start + 1][::-1])[::-1]
    return np.concatenate([before, np.minimum.accumulate(logits[start:])[1:]])


def _knots(distances: Values, logits: Values) -> Knots:
    """Where the logarithm has fallen by equal steps, as card files take them."""
    logits = np.minimum.accumulate(logits)
    wanted = np.linspace(logits[0], logits[-1], _KNOTS - 2)
    rows = np.unique(np.searchsorted(-logits, -wanted).clip(0, len(logits) - 1))
    knots: dict[float, float] = {0.0: _probability(logits[0])}
    for row in rows:
        # To five digits: a network that has hardly learned yet keeps its vectors within a thousandth.
        knots[float(f"{distances[row]:.5g}")] = _probability(logits[row])
    knots[_MAX_SQUARED_L2] = 0.0
    return tuple(sorted(knots.items()))


def _probability(logit: float) -> float:
    return round(float(1 / (1 + np.exp(-logit))), 8)
