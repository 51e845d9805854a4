"""Faces made unrecognisable in a picture."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from facecam.core.types import Box, ImageArray

#: Squares across a face: so few that nothing of it can be brought back.
_SQUARES = 6
#: The box of a detector ends at the chin and the brows.
_MARGIN = 0.25


def blurred(image: ImageArray, boxes: Iterable[Box]) -> ImageArray:
    """A copy of `image`, uint8 (H, W, 3) RGB, with these places (px) reduced to a few squares; itself for none."""
    made: ImageArray | None = None
    height, width = image.shape[:2]
    for box in boxes:
        margin_x, margin_y = _MARGIN * (box.right - box.left), _MARGIN * (box.bottom - box.top)
        left, right = (round(min(max(x, 0), width)) for x in (box.left - margin_x, box.right + margin_x))
        top, bottom = (round(min(max(y, 0), height)) for y in (box.top - margin_y, box.bottom + margin_y))
        if right <= left or bottom <= top:
            continue
        made = image.copy() if made is None else made
        made[top:bottom, left:right] = _squares(made[top:bottom, left:right])
    return image if made is None else made


def _squares(part: ImageArray) -> ImageArray:
    height, width = part.shape[:2]
    size = max(1, min(_SQUARES, width)), max(1, min(_SQUARES, height))
    few = cv2.resize(np.ascontiguousarray(part), size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(few, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
