"""Closed-set identification: some photos of each person enrolled, all others looked up.

Closed-set identification: everybody looked up is enrolled, and the nearest
person counts, however far. (ISO/IEC 19795-1:2021; the curve of cumulative
matches is that of Phillips, Moon, Rizvi and Rauss, 2000, The FERET evaluation
methodology)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facecam.core.errors import DataError
from facecam.core.events import NEVER, CancelToken
from facecam.core.types import Embeddings, FloatArray, joined
from facecam.core.words import counted
from facecam.gallery.gallery import Gallery
from facecam.gallery.matching.centers import SPREAD
from facecam.gallery.matching.cohort import Cohort
from facecam.gallery.matching.distances import MatchRule
from facecam.gallery.matching.match import DEFAULT_MIN_GAP, Matcher
from facecam.metrics.neighbors import Rows, blocks_of_rows
from facecam.metrics.open_set import Answers
from facecam.metrics.rates import Estimate, wilson

LEAST_PEOPLE = 2
#: Ranks of the curve of cumulative matches.
_RANKS = 20


@dataclass(frozen=True, slots=True, eq=False)
class LabeledEmbeddings:
    """Photos of known people.

    Attributes:
        vectors: float32 (N, D), unit rows.
        owners: int (N,), whose they are, in [0, P).
        enrollable: bool (N,), which of them could be enrolled: a face was found.
        model_id: of the vectors.
    """

    vectors: FloatArray
    owners: Rows
    enrollable: NDArray[np.bool_]
    model_id: str

    def of(self, person: int) -> Rows:
        """Rows of a person's photos that could be enrolled."""
        return np.flatnonzero((self.owners == person) & self.enrollable)


@dataclass(frozen=True, slots=True)
class Confused:
    """A photo that got somebody else's name: its row, the person it was taken for, and in how many lookups."""

    row: int
    taken_for: int
    times: int


@dataclass(frozen=True, slots=True, eq=False)
class ClosedSet:
    """What came out with a number of photos enrolled per person.

    Attributes:
        photos: enrolled per person.
        people: int (Q,), who took part; the others have too few photos.
        trials: share named rightly in each drawing, float64 (T,).
        rank_one: their mean over photos, with the interval that goes with the number of different photos.
        cumulative: share whose person is among the nearest 1, 2, …, float64 (R,), R ≤ 20.
        in_use: shares of the lookups that get the right name, a wrong one and none by the threshold in use.
        lookups: photos looked up, all drawings together.
        looked_up: different photos among them.
        confused: photos that got a wrong name at least once, the most frequent first.
        lookup_rows: int (lookups,), the row of each lookup.
        lookup_right: bool (lookups,), whether its own person was the nearest.
        lookup_named: bool (lookups,), whether it got a name by the threshold in use; None without one.
    """

    photos: int
    people: Rows
    trials: NDArray[np.float64]
    rank_one: Estimate
    cumulative: NDArray[np.float64]
    in_use: tuple[float, float, float] | None
    lookups: int
    looked_up: int
    confused: tuple[Confused, ...]
    lookup_rows: Rows
    lookup_right: NDArray[np.bool_]
    lookup_named: NDArray[np.bool_] | None

    @property
    def worst(self) -> float:
        """Share named rightly in the worst drawing."""
        return float(self.trials.min())


def with_enough(faces: LabeledEmbeddings, people: int, photos: int) -> Rows:
    """Who has `photos` to enroll and another one to be looked up."""
    counts = np.bincount(faces.owners, minlength=people)
    return np.array(
        [one for one in range(people) if len(faces.of(one)) >= photos and counts[one] > photos], np.intp
    )


def closed_set(
    faces: LabeledEmbeddings,
    people: int,
    photos: int,
    *,
    rule: MatchRule,
    spread: float = SPREAD,
    trials: int = 10,
    threshold: float | None = None,
    cohort: Cohort | None = None,
    seed: int = 0,
    cancel: CancelToken = NEVER,
) -> ClosedSet:
    """Enroll `photos` of everybody, drawn at random, look all others up, and again.

    Args:
        faces: all photos; those of people with too few are not looked up.
        people: P.
        photos: enrolled per person, ≥ 1.
        rule, spread: by which the distance to a person is found, see `Matcher`.
        trials: drawings.
        threshold: in use, squared_l2 or with a cohort a score; None: names are not judged by one.
        cohort: what scores are normalised by; None: distances decide.
        seed: of the drawings.
        cancel: asked between drawings.

    Raises:
        DataError: fewer than two people have enough photos.
    """
    chosen = with_enough(faces, people, photos)
    if len(chosen) < LEAST_PEOPLE:
        raise DataError(
            f"{len(chosen)} of {people} people {'has' if len(chosen) == 1 else 'have'} "
            f"{counted(photos, 'photo')} to enroll and another to look up; it takes two",
            hint="Enroll fewer with --photos, or add photos.",
        )
    generator = np.random.default_rng((seed, photos))
    drawn = []
    for _ in range(trials):
        cancel.check()
        gallery, rows = _drawn(faces, chosen, photos, generator)
        matcher = Matcher(gallery, 0.0, rule, spread=spread, cohort=cohort)
        drawn.append(_looked_up(faces, chosen, rows, matcher))
    return _result(faces, chosen, photos, drawn, threshold)


