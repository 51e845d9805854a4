"""The hog detector by dlib itself, for where Numba does not work."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import dlib
import numpy as np

from facecam.core.types import ImageArray
from facecam.vision.detect.hog_boxes import Candidate, PixelBox


def find_faces(image: ImageArray, doublings: int, min_score: float) -> list[Candidate]:
    """As `hog_search.find_faces`, with dlib's own filters."""
    boxes, scores, _ = _detector().run(np.ascontiguousarray(image), doublings, min_score)
    return [
        Candidate(score, PixelBox(box.left(), box.top(), box.right(), box.bottom()))
        for box, score in zip(boxes, scores, strict=True)
    ]


@lru_cache(maxsize=1)
def _detector() -> Any:
    return dlib.get_frontal_face_detector()
