"""The faces of photo files, the same for everybody who looks: found, drawn by hand, said to be none, chosen."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.distances import unit_squared_l2
from facecam.core.errors import EnrollmentError, FacecamError
from facecam.core.paths import readable_os_errors, sha256_file
from facecam.core.types import Box, Detection, ImageArray
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.faces.drawn_box import BoxSearch
from facecam.engine.faces.face_finder import FaceFinder, FoundFaces, main_face
from facecam.engine.photos.chosen_faces import ChosenFace, ChosenFaces, folder_in, key_of_digest, rounded
from facecam.engine.photos.embedding_cache import PHOTO_BYTES
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.photos.no_faces import NoFaces, Sieve, in_photo
from facecam.engine.photos.rotation import Turn
from facecam.gallery.gallery import Gallery
from facecam.runtime.per_thread import PerThread
from facecam.vision.detect.protocol import Detector
from facecam.vision.images.read import read_picture

#: Boxes of a face somebody chose and of the same face found again overlap at least this much.
SAME_FACE_IOU = 0.5
#: Marks change the last bytes of a photo's digest, where it stands for what was seen in the photo.
_STAMP_BYTES = 32 - PHOTO_BYTES
#: People with photos are looked for this often.
_LIST_AGAIN_S = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Meant:
    """Which of the faces of a photo is the person's.

    Attributes:
        turn: how the picture was turned before they were found.
        index: place among the faces; None where nobody chose.
        by_hand: whether somebody said so, and not the program.
        how: what is less sure about the face, in words.
    """

    turn: Turn
    index: int | None = None
    by_hand: bool = False
    how: str = ""

    def choice(self, box: Box, *, by_hand: bool) -> ChosenFace:
        """A box of the turned picture, px, as it is remembered."""
        return ChosenFace(self.turn.shares(box), "hand" if by_hand else "likeness")


@dataclass(frozen=True, slots=True, eq=False)
class PhotoReading:
    """What is in a photo.

    Attributes:
        found: the faces, without those that were said to be none, with those that were drawn.
        meant: which of them is the person's.
        no_faces: what was found and said to be none, px of `found.image`.
    """

    found: FoundFaces
    meant: Meant
    no_faces: tuple[Box, ...] = ()


class Marks:
    """What somebody said about faces in photos. May be used from several threads.

    Args:
        settings: where photos and database are.
    """

    def __init__(self, settings: Settings) -> None:
        self._data = settings.data
        self._library = PhotoLibrary(settings.data)
        self.no_faces = NoFaces(settings.database)
        self._folders: dict[Path, ChosenFaces] = {}
        self._listed_at_s = float("-inf")
        self._drawn: dict[str, tuple[Box, ...]] = {}
        self._asked: tuple[str, list[Path], float] = ("", [], float("-inf"))
        self._lock = threading.Lock()

    def folder_of(self, photo: Path) -> Path | None:
        """The person's folder that a photo of the library is in; None for any other photo."""
        return folder_in(self._data, photo)

    def owner_of(self, photo: Path) -> str | None:
        """Whose photo it is; None outside of the library."""
        folder = self.folder_of(photo)
        return None if folder is None else self._library.owner_of(folder)

    def chosen(self, photo: Path, key: str, person: str = "") -> ChosenFace | None:
        """The face that is the person's, who is the owner of the photo's folder unless named."""
        folder = self.folder_of(photo)
        if folder is not None and (not person or self._library.owner_of(folder) == person):
            folders = [folder]
        else:  # Of somebody else's photo, or of one outside, the person may have a copy.
            folders = self._folders_of(person) if person else []
        for one in folders:
            with self._lock:
                face = self._folders.setdefault(one, ChosenFaces(one)).of(key)
            if face is not None:
                return face
        return None

    def _folders_of(self, person: str) -> list[Path]:
        """As the library says; asked once a second, since it looks at everybody's folder."""
        now_s = time.monotonic()
        with self._lock:
            name, folders, asked_s = self._asked
            if name != person or not 0 <= now_s - asked_s < _LIST_AGAIN_S:
                folders = self._library.folders_of(person)
                self._asked = (person, folders, now_s)
        return folders

    def drawn(self, key: str) -> tuple[Box, ...]:
        """The faces that somebody chose by hand in the photo with this key, whoever's they are; as shares of it."""
        with self._lock:
            self._find_drawn()
            return self._drawn.get(key, ())

    def sieve(self, key: str) -> Sieve:
        """What is no face in the photo with this key."""
        with self._lock:
            return self.no_faces.at(in_photo(key))

    def stamp(self, photo: Path, digest: str) -> str:
        """Stands for what was said about a photo; "" where nothing was. Changes with it.

        Args:
            photo: the file.
            digest: its SHA-256, 64 hex digits.
        """
        key = key_of_digest(digest)
        chosen, marks, drawn = self.chosen(photo, key), self.sieve(key).marks, self.drawn(key)
        if chosen is None and not marks and not drawn:
            return ""
        own = [] if chosen is None else [rounded(chosen.place)]
        said = [own, sorted(rounded(mark.place) for mark in marks), sorted(map(rounded, drawn))]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()[: 2 * _STAMP_BYTES]

    def _find_drawn(self) -> None:
        now_s = time.monotonic()
        if not self._data.is_dir() or 0 <= now_s - self._listed_at_s < _LIST_AGAIN_S:
            return
        self._listed_at_s = now_s
        data = self._data.absolute()
        with readable_os_errors("read", data):
            names = [
                entry.name for entry in os.scandir(data) if entry.is_dir() and not entry.name.startswith(".")
            ]
        self._folders = {
            data / name: self._folders.get(data / name) or ChosenFaces(data / name) for name in names
        }
        drawn: dict[str, tuple[Box, ...]] = {}
        for chosen in self._folders.values():
            for key, face in chosen.all().items():
                if face.by == "hand":
                    drawn[key] = (*drawn.get(key, ()), face.place)
        self._drawn = drawn

    def digest_seen(self, photo: Path, digest: str) -> str:
        """Under which digest, 64 hex digits, to remember what was seen in a photo: its own where nothing was said.

        Its beginning is always that of the photo's own, so that all that is remembered of a photo can be forgotten.
        """
        stamp = self.stamp(photo, digest)
        return digest[: len(digest) - len(stamp)] + stamp


