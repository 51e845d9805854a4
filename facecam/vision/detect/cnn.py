"""dlib's CNN face detector, run by our runtime."""

from __future__ import annotations

import math

import numpy as np

from facecam.core.types import Box, ImageArray, box_rows
from facecam.runtime.compiled import CompiledNetwork
from facecam.vision.detect.protocol import BoxDetector, DetectorName, DetectorOptions, Landmarks
from facecam.vision.detect.resizing import resized_by
from facecam.vision.detect.suppression import kept_rows
from facecam.vision.detect.tiled_pyramid import tile, to_picture

NATIVE_FACE_PX = 80
#: Three 5×5 convolutions of stride 2 without padding: output cell i sees input pixel 8·i + 14.
_STRIDE_PX, _OFFSET_PX = 8, 14
#: Larger pictures are searched at this size; 80 px are then less than 3 % of the width.
_MOST_PX = 8_000_000
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
        self, network: CompiledNetwork, landmarks: Landmarks, options: DetectorOptions = DetectorOptions()
    ) -> None:
        super().__init__(landmarks)
        self._network = network
        self._scale = options.scale(NATIVE_FACE_PX)
        self._min_score = options.least_score(0.0)

    def boxes(self, image: ImageArray) -> list[tuple[Box, float]]:
        """Boxes and scores without landmarks, best first."""
        # Bounds the memory: the tile is three pictures large, and the first layer's output eight times that.
        scale = min(self._scale, math.sqrt(_MOST_PX / (image.shape[0] * image.shape[1])))
        scaled = resized_by(image, scale)
        canvas, layout = tile(scaled)
        scores = self._network(canvas[None])[0][0, :, :, 0]
        rows, columns = np.nonzero(scores > self._min_score)
        places = zip(
            (_STRIDE_PX * columns + _OFFSET_PX).tolist(),
            (_STRIDE_PX * rows + _OFFSET_PX).tolist(),
            strict=True,
        )
        boxes, found = [to_picture(layout, x, y, NATIVE_FACE_PX) for x, y in places], scores[rows, columns]
        kept = kept_rows(box_rows(boxes), found, iou=_OVERLAP_IOU).tolist()
        return [(boxes[row].scaled(1 / scale), float(found[row])) for row in kept]
