"""Stranger test of two models: people nobody enrolled, looked up among those that are.

Numpy only. Rates are those of open-set identification, see `evaluation.open_set`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import FloatArray
from facecam.core.words import counted
from facecam.gallery.matching.match import DEFAULT_MIN_GAP
from facecam.metrics.calibration import different_pairs
from facecam.metrics.leave_one_out import distances_left_out
from facecam.metrics.open_set import Answers, clustered_share
from facecam.metrics.rates import Estimate, Rows, pairs_needed

#: Share of strangers' photos that may get a name where models are compared at equal rates.
RATE: Final = 0.01
#: A threshold chosen on some strangers lets more of others in: 1.1 times as many as the model without head, over 6
#: drawings each of 30 and 60 people of a public set, tried on the rest of it. So it is chosen for fewer than before.
_CHOSEN_FOR: Final = 0.75


@dataclass(frozen=True, slots=True, eq=False)
class Lookups:
    """What galleries answer, by one model.

    Attributes:
        known: to new photos of people who are enrolled, K of them.
        known_owners: int (K,), who they show, as `known.nearest` counts people.
        strangers: to photos of people who are not, S of them.
        stranger_owners: int (S,), who they show.
        pairs: float32 (Q,), squared_l2 between photos of two strangers: what somebody enrolled later is to others.
    """

    known: Answers
    known_owners: Rows
    strangers: Answers
    stranger_owners: Rows
    pairs: FloatArray

    @classmethod
    def of(
        cls,
        vectors: FloatArray,
        owners: Rows,
        enrolled: NDArray[np.bool_],
        known: NDArray[np.bool_],
        *,
        strangers: NDArray[np.bool_],
        spread: float,
    ) -> Lookups:
        """Look photos up among those enrolled, by the matcher's rule.

        Args:
            vectors: float32 (N, D), unit rows.
            owners: int (N,), 0 … P−1.
            enrolled: bool (N,), which photos people are known by.
            known: bool (N,), new photos of people who are enrolled.
            strangers: bool (N,), photos of people who are not.
            spread: see `Matcher`.
        """
        squared_l2 = distances_left_out(vectors, owners, int(owners.max()) + 1, None, enrolled, spread=spread)
        answers = [Answers.of(squared_l2[rows]) for rows in (known, strangers)]
        pairs = different_pairs(vectors[strangers], owners[strangers])
        return cls(answers[0], owners[known], answers[1], owners[strangers], pairs)

    @classmethod
    def together(cls, parts: Sequence[Lookups]) -> Lookups:
        """Those of several galleries."""
        return cls(
            _answers([one.known for one in parts]),
            np.concatenate([one.known_owners for one in parts]),
            _answers([one.strangers for one in parts]),
            np.concatenate([one.stranger_owners for one in parts]),
            np.concatenate([one.pairs for one in parts]),
        )

    def named(self, threshold: float) -> NDArray[np.bool_]:
        """Which strangers get a name at a threshold (squared_l2), bool (S,)."""
        return self.strangers.named(threshold, DEFAULT_MIN_GAP)

    def missed(self, threshold: float) -> NDArray[np.bool_]:
        """Which known people do not get theirs at a threshold (squared_l2), bool (K,)."""
        right = self.known.named(threshold, DEFAULT_MIN_GAP) & (self.known.nearest == self.known_owners)
        missed: NDArray[np.bool_] = ~right
        return missed


@dataclass(frozen=True, slots=True)
class Treatment:
    """What a model does to strangers and to known people at its threshold.

    Attributes:
        model: its name.
        threshold: squared_l2.
        named: share of strangers' photos that get a name (FPIR).
        missed: share of known people's new photos that do not get theirs (FNIR).
        missed_at_rate: the latter where 1 % of strangers' photos get a name; None with too few to say.
    """

    model: str
    threshold: float
    named: Estimate
    missed: Estimate
    missed_at_rate: float | None


@dataclass(frozen=True, slots=True)
class StrangersReport:
    """The trained model beside the one in use, on people that are strangers to both.

    Attributes:
        candidate: the trained one, at a threshold chosen on these strangers for fewer of them than before.
        deployed: the one in use, at its own.
        strangers: photos of strangers.
        people: how many strangers.
        known: new photos of known people.
        text: one plain sentence.
    """

    candidate: Treatment
    deployed: Treatment
    strangers: int
    people: int
    known: int
    text: str

    @property
    def harmless(self) -> bool:
        """Whether no more strangers get a name than before, and no more known people are missed."""
        new, old = self.candidate, self.deployed
        return new.named.value <= old.named.value and new.missed.value <= old.missed.value


def matched_threshold(old: Lookups, new: Lookups, threshold: float) -> float:
    """A threshold for `new` at which fewer strangers get a name than by `old` at its own.

    The few nearest of a few hundred photos are chance, so the place of the threshold in the normal distribution of
    all is asked too. And no more pairs of strangers may be below it than before: people enrolled after the training
    are strangers to it. The smallest of the three counts.

    Args:
        old: lookups by the model in use.
        new: of the same photos, by the other.
        threshold: of the model in use, squared_l2.

    Returns:
        squared_l2 in (0, 4].
    """
    before, after = (one.strangers.first.astype(np.float64) for one in (old, new))
    place = (threshold - before.mean()) / max(float(before.std()), 1e-9)
    smooth = float(after.mean() + place * after.std())
    allowed = math.floor(_CHOSEN_FOR * int((before < threshold).sum()))
    exact = float(np.sort(after)[min(allowed, len(after) - 1)])
    apart = int((old.pairs < threshold).sum())
    by_pairs = float(np.partition(new.pairs, apart)[apart]) if apart < len(new.pairs) else 4.0
    return float(np.clip(min(smooth, exact, by_pairs), 1e-4, 4.0))


def judge_strangers(
    candidate: tuple[str, Lookups, float], deployed: tuple[str, Lookups, float]
) -> StrangersReport:
    """Compare what two models do to the same photos.

    Args:
        candidate: name, lookups and threshold (squared_l2) of the trained model.
        deployed: of the model in use, of the same photos.
    """
    after, before = _treatment(*candidate), _treatment(*deployed)
    new = candidate[1]
    counts = len(new.stranger_owners), len(np.unique(new.stranger_owners)), len(new.known_owners)
    return StrangersReport(after, before, *counts, _sentence(after, before, counts))


def _treatment(model: str, lookups: Lookups, threshold: float) -> Treatment:
    return Treatment(
        model,
        threshold,
        clustered_share(lookups.named(threshold), lookups.stranger_owners),
        clustered_share(lookups.missed(threshold), lookups.known_owners),
        _missed_at_rate(lookups),
    )


def _missed_at_rate(lookups: Lookups) -> float | None:
    first = np.sort(lookups.strangers.first)
    if len(first) < pairs_needed(RATE):
        return None
    return float(lookups.missed(float(first[math.floor(RATE * len(first))])).mean())


def _sentence(new: Treatment, old: Treatment, counts: tuple[int, int, int]) -> str:
    strangers, people, known = counts
    return (
        f"Of {counted(strangers, 'photo')} of {counted(people, 'person')} who played strangers "
        f"{_share(new.named)} get a name from {new.model}, {_share(old.named)} from {old.model}; of "
        f"{counted(known, 'new photo')} of known people {_share(new.missed)} and {_share(old.missed)} are missed."
    )


def _share(estimate: Estimate) -> str:
    return f"{estimate.value:.1%} ({estimate.low:.1%} to {estimate.high:.1%})"


def _answers(parts: Sequence[Answers]) -> Answers:
    return Answers(
        np.concatenate([one.nearest for one in parts]),
        np.concatenate([one.first for one in parts]),
        np.concatenate([one.second for one in parts]),
    )
