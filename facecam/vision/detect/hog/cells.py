"""Histograms of gradient directions in cells of 8×8 px, strip by strip."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from facecam.core.types import FloatArray
from facecam.vision.detect.hog.filters import CHANNELS
from facecam.vision.detect.hog.kernels import (
    CELL_PX,
    DIRECTIONS,
    HALF_CELL_PX,
    add_histograms,
    fill_features,
)
from facecam.vision.detect.hog.pyramid import Level, LevelSize

# Large enough that handing a strip to another thread costs little, small enough to share a level out.
_STRIP_PX = 64 * 1024


@dataclass(frozen=True, slots=True)
class CellStrip:
    """Rows of blocks of one level; a block is 8×8 px and lies across four cells.

    Attributes:
        first_block, last_block: block b covers the pixel rows 8b − 4 to 8b + 3; last is exclusive.
    """

    first_block: int
    last_block: int


def strips(size: LevelSize) -> list[CellStrip]:
    """Cut a level into strips for several threads."""
    blocks = size.rows + 1
    most = max(1, _STRIP_PX // (CELL_PX * size.stride_px))
    count = -(-blocks // most)
    return [CellStrip(first, last) for first, last in pairwise(blocks * i // count for i in range(count + 1))]


def cell_histograms(level: Level, strip: CellStrip) -> FloatArray:
    """What a strip gives to the cells it touches.

    Returns:
        float32 (blocks + 1, columns, 18): row 0 belongs to cell row `first_block` − 1.
    """
    cells = np.zeros(
        (strip.last_block - strip.first_block + 1, level.size.columns + 2, DIRECTIONS), np.float32
    )
    # dlib leaves out the pixels at the picture's edge, which lack a neighbour.
    first = max(1, strip.first_block * CELL_PX - HALF_CELL_PX)
    last = min(level.size.inner_rows_px, strip.last_block * CELL_PX - HALF_CELL_PX)
    if first < last:
        add_histograms(level.planes, first, last, level.size.inner_columns_px, cells)
    return cells[:, 1:-1]


def level_features(size: LevelSize, parts: Iterable[tuple[CellStrip, FloatArray]]) -> FloatArray:
    """Features of a level from what its strips gave.

    Returns:
        float32 (rows − 2, columns − 2, 31), for all cells but the outermost.
    """
    # Strips give to the cell rows before and after the level too; these are cut off.
    cells = np.zeros((size.rows + 2, size.columns, DIRECTIONS), np.float32)
    for strip, part in parts:
        cells[strip.first_block : strip.last_block + 1] += part
    features = np.empty((size.rows - 2, size.columns - 2, CHANNELS), np.float32)
    fill_features(cells[1:-1], features)
    return features
