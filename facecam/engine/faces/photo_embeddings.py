"""The faces in any photos, as vectors: what compare, cluster, classify and embed start from."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import CancelToken, EventSink, Progress, ignore
from facecam.core.types import Box, FloatArray, ImageArray
from facecam.embedding.embedder import Embedder
from facecam.engine.faces.photo_reader import Marks, OwnFaces, PhotoReader
from facecam.engine.faces.thread_map import ordered_photo_map

_EMBED_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class PhotoFace:
    """A face in a photo.

    Attributes:
        path: the photo.
        box: where, px, in the photo turned upright.
        face: its number in the photo from the left, from 1.
        faces: how many the photo has.
    """

    path: Path
    box: Box
    face: int
    faces: int

    @property
    def label(self) -> str:
        """Folder and name of the file, with the number of the face where there are several."""
        name = f"{self.path.parent.name}/{self.path.name}".removeprefix("/")
        return name if self.faces == 1 else f"{name} (face {self.face})"


@dataclass(frozen=True, slots=True, eq=False)
class PhotoFaces:
    """What was found in photos.

    Attributes:
        faces: in the order of the photos.
        vectors: float32 (N, D), unit rows, one per face, mirrored chip added.
        model_id: of the embedder.
        without_face: readable photos in which no face was found.
        faults: photos that could not be read, with the reason.
    """

    faces: tuple[PhotoFace, ...]
    vectors: FloatArray
    model_id: str
    without_face: tuple[Path, ...]
    faults: tuple[tuple[Path, DataError], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _PhotoChips:
    faces: Sequence[PhotoFace]
    chips: Sequence[ImageArray]


def read_faces(
    settings: Settings,
    embedder: Embedder,
    photos: Sequence[Path],
    *,
    every_face: bool = False,
    on_event: EventSink = ignore,
    cancel: CancelToken | None = None,
) -> PhotoFaces:
    """Find and embed the faces of photos on all cores.

    Args:
        settings: which detector.
        embedder: the model.
        photos: files; one that cannot be read is reported, the rest goes on.
        every_face: all faces of a photo, not only the main one.
        on_event: gets `Progress("photos", …)`.
        cancel: asked between photos.
    """
    faces: list[PhotoFace] = []
    chips: list[ImageArray] = []
    vectors: list[FloatArray] = [np.zeros((0, embedder.card.dimensions), np.float32)]
    without, faults = [], []
    with closing(_looks(settings, embedder, photos, every_face, cancel or CancelToken())) as looks:
        for done, (path, look) in enumerate(looks, start=1):
            on_event(Progress("photos", done, len(photos)))
            if isinstance(look, DataError):
                faults.append((path, look))
            elif not look.faces:
                without.append(path)
            else:
                faces.extend(look.faces)
                chips.extend(look.chips)
            if len(chips) >= _EMBED_TOGETHER:
                vectors.append(embedder.embed(chips, mirror=True).vectors)
                chips = []
    vectors.append(embedder.embed(chips, mirror=True).vectors)
    return PhotoFaces(
        tuple(faces), np.concatenate(vectors), embedder.card.model_id, tuple(without), tuple(faults)
    )


def _looks(
    settings: Settings, embedder: Embedder, photos: Iterable[Path], every_face: bool, cancel: CancelToken
) -> Generator[tuple[Path, _PhotoChips | DataError]]:
    """Each photo with what is in it, in order, looked at by a pool of threads."""
    # A detector is made for one call at a time: every thread has its own.
    own = threading.local()
    marks, people = Marks(settings), OwnFaces(settings)

    def look(path: Path) -> _PhotoChips | DataError:
        if not hasattr(own, "looker"):
            own.looker = PhotoReader(settings, marks=marks, own=people)
        try:
            return _look(own.looker, embedder, path, every_face)
        except DataError as fault:
            return fault

    return ordered_photo_map(look, photos, cancel, lambda path: path)


def _look(looker: PhotoReader, embedder: Embedder, path: Path, every_face: bool) -> _PhotoChips:
    seen = looker.look(path)
    found = seen.found
    if not found.detections:
        return _PhotoChips((), ())
    chosen = list(found.detections) if every_face else [looker.main(path, seen)]
    chosen.sort(key=lambda detection: detection.box.left)
    faces = [
        PhotoFace(path, detection.box, number, len(chosen)) for number, detection in enumerate(chosen, 1)
    ]
    return _PhotoChips(faces, [embedder.views(found.image, detection) for detection in chosen])
