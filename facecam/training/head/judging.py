"""A head judged by photos and people it does not know, all of them in turn. No TensorFlow.

Heads are made anew without a part of the people, who play strangers, and without a part of the others' photos, which
play new ones; so every person judges, and every photo. What is judged is how such a head does, which the one made of
all photos does at least as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.events import CancelToken, EventSink, Progress, ignore
from facecam.core.types import FloatArray
from facecam.metrics.calibration import calibrate
from facecam.metrics.probability import Knots, probability_knots
from facecam.metrics.rates import Rows, Values, squared_distances
from facecam.training.gate.strangers import Lookups, StrangersReport, judge_strangers, matched_threshold
from facecam.training.gate.verification import FEWEST_PEOPLE, FEWEST_PHOTOS, GateReport, HeldOutPairs, compare
from facecam.training.head.centers import unit
from facecam.training.head.fit import MOST_CODE_VALUES, HeadOptions, fit_head

_PARTS: Final = 4
#: Photos that judge, and of one person: more make millions of pairs and change nothing.
_MOST_PHOTOS, _MOST_OF_ONE = 600, 20
#: The spread of a gallery follows the threshold, and the threshold the distances with that spread.
_ROUNDS = 2


@dataclass(frozen=True, slots=True, eq=False)
class HeadJudged:
    """What a head is worth.

    Attributes:
        gate: on pairs of photos of which it did not know one.
        strangers: on people it did not know.
        threshold: squared_l2, chosen on all of these strangers.
        pairs_below: share of the pairs of different people below it.
        points: (false-accept rate of pairs, squared_l2), rates rising.
        knots: (squared_l2, probability of one person), from the pairs; None where they are too few.
    """

    gate: GateReport
    strangers: StrangersReport
    threshold: float
    pairs_below: float
    points: tuple[tuple[float, float], ...]
    knots: Knots | None


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """The model a head is put on.

    Attributes:
        name: of the model.
        threshold: squared_l2.
        spread: mean squared_l2 of two photos of one person, from a threshold.
    """

    name: str
    threshold: float
    spread: Callable[[float], float]


def judge_head(
    name: str,
    base: Base,
    vectors: FloatArray,
    mirrored: FloatArray,
    labels: NDArray[np.str_],
    *,
    seed: int = 0,
    on_event: EventSink = ignore,
    cancel: CancelToken | None = None,
) -> HeadJudged | None:
    """Judge the way a head is made; None with fewer than 8 people or 24 photos, which would be no evidence.

    Args:
        name: of the model with the head.
        base: the model without.
        vectors: float32 (N, D), unit rows, by the model without.
        mirrored: of the mirrored photos.
        labels: (N,), names.
        seed: of the drawing of people and photos, and of the heads.
        on_event: gets `Progress("evaluate", …)`.
        cancel: stops between heads.

    Raises:
        Cancelled: stopped.
    """
    several = np.isin(labels, [one for one in np.unique(labels) if (labels == one).sum() > 1])
    rows = np.flatnonzero(several)
    rows = rows[_some(np.unique(labels[rows], return_inverse=True)[1], seed)] if len(rows) else rows
    owners = np.unique(labels[rows], return_inverse=True)[1]
    if len(rows) < FEWEST_PHOTOS or len(np.unique(owners)) < FEWEST_PEOPLE:
        return None
    passes = []
    for number, one in enumerate(_passes(owners, seed)):
        (cancel or CancelToken()).check()
        on_event(Progress("evaluate", number, _PARTS))
        passes.append(_fitted(vectors[rows], mirrored[rows], owners, one, seed, cancel))
    on_event(Progress("evaluate", _PARTS, _PARTS))
    plain = unit(vectors[rows].astype(np.float64) + mirrored[rows]).astype(np.float32)
    gate, same, different = _gate(name, base.name, plain, passes, owners)
    strangers, threshold = _strangers(name, base, plain, passes, owners)
    below = float((different < threshold).mean())
    knots = probability_knots(same, different)
    return HeadJudged(gate, strangers, threshold, below, calibrate(different).points, knots)


@dataclass(frozen=True, slots=True, eq=False)
class _JudgingPass:
    """Which photos a head is made of, which play new ones of the same people, which strangers; bool (N,) each.

    `vectors`, float32 (N, D + 64), are those of the head made so, filled up with zeros.
    """

    enrolled: NDArray[np.bool_]
    known: NDArray[np.bool_]
    strange: NDArray[np.bool_]
    vectors: FloatArray


def _passes(owners: Rows, seed: int) -> Iterator[_JudgingPass]:
    generator = np.random.default_rng(seed)
    people = generator.permutation(int(owners.max()) + 1)
    turn = np.empty(len(owners), np.intp)
    for person in range(len(people)):
        theirs = generator.permutation(np.flatnonzero(owners == person))
        turn[theirs] = (np.arange(len(theirs)) + generator.integers(_PARTS)) % _PARTS
    for part in range(_PARTS):
        strange = np.isin(owners, people[part::_PARTS])
        enrolled = ~strange & (turn != part)
        # Somebody all of whose photos are new ones is a stranger too, and left out.
        known = ~strange & (turn == part) & np.isin(owners, owners[enrolled])
        yield _JudgingPass(enrolled, known, strange, np.zeros((0, 0), np.float32))


def _fitted(
    vectors: FloatArray,
    mirrored: FloatArray,
    owners: Rows,
    one: _JudgingPass,
    seed: int,
    cancel: CancelToken | None,
) -> _JudgingPass:
    kept = one.enrolled
    options = HeadOptions(seed=seed)
    head = fit_head(vectors[kept], mirrored[kept], owners[kept], options, ignore, cancel)
    both = unit(head.apply(vectors).astype(np.float64) + head.apply(mirrored)).astype(np.float32)
    room = vectors.shape[1] + MOST_CODE_VALUES - both.shape[1]
    return _JudgingPass(kept, one.known, one.strange, np.pad(both, ((0, 0), (0, room))))


def _gate(
    name: str, base: str, plain: FloatArray, passes: list[_JudgingPass], owners: Rows
) -> tuple[GateReport, Values, Values]:
    """On pairs within each pass of which the head did not know one photo; and squared_l2 of the same and the
    different ones with the head, float64 each."""
    first, second = [], []
    for number, one in enumerate(passes):
        fresh = one.known | one.strange
        left, right = np.triu_indices(len(owners), k=1)
        useful = (fresh[left] | fresh[right]) & (one.enrolled | fresh)[left] & (one.enrolled | fresh)[right]
        first.append(left[useful] + number * len(owners))
        second.append(right[useful] + number * len(owners))
    every = np.tile(owners, len(passes))
    rows = np.concatenate(first), np.concatenate(second)
    same = every[rows[0]] == every[rows[1]]
    pairs = HeldOutPairs(*rows, same, every, len(owners), int(owners.max()) + 1)
    # The rows of all passes below each other.
    vectors = np.concatenate([one.vectors for one in passes])
    report = compare((name, vectors), (base, np.tile(plain, (len(passes), 1))), pairs)
    distances = squared_distances(vectors, *rows)
    return report, distances[same], distances[~same]


def _strangers(
    name: str, base: Base, plain: FloatArray, passes: list[_JudgingPass], owners: Rows
) -> tuple[StrangersReport, float]:
    old = _looked_up(passes, [plain] * len(passes), owners, base.spread(base.threshold))
    threshold = base.threshold
    for _ in range(_ROUNDS):
        new = _looked_up(passes, [one.vectors for one in passes], owners, base.spread(threshold))
        threshold = matched_threshold(old, new, base.threshold)
    report = judge_strangers((name, new, threshold), (base.name, old, base.threshold))
    return report, threshold


def _looked_up(passes: list[_JudgingPass], vectors: list[FloatArray], owners: Rows, spread: float) -> Lookups:
    return Lookups.together(
        [
            Lookups.of(rows, owners, one.enrolled, one.known, strangers=one.strange, spread=spread)
            for one, rows in zip(passes, vectors, strict=True)
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
