"""The pixels that MTCNN's networks are shown."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from facecam.core.types import FloatArray
from facecam.vision.detect.mtcnn.boxes import Boxes

#: px. What the boxes of one call touch must be smaller in both directions.
MAX_SIDE_PX = 32767


def normalized(values: FloatArray) -> FloatArray:
    """Pixel values as MTCNN's networks want them: [0, 255] becomes [−1, 1)."""
    return (values - np.float32(127.5)) * np.float32(0.0078125)


def resized(picture: FloatArray, width_px: int, height_px: int) -> FloatArray:
    """A picture float32 (H, W, 3) made smaller; every pixel is the mean of the area it comes from."""
    return np.asarray(cv2.resize(picture, (width_px, height_px), interpolation=cv2.INTER_AREA), np.float32)


def cut_patches(picture: FloatArray, boxes: Boxes, side_px: int) -> FloatArray:
    """Parts of a picture, each resized to a square by bilinear sampling without smoothing.

    The samples lie where TensorFlow's `crop_and_resize` takes them for the package `mtcnn`
    (the first and the last one on the box's edges, coordinates shrunk by (size − 1)/size),
    because the detector's answers depend on it. Samples beyond the picture are 0, mid-grey.

    Args:
        picture: float32 (H, W, 3) RGB in [0, 255].
        boxes: (N, 5), N ≥ 1, may reach beyond the picture.
        side_px: side of the patches.

    Returns:
        float32 (N, side_px, side_px, 3), normalised.
    """
    height, width = picture.shape[:2]
    x, x_inside, region_x = _samples(boxes[:, 0], boxes[:, 2], side_px, width)
    y, y_inside, region_y = _samples(boxes[:, 1], boxes[:, 3], side_px, height)
    # All patches in one call, below each other; of the picture only what they touch, because
    # OpenCV refuses one of MAX_SIDE_PX or more.
    grid = (len(boxes), side_px, side_px)
    columns = np.broadcast_to(x[:, None, :], grid).reshape(-1, side_px)
    rows = np.broadcast_to(y[:, :, None], grid).reshape(-1, side_px)
    values = cv2.remap(picture[region_y, region_x], columns, rows, cv2.INTER_LINEAR)
    patches = normalized(np.asarray(values, np.float32).reshape(*grid, 3))
    patches[~(y_inside[:, :, None] & x_inside[:, None, :])] = 0
    return patches


def _samples(
    start: NDArray[np.float64], stop: NDArray[np.float64], count: int, size: int
) -> tuple[FloatArray, NDArray[np.bool_], slice]:
    """Along one axis: positions in a region of the picture, which of them are in the picture, the region."""
    steps = np.linspace(0, 1, count)
    positions = (start[:, None] + (stop - start)[:, None] * steps) * ((size - 1) / size)
    inside = (positions >= 0) & (positions <= size - 1)
    positions = positions.clip(0, size - 1)
    region = slice(int(positions.min()), math.ceil(positions.max()) + 1)
    return (positions - region.start).astype(np.float32), inside, region
