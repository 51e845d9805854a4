"""Upright crops around a face box, the way older face programs prepared their photos."""

from __future__ import annotations

import cv2
import numpy as np

from facecam.core.types import Box, ImageArray

#: Room around the face in a small picture of it, in face widths.
_ROOM = 0.35


def crop_box(box: Box, image: ImageArray, margin_px: int) -> Box:
    """The box with half of `margin_px` added on every side, cut off at the picture's edge; px.

    (align_dataset_mtcnn of the FaceNet program by D. Sandberg)

    Raises:
        ValueError: the box lies outside the picture.
    """
    height, width = image.shape[:2]
    half = margin_px / 2
    return Box(
        max(np.floor(box.left - half), 0),
        max(np.floor(box.top - half), 0),
        min(np.ceil(box.right + half), width),
        min(np.ceil(box.bottom + half), height),
    )


def crop(image: ImageArray, box: Box, size_px: int) -> ImageArray:
    """The part of `image` in `box`, resized to uint8 (size_px, size_px, 3); not kept in proportion."""
    left, top, right, bottom = box.as_ints()
    part = np.ascontiguousarray(image[top:bottom, left:right])
    method = cv2.INTER_AREA if min(part.shape[:2]) >= size_px else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(part, (size_px, size_px), interpolation=method), np.uint8)


def around(image: ImageArray, box: Box) -> ImageArray:
    """The square around a face, as far as the picture goes.

    Args:
        image: uint8 (H, W, 3) RGB.
        box: the face, px.
    """
    height, width = image.shape[:2]
    x, y = box.center
    reach = max(box.width, box.height) * (0.5 + _ROOM)
    left, top = max(0, round(x - reach)), max(0, round(y - reach))
    right, bottom = min(width, round(x + reach)), min(height, round(y + reach))
    # A box wholly outside the picture cannot come from a detector; the whole picture is no wrong answer.
    return image[top:bottom, left:right] if right > left and bottom > top else image


def letterboxed(image: ImageArray, size: tuple[int, int], *, ground: int = 0) -> ImageArray:
    """`image`, uint8 (H, W, 3), scaled to fit into (width, height) px, in the middle of black, or of another grey."""
    width, height = size
    if image.shape[:2] == (height, width):
        return image
    factor = min(width / image.shape[1], height / image.shape[0])
    inner = (max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor)))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    canvas = np.full((height, width, 3), ground, np.uint8)
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(image, inner, interpolation=method)
    return canvas


def shrunk(image: ImageArray, side_px: int) -> ImageArray:
    """`image`, uint8 (H, W, 3) RGB, with its longer side at most `side_px`; own memory."""
    height, width = image.shape[:2]
    factor = side_px / max(height, width)
    if factor >= 1:
        return np.ascontiguousarray(image).copy()
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
