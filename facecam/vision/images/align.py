"""Face alignment: from landmarks to dlib's face chip, for enrollment, training and live."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import dlib
import numpy as np

from facecam.core.types import Box, Detection, FloatArray, ImageArray, LandmarkScheme

ChipFrame = Literal["dlib", "arcface"]

#: Mean places of the five landmarks in a unit square around the face. (dlib, get_face_chip_details)
_DLIB_REFERENCE = np.array(
    [
        (0.8595674595992, 0.2134981538014),
        (0.6460604764104, 0.2289674387677),
        (0.1205750620789, 0.2137274526848),
        (0.3340850613712, 0.2290642403242),
        (0.4901123135679, 0.6277975316475),
    ]
)
#: Median places of CenterFace's eyes, nose tip and corners of the mouth in dlib's 150 px chip, over photos of LFW.
_FIVE_IN_CHIP_PX = np.array(
    [(47.69, 47.62), (102.11, 46.20), (74.41, 78.71), (51.23, 103.86), (97.49, 103.10)]
)
#: The same five points in ArcFace's 112 px frame. (Deng et al., 2019)
_ARCFACE_FIVE_PX = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)]
)
#: Eye centres, left then right of the picture, in ArcFace's 112 px frame. (Deng et al., 2019)
_ARCFACE_EYES, _ARCFACE_SIDE_PX = _ARCFACE_FIVE_PX[:2], 112.0
#: In the unit square of `_DLIB_REFERENCE`: the chip without its padding of a quarter.
_FIVE_REFERENCE = _FIVE_IN_CHIP_PX / 100.0 - 0.25


@dataclass(frozen=True, slots=True)
class ChipSpec:
    """Which square of the face a network wants.

    Attributes:
        side_px: width and height of the chip.
        frame: `dlib` (face square with padding) or `arcface` (the 112 px
            frame, reached from the same landmarks by a fixed similarity).
        padding: share of the face square added on every side; `dlib` only.
    """

    side_px: int = 150
    frame: ChipFrame = "dlib"
    padding: float = 0.25

    def reference_points(self, scheme: LandmarkScheme = "dlib") -> np.ndarray:
        """Where the five landmarks of a scheme go in the chip, float64 (5, 2) px."""
        if self.frame == "arcface":
            points = _ARCFACE_FIVE_PX if scheme == "five" else _in_arcface_frame(_DLIB_REFERENCE)
            return np.asarray(points * (self.side_px / _ARCFACE_SIDE_PX))
        points = _FIVE_REFERENCE if scheme == "five" else _DLIB_REFERENCE
        return np.asarray((points + self.padding) / (1 + 2 * self.padding) * self.side_px)

    def face_box(self) -> Box:
        """Where the detector's box lies in a `dlib` chip: the chip without its padding."""
        margin = self.side_px * self.padding / (1 + 2 * self.padding)
        return Box(margin, margin, self.side_px - margin, self.side_px - margin)


DLIB_CHIP = ChipSpec()
_LARGEST_REACH_PX = 4096.0


def _in_arcface_frame(points: np.ndarray) -> np.ndarray:
    """Move dlib's unit square so that the eye centres meet ArcFace's."""
    eyes = np.array([(points[2] + points[3]) / 2, (points[0] + points[1]) / 2])
    scale = np.linalg.norm(_ARCFACE_EYES[1] - _ARCFACE_EYES[0]) / np.linalg.norm(eyes[1] - eyes[0])
    return np.asarray((points - eyes.mean(axis=0)) * scale + _ARCFACE_EYES.mean(axis=0))


def face_chip(image: ImageArray, detection: Detection, spec: ChipSpec = DLIB_CHIP) -> ImageArray:
    """The chip of a detected face by the landmarks it carries, see `extract_chip`."""
    return extract_chip(image, detection.landmarks, spec, detection.scheme)


def extract_chip(
    image: ImageArray,
    landmarks: FloatArray,
    spec: ChipSpec = DLIB_CHIP,
    scheme: LandmarkScheme = "dlib",
) -> ImageArray:
    """Cut out a face, upright and at the size a network wants.

    Beyond the picture's edge the picture is continued by its mirror image, not
    by black as in dlib: a black corner costs accuracy.

    Args:
        image: uint8 (H, W, 3) RGB.
        landmarks: float32 (5, 2) px, see `Detection.landmarks`.
        spec: which square.
        scheme: which points the landmarks are.

    Returns:
        uint8 (side_px, side_px, 3) RGB.
    """
    details = _details(landmarks, spec, scheme)
    columns, rows = _needed(details)
    height, width = image.shape[:2]
    if columns.start < 0 or rows.start < 0 or columns.stop > width or rows.stop > height:
        image = image[_mirrored(rows, height)[:, None], _mirrored(columns, width)]
        details = _details(landmarks - np.array((columns.start, rows.start), np.float32), spec, scheme)
    return np.asarray(dlib.extract_image_chip(np.ascontiguousarray(image), details), np.uint8)


def _details(landmarks: FloatArray, spec: ChipSpec, scheme: LandmarkScheme) -> dlib.chip_details:
    dims = dlib.chip_dims(spec.side_px, spec.side_px)
    return dlib.chip_details(_reference(spec, scheme), _points(landmarks), dims)


@lru_cache(maxsize=16)
def _reference(spec: ChipSpec, scheme: LandmarkScheme) -> dlib.dpoints:
    return _points(spec.reference_points(scheme))


def _points(points: np.ndarray) -> dlib.dpoints:
    return dlib.dpoints([dlib.dpoint(x, y) for x, y in points.tolist()])


def _needed(details: dlib.chip_details) -> tuple[range, range]:
    """Columns and rows of the picture that the chip is made of; they may lie beyond it."""
    rectangle = details.rect
    x, y = rectangle.center().x, rectangle.center().y
    reach = rectangle.width() / 2 * (abs(math.cos(details.angle)) + abs(math.sin(details.angle)))
    # dlib halves the picture until it is less than twice the chip's size, and every halving costs some rim.
    reach += 4 + 8 * rectangle.width() / details.cols
    # Landmarks far apart or outside the picture would ask for an endless border.
    reach = min(reach, _LARGEST_REACH_PX)
    return (
        range(math.floor(x - reach), math.ceil(x + reach)),
        range(math.floor(y - reach), math.ceil(y + reach)),
    )


def _mirrored(wanted: range, length: int) -> np.ndarray:
    """Indices folded back into 0…length−1."""
    index = np.arange(wanted.start, wanted.stop)
    if length == 1:
        return np.zeros_like(index)
    period = 2 * length - 2
    index = np.abs(index) % period
    return np.minimum(index, period - index)
