"""Tiles: pictures of several sources as one."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from facecam.core.types import ImageArray


def tiled(pictures: Sequence[ImageArray | None], tile_px: tuple[int, int] = (640, 360)) -> ImageArray:
    """Pictures in rows, each as large as its tile allows.

    Args:
        pictures: uint8 (H, W, 3) RGB, of any sizes; None: nothing came yet.
        tile_px: width and height of a tile.

    Returns:
        uint8 (rows · height, columns · width, 3) RGB, black where nothing is.
    """
    width, height = tile_px
    columns = math.ceil(math.sqrt(len(pictures)))
    wall = np.zeros((math.ceil(len(pictures) / columns) * height, columns * width, 3), np.uint8)
    for place, picture in enumerate(pictures):
        if picture is None:
            continue
        scale = min(width / picture.shape[1], height / picture.shape[0])
        size = max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        left = place % columns * width + (width - size[0]) // 2
        top = place // columns * height + (height - size[1]) // 2
        wall[top : top + size[1], left : left + size[0]] = small
    return wall
