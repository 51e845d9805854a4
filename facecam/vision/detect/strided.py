"""Detectors that say of every cell of three grids whether a face is there: YuNet and SCRFD, fetched by name.

Wu, Peng, Yu: YuNet: A Tiny Millisecond-level Face Detector (Machine Intelligence Research, 2023), with the reading of
OpenCV's FaceDetectorYN; Guo, Deng, Lattas, Zafeiriou: Sample and Computation Redistribution for Efficient Face
Detection (ICLR 2022), with that of InsightFace.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from facecam.core.types import Box, Detection, FloatArray, ImageArray, check_image
from facecam.vision.detect.face_square import dlib_like_box
from facecam.vision.detect.protocol import DetectorName, DetectorOptions
from facecam.vision.detect.resizing import resized_by
from facecam.vision.detect.suppression import kept_rows

#: Of a picture of 640 px, as which larger ones are searched.
NATIVE_FACE_PX = 10
_STRIDES = (8, 16, 32)
_LONGEST_PX, _CELL_PX = 640, 32
#: Larger pictures are never searched, whatever is asked for: 1600×1200.
_MOST_PX = 1_920_000

#: uint8 (1, H, W, 3) RGB to the answers of its heads, in the order of the file.
Network = Callable[[ImageArray], list[FloatArray]]
#: A cell's answers by head, (cells, values), and the places of the cells, (cells, 2) x, y in px, with their stride.
Level = tuple[list[FloatArray], FloatArray, int]


@dataclass(frozen=True, slots=True, eq=False)
class GridFaces:
    """Faces of all cells, in no order.

    Attributes:
        boxes: float32 (N, 4), left, top, right, bottom, px.
        scores: float32 (N,), 0 to 1.
        points: float32 (N, 5, 2), px, see `Detection.scheme` `five`.
    """

    boxes: FloatArray
    scores: FloatArray
    points: FloatArray


@dataclass(frozen=True, slots=True)
class GridReader:
    """How the answers of a network are read.

    Attributes:
        heads: answers of a level.
        anchors: faces that a cell may hold.
        min_score: below which a face is none, as its publisher's own program has it.
        iou: boxes that overlap more are one face, likewise.
        faces: of one level.
    """

    heads: int
    anchors: int
    min_score: float
    iou: float
    faces: Callable[[Level], GridFaces]


def yunet_faces(level: Level) -> GridFaces:
    """Of class and object scores, (dx, dy, log w, log h) and five points, in strides from the cell's corner."""
    (face, thing, box, points), cells, stride = level
    scores = np.sqrt(np.clip(face[:, 0], 0, 1) * np.clip(thing[:, 0], 0, 1))
    middles, halves = cells + box[:, :2] * stride, np.exp(box[:, 2:]) * (stride / 2)
    return GridFaces(
        np.concatenate([middles - halves, middles + halves], axis=1),
        scores,
        cells[:, None] + points.reshape(-1, 5, 2) * stride,
    )


def scrfd_faces(level: Level) -> GridFaces:
    """Of a score, the ways to the left, top, right and bottom, and five points, in strides from the cell's corner."""
    (face, ways, points), cells, stride = level
    boxes = np.concatenate([cells - ways[:, :2] * stride, cells + ways[:, 2:] * stride], axis=1)
    return GridFaces(boxes, face[:, 0], cells[:, None] + points.reshape(-1, 5, 2) * stride)


_SCRFD: Final = GridReader(heads=3, anchors=2, min_score=0.5, iou=0.4, faces=scrfd_faces)
READERS: Final[dict[DetectorName, GridReader]] = {
    "yunet": GridReader(heads=4, anchors=1, min_score=0.6, iou=0.3, faces=yunet_faces),
    "scrfd-500m": _SCRFD,
    "scrfd-10g": _SCRFD,
}


class StridedDetector:
    """Finds faces from 10 px of 640, upright and turned aside; dlib's landmarks are added.

    Args:
        name: one of `READERS`.
        network: see `Network`.
        landmarker: from an image and a dlib-like box to dlib's five points.
        options: see `DetectorOptions`.
        size_px: height and width of the only picture the network takes; None: any multiples of 32.
    """

    def __init__(
        self,
        name: DetectorName,
        network: Network,
        landmarker: Callable[[ImageArray, Box], FloatArray],
        options: DetectorOptions = DetectorOptions(),
        size_px: tuple[int, int] | None = None,
    ) -> None:
        self.name: DetectorName = name
        self._network, self._landmarker, self._options = network, landmarker, options
        self._reader, self._size_px = READERS[name], size_px
        self._min_score = self._reader.min_score if options.min_score is None else options.min_score

    def detect(self, image: ImageArray) -> list[Detection]:
        """See `Detector.detect`."""
        found = self.faces(image)
        squares = [dlib_like_box(points) for points in found.points]
        return [
            Detection(box, float(score), self._landmarker(image, box).astype(np.float32))
            for box, score in zip(squares, found.scores, strict=True)
        ]

    def faces(self, image: ImageArray) -> GridFaces:
        """What the network itself reports, best first, px of the picture."""
        check_image(image)
        scale = self._scale(image)
        picture = self._padded(resized_by(image, scale))
        outputs = self._network(picture[None])
        found = [self._reader.faces(level) for level in levels(outputs, picture.shape, self._reader)]
        boxes, scores, points = (
            np.concatenate([getattr(one, name) for one in found]) for name in ("boxes", "scores", "points")
        )
        likely = np.flatnonzero(scores >= self._min_score)
        rows = likely[kept_rows(boxes[likely], scores[likely], iou=self._reader.iou)]
        factor = np.float32(1 / scale)
        return GridFaces(
            (boxes[rows] * factor).astype(np.float32),
            scores[rows].astype(np.float32),
            (points[rows] * factor).astype(np.float32),
        )

    def _scale(self, image: ImageArray) -> float:
        height, width = image.shape[:2]
        if self._size_px is not None:
            return float(min(self._size_px[0] / height, self._size_px[1] / width))
        wanted = self._options.scale(NATIVE_FACE_PX)
        if self._options.min_face_px is None:
            wanted *= min(1.0, _LONGEST_PX / max(height, width))
        return float(min(wanted, math.sqrt(_MOST_PX / (height * width))))

    def _padded(self, image: ImageArray) -> ImageArray:
        """The picture with black below and to the right, as large as the network takes it."""
        height, width = image.shape[:2]
        wanted = self._size_px or (height + -height % _CELL_PX, width + -width % _CELL_PX)
        image = image[: wanted[0], : wanted[1]]  # Rounding may have given a row too many.
        below, right = (full - side for full, side in zip(wanted, image.shape, strict=False))
        padded = cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_CONSTANT)
        return np.asarray(padded, np.uint8)


def levels(outputs: Sequence[FloatArray], shape: tuple[int, ...], reader: GridReader) -> Iterator[Level]:
    """The answers of a network level by level.

    Args:
        outputs: head by head, of each all levels, in the order of the file.
        shape: of the picture, (height, width, …), px.
        reader: how many heads there are.
    """
    for place, stride in enumerate(_STRIDES):
        heads = [outputs[place + head * len(_STRIDES)] for head in range(reader.heads)]
        rows, columns = np.mgrid[: shape[0] // stride, : shape[1] // stride]
        cells = np.stack([columns, rows], axis=2).reshape(-1, 2).repeat(reader.anchors, axis=0) * stride
        yield [head.reshape(len(cells), -1) for head in heads], cells.astype(np.float32), stride
