"""dlib's five facial landmarks."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import dlib
import numpy as np

from facecam.core.errors import WeightsError
from facecam.core.types import Box, FloatArray, ImageArray

Find = Callable[[ImageArray, Box], FloatArray]

_log = logging.getLogger(__name__)


class Landmarker:
    """Finds dlib's five landmarks inside a face box.

    Args:
        path: `shape_predictor_5_face_landmarks.dat` (CC0).
        compiled: walk dlib's forest in loops of our own, at a third of the
            time and with the same answers, where Numba works. Loading Numba
            costs 100 MB, so it pays where it is loaded anyway.

    Raises:
        WeightsError: the file is missing or is not a shape predictor.
    """

    def __init__(self, path: Path, *, compiled: bool = False) -> None:
        if not path.is_file():
            raise WeightsError(
                f"the landmark model {path} is missing",
                hint="Run `python main.py models prepare` to build the models again.",
            )
        self._find = (_own_forest(path) if compiled else None) or _dlibs_forest(path)

    def __call__(self, image: ImageArray, box: Box) -> FloatArray:
        """Five landmarks, float32 (5, 2) px, in the order of `Detection.landmarks`.

        Args:
            image: uint8 (H, W, 3) RGB.
            box: a face as the detectors box it: about square, brows to chin.
        """
        return self._find(image, box)


def _own_forest(path: Path) -> Find | None:
    """None where dlib has to be asked.

    Numba raises `RuntimeError` where it finds no folder to keep its machine code in.
    """
    try:
        from facecam.vision.landmarks.forest import read_forest

        return read_forest(path)
    except (ImportError, RuntimeError, ValueError, OSError) as error:
        _log.info("the landmarks are found at dlib's speed: %s", error)
        return None


def _dlibs_forest(path: Path) -> Find:
    try:
        predictor = dlib.shape_predictor(str(path))
    except RuntimeError as error:
        raise WeightsError(
            f"{path} is not a landmark model: {error}",
            hint="Run `python main.py models verify` to see which models are damaged.",
        ) from error

    def find(image: ImageArray, box: Box) -> FloatArray:
        left, top, right, bottom = box.as_ints()
        shape = predictor(np.ascontiguousarray(image), dlib.rectangle(left, top, right - 1, bottom - 1))
        return np.array([(point.x, point.y) for point in shape.parts()], np.float32)

    return find
