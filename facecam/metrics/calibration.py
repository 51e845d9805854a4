"""Calibration: from distances of known pairs to thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facecam.core.distances import unit_squared_l2

#: False-accept rates a card carries thresholds for, where there are enough pairs.
TARGET_RATES = (1e-4, 1e-3, 3e-3, 5e-3, 1e-2)
#: Those and rarer ones, and between them: what a promise to many people comes to for each of them.
FINE_RATES = (1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 5e-3, 1e-2)
#: Pairs of different people expected below the threshold at least, or the rate says nothing.
_LEAST_FALSE_ACCEPTS = 10


@dataclass(frozen=True, slots=True)
class Calibration:
    """Thresholds by false-accept rate.

    Attributes:
        points: (false-accept rate, squared_l2), rates rising.
        different_pairs: how many pairs of different people they rest on.
    """

    points: tuple[tuple[float, float], ...]
    different_pairs: int

    def best_for(self, rate: float) -> tuple[float, float] | None:
        """The point nearest to the wanted rate from above, else the nearest one; None without any."""
        if not self.points:
            return None
        return min(self.points, key=lambda point: (point[0] < rate, abs(point[0] - rate)))


def threshold_at_rate(different: NDArray[np.floating], rate: float) -> float:
    """squared_l2 below which a share `rate` of the pairs of different people lies.

    Args:
        different: distances of pairs of different people, (N,).
        rate: in (0, 1); interpolated linearly between order statistics.
    """
    return float(np.quantile(different, rate))


def calibrate(different: NDArray[np.floating], rates: Sequence[float] = TARGET_RATES) -> Calibration:
    """Thresholds for those of `rates` that enough pairs support."""
    points = tuple(
        (rate, threshold_at_rate(different, rate))
        for rate in sorted(rates)
        if rate * len(different) >= _LEAST_FALSE_ACCEPTS
    )
    return Calibration(points, len(different))


def different_pairs(vectors: NDArray[np.float32], owners: NDArray[np.integer]) -> NDArray[np.float32]:
    """squared_l2 of all pairs of rows with different owners.

    Args:
        vectors: float32 (N, D), unit rows.
        owners: (N,), who each row belongs to.

    Returns:
        float32 (pairs,), unsorted.
    """
    return shifted_pairs(vectors, owners, np.zeros(len(vectors), np.float32))[1]


def shifted_pairs(
    vectors: NDArray[np.float32], owners: NDArray[np.integer], shifts: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """squared_l2 of all pairs of rows, what is added for each row included: of one owner, of different ones.

    Args:
        vectors: float32 (N, D), unit rows.
        owners: (N,), who each row belongs to.
        shifts: (N,), see `gallery.cohort`.

    Returns:
        Two float32 arrays, unsorted; not clipped: scores may be a little below 0.
    """
    first, second = np.triu_indices(len(owners), k=1)
    distances = np.clip(unit_squared_l2(vectors, vectors), 0, 4) + shifts[:, None] + shifts
    values = np.asarray(distances[first, second], np.float32)
    same = owners[first] == owners[second]
    return values[same], values[~same]
