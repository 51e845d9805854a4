"""No-face marks: places of a photo, camera or film that the user said are no face.

Kept beside the database in `no-faces.json`. A photo is known by its SHA-256. A place is known by its source (a
one-way hash, since addresses hold passwords), by where it is in the picture, and by what it looks like, so that a
real face that passes there is not hidden. The look is a grey picture of 24×24 px without its brightness: if it was
a face after all, it could be guessed from it, so the marks can be forgotten all at once.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from facecam.core.errors import DataError
from facecam.core.home import expanded
from facecam.core.paths import sha256_file
from facecam.core.types import Box, Detection, FloatArray, ImageArray
from facecam.engine.photos.chosen_faces import place_of, rounded
from facecam.engine.photos.json_store import SharedDocument
from facecam.vision.detect.protocol import Detector

FILE = "no-faces.json"
_VERSION = 1
#: A detector's box and one that was said to be no face are the same when they overlap this much.
_SAME_PLACE_IOU = 0.4
_LOOK_PX = 24
#: Root of the summed squares of 24×24 greys around their mean, up to which a patch shows nothing: 1 grey each.
_PLAIN = 24.0
#: A thing may have moved by this many of the 24 px of its look, since cameras shake.
_SHIFT_PX = 2
#: Correlation of the looks from which it is still the same thing. Of 14,000 pairs of faces of different people one
#: has more; the same thing has 0.94 at least after noise, dimming, JPEG at quality 50 and a move by 5 % of its width.
_SAME_LOOK = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class NoFace:
    """A mark.

    Attributes:
        id: never given twice.
        where: `photo <key>` or `source <hash>`.
        place: left, top, right, bottom as shares of the picture as it is read.
        look: float32 (24, 24), zero mean and unit norm; None for a photo, whose content cannot change.
    """

    id: str
    where: str
    place: Box
    look: FloatArray | None = None


def in_photo(key: str) -> str:
    """`NoFace.where` for a photo; `key` as `PhotoDigests.key_of` gives it."""
    return f"photo {key}"


def in_source(spec: str, name: str = "") -> str:
    """`NoFace.where` for a source as the user named it.

    A film that is moved or renamed stays the same one: it is known by its size and its ends.

    Args:
        spec: camera, address, film, folder.
        name: of the picture, in a folder.
    """
    known_by = hashlib.sha256(name.encode("utf-8", "surrogatepass"))
    known_by.update(_content_of(spec) or spec.strip().encode("utf-8", "surrogatepass"))
    return f"source {known_by.hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class Sieve:
    """The marks at one `where`, and what they keep back."""

    marks: tuple[NoFace, ...] = ()

    def kept_back(self, image: ImageArray, box: Box) -> NoFace | None:
        """The mark that says that this box is no face; None for none.

        Args:
            image: uint8 (H, W, 3) RGB, as it is read; any size.
            box: px of it.
        """
        height, width = image.shape[:2]
        place = box.shares_of(width, height)
        for mark in self.marks:
            if place.iou(mark.place) >= _SAME_PLACE_IOU and (
                mark.look is None or still_looks_so(image, mark.place, mark.look)
            ):
                return mark
        return None

    def split(
        self, image: ImageArray, detections: Sequence[Detection]
    ) -> tuple[list[Detection], list[tuple[Detection, NoFace]]]:
        """The faces, and what was said to be none, with the mark."""
        if not self.marks:
            return list(detections), []
        judged = [(face, self.kept_back(image, face.box)) for face in detections]
        return [face for face, mark in judged if mark is None], [
            (face, mark) for face, mark in judged if mark is not None
        ]


class NoFaces:
    """The marks beside a database.

    Args:
        database: its folder; nothing is made there before the first mark.
    """

    def __init__(self, database: Path) -> None:
        empty: tuple[NoFace, ...] = ()
        self._known = SharedDocument(database / FILE, _parsed, _plain, empty)

    def at(self, where: str) -> Sieve:
        """The marks of a photo or source."""
        return Sieve(tuple(mark for mark in self.all() if mark.where == where))

    def all(self) -> tuple[NoFace, ...]:
        """All of them, in the order they were made."""
        return self._known.value()

    def add(self, where: str, place: Box, look: FloatArray | None = None) -> NoFace:
        """Remember that something is no face.

        Raises:
            DataError: disk full or no permission.
        """
        mark = NoFace(secrets.token_hex(8), where, place, look)
        self._known.change(lambda known: (*known, mark))
        return mark

    def put_back(self, marks: Iterable[NoFace]) -> None:
        """The reverse of `remove` and `forget`.

        Raises:
            DataError: disk full or no permission.
        """
        back = tuple(marks)
        if back:
            there = {mark.id for mark in self.all()}
            self._known.change(lambda known: (*known, *(mark for mark in back if mark.id not in there)))

    def remove(self, marks: Iterable[NoFace]) -> None:
        """Forget marks; those that are gone already are no fault.

        Raises:
            DataError: disk full or no permission.
        """
        if gone := {mark.id for mark in marks}:
            self._known.change(lambda known: tuple(mark for mark in known if mark.id not in gone))

    def forget_photos(self, keys: Iterable[str]) -> tuple[NoFace, ...]:
        """Forget what was said of photos that are gone; returns what `put_back` takes.

        Raises:
            DataError: disk full or no permission.
        """
        places = {in_photo(key) for key in keys}
        gone = tuple(mark for mark in self.all() if mark.where in places)
        if gone:
            self.remove(gone)
        return gone


def look_at(image: ImageArray, place: Box) -> FloatArray:
    """What a place of a picture looks like, float32 (24, 24), zero mean and unit norm; all 0 where it is plain.

    Args:
        image: uint8 (H, W, 3) RGB.
        place: shares of it; may reach beyond it.
    """
    return _without_brightness(_cut(image, place, 0), _PLAIN)


def still_looks_so(image: ImageArray, place: Box, look: FloatArray) -> bool:
    """Whether what had this look is still at its place, or a little beside it; brightness and contrast do not count.

    Args:
        image: uint8 (H, W, 3) RGB.
        place: shares of it.
        look: from `look_at`.
    """
    around = _cut(image, place, _SHIFT_PX)
    if not look.any() or float(np.linalg.norm(around - around.mean())) <= _PLAIN:
        return not look.any() and not look_at(image, place).any()
    return float(cv2.matchTemplate(around, look, cv2.TM_CCOEFF_NORMED).max()) >= _SAME_LOOK


def _cut(image: ImageArray, place: Box, rim_px: int) -> FloatArray:
    """A place as 24×24 brightnesses with a rim around it; beyond the picture its border goes on."""
    height, width = image.shape[:2]
    side = _LOOK_PX + 2 * rim_px
    rim_x, rim_y = (length * rim_px / _LOOK_PX for length in (place.width * width, place.height * height))
    left, top = round(place.left * width - rim_x), round(place.top * height - rim_y)
    right = max(left + 1, round(place.right * width + rim_x))
    bottom = max(top + 1, round(place.bottom * height + rim_y))
    columns = np.clip(np.arange(left, right), 0, width - 1)
    rows = np.clip(np.arange(top, bottom), 0, height - 1)
    grey = cv2.cvtColor(np.ascontiguousarray(image[rows[:, None], columns]), cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, (side, side), interpolation=cv2.INTER_AREA), np.float32)


def _content_of(spec: str) -> bytes | None:
    """What tells a film from another one; None for what is no file."""
    try:
        path = expanded(spec)
        if not path.is_file():
            return None
        size = path.stat().st_size
        with open(path, "rb") as file:
            head = file.read(1 << 16)
            file.seek(max(0, size - (1 << 16)))
            return f"{size} ".encode() + hashlib.sha256(head + file.read(1 << 16)).digest()
    except (OSError, ValueError, RuntimeError):
        return None


def _plain(marks: Sequence[NoFace]) -> dict[str, Any]:
    entries = [
        {
            "id": mark.id,
            "where": mark.where,
            "place": rounded(mark.place),
            "look": None if mark.look is None else _look_text(mark.look),
        }
        for mark in marks
    ]
    return {"version": _VERSION, "marks": entries}


def _look_text(look: FloatArray) -> str:
    # Of norm 1 over 576 values: an eighth is far beyond any of them but for the flattest patches, which are clipped.
    return base64.b64encode(np.clip(np.round(look * 508), -127, 127).astype(np.int8).tobytes()).decode()


def _parsed(content: Any) -> tuple[NoFace, ...]:
    return tuple(map(_mark, content["marks"]))


def _mark(entry: Mapping[str, Any]) -> NoFace:
    look = None if entry["look"] is None else _look(entry["look"])
    return NoFace(str(entry["id"]), str(entry["where"]), place_of(entry["place"]), look)


def _look(text: str) -> FloatArray:
    values = np.frombuffer(base64.b64decode(text, validate=True), np.int8).astype(np.float32)
    return _without_brightness(values.reshape(_LOOK_PX, _LOOK_PX), 0.0)


def _without_brightness(greys: FloatArray, plain: float) -> FloatArray:
    """Zero mean and unit norm; all 0 where the norm is not above `plain`."""
    look = greys - greys.mean()
    norm = float(np.linalg.norm(look))
    return np.asarray(look / norm if norm > plain else np.zeros_like(look), np.float32)


@dataclass(slots=True)
class SourceSieve:
    """The marks of a source that is being watched, and of each picture where it is a folder of pictures.

    Args:
        marks: all marks.
        spec: the source as the user named it.
    """

    marks: NoFaces
    spec: str
    _wheres: dict[str, str] = field(default_factory=dict)

    def where(self, name: str = "") -> str:
        """`NoFace.where` of a frame; `name` as in `Frame.name`."""
        if name not in self._wheres:
            self._wheres[name] = self._where(name)
        return self._wheres[name]

    def at(self, name: str = "") -> Sieve:
        """The marks for a frame."""
        return self.marks.at(self.where(name))

    def mark(self, image: ImageArray, box: Box, name: str = "") -> NoFace:
        """Remember that a box, px of a frame uint8 (H, W, 3), is no face; `name` as in `Frame.name`.

        Raises:
            DataError: disk full or no permission.
        """
        height, width = image.shape[:2]
        place = box.shares_of(width, height)
        where = self.where(name)
        # A photo is known by its content; at a place of a film something else may pass.
        return self.marks.add(where, place, None if where.startswith("photo ") else look_at(image, place))

    def _where(self, name: str) -> str:
        # A picture is the same photo here as it is for `recognize` and `enroll`.
        path = expanded(self.spec)
        for photo in (path, path / name) if name else ():
            try:
                if photo.is_file():
                    return in_photo(sha256_file(photo)[:32])
            except (OSError, ValueError, DataError):
                break
        return in_source(self.spec, name)


class SievedDetector:
    """A detector that leaves out what was said to be no face. Implements `Detector`.

    Args:
        detector: finds the faces.
        sieve: of the source whose frames are looked at.
    """

    def __init__(self, detector: Detector, sieve: SourceSieve) -> None:
        self.name = detector.name
        self._detector, self._sieve = detector, sieve

    def detect(self, image: ImageArray) -> list[Detection]:
        """See `Detector`."""
        faces, _ = self._sieve.at().split(image, self._detector.detect(image))
        return faces
