"""dlib's CNN face detector, run by our runtime."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from facecam.core.types import Box, Detection, FloatArray, ImageArray, check_image
from facecam.runtime.compiled import CompiledNetwork
from facecam.vision.detect.protocol import DetectorName, DetectorOptions
from facecam.vision.detect.resizing import resized_by
from facecam.vision.detect.suppression import suppressed
from facecam.vision.detect.tiled_pyramid import tile, to_picture

NATIVE_FACE_PX = 80
#: Three 5×5 convolutions of stride 2 without padding: output cell i sees input pixel 8·i + 14.
_STRIDE_PX, _OFFSET_PX = 8, 14
#: Larger pictures are searched at this size; 80 px are then less than 3 % of the width.
_MOST_PX = 8_000_000
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
        network: CompiledNetwork,
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
        # Bounds the memory: the tile is three pictures large, and the first layer's output eight times that.
        scale = min(self._scale, math.sqrt(_MOST_PX / (image.shape[0] * image.shape[1])))
        scaled = resized_by(image, scale)
        canvas, layout = tile(scaled)
        scores = self._network(canvas[None])[0][0, :, :, 0]
        rows, columns = np.nonzero(scores > self._min_score)
        candidates = []
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            x, y = _STRIDE_PX * column + _OFFSET_PX, _STRIDE_PX * row + _OFFSET_PX
            box = to_picture(layout, x, y, NATIVE_FACE_PX)
            candidates.append((box, float(scores[row, column])))
        kept = suppressed(candidates, iou=_OVERLAP_IOU, covered=_OVERLAP_COVERED)
        return [(box.scaled(1 / scale), score) for box, score in kept]
