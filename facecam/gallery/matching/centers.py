"""Centres of people: the mean of their vectors, made unit length, and what stands for their number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.distances import normalized
from facecam.core.types import FloatArray
from facecam.gallery.gallery import MAX_SQUARED_L2, Gallery
from facecam.gallery.matching.cohort import Cohort

#: Mean squared_l2 of two photos of one person by dlib's network, on LFW.
SPREAD: Final = 0.085
#: What is added for many vectors is at most so many times what these vectors really gained by being averaged.
_MOST_GAINS = 2.0
_SHORTEST_CENTER = 1e-6
#: What is added to the distance from a person's nearest photos, as a share of the spread, where that counts
#: instead of the centre: a look just named moves the centre of many photos little.
LOOK_MARGIN: Final = 0.94


def added_for_many(lengths: NDArray[np.floating], counts: NDArray[np.int64], spread: float) -> FloatArray:
    """What `counted_centre` adds to the distance from a person's centre, float32 (P,), ≥ 0.

    The centre of n photos is nearer to *every* face than a photo is, on
    average by half the spread times 1 − 1/n. Vectors that hardly differ (looks
    of one moment, copies) are no several photos: their mean is as long as one
    of them, 1 − length² is what averaging gained, and twice that is the limit.

    Args:
        lengths: (P,), of the mean of each person's unit vectors.
        counts: (P,), vectors of each, ≥ 1.
        spread: mean squared_l2 of two photos of one person by the model.
    """
    wanted = spread / 2 * (1 - 1 / counts)
    added = np.minimum(wanted, _MOST_GAINS * np.maximum(0, 1 - lengths**2))
    return np.asarray(added, np.float32)


class Centers:
    """Unit-length means, and what is added to the distance from each; inf where a person has none."""

    def __init__(self, centers: FloatArray, added: FloatArray) -> None:
        self.values = len(centers)
        self._centers, self._added = centers, added
        self._most = np.where(np.isfinite(added), np.float32(MAX_SQUARED_L2), np.float32(np.inf))

    @classmethod
    def of_gallery(cls, gallery: Gallery, spread: float) -> Centers:
        """Those of everybody in a gallery."""
        return cls.of_sums(*sums_of(gallery), spread)

    @classmethod
    def of_sums(cls, sums: NDArray[np.float64], counts: NDArray[np.int64], spread: float) -> Centers:
        """From the sum of each person's unit vectors, (P, D), and their number, (P,)."""
        lengths, present = np.linalg.norm(sums, axis=1), np.maximum(counts, 1)
        usable = (counts > 0) & (lengths > _SHORTEST_CENTER)  # vectors that cancel out have none
        added = added_for_many(lengths / present, present, spread)
        centers = (sums / np.where(usable, lengths, 1)[:, None]).astype(np.float32)
        return cls(centers, np.where(usable, added, np.float32(np.inf)))

    def of(self, queries: FloatArray) -> FloatArray:
        squared_l2 = queries @ self._centers.T
        squared_l2 *= -2
        squared_l2 += 2
        np.maximum(squared_l2, 0, out=squared_l2)
        squared_l2 += self._added
        np.minimum(squared_l2, self._most, out=squared_l2)
        return squared_l2

    def shifts(self, cohort: Cohort) -> FloatArray:
        """What a cohort adds to distances from everybody, float32 (P,); 0 for people without a centre.

        The centre of many photos is nearer to everybody, and so to the cohort:
        its shift gives back a share, `cohort.weight`, of what the rule adds to
        the distance for that. It is not to be given back twice.
        """
        usable = np.isfinite(self._added)
        values = np.zeros(self.values, np.float32)
        values[usable] = cohort.shifts(self._centers[usable]) - cohort.weight * self._added[usable]
        return values


def sums_of(gallery: Gallery) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The sum of each person's vectors, float64 (P, D), and how many there are."""
    sums = np.zeros((len(gallery), gallery.dimensions), np.float64)
    owners, vectors = gallery.owners, normalized(gallery.vectors)
    if (np.diff(owners) < 0).any():  # Saved galleries grow person by person: mostly they are in order.
        order = np.argsort(owners, kind="stable")
        owners, vectors = owners[order], vectors[order]
    people, starts = np.unique(owners, return_index=True)
    if len(people):
        sums[people] = np.add.reduceat(vectors, starts, axis=0, dtype=np.float64)
    return sums, gallery.counts()


def sums_of_each(references: Sequence[FloatArray]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The same of some people, 1 or more, from the unit vectors (n, D) of each."""
    sums = np.array([one.sum(axis=0, dtype=np.float64) for one in references])
    return sums, np.array([len(one) for one in references], np.int64)
