"""Distance rules: how the vectors of a person make one distance from a probe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from facecam.core.distances import unit_squared_l2
from facecam.core.types import FloatArray
from facecam.gallery.gallery import MAX_SQUARED_L2, Gallery
from facecam.gallery.matching.centers import LOOK_MARGIN, SPREAD, Centers, CentersNear, normalized
from facecam.gallery.matching.neighbors import NearPeople, NearRows
from facecam.gallery.matching.rows import RowsByOwner

MatchRule = Literal["nearest", "k_nearest", "centre", "counted_centre"]
#: The rule of the program: see docs/EVALUATION.md. A threshold stored with a gallery goes with it.
RULE_IN_USE: Final[MatchRule] = "counted_centre"

#: How many of a person's distances `k_nearest` averages.
NEIGHBORS = 3

# From this many vectors a person on, a partition is faster than a sorting network of NEIGHBOURS lanes.
_LONG = 32


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
        index: of the gallery's vectors: only people with a vector among its near ones are compared.
    """
    near = None if index is None else NearPeople(index, gallery.owners)
    if rule == "centre":
        centers = Centers.of_gallery(gallery, 0.0)
        return centers if near is None else CentersNear(centers, near)
    if rule == "counted_centre":
        centers = Centers.of_gallery(gallery, spread)
        if near is None:
            return _Smaller(centers, _Looks(gallery, spread), spread)
        return _SmallerNear(centers, gallery, near, spread)
    neighbors = NEIGHBORS if rule == "k_nearest" else 1
    return _Vectors(gallery, neighbors) if near is None else _VectorsNear(gallery, neighbors, near)


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
    """The same, of the people near a face, who are looked for once."""

    def __init__(self, centers: Centers, gallery: Gallery, near: NearPeople, spread: float) -> None:
        self.values = centers.values
        self._centers, self._near, self._spread = centers, near, spread
        self._references = normalized(gallery.vectors)

    def of(self, queries: FloatArray) -> FloatArray:
        distances = np.full((len(queries), self.values), np.inf, np.float32)
        for query, row in zip(queries, distances, strict=True):
            near = dict(self._near.of(query))
            people = np.array([*near], np.int64)
            looks = [_mean_of_nearest(query, self._references[rows], NEIGHBORS) for rows in near.values()]
            by_center = self._centers.to(query[None], people)[0]
            row[people] = smaller(by_center, np.array(looks, np.float32), self._spread)
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


@dataclass(frozen=True, slots=True, eq=False)
class _Bucket:
    """People with about equally many vectors.

    `slots` int64 (capacity, people): each column lists the rows of one
    person's vectors, filled up with the row past the last.
    """

    people: NDArray[np.int64]
    slots: NDArray[np.int64]


class _Vectors:
    """The mean of the nearest few of each person's vectors."""

    def __init__(self, gallery: Gallery, neighbors: int) -> None:
        self._people, self._neighbors = len(gallery), neighbors
        self._buckets = _bucketed(gallery.owners, exact=neighbors)
        # A row past the last, for the empty slots of buckets.
        self._references = np.append(
            normalized(gallery.vectors), np.zeros((1, gallery.dimensions), np.float32), axis=0
        )
        self.values = max(len(self._references), self._people)

    def of(self, queries: FloatArray) -> FloatArray:
        squared_l2 = queries @ self._references.T
        squared_l2 *= -2
        squared_l2 += 2
        np.clip(squared_l2, 0, MAX_SQUARED_L2, out=squared_l2)
        squared_l2[:, -1] = np.inf  # an empty slot is never among the nearest
        distances = np.full((len(queries), self._people), np.inf, np.float32)
        for bucket in self._buckets:
            slots = squared_l2.take(bucket.slots, axis=1)
            distances[:, bucket.people] = _mean_of_smallest(slots, self._neighbors)
        return distances


class _VectorsNear:
    """The same, of the people near a face."""

    def __init__(self, gallery: Gallery, neighbors: int, near: NearPeople) -> None:
        self.values = len(gallery)
        self._references, self._neighbors, self._near = normalized(gallery.vectors), neighbors, near

    def of(self, queries: FloatArray) -> FloatArray:
        distances = np.full((len(queries), self.values), np.inf, np.float32)
        for query, row in zip(queries, distances, strict=True):
            for person, rows in self._near.of(query):
                row[person] = _mean_of_nearest(query, self._references[rows], self._neighbors)
        return distances


def _mean_of_nearest(query: FloatArray, vectors: FloatArray, neighbors: int) -> float:
    squared_l2 = np.clip(unit_squared_l2(vectors, query), 0, MAX_SQUARED_L2)
    return float(np.sort(squared_l2)[:neighbors].mean())


def _bucketed(owners: NDArray[np.int32], exact: int) -> list[_Bucket]:
    """Buckets by number of vectors: by the very number up to `exact`, then by the next power of two.

    So there are a dozen buckets however many people there are, and as minimum
    and sorting run over slots, their inner loops run over people.
    """
    by_owner = np.append(np.argsort(owners, kind="stable"), len(owners))
    people, starts, counts = np.unique(owners[by_owner[:-1]], return_index=True, return_counts=True)
    capacities = np.where(counts <= exact, counts, 2 ** np.ceil(np.log2(counts)).astype(np.int64))
    buckets = []
    for capacity in np.unique(capacities).tolist():
        chosen = capacities == capacity
        slot = np.arange(capacity)[:, None]
        rows = np.where(slot < counts[chosen], starts[chosen] + slot, len(owners))
        buckets.append(_Bucket(people[chosen].astype(np.int64), by_owner[rows]))
    return buckets


def _mean_of_smallest(slots: FloatArray, neighbors: int) -> FloatArray:
    """Mean of the `neighbors` smallest over axis 1 of (N, slots, people), of all when there are fewer."""
    count = slots.shape[1]
    if neighbors == 1:
        smallest: FloatArray = slots.min(axis=1)
        return smallest
    if count <= neighbors:
        return np.asarray(slots.mean(axis=1), np.float32)
    if count > _LONG:
        lowest = np.partition(slots, neighbors - 1, axis=1)[:, :neighbors]
        return np.asarray(lowest.mean(axis=1), np.float32)
    return _network_mean(slots, neighbors)


def _network_mean(slots: FloatArray, neighbors: int) -> FloatArray:
    """The same by insertion into sorted lanes: whole rows of people per step, no sort per person."""
    lanes = [np.full_like(slots[:, 0], np.inf) for _ in range(neighbors)]
    for slot in range(slots.shape[1]):
        candidate = slots[:, slot]
        for lane, held in enumerate(lanes):
            lanes[lane] = np.minimum(held, candidate)
            candidate = np.maximum(held, candidate)
    return np.asarray(sum(lanes) / np.float32(neighbors), np.float32)
