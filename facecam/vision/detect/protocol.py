"""Detector protocol and options."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from facecam.core.types import Box, Detection, FloatArray, ImageArray, check_image

DetectorName = Literal["centerface", "blaze", "hog", "cnn", "mtcnn", "yunet", "scrfd-500m", "scrfd-10g"]

#: From an image and a dlib-like box to dlib's five points, float32 (5, 2), px.
Landmarks = Callable[[ImageArray, Box], FloatArray]


@dataclass(frozen=True, slots=True)
class DetectorOptions:
    """Settings all detectors understand.

    Attributes:
        min_face_px: smallest face width looked for, px. A detector sees faces
            from a size of its own in the picture it is given (`hog` and `cnn`
            80 px, `centerface` 12 px), so smaller values enlarge the picture
            and larger ones shrink it (faster). None: the detector's own (12
            for centerface, 40 of 640 for blaze, 80 for hog and cnn, 40 for mtcnn,
            10 of 640 for yunet and scrfd).
        upsample: times the picture is doubled first, as in face_recognition;
            combines with `min_face_px` None only.
        min_score: faces scored below are not returned; None: the detector's own.
    """

    min_face_px: int | None = None
    upsample: int = 0
    min_score: float | None = None

    def scale(self, native_face_px: int) -> float:
        """Factor by which to resize the picture, given the smallest face the detector sees in it."""
        if self.min_face_px is not None:
            return native_face_px / self.min_face_px
        return float(2**self.upsample)

    def least_score(self, usual: float) -> float:
        """Below it a face is none, given what is usual for the detector."""
        return usual if self.min_score is None else self.min_score


class Detector(Protocol):
    """Finds faces. Instances may be called from any thread, one call at a time."""

    name: DetectorName

    def detect(self, image: ImageArray) -> list[Detection]:
        """Find all faces.

        Args:
            image: uint8 (H, W, 3) RGB.

        Returns:
            One `Detection` per face in coordinates of `image`, best score first.
        """
        ...


class BoxDetector(ABC):
    """A detector that finds dlib-like boxes; dlib's landmarks are looked for in them."""

    name: DetectorName

    def __init__(self, landmarks: Landmarks) -> None:
        self._landmarks = landmarks

    def detect(self, image: ImageArray) -> list[Detection]:
        """See `Detector.detect`."""
        check_image(image)
        return [Detection(box, score, self._landmarks(image, box)) for box, score in self.boxes(image)]

    @abstractmethod
    def boxes(self, image: ImageArray) -> list[tuple[Box, float]]:
        """Boxes and scores without landmarks, best first."""


@runtime_checkable
class RegionDetector(Detector, Protocol):
    """A detector to which it is of use where faces were a moment ago, in a picture of the same size."""

    def detect(self, image: ImageArray, known: Sequence[Detection] = ()) -> list[Detection]:
        """As `Detector.detect`; what lies on one of the `known` faces needs no second look to be believed."""
        ...

    def find_again(self, image: ImageArray, known: Sequence[Detection]) -> list[Detection | None]:
        """Each of the `known` faces, looked for in a small part of the picture around where it was.

        Args:
            image: uint8 (H, W, 3) RGB.
            known: faces that may have moved by half their width since.

        Returns:
            One answer for each, in the same order; None where it is not any more.
        """
        ...
