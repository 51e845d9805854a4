"""dlib's five facial landmarks."""

from __future__ import annotations

from pathlib import Path

import dlib
import numpy as np

from facecam.core.errors import WeightsError
from facecam.core.types import Box, FloatArray, ImageArray


class Landmarker:
    """Finds dlib's five landmarks inside a face box.

    Args:
        path: `shape_predictor_5_face_landmarks.dat` (CC0).

    Raises:
        WeightsError: the file is missing or is not a shape predictor.
    """

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise WeightsError(
                f"the landmark model {path} is missing",
                hint="Run `python main.py models prepare` to build the models again.",
            )
        try:
            self._predictor = dlib.shape_predictor(str(path))
        except RuntimeError as error:
            raise WeightsError(
                f"{path} is not a landmark model: {error}",
                hint="Run `python main.py models verify` to see which models are damaged.",
            ) from error

    def __call__(self, image: ImageArray, box: Box) -> FloatArray:
        """Five landmarks, float32 (5, 2) px, in the order of `Detection.landmarks`.

        Args:
            image: uint8 (H, W, 3) RGB.
            box: a face as the detectors box it: about square, brows to chin.
        """
        left, top, right, bottom = box.as_ints()
        rectangle = dlib.rectangle(left, top, right - 1, bottom - 1)
        shape = self._predictor(np.ascontiguousarray(image), rectangle)
        return np.array([(point.x, point.y) for point in shape.parts()], np.float32)
