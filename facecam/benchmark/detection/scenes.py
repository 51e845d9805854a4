"""Scenes of the detection benchmark: a known face, put into a background under a condition."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.random import Generator

from facecam.benchmark.detection.conditions import Condition, Cover
from facecam.core.types import Box, FloatArray, ImageArray

#: Width of the soft edge of a pasted photo, in face widths: a hard one would be a feature of its own.
_SOFT_EDGE: Final = 0.12
#: From a face to the border of the picture, where it is not to be cut, in its sizes: hair and chin are beyond its box.
_MARGIN: Final = 0.3
_MASKS: Final = ((225, 230, 235), (120, 170, 205), (30, 30, 35), (60, 95, 70))


@dataclass(frozen=True, slots=True, eq=False)
class ClearFace:
    """A face of which the place is known.

    Attributes:
        name: the photo.
        image: the face with what is around it, uint8 (H, W, 3) RGB.
        box: the face, in `image`.
        landmarks: float32 (5, 2) in `image`, in dlib's order.
    """

    name: str
    image: ImageArray
    box: Box
    landmarks: FloatArray

    @property
    def roll_degrees(self) -> float:
        """Tilt of the line through the eyes, clockwise in the picture."""
        right, left = _eyes(self.landmarks)
        return math.degrees(math.atan2(right[1] - left[1], right[0] - left[0]))


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A picture with one face.

    Attributes:
        image: uint8 (H, W, 3) RGB.
        face: where it is; may reach beyond the picture.
    """

    image: ImageArray
    face: Box


def make_scene(face: ClearFace, condition: Condition, background: ImageArray, generator: Generator) -> Scene:
    """Put a face into a background.

    Args:
        face: made level first: its own tilt is taken off.
        condition: see `Condition`.
        background: uint8 (H, W, 3) RGB of the condition's size.
        generator: chooses the place, the border and the colors.
    """
    picture = covered(face, condition.cover, generator)
    turn = condition.turn_degrees - face.roll_degrees
    # What turns the head level turns its box too; the ellipse in the box is what has a size.
    truth_size = _turned_size(face.box, condition.face_px / face.box.width, turn)
    center = _place(truth_size, condition, generator)
    image = _pasted(picture, face.box, condition.face_px, turn, center, background)
    truth = Box(
        center[0] - truth_size[0] / 2,
        center[1] - truth_size[1] / 2,
        center[0] + truth_size[0] / 2,
        center[1] + truth_size[1] / 2,
    )
    return Scene(_seen_by_a_camera(image, condition, generator), truth)


def covered(face: ClearFace, cover: Cover, generator: Generator) -> ImageArray:
    """The picture of a face with a mask or dark glasses on it, uint8 (H, W, 3) RGB."""
    if not cover:
        return face.image
    picture = face.image.copy()
    if cover == "mask":
        color = _MASKS[generator.integers(len(_MASKS))]
        cv2.fillPoly(picture, [_mask_outline(face)], color, cv2.LINE_AA)
    else:
        _draw_glasses(picture, face.landmarks)
    return picture


