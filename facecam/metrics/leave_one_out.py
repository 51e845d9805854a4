"""Leave-one-out distances: each photo from each person by the program's rule, as if it were not enrolled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import FloatArray
from facecam.gallery.matching.centers import SPREAD, Centers
from facecam.gallery.matching.cohort import Cohort
from facecam.gallery.matching.distances import smaller
from facecam.gallery.matching.templates import Templates
from facecam.metrics.neighbors import Rows, distances_to_people


def distances_left_out(
    vectors: FloatArray,
    owners: Rows,
    people: int,
    pictures: Rows | None = None,
    enrolled: NDArray[np.bool_] | None = None,
    *,
    spread: float = SPREAD,
) -> FloatArray:
    """squared_l2 from each photo to each person by the matcher's rule `counted_centre`.

    Args:
        vectors: float32 (N, D), unit rows.
        owners, people, pictures, enrolled: see `distances_to_people`.
        spread: see `Matcher`.

    Returns:
        float32 (N, P), inf for people without another photo.
    """
    sums, counts = _sums(vectors, owners, people, enrolled)
    result = Centers.of_sums(sums, counts, spread).of(vectors)
    for left in _left_out(vectors, owners, sums, counts, pictures, enrolled):
        without = Centers.of_sums(left.sum[None], np.array([left.count]), spread)
        result[left.rows, left.person] = without.of(vectors[left.rows])[:, 0]
    looks = distances_to_people(vectors, owners, people, pictures, enrolled)
    return smaller(result, looks, spread)


def shifts_left_out(
    vectors: FloatArray,
    owners: Rows,
    people: int,
    pictures: Rows | None = None,
    enrolled: NDArray[np.bool_] | None = None,
    *,
    cohort: Cohort,
    spread: float = SPREAD,
) -> FloatArray:
    """What makes scores of these distances: the shifts of each photo and of each person's centre without it.

    Args:
        vectors, owners, people, pictures, enrolled: see `distances_left_out`.
        cohort: what scores are normalised by.
        spread: see `Matcher`.

    Returns:
        float32 (N, P), to be added.
    """
    sums, counts = _sums(vectors, owners, people, enrolled)
    people_shifts = np.tile(Templates(sums, counts, spread).shifts(cohort), (len(vectors), 1))
    # All centres at once: one by one they would be compared with the cohort in as many small pieces.
    left = list(_left_out(vectors, owners, sums, counts, pictures, enrolled))
    left_sums = np.array([one.sum for one in left]).reshape(-1, vectors.shape[1])
    without = Templates(left_sums, np.array([one.count for one in left], np.int64), spread).shifts(cohort)
    for one, shift in zip(left, without.tolist(), strict=True):
        people_shifts[one.rows, one.person] = shift
    return np.asarray(people_shifts + cohort.shifts(vectors)[:, None], np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _LeftOut:
    """A person without one picture and its copies.

    Attributes:
        person: whose picture it is.
        rows: (n,), all photos that are this picture.
        sum: float64 (D,), of the person's other vectors.
        count: how many these are.
    """

    person: int
    rows: Rows
    sum: NDArray[np.float64]
    count: int


def _left_out(
    vectors: FloatArray,
    owners: Rows,
    sums: NDArray[np.float64],
    counts: NDArray[np.int64],
    pictures: Rows | None,
    enrolled: NDArray[np.bool_] | None,
) -> Iterator[_LeftOut]:
    """Every picture anybody is known by, once."""
    pictures = np.arange(len(vectors)) if pictures is None else pictures
    enrolled = np.ones(len(vectors), np.bool_) if enrolled is None else enrolled
    for person in range(len(sums)):
        theirs = np.flatnonzero((owners == person) & enrolled)
        for picture in np.unique(pictures[theirs]).tolist():
            copies = theirs[pictures[theirs] == picture]
            left = sums[person] - vectors[copies].sum(axis=0, dtype=np.float64)
            rows = np.flatnonzero(pictures == picture)
            yield _LeftOut(person, rows, left, int(counts[person]) - len(copies))


def _sums(
    vectors: FloatArray, owners: Rows, people: int, enrolled: NDArray[np.bool_] | None
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Of each person's vectors: their sum, (P, D), and their number, (P,)."""
    enrolled = np.ones(len(vectors), np.bool_) if enrolled is None else enrolled
    sums = np.zeros((people, vectors.shape[1]), np.float64)
    np.add.at(sums, owners[enrolled], vectors[enrolled])
    return sums, np.bincount(owners[enrolled], minlength=people)
