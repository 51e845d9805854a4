"""The MTCNN detector: three small networks, each looking closer at what the one before let through.

It finds small, turned and dim faces which `hog` misses. Zhang, Zhang, Li, Qiao: Joint Face Detection and Alignment
using Multi-task Cascaded Convolutional Networks (IEEE SPL 2016), with the constants of the package `mtcnn`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from facecam.core.types import Box, FloatArray, ImageArray
from facecam.vision.detect.face_square import dlib_like_box
from facecam.vision.detect.mtcnn.boxes import (
    STRIDE_PX,
    WINDOW_PX,
    Boxes,
    best_first,
    corrected_boxes,
    has_area,
    indices_without_overlap,
    no_boxes,
    points_in_picture,
    proposed_boxes,
    squares,
)
from facecam.vision.detect.mtcnn.patches import MAX_SIDE_PX, cut_patches, normalized, resized
from facecam.vision.detect.protocol import BoxDetector, DetectorName, DetectorOptions, Landmarks

#: A network: float32 (N, H, W, 3) to float32 arrays with N rows each.
Network = Callable[[FloatArray], list[FloatArray]]

DEFAULT_MIN_FACE_PX = 40
DEFAULT_MIN_SCORE = 0.7
_LEVEL_FACTOR = 0.709  # Every level has half the area of the one before.
_PROPOSE_ABOVE, _REFINE_ABOVE = 0.6, 0.7
_OVERLAP_IN_LEVEL, _OVERLAP = 0.5, 0.7
_REFINE_PX, _OUTPUT_PX = 24, 48
_MOST_PROPOSALS = 20_000  # At one scale; 200 faces in 12 megapixels make 6,000.
_LARGEST_BATCH = 64
_LARGEST_STRIP_PX = 1_000_000  # The proposal network needs some 100 bytes a pixel.


@dataclass(frozen=True, slots=True, eq=False)
class MtcnnFace:
    """A face as MTCNN reports it.

    Attributes:
        box: tight around the face, seldom square, px; may reach beyond the picture.
        score: probability of a face, in [0, 1].
        points: float32 (5, 2), px: the middle of the picture's left and right eye, the tip of
            the nose, the picture's left and right corner of the mouth.
    """

    box: Box
    score: float
    points: FloatArray


class MtcnnDetector(BoxDetector):
    """Finds faces from 40 px; `upsample` or `min_face_px` for smaller ones.

    Detections carry dlib-like square boxes and dlib's five landmarks, so that they can take the
    place of those of `hog` and `cnn`; the score is MTCNN's probability, in [0, 1].

    Args:
        landmarks: see `Landmarks`.
        networks: three, in f32, as reduced precision changes which of two like boxes wins. The first proposes:
            (1, H, W, 3) to corrections (1, h, w, 4) and probabilities (1, h, w, 2); the second refines: (N, 24, 24, 3)
            to corrections (N, 4) and probabilities (N, 2); the third decides: (N, 48, 48, 3) to corrections (N, 4),
            points (N, 10) and probabilities (N, 2).
        options: see `DetectorOptions`; faces below 12 px, the first network's window, are never
            looked for.
    """

    name: DetectorName = "mtcnn"

    def __init__(
        self,
        landmarks: Landmarks,
        networks: Sequence[Network],
        options: DetectorOptions = DetectorOptions(),
    ) -> None:
        super().__init__(landmarks)
        self._pnet, self._rnet, self._onet = networks
        smallest_px = options.min_face_px or DEFAULT_MIN_FACE_PX / 2.0**options.upsample
        self._first_scale = WINDOW_PX / max(WINDOW_PX, smallest_px)
        self._min_score = options.least_score(DEFAULT_MIN_SCORE)

    def boxes(self, image: ImageArray) -> list[tuple[Box, float]]:
        """See `BoxDetector.boxes`."""
        return [(dlib_like_box(face.points), face.score) for face in self.faces(image)]

    def faces(self, image: ImageArray) -> list[MtcnnFace]:
        """What MTCNN itself reports, without dlib's boxes and landmarks, best first."""
        # Levels and patches made of whole numbers would differ from the package's by enough to
        # change which of two like boxes wins.
        picture = image.astype(np.float32, order="C")
        boxes = self._proposals(picture)
        if len(boxes):
            boxes = self._refined(picture, boxes)
        return self._faces(picture, boxes) if len(boxes) else []

    def _proposals(self, picture: FloatArray) -> Boxes:
        found = [no_boxes(), *(self._proposals_at(picture, scale) for scale in self._scales(picture))]
        boxes = best_first(np.concatenate(found))
        return squares(boxes[indices_without_overlap(boxes, _OVERLAP, "union")])

    def _scales(self, picture: FloatArray) -> list[float]:
        scales, scale = [], self._first_scale
        while min(picture.shape[:2]) * scale >= WINDOW_PX:
            scales.append(scale)
            scale *= _LEVEL_FACTOR
        return scales

    def _proposals_at(self, picture: FloatArray, scale: float) -> Boxes:
        height, width = (int(size * scale) for size in picture.shape[:2])
        level = resized(picture, width, height)
        found = [self._proposals_in(level[rows], rows.start) for rows in _strips(level)]
        boxes = best_first(np.concatenate(found))[:_MOST_PROPOSALS]
        boxes[:, 0:4] /= scale
        return boxes[indices_without_overlap(boxes, _OVERLAP_IN_LEVEL, "union")]

    def _proposals_in(self, strip: FloatArray, top_px: int) -> Boxes:
        corrections, probabilities = self._pnet(normalized(strip)[np.newaxis])
        boxes = proposed_boxes(corrections[0], probabilities[0, :, :, 1], _PROPOSE_ABOVE)
        boxes[:, [1, 3]] += top_px
        return boxes

    def _refined(self, picture: FloatArray, boxes: Boxes) -> Boxes:
        corrections, probabilities = _in_batches(self._rnet, picture, boxes, _REFINE_PX)
        boxes[:, 4] = probabilities[:, 1]
        kept = boxes[:, 4] > _REFINE_ABOVE
        boxes = best_first(corrected_boxes(boxes[kept], corrections[kept]))
        return squares(boxes[indices_without_overlap(boxes, _OVERLAP, "union")])

    def _faces(self, picture: FloatArray, boxes: Boxes) -> list[MtcnnFace]:
        corrections, points, probabilities = _in_batches(self._onet, picture, boxes, _OUTPUT_PX)
        placed = points_in_picture(boxes, points)
        boxes[:, 4] = probabilities[:, 1]
        boxes = corrected_boxes(boxes, corrections)
        order = np.argsort(boxes[:, 4])[::-1]
        order = order[(boxes[order, 4] >= self._min_score) & has_area(boxes[order])]
        order = order[indices_without_overlap(boxes[order], _OVERLAP, "smaller")]
        return [MtcnnFace(Box(*boxes[i, :4].tolist()), float(boxes[i, 4]), placed[i]) for i in order]


