"""Real faces in many conditions."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from facecam.core.types import Box, FloatArray, ImageArray
from facecam.vision.images.align import extract_chip
from facecam.vision.images.read import read_picture
from facecam.vision.landmarks.model import Landmarker

#: (shift in shares of the face, scale, tilt in degrees, gamma, gain)
_CONDITIONS = (
    ((0.0, 0.0), 1.0, 0.0, 1.0, 1.0),
    ((0.08, -0.05), 1.0, 0.0, 1.0, 1.1),
    ((-0.06, 0.07), 1.15, 0.0, 0.6, 1.0),
    ((0.0, 0.04), 0.85, 12.0, 1.0, 0.7),
    ((0.03, 0.0), 1.0, -18.0, 1.6, 1.0),
    ((0.0, 0.0), 1.3, 6.0, 1.0, 0.4),
    ((-0.1, 0.0), 0.75, -7.0, 0.8, 1.3),
    ((0.0, -0.1), 1.1, 35.0, 2.2, 1.0),
)
#: Where the face is in a photo of LFW deep-funneled (250 px).
_LFW_FACE = Box(72, 72, 182, 182)


def portrait_chips(faces: Sequence[tuple[ImageArray, Box]], landmarker: Landmarker) -> list[ImageArray]:
    """Each face moved, scaled, tilted and lit in eight ways: uint8 (150, 150, 3) each."""
    chips = []
    for (image, box), condition in itertools.product(faces, _CONDITIONS):
        shift, scale, tilt, gamma, gain = condition
        landmarks = _moved(landmarker(image, box), shift, scale, tilt)
        chips.append(_lit(extract_chip(image, landmarks), gamma, gain))
    return chips


def lfw_chips(shared_data: Path, landmarker: Landmarker, count: int) -> Iterator[ImageArray]:
    """Chips of `count` photos spread over LFW."""
    for path in lfw_photos(shared_data, count):
        image = read_picture(path)
        yield extract_chip(image, landmarker(image, _LFW_FACE))


def lfw_photos(shared_data: Path, count: int) -> list[Path]:
    """`count` photos spread evenly over the set."""
    photos = sorted((shared_data / "lfw-view1" / "images").glob("*/*.jpg"))
    return photos[:: len(photos) // count][:count]


def _moved(landmarks: FloatArray, shift: tuple[float, float], scale: float, tilt: float) -> FloatArray:
    center = landmarks.mean(axis=0)
    size = np.ptp(landmarks[:, 0])
    cosine, sine = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    turned = (landmarks - center) @ np.array([[cosine, sine], [-sine, cosine]]) * scale
    return np.asarray(turned + center + np.multiply(shift, size), np.float32)


def _lit(chip: ImageArray, gamma: float, gain: float) -> ImageArray:
    return np.clip(255 * gain * (chip / 255) ** gamma, 0, 255).astype(np.uint8)
