"""The face of a photo, as it is and made worse: looked for again each time, as the program would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.heap import make_room
from facecam.core.types import Box, Detection, FloatArray, ImageArray
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.evaluation.degradation import Spoiling, spoiled
from facecam.engine.faces.face_finder import FaceFinder, main_face
from facecam.runtime.per_thread import PerThread
from facecam.vision.images.quality import FaceQuality, assess
from facecam.vision.images.read import read_picture

#: Overlap from which what was found in the spoiled photo is its face.
_FOUND_IOU: Final = 0.4
#: Kept around the face, in face widths: enough for a detector, little enough to be quick.
_ROOM: Final = 1.5
_LONGEST_PX: Final = 2048


@dataclass(frozen=True, slots=True, eq=False)
class DegradedFace:
    """A face that was found.

    Attributes:
        views: its chips, uint8 (V, S, S, 3) RGB.
        quality: its measurements.
    """

    views: ImageArray
    quality: FaceQuality


#: What became of a photo under one spoiling; `no part`: it is too small for it.
Outcome = DegradedFace | Literal["missed", "no part"]


@dataclass(frozen=True, slots=True, eq=False)
class DegradedPhoto:
    """What is kept of a photo: first as it is, then under each of K spoilings.

    Attributes:
        vectors: float32 (1 + K, D), unit rows; NaN where no face was found.
        tried: bool (1 + K,), whether it takes part.
        qualities: measurements; None where no face was found.
    """

    vectors: FloatArray
    tried: NDArray[np.bool_]
    qualities: tuple[FaceQuality | None, ...]


class PhotoWatcher:
    """Finds the face of a photo as it is and under every spoiling; every thread has its own detectors.

    Args:
        settings: which detector.
        embedder: makes the vectors.
        spoilings: in the order of the answers.
        flip: add the vector of the mirrored face.
    """

    def __init__(
        self, settings: Settings, embedder: Embedder, spoilings: Sequence[Spoiling], *, flip: bool
    ) -> None:
        self.embedder = embedder
        self._spoilings, self._flip = spoilings, flip
        self._finders = PerThread(lambda: FaceFinder(settings))
        self._detectors = PerThread(lambda: components.open_detector(settings))

    def faces(self, photo: Path) -> list[Outcome] | DataError | None:
        """The photo's main face as it is and under each spoiling; None where there is none even as it is."""
        try:
            image = read_picture(photo, _LONGEST_PX)
        except DataError as fault:
            return fault
        found = self._finders.here().find(image)
        if not found.detections:
            return None
        face = main_face(found.detections, found.image)
        part, box = _around(found.image, face.box)
        answers: list[Outcome] = [self._seen(found.image, face)]
        make_room()  # The photo itself is the largest that is looked at; dozens of smaller sizes follow.
        for spoiling in self._spoilings:
            made = spoiled(part, box, spoiling)
            answers.append("no part" if made is None else self._face_at(*made))
        return answers

    def look(self, answers: Sequence[Outcome]) -> DegradedPhoto:
        """Vectors of all that was found, in one batch."""
        places = [place for place, one in enumerate(answers) if isinstance(one, DegradedFace)]
        faces = [one for one in answers if isinstance(one, DegradedFace)]
        vectors = np.full((len(answers), self.embedder.card.dimensions), np.nan, np.float32)
        vectors[places] = self.embedder.embed([one.views for one in faces], mirror=self._flip).vectors
        return DegradedPhoto(
            vectors,
            np.array([one != "no part" for one in answers], np.bool_),
            tuple(one.quality if isinstance(one, DegradedFace) else None for one in answers),
        )

    def _face_at(self, image: ImageArray, box: Box) -> Outcome:
        faces = [one for one in self._detectors.here().detect(image) if one.box.iou(box) >= _FOUND_IOU]
        if not faces:
            return "missed"
        return self._seen(image, max(faces, key=lambda one: one.box.iou(box)))

    def _seen(self, image: ImageArray, face: Detection) -> DegradedFace:
        views = self.embedder.views(image, face)
        return DegradedFace(views, assess(face, views[0], self.embedder.chip_spec))


def _around(image: ImageArray, face: Box) -> tuple[ImageArray, Box]:
    """The part of a photo around a face, and where the face is in it."""
    room = _ROOM * face.width
    height, width = image.shape[:2]
    left, top = max(0, round(face.left - room)), max(0, round(face.top - room))
    part = image[top : min(height, round(face.bottom + room)), left : min(width, round(face.right + room))]
    return part, face.moved(-left, -top)
