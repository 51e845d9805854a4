"""How well groups of faces are people, by BCubed precision and recall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import FloatArray
from facecam.gallery.matching.linkage import average_linkage

#: People, and of them people with several photos, below which a limit would fit these few only.
FEWEST_PEOPLE, FEWEST_WITH_SEVERAL = 100, 30
#: Limits tried, as shares of the threshold by which pairs are accepted.
_SHARES = tuple(np.round(np.arange(0.5, 1.101, 0.025), 3).tolist())
#: Limits whose F is this near to the best one's are as good: their middle is taken.
_AS_GOOD = 0.001


@dataclass(frozen=True, slots=True)
class BCubed:
    """Groups compared with people, face by face.

    For each face: of its group, the share that is the same person (precision);
    of its person's faces, the share that is in the group (recall). Means over
    all faces. (Bagga and Baldwin 1998, Entity-based cross-document
    coreferencing using the vector space model; Amigó et al. 2009, A comparison
    of extrinsic clustering evaluation metrics)

    Attributes:
        precision: in (0, 1].
        recall: in (0, 1].
    """

    precision: float
    recall: float

    @property
    def f(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def bcubed(groups: NDArray[np.integer], owners: NDArray[np.integer]) -> BCubed:
    """Groups (N,) of N ≥ 1 faces compared with whose they are (N,); below 0: each in a group of its own."""
    alone = groups < 0
    labels = np.where(alone, groups.max(initial=0) + 1 + np.arange(len(groups)), groups)
    one = np.unique(labels, return_inverse=True)[1]
    other = np.unique(owners, return_inverse=True)[1]
    _, both, together = np.unique(
        one.astype(np.int64) * (int(other.max()) + 1) + other, return_inverse=True, return_counts=True
    )
    shared = together[both]
    precision, recall = shared / np.bincount(one)[one], shared / np.bincount(other)[other]
    return BCubed(float(precision.mean()), float(recall.mean()))


def best_limit(
    vectors: FloatArray, owners: NDArray[np.integer], threshold: float, shifts: FloatArray | None = None
) -> float | None:
    """The limit of `average_linkage` whose groups are most like people.

    Collections with many people of one photo ask for a lower one than those
    without: the mean F of all photos and of those of people with several counts.

    Args:
        vectors: float32 (N, D), unit rows, of all photos of the people, single ones too.
        owners: (N,), whose they are.
        threshold: by which pairs of them are accepted, of the same kind as the limit.
        shifts: float32 (N,), see `Cohort`; None: plain distances.

    Returns:
        squared_l2, or with shifts a score; None with too few people to tell.
    """
    _, whose, counts = np.unique(owners, return_inverse=True, return_counts=True)
    if len(counts) < FEWEST_PEOPLE or (counts > 1).sum() < FEWEST_WITH_SEVERAL:
        return None
    limits = np.array(_SHARES) * threshold
    found = np.zeros(len(limits))
    for rows in (np.arange(len(owners)), np.flatnonzero(counts[whose] > 1)):
        some = None if shifts is None else shifts[rows]
        groups = [average_linkage(vectors[rows], float(one), some) for one in limits]
        found += [bcubed(labels, owners[rows]).f / 2 for labels in groups]
    return float(limits[found >= found.max() - _AS_GOOD].mean())
