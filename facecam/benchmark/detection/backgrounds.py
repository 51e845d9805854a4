"""Backgrounds of the detection benchmark: pictures without faces, or made up ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.random import Generator

from facecam.core.errors import DataError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.types import ImageArray
from facecam.vision.images.read import list_pictures, read_picture

#: Pictures kept in memory, and their longest side, px: below 100 MB in all.
_MOST_KEPT: Final = 48
_LONGEST_PX: Final = 960
Size = tuple[int, int]


class Backgrounds:
    """Where scenes come from.

    Args:
        folder: pictures without any face, all of its subfolders too; None: made up ones.
        seed: chooses among many pictures.
        on_event: hears of pictures that cannot be read.

    Raises:
        DataError: the folder holds no readable picture.
    """

    def __init__(self, folder: Path | None, seed: int, on_event: EventSink = ignore) -> None:
        self._pictures: list[ImageArray] = []
        if folder is None:
            return
        paths = list_pictures(folder, recursive=True, on_event=on_event)
        for place in np.random.default_rng(seed).permutation(len(paths))[:_MOST_KEPT]:
            try:
                self._pictures.append(read_picture(paths[place], _LONGEST_PX))
            except DataError as fault:
                on_event(Notice(f"left out: {fault.message}", fault.hint))
        if not self._pictures:
            raise DataError(
                f"there is no readable picture in {folder}", hint="Name a folder of pictures without faces."
            )

    @property
    def made(self) -> bool:
        """Whether they are made up."""
        return not self._pictures

    def scene(self, size: Size, generator: Generator) -> ImageArray:
        """A background of `size` (width, height), uint8 (H, W, 3) RGB, that may be changed."""
        if self.made:
            return made_scene(size, generator)
        return _cut_out(self._pictures[generator.integers(len(self._pictures))], size, generator)


def _cut_out(picture: ImageArray, size: Size, generator: Generator) -> ImageArray:
    """The largest part of the picture's shape that fits, somewhere in it, at the wanted size."""
    height, width = picture.shape[:2]
    factor = min(width / size[0], height / size[1])
    part_width, part_height = max(1, int(size[0] * factor)), max(1, int(size[1] * factor))
    left = int(generator.integers(width - part_width + 1))
    top = int(generator.integers(height - part_height + 1))
    part = picture[top : top + part_height, left : left + part_width]
    way = cv2.INTER_AREA if factor > 1 else cv2.INTER_LINEAR
    return np.ascontiguousarray(cv2.resize(part, size, interpolation=way), np.uint8)


def made_scene(size: Size, generator: Generator) -> ImageArray:
    """A picture of nothing: gradients, textures, shapes or noise, uint8 (H, W, 3) RGB."""
    kinds: Sequence[Callable[[Size, Generator], np.ndarray]] = (_gradient, _texture, _shapes, _noise)
    picture = kinds[int(generator.integers(len(kinds)))](size, generator)
    return np.ascontiguousarray(np.clip(picture, 0, 255), np.uint8)


def _gradient(size: Size, generator: Generator) -> np.ndarray:
    corners = generator.uniform(0, 255, (2, 2, 3)).astype(np.float32)
    smooth = cv2.resize(corners, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(smooth + generator.normal(0, 2, (size[1], size[0], 1)))


def _texture(size: Size, generator: Generator) -> np.ndarray:
    """Noise of all sizes together, as clouds, walls and leaves have it."""
    total = np.zeros((size[1], size[0], 3), np.float32) + generator.uniform(60, 200, 3).astype(np.float32)
    for cells in (4, 9, 20, 45, 100):
        coarse = generator.normal(0, 90 / cells**0.5, (cells, cells, 3)).astype(np.float32)
        total += cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    return total


def _shapes(size: Size, generator: Generator) -> np.ndarray:
    """Straight edges and round ones, as rooms and streets have them."""
    picture = np.asarray(_gradient(size, generator), np.float32).clip(0, 255)
    for _ in range(int(generator.integers(15, 40))):
        color = tuple(float(value) for value in generator.uniform(0, 255, 3))
        points = (generator.uniform(-0.1, 1.1, (4, 2)) * size).astype(np.int32)
        if generator.random() < 0.6:
            cv2.fillConvexPoly(picture, cv2.convexHull(points), color, cv2.LINE_AA)
        else:
            axes = generator.integers(5, max(6, size[1] // 4), 2)
            angle = float(generator.uniform(0, 180))
            center = (int(points[0, 0]), int(points[0, 1]))
            axis_lengths = (int(axes[0]), int(axes[1]))
            cv2.ellipse(picture, center, axis_lengths, angle, 0, 360, color, -1, cv2.LINE_AA)
    return picture + generator.normal(0, 3, picture.shape)


def _noise(size: Size, generator: Generator) -> np.ndarray:
    mean, spread = generator.uniform(70, 180, 3), generator.uniform(10, 50)
    return np.asarray(generator.normal(mean, spread, (size[1], size[0], 3)))
