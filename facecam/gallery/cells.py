"""Cells around middles: vectors that point much the same way lie in one."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.events import CancelToken
from facecam.core.types import FloatArray

_LEAST, _MOST = 16, 8192
#: Cells per root of the number of vectors: twice as many cells make a search half as long and building twice.
_PER_ROOT: Final = 2.0
#: Vectors the middles are found with, per cell, and how often they are moved.
_SAMPLE_PER_CELL, _ROUNDS = 32, 5
_SEED = 0
_ASSIGN_TOGETHER = 20_000


def cell_count(vectors: int) -> int:
    """How many cells suit a number of vectors."""
    return max(1, min(vectors, max(_LEAST, min(_MOST, round(_PER_ROOT * math.sqrt(vectors))))))


def middles_of(vectors: FloatArray, count: int, cancel: CancelToken | None = None) -> FloatArray:
    """Directions the vectors gather around, float32 (count, D), unit rows; the same every time.

    Spherical k-means (Dhillon and Modha, 2001) on a sample.

    Args:
        vectors: float32 (N, D), unit rows, N ≥ `count`.
        count: cells.
        cancel: asked between rounds.
    """
    generator = np.random.default_rng(_SEED)
    chosen = generator.choice(len(vectors), min(len(vectors), _SAMPLE_PER_CELL * count), replace=False)
    sample = vectors[chosen]
    middles = sample[:count].copy()
    for _ in range(_ROUNDS):
        (cancel or CancelToken()).check()
        sums = _sums(sample, nearest_middles(sample, middles), count)
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        # A cell that lost all its vectors keeps its middle.
        middles = np.where(norms > 1e-6, sums / np.maximum(norms, 1e-6), middles)
    return middles


def nearest_middles(vectors: FloatArray, middles: FloatArray) -> NDArray[np.int32]:
    """The cell of each of float32 (N, D): int32 (N,)."""
    parts = [
        (vectors[first : first + _ASSIGN_TOGETHER] @ middles.T).argmax(axis=1)
        for first in range(0, len(vectors), _ASSIGN_TOGETHER)
    ]
    return np.concatenate([np.zeros(0, np.int64), *parts]).astype(np.int32)


def _sums(vectors: FloatArray, cells: NDArray[np.int32], count: int) -> FloatArray:
    """The sum of each cell's vectors, float32 (count, D)."""
    order = np.argsort(cells, kind="stable")
    occupied, starts = np.unique(cells[order], return_index=True)
    sums = np.zeros((count, vectors.shape[1]), np.float32)
    sums[occupied] = np.add.reduceat(vectors[order], starts, axis=0)
    return sums
