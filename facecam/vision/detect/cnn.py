"""dlib's CNN face detector, run by our runtime."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from facecam.core.types import Box, Detection, FloatArray, ImageArray, check_image
from facecam.vision.detect.protocol import DetectorName, DetectorOptions
from facecam.vision.detect.resizing import resized_by
from facecam.vision.detect.suppression import suppressed
from facecam.vision.detect.tiled_pyramid import tile, to_picture

NATIVE_FACE_PX = 80
#: Three 5×5 convolutions of stride 2 without padding: output cell i sees input pixel 8·i + 14.
_STRIDE_PX, _OFFSET_PX = 8, 14
#: Input pixels one cell needs: 5, of 2·5 + 3, of 2·13 + 3.
_FIRST_CELL_PX = 29
#: Larger pictures are searched at this size; 80 px are then less than 3 % of the width.
_MOST_PX = 8_000_000
#: Tiles are scored in strips of about so many pixels, and each strip sees so many rows of scores beyond its own as
#: count for these: three convolutions at this scale reach 2 cells, the last 4.
_STRIP_PX, _REACH_CELLS = 3_000_000, 10
#: Suppression overlap stored in `mmod_human_face_detector.dat`.
_OVERLAP_IOU, _OVERLAP_COVERED = 0.3382761351, 1.0


class CnnDetector:
    """Finds frontal and turned faces from 80 px; `upsample` or `min_face_px` for smaller ones.

    Pictures of more than 8 million pixels (after enlarging) are searched at that size.

    Args:
        network: `dlib_mmod`, see `facecam.networks.ir.dlib_mmod`.
        landmarker: from an image and a box to dlib's five points.
        options: see `DetectorOptions`; scores are dlib's (about 1 for a clear face, 0 at the limit).
    """

    name: DetectorName = "cnn"

    def __init__(
        self,
        network: Callable[[ImageArray], list[FloatArray]],
        landmarker: Callable[[ImageArray, Box], FloatArray],
        options: DetectorOptions = DetectorOptions(),
    ) -> None:
        self._network = network
        self._landmarker = landmarker
        self._scale = options.scale(NATIVE_FACE_PX)
        self._min_score = options.min_score if options.min_score is not None else 0.0

    def detect(self, image: ImageArray) -> list[Detection]:
        """See `Detector.detect`."""
        return [Detection(box, score, self._landmarker(image, box)) for box, score in self.boxes(image)]

    def boxes(self, image: ImageArray) -> list[tuple[Box, float]]:
        """Boxes and scores without landmarks, best first."""
        check_image(image)
        scale = min(self._scale, math.sqrt(_MOST_PX / (image.shape[0] * image.shape[1])))
        scaled = resized_by(image, scale)
        canvas, layout = tile(scaled)
        scores = self._scores(canvas)
        rows, columns = np.nonzero(scores > self._min_score)
        candidates = []
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            x, y = _STRIDE_PX * column + _OFFSET_PX, _STRIDE_PX * row + _OFFSET_PX
            box = to_picture(layout, x, y, NATIVE_FACE_PX)
            candidates.append((box, float(scores[row, column])))
        kept = suppressed(candidates, iou=_OVERLAP_IOU, covered=_OVERLAP_COVERED)
        return [(box.scaled(1 / scale), score) for box, score in kept]

    def _scores(self, canvas: ImageArray) -> FloatArray:
        """Of every window, float32 (h, w): as of the whole tile, whose first layer would be eight times as large."""
        cells = (canvas.shape[0] - _FIRST_CELL_PX) // _STRIDE_PX + 1
        step = max(_REACH_CELLS, _STRIP_PX // (_STRIDE_PX * canvas.shape[1]))
        strips = []
        for start in range(0, cells, step):
            first, last = max(0, start - _REACH_CELLS), min(cells, start + step + _REACH_CELLS)
            rows = canvas[first * _STRIDE_PX : (last - 1) * _STRIDE_PX + _FIRST_CELL_PX]
            seen = self._network(rows[None])[0][0, :, :, 0]
            strips.append(seen[start - first : start - first + step])
        return np.concatenate(strips)
