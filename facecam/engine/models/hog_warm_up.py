"""The HOG detector made ready in a process of its own: `python -m facecam.engine.models.hog_warm_up WEIGHTS`."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from facecam.core.children import command_of, environment_for
from facecam.core.config import Settings
from facecam.core.errors import FacecamError, WeightsError
from facecam.core.types import Box
from facecam.engine import components
from facecam.runtime.dlib_files import LANDMARKS, find_dlib_file
from facecam.vision.detect.hog.detector import HogDetector
from facecam.vision.landmarks.model import Landmarker


def warm_up_hog(settings: Settings) -> None:
    """Keep the HOG filters and have the machine code of its loops compiled and kept, for a quick start.

    In a process of its own, since compiling takes all of one core for ten seconds: other models are made meanwhile.

    Raises:
        WeightsError: it did not succeed; the message is the child's.
    """
    command = command_of("facecam.engine.models.hog_warm_up", str(settings.weights))
    done = subprocess.run(command, capture_output=True, text=True, env=environment_for(), check=False)
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()] or ["no message"]
        if done.returncode == 2 and len(lines) > 1:
            raise WeightsError(lines[-2], hint=lines[-1])
        raise WeightsError(
            f"the detector hog cannot be made ready: {lines[-1]}", hint="Run `python main.py doctor`."
        )


def warm_up_here(settings: Settings) -> None:
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


def main(weights: Path) -> int:
    """Exit code 2, and what and what to do on stderr, where it cannot be done."""
    try:
        warm_up_here(replace(Settings(), weights=weights))
    except FacecamError as error:
        sys.stderr.write(f"{error.message}\n{error.hint}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
