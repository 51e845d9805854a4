"""Stranger test of two models: people nobody enrolled, looked up among those that are.

Numpy only. Rates are those of open-set identification, see `evaluation.open_set`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import FloatArray
from facecam.core.words import counted
from facecam.gallery.matching.cohort import Cohort
from facecam.gallery.matching.match import DEFAULT_MIN_GAP
from facecam.metrics.calibration import shifted_pairs
from facecam.metrics.leave_one_out import LeaveOneOut
from facecam.metrics.open_set import Answers, clustered_share
from facecam.metrics.rates import Estimate, Rows, Values, pairs_needed
from facecam.training.gate.verification import SURE

#: Share of strangers' photos that may get a name where models are compared at equal rates.
RATE: Final = 0.01
#: With few strangers it is the share that three of them are; beyond this it says nothing.
_MOST_RATE: Final = 0.05
_RESAMPLES, _TIE = 1000, 1e-9
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
        cohort: Cohort | None = None,
    ) -> Lookups:
        """Look photos up among those enrolled, by the matcher's rule.

        Args:
            vectors: float32 (N, D), unit rows.
            owners: int (N,), 0 … P−1.
            enrolled: bool (N,), which photos people are known by.
            known: bool (N,), new photos of people who are enrolled.
            strangers: bool (N,), photos of people who are not.
            spread: see `Matcher`.
            cohort: of the model: its scores stand for distances then, as they do live.
        """
        people = int(owners.max()) + 1
        without = LeaveOneOut(vectors, owners, people, None, enrolled, spread=spread, cohort=cohort)
        scores = without.scores(without.squared_l2())
        alone = np.zeros(len(vectors), np.float32) if cohort is None else cohort.shifts(vectors)
        answers = [Answers.of(scores[rows]) for rows in (known, strangers)]
        pairs = shifted_pairs(vectors[strangers], owners[strangers], alone[strangers])[1]
        return cls(answers[0], owners[known], answers[1], owners[strangers], pairs)

    @property
    def most(self) -> int:
        """The largest number of a person."""
        return int(max(self.known_owners.max(initial=0), self.stranger_owners.max(initial=0)))

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
        missed_at_rate: the latter where 1 % of strangers' photos get a name, or three where these are fewer than 300;
            None with fewer than 60.
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
        probability_better: share of the drawings of people in which the trained one misses fewer known people where
            equally many strangers get a name, ties half.
    """

    candidate: Treatment
    deployed: Treatment
    strangers: int
    people: int
    known: int
    text: str
    probability_better: float = 0.5

    @property
    def harmless(self) -> bool:
        """Whether no more strangers get a name than before, and no more known people are missed."""
        new, old = self.candidate, self.deployed
        return new.named.value <= old.named.value and new.missed.value <= old.missed.value

    @property
    def gains(self) -> bool:
        """Whether it surely knows more people where as many strangers get a name."""
        return self.probability_better >= SURE


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
    new, old = candidate[1], deployed[1]
    counts = len(new.stranger_owners), len(np.unique(new.stranger_owners)), len(new.known_owners)
    better = _share_ahead(new, old)
    return StrangersReport(after, before, *counts, _sentence(after, before, counts, better), better)


def _treatment(model: str, lookups: Lookups, threshold: float) -> Treatment:
    return Treatment(
        model,
        threshold,
        clustered_share(lookups.named(threshold), lookups.stranger_owners),
        clustered_share(lookups.missed(threshold), lookups.known_owners),
        _missed_at_rate(lookups),
    )


def _rate(strangers: int) -> float | None:
    """Share of strangers named at which models are compared; None with too few of them."""
    rate = max(RATE, pairs_needed(1.0) / max(strangers, 1))
    return rate if rate <= _MOST_RATE else None


def _missed_at_rate(lookups: Lookups) -> float | None:
    rate = _rate(len(lookups.strangers.first))
    return None if rate is None else _Ranked.of(lookups).missed(rate, np.ones(lookups.most + 1))


def _share_ahead(new: Lookups, old: Lookups) -> float:
    """In which share of 1,000 drawings of people the one misses fewer known photos at one rate, ties half."""
    rate = _rate(len(new.strangers.first))
    if rate is None or not len(new.known_owners):
        return 0.5
    ranked = _Ranked.of(new), _Ranked.of(old)
    people = np.unique(np.concatenate([new.known_owners, new.stranger_owners]))
    generator = np.random.default_rng(0)
    ahead = []
    for _ in range(_RESAMPLES):
        drawn = people[generator.integers(len(people), size=len(people))]
        times = np.bincount(drawn, minlength=new.most + 1).astype(np.float64)
        if times[new.known_owners].any() and times[new.stranger_owners].any():
            after, before = (one.missed(rate, times) for one in ranked)
            ahead.append((before - after > _TIE) + 0.5 * (abs(before - after) <= _TIE))
    return float(np.mean(ahead)) if ahead else 0.5


@dataclass(frozen=True, slots=True, eq=False)
class _Ranked:
    """Lookups in rising order, so that a drawing costs two running sums.

    Attributes:
        first: float64 (S,), of strangers.
        owners: int (S,), who these are.
        right: float64 (K,), of known people; inf where somebody else is nearer.
        known: int (K,), who these are.
    """

    first: Values
    owners: Rows
    right: Values
    known: Rows

    @classmethod
    def of(cls, found: Lookups) -> _Ranked:
        order = np.argsort(found.strangers.first, kind="stable")
        is_right = found.known.nearest == found.known_owners
        right = np.where(is_right, found.known.first, np.inf).astype(np.float64)
        ranks = np.argsort(right, kind="stable")
        first = found.strangers.first[order].astype(np.float64)
        return cls(first, found.stranger_owners[order], right[ranks], found.known_owners[ranks])

    def missed(self, rate: float, times: Values) -> float:
        """Share of known photos missed where a share of strangers' is named, people counting `times` times."""
        below, known = np.cumsum(times[self.owners]), times[self.known]
        last = min(int(np.searchsorted(below, rate * below[-1], side="right")), len(below) - 1)
        accepted = int(np.searchsorted(self.right, self.first[last], side="left"))
        return float(1 - known[:accepted].sum() / known.sum())


def _sentence(new: Treatment, old: Treatment, counts: tuple[int, int, int], better: float) -> str:
    strangers, people, known = counts
    words = (
        f"Of {counted(strangers, 'photo')} of {counted(people, 'person')} who played strangers "
        f"{_share(new.named)} get a name from {new.model}, {_share(old.named)} from {old.model}; of "
        f"{counted(known, 'new photo')} of known people {_share(new.missed)} and {_share(old.missed)} are missed"
    )
    if new.missed_at_rate is None or old.missed_at_rate is None:
        return f"{words}."
    sure = "surely fewer" if better >= SURE else "surely more" if better <= 1 - SURE else "no sure difference"
    return (
        f"{words}. Where {_rate(strangers) or RATE:.1%} of the strangers get one, {new.missed_at_rate:.1%} and "
        f"{old.missed_at_rate:.1%} are missed: {sure}."
    )


def _share(estimate: Estimate) -> str:
    return f"{estimate.value:.1%} ({estimate.low:.1%} to {estimate.high:.1%})"
