"""Searching large pictures at a size that can be afforded."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from facecam.core.types import Detection, ImageArray
from facecam.vision.detect.protocol import Detector, DetectorName


class ReducedDetector:
    """A detector that sees pictures at no more than `longest_px` along the longer side.

    Boxes and landmarks come back in coordinates of the whole picture. The
    smallest face found grows with the picture: 240 px in a 3840 px frame where
    the detector sees 80 px and `longest_px` is 1280.

    Args:
        detector: what looks.
        longest_px: from here on pictures are shrunk.
    """

    def __init__(self, detector: Detector, longest_px: int) -> None:
        self._detector, self._longest_px = detector, longest_px
        self.name: DetectorName = detector.name

    def detect(self, image: ImageArray) -> list[Detection]:
        """Find all faces, see `Detector`."""
        factor = self._longest_px / max(image.shape[:2])
        if factor >= 1:
            return self._detector.detect(image)
        small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        # The factor in force: sizes are whole numbers.
        across, down = image.shape[1] / small.shape[1], image.shape[0] / small.shape[0]
        scale = np.array([across, down], np.float32)
        return [
            replace(found, box=found.box.scaled((across + down) / 2), landmarks=found.landmarks * scale)
            for found in self._detector.detect(np.asarray(small, np.uint8))
        ]
