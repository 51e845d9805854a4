"""The face in a box that somebody drew around it, where no detector had found it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import EnrollmentError
from facecam.core.types import Box, Detection, FloatArray, ImageArray
from facecam.engine import components
from facecam.engine.photos.rotation import Turn
from facecam.vision.images.align import ChipSpec
from facecam.vision.landmarks.model import Landmarker

#: A smaller box, px, was not drawn around a face.
SMALLEST_BOX_PX = 16.0
#: A box of which less than this share lies in the picture was not drawn around something in it.
_LEAST_INSIDE = 0.4
#: Finds what others miss, where it was prepared.
_BEST: Final = "centerface"
#: Around the box so much more is looked at, in box sides: detectors need to see what a face stands on.
_ROOM = 0.8
#: The box is enlarged, or shrunk, to this before a detector looks at it …
_LOOKED_AT_PX = 176.0
#: … but enlarged by no more than this.
_MOST_ENLARGED = 6.0
#: People draw around the head, detectors around the face: they overlap by this much at least.
_LEAST_IOU = 0.22
#: Landmarks of one face, looked for from boxes a little beside each other, differ by less than this in eye distances.
_STEADY = 0.12
_NUDGES = (
    (0.0, 0.0, 1.0),
    (-0.06, 0.0, 1.0),
    (0.06, 0.0, 1.0),
    (0.0, -0.06, 1.0),
    (0.0, 0.06, 1.0),
    (0.0, 0.0, 0.9),
)

#: What is said of a face whose landmarks come from the landmark model alone, and where even these do not fit.
BY_LANDMARKS = "the detector finds no face in the box; the landmarks were looked for without it"
UNSURE = "neither a face nor its landmarks were found in the box, so it is taken as it was drawn: less sure"


@dataclass(frozen=True, slots=True, eq=False)
class DrawnFace:
    """A face in a drawn box.

    Attributes:
        detection: in coordinates of the picture; score 0 where no detector found it.
        how: in words what is less sure about it; empty where a detector found it.
    """

    detection: Detection
    how: str = ""


def inside(box: Box, image: ImageArray) -> Box:
    """The part of a drawn box that lies in the picture.

    Args:
        box: px of the picture.
        image: uint8 (H, W, 3).

    Raises:
        EnrollmentError: most of it lies outside, or it is too small to hold a face.
    """
    height, width = image.shape[:2]
    left, top = max(0.0, box.left), max(0.0, box.top)
    right, bottom = min(float(width), box.right), min(float(height), box.bottom)
    shown = "{},{},{},{}".format(*(f"{side:g}" for side in (box.left, box.top, box.right, box.bottom)))
    if not all(map(math.isfinite, (box.left, box.top, box.right, box.bottom))):
        raise EnrollmentError(f"the box {shown} is no place", hint="Give four numbers of pixels.")
    if right <= left or bottom <= top or (right - left) * (bottom - top) < _LEAST_INSIDE * box.area:
        raise EnrollmentError(
            f"the box {shown} lies outside the picture, which is {width} × {height} px",
            hint="Draw it around a face in the picture: left, top, right, bottom in pixels from the upper left.",
        )
    if min(right - left, bottom - top) < SMALLEST_BOX_PX:
        size = f"{right - left:.0f} × {bottom - top:.0f} px"
        raise EnrollmentError(
            f"the box is too small to hold a face: {size}, {SMALLEST_BOX_PX:.0f} are needed",
            hint="Draw it around the whole face, or use a photo taken from nearer.",
        )
    return Box(left, top, right, bottom)


class BoxSearch:
    """Looks for the face in a drawn box: the detectors on an enlarged crop, then the landmark model alone.

    One call at a time.

    Args:
        settings: which detector, and where the models are.

    Raises:
        WeightsError: a model is missing or damaged.
    """

    def __init__(self, settings: Settings) -> None:
        # The crop is enlarged as the face needs it, not as whole pictures do.
        settings = replace(settings, upsample=0, min_face_px=None)
        names = [settings.detector]
        if components.has_detector(settings, components.CENTERFACE_MODEL):
            names.append(_BEST)
        self._detectors = [
            components.open_detector(replace(settings, detector=name)) for name in dict.fromkeys(names)
        ]
        self._landmarker: Landmarker = components.open_landmarker(settings)

    def face_in(self, image: ImageArray, box: Box) -> DrawnFace:
        """The face in a box.

        Args:
            image: uint8 (H, W, 3) RGB.
            box: px of it.

        Raises:
            EnrollmentError: the box lies outside the picture, or is too small.
        """
        box = inside(box, image)
        crop = _Crop.around(image, box)
        wanted = crop.to_crop(box)
        detection = self._detected(crop.image, wanted)
        if detection is not None:
            return DrawnFace(crop.to_picture(detection))
        landmarks = self._steady_landmarks(crop.image, _face_part(wanted))
        if landmarks is not None:
            return DrawnFace(crop.to_picture(Detection(_face_part(wanted), 0.0, landmarks)), BY_LANDMARKS)
        face = _face_part(box)
        return DrawnFace(Detection(face, 0.0, _usual_landmarks(face)), UNSURE)

    def _detected(self, image: ImageArray, wanted: Box) -> Detection | None:
        """What a detector finds in the crop, however it is turned: first of all with landmarks that hold."""
        height, width = image.shape[:2]
        doubtful: Detection | None = None
        for turn in (Turn(width, height, quarters) for quarters in (0, 1, 3, 2)):
            turned = turn.applied(image)
            place = turn.box_forth(wanted)
            face = self._fitting(turned, place)
            if face is None:
                continue
            back = turn.face_back(face)
            # Some detectors find faces that lie on their side; the landmark model knows upright ones only.
            if self._steady_landmarks(turned, face.box) is not None:
                return back
            doubtful = doubtful or back
        return doubtful

    def _fitting(self, image: ImageArray, place: Box) -> Detection | None:
        for detector in self._detectors:
            fitting = [face for face in detector.detect(image) if _fits(face.box, place)]
            if fitting:
                return max(fitting, key=lambda one: one.box.iou(place))
        return None

    def _steady_landmarks(self, image: ImageArray, face: Box) -> FloatArray | None:
        """The landmark model answers for anything; on a face its answers agree from boxes beside each other."""
        answers = np.stack([self._landmarker(image, _nudged(face, *nudge)) for nudge in _NUDGES])
        middle = np.median(answers, axis=0).astype(np.float32)
        right, left = (middle[0] + middle[1]) / 2, (middle[2] + middle[3]) / 2
        apart_px = float(np.linalg.norm(right - left))
        if not 0.2 * face.width < apart_px < 0.8 * face.width:
            return None
        spread = float(np.linalg.norm(answers - middle, axis=2).max(axis=0).mean()) / apart_px
        below = float((middle[4] - (right + left) / 2) @ _across(right - left)) / apart_px
        fits = spread < _STEADY and 0.3 < below < 1.4
        return middle if fits else None


@dataclass(frozen=True, slots=True, eq=False)
class _Crop:
    """A part of a picture, resized: `image` is the picture from (left, top) on, `factor` times as large."""

    image: ImageArray
    left: int
    top: int
    factor: float

    @classmethod
    def around(cls, image: ImageArray, box: Box) -> _Crop:
        side = max(box.width, box.height)
        x, y = box.center
        reach = side * (0.5 + _ROOM)
        height, width = image.shape[:2]
        left, top = max(0, math.floor(x - reach)), max(0, math.floor(y - reach))
        right, bottom = min(width, math.ceil(x + reach)), min(height, math.ceil(y + reach))
        factor = min(_MOST_ENLARGED, _LOOKED_AT_PX / side)
        size = (max(1, round((right - left) * factor)), max(1, round((bottom - top) * factor)))
        how = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
        cut = cv2.resize(np.ascontiguousarray(image[top:bottom, left:right]), size, interpolation=how)
        return cls(np.asarray(cut, np.uint8), left, top, factor)

    def to_crop(self, box: Box) -> Box:
        return box.moved(-self.left, -self.top).scaled(self.factor)

    def to_picture(self, face: Detection) -> Detection:
        box = face.box.scaled(1 / self.factor).moved(self.left, self.top)
        landmarks = face.landmarks / np.float32(self.factor) + np.array([self.left, self.top], np.float32)
        return replace(face, box=box, landmarks=landmarks.astype(np.float32))


def _fits(found: Box, drawn: Box) -> bool:
    x, y = found.center
    middle_is_inside = drawn.left <= x <= drawn.right and drawn.top <= y <= drawn.bottom
    return middle_is_inside and found.iou(drawn) >= _LEAST_IOU


def _face_part(box: Box) -> Box:
    """The square of a drawn box in which the face is: its lower part, since hair is drawn around too."""
    side = min(box.width, box.height)
    x, _ = box.center
    return Box(x - side / 2, box.bottom - side, x + side / 2, box.bottom)


def _nudged(box: Box, right: float, down: float, scale: float) -> Box:
    x, y = box.center
    x, y, half = x + right * box.width, y + down * box.height, box.width * scale / 2
    return Box(x - half, y - half, x + half, y + half)


def _usual_landmarks(face: Box) -> FloatArray:
    """Where landmarks usually are in the square of a face, float32 (5, 2) px."""
    unit = ChipSpec(side_px=1, padding=0.0).reference_points()
    return np.asarray(unit * (face.width, face.height) + (face.left, face.top), np.float32)


def _across(axis: FloatArray) -> FloatArray:
    """The unit vector downward across the line from the picture's left eye to its right eye."""
    length = float(np.linalg.norm(axis)) or 1.0
    return np.array([-axis[1], axis[0]], np.float32) / np.float32(length)