def _strips(level: FloatArray) -> list[slice]:
    """Rows of a level for the proposal network to see at once; together they show it every window."""
    height, width = level.shape[:2]
    last_window = (height - WINDOW_PX) // STRIDE_PX
    windows = max(1, _LARGEST_STRIP_PX // width // STRIDE_PX)
    starts = range(0, last_window + 1, windows)
    stops = [(start + windows - 1) * STRIDE_PX + WINDOW_PX for start in starts[:-1]]
    return [slice(start * STRIDE_PX, stop) for start, stop in zip(starts, [*stops, height], strict=True)]


def _in_batches(network: Network, picture: FloatArray, boxes: Boxes, side_px: int) -> list[FloatArray]:
    # The runtime prepares itself anew (5 to 30 ms) for every batch size it has not met, and each
    # frame brings another number of boxes: powers of two are soon all met, and bound the memory.
    largest = _LARGEST_BATCH if max(picture.shape) < MAX_SIDE_PX else 1
    parts, start = [], 0
    while start < len(boxes):
        count = min(largest, 1 << ((len(boxes) - start).bit_length() - 1))
        parts.append(network(cut_patches(picture, boxes[start : start + count], side_px)))
        start += count
    return [np.concatenate(outputs) for outputs in zip(*parts, strict=True)]
