"""Collapse detection: trainings that cannot come to anything, noticed within twenty steps. No TensorFlow."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from facecam.core.events import Notice

#: What is said when nothing more can come of a training.
OVERFLOW: Final = Notice(
    "The network's numbers have overflowed (NaN): nothing more can be learned from here.",
    "Use a smaller --learning-rate, add --clip-norm 1 or choose --arithmetic float32, and start again from the "
    "last checkpoint.",
)
_ONE_PERSON: Final = Notice(
    "A batch held photos of one person only: there is nobody to tell apart from.",
    "Enroll more people, or raise --people-per-batch.",
)
#: Steps in a row a condition must hold before it is said; of one person and NaN once is enough.
WINDOW_STEPS = 20
_SAME_VECTOR: Final = Notice(
    f"The network has given nearly the same vector for every face for {WINDOW_STEPS} steps (collapse).",
    "Start again from pretrained weights, with a smaller --learning-rate or --mining semi_hard.",
)
_NO_TRIPLETS: Final = Notice(
    f"No triplet was found in {WINDOW_STEPS} steps: there was nothing to learn from.",
    "Each batch needs two people, one with two photos; if it has them the network already separates "
    "them, and a larger --margin or --mining batch_hard finds more.",
)
#: A loss within this share of the margin is "at" it. Healthy semi-hard losses stay a few percent below.
_AT_MARGIN = 0.01
#: Mean squared_l2 to the mean vector. Measured on 400 portraits of 40 people: trained networks 0.6 to 0.9, fresh
#: ones 0.005 to 0.3, collapsed ones 0.0007.
_FALLEN_TOGETHER = 1e-3


@dataclass(frozen=True, slots=True)
class StepReport:
    """What one training step looked like.

    Attributes:
        loss: the triplet term.
        people: different people in the (global) batch.
        spread: `distances.spread` of its embeddings.
        triplets: how many were mined; None for losses without any.
    """

    loss: float
    people: int
    spread: float
    triplets: int | None = None


@dataclass(slots=True)
class CollapseDetector:
    """Give it every step; each kind of trouble is reported once.

    Args:
        collapsed_loss: what the loss is when all embeddings are equal (`TripletLoss.collapsed_loss`);
            None for other losses.
    """

    collapsed_loss: float | None = None
    _said: set[Notice] = field(default_factory=set, init=False)
    _last: deque[StepReport] = field(default_factory=lambda: deque(maxlen=WINDOW_STEPS), init=False)

    def observe(self, report: StepReport) -> list[Notice]:
        """What there is to say after this step; usually nothing."""
        self._last.append(report)
        level = self.collapsed_loss or math.nan
        troubles = (
            (OVERFLOW, not (math.isfinite(report.loss) and math.isfinite(report.spread))),
            (_ONE_PERSON, report.triplets is not None and report.people == 1),
            (_SAME_VECTOR, self._always(lambda step: step.spread < _FALLEN_TOGETHER)),
            (_at_margin(level), self._always(lambda step: abs(step.loss - level) <= _AT_MARGIN * level)),
            (_NO_TRIPLETS, self._always(lambda step: step.triplets == 0)),
        )
        notices = [notice for notice, seen in troubles if seen and notice not in self._said]
        self._said.update(notices)
        return notices

    def _always(self, condition: Callable[[StepReport], bool]) -> bool:
        return len(self._last) == WINDOW_STEPS and all(condition(step) for step in self._last)


def _at_margin(level: float) -> Notice:
    return Notice(
        f"The loss has stayed at {level:.3g} for {WINDOW_STEPS} steps, "
        "which is its value when all faces look alike: the network is not learning.",
        "Start again with --mining semi_hard or batch_all, a smaller --learning-rate or pretrained weights.",
    )