def _eyes(landmarks: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Middles of the eye on the right and of the one on the left of the picture, float32 (2,) each."""
    return (landmarks[0] + landmarks[1]) / 2, (landmarks[2] + landmarks[3]) / 2


def _mask_outline(face: ClearFace) -> np.ndarray:
    """From the middle of the nose down over the chin, int32 (N, 2) px."""
    right, left = _eyes(face.landmarks)
    across = right - left
    down = np.array([-across[1], across[0]])
    bridge = (right + left) / 2
    start = bridge + 0.55 * (face.landmarks[4] - bridge)
    # In eye distances: over the bridge of the nose, along the cheeks, round the chin.
    shape = ((0.0, 0.0), (0.35, 0.1), (0.95, 0.25), (0.9, 0.8), (0.6, 1.25), (0.0, 1.5))
    half = [start + x * across + y * down for x, y in shape]
    other = [start - x * across + y * down for x, y in shape[-2:0:-1]]
    return np.array([*half, *other]).round().astype(np.int32)


def _draw_glasses(picture: ImageArray, landmarks: FloatArray) -> None:
    right, left = _eyes(landmarks)
    distance = float(np.hypot(*(right - left)))
    angle = math.degrees(math.atan2(right[1] - left[1], right[0] - left[0]))
    axes = (round(0.47 * distance), round(0.35 * distance))
    for eye in (right, left):
        center = (round(float(eye[0])), round(float(eye[1] + 0.06 * distance)))
        cv2.ellipse(picture, center, axes, angle, 0, 360, (14, 14, 16), -1, cv2.LINE_AA)
    ends = [tuple(round(float(value)) for value in eye) for eye in (left, right)]
    cv2.line(picture, ends[0], ends[1], (14, 14, 16), max(1, round(0.08 * distance)), cv2.LINE_AA)


def _turned_size(box: Box, factor: float, degrees: float) -> tuple[float, float]:
    """Width and height of what holds the turned ellipse in a box, px."""
    cosine, sine = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    width, height = box.width * factor, box.height * factor
    return math.hypot(width * cosine, height * sine), math.hypot(width * sine, height * cosine)


def _place(size: tuple[float, float], condition: Condition, generator: Generator) -> tuple[float, float]:
    """Where the middle of the face comes, px."""
    around = [part * (1 + 2 * _MARGIN) for part in size]
    free = [max(0.0, whole - part) for whole, part in zip(condition.size, around, strict=True)]
    at = [part / 2 + generator.random() * room for part, room in zip(around, free, strict=True)]
    if condition.middle:
        at = [whole / 2 for whole in condition.size]
    if condition.cut:
        axis, far = int(generator.integers(2)), bool(generator.integers(2))
        inside = size[axis] * (0.5 - condition.cut)
        at[axis] = condition.size[axis] - inside if far else inside
    return at[0], at[1]


def _pasted(
    picture: ImageArray,
    box: Box,
    face_px: float,
    degrees: float,
    center: tuple[float, float],
    background: ImageArray,
) -> ImageArray:
    """The picture over the background, the face `face_px` wide, turned clockwise, its middle at `center`."""
    whole = face_px / box.width
    factor = min(1.0, whole)
    if factor < 1:  # Turning takes one pixel in four; shrinking must take them all.
        small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        picture = np.ascontiguousarray(small, np.uint8)
    middle = np.array(box.center) * factor
    around = (float(middle[0]), float(middle[1]))
    matrix = np.array(cv2.getRotationMatrix2D(around, -degrees, max(1.0, whole)), np.float64)
    # Our pixels begin at their corner, OpenCV's at their middle.
    matrix[:, 2] += np.array(center) - middle + matrix[:, :2] @ (0.5, 0.5) - 0.5
    size = (background.shape[1], background.shape[0])
    cover = _soft_edge(picture.shape[:2], _SOFT_EDGE * box.width * factor)
    shown = cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    alpha = cv2.warpAffine(cover, matrix, size, flags=cv2.INTER_LINEAR)[:, :, None]
    return np.asarray((shown * alpha + background * (1 - alpha)).round(), np.uint8)


def _soft_edge(shape: tuple[int, ...], width_px: float) -> FloatArray:
    """1 inside, falling to 0 at the border, float32 (H, W)."""
    rows, columns = (
        np.minimum(np.arange(length) + 0.5, length - np.arange(length) - 0.5) for length in shape
    )
    to_border = np.minimum(rows[:, None], columns[None])
    return np.asarray(np.clip(to_border / max(1.0, width_px), 0, 1), np.float32)


def _seen_by_a_camera(image: ImageArray, condition: Condition, generator: Generator) -> ImageArray:
    picture: np.ndarray = image.astype(np.float32) * condition.gain
    if condition.blur:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), condition.blur * condition.face_px))
    if condition.noise:
        picture = picture + generator.normal(0, condition.noise, picture.shape)
    return np.ascontiguousarray(np.clip(np.round(picture), 0, 255), np.uint8)
