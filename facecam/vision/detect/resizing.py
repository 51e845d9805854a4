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
