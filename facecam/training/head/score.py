"""Smooth objective of the head: how well distances tell people apart where few strangers may pass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from facecam.metrics import rates as metrics

#: False-accept rates the score looks at.
LOWEST_RATE, HIGHEST_RATE = 1e-3, 1e-1
_POINTS = 25


def log_roc(same: NDArray[np.floating], different: NDArray[np.floating]) -> float | None:
    """Mean share of same pairs accepted over false-accept rates from 0.001 to 0.1, evenly on a log scale.

    Unlike the share at one rate it does not jump with a single pair. With few different pairs the lowest
    rate rises to what they can support.

    Args:
        same: squared_l2 of pairs of one person, (S,).
        different: squared_l2 of pairs of two people, (D,).

    Returns:
        In [0, 1]; None where the pairs are too few to say anything.
    """
    lowest = max(LOWEST_RATE, metrics.pairs_needed(1.0) / max(1, len(different)))
    if not len(same) or lowest >= HIGHEST_RATE:
        return None
    thresholds = _low_quantiles(different, np.geomspace(lowest, HIGHEST_RATE, _POINTS))
    return float(np.searchsorted(np.sort(same), thresholds).mean() / len(same))


def _low_quantiles(values: NDArray[np.floating], rates: NDArray[np.float64]) -> NDArray[np.floating]:
    """`numpy.quantile` for rising small rates: only the smallest values are sorted, which is most of the time."""
    places = rates * (len(values) - 1)
    last = min(len(values) - 1, int(places[-1]) + 1)
    smallest = np.sort(np.partition(values, last)[: last + 1])
    return np.asarray(np.interp(places, np.arange(len(smallest)), smallest))
