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

import numpy as np

from facecam.core.types import Box, FloatArray, ImageArray, joined
from facecam.vision.detect.face_square import dlib_like_box
from facecam.vision.detect.pointed_faces import PointedFaces
from facecam.vision.detect.protocol import BoxDetector, DetectorName, DetectorOptions, Landmarks
from facecam.vision.detect.resizing import in_whole_cells, padded, resized_by

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
    faces: Callable[[Level], PointedFaces]


def yunet_faces(level: Level) -> PointedFaces:
    """Of class and object scores, (dx, dy, log w, log h) and five points, in strides from the cell's corner."""
    (face, thing, box, points), cells, stride = level
    scores = np.sqrt(np.clip(face[:, 0], 0, 1) * np.clip(thing[:, 0], 0, 1))
    middles, halves = cells + box[:, :2] * stride, np.exp(box[:, 2:]) * (stride / 2)
    return PointedFaces(
        np.concatenate([middles - halves, middles + halves], axis=1),
        scores,
        cells[:, None] + points.reshape(-1, 5, 2) * stride,
    )


def scrfd_faces(level: Level) -> PointedFaces:
    """Of a score, the ways to the left, top, right and bottom, and five points, in strides from the cell's corner."""
    (face, ways, points), cells, stride = level
    boxes = np.concatenate([cells - ways[:, :2] * stride, cells + ways[:, 2:] * stride], axis=1)
    return PointedFaces(boxes, face[:, 0], cells[:, None] + points.reshape(-1, 5, 2) * stride)


_SCRFD: Final = GridReader(heads=3, anchors=2, min_score=0.5, iou=0.4, faces=scrfd_faces)
READERS: Final[dict[DetectorName, GridReader]] = {
    "yunet": GridReader(heads=4, anchors=1, min_score=0.6, iou=0.3, faces=yunet_faces),
    "scrfd-500m": _SCRFD,
    "scrfd-10g": _SCRFD,
}


class StridedDetector(BoxDetector):
    """Finds faces from 10 px of 640, upright and turned aside; dlib's landmarks are added.

    Args:
        name: one of `READERS`.
        network: see `Network`.
        landmarks: see `Landmarks`.
        options: see `DetectorOptions`.
        size_px: height and width of the only picture the network takes; None: any multiples of 32.
    """

    def __init__(
        self,
        name: DetectorName,
        network: Network,
        landmarks: Landmarks,
        options: DetectorOptions = DetectorOptions(),
        size_px: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(landmarks)
        self.name: DetectorName = name
        self._network, self._options = network, options
        self._reader, self._size_px = READERS[name], size_px
        self._min_score = options.least_score(self._reader.min_score)

    def boxes(self, image: ImageArray) -> list[tuple[Box, float]]:
        """See `BoxDetector.boxes`."""
        found = self.faces(image)
        return list(zip(map(dlib_like_box, found.points), found.scores.tolist(), strict=True))

    def faces(self, image: ImageArray) -> PointedFaces:
        """What the network itself reports, best first, px of the picture."""
        scale = self._scale(image)
        picture = resized_by(image, scale)
        picture = padded(picture, *self._size_px) if self._size_px else in_whole_cells(picture, _CELL_PX)
        outputs = self._network(picture[None])
        parts = [self._reader.faces(level) for level in levels(outputs, picture.shape, self._reader)]
        found = joined(parts)
        likely = found.only(found.scores >= self._min_score)
        return likely.without_doubles(self._reader.iou).scaled(1 / scale)

    def _scale(self, image: ImageArray) -> float:
        height, width = image.shape[:2]
        if self._size_px is not None:
            return float(min(self._size_px[0] / height, self._size_px[1] / width))
        wanted = self._options.scale(NATIVE_FACE_PX)
        if self._options.min_face_px is None:
            wanted *= min(1.0, _LONGEST_PX / max(height, width))
        return float(min(wanted, math.sqrt(_MOST_PX / (height * width))))


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
