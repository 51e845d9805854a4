"""A head judged by photos and people it does not know, all of them in turn. No TensorFlow.

Heads are made anew without a part of the people, who play strangers, and without a part of the others' photos, which
play new ones; so every person judges, and every photo. What is judged is how such a head does, which the one made of
all photos does at least as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.events import NEVER, CancelToken, EventSink, Progress, ignore
from facecam.core.types import FloatArray, joined
from facecam.gallery.gallery import MAX_SQUARED_L2
from facecam.gallery.matching.cohort import Cohort
from facecam.metrics.calibration import FINE_RATES, calibrate
from facecam.metrics.false_accepts import threshold_at
from facecam.metrics.probability import Knots, probability_knots
from facecam.metrics.rates import Rows
from facecam.training.data.split import JUDGING_PEOPLE, JUDGING_PHOTOS
from facecam.training.gate.strangers import Lookups, StrangersReport, judge_strangers, matched_threshold
from facecam.training.gate.verification import (
    GateReport,
    HeldOutPairs,
    compare,
    pair_scores,
)
from facecam.training.head.centers import unit
from facecam.training.head.choice import turns
from facecam.training.head.fit import MOST_CODE_VALUES, HeadOptions, fit_head

_PARTS: Final = 4
#: Photos that judge, and of one person: more make millions of pairs and change nothing.
_MOST_PHOTOS, _MOST_OF_ONE = 600, 20
#: The spread of a gallery follows the threshold, and the threshold the distances with that spread.
_ROUNDS = 2


@dataclass(frozen=True, slots=True)
class Figures:
    """What a card says of distances, or of scores by a cohort.

    Attributes:
        threshold: chosen on all who played strangers.
        pairs_below: share of the pairs of different people below it.
        points: (false-accept rate of pairs, threshold), rates rising.
        knots: (distance or score, probability of one person), from the pairs; None where they are too few.
    """

    threshold: float
    pairs_below: float
    points: tuple[tuple[float, float], ...]
    knots: Knots | None


@dataclass(frozen=True, slots=True, eq=False)
class HeadJudged:
    """What a head is worth.

    Attributes:
        gate: on pairs of photos of which it did not know one.
        strangers: on people it did not know.
        distances: its figures where squared_l2 decides.
        scores: where scores by its cohort do, as `gate` and `strangers` have it then; None without one.
    """

    gate: GateReport
    strangers: StrangersReport
    distances: Figures
    scores: Figures | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """The model a head is put on.

    Attributes:
        name: of the model.
        threshold: squared_l2, as live has it for these people.
        spread: mean squared_l2 of two photos of one person.
        spread_at: the same of a model with such a threshold of distances on its card.
        rate: of pairs, that keeps what live promises so many people.
        cohort: by which live judges; None: by distances.
        score_threshold: for scores, as live has it; 0 without a cohort.
    """

    name: str
    threshold: float
    spread: float
    spread_at: Callable[[float], float]
    rate: float
    cohort: Cohort | None = None
    score_threshold: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Others:
    """Photos of strangers.

    Attributes:
        vectors: float32 (S, D), unit rows, by the model without a head.
        mirrored: of the mirrored photos.
        labels: (S,), who they show: nobody of the user's.
    """

    vectors: FloatArray
    mirrored: FloatArray
    labels: NDArray[np.str_]


def judge_head(
    name: str,
    base: Base,
    vectors: FloatArray,
    mirrored: FloatArray,
    labels: NDArray[np.str_],
    sessions: Rows | None = None,
    *,
    others: Others | None = None,
    seed: int = 0,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> HeadJudged | None:
    """Judge the way a head is made; None with fewer than 8 people or 24 photos, which would be no evidence.

    Args:
        name: of the model with the head.
        base: the model without.
        vectors: float32 (N, D), unit rows, by the model without.
        mirrored: of the mirrored photos.
        labels: (N,), names.
        sessions: int (N,), equal for near copies, which always play the same part; None: there are none.
        others: strangers beside those who play them in turn.
        seed: of the drawing of people and photos, and of the heads.
        on_event: gets `Progress("evaluate", …)`.
        cancel: stops between heads.

    Raises:
        Cancelled: stopped.
    """
    taken = np.arange(len(labels)) if sessions is None else sessions
    several = np.isin(labels, [one for one in np.unique(labels) if len(np.unique(taken[labels == one])) > 1])
    rows = np.flatnonzero(several)
    rows = rows[_some(np.unique(labels[rows], return_inverse=True)[1], seed)] if len(rows) else rows
    owners = np.unique(labels[rows], return_inverse=True)[1]
    # Copies of one moment are one piece of evidence.
    if len(np.unique(taken[rows])) < JUDGING_PHOTOS or len(np.unique(owners)) < JUDGING_PEOPLE:
        return None
    plain, flipped, moments = vectors[rows], mirrored[rows], taken[rows]
    if others is not None:
        more = np.unique(others.labels, return_inverse=True)[1] + int(owners.max()) + 1
        owners = np.concatenate([owners, more])
        plain = np.concatenate([plain, others.vectors])
        flipped = np.concatenate([flipped, others.mirrored])
    passes = []
    for number, one in enumerate(_passes(owners, moments, seed)):
        cancel.check()
        on_event(Progress("evaluate", number, _PARTS))
        passes.append(_fitted(plain, flipped, owners, moments, one, seed, cancel))
    on_event(Progress("evaluate", _PARTS, _PARTS))
    plain = unit(plain.astype(np.float64) + flipped).astype(np.float32)
    judging = _Judging(name, base, plain, passes, owners, len(rows))
    gate, strangers, distances = judging.by(None, base.spread)
    if base.cohort is None:
        return HeadJudged(gate, strangers, distances)
    gate, strangers, scores = judging.by(base.cohort, base.spread_at(distances.threshold))
    return HeadJudged(gate, strangers, distances, scores)


@dataclass(frozen=True, slots=True, eq=False)
class _JudgingPass:
    """Which photos a head is made of, which play new ones of the same people, which strangers; bool (N,) each.

    `vectors`, float32 (N, D + 64), are those of the head made so, filled up with zeros.
    """

    enrolled: NDArray[np.bool_]
    known: NDArray[np.bool_]
    strange: NDArray[np.bool_]
    vectors: FloatArray


def _passes(owners: Rows, taken: Rows, seed: int) -> Iterator[_JudgingPass]:
    """Those of `taken`, int (n,), take turns; photos beyond are of strangers, each in one pass."""
    generator = np.random.default_rng(seed)
    own = owners[: len(taken)]
    people = generator.permutation(int(own.max()) + 1)
    turn = np.full(len(owners), -1)
    turn[: len(own)] = turns(own, taken, _PARTS, generator)
    others = np.arange(len(owners)) - len(own)
    for part in range(_PARTS):
        playing = np.isin(owners, people[part::_PARTS])
        enrolled = (others < 0) & ~playing & (turn != part)
        # Somebody all of whose photos are new ones is a stranger too, and left out.
        known = ~playing & (turn == part) & np.isin(owners, owners[enrolled])
        strange = playing | ((others >= 0) & (others % _PARTS == part))
        yield _JudgingPass(enrolled, known, strange, np.zeros((0, 0), np.float32))


def _fitted(
    vectors: FloatArray,
    mirrored: FloatArray,
    owners: Rows,
    taken: Rows,
    one: _JudgingPass,
    seed: int,
    cancel: CancelToken,
) -> _JudgingPass:
    kept = one.enrolled
    options = HeadOptions(seed=seed)
    head = fit_head(
        vectors[kept], mirrored[kept], owners[kept], options, ignore, cancel, taken[kept[: len(taken)]]
    )
    both = unit(head.apply(vectors).astype(np.float64) + head.apply(mirrored)).astype(np.float32)
    room = vectors.shape[1] + MOST_CODE_VALUES - both.shape[1]
    return _JudgingPass(kept, one.known, one.strange, np.pad(both, ((0, 0), (0, room))))


@dataclass(frozen=True, slots=True, eq=False)
class _Judging:
    """Head and base side by side on the passes.

    `plain`, float32 (N, D), are the vectors without a head; `owners`, int (N,), who the photos show; the first `own`
    of them are the user's.
    """

    name: str
    base: Base
    plain: FloatArray
    passes: Sequence[_JudgingPass]
    owners: Rows
    own: int

    def by(self, cohort: Cohort | None, head_spread: float) -> tuple[GateReport, StrangersReport, Figures]:
        """By distances, or by scores of a cohort; the spread is that of the head."""
        wide = None if cohort is None else cohort.widened(self.passes[0].vectors.shape[1])
        pairs = self._pairs()
        # The rows of all passes below each other.
        headed = np.concatenate([one.vectors for one in self.passes])
        bare = np.tile(self.plain, (len(self.passes), 1))
        shifts = (
            (None, None) if cohort is None or wide is None else (wide.shifts(headed), cohort.shifts(bare))
        )
        gate = compare((self.name, headed), (self.base.name, bare), pairs, shifts=shifts)
        scores = pair_scores(headed, pairs, shifts[0])
        same, different = scores[pairs.is_same], scores[~pairs.is_same]
        points = calibrate(different, FINE_RATES).points
        promised = threshold_at(points, self.base.rate) or MAX_SQUARED_L2
        strangers = self._strangers(cohort, wide, head_spread, promised)
        threshold = strangers.candidate.threshold
        below = float((different < threshold).mean())
        return gate, strangers, Figures(threshold, below, points, probability_knots(same, different))

    def _pairs(self) -> HeldOutPairs:
        """Those of the user's people within each pass of which the head did not know one photo."""
        first, second = [], []
        for number, one in enumerate(self.passes):
            fresh = one.known | one.strange
            left, right = np.triu_indices(self.own, k=1)
            useful = (
                (fresh[left] | fresh[right]) & (one.enrolled | fresh)[left] & (one.enrolled | fresh)[right]
            )
            first.append(left[useful] + number * len(self.owners))
            second.append(right[useful] + number * len(self.owners))
        every = np.tile(self.owners, len(self.passes))
        rows = np.concatenate(first), np.concatenate(second)
        same = every[rows[0]] == every[rows[1]]
        people = int(self.owners[: self.own].max()) + 1
        return HeldOutPairs(*rows, same, every, self.own, people)

    def _strangers(
        self, cohort: Cohort | None, wide: Cohort | None, spread: float, promised: float
    ) -> StrangersReport:
        base, headed = self.base, [one.vectors for one in self.passes]
        limit = base.threshold if cohort is None else base.score_threshold
        old = self._looked_up([self.plain] * len(self.passes), base.spread, cohort)
        for _ in range(_ROUNDS if cohort is None else 1):
            new = self._looked_up(headed, spread, wide)
            threshold = min(promised, matched_threshold(old, new, limit))
            spread = base.spread_at(threshold)
        return judge_strangers((self.name, new, threshold), (base.name, old, limit))

    def _looked_up(self, vectors: Sequence[FloatArray], spread: float, cohort: Cohort | None) -> Lookups:
        return joined(
            [
                Lookups.of(
                    rows,
                    self.owners,
                    one.enrolled,
                    one.known,
                    strangers=one.strange,
                    spread=spread,
                    cohort=cohort,
                )
                for one, rows in zip(self.passes, vectors, strict=True)
            ]
        )


def _some(owners: Rows, seed: int) -> Rows:
    """Rows of as many whole people as may judge, some photos of each, rising."""
    generator = np.random.default_rng(seed)
    chosen: list[Rows] = []
    for person in generator.permutation(int(owners.max()) + 1):
        theirs = generator.permutation(np.flatnonzero(owners == person))[:_MOST_OF_ONE]
        if chosen and sum(map(len, chosen)) + len(theirs) > _MOST_PHOTOS:
            break
        chosen.append(theirs)
    return np.sort(np.concatenate(chosen))
