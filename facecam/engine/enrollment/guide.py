"""Guided enrollment: a handful of photos in front of a webcam.

A state machine without camera, threads or clock: it is fed looks, and answers
with one hint at a time and with the moment to take the photo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from facecam.core.types import FloatArray
from facecam.engine.enrollment.face_observation import FaceObservation
from facecam.vision.images.quality import FaceQuality

Pose = Literal["front", "smile", "left", "right", "up", "down"]
#: In this order; left and right are the person's own.
POSES: tuple[Pose, ...] = get_args(Pose)

Hint = Literal[
    "get ready",
    "no face",
    "several faces",
    "come closer",
    "move back",
    "centre",
    "more light",
    "less light",
    "look straight",
    "head upright",
    "turn left",
    "turn right",
    "turn back",
    "chin up",
    "chin down",
    "smile",
    "hold still",
    "finished",
]


@dataclass(frozen=True, slots=True)
class GuideLimits:
    """When a face is good enough to be photographed.

    Attributes:
        countdown_s: time to sit down before the first photo.
        hold_s: how long all must be good before the photo is taken.
        pause_s: rest after a photo.
        give_up_s: a pose is left out after a face was seen for so long without it.
        soft_smile_s: after this long any expression counts as the smile: it can only be asked for.
        least_px: width of the face, px: dlib's chip wants about 100.
        least_share, most_share: width of the face, as shares of the picture's shorter side.
        off_center: distance of the face from the middle, as a share of the picture, at most.
        darkest, brightest: mean grey of the face, in [0, 255].
        straight_yaw, turned_yaw, widest_yaw: see `FaceQuality.yaw`.
        tilt_degrees: tilt of the head, at most.
        nod: change of `FaceObservation.drop` against the frontal photo for chin up and down.
        still_eye_distances: movement in a second, at most.
        same_mouth: correlation with the frontal photo's mouth above which nothing has changed.
    """

    countdown_s: float = 2.0
    hold_s: float = 0.6
    pause_s: float = 0.5
    give_up_s: float = 10.0
    soft_smile_s: float = 2.5
    least_px: float = 80.0
    least_share: float = 0.16
    most_share: float = 0.75
    off_center: float = 0.3
    darkest: float = 50.0
    brightest: float = 210.0
    straight_yaw: float = 0.22
    turned_yaw: float = 0.25
    widest_yaw: float = 0.62
    tilt_degrees: float = 18.0
    nod: float = 0.08
    still_eye_distances: float = 1.2
    same_mouth: float = 0.85


@dataclass(frozen=True, slots=True)
class Guidance:
    """What to tell the person now.

    Attributes:
        hint: the one thing to do.
        pose: which photo is wanted; None when finished.
        hold: how much of the holding time is over, in [0, 1]; 0 while something is to be done.
        countdown_s: seconds until it begins; 0 afterwards.
        take: the photo is to be taken of this very look, or of a better one since `hold` rose from 0.
        taken: poses photographed.
        skipped: poses left out.
        give_up_s: seconds until this pose is left out; inf while no clock runs.
    """

    hint: Hint
    pose: Pose | None
    hold: float = 0.0
    countdown_s: float = 0.0
    take: bool = False
    taken: tuple[Pose, ...] = ()
    skipped: tuple[Pose, ...] = ()
    give_up_s: float = float("inf")

    @property
    def finished(self) -> bool:
        """Whether every pose was photographed or left out."""
        return self.pose is None


@dataclass(slots=True, eq=False)
class _Level:
    """What the person looks like from the front: turns and nods are measured against it."""

    yaw: float = 0.0
    drop: float | None = None
    mouth: FloatArray | None = None


@dataclass(slots=True)
class _Clock:
    """Times of the pose being waited for."""

    hold_since_s: float | None = None
    rest_until_s: float = float("-inf")
    seen_s: float = 0.0
    last_face_s: float = float("-inf")


class Guide:
    """Asks for one pose after the other.

    Args:
        poses: which, in order; `front` is worth being first, the others are measured against it.
        limits: when a photo is good.
    """

    def __init__(self, poses: Sequence[Pose] = POSES, limits: GuideLimits | None = None) -> None:
        self._limits = limits or GuideLimits()
        self._poses = tuple(poses)
        self._taken: list[Pose] = []
        self._skipped: list[Pose] = []
        self._level, self._clock, self._motion = _Level(), _Clock(), _Motion()
        self._began_s: float | None = None
        self._last: FaceObservation | None = None

    @property
    def pose(self) -> Pose | None:
        """The pose wanted next; None when finished."""
        done = {*self._taken, *self._skipped}
        return next((pose for pose in self._poses if pose not in done), None)

    def skip(self) -> None:
        """Leave the current pose out."""
        if self.pose is not None:
            self._skipped.append(self.pose)
            self._clock = _Clock(rest_until_s=self._clock.rest_until_s)

    def redo(self) -> Pose | None:
        """Ask again for the photo taken last; returns which, or None if there is none."""
        if not self._taken:
            return None
        pose = self._taken.pop()
        rest_until_s = self._last.at_s + self._limits.pause_s if self._last else float("-inf")
        self._clock = _Clock(rest_until_s=rest_until_s)
        return pose

    def see(self, look: FaceObservation) -> Guidance:
        """Judge the next look; looks come in the order of their time."""
        passed_s = max(0.0, look.at_s - self._last.at_s) if self._last else 0.0
        self._last = look
        if self._began_s is None:
            self._began_s = look.at_s
        self._motion.add(look)
        waiting_s = self._began_s + self._limits.countdown_s - look.at_s
        if self.pose is None:
            return self._say("finished")
        if waiting_s > 0:
            return self._say("get ready", countdown_s=waiting_s)
        self._count(look, passed_s)
        if self.pose is None:
            return self._say("finished")
        return self._judged(look)

    def _judged(self, look: FaceObservation) -> Guidance:
        hint = self._hint(look)
        if hint is not None or look.at_s < self._clock.rest_until_s:
            self._clock.hold_since_s = None
            return self._say(hint or "hold still")
        if self._clock.hold_since_s is None:
            self._clock.hold_since_s = look.at_s
        hold = (look.at_s - self._clock.hold_since_s) / self._limits.hold_s
        return self._taken_now(look) if hold >= 1 else self._say("hold still", hold=hold)

    def _taken_now(self, look: FaceObservation) -> Guidance:
        pose = self.pose
        assert pose is not None
        if pose == "front" and look.quality is not None:
            self._level = _Level(look.quality.yaw, look.drop, look.mouth)
        guidance = self._say("hold still", hold=1.0, take=True)
        self._taken.append(pose)
        self._clock = _Clock(rest_until_s=look.at_s + self._limits.pause_s, last_face_s=look.at_s)
        return guidance

    def _count(self, look: FaceObservation, passed_s: float) -> None:
        """The time a face was there without the pose; at its end the pose is left out."""
        if look.detection is None:
            return
        self._clock.last_face_s = look.at_s
        # A paused film or a computer that slept says nothing about patience.
        self._clock.seen_s += min(passed_s, 1.0)
        if self.pose != "front" and self._clock.seen_s > self._limits.give_up_s:
            self.skip()

    def _hint(self, look: FaceObservation) -> Hint | None:
        """What is wrong, the most important first; None if nothing is."""
        if look.detection is None or look.quality is None:
            return self._missing(look)
        if look.faces > 1:
            return "several faces"
        return self._place(look) or self._light(look.quality) or self._pose_hint(look) or self._still()

    def _missing(self, look: FaceObservation) -> Hint:
        """Without a face: turned too far if it was there a moment ago."""
        turned = self.pose in ("left", "right", "up", "down")
        return "turn back" if turned and look.at_s - self._clock.last_face_s < 2.0 else "no face"

    def _place(self, look: FaceObservation) -> Hint | None:
        limits, box = self._limits, look.box
        assert box is not None
        width, height = look.frame_px
        share = box.width / min(width, height)
        if share < limits.least_share or box.width < limits.least_px:
            return "come closer"
        if share > limits.most_share:
            return "move back"
        x, y = box.center
        off = max(abs(x / width - 0.5), abs(y / height - 0.5))
        return "centre" if off > limits.off_center else None

    def _light(self, quality: FaceQuality) -> Hint | None:
        if quality.brightness < self._limits.darkest:
            return "more light"
        return "less light" if quality.brightness > self._limits.brightest else None

    def _pose_hint(self, look: FaceObservation) -> Hint | None:
        assert look.quality is not None
        if abs(look.quality.roll_degrees) > self._limits.tilt_degrees:
            return "head upright"
        yaw = look.quality.yaw - self._level.yaw
        if self.pose in ("left", "right"):
            return self._turn_hint(yaw)
        if abs(yaw) > self._limits.straight_yaw:
            return "look straight"
        if self.pose in ("up", "down"):
            return self._nod_hint(look.drop)
        return self._smile_hint(look) if self.pose == "smile" else None

    def _turn_hint(self, yaw: float) -> Hint | None:
        # A head turned to its own left has its nose at the picture's right: positive.
        towards = yaw if self.pose == "left" else -yaw
        if towards < self._limits.turned_yaw:
            return "turn left" if self.pose == "left" else "turn right"
        return "turn back" if towards > self._limits.widest_yaw else None

    def _nod_hint(self, drop: float) -> Hint | None:
        if self._level.drop is None:
            self._level.drop = drop
        lowered = drop - self._level.drop
        if self.pose == "up":
            return None if lowered <= -self._limits.nod else "chin up"
        return None if lowered >= self._limits.nod else "chin down"

    def _smile_hint(self, look: FaceObservation) -> Hint | None:
        before = self._level.mouth
        if before is None or look.mouth is None or self._clock.seen_s > self._limits.soft_smile_s:
            return None
        return "smile" if float((before * look.mouth).sum()) > self._limits.same_mouth else None

    def _still(self) -> Hint | None:
        return "hold still" if self._motion.eye_distances > self._limits.still_eye_distances else None

    def _say(
        self, hint: Hint, *, hold: float = 0.0, countdown_s: float = 0.0, take: bool = False
    ) -> Guidance:
        left_s = self._limits.give_up_s - self._clock.seen_s
        patient = self.pose in (None, "front")
        return Guidance(
            hint,
            self.pose,
            hold,
            countdown_s,
            take,
            tuple(self._taken),
            tuple(self._skipped),
            float("inf") if patient else max(0.0, left_s),
        )


@dataclass(slots=True)
class _Motion:
    """How fast the face moves, from where its landmarks were a quarter of a second ago."""

    places: list[tuple[float, float, float, float]] = field(default_factory=list)
    eye_distances: float = 0.0

    def add(self, look: FaceObservation) -> None:
        if look.detection is None:
            self.places.clear()
            self.eye_distances = 0.0
            return
        x, y = look.detection.landmarks.mean(axis=0).tolist()
        left, right = look.detection.eyes
        eyes = float(np.linalg.norm(right - left))
        self.places.append((look.at_s, x, y, max(eyes, 1.0)))
        self.places = [place for place in self.places if look.at_s - place[0] <= 0.35]
        self.eye_distances = self._speed()

    def _speed(self) -> float:
        (then_s, x, y, _), (now_s, x_now, y_now, eyes) = self.places[0], self.places[-1]
        if now_s - then_s < 0.05:
            return self.eye_distances
        return float(np.hypot(x_now - x, y_now - y)) / eyes / (now_s - then_s)