class OwnFaces:
    """Tells which of several faces is a person who is enrolled. May be used from several threads.

    Args:
        settings: model and database.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._opened: Embedder | None = None
        self._gallery: Gallery | None = None
        self._tried = False

    def pick(self, name: str, found: FoundFaces) -> Detection | None:
        """The face most like the person's photos; None where nobody can tell."""
        with self._lock:
            if not self._tried:
                self._open()
        embedder, gallery = self._opened, self._gallery
        if embedder is None or gallery is None or name not in {one.name for one in gallery.identities}:
            return None
        own = gallery.vectors_of(name)
        if not len(own):
            return None
        faces = list(found.detections)
        views = [embedder.views(found.image, face) for face in faces]
        vectors = embedder.embed(views, mirror=True).vectors
        return faces[int(unit_squared_l2(vectors, own).min(axis=1).argmin())]

    def _open(self) -> None:
        self._tried = True
        try:
            gallery = components.open_store(self._settings).load()
            if gallery is None or not len(gallery):
                return
            embedder = components.open_embedder(self._settings)
        except FacecamError as error:
            _log.info("nobody can tell which face is whose: %s", error)
            return
        if gallery.model_id == embedder.card.model_id:
            self._opened, self._gallery = embedder, gallery


class PhotoReader:
    """Looks at photo files. One call at a time; `marks` and `own` may be shared.

    Args:
        settings: which detector, folders.
        marks: what was said about photos; None: read here.
        own: tells people apart; None: opened here when it is needed.
        detector: of the settings, open; None: opened here when it is needed.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        marks: Marks | None = None,
        own: OwnFaces | None = None,
        detector: Detector | None = None,
    ) -> None:
        self._settings = settings
        self._finder = FaceFinder(settings, detector)
        self.marks = marks or Marks(settings)
        self._own = own or OwnFaces(settings)
        self._boxes: BoxSearch | None = None

    def look(
        self,
        photo: Path,
        image: ImageArray | None = None,
        *,
        drawn: Box | None = None,
        person: str = "",
        key: str = "",
    ) -> PhotoReading:
        """The faces of a photo.

        Args:
            photo: the file.
            image: its picture, if it was read already: uint8 (H, W, 3) RGB.
            drawn: the face somebody clicked or drew now, px of the picture as `look` shows it; it is looked for in
                this box where no face was found there.
            person: whose face is meant, where the photo is not in their folder.
            key: of the photo, if known.

        Raises:
            DataError: it cannot be read.
            EnrollmentError: `drawn` lies outside the picture, or is too small.
        """
        image = read_picture(photo) if image is None else image
        key = key or key_of_digest(sha256_file(photo))
        found, no_faces = self._sifted(image, self.marks.sieve(key))
        turn = found.turn
        look = PhotoReading(found, Meant(turn), no_faces)
        for place in self.marks.drawn(key):
            look = replace(self._guarded(photo, look, turn.box(place), by_hand=False), meant=look.meant)
        known = self.marks.chosen(photo, key, person)
        if known is not None:
            look = self._guarded(photo, look, turn.box(known.place), by_hand=known.by == "hand")
        return look if drawn is None else self._with(look, drawn, by_hand=True)

    def find(self, photo: Path, image: ImageArray | None = None) -> FoundFaces:
        """The faces of a photo, for whoever wants all of them."""
        return self.look(photo, image).found

    def find_in(self, image: ImageArray) -> FoundFaces:
        """The faces of a picture, uint8 (H, W, 3) RGB, that is no file."""
        return self._finder.find(image)

    def main(self, photo: Path, look: PhotoReading) -> Detection:
        """The face a photo is of: the one that was chosen; else the one most like its owner; else the main one.

        `look` must have faces.
        """
        faces = look.found.detections
        if look.meant.index is not None:
            return faces[look.meant.index]
        name = self.marks.owner_of(photo) if len(faces) > 1 else None
        likely = self._own.pick(name, look.found) if name is not None else None
        return likely or main_face(faces, look.found.image)

    def _guarded(self, photo: Path, look: PhotoReading, box: Box, *, by_hand: bool) -> PhotoReading:
        try:
            return self._with(look, box, by_hand=by_hand)
        except EnrollmentError as error:  # Somebody wrote into the file.
            _log.warning("the face chosen in %s is no place in it: %s", photo, error)
            return look

    def _with(self, look: PhotoReading, box: Box, *, by_hand: bool) -> PhotoReading:
        """The look with the face in a box chosen."""
        faces = list(look.found.detections)
        height, width = look.found.image.shape[:2]
        drawn = box.inside(width, height)  # What people see of a face ends where the picture does.
        index = _same_face([drawn.iou(face.box.inside(width, height)) for face in faces])
        if index is not None:
            return replace(look, meant=replace(look.meant, index=index, by_hand=by_hand, how=""))
        if self._boxes is None:
            self._boxes = BoxSearch(self._settings)
        face = self._boxes.face_in(look.found.image, box)
        # The detector may have seen it in the whole picture too, under a box unlike the drawn one.
        index = _same_face([face.detection.box.iou(one.box) for one in faces])
        if index is not None:
            return replace(look, meant=replace(look.meant, index=index, by_hand=by_hand, how=""))
        found = replace(look.found, detections=(*faces, face.detection))
        meant = replace(look.meant, index=len(faces), by_hand=by_hand, how=face.how)
        return replace(look, found=found, meant=meant)

    def _sifted(self, image: ImageArray, sieve: Sieve) -> tuple[FoundFaces, tuple[Box, ...]]:
        found = self._finder.find(image)
        if not sieve.marks:
            return found, ()
        kept, gone = _split(image, found, sieve)
        if kept or not gone:
            return replace(found, detections=kept), gone
        # What was found first is no face: what would have been found without it?
        again = self._finder.find(_painted_over(image, sieve))
        upright = replace(again, image=again.turn.applied(image))
        kept, more = _split(image, upright, sieve)
        return replace(upright, detections=kept), more or _moved(found, upright, gone)


def readers_of_threads(settings: Settings) -> tuple[Marks, PerThread[PhotoReader]]:
    """A photo reader for every thread, and what was said about photos, which they share."""
    marks, own = Marks(settings), OwnFaces(settings)
    return marks, PerThread(lambda: PhotoReader(settings, marks=marks, own=own))


def _split(image: ImageArray, found: FoundFaces, sieve: Sieve) -> tuple[list[Detection], tuple[Box, ...]]:
    turn = found.turn
    kept: list[Detection] = []
    gone: list[Box] = []
    for face in found.detections:
        if sieve.kept_back(image, turn.box_back(face.box)) is None:
            kept.append(face)
        else:
            gone.append(face.box)
    return kept, tuple(gone)


def _moved(before: FoundFaces, now: FoundFaces, boxes: Sequence[Box]) -> tuple[Box, ...]:
    return tuple(now.turn.box(before.turn.shares(box)) for box in boxes)


def _painted_over(image: ImageArray, sieve: Sieve) -> ImageArray:
    """The picture with what is no face hidden in grey."""
    painted = image.copy()
    height, width = image.shape[:2]
    for mark in sieve.marks:
        left, right = (int(np.clip(side * width, 0, width)) for side in (mark.place.left, mark.place.right))
        top, bottom = (int(np.clip(side * height, 0, height)) for side in (mark.place.top, mark.place.bottom))
        if right > left and bottom > top:
            painted[top:bottom, left:right] = (
                painted[top:bottom, left:right].mean(axis=(0, 1)).astype(np.uint8)
            )
    return painted


def forget_marks(settings: Settings, digests: Iterable[str]) -> None:
    """Forget what was said to be no face in photos that are gone for good, unless somebody else has them too.

    Args:
        settings: where photos and database are.
        digests: SHA-256 of the photos, 64 hex digits each.

    Raises:
        DataError: disk full or no permission.
    """
    marks = NoFaces(settings.database)
    marked = {mark.where for mark in marks.all()}
    gone = [digest for digest in digests if in_photo(key_of_digest(digest)) in marked]
    marks.forget_photos(key_of_digest(digest) for digest in gone if not any(_copies(settings.data, digest)))


def _copies(data: Path, digest: str) -> Iterator[Path]:
    """Photos of the library with this content, as far as their names tell."""
    return (photo for photo in data.glob(f"*/*{digest[:12]}*") if not photo.parent.name.startswith("."))


def _same_face(overlaps: Sequence[float]) -> int | None:
    """Where the largest overlap is, if it is that of one face."""
    best = max(range(len(overlaps)), key=lambda one: overlaps[one], default=None)
    return best if best is not None and overlaps[best] >= SAME_FACE_IOU else None
