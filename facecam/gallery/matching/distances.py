"""Distance rules: how the vectors of a person make one distance from a probe."""

from __future__ import annotations

from typing import Final, Literal, Protocol

import numpy as np

from facecam.core.distances import normalized, unit_squared_l2
from facecam.core.types import FloatArray
from facecam.gallery.gallery import MAX_SQUARED_L2, Gallery
from facecam.gallery.matching.centers import LOOK_MARGIN, SPREAD, Centers, sums_of_each
from facecam.gallery.matching.neighbors import NearPeople, NearRows
from facecam.gallery.matching.rows import RowsByOwner

MatchRule = Literal["nearest", "k_nearest", "centre", "counted_centre"]
#: The rule of the program: see docs/EVALUATION.md. A threshold stored with a gallery goes with it.
RULE_IN_USE: Final[MatchRule] = "counted_centre"

#: How many of a person's distances `k_nearest` averages.
NEIGHBORS = 3


class PersonDistances(Protocol):
    """Compares faces with everybody.

    Attributes:
        values: numbers worked on per face.
    """

    values: int

    def of(self, queries: FloatArray) -> FloatArray:
        """squared_l2 in [0, 4] or inf, float32 (N, P), from float32 (N, D), unit rows."""
        ...


def person_distances(
    gallery: Gallery, rule: MatchRule, spread: float = SPREAD, index: NearRows | None = None
) -> PersonDistances:
    """What finds the distances to the people of a gallery.

    Args:
        gallery: whom to compare with.
        rule: see `Matcher`.
        spread: mean squared_l2 of two photos of one person by the model, for `counted_centre`.
        index: of the gallery's vectors: `counted_centre` then compares people with a vector among its near ones only.
    """
    if rule == "counted_centre":
        if index is not None:
            return _SmallerNear(gallery, NearPeople(index, gallery.owners), spread)
        return _Smaller(Centers.of_gallery(gallery, spread), _Looks(gallery, spread), spread)
    if rule == "centre":
        return Centers.of_gallery(gallery, 0.0)
    return _Vectors(gallery, NEIGHBORS if rule == "k_nearest" else 1)


def smaller(by_center: FloatArray, by_looks: FloatArray, spread: float) -> FloatArray:
    """The distance from the centre, or that from the nearest photos plus a margin where they are near and this is less.

    Args:
        by_center: (N, P), squared_l2 or inf.
        by_looks: (N, P), mean squared_l2 of the three nearest; from `spread` on it does not count.
        spread: see `person_distances`.
    """
    looks = np.minimum(by_looks + LOOK_MARGIN * spread, MAX_SQUARED_L2)
    return np.where(by_looks < spread, np.minimum(by_center, looks), by_center).astype(np.float32)


class _Smaller:
    """`smaller` of two ways to compare."""

    def __init__(self, centers: PersonDistances, looks: PersonDistances, spread: float) -> None:
        self.values = centers.values + looks.values
        self._centers, self._looks, self._spread = centers, looks, spread

    def of(self, queries: FloatArray) -> FloatArray:
        return smaller(self._centers.of(queries), self._looks.of(queries), self._spread)


class _SmallerNear:
    """The same, of the people near a face, who are looked for once. Before, nothing is worked out for anybody."""

    def __init__(self, gallery: Gallery, near: NearPeople, spread: float) -> None:
        self.values = len(gallery)
        self._vectors, self._near, self._spread = gallery.vectors, near, spread

    def of(self, queries: FloatArray) -> FloatArray:
        distances = np.full((len(queries), self.values), np.inf, np.float32)
        for query, row in zip(queries, distances, strict=True):
            near = dict(self._near.of(query))
            if not near:
                continue
            references = [normalized(self._vectors[rows]) for rows in near.values()]
            looks = [_mean_of_nearest(query, one, NEIGHBORS) for one in references]
            by_center = Centers.of_sums(*sums_of_each(references), self._spread).of(query[None])[0]
            row[[*near]] = smaller(by_center, np.array(looks, np.float32), self._spread)
        return distances


class _Looks:
    """The mean of the nearest few vectors of people with one nearer than a limit; the others are infinitely far."""

    def __init__(self, gallery: Gallery, limit: float) -> None:
        self._people, self._limit = len(gallery), limit
        self._references, self._owners = normalized(gallery.vectors), gallery.owners
        self._rows = RowsByOwner(gallery.owners)
        self.values = max(len(self._references), self._people)

    def of(self, queries: FloatArray) -> FloatArray:
        distances = np.full((len(queries), self._people), np.inf, np.float32)
        squared_l2 = unit_squared_l2(queries, self._references)
        rows, near = np.nonzero(squared_l2 < self._limit)
        for row, person in set(zip(rows.tolist(), self._owners[near].tolist(), strict=True)):
            nearest = np.sort(squared_l2[row, self._rows[person]])[:NEIGHBORS]
            distances[row, person] = np.clip(nearest, 0, MAX_SQUARED_L2).mean()
        return distances


class _Vectors:
    """The mean of the nearest few of each person's vectors."""

    def __init__(self, gallery: Gallery, neighbors: int) -> None:
        self._people, self._neighbors = len(gallery), neighbors
        self._references, self._rows = normalized(gallery.vectors), RowsByOwner(gallery.owners)
        self._present = np.unique(gallery.owners).tolist()
        self.values = max(len(self._references), self._people)

    def of(self, queries: FloatArray) -> FloatArray:
        squared_l2 = np.clip(unit_squared_l2(queries, self._references), 0, MAX_SQUARED_L2)
        distances = np.full((len(queries), self._people), np.inf, np.float32)
        for person in self._present:
            nearest = np.sort(squared_l2[:, self._rows[person]], axis=1)[:, : self._neighbors]
            distances[:, person] = nearest.mean(axis=1)
        return distances


def _mean_of_nearest(query: FloatArray, vectors: FloatArray, neighbors: int) -> float:
    squared_l2 = np.clip(unit_squared_l2(vectors, query), 0, MAX_SQUARED_L2)
    return float(np.sort(squared_l2)[:neighbors].mean())
