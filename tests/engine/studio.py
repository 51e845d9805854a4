"""Photos made from the demo portraits: the same face near, far, blurred, dark, beside another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from facecam.core.types import Box, ImageArray

EILEEN, BARACK, JOE = "Eileen Collins", "Barack Obama", "Joe Biden"


def head(picture: ImageArray, face: Box, face_px: int = 120, room: float = 0.6) -> ImageArray:
    """The face at a width of `face_px`, with `room` face widths around it."""
    margin = face.width * room
    left, top = max(0, round(face.left - margin)), max(0, round(face.top - margin))
    cut = picture[top : round(face.bottom + margin), left : round(face.right + margin)]
    factor = face_px / face.width
    return rgb(cv2.resize(cut, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))


def rgb(picture: np.ndarray) -> ImageArray:
    """Clipped to uint8, contiguous."""
    return np.ascontiguousarray(np.clip(picture, 0, 255), np.uint8)


def blurred(picture: ImageArray, sigma_px: float = 6) -> ImageArray:
    return rgb(cv2.GaussianBlur(picture, (0, 0), sigma_px))


def exposed(picture: ImageArray, gain: float, offset: float = 0.0) -> ImageArray:
    return rgb(picture.astype(np.float32) * gain + offset)


def mirrored(picture: ImageArray) -> ImageArray:
    return rgb(picture[:, ::-1])


def side_by_side(*pictures: ImageArray) -> ImageArray:
    height = min(picture.shape[0] for picture in pictures)
    return rgb(np.hstack([picture[:height] for picture in pictures]))


def nobody(height: int = 90, width: int = 120) -> ImageArray:
    """A picture of nothing, small so that looking in vain takes little time."""
    ramp = np.linspace(40, 200, width)[None, :, None] * np.ones((height, 1, 3))
    return rgb(ramp)


def save(picture: np.ndarray, path: Path, **options: Any) -> Path:
    """Write a picture, by its ending; returns the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".png":
        options.setdefault("compress_level", 1)  # A third of the time, and the same pixels.
    Image.fromarray(picture).save(path, **options)
    return path
