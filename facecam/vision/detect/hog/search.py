"""HOG search over a picture: pyramid, cells, features, sheets, scores."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache

import numpy as np

from facecam.core.types import FloatArray, ImageArray
from facecam.vision.detect.hog.boxes import WindowCandidate, best_of_each, window_box
from facecam.vision.detect.hog.cells import cell_histograms, level_features, strips
from facecam.vision.detect.hog.filters import CHANNELS, FaceFilters
from facecam.vision.detect.hog.network import PADDING, WORKERS, HogNetwork, hog_network
from facecam.vision.detect.hog.pyramid import Level, doubled_size, pyramid
from facecam.vision.detect.hog.sheets import CELLS_BEFORE, Sheet, Tile, lay_out

# Levels waiting for their histograms hold 3 bytes a pixel.
_MOST_WAITING_PX = 24_000_000


def find_faces(
    filters: FaceFilters, image: ImageArray, doublings: int, min_score: float
) -> list[WindowCandidate]:
    """Faces scoring at least `min_score`, one candidate each, best first.

    Args:
        filters: what faces look like.
        image: uint8 (H, W, 3) RGB.
        doublings: times to double the picture first.
        min_score: smallest score.

    Returns:
        Candidates in coordinates of `image`.
    """
    found = best_of_each(_windows(image, doublings, filters, min_score), filters.max_iou, filters.max_covered)
    return [WindowCandidate(face.score, face.box.halved(doublings)) for face in found]


def _windows(
    image: ImageArray, doublings: int, filters: FaceFilters, min_score: float
) -> list[WindowCandidate]:
    levels = _LevelFeatures(pyramid(image, doublings))
    waiting: deque[Future[list[WindowCandidate]]] = deque()
    found: list[WindowCandidate] = []
    height, width = image.shape[:2]
    for sheet in lay_out(*doubled_size(height, width, doublings)):
        network = hog_network(filters, sheet.shape)
        waiting.append(_pool().submit(_judge, network, sheet, levels.on_sheet(sheet), min_score))
        if len(waiting) > 2 * WORKERS:
            found += waiting.popleft().result()
    for judged in waiting:
        found += judged.result()
    return found


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WORKERS, thread_name_prefix="hog")


def _judge(
    network: HogNetwork, sheet: Sheet, features: FloatArray, min_score: float
) -> list[WindowCandidate]:
    places, scores = network.faces(features, sheet.owner >= 0, min_score)
    return [
        _candidate(sheet, int(row), int(column), float(score))
        for (row, column), score in zip(places, scores, strict=True)
    ]


def _candidate(sheet: Sheet, row: int, column: int, score: float) -> WindowCandidate:
    tile = sheet.tiles[sheet.owner[row, column]]
    box = window_box(tile.level, row - tile.row + tile.rows.start, column - tile.column + tile.columns.start)
    return WindowCandidate(score, box)


class _LevelFeatures:
    """HOG features of the levels of a picture, made in the pool when first needed."""

    def __init__(self, levels: Iterator[Level]) -> None:
        self._levels = levels
        self._started: deque[_LevelInWork] = deque()
        self._made = 0
        self._finished: dict[int, FloatArray] = {}

    def on_sheet(self, sheet: Sheet) -> FloatArray:
        """float32 (rows + 9, columns + 9, 31), with zeros around the sheet and between the tiles."""
        features = np.zeros((sheet.shape[0] + PADDING, sheet.shape[1] + PADDING, CHANNELS), np.float32)
        inner = features[CELLS_BEFORE:, CELLS_BEFORE:]
        self._start(max(tile.level for tile in sheet.tiles) + 1)
        for tile in sheet.tiles:
            inner[tile.on_sheet(tile.rows.features, tile.columns.features)] = _part(
                self._level(tile.level), tile
            )
        for index in sheet.finished:
            del self._finished[index]
        return features

    def _start(self, count: int) -> None:
        while self._made < count:
            while sum(work.pixels for work in self._started) > _MOST_WAITING_PX:
                self._finish_oldest()
            self._started.append(_LevelInWork(self._made, next(self._levels)))
            self._made += 1

    def _level(self, index: int) -> FloatArray:
        while index not in self._finished:
            self._finish_oldest()
        return self._finished[index]

    def _finish_oldest(self) -> None:
        work = self._started.popleft()
        self._finished[work.index] = work.result()


def _part(level: FloatArray, tile: Tile) -> FloatArray:
    # The outermost cells have no features, so those of cell 1 come first.
    rows, columns = tile.rows, tile.columns
    return level[rows.start : rows.stop - 2, columns.start : columns.stop - 2]


class _LevelInWork:
    """The strips of one level, in the hands of the pool."""

    def __init__(self, index: int, level: Level) -> None:
        self.index = index
        self.pixels = level.size.height_px * level.size.width_px
        self._size = level.size
        self._parts = [(strip, _pool().submit(cell_histograms, level, strip)) for strip in strips(level.size)]

    def result(self) -> FloatArray:
        """float32 (rows − 2, columns − 2, 31)."""
        return level_features(self._size, ((strip, part.result()) for strip, part in self._parts))
