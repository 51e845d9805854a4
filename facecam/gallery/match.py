"""Whose face is this? Distances from vectors to people, and the verdict."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from typing import get_args

import numpy as np

from facecam.core.errors import ConfigError
from facecam.core.types import FloatArray, Identity, Match, Verdict
from facecam.gallery.centres import SPREAD, normalised
from facecam.gallery.distances import MatchRule, person_distances
from facecam.gallery.gallery import MAX_SQUARED_L2, Gallery
from facecam.gallery.neighbours import NeighbourIndex

#: squared_l2 by which the best person must beat the second best, when both are below the threshold.
DEFAULT_MIN_GAP = 0.02

#: A face is a rejected one if it is nearer to it than this share of the spread. Of people for whom somebody else
#: was rejected, this costs 0.05 % of their own photos (80 people of CelebA); 1.2 times the spread 2.8 %.
_THAT_VERY_FACE = 0.8

# Distances worked on at once, 8 MB of float32; with all temporaries a call stays below 64 MB.
_BLOCK_VALUES = 2_000_000


class Matcher:
    """Compares vectors with every person of a gallery.

    The distance of a vector to a person (squared_l2 = 2 − 2·cosine, in [0, 4])
    is, by `rule`:

    - `nearest`: the smallest to any of their vectors;
    - `k_nearest`: the mean of the three smallest (of all, when there are fewer);
    - `centre`: the one to their mean vector divided by its norm;
    - `counted_centre`: that of `centre` plus spread/2 · (1 − 1/n), at most 4,
      with n the number of their vectors. Averaging brings a centre nearer to
      everybody; what is added takes that back, so that people with few and
      with many photos are compared fairly and a threshold means what it means
      for two photos (n = 1 adds nothing). Vectors that hardly differ, as looks
      of one moment and copies do, do not count as several: no more is added
      than twice 1 − ‖mean vector‖², which for them is about nothing. Or that of
      `k_nearest` plus 0.94 · spread, if that of `k_nearest` is below the spread
      and the sum is less: so a look that was just named is known again though
      it hardly moves the centre of many photos.

    People without vectors, and by the centres those whose vectors cancel out,
    are infinitely far.

    Verdict: with d1 the distance of the nearest person and d2 that of the
    second nearest, `unknown` unless d1 < threshold, strictly; else `ambiguous`
    when d2 < threshold and d2 − d1 < min_gap; else `match`. A second person
    who would not be accepted anyway makes nothing ambiguous.

    Rejections of the gallery are honoured by the verdict: somebody is out of
    the question for a face that is nearer to a face the user said is not them
    than to them (the next person may still be it); by `counted_centre` for one
    nearer to it than 0.8 · spread too, however near they are themselves: that
    is the face that was meant. `distances` knows nothing of it.

    Args:
        gallery: whom to look for; later changes need a new `Matcher`.
        threshold: squared_l2 in [0, 4].
        rule: see above.
        min_gap: squared_l2 ≥ 0; 0 switches `ambiguous` off (on a tie the
            person who comes first in the gallery wins).
        index: of the gallery's vectors, for a very large gallery: only people
            with a vector among its near ones are compared, the others count as
            infinitely far.
        spread: mean squared_l2 of two photos of one person by the model, in
            [0, 4]; only `counted_centre` asks for it.
        offsets: float32 (P,), added to the distances to each person before they
            are judged, see `person_offsets`; None: nothing. `Match` has the
            distance as it is, and the threshold less the offset.

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
        spread: float = SPREAD,
        offsets: FloatArray | None = None,
    ) -> None:
        _check_settings(threshold, rule, min_gap)
        self.gallery, self.threshold, self.rule, self.min_gap = (
            gallery,
            float(threshold),
            rule,
            float(min_gap),
        )
        self._identities = gallery.identities
        self._distances = person_distances(gallery, rule, spread, index)
        self._offsets = np.zeros(len(gallery), np.float32) if offsets is None else offsets
        self._that_very_face = _THAT_VERY_FACE * spread if rule == "counted_centre" else 0.0
        rejections = gallery.rejections
        self._rejected = [
            (person, normalised(rejections.of(person))) for person in np.unique(rejections.owners).tolist()
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
        """Put people who would be accepted infinitely far from faces that are, or are nearer to, what was rejected."""
        for person, rejected in self._rejected:
            if not (distances[:, person] + self._offsets[person] < self.threshold).any():
                continue
            nearest = (2 - 2 * normalised(vectors) @ rejected.T).min(axis=1)
            distances[nearest < np.maximum(distances[:, person], self._that_very_face), person] = np.inf

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
        rows = max(1, _BLOCK_VALUES // max(1, self._distances.values))
        for start in range(0, len(queries), rows):
            yield start, self._distances.of(queries[start : start + rows])

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
        return normalised(vectors)

    def _verdicts(self, distances: FloatArray) -> list[Match]:
        if not self._identities:
            return [Match(None, math.inf, self.threshold) for _ in distances]
        rows = np.arange(len(distances))
        distances += self._offsets
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
        offset, others = float(self._offsets[nearest]), float(self._offsets[runner_up])
        return Match(accepted, first - offset, self.threshold - offset, best, other, second - others, verdict)

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
