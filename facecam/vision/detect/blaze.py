"""The BlazeFace detector (full range): the whole picture in one glance of 192×192 px, in two milliseconds.

Bazarevsky et al.: BlazeFace: Sub-millisecond Neural Face Detection on Mobile GPUs (CVPR workshop 2019); this
is Google's later full-range network, one box for each of 48×48 cells.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from facecam.core.types import Box, FloatArray, ImageArray
from facecam.vision.detect.face_square import square_at
from facecam.vision.detect.protocol import BoxDetector, DetectorName, DetectorOptions, Landmarks
from facecam.vision.detect.resizing import resized_by
from facecam.vision.detect.suppression import kept_rows

#: In a picture of 640 px; the smallest face grows with the picture.
NATIVE_FACE_PX = 40
DEFAULT_MIN_SCORE = 0.5
_SIDE_PX, _CELLS = 192, 48
_NATIVE_PICTURE_PX = 640
_SAME_FACE_IOU = 0.3
#: Neighbouring parts of a larger picture share this much of their side, so that a face is whole in one of them.
_OVERLAP = 0.25
_MOST_PARTS_A_SIDE = 8
#: Where dlib's HOG detector draws its square, in sizes (root of the area) of this one's box: medians over 454
#: photos of LFW in which both found one face.
_MOVED, _SIDE_PER_SIZE = (0.027, 0.034), 0.929

#: float32 (1, 192, 192, 3) RGB in −1…1 to boxes and points (1, 2304, 16) and raw scores (1, 2304, 1).
Network = Callable[[FloatArray], list[FloatArray]]


class BlazeDetector(BoxDetector):
    """Finds faces from about a sixteenth of the picture's width, in a fraction of the time of any other.

    Args:
        network: see `Network`.
        landmarks: see `Landmarks`.
        options: see `DetectorOptions`; smaller faces than 40 px of 640 are looked for in parts of the picture.
    """

    name: DetectorName = "blaze"

    def __init__(
        self, network: Network, landmarks: Landmarks, options: DetectorOptions = DetectorOptions()
    ) -> None:
        super().__init__(landmarks)
        self._network, self._options = network, options
        self._min_score = options.least_score(DEFAULT_MIN_SCORE)

    def boxes(self, image: ImageArray) -> list[tuple[Box, float]]:
        """Dlib-like boxes and scores, in (0, 1), without landmarks, best first."""
        found = [self._search(image, left, top, side) for left, top, side in self._squares(image)]
        squares = np.concatenate([squares for squares, _ in found])
        scores = np.concatenate([scores for _, scores in found])
        rows = kept_rows(squares, scores, iou=_SAME_FACE_IOU)
        return [
            (square_at(squares[row], _MOVED, _SIDE_PER_SIZE), float(scores[row])) for row in rows.tolist()
        ]

    def _squares(self, image: ImageArray) -> list[tuple[float, float, float]]:
        """(left, top, side) of the squares to look at, px: the whole picture, and its parts for small faces."""
        height, width = image.shape[:2]
        longest = float(max(height, width))
        squares = [((width - longest) / 2, (height - longest) / 2, longest)]
        smallest_px = NATIVE_FACE_PX * longest / _NATIVE_PICTURE_PX
        wanted_px = self._options.min_face_px or smallest_px / 2.0**self._options.upsample
        side = max(longest * min(1.0, wanted_px / smallest_px), longest / _MOST_PARTS_A_SIDE)
        if side < longest:
            squares += [(left, top, side) for top in _starts(height, side) for left in _starts(width, side)]
        return squares

    def _search(
        self, image: ImageArray, left: float, top: float, side: float
    ) -> tuple[FloatArray, FloatArray]:
        """Boxes (N, 4), px of the picture, and scores (N,), of one square."""
        scale = _SIDE_PX / side
        matrix = np.array([[scale, 0, -left * scale], [0, scale, -top * scale]])
        # Halving first, as warping alone would skip most pixels of a large picture.
        small, factor = _halved(image, scale)
        matrix[:, :2] /= factor
        seen = cv2.warpAffine(small, matrix, (_SIDE_PX, _SIDE_PX), flags=cv2.INTER_LINEAR)
        raw_boxes, raw_scores = self._network((seen.astype(np.float32) / 127.5 - 1.0)[None])
        scores = 1 / (1 + np.exp(-np.clip(raw_scores[0, :, 0], -80, 80)))
        rows = np.nonzero(scores > self._min_score)[0]
        cells = np.stack([rows % _CELLS, rows // _CELLS], axis=1) + 0.5
        middles = raw_boxes[0, rows, 0:2] / _SIDE_PX + cells / _CELLS
        sizes = raw_boxes[0, rows, 2:4] / _SIDE_PX
        offset = np.array([left, top])
        boxes = np.concatenate(
            [(middles - sizes / 2) * side + offset, (middles + sizes / 2) * side + offset], 1
        )
        return boxes.astype(np.float32), scores[rows].astype(np.float32)


def _starts(length: int, side: float) -> list[float]:
    if side >= length:
        return [(length - side) / 2]
    count = int(np.ceil((length - side) / (side * (1 - _OVERLAP)))) + 1
    return [float(start) for start in np.linspace(0, length - side, count)]


def _halved(image: ImageArray, scale: float) -> tuple[ImageArray, float]:
    factor = min(1.0, 2 * scale)
    return (image, 1.0) if factor > 0.75 else (resized_by(image, factor), factor)
