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
from facecam.metrics.neighbors import Rows, distances_to_people, rows_of_people


class LeaveOneOut:
    """Compares photos with people by the matcher's rule `counted_centre`, each photo and its copies left out.

    Args:
        vectors: float32 (N, D), unit rows.
        owners, people, pictures, enrolled: see `distances_to_people`.
        spread: see `Matcher`.
        cohort: what scores are normalised by; None: they are the distances.
    """

    def __init__(
        self,
        vectors: FloatArray,
        owners: Rows,
        people: int,
        pictures: Rows | None = None,
        enrolled: NDArray[np.bool_] | None = None,
        *,
        spread: float = SPREAD,
        cohort: Cohort | None = None,
    ) -> None:
        self._vectors, self._owners, self._people = vectors, owners, people
        self._pictures = np.arange(len(vectors)) if pictures is None else pictures
        self._enrolled = np.ones(len(vectors), np.bool_) if enrolled is None else enrolled
        self._spread, self._cohort = spread, cohort
        rows = np.flatnonzero(self._enrolled)
        self._sums = np.zeros((people, vectors.shape[1]), np.float64)
        np.add.at(self._sums, owners[rows], vectors[rows])
        self._counts = np.bincount(owners[rows], minlength=people)
        self._centers = Centers.of_sums(self._sums, self._counts, spread)
        self._shifts = None if cohort is None else self._centers.shifts(cohort)
        self._copies = {picture: rows[same] for picture, same in _by_picture(self._pictures[rows])}

    def squared_l2(self, asked: Rows | None = None) -> FloatArray:
        """From each photo of `asked` (M,) to each person, float32 (M, P); inf without another photo. None: from all."""
        asked = np.arange(len(self._vectors)) if asked is None else asked
        result = self._centers.of(self._vectors[asked])
        for left in self._left_out(asked):
            without = Centers.of_sums(left.sum[None], np.array([left.count]), self._spread)
            result[left.places, left.person] = without.of(self._vectors[asked[left.places]])[:, 0]
        looks = distances_to_people(
            self._vectors, self._owners, self._people, self._pictures, self._enrolled, asked=asked
        )
        return smaller(result, looks, self._spread)

    def scores(self, squared_l2: FloatArray, asked: Rows | None = None) -> FloatArray:
        """What names are given by: distances, and the shifts of each photo and of each person's centre without it.

        Args:
            squared_l2: of these photos, float32 (M, P).
            asked: as above.
        """
        if self._cohort is None or self._shifts is None:
            return squared_l2
        asked = np.arange(len(self._vectors)) if asked is None else asked
        people_shifts = np.tile(self._shifts, (len(asked), 1))
        # All centres at once: one by one they would be compared with the cohort in as many small pieces.
        left = list(self._left_out(asked))
        sums = np.array([one.sum for one in left]).reshape(-1, self._vectors.shape[1])
        counts = np.array([one.count for one in left], np.int64)
        without = Centers.of_sums(sums, counts, self._spread).shifts(self._cohort)
        for one, shift in zip(left, without.tolist(), strict=True):
            people_shifts[one.places, one.person] = shift
        shifts = people_shifts + self._cohort.shifts(self._vectors[asked])[:, None]
        return np.asarray(squared_l2 + shifts, np.float32)

    def _left_out(self, asked: Rows) -> Iterator[_LeftOut]:
        """Every picture of these photos that anybody is known by, once for each such person."""
        for picture, places in _by_picture(self._pictures[asked]):
            copies = self._copies.get(picture, np.empty(0, np.intp))
            for person in np.unique(self._owners[copies]).tolist():
                theirs = copies[self._owners[copies] == person]
                left = self._sums[person] - self._vectors[theirs].sum(axis=0, dtype=np.float64)
                yield _LeftOut(person, places, left, int(self._counts[person]) - len(theirs))


@dataclass(frozen=True, slots=True, eq=False)
class _LeftOut:
    """A person without one picture and its copies.

    Attributes:
        person: whose picture it is.
        places: (n,), of the photos asked about that are this picture.
        sum: float64 (D,), of the person's other vectors.
        count: how many these are.
    """

    person: int
    places: Rows
    sum: NDArray[np.float64]
    count: int


def _by_picture(pictures: Rows) -> Iterator[tuple[int, Rows]]:
    """Each picture once, and where it is."""
    numbers, places = np.unique(pictures, return_inverse=True)
    return zip(numbers.tolist(), rows_of_people(places, len(numbers)), strict=True)
