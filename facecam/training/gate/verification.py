"""Verification gate: whether a trained model may replace the one in use, by held-out photos.

Numpy only: the engine asks with the vectors both models give the same photos.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from facecam.core.errors import DataError
from facecam.core.types import FloatArray
from facecam.core.words import counted
from facecam.metrics import rates
from facecam.training.data.split import JUDGING_PEOPLE, JUDGING_PHOTOS
from facecam.training.gate.bootstrap import draw

#: "as good" also where the difference may be luck; "too few" where the photos could not show any.
Verdict = Literal["better", "as good", "worse", "too few"]
#: Lower and upper end.
Range = tuple[float, float]
RATES: Final = (1e-2, 1e-3)
#: The rate the decision is made at.
DECISIVE_RATE: Final = 1e-2
#: Share of the drawings in which a model must be ahead to be called better: 95 % of them lie between this and its
#: counterpart, so that one in twenty pairs of equal models would be called unequal.
SURE: Final = 0.975
#: Photos compared; more make millions of pairs and change nothing.
MOST_PHOTOS: Final = 1500


@dataclass(frozen=True, slots=True)
class ModelScores:
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
        verdict: whether one of them is ahead on TAR at FAR 1e-2, then AUC, in nearly every drawing of people.
        probability_better: share of the drawings of people in which the candidate is ahead, ties half.
        photos: kept aside and compared.
        people: of whom there are such photos.
        text: one plain sentence.
        candidate_range: 95 % interval of the candidate's TAR at FAR 1e-2, of its AUC where that cannot be said.
        deployed_range: the same of the model in use.
    """

    candidate: ModelScores
    deployed: ModelScores
    verdict: Verdict
    probability_better: float
    photos: int
    people: int
    text: str
    candidate_range: Range | None = None
    deployed_range: Range | None = None

    @property
    def passes(self) -> bool:
        """Whether the candidate has shown that it is better; else the present one is kept."""
        return self.verdict == "better"


@dataclass(frozen=True, slots=True, eq=False)
class HeldOutPairs:
    """Which photos are compared with which.

    Attributes:
        first: int (N,), rows of photos.
        second: int (N,), likewise; every pair has at least one photo that was not trained on.
        is_same: bool (N,), whether both show one person.
        owners: int (M,), whose each photo is.
        held: how many of them were kept aside.
        people: of whom photos were kept aside.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    is_same: NDArray[np.bool_]
    owners: NDArray[np.intp]
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
    return HeldOutPairs(first, second, is_same, np.asarray(owners, np.intp), int(held.sum()), people)


def compare(
    candidate: tuple[str, FloatArray],
    deployed: tuple[str, FloatArray],
    pairs: HeldOutPairs,
    *,
    shifts: tuple[FloatArray | None, FloatArray | None] = (None, None),
    seed: int = 0,
) -> GateReport:
    """Put two models beside each other.

    Args:
        candidate: name and vectors, float32 (M, D), unit rows, of the trained model.
        deployed: the same of the model in use; D may differ.
        pairs: of rows.
        shifts: float32 (M,), what the cohort of the one and of the other adds for each photo; None: nothing.
        seed: of the drawings of people.
    """
    distances = [
        pair_scores(vectors, pairs, added)
        for (_, vectors), added in zip((candidate, deployed), shifts, strict=True)
    ]
    new, old = (
        _scores(one[0], values, pairs) for one, values in zip((candidate, deployed), distances, strict=True)
    )
    owners = pairs.owners[pairs.first], pairs.owners[pairs.second]
    by_tar = len(pairs.is_same) - pairs.is_same.sum() >= rates.pairs_needed(DECISIVE_RATE)
    drawn = draw(distances[0], distances[1], *owners, rate=DECISIVE_RATE if by_tar else None, seed=seed)
    verdict = _verdict(drawn.share_ahead, pairs)
    ranges = drawn.ranges(pairs.held)
    text = _sentence(new, old, verdict, pairs, ranges)
    return GateReport(new, old, verdict, drawn.share_ahead, pairs.held, pairs.people, text, *ranges)


def pair_scores(vectors: FloatArray, pairs: HeldOutPairs, shifts: FloatArray | None = None) -> rates.Values:
    """What pairs are judged by, float64 (N,): squared_l2, and what is added for both photos, float32 (M,)."""
    distances = rates.squared_distances(vectors, pairs.first, pairs.second)
    return distances if shifts is None else distances + shifts[pairs.first] + shifts[pairs.second]


def _verdict(share_ahead: float, pairs: HeldOutPairs) -> Verdict:
    if pairs.people < JUDGING_PEOPLE or pairs.held < JUDGING_PHOTOS:
        return "too few"
    if share_ahead >= SURE:
        return "better"
    return "worse" if share_ahead <= 1 - SURE else "as good"


def _scores(model: str, squared_l2: rates.Values, pairs: HeldOutPairs) -> ModelScores:
    scores = rates.Scores.of(squared_l2, pairs.is_same)
    return ModelScores(
        model=model,
        tar_at_far={rate: tar_at(scores, rate) for rate in RATES},
        auc=rates.area_under_roc(scores),
        eer=rates.equal_error(scores)[0],
        pairs_same=len(scores.same),
        pairs_different=len(scores.different),
    )


def tar_at(scores: rates.Scores, rate: float) -> float | None:
    """Share of same pairs accepted at a false-accept rate; None with too few different pairs."""
    if len(scores.different) < rates.pairs_needed(rate):
        return None
    threshold = np.quantile(scores.different, rate)
    return float(np.searchsorted(scores.same, threshold)) / len(scores.same)


def _sentence(
    new: ModelScores, old: ModelScores, verdict: Verdict, pairs: HeldOutPairs, ranges: Sequence[Range | None]
) -> str:
    words = {
        "better": "better than",
        "as good": "not to be told apart from",
        "worse": "worse than",
        "too few": "not to be compared with",
    }[verdict]
    counts = f"{counted(pairs.held, 'photo')} of {counted(pairs.people, 'person')}"
    few = f" (it takes {JUDGING_PHOTOS} of {JUDGING_PEOPLE})" if verdict == "too few" else ""
    return (
        f"On {counts} it was not trained on{few}, {new.model} is {words} {old.model}: "
        f"{_figure(new, ranges[0])} against {_figure(old, ranges[1])}."
    )


def _figure(scores: ModelScores, interval: Range | None) -> str:
    tar = scores.tar_at_far.get(DECISIVE_RATE)
    if tar is None:
        reach = "" if interval is None else f" ({interval[0]:.4f} to {interval[1]:.4f})"
        return f"area under the ROC curve {scores.auc:.4f}{reach}"
    reach = "" if interval is None else f" ({interval[0]:.1%} to {interval[1]:.1%})"
    return f"{tar:.1%}{reach} of the same-person pairs accepted at 1 % false accepts, area {scores.auc:.4f}"
