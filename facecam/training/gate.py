"""May a trained model take the place of the one in use? Decided on photos kept aside.

Numpy only: the engine asks with the vectors both models give the same photos.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from facecam.core.errors import DataError
from facecam.core.types import FloatArray
from facecam.core.words import counted
from facecam.evaluation import metrics

Verdict = Literal["better", "as good", "worse"]
RATES: Final = (1e-2, 1e-3)
#: The rate the decision is made at.
DECISIVE_RATE: Final = 1e-2
#: Differences below these are rounding, not merit.
_TAR_TIE, _AUC_TIE = 1e-9, 1e-4
_MOST_RESAMPLES, _FEWEST_RESAMPLES, _MOST_DRAWN = 1000, 100, 100_000_000
#: Photos compared; more make millions of pairs and change nothing.
MOST_PHOTOS: Final = 1500


@dataclass(frozen=True, slots=True)
class Scores:
    """How well a model tells the photos kept aside apart.

    Attributes:
        model: its name.
        tar_at_far: false-accept rate → share of same pairs accepted; None where there are too few
            different pairs to say.
        auc: area under the ROC curve.
        eer: rate at which false accepts and false rejects are equal.
        pairs_same: pairs of one person.
        pairs_different: pairs of two people.
    """

    model: str
    tar_at_far: Mapping[float, float | None]
    auc: float
    eer: float
    pairs_same: int
    pairs_different: int


@dataclass(frozen=True, slots=True)
class GateReport:
    """The trained model beside the one in use, on the same photos.

    Attributes:
        candidate: the trained one.
        deployed: the one in use.
        verdict: on TAR at FAR 1e-2, then AUC.
        probability_better: share of the drawings of photos in which the candidate is ahead, ties half.
        photos: kept aside and compared.
        people: of whom there are such photos.
        text: one plain sentence.
    """

    candidate: Scores
    deployed: Scores
    verdict: Verdict
    probability_better: float
    photos: int
    people: int
    text: str

    @property
    def passes(self) -> bool:
        """Whether the candidate may be put in use."""
        return self.verdict != "worse"


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutPairs:
    """Which photos are compared with which.

    Attributes:
        first: int (N,), rows of photos.
        second: int (N,), likewise; every pair has at least one photo that was not trained on.
        is_same: bool (N,), whether both show one person.
        photos: rows there are.
        held: how many of them were kept aside.
        people: of whom photos were kept aside.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    is_same: NDArray[np.bool_]
    photos: int
    held: int
    people: int


def held_out_pairs(owners: NDArray[np.integer], held: NDArray[np.bool_]) -> HeldOutPairs:
    """Every pair of photos of which at least one was kept aside.

    A photo kept aside beside one trained on is what happens live: the new look against the enrolled one.

    Args:
        owners: int (M,), whose each photo is.
        held: bool (M,), whether it was kept aside.

    Raises:
        DataError: no pair of one kind.
    """
    first, second = (np.asarray(rows) for rows in np.triu_indices(len(owners), k=1))
    useful = held[first] | held[second]
    first, second = first[useful], second[useful]
    is_same = owners[first] == owners[second]
    if is_same.all() or not is_same.any():
        raise DataError(
            "the photos kept aside make no pair "
            + ("of different people" if len(is_same) and is_same.all() else "of one person"),
            hint="Add photos or people, or raise --hold-out-share.",
        )
    people = len(np.unique(owners[held]))
    return HeldOutPairs(first, second, is_same, len(owners), int(held.sum()), people)


def compare(
    candidate: tuple[str, FloatArray], deployed: tuple[str, FloatArray], pairs: HeldOutPairs, *, seed: int = 0
) -> GateReport:
    """Put two models beside each other.

    Args:
        candidate: name and vectors, float32 (M, D), unit rows, of the trained model.
        deployed: the same of the model in use; D may differ.
        pairs: of rows.
        seed: of the drawings.
    """
    distances = [
        metrics.squared_distances(one[1], pairs.first, pairs.second) for one in (candidate, deployed)
    ]
    new, old = (
        _scores(one[0], values, pairs) for one, values in zip((candidate, deployed), distances, strict=True)
    )
    verdict = judge(new, old)
    probability = _probability_better(distances[0], distances[1], pairs, seed)
    text = _sentence(new, old, verdict, pairs)
    return GateReport(new, old, verdict, probability, pairs.held, pairs.people, text)


