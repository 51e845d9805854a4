"""dlib's tiled image pyramid: all scales of a picture packed into one.

The layout, the paddings and the coordinates are those of dlib's
`create_tiled_pyramid` with `pyramid_down<6>` (image_pyramid.h), so that a
network run over the tile sees what dlib's own detector sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from facecam.core.types import Box, ImageArray

_NUMERATOR, _DENOMINATOR = 5, 6
_PADDING_PX, _OUTER_PADDING_PX = 10, 11
_SMALLEST_HEIGHT_PX = 5
_SHIFT_PX = 0.3
#: The network cannot run on less.
_SMALLEST_TILE_PX = 80
#: dlib's colour mean, rounded: what the network's input normalisation turns into about zero.
_FILL_RGB = (123, 117, 104)


@dataclass(frozen=True, slots=True)
class TileLevel:
    """Where one scale lies in the tile, px."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Size of the tile and the place of every scale, the full size first."""

    width: int
    height: int
    levels: tuple[TileLevel, ...]


@lru_cache(maxsize=32)
def layout_for(width: int, height: int, smallest_height: int = _SMALLEST_HEIGHT_PX) -> Layout:
    """The layout for a picture of `width` × `height` px.

    Scales go down the left side in one column until the rest fits, upside
    down, into the column beside them.
    """
    sizes = _sizes(width, height, smallest_height)
    split, column_height = _first_column(sizes)
    levels: list[TileLevel] = []
    y = 0
    for level_width, level_height in sizes[:split]:
        levels.append(TileLevel(_OUTER_PADDING_PX, y + _OUTER_PADDING_PX, level_width, level_height))
        y += level_height + _PADDING_PX
    y -= _PADDING_PX
    for level_width, level_height in sizes[split:]:
        if y - level_height < height:
            break  # Under very wide pictures there is no room left; these levels are smaller than any face.
        left, top = width - level_width, y - level_height
        levels.append(TileLevel(left + _OUTER_PADDING_PX, top + _OUTER_PADDING_PX, level_width, level_height))
        y -= level_height + _PADDING_PX
    border = 2 * _OUTER_PADDING_PX
    return Layout(width + border, column_height + border, tuple(levels))


def _sizes(width: int, height: int, smallest_height: int) -> list[tuple[int, int]]:
    sizes = [(width, height)]
    while True:
        width, height = _NUMERATOR * width // _DENOMINATOR, _NUMERATOR * height // _DENOMINATOR
        if width == 0 or height < smallest_height:
            return sizes
        sizes.append((width, height))


def _first_column(sizes: list[tuple[int, int]]) -> tuple[int, int]:
    """How many scales stand in the first column, and the column's height, px."""
    full_width, full_height = sizes[0]
    total = sum(height + _PADDING_PX for _, height in sizes) - 2 * _PADDING_PX
    column_height, previous_width = 0, 0
    for index, (width, height) in enumerate(sizes):
        fits_beside = width <= full_width - previous_width - _PADDING_PX
        if fits_beside and (column_height - full_height) * 2 >= total - full_height:
            return index, column_height - _PADDING_PX
        column_height += height + _PADDING_PX
        previous_width = width
    return len(sizes), column_height - _PADDING_PX


def tile(image: ImageArray) -> tuple[ImageArray, Layout]:
    """Pack all scales of `image` (uint8 (H, W, 3)) into one uint8 tile."""
    height, width = image.shape[:2]
    layout = layout_for(width, height)
    size = max(layout.height, _SMALLEST_TILE_PX), max(layout.width, _SMALLEST_TILE_PX)
    canvas = np.empty((*size, 3), np.uint8)
    canvas[:] = _FILL_RGB
    source = image
    for level in layout.levels:
        source = _resized(source, level.width, level.height)
        canvas[level.top : level.top + level.height, level.left : level.left + level.width] = source
    return canvas, layout


def _resized(image: ImageArray, width: int, height: int) -> ImageArray:
    """Bilinear, the centres of the corner pixels mapped onto each other, as dlib does."""
    old_height, old_width = image.shape[:2]
    if (old_width, old_height) == (width, height):
        return image
    step_x = (old_width - 1) / max(width - 1, 1)
    step_y = (old_height - 1) / max(height - 1, 1)
    matrix = np.array([[step_x, 0, 0], [0, step_y, 0]], np.float64)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    resized = cv2.warpAffine(image, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(resized, np.uint8)


def level_at(layout: Layout, x: float, y: float) -> int:
    """Index of the scale a point of the tile belongs to: the nearest one."""

    def distance(level: TileLevel) -> float:
        dx = max(level.left - x, 0, x - (level.left + level.width - 1))
        dy = max(level.top - y, 0, y - (level.top + level.height - 1))
        return dx * dx + dy * dy

    return min(range(len(layout.levels)), key=lambda index: distance(layout.levels[index]))


def to_picture(layout: Layout, x: float, y: float, window_px: int) -> Box:
    """The square window of `window_px` centred on pixel (x, y) of the tile, in the picture.

    dlib counts inclusive corners, so a window spans `window_px − 1` steps, and
    going up one level it adds 0.3 px before multiplying by 6/5.
    """
    index = level_at(layout, x, y)
    level = layout.levels[index]
    factor = (_DENOMINATOR / _NUMERATOR) ** index
    shift = _SHIFT_PX * _DENOMINATOR * (factor - 1)
    left = (x - level.left - (window_px - 1) / 2) * factor + shift
    top = (y - level.top - (window_px - 1) / 2) * factor + shift
    side = (window_px - 1) * factor + 1
    return Box(left, top, left + side, top + side)