@dataclass(frozen=True, slots=True, eq=False)
class _Drawing:
    """Rows looked up, the place of their own person among the nearest (from 1), and the answers."""

    rows: Rows
    ranks: Rows
    answers: Answers
    taken_for: Rows


def _drawn(
    faces: LabeledEmbeddings, chosen: Rows, photos: int, generator: np.random.Generator
) -> tuple[Gallery, Rows]:
    """A gallery of some photos of everybody, and the rows of all others."""
    enrolled = [generator.choice(faces.of(person), photos, replace=False) for person in chosen.tolist()]
    rows = np.setdiff1d(np.flatnonzero(np.isin(faces.owners, chosen)), np.concatenate(enrolled))
    known = (
        (str(person), Embeddings(faces.vectors[own], faces.model_id))
        for person, own in zip(chosen.tolist(), enrolled, strict=True)
    )
    return Gallery.empty(faces.model_id, faces.vectors.shape[1]).add_all(known), rows


def _looked_up(faces: LabeledEmbeddings, chosen: Rows, rows: Rows, matcher: Matcher) -> _Drawing:
    ranks, answers = [], []
    for part in blocks_of_rows(len(rows), len(chosen)):
        block = rows[part]
        scores = matcher.scores(faces.vectors[block])
        own = scores[np.arange(len(block)), np.searchsorted(chosen, faces.owners[block])]
        ranks.append(1 + (scores < own[:, None]).sum(axis=1))
        answers.append(Answers.of(scores))
    all_answers = joined(answers)
    return _Drawing(rows, np.concatenate(ranks), all_answers, chosen[all_answers.nearest])


def _result(
    faces: LabeledEmbeddings, chosen: Rows, photos: int, drawn: Sequence[_Drawing], threshold: float | None
) -> ClosedSet:
    rows, ranks = np.concatenate([one.rows for one in drawn]), np.concatenate([one.ranks for one in drawn])
    looked_up = len(np.unique(rows))
    right = [one.taken_for == faces.owners[one.rows] for one in drawn]
    rightly = np.concatenate(right)
    share = float(rightly.mean())
    named = None if threshold is None else _named(drawn, threshold)
    return ClosedSet(
        photos=photos,
        people=chosen,
        trials=np.array([one.mean() for one in right]),
        # Every photo is looked up in nearly every drawing: a drawing more makes nothing surer about other photos.
        rank_one=wilson(share * looked_up, looked_up),
        cumulative=np.array([(ranks <= place).mean() for place in range(1, min(_RANKS, len(chosen)) + 1)]),
        in_use=None if named is None else _in_use(named, rightly),
        lookups=len(rows),
        looked_up=looked_up,
        confused=_confused(drawn, right),
        lookup_rows=rows,
        lookup_right=rightly,
        lookup_named=named,
    )


def _named(drawn: Sequence[_Drawing], threshold: float) -> NDArray[np.bool_]:
    return np.concatenate([one.answers.named(threshold, DEFAULT_MIN_GAP) for one in drawn])


def _in_use(named: NDArray[np.bool_], rightly: NDArray[np.bool_]) -> tuple[float, float, float]:
    return float((named & rightly).mean()), float((named & ~rightly).mean()), float((~named).mean())


def _confused(drawn: Sequence[_Drawing], right: Sequence[NDArray[np.bool_]]) -> tuple[Confused, ...]:
    counts = Counter(
        pair
        for one, good in zip(drawn, right, strict=True)
        for pair in zip(one.rows[~good].tolist(), one.taken_for[~good].tolist(), strict=True)
    )
    return tuple(Confused(row, taken_for, times) for (row, taken_for), times in counts.most_common())
