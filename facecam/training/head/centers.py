"""Robust centers of people among vectors, which a few wrong labels do not move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import FloatArray

Values = NDArray[np.float64]
Rows = NDArray[np.intp]

_ROUNDS = 5
#: Distances below this are the same photo twice: they must not make all others outliers.
_LEAST_SCALE = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class HeadCenters:
    """Centres of people, and how near their own photos and those of others are.

    Attributes:
        centers: float64 (K, D), unit rows, in the order of `numpy.unique(labels)`.
        own: float64 (N,), cosine of each photo to its person's centre made without that photo; NaN where it
            is the person's only one.
        nearest_other: float64 (N,), largest cosine to another person's centre; −1 with one person.
    """

    centers: Values
    own: Values
    nearest_other: Values

    @property
    def trusted(self) -> NDArray[np.bool_]:
        """Photos, bool (N,), nearer to their own person than to any other: the others may be mislabelled."""
        return np.asarray(np.nan_to_num(self.own, nan=-1.0) > self.nearest_other)


def find_centers(vectors: FloatArray, mirrored: FloatArray | None, labels: Rows) -> HeadCenters:
    """Centres of all people.

    Args:
        vectors: float32 (N, D), unit rows, one for each photo.
        mirrored: the same of the mirrored photos, or None.
        labels: int (N,), who each photo shows, 0 … K−1, each at least once.
    """
    both = vectors.astype(np.float64) if mirrored is None else vectors.astype(np.float64) + mirrored
    centers = np.empty((int(labels.max()) + 1, vectors.shape[1]))
    own = np.full(len(labels), np.nan)
    for person in range(len(centers)):
        rows = np.flatnonzero(labels == person)
        weights = robust_weights(both[rows])
        total = weights @ both[rows]
        centers[person] = unit(total[None])[0]
        if len(rows) > 1:
            without = unit(total - weights[:, None] * both[rows])
            own[rows] = np.einsum("nd,nd->n", vectors[rows], without)
    return HeadCenters(centers, own, _nearest_other(vectors, centers, labels))


def robust_weights(vectors: Values) -> Values:
    """How much each of one person's vectors (n, D) counts in the mean, float64 (n,), in (0, 1].

    Iteratively reweighted mean with Cauchy's weights 1 / (1 + (d/s)²/2), d the cosine distance to the mean
    and s its median. (Holland and Welsch 1977, Robust regression using iteratively reweighted
    least-squares, Communications in Statistics 6:813)
    """
    weights = np.ones(len(vectors))
    directions = unit(vectors)
    for _ in range(_ROUNDS if len(vectors) > 2 else 0):
        distances = 1.0 - directions @ unit((weights @ vectors)[None])[0]
        scale = max(float(np.median(distances)), _LEAST_SCALE)
        weights = 1.0 / (1.0 + (distances / scale) ** 2 / 2.0)
    return weights


def unit(rows: Values) -> Values:
    """Rows divided by their L2 norm; a row of zeros stays."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12))


def _nearest_other(vectors: FloatArray, centers: Values, labels: Rows) -> Values:
    cosines = vectors @ centers.T
    cosines[np.arange(len(labels)), labels] = -1.0
    return np.asarray(cosines.max(axis=1), np.float64)
