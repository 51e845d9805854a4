"""dlib's CNN face detector, run by our runtime."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from facecam.core.types import Box, FloatArray, ImageArray, box_rows
from facecam.vision.detect.protocol import BoxDetector, DetectorName, DetectorOptions, Landmarks
from facecam.vision.detect.resizing import resized_by
from facecam.vision.detect.suppression import kept_rows
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
_STRIP_PX, _REACH_CELLS = 1_000_000, 10
#: Suppression overlap stored in `mmod_human_face_detector.dat`; beside it stands that no share covered is too much.
_OVERLAP_IOU = 0.3382761351


class CnnDetector(BoxDetector):
    """Finds frontal and turned faces from 80 px; `upsample` or `min_face_px` for smaller ones.

    Pictures of more than 8 million pixels (after enlarging) are searched at that size.

    Args:
        network: `dlib_mmod`, see `facecam.networks.ir.dlib_mmod`.
        landmarks: see `Landmarks`.
        options: see `DetectorOptions`; scores are dlib's (about 1 for a clear face, 0 at the limit).
    """

    name: DetectorName = "cnn"

    def __init__(
        self,
        network: Callable[[ImageArray], list[FloatArray]],
        landmarks: Landmarks,
        options: DetectorOptions = DetectorOptions(),
    ) -> None:
        super().__init__(landmarks)
        self._network = network
        self._scale = options.scale(NATIVE_FACE_PX)
        self._min_score = options.least_score(0.0)

    def boxes(self, image: ImageArray) -> list[tuple[Box, float]]:
        """Boxes and scores without landmarks, best first."""
        scale = min(self._scale, math.sqrt(_MOST_PX / (image.shape[0] * image.shape[1])))
        canvas, layout = tile(resized_by(image, scale))
        scores = self._scores(canvas)
        rows, columns = np.nonzero(scores > self._min_score)
        places = zip(
            (_STRIDE_PX * columns + _OFFSET_PX).tolist(),
            (_STRIDE_PX * rows + _OFFSET_PX).tolist(),
            strict=True,
        )
        boxes, found = [to_picture(layout, x, y, NATIVE_FACE_PX) for x, y in places], scores[rows, columns]
        kept = kept_rows(box_rows(boxes), found, iou=_OVERLAP_IOU).tolist()
        return [(boxes[row].scaled(1 / scale), float(found[row])) for row in kept]

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
