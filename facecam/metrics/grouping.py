"""How well groups of faces are people, by BCubed precision and recall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facecam.core.distances import unit_squared_l2
from facecam.core.types import FloatArray
from facecam.gallery.matching.linkage import average_linkage
from facecam.metrics.false_accepts import Points, threshold_at

#: People, and of them people with several photos, below which a limit would fit these few only.
FEWEST_PEOPLE, FEWEST_WITH_SEVERAL = 100, 30
#: Limits tried, as shares of the threshold by which pairs are accepted.
_SHARES = tuple(np.round(np.arange(0.5, 1.101, 0.025), 3).tolist())
#: Of the joins made so many are expected to be wrong, were the mean of two groups no surer than a pair of faces.
_WRONG_SHARE = 0.1
#: How near strangers are to each other is told by the distance that this share of their pairs is below,
_ALIKE_RATE = 0.01
#: where there are so many pairs, of at most so many faces.
_FEWEST_PAIRS, _COMPARED = 20, 2000
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


class JoinLimit:
    """How near two groups of faces must be to become one, from the groups there are.

    Few of the joins are to be wrong. With G groups of N faces N − G joins were
    made; every face may be like any of the G people by chance, so at a rate r of
    different pairs below the limit about N · G · r joins would be wrong, and r
    follows from the share of them that may be. (Benjamini and Hochberg 1995,
    Controlling the false discovery rate) Which limit has that rate is known of
    the model; where faces of different groups are more alike than those it was
    measured on, the limit is lower by the difference.

    Args:
        vectors: float32 (N, D), unit rows.
        calibration: (rate, squared_l2) points of pairs of different people, or with shifts (rate, score).
        least, most: the limit is never lower, or higher; of the same kind.
        shifts: float32 (N,), see `Cohort`; None: plain distances.
    """

    def __init__(
        self,
        vectors: FloatArray,
        calibration: Points,
        least: float,
        most: float,
        shifts: FloatArray | None = None,
    ) -> None:
        self._calibration, self._least, self._most = calibration, least, most
        self._some = slice(None, None, 1 + len(vectors) // _COMPARED)
        some = vectors[self._some]
        self._scores = unit_squared_l2(some, some)
        if shifts is not None:
            self._scores += shifts[self._some, None] + shifts[self._some]

    def __call__(self, labels: NDArray[np.intp]) -> float:
        """The limit for groups (N,), squared_l2 or a score."""
        groups = len(np.unique(labels))
        if groups == len(labels):
            return self._least
        whose = labels[self._some]
        strangers = self._scores[whose[:, None] < whose]
        limit = threshold_at(self._calibration, _WRONG_SHARE * (1 / groups - 1 / len(labels)))
        usual = threshold_at(self._calibration, _ALIKE_RATE)
        if limit is None or usual is None or len(strangers) < _FEWEST_PAIRS:
            return self._least
        limit += min(0.0, float(np.quantile(strangers, _ALIKE_RATE)) - usual)
        return max(self._least, min(limit, self._most))
