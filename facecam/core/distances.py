"""Distances of unit vectors."""

from __future__ import annotations

import numpy as np

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


def normalized(vectors: FloatArray) -> FloatArray:
    """float32 (N, D) with rows of norm 1 exactly."""
    # Rows may be off by 1e-3; dividing keeps 2 − 2·cosine true to 1e-6, and a vector at 0 from itself.
    norms = np.sqrt(np.einsum("nd,nd->n", vectors, vectors))
    return np.asarray(vectors / norms[:, None], np.float32)
