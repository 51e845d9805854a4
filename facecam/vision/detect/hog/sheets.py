"""Sheets: the cells of all pyramid levels packed into a few arrays of fixed size.

A network compiled for one shape is fastest, and pictures come in all sizes.
So their levels, cut into overlapping tiles where too large, are laid out on
sheets with enough empty cells between them that no window sees two of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from facecam.vision.detect.hog.pyramid import level_sizes

SheetShape = tuple[int, int]

LARGE: SheetShape = (64, 136)
SMALL: SheetShape = (64, 80)

# A window covers 4 cells before its own and 5 after; the outermost cells of a level have no features.
CELLS_BEFORE, CELLS_AFTER = 4, 5
_BORDER = 1
_GAP = CELLS_AFTER - 2 * _BORDER
_OVERLAP = CELLS_BEFORE + CELLS_AFTER + 2 * _BORDER


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a level's cells along one axis: `start` to `stop` of `cells`."""

    start: int
    stop: int
    cells: int

    @property
    def length(self) -> int:
        """Number of cells."""
        return self.stop - self.start

    @property
    def features(self) -> slice:
        """Those with neighbours on both sides, counted from `start`."""
        return slice(_BORDER, self.length - _BORDER)

    @property
    def windows(self) -> slice:
        """Those whose window lies within the stretch or hangs over the level's true edge."""
        first = _BORDER + (CELLS_BEFORE if self.start > 0 else 0)
        last = self.length - _BORDER - (CELLS_AFTER if self.stop < self.cells else 0)
        return slice(first, last)


@dataclass(frozen=True, slots=True)
class Tile:
    """A part of a level and the cell of a sheet where its first cell goes."""

    level: int
    rows: Span
    columns: Span
    row: int = 0
    column: int = 0

    def on_sheet(self, rows: slice, columns: slice) -> tuple[slice, slice]:
        """Slices counted from the tile's corner, as slices of the sheet."""
        return (
            slice(self.row + rows.start, self.row + rows.stop),
            slice(self.column + columns.start, self.column + columns.stop),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """Tiles laid out together.

    Attributes:
        shape: rows and columns of cells.
        tiles: what lies where.
        owner: int16 (rows, columns), index of the tile whose windows are to be judged there, or −1.
        finished: levels no later sheet needs.
    """

    shape: SheetShape
    tiles: tuple[Tile, ...]
    owner: NDArray[np.int16]
    finished: tuple[int, ...]


@lru_cache(maxsize=16)
def lay_out(height_px: int, width_px: int) -> tuple[Sheet, ...]:
    """The sheets for a picture; a single small one where everything fits on it."""
    sizes = [size for size in level_sizes(height_px, width_px) if size.has_features]
    cells = [(size.rows, size.columns) for size in sizes]
    small = _pack(list(_tiles(cells, SMALL)), SMALL)
    shape, packed = (SMALL, small) if len(small) == 1 else (LARGE, _pack(list(_tiles(cells, LARGE)), LARGE))
    last_use = {tile.level: index for index, tiles in enumerate(packed) for tile in tiles}
    return tuple(
        _sheet(shape, tiles, tuple(level for level, last in last_use.items() if last == index))
        for index, tiles in enumerate(packed)
    )


def _sheet(shape: SheetShape, tiles: Sequence[Tile], finished: tuple[int, ...]) -> Sheet:
    owner = np.full(shape, -1, np.int16)
    for index, tile in enumerate(tiles):
        owner[tile.on_sheet(tile.rows.windows, tile.columns.windows)] = index
    return Sheet(shape, tuple(tiles), owner, finished)


def _tiles(cells: Sequence[tuple[int, int]], shape: SheetShape) -> Iterator[Tile]:
    for level, (rows, columns) in enumerate(cells):
        for row_span in _spans(rows, shape[0]):
            for column_span in _spans(columns, shape[1]):
                yield Tile(level, row_span, column_span)


def _spans(cells: int, most: int) -> Iterator[Span]:
    """Equal stretches of at most `most` cells that together hold every window once."""
    if cells <= most:
        yield Span(0, cells, cells)
        return
    fresh = cells - _OVERLAP
    count = -(-fresh // (most - _OVERLAP))
    for index in range(count):
        yield Span(fresh * index // count, fresh * (index + 1) // count + _OVERLAP, cells)


@dataclass(frozen=True, slots=True)
class _Room:
    """A free rectangle of cells on an open sheet."""

    row: int
    column: int
    height: int
    width: int

    def holds(self, height: int, width: int) -> bool:
        return self.height >= height and self.width >= width

    def without(self, row: int, column: int, height: int, width: int) -> Iterator[_Room]:
        """The largest rooms left when a rectangle is taken out."""
        bottom, right = row + height, column + width
        self_bottom, self_right = self.row + self.height, self.column + self.width
        if row >= self_bottom or bottom <= self.row or column >= self_right or right <= self.column:
            yield self
            return
        if row > self.row:
            yield _Room(self.row, self.column, row - self.row, self.width)
        if bottom < self_bottom:
            yield _Room(bottom, self.column, self_bottom - bottom, self.width)
        if column > self.column:
            yield _Room(self.row, self.column, self.height, column - self.column)
        if right < self_right:
            yield _Room(self.row, right, self.height, self_right - right)


class _OpenSheet:
    """A sheet being filled; every tile is followed by the gap, which may lie beyond the sheet's edge."""

    def __init__(self, shape: SheetShape) -> None:
        self.tiles: list[Tile] = []
        self._rooms = [_Room(0, 0, shape[0] + _GAP, shape[1] + _GAP)]

    def place(self, tile: Tile) -> bool:
        """Put the tile into the tightest room, if any holds it."""
        height, width = tile.rows.length + _GAP, tile.columns.length + _GAP
        fitting = [room for room in self._rooms if room.holds(height, width)]
        if not fitting:
            return False
        room = min(fitting, key=lambda r: (min(r.height - height, r.width - width), r.row, r.column))
        self.tiles.append(Tile(tile.level, tile.rows, tile.columns, room.row, room.column))
        left = [rest for r in self._rooms for rest in r.without(room.row, room.column, height, width)]
        self._rooms = list(dict.fromkeys(left))
        return True


_OPEN_AT_ONCE = 6


def _pack(tiles: Sequence[Tile], shape: SheetShape) -> list[list[Tile]]:
    """Maximal-rectangles packing (Jylänki 2010), first sheet that fits."""
    sheets: list[_OpenSheet] = []
    for tile in tiles:
        if not any(sheet.place(tile) for sheet in sheets[-_OPEN_AT_ONCE:]):
            sheets.append(_OpenSheet(shape))
            sheets[-1].place(tile)
    return [sheet.tiles for sheet in sheets]
