"""The hog detector by dlib itself, for where Numba does not work."""

from __future__ import annotations

import dlib
import numpy as np

from facecam.core.types import ImageArray
from facecam.runtime.per_thread import PerThread
from facecam.vision.detect.hog.boxes import PixelBox, WindowCandidate

# dlib lets other threads run meanwhile, and one detector used by two gives wrong answers.
_DETECTORS = PerThread(dlib.get_frontal_face_detector)


def find_faces(image: ImageArray, doublings: int, min_score: float) -> list[WindowCandidate]:
    """As `hog_search.find_faces`, with dlib's own filters."""
    boxes, scores, _ = _DETECTORS.here().run(np.ascontiguousarray(image), doublings, min_score)
    return [
        WindowCandidate(score, PixelBox(box.left(), box.top(), box.right(), box.bottom()))
        for box, score in zip(boxes, scores, strict=True)
    ]
