"""The `hog` detector: dlib's frontal face detector, three times as fast."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from facecam.core.types import Box, ImageArray
from facecam.vision.detect.hog.boxes import WindowCandidate
from facecam.vision.detect.protocol import BoxDetector, DetectorName, DetectorOptions, Landmarks
from facecam.vision.detect.resizing import resized_by

NATIVE_FACE_PX = 80

_DEFAULT_MIN_SCORE = 0.0
# Bounds the memory; 80 px are less than 2 % of such a picture's width.
_MOST_PX = 24_000_000

Find = Callable[[ImageArray, int, float], list[WindowCandidate]]

_log = logging.getLogger(__name__)


class HogDetector(BoxDetector):
    """Finds upright faces from 80 px, as `dlib.get_frontal_face_detector()` does.

    The answers are dlib's, computed by Numba and OpenVINO; where Numba does
    not work, dlib itself is asked. Pictures of more than 24 million pixels
    (after enlarging) are searched at that size.

    Args:
        landmarks: see `Landmarks`.
        options: smallest face, doubling, smallest score (default 0, as in dlib).
        filters_file: where to keep dlib's filters, for a start half a second faster.

    Raises:
        DataError: `filters_file` cannot be read or written.

    Example:
        `faces = HogDetector(landmarker).detect(image)`
    """

    name: DetectorName = "hog"

    def __init__(
        self,
        landmarks: Landmarks,
        options: DetectorOptions = DetectorOptions(),
        *,
        filters_file: Path | None = None,
    ) -> None:
        super().__init__(landmarks)
        self._options = options
        self._find = _fastest(filters_file)

    def boxes(self, image: ImageArray) -> list[tuple[Box, float]]:
        """See `BoxDetector.boxes`; the score is dlib's, rarely above 3."""
        doublings, scale = _enlargement(image, self._options)
        least_score = self._options.least_score(_DEFAULT_MIN_SCORE)
        found = self._find(resized_by(image, scale), doublings, least_score)
        boxes = (face.box.as_box() for face in found)
        there = boxes if scale == 1 else (box.scaled(1 / scale) for box in boxes)
        return list(zip(there, (face.score for face in found), strict=True))


def _fastest(filters_file: Path | None) -> Find:
    """Our own search where Numba is installed and works, else dlib's.

    Numba raises `RuntimeError` where it finds no folder to keep its machine code in.
    """
    try:
        from facecam.vision.detect.hog.filters import frontal_face_filters
        from facecam.vision.detect.hog.search import find_faces
    except (ImportError, RuntimeError) as error:
        from facecam.vision.detect.hog import dlib_fallback

        _log.info("the hog detector runs at dlib's speed, because Numba does not work here: %s", error)
        return dlib_fallback.find_faces
    return partial(find_faces, frontal_face_filters(filters_file))


def _enlargement(image: ImageArray, options: DetectorOptions) -> tuple[int, float]:
    """How often to double the picture as dlib does, and by what to resize it before."""
    wanted = options.scale(NATIVE_FACE_PX)
    most = float((_MOST_PX / (image.shape[0] * image.shape[1])) ** 0.5)
    if options.min_face_px is None and wanted <= most:
        return options.upsample, 1.0
    return 0, min(wanted, most)
