"""Probability that two faces are one person, from their distance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from facecam.metrics.rates import squared_distances

Knots = tuple[tuple[float, float], ...]

#: Pairs of each kind below which a probability would be a guess.
LEAST_PAIRS = 50
#: The curve is measured in about this many stretches of equally many same pairs and of different ones.
_STRETCHES = 24
_MAX_SQUARED_L2 = 4.0


def probability_knots(same: NDArray[np.floating], different: NDArray[np.floating]) -> Knots | None:
    """(squared_l2, probability) knots to interpolate between, distances rising, probabilities falling.

    The probability is that of a pair of the same person where same and
    different pairs are equally likely, made monotone by isotonic regression
    (Zadrozny and Elkan, 2002). Nearer than the nearest pair it is 1, farther
    than the farthest 0.

    Args:
        same: squared_l2 of pairs of the same person, (N,).
        different: squared_l2 of pairs of different people, (M,).

    Returns:
        At most 60 knots; None with fewer than 50 pairs of a kind, or where all distances are alike.
    """
    if min(len(same), len(different)) < LEAST_PAIRS:
        return None
    edges = _edges(same, different)
    if len(edges) < 2:
        return None  # All distances are alike.
    same_share = _shares(same, edges)
    different_share = _shares(different, edges)
    weights = same_share + different_share
    kept = weights > 0
    from sklearn.isotonic import IsotonicRegression  # Takes a second to import: only to calibrate.

    falling = IsotonicRegression(y_min=0, y_max=1, increasing=False)
    centers = ((edges[:-1] + edges[1:]) / 2)[kept]
    probabilities = falling.fit_transform(
        centers, same_share[kept] / weights[kept], sample_weight=weights[kept]
    )
    return _with_ends(centers, np.asarray(probabilities))


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


def _edges(same: NDArray[np.floating], different: NDArray[np.floating]) -> NDArray[np.float64]:
    shares = np.linspace(0, 1, _STRETCHES + 1)
    # The interesting stretch is the tail of the different pairs, which even quantiles would not resolve.
    tail = np.geomspace(10 / len(different), 0.5, _STRETCHES) if len(different) > 20 else shares
    edges = np.concatenate([np.quantile(same, shares), np.quantile(different, [*tail, 1.0])])
    return np.unique(np.round(edges.astype(np.float64), 6))


def _shares(values: NDArray[np.floating], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    clipped = np.clip(values.astype(np.float64), edges[0], edges[-1])
    counts, _ = np.histogram(clipped, edges)
    return np.asarray(counts / len(values), np.float64)


def _with_ends(centers: NDArray[np.float64], probabilities: NDArray[np.float64]) -> Knots:
    """The corners of the curve only, with 1 at distance 0 in front and 0 at the end."""
    knots = {0.0: 1.0}
    for index, (center, probability) in enumerate(zip(centers, probabilities, strict=True)):
        around = probabilities[max(0, index - 1) : index + 2]
        if np.ptp(around) > 0 or index in (0, len(centers) - 1):
            knots[round(float(center), 4)] = round(float(probability), 4)
    knots[min(_MAX_SQUARED_L2, round(float(centers[-1]) * 1.1 + 1e-3, 4))] = 0.0
    return tuple(sorted(knots.items()))
