"""Detector protocol and options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from facecam.core.types import Detection, ImageArray

DetectorName = Literal["centerface", "blaze", "hog", "cnn", "mtcnn"]


@dataclass(frozen=True, slots=True)
class DetectorOptions:
    """Settings all detectors understand.

    Attributes:
        min_face_px: smallest face width looked for, px. A detector sees faces
            from a size of its own in the picture it is given (`hog` and `cnn`
            80 px, `centerface` 12 px), so smaller values enlarge the picture
            and larger ones shrink it (faster). None: the detector's own (12
            for centerface, 40 of 640 for blaze, 80 for hog and cnn, 40 for mtcnn).
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
