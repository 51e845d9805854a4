"""Upright crops around a face box, the way older face programs prepared their photos."""

from __future__ import annotations

import cv2
import numpy as np

from facecam.core.types import Box, ImageArray


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
