"""Whose face is this? Distances from vectors to people, and the verdict."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from facecam.core.errors import ConfigError
from facecam.core.types import FloatArray, Identity, Match, Verdict
from facecam.gallery.gallery import MAX_SQUARED_L2, Gallery
from facecam.gallery.neighbours import NeighbourIndex

MatchRule = Literal["nearest", "k_nearest", "centre"]

#: squared_l2 by which the best person must beat the second best, when both are below the threshold.
DEFAULT_MIN_GAP = 0.02

#: How many of a person's distances `k_nearest` averages.
NEIGHBOURS = 3

# Distances worked on at once, 8 MB of float32; with all temporaries a call stays below 64 MB.
_BLOCK_VALUES = 2_000_000
# From this many vectors a person on, a partition is faster than a sorting network of NEIGHBOURS lanes.
_LONG = 32
_SHORTEST_CENTRE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class _Bucket:
    """People with about equally many vectors.

    `slots` int64 (capacity, people): each column lists the rows of one
    person's vectors, filled up with the row past the last.
    """

    people: NDArray[np.int64]
    slots: NDArray[np.int64]


class _NearPeople:
    """The people with a vector among the near ones of a face."""

    def __init__(self, index: NeighbourIndex, owners: NDArray[np.int32]) -> None:
        self._index, self._owners = index, owners
        self._by_owner = np.argsort(owners, kind="stable")
        self._starts = np.searchsorted(owners[self._by_owner], np.arange(owners.max(initial=-1) + 2))

    def of(self, query: FloatArray) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """Each of them with all their rows."""
        for person in np.unique(self._owners[self._index.near(query)]).tolist():
            yield person, self._by_owner[self._starts[person] : self._starts[person + 1]]


class Matcher:
    """Compares vectors with every person of a gallery.

    The distance of a vector to a person (squared_l2 = 2 − 2·cosine, in [0, 4])
    is, by `rule`: `nearest`, the smallest to any of their vectors; `k_nearest`,
    the mean of the three smallest (of all, when there are fewer); `centre`, the
    one to their mean vector divided by its norm. People without vectors, and by
    `centre` those whose vectors cancel out, are infinitely far.

    Verdict: with d1 the distance of the nearest person and d2 that of the
    second nearest, `unknown` unless d1 < threshold, strictly; else `ambiguous`
    when d2 < threshold and d2 − d1 < min_gap; else `match`. A second person
    who would not be accepted anyway makes nothing ambiguous.

    Rejections of the gallery are honoured by the verdict: somebody is out of
    the question for a face that is nearer to a face the user said is not them
    than to them (the next person may still be it). `distances` knows nothing
    of it.

    Args:
        gallery: whom to look for; later changes need a new `Matcher`.
        threshold: squared_l2 in [0, 4].
        rule: see above.
        min_gap: squared_l2 ≥ 0; 0 switches `ambiguous` off (on a tie the
            person who comes first in the gallery wins).
        index: of the gallery's vectors, for a very large gallery: only people
            with a vector among its near ones are compared, the others count as
            infinitely far. Not for `centre`.

    Raises:
        ConfigError: a threshold, rule or gap that cannot be meant.
    """

    def __init__(
        self,
        gallery: Gallery,
        threshold: float,
        rule: MatchRule = "nearest",
        min_gap: float = DEFAULT_MIN_GAP,
        index: NeighbourIndex | None = None,
    ) -> None:
        _check_settings(threshold, rule, min_gap)
        self.gallery, self.threshold, self.rule, self.min_gap = (
            gallery,
            float(threshold),
            rule,
            float(min_gap),
        )
        self._identities = gallery.identities
        self._neighbours = NEIGHBOURS if rule == "k_nearest" else 1
        vectors, owners = _centres(gallery) if rule == "centre" else (gallery.vectors, gallery.owners)
        self._near = _NearPeople(index, owners) if index is not None and rule != "centre" else None
        self._buckets = [] if self._near else _bucketed(owners, exact=self._neighbours)
        # A row past the last, for the empty slots of buckets.
        self._references = np.append(
            _normalised(vectors), np.zeros((1, gallery.dimensions), np.float32), axis=0
        )
        rejections = gallery.rejections
        self._rejected = [
            (person, _normalised(rejections.of(person))) for person in np.unique(rejections.owners).tolist()
        ]

    def with_threshold(self, squared_l2: float) -> Matcher:
        """The same with another threshold, squared_l2 in [0, 4]; shares all arrays, so it costs nothing.

        Raises:
            ConfigError: a threshold that cannot be meant.
        """
        _check_settings(squared_l2, self.rule, self.min_gap)
        other = copy.copy(self)
        other.threshold = float(squared_l2)
        return other

    def match(self, vectors: FloatArray) -> list[Match]:
        """Name each of `vectors`, float32 (N, D), unit rows.

        Raises:
            ValueError: wrong dtype, shape or norms.
        """
        matches: list[Match] = []
        for start, distances in self._blocks(vectors):
            self._rule_out(vectors[start : start + len(distances)], distances)
            matches.extend(self._verdicts(distances))
        return matches

    def _rule_out(self, vectors: FloatArray, distances: FloatArray) -> None:
        """Put people who would be accepted infinitely far from faces nearer to one of their rejections."""
        for person, rejected in self._rejected:
            if not (distances[:, person] < self.threshold).any():
                continue
            nearest = (2 - 2 * _normalised(vectors) @ rejected.T).min(axis=1)
            distances[nearest < distances[:, person], person] = np.inf

    def distances(self, vectors: FloatArray) -> FloatArray:
        """squared_l2 from each of `vectors`, float32 (N, D), to each person: float32 (N, P), in [0, 4] or inf.

        Raises:
            ValueError: wrong dtype, shape or norms.
        """
        result = np.empty((len(vectors), len(self._identities)), np.float32)
        for start, distances in self._blocks(vectors):
            result[start : start + len(distances)] = distances
        return result

    def _blocks(self, vectors: FloatArray) -> Iterator[tuple[int, FloatArray]]:
        queries = self._checked(vectors)
        rows = max(1, _BLOCK_VALUES // max(1, len(self._references), len(self._identities)))
        for start in range(0, len(queries), rows):
            yield start, self._block(queries[start : start + rows])

    def _block(self, queries: FloatArray) -> FloatArray:
        return (
            self._compared_with_all(queries)
            if self._near is None
            else self._compared_with(self._near, queries)
        )

    def _compared_with(self, near: _NearPeople, queries: FloatArray) -> FloatArray:
        distances = np.full((len(queries), len(self._identities)), np.inf, np.float32)
        for query, row in zip(queries, distances, strict=True):
            for person, rows in near.of(query):
                squared_l2 = np.clip(2 - 2 * self._references[rows] @ query, 0, MAX_SQUARED_L2)
                row[person] = np.sort(squared_l2)[: self._neighbours].mean()
        return distances

    def _compared_with_all(self, queries: FloatArray) -> FloatArray:
        squared_l2 = queries @ self._references.T
        squared_l2 *= -2
        squared_l2 += 2
        np.clip(squared_l2, 0, MAX_SQUARED_L2, out=squared_l2)
        squared_l2[:, -1] = np.inf  # an empty slot is never among the nearest
        distances = np.full((len(queries), len(self._identities)), np.inf, np.float32)
        for bucket in self._buckets:
            slots = squared_l2.take(bucket.slots, axis=1)
            distances[:, bucket.people] = _mean_of_smallest(slots, self._neighbours)
        return distances

    def _checked(self, vectors: FloatArray) -> FloatArray:
        wanted = self.gallery.dimensions
        if vectors.dtype != np.float32 or vectors.ndim != 2 or vectors.shape[1] != wanted:
            raise ValueError(
                f"expected vectors float32 (N, {wanted}). Received: {vectors.dtype} {vectors.shape}"
            )
        norms = np.linalg.norm(vectors, axis=1)
        if not np.allclose(norms, 1.0, atol=1e-3):
            raise ValueError(
                f"expected rows of norm 1. Received norms {norms.min():.4f} to {norms.max():.4f}"
            )
        return _normalised(vectors)

    def _verdicts(self, distances: FloatArray) -> list[Match]:
        if not self._identities:
            return [Match(None, math.inf, self.threshold) for _ in distances]
        rows = np.arange(len(distances))
        nearest = distances.argmin(axis=1)
        first = distances[rows, nearest].tolist()
        distances[rows, nearest] = np.inf
        runner_up = distances.argmin(axis=1)
        second = distances[rows, runner_up].tolist()
        return [
            self._verdict(*answer)
            for answer in zip(nearest.tolist(), first, runner_up.tolist(), second, strict=True)
        ]

    def _verdict(self, nearest: int, first: float, runner_up: int, second: float) -> Match:
        verdict = self._judge(first, second)
        best = self._identities[nearest] if math.isfinite(first) else None
        other = self._identities[runner_up] if math.isfinite(second) else None
        accepted: Identity | None = best if verdict == "match" else None
        return Match(accepted, first, self.threshold, best, other, second, verdict)

    def _judge(self, first: float, second: float) -> Verdict:
        if not first < self.threshold:
            return "unknown"
        if second < self.threshold and second - first < self.min_gap:
            return "ambiguous"
        return "match"


def _check_settings(threshold: float, rule: str, min_gap: float) -> None:
    if not 0 <= threshold <= MAX_SQUARED_L2:
        raise ConfigError(
            f"the threshold {threshold} is not a squared distance of unit vectors",
            hint="Give a number from 0 (accept nobody) to 4; 0.2 is usual.",
        )
    if rule not in get_args(MatchRule):
        raise ConfigError(
            f"there is no matching rule '{rule}'", hint="Use one of: " + ", ".join(get_args(MatchRule)) + "."
        )
    if not 0 <= min_gap <= MAX_SQUARED_L2:
        raise ConfigError(
            f"the smallest gap {min_gap} is not a difference of squared distances",
            hint=f"Give a number from 0 (off) to 4; {DEFAULT_MIN_GAP} is usual.",
        )


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


def _mean_of_smallest(slots: FloatArray, neighbours: int) -> FloatArray:
    """Mean of the `neighbours` smallest over axis 1 of (N, slots, people), of all when there are fewer."""
    count = slots.shape[1]
    if neighbours == 1:
        smallest: FloatArray = slots.min(axis=1)
        return smallest
    if count <= neighbours:
        return np.asarray(slots.mean(axis=1), np.float32)
    if count > _LONG:
        lowest = np.partition(slots, neighbours - 1, axis=1)[:, :neighbours]
        return np.asarray(lowest.mean(axis=1), np.float32)
    return _network_mean(slots, neighbours)


def _network_mean(slots: FloatArray, neighbours: int) -> FloatArray:
    """The same by insertion into sorted lanes: whole rows of people per step, no sort per person."""
    lanes = [np.full_like(slots[:, 0], np.inf) for _ in range(neighbours)]
    for slot in range(slots.shape[1]):
        candidate = slots[:, slot]
        for lane, held in enumerate(lanes):
            lanes[lane] = np.minimum(held, candidate)
            candidate = np.maximum(held, candidate)
    return np.asarray(sum(lanes) / np.float32(neighbours), np.float32)


def _centres(gallery: Gallery) -> tuple[FloatArray, NDArray[np.int32]]:
    sums = np.zeros((len(gallery), gallery.dimensions), np.float64)
    order = np.argsort(gallery.owners, kind="stable")
    people, starts = np.unique(gallery.owners[order], return_index=True)
    if len(people):
        sums[people] = np.add.reduceat(gallery.vectors[order], starts, axis=0, dtype=np.float64)
    norms = np.linalg.norm(sums, axis=1)
    usable = np.flatnonzero(norms > _SHORTEST_CENTRE)  # vectors that cancel out have no direction
    centres = sums[usable] / norms[usable, None]
    return centres.astype(np.float32), usable.astype(np.int32)


def _normalised(vectors: FloatArray) -> FloatArray:
    # Rows may be off by 1e-3; dividing keeps 2 − 2·cosine true to 1e-6, and a vector at 0 from itself.
    norms = np.sqrt(np.einsum("nd,nd->n", vectors, vectors))
    return np.asarray(vectors / norms[:, None], np.float32)
