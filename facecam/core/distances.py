"""Distances of unit vectors."""

from __future__ import annotations

from facecam.core.types import FloatArray


def unit_squared_l2(first: FloatArray, second: FloatArray) -> FloatArray:
    """Squared Euclidean distances, |a - b|² = 2 - 2 a·b for |a| = |b| = 1.

    Args:
        first: float (..., D), unit rows.
        second: float (M, D), unit rows, or (D,).

    Returns:
        (..., M), or (...) for one vector; 0…4, up to rounding.
    """
    return 2 - (2 * first) @ second.T
