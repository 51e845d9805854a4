"""Face observation: what one webcam picture says about the face in front of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from facecam.core.types import Box, Detection, FloatArray, ImageArray
from facecam.engine.faces.face_finder import main_face
from facecam.vision.images.quality import FaceQuality, assess

#: A face this many times larger than the next one is clearly the one in front of the camera.
_DOMINANT_AREA = 2.0
#: The mouth in a dlib chip with padding 0.25, as shares of its side: left, top, right, bottom.
_MOUTH = (0.28, 0.62, 0.72, 0.86)
_MOUTH_SIZE = (24, 14)
#: How far the tip of the nose is above its lower end, in eye distances: median of 722 faces.
_TIP_ABOVE_BASE = 0.204


@dataclass(frozen=True, slots=True, eq=False)
class FaceObservation:
    """One look at whoever sits in front of the camera.

    Attributes:
        at_s: when, in the time of the frames.
        frame_px: width and height of the picture.
        faces: how many faces there are that could be meant; 1 when one is much larger than the others.
        detection: the main face; None without one.
        quality: its measurements; None without a face.
        drop: see `nose_drop`; 0 without a face.
        mouth: what the mouth looks like, float32 (14, 24), zero mean and unit norm; None without a face.
    """

    at_s: float
    frame_px: tuple[int, int]
    faces: int = 0
    detection: Detection | None = None
    quality: FaceQuality | None = None
    drop: float = 0.0
    mouth: FloatArray | None = None

    @property
    def box(self) -> Box | None:
        """Where the face is, px."""
        return self.detection.box if self.detection else None


def main_of(detections: Sequence[Detection], image: ImageArray) -> tuple[Detection | None, int]:
    """The face in front of the camera, and how many faces could be meant."""
    if not detections:
        return None, 0
    main = main_face(detections, image)
    rivals = [one for one in detections if one is main or one.box.area * _DOMINANT_AREA > main.box.area]
    return main, len(rivals)


def look_at(
    image: ImageArray, at_s: float, detection: Detection | None, faces: int, chip: ImageArray
) -> FaceObservation:
    """Measure a face.

    Args:
        image: the picture, uint8 (H, W, 3) RGB.
        at_s: when it was taken, s.
        detection: the main face; without one the chip is not looked at.
        faces: how many faces could be meant.
        chip: dlib's chip of the face, uint8 (S, S, 3) RGB.
    """
    frame_px = (image.shape[1], image.shape[0])
    if detection is None:
        return FaceObservation(at_s, frame_px)
    quality, drop = assess(detection, chip), nose_drop(detection)
    return FaceObservation(at_s, frame_px, faces, detection, quality, drop, mouth_of(chip))


def nose_drop(detection: Detection) -> float:
    """How far below the eyes the nose ends, in eye distances: about 0.8 for a level head.

    A raised chin makes it smaller and a lowered one larger, because the nose
    stands out from the face. It is no angle, and long noses differ from short
    ones: compare a person with themselves.
    """
    left, right = detection.eyes
    axis = right - left
    length_squared = float(axis @ axis)
    if length_squared == 0:
        return 0.0
    to_nose = detection.nose - left
    drop = float(axis[0] * to_nose[1] - axis[1] * to_nose[0]) / length_squared
    return drop + _TIP_ABOVE_BASE if detection.scheme == "five" else drop


def mouth_of(chip: ImageArray) -> FloatArray:
    """The mouth of a chip, float32 (14, 24), zero mean and unit norm."""
    side = chip.shape[0]
    left, top, right, bottom = (round(share * side) for share in _MOUTH)
    grey = cv2.cvtColor(np.ascontiguousarray(chip[top:bottom, left:right]), cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, _MOUTH_SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)
    small -= small.mean()
    norm = float(np.linalg.norm(small))
    return np.asarray(small / norm if norm > 1e-3 else small, np.float32)
