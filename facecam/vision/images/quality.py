"""Face quality: how fit a face is for recognition, and why not."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from facecam.core.types import Box, Detection, ImageArray
from facecam.vision.images.align import DLIB_CHIP, ChipSpec

#: Face width, px, from which more pixels no longer help a 150 px chip.
FULL_SIZE_PX = 100.0
#: Variance of the Laplacian of a clear 150 px chip; below a tenth of it features are gone.
FULL_SHARPNESS = 150.0
#: The tip of the nose moves sideways more than its lower end does: regression over 722 faces (correlation 0.91).
_YAW_OF_TIP = 0.76


@dataclass(frozen=True, slots=True)
class FaceQuality:
    """Measurements of one face.

    Attributes:
        size_px: width of the face box in the original picture, px.
        sharpness: variance of the Laplacian of the grey chip's middle; 0 = flat.
        brightness: mean grey of the chip's middle, in [0, 255].
        contrast: standard deviation of that grey, in [0, 128].
        yaw: how far the head is turned; 0 = towards the camera, −1 and 1 =
            the nose is level with one eye (about 45°); sign: nose to the
            picture's right is positive.
        roll_degrees: tilt of the line through the eyes, in (−180, 180].
        outside: share of the face box beyond the picture's border, in [0, 1].
    """

    size_px: float
    sharpness: float
    brightness: float
    contrast: float
    yaw: float
    roll_degrees: float
    outside: float = 0.0

    @property
    def overall(self) -> float:
        """All in one number in [0, 1]: the product of how good each measurement is."""
        size = min(1.0, self.size_px / FULL_SIZE_PX)
        sharp = min(1.0, math.sqrt(self.sharpness / FULL_SHARPNESS))
        light = min(1.0, self.brightness / 60.0, (255.0 - self.brightness) / 40.0) * min(
            1.0, self.contrast / 25.0
        )
        frontal = max(0.0, 1.0 - 0.6 * max(0.0, abs(self.yaw) - 0.15))
        return float(np.clip(size * sharp * light * frontal * (1.0 - self.outside), 0.0, 1.0))


def assess(
    detection: Detection,
    chip: ImageArray,
    spec: ChipSpec = DLIB_CHIP,
    picture_px: tuple[int, ...] | None = None,
) -> FaceQuality:
    """Measure a face.

    Args:
        detection: the face in its picture.
        chip: its chip, uint8 (S, S, 3) RGB.
        spec: what the chip shows.
        picture_px: width and height of the picture; None: the whole face is taken to be in it.
    """
    side = chip.shape[0]
    # Nine tenths of the face, whatever room there is around it: 60 % of a usual chip.
    rim = int(side * (0.5 - 0.45 / (1 + 2 * spec.padding)) + 1e-6)
    middle = chip[rim : side - rim, rim : side - rim]
    grey = cv2.cvtColor(middle, cv2.COLOR_RGB2GRAY)
    # Sensor noise and JPEG blocks are sharp too: a slight blur leaves the features' edges.
    laplacian = cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 1.0), cv2.CV_32F, ksize=3)
    return FaceQuality(
        size_px=detection.box.width,
        sharpness=float(laplacian.var()),
        brightness=float(grey.mean()),
        contrast=float(grey.std()),
        yaw=_yaw(detection),
        roll_degrees=detection.tilt_degrees,
        outside=0.0 if picture_px is None else _outside(detection.box, *picture_px),
    )


def _outside(box: Box, width: int, height: int) -> float:
    columns = max(0.0, min(box.right, width) - max(box.left, 0.0))
    rows = max(0.0, min(box.bottom, height) - max(box.top, 0.0))
    return 1.0 - columns * rows / box.area


def _yaw(detection: Detection) -> float:
    """From the nose's place along the line through the eyes."""
    left, right = detection.eyes
    axis = right - left
    length_squared = float(axis @ axis)
    if length_squared == 0:
        return 0.0
    yaw = 2 * float((detection.nose - left) @ axis) / length_squared - 1
    if detection.scheme == "five":
        yaw *= _YAW_OF_TIP
    return yaw
