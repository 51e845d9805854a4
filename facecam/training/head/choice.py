"""Choice of how far a head may go, found on the training photos themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.events import CancelToken, EventSink, Progress
from facecam.core.types import FloatArray
from facecam.training.head.centers import HeadCenters, Rows, Values, find_centers
from facecam.training.head.head import certainty
from facecam.training.head.score import log_roc

#: A pass plays strangers with this share of the people and new photos with this share of the others'.
_PARTS = 4
#: Fewer people leave no strangers to try it on.
FEWEST_PEOPLE: Final = 8
#: Photos compared in one pass, of each of the three kinds and of one person; more change nothing.
_MOST_PHOTOS, _MOST_OF_ONE = 200, 5
#: Few photos are drawn anew until this many were tested, since a single drawing then says little.
_TESTED_PHOTOS, _MOST_DRAWINGS = 400, 5
_ENROLLED, _TEST, _STRANGER = range(3)
#: Figures of a pass, and which of them is that of strangers among themselves.
_GROUPS, _STRANGERS = 4, 1
#: Standard errors by which a gain must stand out.
_CERTAIN = 2.0
#: Loss for strangers that is within the noise of the measurement.
_TOLERANCE = 0.002


@dataclass(frozen=True, slots=True)
class Strength:
    """How far a head goes.

    Attributes:
        missed: share of a person's own photos that may be less similar to the centre than the point where
            "nobody" is as likely: sets `Head.similarity`.
        evidence: log-odds of the person against nobody for a typical photo of theirs: sets `Head.sharpness`.
        gain: see `Head`.
    """

    missed: float
    evidence: float
    gain: float


NOTHING: Final = Strength(0.1, 4.0, 0.0)
#: Where there are too few people to choose: half of what was best for sixty.
CAUTIOUS: Final = Strength(0.1, 4.0, 0.2)
CANDIDATES: Final = (
    NOTHING,
    *(
        Strength(missed, evidence, gain)
        for missed in (0.05, 0.1, 0.2)
        for evidence in (3.0, 5.0)
        for gain in (0.15, 0.2, 0.25, 0.3, 0.4)
    ),
)


def operating_point(centers: HeadCenters, strength: Strength) -> tuple[float, float]:
    """(similarity, sharpness) of a head.

    Raises:
        ValueError: no photo has another one of the same person.
    """
    own = centers.own[centers.trusted]
    own = own if len(own) else centers.own[np.isfinite(centers.own)]
    if not len(own):
        raise ValueError("expected somebody with two photos")
    typical = float(np.median(own))
    similarity = float(np.quantile(own, strength.missed))
    # Copies of one photo make the spread vanish; no network is certain beyond this.
    return similarity, strength.evidence / max(typical - similarity, 1e-3)


def choose_strength(
    vectors: FloatArray,
    mirrored: FloatArray | None,
    labels: Rows,
    sessions: Rows | None = None,
    *,
    seed: int,
    on_event: EventSink,
    cancel: CancelToken,
) -> Strength:
    """The candidate that serves known people and all together best without costing strangers anything.

    Cross-validation over people and photos at once: in each pass a quarter of the people play strangers,
    a quarter of the others' photos play new ones. `NOTHING` when no candidate gains.

    Args:
        vectors: float32 (N, D), unit rows.
        mirrored: of the mirrored photos, or None.
        labels: int (N,), 0 … K−1.
        sessions: int (N,), equal for near copies, which are tested together; None: there are none.
        seed: of the drawing of people and photos.
        on_event: gets progress.
        cancel: stops between passes.
    """
    if labels.max() + 1 < FEWEST_PEOPLE:
        return CAUTIOUS
    drawings = min(_MOST_DRAWINGS, -(-_TESTED_PHOTOS // len(labels)))
    passes = []
    taken = np.arange(len(labels)) if sessions is None else sessions
    for number, one in enumerate(_passes(labels, taken, seed, drawings)):
        cancel.check()
        on_event(Progress("cross-validation", number, drawings * _PARTS))
        passes.append(_scores(vectors, mirrored, labels, one))
    on_event(Progress("cross-validation", drawings * _PARTS, drawings * _PARTS))
    return _best(np.array(passes, np.float64))


@dataclass(frozen=True, slots=True, eq=False)
class _Pass:
    """Rows of photos by what they are used for.

    Attributes:
        known: centres are made of these.
        enrolled: some of `known`, as a gallery holds them.
        test: new photos of the same people.
        stranger: photos of people without a centre.
    """

    known: Rows
    enrolled: Rows
    test: Rows
    stranger: Rows


def _passes(labels: Rows, taken: Rows, seed: int, drawings: int) -> Iterator[_Pass]:
    generator = np.random.default_rng(seed)
    for _ in range(drawings):
        people = generator.permutation(int(labels.max()) + 1)
        turn = turns(labels, taken, _PARTS, generator)
        for part in range(_PARTS):
            strange = np.isin(labels, people[part::_PARTS])
            held = ~strange & (turn == part)
            known = np.flatnonzero(~strange & ~held)
            # A person all of whose photos were drawn for testing is a stranger too, and left out.
            test = np.flatnonzero(held & np.isin(labels, labels[known]))
            parts = (known, test, np.flatnonzero(strange))
            yield _Pass(known, *(_some(rows, labels, people, generator) for rows in parts))


def turns(labels: Rows, taken: Rows, parts: int, generator: np.random.Generator) -> Rows:
    """In which of some parts each photo is tested, int (N,): each person's moments (`taken`) spread evenly."""
    turn = np.empty(len(labels), np.intp)
    for person in range(int(labels.max()) + 1):
        theirs = np.flatnonzero(labels == person)
        moments, which = np.unique(taken[theirs], return_inverse=True)
        turn[theirs] = (generator.permutation(len(moments))[which] + generator.integers(parts)) % parts
    return turn


