"""Turned search: faces that lie on their side in a stream, of which an upright look misses one in eight and more."""

from __future__ import annotations

from collections.abc import Sequence

from facecam.core.types import Detection, ImageArray
from facecam.engine.faces.face_finder import CERTAIN_SCORE
from facecam.engine.photos.rotation import Turn
from facecam.vision.detect.protocol import RegionDetector

#: Quarters by which the pictures of an empty scene are turned and searched again, one after the other: a lying face is
#: upright in one of four, and an empty scene costs half as much again.
_QUARTERS = (0, 1, 0, 3)
_LYING_DEGREES, _SAME_FACE_IOU = 45.0, 0.3


class TurnedSearch:
    """Searches each picture of a stream, and every other one in which nobody is once more, turned.

    Args:
        detector: finds upright faces surely, and again where one was, however it lies.
    """

    def __init__(self, detector: RegionDetector) -> None:
        self._detector = detector
        self._empty = 0

    def detect(
        self, image: ImageArray, there: Sequence[Detection], *, believe: bool, empty: bool
    ) -> list[Detection]:
        """The faces of the next picture.

        Args:
            image: uint8 (H, W, 3) RGB.
            there: faces that were seen in the last picture.
            believe: whether these are taken for faces without a second look, see `RegionDetector`.
            empty: nobody has been there lately.
        """
        found = self._detector.detect(image, there if believe else [])
        if empty and not found:
            quarters, self._empty = _QUARTERS[self._empty % len(_QUARTERS)], self._empty + 1
            turn = Turn(image.shape[1], image.shape[0], quarters)
            return self._found_turned(image, turn) if quarters else []
        self._empty = 0
        lying = [one for one in there if abs(one.tilt_degrees) > _LYING_DEGREES and not _is_among(one, found)]
        again = self._detector.find_again(image, lying) if lying else []
        return found + [one for one in again if one is not None and not _is_among(one, found)]

    def _found_turned(self, image: ImageArray, turn: Turn) -> list[Detection]:
        return [
            turn.face_back(face)
            for face in self._detector.detect(turn.applied(image))
            if face.score >= CERTAIN_SCORE[self._detector.name]
        ]


def _is_among(face: Detection, others: Sequence[Detection]) -> bool:
    return any(face.box.iou(other.box) > _SAME_FACE_IOU for other in others)
