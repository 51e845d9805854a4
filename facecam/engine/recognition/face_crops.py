"""The clearest looks at a face of a stream, kept so that it can be named later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from facecam.core.types import Detection, FloatArray, ImageArray

#: Looks kept per face: more say little new, and each takes up to 0.4 MB.
MOST_SAMPLES = 4
#: Room around the face, in face widths: enough for any detector to find the face again.
_ROOM = 0.6
#: Wider faces are shrunk to this: a chip has 150 px.
_LARGEST_FACE_PX = 160.0
#: Of two looks so near in time one is enough.
_APART_S = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class FaceSample:
    """One look at a face.

    Attributes:
        picture: uint8 (h, w, 3) RGB, the face with room around it, at most 352 px a side.
        detection: the face, in coordinates of `picture`.
        vector: float32 (D,), unit norm, of the model in use.
        quality: fitness for recognition, in [0, 1].
        at_s: when, in the time of the frames.
        drawn: whether somebody drew a box around it, and no detector found it in the whole picture.
    """

    picture: ImageArray
    detection: Detection
    vector: FloatArray
    quality: float
    at_s: float
    drawn: bool = False


def take_sample(
    image: ImageArray, detection: Detection, vector: FloatArray, quality: float, at_s: float
) -> FaceSample | None:
    """Cut a face out of a frame, uint8 (H, W, 3) RGB; None where hardly any of it is in the picture."""
    box, (height, width) = detection.box, image.shape[:2]
    margin = box.width * _ROOM
    left, top = max(0, round(box.left - margin)), max(0, round(box.top - margin))
    right, bottom = min(width, round(box.right + margin)), min(height, round(box.bottom + margin))
    if right - left < box.width / 2 or bottom - top < box.height / 2:
        return None
    factor = min(1.0, _LARGEST_FACE_PX / box.width)
    cut: np.ndarray = image[top:bottom, left:right]
    if factor < 1.0:
        cut = cv2.resize(cut, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    moved = box.moved(-left, -top).scaled(factor)
    landmarks = ((detection.landmarks - np.array([left, top], np.float32)) * factor).astype(np.float32)
    inside = replace(detection, box=moved, landmarks=landmarks)
    return FaceSample(np.ascontiguousarray(cut, np.uint8).copy(), inside, vector, quality, at_s)


def with_sample(samples: Sequence[FaceSample], new: FaceSample) -> tuple[FaceSample, ...]:
    """The best of the looks so far and a new one, best first."""
    rival = next((old for old in samples if abs(old.at_s - new.at_s) < _APART_S), None)
    if rival is not None:
        if rival.quality >= new.quality:
            return tuple(samples)
        samples = [old for old in samples if old is not rival]
    ranked = sorted([*samples, new], key=lambda sample: -sample.quality)
    return tuple(ranked[:MOST_SAMPLES])


def is_worth_taking(samples: Sequence[FaceSample], quality: float, at_s: float) -> bool:
    """Whether a look of this quality would be kept; asked before anything is cut out."""
    rival = next((old for old in samples if abs(old.at_s - at_s) < _APART_S), None)
    if rival is not None:
        return quality > rival.quality
    return len(samples) < MOST_SAMPLES or quality > samples[-1].quality