def _some(rows: Rows, labels: Rows, people: Rows, generator: np.random.Generator) -> Rows:
    """A few photos of each of as many people as may be, in the order of `people`: whole people, or there
    would be no pairs."""
    rows = generator.permutation(rows)
    rows = rows[np.argsort(labels[rows], kind="stable")]
    rows = rows[np.arange(len(rows)) - np.searchsorted(labels[rows], labels[rows]) < _MOST_OF_ONE]
    counts = np.bincount(labels[rows], minlength=len(people))
    return rows[np.isin(labels[rows], people[np.cumsum(counts[people]) <= _MOST_PHOTOS])]


def _scores(
    vectors: FloatArray, mirrored: FloatArray | None, labels: Rows, one: _Pass
) -> list[tuple[float, ...]]:
    """A row of `_Pairs.scores` for each of `CANDIDATES`; NaN where pairs are too few."""
    people = np.unique(labels[one.known], return_inverse=True)[1]
    centers = find_centers(vectors[one.known], None if mirrored is None else mirrored[one.known], people)
    if not np.isfinite(centers.own).any() or not len(one.test):
        return [(np.nan,) * _GROUPS] * len(CANDIDATES)
    kinds = (one.enrolled, one.test, one.stranger)
    rows = np.concatenate(kinds)
    role = np.repeat([_ENROLLED, _TEST, _STRANGER], [len(kind) for kind in kinds])
    pairs = _Pairs.of(vectors[rows], labels[rows], role)
    cosines = vectors[rows] @ centers.centers.T
    return [pairs.scores(_codes(centers, cosines, how), how.gain) for how in CANDIDATES]


def _codes(centers: HeadCenters, cosines: Values, strength: Strength) -> Values:
    return np.asarray(certainty(cosines, *operating_point(centers, strength)))


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Pairs of the photos of one pass with at least one that no centre was made of, as it happens live.

    Attributes:
        first: rows.
        second: rows.
        cosine: without head.
        groups: which pairs are same and different, by figure.
    """

    first: Rows
    second: Rows
    cosine: Values
    groups: Sequence[tuple[NDArray[np.bool_], NDArray[np.bool_]]]

    @classmethod
    def of(cls, vectors: FloatArray, labels: Rows, role: Rows) -> _Pairs:
        first, second = np.triu_indices(len(labels), k=1)
        fresh = role[second] != _ENROLLED  # `second` is never of an earlier role than `first`.
        first, second = first[fresh], second[fresh]
        cosine = np.einsum("nd,nd->n", vectors[first], vectors[second]).astype(np.float64)
        same = labels[first] == labels[second]
        known, strange = role[second] == _TEST, role[first] == _STRANGER
        intruder = (role[second] == _STRANGER) & ~strange
        groups = (
            (known & same, known & ~same),
            (strange & same, strange & ~same),
            (known & same, intruder),
            (same, ~same),
        )
        return cls(first, second, cosine, groups)

    def scores(self, codes: Values, gain: float) -> tuple[float, ...]:
        """What `Head.apply` would make of the distances: known, strangers, known against strangers, all."""
        both = gain * gain * (codes @ codes.T)
        norms = np.sqrt(1.0 + np.diagonal(both))
        cosine = (self.cosine + both[self.first, self.second]) / (norms[self.first] * norms[self.second])
        distance = 2.0 - 2.0 * cosine
        found = [log_roc(distance[same], distance[different]) for same, different in self.groups]
        return tuple(np.nan if one is None else one for one in found)


def _best(scores: Values) -> Strength:
    """The best of the candidates by `scores`, (passes, candidates, groups); the first is that of no head."""
    gains = scores - scores[:, :1]
    strangers, others = gains[:, :, _STRANGERS], np.delete(gains, _STRANGERS, axis=2)
    value, doubt = _mean(others.transpose(0, 2, 1))
    # Of many candidates the best has been lucky, too: a gain must stand out from the noise of the passes.
    value[value < _CERTAIN * doubt] = 0.0
    value[_mean(strangers[:, None])[0] < -_TOLERANCE] = 0.0
    for group in range(others.shape[2]):
        value[_mean(others[:, None, :, group])[0] < 0] = 0.0
    return CANDIDATES[int(np.argmax(value))]


def _mean(gains: Values) -> tuple[Values, Values]:
    """Mean of (passes, groups, candidates) per candidate, of what could be measured, and its standard error."""
    measured = np.isfinite(gains)
    counts = np.maximum(measured.sum(axis=1), 1)
    each = np.where(measured, gains, 0.0).sum(axis=1) / counts
    passes = each[measured.any(axis=(1, 2))]
    if len(passes) < 2:
        return np.zeros(gains.shape[2]), np.zeros(gains.shape[2])
    return passes.mean(axis=0), passes.std(axis=0, ddof=1) / np.sqrt(len(passes))
