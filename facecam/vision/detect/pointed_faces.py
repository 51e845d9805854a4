"""Faces as a network with five landmarks reports them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import Box, FloatArray
from facecam.vision.detect.suppression import kept_rows


@dataclass(frozen=True, slots=True, eq=False)
class PointedFaces:
    """Faces in one picture.

    Attributes:
        boxes: float32 (N, 4), left, top, right, bottom, px: tight around each face; may reach beyond the picture.
        scores: float32 (N,), in 0…1.
        points: float32 (N, 5, 2), px, see `Detection.scheme` `five`.
    """

    boxes: FloatArray
    scores: FloatArray
    points: FloatArray

    def only(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> PointedFaces:
        """Some of them."""
        return PointedFaces(self.boxes[rows], self.scores[rows], self.points[rows])

    def without_doubles(self, iou: float) -> PointedFaces:
        """Each face once, best first: boxes with a larger intersection over union are one."""
        return self.only(kept_rows(self.boxes, self.scores, iou=iou))

    def scaled(self, factor: float) -> PointedFaces:
        """The same in a picture resized by `factor`."""
        return PointedFaces(self.boxes * np.float32(factor), self.scores, self.points * np.float32(factor))

    def moved(self, matrix: NDArray[np.floating]) -> PointedFaces:
        """The same by a similarity, (2, 3); boxes keep their sides level."""
        turn, shift = matrix[:, :2].T.astype(np.float32), matrix[:, 2].astype(np.float32)
        half = (self.boxes[:, 2:] - self.boxes[:, :2]) / 2 * np.linalg.norm(turn[0])
        middles = (self.boxes[:, 2:] + self.boxes[:, :2]) / 2 @ turn + shift
        boxes = np.concatenate([middles - half, middles + half], axis=1)
        points = self.points @ turn + shift
        return PointedFaces(boxes.astype(np.float32), self.scores, np.asarray(points, np.float32))

    def distances_px(self, box: Box) -> FloatArray:
        """float32 (N,): from the middle of each face's points to that of a box."""
        middles = self.points.mean(axis=1) - np.asarray(box.center, np.float32)
        return np.asarray(np.linalg.norm(middles, axis=1), np.float32)

    @property
    def sizes_px(self) -> FloatArray:
        """float32 (N,): the longer side of each box."""
        return np.asarray((self.boxes[:, 2:] - self.boxes[:, :2]).max(axis=1, initial=0.0), np.float32)
