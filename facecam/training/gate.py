"""May a trained model take the place of the one in use? Decided on photos kept aside.

Numpy only: the engine asks with the vectors both models give the same photos.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Verdict = Literal["better", "as good", "worse"]
RATES: Final = (1e-2, 1e-3)
#: The rate the decision is made at.
DECISIVE_RATE: Final = 1e-2
_RESAMPLES = 1000
#: Differences below this are rounding, not merit.
_TIE = 1e-9


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
