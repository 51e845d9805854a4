"""Tiles: pictures of several sources as one."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from facecam.core.types import ImageArray
from facecam.vision.images.crop import letterboxed


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
        left, top = place % columns * width, place // columns * height
        wall[top : top + height, left : left + width] = letterboxed(picture, tile_px)
    return wall
