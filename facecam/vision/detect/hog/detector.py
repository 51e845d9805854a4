"""The `hog` detector: dlib's frontal face detector, three times as fast."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from facecam.core.errors import DependencyError
from facecam.core.types import Box, Detection, FloatArray, ImageArray, check_image
from facecam.vision.detect.hog.boxes import WindowCandidate
from facecam.vision.detect.protocol import DetectorName, DetectorOptions
from facecam.vision.detect.resizing import resized_by

NATIVE_FACE_PX = 80

_DEFAULT_MIN_SCORE = 0.0
# Bounds the memory; 80 px are less than 2 % of such a picture's width.
_MOST_PX = 24_000_000

Find = Callable[[ImageArray, int, float], list[WindowCandidate]]

_log = logging.getLogger(__name__)


class HogDetector:
    """Finds upright faces from 80 px, as `dlib.get_frontal_face_detector()` does.

    The answers are dlib's, computed by Numba and OpenVINO; where Numba does
    not work, dlib itself is asked. Pictures of more than 24 million pixels
    (after enlarging) are searched at that size.

    Args:
        landmarker: gives the five landmarks, float32 (5, 2) px, of the face in a box.
        options: smallest face, doubling, smallest score (default 0, as in dlib).
        filters_file: where to keep dlib's filters, for a start half a second faster.

    Raises:
        DependencyError: dlib is missing.
        DataError: `filters_file` cannot be read or written.

    Example:
        `faces = HogDetector(landmarker).detect(image)`
    """

    name: DetectorName = "hog"

    def __init__(
        self,
        landmarker: Callable[[ImageArray, Box], FloatArray],
        options: DetectorOptions = DetectorOptions(),
        *,
        filters_file: Path | None = None,
    ) -> None:
        self._landmarker = landmarker
        self._options = options
        self._find = _fastest(filters_file)

    def detect(self, image: ImageArray) -> list[Detection]:
        """Find all faces.

        Args:
            image: uint8 (H, W, 3) RGB.

        Returns:
            One `Detection` per face, best score first; the score is dlib's, rarely above 3.
        """
        check_image(image)
        min_score = _DEFAULT_MIN_SCORE if self._options.min_score is None else self._options.min_score
        doublings, scale = _enlargement(image, self._options)
        faces = self._find(resized_by(image, scale), doublings, min_score)
        return [self._detection(image, face, scale) for face in faces]

    def _detection(self, image: ImageArray, face: WindowCandidate, scale: float) -> Detection:
        box = face.box.as_box() if scale == 1 else face.box.as_box().scaled(1 / scale)
        return Detection(box, face.score, self._landmarker(image, box))


def _fastest(filters_file: Path | None) -> Find:
    """Our own search where Numba is installed and works, else dlib's.

    Numba raises `RuntimeError` where it finds no folder to keep its machine code in.
    """
    _check_dlib()
    try:
        from facecam.vision.detect.hog.filters import frontal_face_filters
        from facecam.vision.detect.hog.search import find_faces
    except (ImportError, RuntimeError) as error:
        from facecam.vision.detect.hog import dlib_fallback

        _log.info("the hog detector runs at dlib's speed, because Numba does not work here: %s", error)
        return dlib_fallback.find_faces
    return partial(find_faces, frontal_face_filters(filters_file))


def _check_dlib() -> None:
    try:
        import dlib  # noqa: F401
    except ImportError as error:
        raise DependencyError(
            "dlib is not installed, and the hog detector takes its filters from it",
            hint="Run `python -m pip install dlib-bin`.",
        ) from error


def _enlargement(image: ImageArray, options: DetectorOptions) -> tuple[int, float]:
    """How often to double the picture as dlib does, and by what to resize it before."""
    wanted = options.scale(NATIVE_FACE_PX)
    most = float((_MOST_PX / (image.shape[0] * image.shape[1])) ** 0.5)
    if options.min_face_px is None and wanted <= most:
        return options.upsample, 1.0
    return 0, min(wanted, most)
