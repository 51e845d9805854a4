"""The picture at shrinking sizes, as separate planes ready for gradients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from facecam.core.types import ImageArray
from facecam.vision.detect.hog.boxes import nearest_px
from facecam.vision.detect.hog.kernels import CELL_PX, HALF_CELL_PX, resize

_SMALLEST_LEVEL_PX = 64
_FACTOR = 5 / 6
_SHIFT_PX = 0.3


@dataclass(frozen=True, slots=True)
class LevelSize:
    """Size of one level of the pyramid.

    Attributes:
        height_px, width_px: of the picture at this level.
    """

    height_px: int
    width_px: int

    @property
    def rows(self) -> int:
        """Rows of cells."""
        return int(self.height_px / CELL_PX + 0.5)

    @property
    def columns(self) -> int:
        """Columns of cells."""
        return int(self.width_px / CELL_PX + 0.5)

    @property
    def inner_rows_px(self) -> int:
        """Pixel rows that count end before this one."""
        return min(self.rows * CELL_PX, self.height_px) - 1

    @property
    def inner_columns_px(self) -> int:
        """Pixel columns that count end before this one."""
        return min(self.columns * CELL_PX, self.width_px) - 1

    @property
    def has_features(self) -> bool:
        """Whether a cell has neighbours on all sides, without which dlib has no features."""
        return self.rows > 2 and self.columns > 2

    @property
    def stride_px(self) -> int:
        """Width of the planes: half a cell of room on the left, at least one column on the right."""
        return (self.columns + 1) * CELL_PX


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """One level of the pyramid.

    Attributes:
        size: of the picture at this level.
        planes: uint8 (3, height_px, stride_px); the picture starts in column 4, the rest is arbitrary.
    """

    size: LevelSize
    planes: ImageArray

    def plane(self, color: int) -> ImageArray:
        """One colour of the picture, uint8 (height_px, width_px), a view."""
        return self.planes[color, :, HALF_CELL_PX : HALF_CELL_PX + self.size.width_px]


@lru_cache(maxsize=64)
def level_sizes(height_px: int, width_px: int) -> tuple[LevelSize, ...]:
    """Sizes of dlib's `pyramid_down<6>` pyramid: each level 5/6 of the one before, down to 64 px."""
    sizes = []
    right, bottom = width_px - 1, height_px - 1
    left = top = 0
    while True:
        sizes.append(LevelSize(height_px, width_px))
        left, top, right, bottom = (nearest_px((v - _SHIFT_PX) * _FACTOR) for v in (left, top, right, bottom))
        if min(right - left, bottom - top) + 1 < _SMALLEST_LEVEL_PX:
            return tuple(sizes)
        height_px, width_px = 5 * height_px // 6, 5 * width_px // 6


def doubled_size(height_px: int, width_px: int, times: int) -> tuple[int, int]:
    """Height and width after dlib's `pyramid_up`, which adds a little to the double."""
    for _ in range(times):
        height_px, width_px = 2 * height_px + 1, 2 * width_px + 2
    return height_px, width_px


def pyramid(image: ImageArray, doublings: int = 0) -> Iterator[Level]:
    """The levels of `image`, uint8 (H, W, 3), largest first; one is made when it is asked for.

    Args:
        image: the picture.
        doublings: times to double it first.
    """
    level = None
    height, width = image.shape[:2]
    for size in level_sizes(*doubled_size(height, width, doublings)):
        if not size.has_features:
            return
        level = _first(image, doublings, size) if level is None else _next(level, size)
        yield level


def _first(image: ImageArray, doublings: int, size: LevelSize) -> Level:
    level = _empty(size)
    for color in range(3):
        plane = np.ascontiguousarray(image[:, :, color])
        for _ in range(doublings):
            larger = np.empty(doubled_size(plane.shape[0], plane.shape[1], 1), np.uint8)
            resize(plane, larger)
            plane = larger
        level.plane(color)[:] = plane
    return level


def _next(level: Level, size: LevelSize) -> Level:
    smaller = _empty(size)
    for color in range(3):
        resize(level.plane(color), smaller.plane(color))
    return smaller


def _empty(size: LevelSize) -> Level:
    return Level(size, np.empty((3, size.height_px, size.stride_px), np.uint8))
