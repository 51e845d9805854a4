"""Face finder for photos, where there is time to try harder than live."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from facecam.core.config import Settings
from facecam.core.heap import make_room
from facecam.core.types import Detection, ImageArray
from facecam.engine import components
from facecam.engine.photos.rotation import Turn
from facecam.vision.detect.protocol import Detector

#: Pictures up to this size, px, are also searched enlarged by detectors that see no small faces.
_ENLARGE_UP_TO_PX = 1300
#: Of larger pictures, 5 megapixels and more.
_ROOM_FROM_BYTES = 15_000_000
_ROTATIONS = (
    (90, cv2.ROTATE_90_CLOCKWISE),
    (270, cv2.ROTATE_90_COUNTERCLOCKWISE),
    (180, cv2.ROTATE_180),
)
#: A score that only a real face gets, by detector: needed before a rotated hit is believed.
CERTAIN_SCORE = {
    "centerface": 0.6,
    "blaze": 0.8,
    "hog": 0.5,
    "cnn": 0.7,
    "mtcnn": 0.95,
    "yunet": 0.85,
    "scrfd-500m": 0.7,
    "scrfd-10g": 0.7,
}
_BEST = "centerface"


@dataclass(frozen=True, slots=True, eq=False)
class FoundFaces:
    """Faces and the picture they are in, which may be the given one turned upright.

    Attributes:
        image: uint8 (H, W, 3) RGB.
        detections: in coordinates of `image`; best score first.
        how: which attempt found them, in words; empty for the first.
        turned_degrees: by how much `image` is the given picture turned clockwise: 0, 90, 180 or 270.
    """

    image: ImageArray
    detections: Sequence[Detection]
    how: str = ""
    turned_degrees: int = 0

    @property
    def turn(self) -> Turn:
        """From the given picture to `image`."""
        height, width = self.image.shape[:2]
        if self.turned_degrees in (90, 270):
            height, width = width, height
        return Turn(width, height, self.turned_degrees // 90)

    def as_given(self, detection: Detection) -> Detection:
        """One of the faces in coordinates of the given picture."""
        return self.turn.face_back(detection)


class FaceFinder:
    """Tries the chosen detector, then an enlarged picture, then `centerface`, then turned pictures.

    Args:
        settings: which detector comes first, and where the models are.
        detector: that one, where it is open already.
    """

    def __init__(self, settings: Settings, detector: Detector | None = None) -> None:
        self._settings = settings
        # The fallback is welcome where it was prepared; the chosen detector must be there.
        prepared = components.has_detector(settings, components.CENTERFACE_MODEL)
        self._fallback = _BEST if prepared else settings.detector
        self._detectors = {} if detector is None else {(settings.detector, settings.upsample): detector}

    def find(self, image: ImageArray) -> FoundFaces:
        """The faces of the first attempt that finds any; the last attempts are the slow ones."""
        for attempt in self._attempts(image):
            found = attempt()
            if found.detections:
                return self._upright(found)
            del found  # A turned picture of 50 MB is not kept while the next one is made.
            if image.nbytes > _ROOM_FROM_BYTES:
                make_room()  # Nor what one network took while another searches.
        return FoundFaces(image, ())

    def _upright(self, found: FoundFaces) -> FoundFaces:
        """The same, or what is found in the picture turned, where every face lies on its side or its head."""
        turns = {round(face.tilt_degrees / 90) % 4 for face in found.detections}
        if found.turned_degrees or self._settings.detector != _BEST or len(turns) > 1 or turns == {0}:
            return found
        # A face tilted clockwise by 90° becomes upright when the picture is turned back.
        degrees = (360 - 90 * turns.pop()) % 360
        turned = self._turned(found.image, degrees, dict(_ROTATIONS)[degrees])
        return turned if len(turned.detections) >= len(found.detections) else found

    def _attempts(self, image: ImageArray) -> Iterator[Callable[[], FoundFaces]]:
        name, upsample = self._settings.detector, self._settings.upsample
        yield lambda: FoundFaces(image, self._detect(name, upsample, image))
        if name != _BEST:
            whole = self._settings.min_face_px is None and upsample == 0
            if whole and max(image.shape) <= _ENLARGE_UP_TO_PX:
                yield lambda: FoundFaces(image, self._detect(name, 1, image), "found in the enlarged picture")
            if self._fallback != name:
                yield lambda: FoundFaces(image, self._detect(_BEST, 0, image), f"found by {_BEST}")
        for degrees, code in _ROTATIONS:
            yield lambda degrees=degrees, code=code: self._turned(image, degrees, code)  # type: ignore[misc]

    def _turned(self, image: ImageArray, degrees: int, code: int) -> FoundFaces:
        turned = np.ascontiguousarray(cv2.rotate(image, code), np.uint8)
        name = self._fallback
        found = self._detect(name, self._settings.upsample if name != _BEST else 0, turned)
        certain = [face for face in found if face.score >= CERTAIN_SCORE[name]]
        return FoundFaces(turned, certain, f"found after turning the picture by {degrees}°", degrees)

    def _detect(self, name: str, upsample: int, image: ImageArray) -> list[Detection]:
        key = (name, upsample)
        if key not in self._detectors:
            settings = replace(self._settings, detector=name, upsample=upsample)
            self._detectors[key] = components.open_detector(settings)
        return self._detectors[key].detect(image)


def main_face(detections: Sequence[Detection], image: ImageArray) -> Detection:
    """The face the photo is of: large and near the middle.

    argmax(area − 2 · squared distance of the box centre to the image centre),
    px². (Rule of the FaceNet alignment tool, see SEMANTICS)
    """
    height, width = float(image.shape[0]), float(image.shape[1])

    def rank(detection: Detection) -> float:
        x, y = detection.box.center
        off_x, off_y = x - width / 2, y - height / 2
        return detection.box.area - 2 * (off_x * off_x + off_y * off_y)

    return max(detections, key=rank)
