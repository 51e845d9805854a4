"""Label errors: photos that seem to carry the wrong name, and two people who seem to be one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from facecam.core.types import FloatArray
from facecam.metrics.neighbors import Rows, blocks_of_people, distances_to_people

#: A photo this many thresholds from the person's nearest other photos hardly shows them.
UNLIKE_FACTOR = 1.6
#: A photo is doubted when somebody else is this many times nearer than its own person, and that one is not
#: near anyway. With 5 % of the labels of 80 people exchanged, by photos a person: 3, 5, 10 and 30, this and the
#: rule above find 100, 100, 100 and 99 % of the wrong ones; of the others they doubt 1.8, 1.0, 0.9 and 0.4 %,
#: some of which are wrong in the set itself.
_NEARER_FACTOR, _NOT_NEAR = 1.25, 0.8
#: Two people are taken for one when the photos of each are near the other, and hardly farther than their own.
#: With 80 people cut in two, halves of 2, 5 and 15 photos: found 79, 97 and 98 % of the 80; of the 12,640 pairs
#: of different people 2, 2 and 1 were found too.
_ALIKE, _ALIKE_BY_OWN, _ALIKE_WITHOUT_OWN = 0.75, 1.4, 0.6
#: Photos a person must have besides the doubtful one before it can be called unlike them.
_LEAST_OTHERS = 2


@dataclass(frozen=True, slots=True)
class LabelDoubt:
    """A photo that may carry the wrong name.

    Attributes:
        row: the photo.
        owner: the person it is said to show.
        likely: the person it looks like; None when it looks like nobody here.
        own_squared_l2: distance to the owner's other photos; inf without any.
        other_squared_l2: distance to the nearest other person; inf without one.
    """

    row: int
    owner: int
    likely: int | None
    own_squared_l2: float
    other_squared_l2: float


@dataclass(frozen=True, slots=True)
class AlikePeople:
    """Two people who may be one; `squared_l2` is the median distance of a photo of one to the other."""

    first: int
    second: int
    squared_l2: float


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """Whom photos and people look like; what is worth keeping of (N, P) distances, which 100,000 photos make too many.

    Attributes:
        own: squared_l2 of each photo to its person, float32 (N,).
        other: to the nearest other person, float32 (N,).
        nearest: who that is, int (N,).
        own_medians: of each person's photos to the person, float64 (P,); inf without any.
        near: (first, second) → the median from the photos of the first to the second, where it is small.
    """

    own: FloatArray
    other: FloatArray
    nearest: Rows
    own_medians: np.ndarray
    near: Mapping[tuple[int, int], float]

    @classmethod
    def of(
        cls, vectors: FloatArray, owners: Rows, people: int, threshold: float, pictures: Rows | None = None
    ) -> Looks:
        """Look at all photos.

        Args:
            vectors, owners, people, pictures: see `distances_to_people`.
            threshold: below which a face is accepted.
        """
        own, other = (np.full(len(owners), np.inf, np.float32) for _ in range(2))
        nearest, medians = np.zeros(len(owners), np.intp), np.full(people, np.inf)
        near: dict[tuple[int, int], float] = {}
        for rows in blocks_of_people(owners, people):
            squared_l2 = distances_to_people(vectors, owners, people, pictures, asked=rows)
            for person in np.unique(owners[rows]).tolist():
                typical = np.median(squared_l2[owners[rows] == person], axis=0)
                medians[person] = typical[person]
                alike = np.flatnonzero(typical < _ALIKE * threshold).tolist()
                near.update({(person, one): float(typical[one]) for one in alike if one != person})
            own[rows], other[rows], nearest[rows] = own_and_nearest(squared_l2, owners[rows])
        return cls(own, other, nearest, medians, near)


def label_doubts(looks: Looks, own_nearest: FloatArray, owners: Rows, threshold: float) -> list[LabelDoubt]:
    """Photos nearer to somebody else than to their own person, and photos unlike their person; worst first.

    A photo is doubted when somebody else is clearly nearer than its own
    person's other photos, or when it is `UNLIKE_FACTOR` thresholds away from
    these. (Nearest neighbours of other classes: Wilson 1972, Asymptotic
    properties of nearest neighbor rules using edited data, IEEE SMC-2:408)

    Args:
        looks: at the photos.
        own_nearest: float32 (N,), of `nearest_own`. Here the nearest counts alone: in a mean over three, one
            wrong photo would make the right ones look doubtful.
        owners: (N,), the person each photo is said to show.
        threshold: below which a face is accepted.
    """
    own, other, nearest = looks.own, looks.other, looks.nearest
    counts = np.bincount(owners, minlength=len(looks.own_medians))
    looks_like_another = (other * _NEARER_FACTOR < own) & (own > _NOT_NEAR * threshold) & (other < threshold)
    alone = ~np.isfinite(own_nearest) | (counts[owners] <= _LEAST_OTHERS)
    unlike = (own_nearest > UNLIKE_FACTOR * threshold) & ~alone
    rows = np.flatnonzero(looks_like_another | unlike)
    rows = rows[np.argsort(other[rows] - np.minimum(own[rows], 4), kind="stable")]
    return [
        LabelDoubt(
            int(row),
            int(owners[row]),
            int(nearest[row]) if looks_like_another[row] else None,
            float(own[row]),
            float(other[row]),
        )
        for row in rows
    ]


def own_and_nearest(squared_l2: FloatArray, owners: Rows) -> tuple[FloatArray, FloatArray, Rows]:
    """Distance to the own person, to the nearest other one, and who that is, (N,) each; the own are written over."""
    rows = np.arange(len(owners))
    own = squared_l2[rows, owners]
    squared_l2[rows, owners] = np.inf
    nearest = squared_l2.argmin(axis=1)
    return own, squared_l2[rows, nearest], nearest


def alike_people(looks: Looks, threshold: float) -> list[AlikePeople]:
    """Pairs of people whose photos are as near to the other one as to their own; nearest first.

    Medians are compared, so a few mislabelled photos join nobody.

    Args:
        looks: at their photos.
        threshold: below which a face is accepted.
    """
    own = _usual_own(looks.own_medians, threshold)
    found = [
        AlikePeople(first, second, max(median, back))
        for (first, second), median in looks.near.items()
        if first < second and (back := looks.near.get((second, first))) is not None
    ]
    limit = _ALIKE * threshold
    return sorted(
        (
            one
            for one in found
            if one.squared_l2 < min(limit, _ALIKE_BY_OWN * np.sqrt(own[one.first] * own[one.second]))
        ),
        key=lambda one: (one.squared_l2, one.first, one.second),
    )


def _usual_own(own: np.ndarray, threshold: float) -> np.ndarray:
    """Median distance within each person, (P,); where one photo tells nothing, what is usual for the others."""
    known = own[np.isfinite(own)]
    usual = float(np.median(known)) if len(known) else _ALIKE_WITHOUT_OWN * threshold / _ALIKE_BY_OWN
    return np.where(np.isfinite(own), own, usual)
