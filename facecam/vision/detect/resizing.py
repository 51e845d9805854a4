"""Pictures at the size a detector searches them in."""

from __future__ import annotations

import cv2
import numpy as np

from facecam.core.types import ImageArray


def resized_by(image: ImageArray, factor: float) -> ImageArray:
    """`image`, uint8 (H, W, 3), with its sides times `factor`, at least 1 px each; itself for 1."""
    if factor == 1:
        return image
    size = max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor))
    interpolation = cv2.INTER_LINEAR if factor > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(np.ascontiguousarray(image), size, interpolation=interpolation), np.uint8)


def padded(image: ImageArray, height: int, width: int) -> ImageArray:
    """`image` with black below and to the right up to a size, px; without the rows and columns beyond it."""
    image = image[:height, :width]
    below, right = height - image.shape[0], width - image.shape[1]
    if not (below or right):
        return np.ascontiguousarray(image)
    return np.asarray(cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_CONSTANT), np.uint8)


def in_whole_cells(image: ImageArray, cell_px: int) -> ImageArray:
    """`image`, padded so that its sides are multiples of a cell's."""
    height, width = image.shape[:2]
    return padded(image, height + -height % cell_px, width + -width % cell_px)
