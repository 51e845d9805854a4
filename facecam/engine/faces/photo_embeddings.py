"""The faces in any photos, as vectors: what compare, cluster, classify and embed start from."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import NEVER, CancelToken, EventSink, Progress, ignore
from facecam.core.paths import sha256_file
from facecam.core.types import Box, FloatArray, ImageArray
from facecam.core.words import counted
from facecam.embedding.embedder import Embedder
from facecam.engine.faces.photo_reader import readers_of_threads
from facecam.engine.faces.thread_map import ordered_photo_map
from facecam.engine.photos.chosen_faces import key_of_digest
from facecam.engine.photos.quality import is_enrollable
from facecam.engine.photos.rotation import Turn
from facecam.vision.images.quality import assess

_EMBED_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class PhotoFace:
    """A face in a photo.

    Attributes:
        path: the photo.
        box: where, px, in the photo turned upright; the part inside it.
        face: its number in the photo from the left, from 1.
        faces: how many the photo has.
        turn: how the photo was turned.
        fit: whether enrolling takes it from whoever says that it is the person's; looked at where every face is
            wanted.
    """

    path: Path
    box: Box
    face: int
    faces: int
    turn: Turn = Turn(0, 0)
    fit: bool = True

    @property
    def told(self) -> Box:
        """The box in the photo as it is read, px: so every report tells it."""
        return self.turn.box_back(self.box)

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

    @classmethod
    def joined(cls, parts: Sequence[PhotoFaces]) -> PhotoFaces:
        """One of several, at least one."""
        return cls(
            tuple(face for part in parts for face in part.faces),
            np.concatenate([part.vectors for part in parts]),
            parts[0].model_id,
            tuple(path for part in parts for path in part.without_face),
            tuple(fault for part in parts for fault in part.faults),
        )


def no_face(without_face: Sequence[Path], faults: Sequence[tuple[Path, DataError]]) -> DataError:
    """That none of the photos has a face; what keeps one from being read is said before that."""
    photos = len(without_face) + len(faults)
    if not faults:
        return DataError(
            f"no face was found in {counted(photos, 'photo')}",
            hint="Look at the photos; --upsample 1 finds smaller faces.",
        )
    (_, fault), *others = faults
    if photos == 1:
        return fault
    unread = f"{len(others) + 1} of them cannot be read"
    return DataError(
        f"no face was found in {counted(photos, 'photo')}, {unread}: {fault.message}", hint=fault.hint
    )


@dataclass(frozen=True, slots=True, eq=False)
class _PhotoChips:
    digest: str
    faces: Sequence[PhotoFace] = ()
    chips: Sequence[ImageArray] = ()


def read_faces(
    settings: Settings,
    embedder: Embedder,
    photos: Sequence[Path],
    *,
    every_face: bool = False,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
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
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        on_event(Progress("photos", done, len(photos)))

    looker = PhotoLooker(settings, embedder, every_face=every_face)
    return PhotoFaces.joined([part for _, part in looker.read([photos], count, cancel)])


class PhotoLooker:
    """Finds and embeds the faces of photos on all cores, some dozens of photos after the other.

    Args:
        settings: which detector.
        embedder: the model.
        every_face: all faces of a photo, not only the main one.
    """

    def __init__(self, settings: Settings, embedder: Embedder, *, every_face: bool) -> None:
        self._embedder, self._every_face = embedder, every_face
        self._marks, self._readers = readers_of_threads(settings)

    def digest(self, photo: Path) -> str:
        """Under which a photo is remembered, 64 hex digits, see `Marks`; "" where it cannot be read."""
        try:
            return self._marks.digest_seen(photo, sha256_file(photo))
        except DataError:
            return ""

    def read(
        self, parts: Sequence[Sequence[Path]], count: Callable[[], None], cancel: CancelToken
    ) -> Generator[tuple[list[str], PhotoFaces]]:
        """For each part its photos' digests, see `digest`, and faces, in order.

        Vectors are made in batches of one part: they come out the same wherever the others are made.

        Args:
            parts: photos; one that cannot be read is reported, the rest goes on.
            count: called after each photo.
            cancel: asked between photos.
        """
        flat = ((path, path) for part in parts for path in part)
        with closing(ordered_photo_map(self._look, flat, cancel)) as looks:
            for part in parts:
                yield self._gathered(itertools.islice(looks, len(part)), count)

    def _gathered(
        self, looks: Iterable[tuple[Path, _PhotoChips | tuple[str, DataError]]], count: Callable[[], None]
    ) -> tuple[list[str], PhotoFaces]:
        digests: list[str] = []
        faces: list[PhotoFace] = []
        chips: list[ImageArray] = []
        vectors: list[FloatArray] = []
        without, faults = [], []
        for path, look in looks:
            if isinstance(look, tuple):
                digests.append(look[0])
                faults.append((path, look[1]))
            else:
                digests.append(look.digest)
                faces.extend(look.faces)
                chips.extend(look.chips)
                if not look.faces:
                    without.append(path)
            if len(chips) >= _EMBED_TOGETHER:
                vectors.append(self._embedder.embed(chips, mirror=True).vectors)
                chips = []
            count()
        vectors.append(self._embedder.embed(chips, mirror=True).vectors)
        model_id = self._embedder.card.model_id
        found = PhotoFaces(tuple(faces), np.concatenate(vectors), model_id, tuple(without), tuple(faults))
        return digests, found

    def _look(self, path: Path) -> _PhotoChips | tuple[str, DataError]:
        digest = ""
        try:
            own = sha256_file(path)
            digest = self._marks.digest_seen(path, own)
            return self._faces(path, digest, key_of_digest(own))
        except DataError as fault:
            return digest, fault

    def _faces(self, path: Path, digest: str, key: str) -> _PhotoChips:
        reader = self._readers.here()
        seen = reader.look(path, key=key)
        found = seen.found
        if not found.detections:
            return _PhotoChips(digest)
        chosen = list(found.detections) if self._every_face else [reader.main(path, seen)]
        chosen.sort(key=lambda detection: detection.box.left)
        height, width = found.image.shape[:2]
        chips = [self._embedder.views(found.image, detection) for detection in chosen]
        spec = self._embedder.chip_spec
        faces = []
        for number, (detection, views) in enumerate(zip(chosen, chips, strict=True), 1):
            # Of main faces, whose folder says whose they are, nobody asks.
            fit = not self._every_face or is_enrollable(assess(detection, views[0], spec, (width, height)))
            box = detection.box.inside(width, height)
            faces.append(PhotoFace(path, box, number, len(chosen), found.turn, fit))
        return _PhotoChips(digest, faces, chips)
