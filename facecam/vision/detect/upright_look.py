"""The upright look: a square cut from the picture in which a face is upright and in the middle."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from facecam.core.types import FloatArray, ImageArray
from facecam.vision.detect.face_square import dlib_like_box

#: Its side, px, and how many times larger than the face the square is that it shows.
LOOK_PX, LOOK_FACES = 160, 2.4


def tilts_of(points: FloatArray) -> FloatArray:
    """Degrees by which faces are turned in the picture, (N,), from the middle of the eyes to that of the mouth."""
    down = points[:, 3:5].mean(axis=1) - points[:, 0:2].mean(axis=1)
    return np.asarray(np.degrees(np.arctan2(-down[:, 0], down[:, 1])), np.float32)


def cut_look(image: ImageArray, to_look: NDArray[np.float64]) -> ImageArray:
    """The square around a face, uint8 (160, 160, 3); a large face is halved first, as warping skips pixels."""
    scale = float(np.hypot(to_look[0, 0], to_look[0, 1]))
    if scale < 0.5:
        corners = np.array([(0, 0), (LOOK_PX, 0), (0, LOOK_PX), (LOOK_PX, LOOK_PX)], np.float64)
        back = cv2.invertAffineTransform(to_look)
        places = corners @ back[:, :2].T + back[:, 2]
        left, top = np.clip(np.floor(places.min(axis=0)), 0, None).astype(int)
        right, bottom = np.clip(np.ceil(places.max(axis=0)), 0, None).astype(int)
        part = image[top:bottom, left:right]
        if min(part.shape[:2]) * scale < 1:  # Less than a pixel of it is in the picture.
            return np.zeros((LOOK_PX, LOOK_PX, 3), np.uint8)
        small = cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        moved = to_look[:, 2] + to_look[:, :2] @ np.array([left, top])
        to_look = np.concatenate([to_look[:, :2] / scale, moved[:, None]], axis=1)
        image = np.asarray(small, np.uint8)
    look = cv2.warpAffine(image, to_look, (LOOK_PX, LOOK_PX), flags=cv2.INTER_LINEAR)
    return np.asarray(look, np.uint8)


def to_upright(points: FloatArray) -> NDArray[np.float64]:
    """The similarity, (2, 3), from the picture to a square in which the face is upright and in the middle."""
    box, degrees = dlib_like_box(points), float(tilts_of(points[None])[0])
    turn = np.asarray(cv2.getRotationMatrix2D(box.center, degrees, LOOK_PX / (LOOK_FACES * box.width)))
    middle = turn[:, 2] + LOOK_PX / 2 - np.asarray(box.center)
    return np.concatenate([turn[:, :2], middle[:, None]], axis=1)
