"""Liveness: whether what was seen of a face over some seconds is more than a photo held to the camera can show.

A photo can be moved, tilted, bent and waved, and its eyes still look as they always did once they are laid over each
other. Those of a person change: they blink, look elsewhere, squint. That, or a mouth that opens, is taken for a sign
of life; so is the depth of a face, which shows when the head turns by a degree or two, as the nose then moves against
the cheeks. It is a hint and no proof: a film of somebody shows all three. What it is worth was measured, see
docs/TRUST.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import LifeSign, LifeTask

Series = NDArray[np.float64]

#: Looks without which nothing is said: what a face usually looks like is not known before.
FEWEST_LOOKS: Final = 8
#: How much less alike its usual look the less changed eye must be, beyond what nose and bridge change too.
LEAST_CHANGE: Final = 0.045
#: … and how many times the usual difference between one look and the next.
LEAST_CHANGE_RATIO: Final = 3.0
#: Where the bridge is less alike by this much something lies over it, and over the eyes in the looks around.
COVERED: Final = 0.3
#: How many looks before and after; a change is waited on for as many as come after.
COVERED_BEFORE, COVERED_AFTER = 3, 5
#: How far the mouth must open and close, as a share of its width.
LEAST_OPENING: Final = 0.2
#: Looks at the depth without which it says nothing.
FEWEST_RELIEF_LOOKS: Final = 10
#: How much the depth must show, in units of the noise: a sheet shows about 1.
LEAST_RELIEF: Final = 1.9
#: Looks that fit this many times worse than usual say nothing of the depth: the face is blurred or partly covered.
WORST_FIT: Final = 2.5


@dataclass(frozen=True, slots=True, eq=False)
class LifeEvidence:
    """What was seen of one face, look by look, float64 (N,) each.

    Attributes:
        eyes: likeness of the less changed eye to how it usually looks, see `parts.likeness`.
        nose: the same of the nose, on which nothing moves.
        bridge: the same of the place between the eyes: what lies over both mostly covers it too.
        mouth: see `FaceMesh.mouth_openness`.
    """

    eyes: Series
    nose: Series
    bridge: Series
    mouth: Series

    def __post_init__(self) -> None:
        shapes = [values.shape for values in (self.eyes, self.nose, self.bridge, self.mouth)]
        if len(set(shapes)) > 1 or self.eyes.ndim != 1:
            raise ValueError(f"expected four series (N,) of one length. Received: {shapes}")

    @property
    def changes(self) -> Series:
        """How much less alike the eyes are than usual at each look, beyond what nose or bridge are, too."""
        # A smear or a reflection changes these as well.
        shared = np.maximum(np.median(self.nose) - self.nose, np.median(self.bridge) - self.bridge)
        return np.asarray(np.median(self.eyes) - self.eyes - np.maximum(shared, 0.0))

    @property
    def uncovered(self) -> NDArray[np.bool_]:
        """Which looks are known to have nothing over the eyes: none is that just came."""
        free = np.ones(len(self.bridge), np.bool_)
        for look in np.flatnonzero(np.median(self.bridge) - self.bridge >= COVERED).tolist():
            free[max(0, look - COVERED_BEFORE) : look + COVERED_AFTER + 1] = False
        free[max(0, len(free) - COVERED_BEFORE) :] = False
        return free


@dataclass(frozen=True, slots=True, eq=False)
class ReliefEvidence:
    """What was seen of the depth of one face, look by look, see `relief.ReliefTurn`.

    Attributes:
        turns: sideways, and up and down, radians, float64 (N, 2).
        errors: their standard errors by the noise of the pixels, float64 (N, 2).
        misfits: float64 (N,), grey values.
    """

    turns: Series
    errors: Series
    misfits: Series

    def __post_init__(self) -> None:
        shapes = self.turns.shape, self.errors.shape, self.misfits.shape
        if shapes[0] != (*shapes[2], 2) or shapes[1] != shapes[0]:
            raise ValueError(f"expected series (N, 2), (N, 2) and (N,). Received: {shapes}")


def eye_change(evidence: LifeEvidence) -> float:
    """The largest change of both eyes that nose and bridge did not share: 0 none, about 0.5 a blink."""
    if len(evidence.eyes) < FEWEST_LOOKS:
        return 0.0
    return max(0.0, float(evidence.changes[evidence.uncovered].max(initial=0.0)))


def newest_change(evidence: LifeEvidence) -> float:
    """The change of the newest look of which is known that nothing was over the eyes; 0 without one."""
    newest = len(evidence.eyes) - 1 - COVERED_BEFORE
    return float(evidence.changes[newest]) if newest >= 0 and evidence.uncovered[newest] else 0.0


def mouth_opening(evidence: LifeEvidence) -> float:
    """How far the mouth opened and closed, from its 5 % to its 95 % quantile."""
    if len(evidence.mouth) < FEWEST_LOOKS:
        return 0.0
    low, high = np.quantile(evidence.mouth, (0.05, 0.95))
    return float(high - low)


def usual_change(evidence: LifeEvidence) -> float:
    """How much the likeness of the eyes differs from one look to the next, by noise and the trembling of the mesh."""
    steps = np.abs(np.diff(evidence.eyes))
    return float(np.median(steps)) if len(steps) else 0.0


def relief_motion(relief: ReliefEvidence) -> float:
    """How much of its depth a face showed, in units of the noise: about 1 a sheet, more a head that turns."""
    fits = (
        relief.misfits < WORST_FIT * np.median(relief.misfits) if len(relief.misfits) else np.zeros(0, bool)
    )
    if len(relief.misfits) < FEWEST_RELIEF_LOOKS or not fits.any():
        return 0.0
    turns, errors = relief.turns[fits], relief.errors[fits]
    # The noise of the look that all are compared with is shared, and seen better by a sharper look.
    noise = np.maximum(errors, np.median(errors, axis=0))
    return float(np.sqrt((((turns - np.median(turns, axis=0)) / noise) ** 2).mean()))


def sign_of_life(evidence: LifeEvidence, relief: ReliefEvidence) -> LifeSign | None:
    """The sign of life in what was seen; None: there is none yet."""
    change = eye_change(evidence)
    if change >= LEAST_CHANGE and change >= LEAST_CHANGE_RATIO * usual_change(evidence):
        return "eyes"
    if mouth_opening(evidence) >= LEAST_OPENING:
        return "mouth"
    return "depth" if relief_motion(relief) >= LEAST_RELIEF else None


# ---------------------------------------------------------------------- what one can be asked for

TURNS: Final[tuple[LifeTask, ...]] = ("turn left", "turn right")
#: Degrees the head has to be turned from where it was when it was asked for.
LEAST_TURN: Final = 15.0
#: A blink changes the eyes by more than looking elsewhere does.
LEAST_BLINK: Final = 0.15
#: Seconds for one task; then another one is asked for.
TASK_S: Final = 6.0


@dataclass(frozen=True, slots=True)
class TaskLook:
    """One look at somebody who was asked for something.

    Attributes:
        at_s: when.
        yaw: of the head, degrees, towards the picture's right.
        change: how much the eyes differ from usual now, see `LifeEvidence.changes`.
    """

    at_s: float
    yaw: float
    change: float


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """How far somebody is with what they were asked for.

    Attributes:
        asked: what is still to be done, in order; empty: all was done.
        since_s: when the first of these was asked for.
        yaw: of the head then, degrees; None until it was looked at.
    """

    asked: tuple[LifeTask, ...]
    since_s: float
    yaw: float | None = None

    @property
    def now(self) -> LifeTask | None:
        """What is to be done now."""
        return self.asked[0] if self.asked else None


def next_progress(progress: TaskProgress, look: TaskLook, redrawn: Sequence[LifeTask]) -> TaskProgress:
    """Progress after one more look.

    Args:
        progress: so far.
        look: the newest.
        redrawn: what to ask for instead when the time for the present task is over.
    """
    task = progress.now
    if task is None:
        return progress
    start = look.yaw if progress.yaw is None else progress.yaw
    if is_done(task, look.yaw - start, look.change):
        return TaskProgress(progress.asked[1:], look.at_s, look.yaw)
    if not 0 <= look.at_s - progress.since_s <= TASK_S:
        return TaskProgress(tuple(redrawn), look.at_s, look.yaw)
    return TaskProgress(progress.asked, progress.since_s, start)


def is_done(task: LifeTask, turned: float, change: float) -> bool:
    """Whether a look shows what was asked for; left and right are those of the person, not of the picture."""
    if task == "blink":
        return change >= LEAST_BLINK
    return turned >= LEAST_TURN if task == "turn left" else -turned >= LEAST_TURN
