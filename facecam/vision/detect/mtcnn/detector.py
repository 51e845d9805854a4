"""The MTCNN detector: three small networks that find small, turned and dim faces which `hog` misses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from facecam.core.types import Box, Detection, FloatArray, ImageArray
from facecam.vision.detect.face_square import dlib_like_box
from facecam.vision.detect.mtcnn.boxes import WINDOW_PX
from facecam.vision.detect.mtcnn.cascade import MtcnnCascade, MtcnnFace, Network, load_networks
from facecam.vision.detect.protocol import DetectorName, DetectorOptions

DEFAULT_MIN_FACE_PX = 40
DEFAULT_MIN_SCORE = 0.7
_DEFAULTS = DetectorOptions()


class MtcnnDetector:
    """Finds faces from 40 px; `upsample` or `min_face_px` for smaller ones.

    Detections carry dlib-like square boxes and dlib's five landmarks, so that they can take the
    place of those of `hog` and `cnn`; the score is MTCNN's probability, in [0, 1].

    Args:
        landmarker: from an image and a dlib-like box to dlib's five points, float32 (5, 2), px.
        networks: the folder that holds {pnet,rnet,onet}.xml, or the three networks in this order.
        options: see `DetectorOptions`; faces below 12 px, the first network's window, are never
            looked for.

    Raises:
        WeightsError: a network is missing or damaged.
    """

    name: DetectorName = "mtcnn"

    def __init__(
        self,
        landmarker: Callable[[ImageArray, Box], FloatArray],
        networks: Path | Sequence[Network],
        options: DetectorOptions = _DEFAULTS,
    ) -> None:
        self._landmarker = landmarker
        pnet, rnet, onet = load_networks(networks) if isinstance(networks, Path) else networks
        self._cascade = MtcnnCascade(
            pnet,
            rnet,
            onet,
            smallest_face_px=_smallest_face_px(options),
            min_score=DEFAULT_MIN_SCORE if options.min_score is None else options.min_score,
        )

    def detect(self, image: ImageArray) -> list[Detection]:
        """See `Detector.detect`."""
        return [self._detection(image, face) for face in self.faces(image)]

    def faces(self, image: ImageArray) -> list[MtcnnFace]:
        """What MTCNN itself reports, without dlib's boxes and landmarks, best first."""
        return self._cascade.find(image)

    def _detection(self, image: ImageArray, face: MtcnnFace) -> Detection:
        box = dlib_like_box(face.points)
        return Detection(box=box, score=face.score, landmarks=self._landmarker(image, box))


def _smallest_face_px(options: DetectorOptions) -> float:
    if options.min_face_px is not None:
        return max(WINDOW_PX, options.min_face_px)
    return max(WINDOW_PX, DEFAULT_MIN_FACE_PX / 2.0**options.upsample)
