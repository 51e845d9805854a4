"""Matching: distances from probes to people, and the verdict."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from typing import NamedTuple, get_args

import numpy as np

from facecam.core.distances import normalized, unit_squared_l2
from facecam.core.errors import ConfigError
from facecam.core.types import FloatArray, Match, Verdict, check_unit_rows
from facecam.gallery.gallery import MAX_SQUARED_L2, Gallery
from facecam.gallery.matching.centers import SPREAD, Centers, sums_of_each
from facecam.gallery.matching.cohort import Cohort
from facecam.gallery.matching.distances import MatchRule, person_distances
from facecam.gallery.matching.naming_odds import NamingOdds
from facecam.gallery.matching.neighbors import NearRows
from facecam.gallery.matching.rows import RowsByOwner

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
    - `center`: the one to their mean vector divided by its norm;
    - `counted_centre`: that of `center` plus spread/2 · (1 − 1/n), at most 4,
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

    With a cohort, names go by scores instead: the distance plus the shift of the
    face plus that of the person, which is their centre's (see `Cohort` and
    `Centers.shifts`). In what follows scores and their threshold then stand for
    distances and `threshold`.

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
        index: of the gallery's vectors, for a very large gallery: by `counted_centre`
            only people with a vector among its near ones are compared, the others
            count as infinitely far.
        spread: mean squared_l2 of two photos of one person by the model, in
            [0, 4]; only `counted_centre` asks for it.
        offsets: float32 (P,), added to the distances to each person before they
            are judged, see `person_offsets`; None: nothing. `Match` has the
            distance as it is, and the threshold less the offset.
        cohort: of the model, to judge by scores; None: by distances.
        match_threshold: for scores, in [0, 4]; None: `threshold`.
        odds: what the scores say of names; None: matches have no probability.

    Raises:
        ConfigError: a threshold, rule or gap that cannot be meant.
    """

    def __init__(
        self,
        gallery: Gallery,
        threshold: float,
        rule: MatchRule = "nearest",
        min_gap: float = DEFAULT_MIN_GAP,
        index: NearRows | None = None,
        spread: float = SPREAD,
        offsets: FloatArray | None = None,
        cohort: Cohort | None = None,
        match_threshold: float | None = None,
        odds: NamingOdds | None = None,
    ) -> None:
        _check_settings(threshold, rule, min_gap)
        if match_threshold is not None:
            _check_settings(match_threshold, rule, min_gap)
        self.gallery, self.threshold, self.rule, self.min_gap = (
            gallery,
            float(threshold),
            rule,
            float(min_gap),
        )
        self._identities = gallery.identities
        self._odds = odds or NamingOdds()
        self._distances = person_distances(gallery, rule, spread, index)
        self._offsets = np.zeros(len(gallery), np.float32) if offsets is None else offsets
        self._that_very_face = _THAT_VERY_FACE * spread if rule == "counted_centre" else 0.0
        self._people: _PeopleShifts | None = None
        #: What a score must be below; None: distances decide.
        self.match_threshold: float | None = None
        if cohort is not None:
            counted = spread if rule == "counted_centre" else 0.0
            self._people = _PeopleShifts(gallery, cohort, counted, lazily=index is not None)
            self.match_threshold = self.threshold if match_threshold is None else float(match_threshold)
        rejections = gallery.rejections
        self._rejected = [
            (person, normalized(rejections.vectors[rejections.owners == person]))
            for person in np.unique(rejections.owners).tolist()
        ]

    def with_threshold(self, squared_l2: float, match_threshold: float | None = None) -> Matcher:
        """The same with another threshold, squared_l2 in [0, 4]; shares all arrays, so it costs nothing.

        Args:
            squared_l2: in [0, 4].
            match_threshold: for scores, in [0, 4]; None, or no cohort: distances decide.

        Raises:
            ConfigError: a threshold that cannot be meant.
        """
        _check_settings(squared_l2, self.rule, self.min_gap)
        other = copy.copy(self)
        other.threshold, other.match_threshold = float(squared_l2), None
        if match_threshold is not None and self._people is not None:
            _check_settings(match_threshold, self.rule, self.min_gap)
            other.match_threshold = float(match_threshold)
        return other

    def match(self, vectors: FloatArray) -> list[Match]:
        """Name each of `vectors`, float32 (N, D), unit rows.

        Raises:
            ValueError: wrong dtype, shape or norms.
        """
        matches: list[Match] = []
        for start, distances in self._blocks(vectors):
            queries = vectors[start : start + len(distances)]
            scores = self._scored(queries, distances)
            self._rule_out(queries, distances, scores)
            matches.extend(self._verdicts(distances, scores))
        return matches

    def scores(self, vectors: FloatArray) -> FloatArray:
        """What `match` goes by, float32 (N, P): `distances` and offsets, with a cohort also both sides' shifts.

        Raises:
            ValueError: wrong dtype, shape or norms.
        """
        result = np.empty((len(vectors), len(self._identities)), np.float32)
        for start, distances in self._blocks(vectors):
            block = slice(start, start + len(distances))
            result[block] = self._scored(vectors[block], distances)
        return result

    @property
    def limit(self) -> float:
        """What `scores` must be below, strictly."""
        return self.threshold if self.match_threshold is None else self.match_threshold

    def _scored(self, vectors: FloatArray, distances: FloatArray) -> FloatArray:
        scores = distances + self._offsets
        if self._people is not None and self.match_threshold is not None:
            scores += self._people.cohort.shifts(vectors)[:, None] + self._people.of(distances)
        return np.asarray(scores, np.float32)

    def _rule_out(self, vectors: FloatArray, distances: FloatArray, scores: FloatArray) -> None:
        """Put people who would be accepted infinitely far from faces that are, or are nearer to, what was rejected."""
        for person, rejected in self._rejected:
            if not (scores[:, person] < self.limit).any():
                continue
            nearest = unit_squared_l2(normalized(vectors), rejected).min(axis=1)
            ruled_out = nearest < np.maximum(distances[:, person], self._that_very_face)
            distances[ruled_out, person] = scores[ruled_out, person] = np.inf

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
        check_unit_rows(vectors, dimensions=self.gallery.dimensions)
        queries = normalized(vectors)
        rows = max(1, _BLOCK_VALUES // max(1, self._distances.values))
        for start in range(0, len(queries), rows):
            yield start, self._distances.of(queries[start : start + rows])

    def _verdicts(self, distances: FloatArray, scores: FloatArray) -> list[Match]:
        if not self._identities:
            score = None if self.match_threshold is None else math.inf
            nobody = Match(
                None, math.inf, self.threshold, match_score=score, match_threshold=self.match_threshold
            )
            return [nobody for _ in distances]
        probabilities = self._odds.of_best(scores, scored=self.match_threshold is not None)
        nearest = _nearest(distances, scores)
        scores[np.arange(len(scores)), [one.person for one in nearest]] = np.inf
        answers = zip(nearest, _nearest(distances, scores), probabilities, strict=True)
        return [self._verdict(*answer) for answer in answers]

    def _verdict(self, first: _Answer, second: _Answer, probability: float | None) -> Match:
        verdict = self._judge(first.score, second.score)
        best = self._identities[first.person] if math.isfinite(first.score) else None
        other = self._identities[second.person] if math.isfinite(second.score) else None
        return Match(
            best if verdict == "match" else None,
            first.squared_l2,
            self._threshold_for(first.score, first.squared_l2),
            best,
            other,
            math.inf if other is None else second.squared_l2,
            verdict,
            None if self.match_threshold is None else first.score,
            self.match_threshold,
            probability if best is not None else None,
        )

    def _threshold_for(self, score: float, squared_l2: float) -> float:
        """What the distance had to be below: with a cohort or offsets it is another for every face."""
        if not math.isfinite(score):
            return self.threshold
        return min(max(self.limit - (score - squared_l2), 0.0), MAX_SQUARED_L2)

    def _judge(self, first: float, second: float) -> Verdict:
        if not first < self.limit:
            return "unknown"
        if second < self.limit and second - first < self.min_gap:
            return "ambiguous"
        return "match"


class _Answer(NamedTuple):
    """The nearest person of a face, by score, and the distance to them."""

    person: int
    score: float
    squared_l2: float


def _nearest(distances: FloatArray, scores: FloatArray) -> list[_Answer]:
    """For each row of (N, P)."""
    rows, people = np.arange(len(scores)), scores.argmin(axis=1)
    found = people.tolist(), scores[rows, people].tolist(), distances[rows, people].tolist()
    return [_Answer(*one) for one in zip(*found, strict=True)]


class _PeopleShifts:
    """The shifts of everybody, found at once, or as they are asked for in a very large gallery."""

    def __init__(self, gallery: Gallery, cohort: Cohort, spread: float, *, lazily: bool) -> None:
        self.cohort, self._vectors, self._spread = cohort, gallery.vectors, spread
        if lazily:
            self._rows = RowsByOwner(gallery.owners)
            self._values, self._missing = np.zeros(len(gallery), np.float32), np.ones(len(gallery), bool)
        else:
            self._values = Centers.of_gallery(gallery, spread).shifts(cohort)
            self._missing = np.zeros(len(gallery), bool)

    def of(self, distances: FloatArray) -> FloatArray:
        """Float32 (P,); 0 for people who are infinitely far from all rows of (N, P)."""
        people = np.flatnonzero(self._missing & np.isfinite(distances).any(axis=0))
        if len(people):
            sums = sums_of_each([normalized(self._vectors[self._rows[person]]) for person in people.tolist()])
            self._values[people] = Centers.of_sums(*sums, self._spread).shifts(self.cohort)
            self._missing[people] = False
        return self._values


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
