"""Finding faces in photos, where there is time to try harder than live."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from facecam.core.config import Settings
from facecam.core.types import Detection, ImageArray
from facecam.engine import parts
from facecam.vision.detect.protocol import Detector

#: Pictures up to this size, px, are also searched enlarged.
_ENLARGE_UP_TO_PX = 1300
_ROTATIONS = (
    (90, cv2.ROTATE_90_CLOCKWISE),
    (270, cv2.ROTATE_90_COUNTERCLOCKWISE),
    (180, cv2.ROTATE_180),
)
#: A score that only a real face gets, by detector: needed before a rotated hit is believed.
_CERTAIN_SCORE = {"hog": 0.5, "cnn": 0.7, "mtcnn": 0.95}


@dataclass(frozen=True, slots=True, eq=False)
class FoundFaces:
    """Faces and the picture they are in, which may be the given one turned upright.

    Attributes:
        image: uint8 (H, W, 3) RGB.
        detections: in coordinates of `image`; best score first.
        how: which attempt found them, in words; empty for the first.
    """

    image: ImageArray
    detections: Sequence[Detection]
    how: str = ""


class FaceFinder:
    """Tries the chosen detector, then an enlarged picture, then `cnn`, then turned pictures.

    Args:
        settings: which detector comes first, and where the models are.
        rotations: also try the picture turned by 90, 180 and 270 degrees.
    """

    def __init__(self, settings: Settings, *, rotations: bool = True) -> None:
        self._settings = settings
        self._rotations = rotations
        # The fallback is welcome where it was prepared; the chosen detector must be there.
        self._has_cnn = parts.CNN_MODEL in parts.open_weights(settings).names()
        self._detectors: dict[tuple[str, int], Detector] = {}

    def find(self, image: ImageArray) -> FoundFaces:
        """The faces of the first attempt that finds any; the last attempts are the slow ones."""
        for attempt in self._attempts(image):
            found = attempt()
            if found.detections:
                return found
        return FoundFaces(image, ())

    def _attempts(self, image: ImageArray) -> Iterator[Callable[[], FoundFaces]]:
        name, upsample = self._settings.detector, self._settings.upsample
        yield lambda: FoundFaces(image, self._detect(name, upsample, image))
        enlarge = (
            self._settings.min_face_px is None and upsample == 0 and max(image.shape) <= _ENLARGE_UP_TO_PX
        )
        if enlarge:
            yield lambda: FoundFaces(image, self._detect(name, 1, image), "found in the enlarged picture")
        if name != "cnn" and self._has_cnn:
            size = 1 if enlarge else 0
            yield lambda: FoundFaces(image, self._detect("cnn", size, image), "found by cnn")
        if self._rotations:
            for degrees, code in _ROTATIONS:
                yield lambda degrees=degrees, code=code: self._turned(image, degrees, code)  # type: ignore[misc]

    def _turned(self, image: ImageArray, degrees: int, code: int) -> FoundFaces:
        turned = np.ascontiguousarray(cv2.rotate(image, code), np.uint8)
        name = self._settings.detector
        found = self._detect(name, self._settings.upsample, turned)
        certain = [face for face in found if face.score >= _CERTAIN_SCORE[name]]
        return FoundFaces(turned, certain, f"found after turning the picture by {degrees}°")

    def _detect(self, name: str, upsample: int, image: ImageArray) -> list[Detection]:
        key = (name, upsample)
        if key not in self._detectors:
            settings = replace(self._settings, detector=name, upsample=upsample)
            self._detectors[key] = parts.open_detector(settings)
        return self._detectors[key].detect(image)


def main_face(detections: Sequence[Detection], image: ImageArray) -> Detection:
    """The face the photo is of: large and near the middle.

    argmax(area − 2 · squared distance of the box centre to the image centre),
    px². (Rule of the FaceNet alignment tool, see SEMANTICS)
    """
    height, width = float(image.shape[0]), float(image.shape[1])

    def rank(detection: Detection) -> float:
        x, y = detection.box.centre
        off_x, off_y = x - width / 2, y - height / 2
        return detection.box.area - 2 * (off_x * off_x + off_y * off_y)

    return max(detections, key=rank)
