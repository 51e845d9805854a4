"""Somebody in front of a webcam who does what the guide says, without pictures."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from facecam.core.types import Box, Detection, FloatArray
from facecam.engine.enrollment.face_observation import FaceObservation
from facecam.engine.enrollment.guide import Guidance, Guide, Pose
from facecam.vision.images.quality import FaceQuality

FRAME_PX = (640, 480)
STEP_S = 0.1
_GOOD = FaceQuality(200.0, 300.0, 120.0, 50.0, 0.0, 0.0)


def mouth(smiling: bool) -> FloatArray:
    """Two mouths that have nothing in common."""
    pattern = np.zeros((14, 24), np.float32)
    pattern[4 if smiling else 10] = 1
    pattern -= pattern.mean()
    return np.asarray(pattern / np.linalg.norm(pattern), np.float32)


@dataclass(frozen=True, slots=True)
class Sitter:
    """How somebody sits there: `there` is whether a face is seen at all."""

    yaw: float = 0.0
    drop: float = 0.8
    roll_degrees: float = 0.0
    brightness: float = 120.0
    width_px: float = 160.0
    center: tuple[float, float] = (320.0, 240.0)
    faces: int = 1
    smiling: bool = False
    there: bool = True

    def look(self, at_s: float) -> FaceObservation:
        """What the camera sees of it."""
        if not self.there:
            return FaceObservation(at_s, FRAME_PX)
        (x, y), half = self.center, self.width_px / 2
        box = Box(x - half, y - half, x + half, y + half)
        quality = replace(
            _GOOD,
            size_px=self.width_px,
            yaw=self.yaw,
            roll_degrees=self.roll_degrees,
            brightness=self.brightness,
        )
        points = [(0.8, 0.3), (0.6, 0.3), (0.2, 0.3), (0.4, 0.3), (0.5, 0.6)]
        landmarks = np.array([(box.left + a * box.width, box.top + b * box.height) for a, b in points])
        detection = Detection(box, 1.0, landmarks.astype(np.float32))
        return FaceObservation(at_s, FRAME_PX, self.faces, detection, quality, self.drop, mouth(self.smiling))


#: How an obedient person answers a pose.
OBEDIENT: dict[Pose, Sitter] = {
    "front": Sitter(),
    "smile": Sitter(smiling=True),
    "left": Sitter(yaw=0.4),
    "right": Sitter(yaw=-0.4),
    "up": Sitter(drop=0.65),
    "down": Sitter(drop=0.95),
}


class Clock:
    """Feeds a guide ten looks a second."""

    def __init__(self, guide: Guide, start_s: float = 100.0) -> None:
        self.guide, self.start_s = guide, start_s
        self.now_s = start_s
        self.seen: list[Guidance] = []

    def sit(self, sitter: Sitter, seconds: float = STEP_S) -> Guidance:
        """Sit like that for so long; returns the last guidance."""
        for _ in range(max(1, round(seconds / STEP_S))):
            self.seen.append(self.guide.see(sitter.look(self.now_s)))
            self.now_s += STEP_S
        return self.seen[-1]

    def obey(self, limit_s: float = 60.0) -> Guidance:
        """Do what is asked until it is over."""
        while self.now_s - self.start_s < limit_s:
            pose = self.guide.pose
            guidance = self.sit(OBEDIENT[pose or "front"])
            if guidance.finished:
                break
        return guidance

    def until_taken(self, sitter: Sitter, limit_s: float = 10.0) -> Guidance:
        """Sit like that until a photo is taken."""
        end_s = self.now_s + limit_s
        while self.now_s < end_s:
            guidance = self.sit(sitter)
            if guidance.take:
                return guidance
        raise AssertionError(f"no photo was taken; last hint: {guidance.hint}")
