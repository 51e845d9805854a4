"""Boxes of the HOG detector: from cells of the pyramid to the picture, and one box per face."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from facecam.core.types import Box

_CELL_PX = 8
_FIRST_CELL = -4
_LAST_CELL = 5
_LEVEL_FACTOR = 6 / 5
_LEVEL_SHIFT_PX = 0.3
_HALF_SHIFT_PX = (1.25, 0.75)


@dataclass(frozen=True, slots=True)
class PixelBox:
    """A box of whole pixels, all four sides inclusive, as dlib keeps them."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> int:
        """Number of pixels; 0 when empty."""
        return max(0, self.right - self.left + 1) * max(0, self.bottom - self.top + 1)

    def overlaps(self, other: PixelBox, max_iou: float, max_covered: float) -> bool:
        """Whether both show one face: dlib's `test_box_overlap`.

        The share is taken of the smallest rectangle around both, not of their union.
        """
        inner = PixelBox(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        ).area
        if inner == 0:
            return False
        outer = PixelBox(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        ).area
        return inner / outer > max_iou or inner / min(self.area, other.area) > max_covered

    def halved(self, times: int) -> PixelBox:
        """This box in the picture before it was doubled `times` times (dlib's `pyramid_down<2>`)."""
        left, top, right, bottom = map(float, (self.left, self.top, self.right, self.bottom))
        for _ in range(times):
            left, right = left / 2 - _HALF_SHIFT_PX[0], right / 2 - _HALF_SHIFT_PX[0]
            top, bottom = top / 2 - _HALF_SHIFT_PX[1], bottom / 2 - _HALF_SHIFT_PX[1]
        return PixelBox(nearest_px(left), nearest_px(top), nearest_px(right), nearest_px(bottom))

    def as_box(self) -> Box:
        """The same pixels with exclusive right and bottom sides."""
        return Box(self.left, self.top, self.right + 1, self.bottom + 1)


@dataclass(frozen=True, slots=True)
class WindowCandidate:
    """A window that scored: where, and how well."""

    score: float
    box: PixelBox


def window_box(level: int, row: int, column: int) -> PixelBox:
    """The box of the window whose fifth cell is (`row`, `column`) of pyramid level `level`.

    Same arithmetic and rounding as dlib's `fhog_to_image` and `pyramid_down<6>`.
    """
    left, right = _edge_px(level, column + _FIRST_CELL), _edge_px(level, column + _LAST_CELL)
    top, bottom = _edge_px(level, row + _FIRST_CELL), _edge_px(level, row + _LAST_CELL)
    return PixelBox(left, top, right, bottom)


def best_of_each(
    candidates: Iterable[WindowCandidate], max_iou: float, max_covered: float
) -> list[WindowCandidate]:
    """Best first, without those that overlap a better one (non-maximum suppression)."""
    kept: list[WindowCandidate] = []
    for candidate in sorted(candidates, key=lambda found: found.score, reverse=True):
        if not any(candidate.box.overlaps(better.box, max_iou, max_covered) for better in kept):
            kept.append(candidate)
    return kept


def nearest_px(position: float) -> int:
    """Rounded to the nearest whole number, halves away from zero, as C does."""
    return math.floor(position + 0.5) if position >= 0 else math.ceil(position - 0.5)


def _edge_px(level: int, cell: int) -> int:
    corner = cell * _CELL_PX + 1
    position = float(corner + (_CELL_PX // 2 if corner >= 0 else -_CELL_PX // 2))
    for _ in range(level):
        position = position * _LEVEL_FACTOR + _LEVEL_SHIFT_PX
    return nearest_px(position)