def judge(candidate: Scores, deployed: Scores) -> Verdict:
    """Lexicographic: TAR at FAR 1e-2 where there are enough pairs, then AUC."""
    new, old = candidate.tar_at_far.get(DECISIVE_RATE), deployed.tar_at_far.get(DECISIVE_RATE)
    if new is not None and old is not None and abs(new - old) > _TAR_TIE:
        return "better" if new > old else "worse"
    if abs(candidate.auc - deployed.auc) > _AUC_TIE:
        return "better" if candidate.auc > deployed.auc else "worse"
    return "as good"


def _scores(model: str, squared_l2: metrics.Values, pairs: HeldOutPairs) -> Scores:
    scores = metrics.Scores.of(squared_l2, pairs.is_same)
    return Scores(
        model=model,
        tar_at_far={rate: tar_at(scores, rate) for rate in RATES},
        auc=metrics.area_under_roc(scores),
        eer=metrics.equal_error(scores)[0],
        pairs_same=len(scores.same),
        pairs_different=len(scores.different),
    )


def tar_at(scores: metrics.Scores, rate: float) -> float | None:
    """Share of same pairs accepted at a false-accept rate; None with too few different pairs."""
    if len(scores.different) < metrics.pairs_needed(rate):
        return None
    threshold = np.quantile(scores.different, rate)
    return float(np.searchsorted(scores.same, threshold)) / len(scores.same)


def _probability_better(new: metrics.Values, old: metrics.Values, pairs: HeldOutPairs, seed: int) -> float:
    """Paired bootstrap: photos are drawn, both models are measured on the same drawing.

    Photos, not pairs, because pairs that share a photo are not independent. (Efron and Tibshirani 1993,
    An Introduction to the Bootstrap, chapter 8)
    """
    ahead, drawn = 0.0, 0
    curves = _Curve.of(new, pairs.is_same), _Curve.of(old, pairs.is_same)
    for weights in _drawings(pairs, seed):
        figures = [curve.figures(weights) for curve in curves]
        if figures[0] is None or figures[1] is None:
            continue
        drawn += 1
        ahead += 1.0 if figures[0] > figures[1] else 0.5 if figures[0] == figures[1] else 0.0
    return ahead / drawn if drawn else 0.5


def _drawings(pairs: HeldOutPairs, seed: int) -> Iterator[NDArray[np.float64]]:
    """How often each pair occurs when as many photos are drawn with replacement."""
    generator = np.random.default_rng(seed)
    times = min(_MOST_RESAMPLES, max(_FEWEST_RESAMPLES, _MOST_DRAWN // max(1, len(pairs.first))))
    for _ in range(times):
        counts = np.bincount(generator.integers(pairs.photos, size=pairs.photos), minlength=pairs.photos)
        yield (counts[pairs.first] * counts[pairs.second]).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Curve:
    """Pairs sorted by distance once, so that a drawing costs two running sums."""

    order: NDArray[np.intp]
    is_same: NDArray[np.bool_]

    @classmethod
    def of(cls, squared_l2: metrics.Values, is_same: NDArray[np.bool_]) -> _Curve:
        # Equal distances: different pairs first, since a pair at the threshold is not accepted.
        order = np.lexsort((is_same, squared_l2))
        return cls(order, is_same[order])

    def figures(self, weights: NDArray[np.float64]) -> tuple[float, float] | None:
        """(TAR at the decisive rate, AUC), rounded to what counts; None if a kind was not drawn."""
        ordered = weights[self.order]
        same, different = np.where(self.is_same, ordered, 0.0), np.where(self.is_same, 0.0, ordered)
        below = np.cumsum(different)
        if not below[-1] or not same.any():
            return None
        accepted = below <= DECISIVE_RATE * below[-1]
        tar = float(same[accepted].sum() / same.sum())
        auc = float((same * (below[-1] - below)).sum() / (same.sum() * below[-1]))
        return round(tar, 6), round(auc, 6)


def _sentence(new: Scores, old: Scores, verdict: Verdict, pairs: HeldOutPairs) -> str:
    words = {"better": "better than", "as good": "as good as", "worse": "worse than"}[verdict]
    return (
        f"On {counted(pairs.held, 'photo')} of {counted(pairs.people, 'person')} it was not trained on, "
        f"{new.model} is {words} {old.model}: {_figure(new)} against {_figure(old)}."
    )


def _figure(scores: Scores) -> str:
    tar = scores.tar_at_far.get(DECISIVE_RATE)
    if tar is None:
        return f"area under the ROC curve {scores.auc:.4f}"
    return f"{tar:.1%} of the same-person pairs accepted at 1 % false accepts, area {scores.auc:.4f}"
