"""The HOG detector made ready in a process of its own: `python -m facecam.engine.models.hog_warm_up WEIGHTS`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from facecam.core.children import run_child, serve
from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.core.events import CancelToken
from facecam.core.types import Box
from facecam.engine import components
from facecam.runtime.dlib_files import LANDMARKS, find_dlib_file
from facecam.vision.detect.hog.detector import HogDetector
from facecam.vision.landmarks.model import Landmarker


def warm_up_hog(settings: Settings) -> None:
    """Keep the HOG filters and have the machine code of its loops compiled and kept, for a quick start.

    In a process of its own, since compiling takes all of one core for ten seconds: other models are made meanwhile.

    Raises:
        FacecamError: it did not succeed; the message is the child's.
    """
    ended = run_child("facecam.engine.models.hog_warm_up", str(settings.weights))
    if ended.result is None:
        raise WeightsError(
            f"the detector hog cannot be made ready: {ended.last_line}", hint="Run `python main.py doctor`."
        )


def warm_up_here(settings: Settings) -> dict[str, object]:
    """What the process does.

    Raises:
        WeightsError: dlib's landmarks are missing.
        DataError: the folder cannot be written.
    """
    path = components.hog_filters_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    landmarker = Landmarker(find_dlib_file(LANDMARKS, settings.weights), compiled=True)
    detector = HogDetector(landmarker, filters_file=path)
    for size in ((360, 640, 3), (200, 200, 3)):
        detector.detect(np.zeros(size, np.uint8))
    landmarker(np.zeros((200, 200, 3), np.uint8), Box(50, 50, 150, 150))
    return {}


if __name__ == "__main__":
    here = replace(Settings(), weights=Path(sys.argv[1]))
    sys.exit(serve(lambda on_event, cancel: warm_up_here(here), CancelToken()))
