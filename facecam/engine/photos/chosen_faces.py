"""Chosen faces: which face of a photo is the person's, in `data/<person>/.facecam/faces.json`.

It is what somebody clicked or drew, or what enrolling picked by likeness. It cannot be found out again, so unlike the
notes it is never dropped for a new version of the program; it goes where the folder goes.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from facecam.core.errors import DataError
from facecam.core.paths import sha256_file
from facecam.core.types import Box
from facecam.engine.photos.json_store import SharedDocument
from facecam.engine.photos.library import NOTES_FOLDER

#: `hand`: somebody said so. `likeness`: the program chose among several faces.
ChosenBy = Literal["hand", "likeness"]

_FILE = "faces.json"
_VERSION = 1
_KEY_DIGITS = 32
Chosen = Mapping[str, "ChosenFace"]


@dataclass(frozen=True, slots=True)
class ChosenFace:
    """The face of a photo that is the person's.

    Attributes:
        place: left, top, right, bottom as shares of the picture as it is read from the file.
        by: who says so.
    """

    place: Box
    by: ChosenBy


def key_of_digest(digest: str) -> str:
    """The key of a photo with this SHA-256, 64 hex digits: that of `PhotoDigests.key_of`."""
    return digest[:_KEY_DIGITS]


class ChosenFaces:
    """The chosen faces in one folder of photos.

    Args:
        folder: `data/<person>`.
    """

    def __init__(self, folder: Path) -> None:
        empty: Chosen = {}
        self._known = SharedDocument(folder / NOTES_FOLDER / _FILE, _parsed, _plain, empty)

    def of(self, key: str) -> ChosenFace | None:
        """The face chosen in the photo with this key; None where nobody chose."""
        return self.all().get(key)

    def all(self) -> Mapping[str, ChosenFace]:
        """All of them, by key; read again when the file has changed."""
        return self._known.value()

    def change(self, changes: Mapping[str, ChosenFace | None]) -> dict[str, ChosenFace | None]:
        """Set or (None) forget faces; returns what was there before, which `change` takes to undo this.

        Raises:
            DataError: disk full or no permission; all is as it was.
        """
        before: dict[str, ChosenFace | None] = {}

        def changed(known: Chosen) -> Chosen:
            before.update({key: known.get(key) for key in changes})
            return {key: face for key, face in {**known, **changes}.items() if face is not None}

        if changes:
            self._known.change(changed)
        return before


def folder_in(data: Path, photo: Path) -> Path | None:
    """The person's folder of `data/` that a photo is in; None for a photo that is somewhere else."""
    data = data.absolute()
    try:
        below = photo.absolute().relative_to(data).parts
    except ValueError:
        return None
    return data / below[0] if len(below) > 1 else None


@contextlib.contextmanager
def remembered(data: Path, choices: Mapping[Path, ChosenFace | None]) -> Iterator[None]:
    """Remember which face of photos of the library is meant; forgotten again if the block raises.

    Args:
        data: the library's folder.
        choices: by photo; None where there was nothing to choose.

    Raises:
        DataError: a photo cannot be read, or the choice not be written.
    """
    undo: list[tuple[ChosenFaces, dict[str, ChosenFace | None]]] = []
    try:
        for photo, choice in choices.items():
            folder = folder_in(data, photo)
            if folder is None:
                continue
            faces, key = ChosenFaces(folder), key_of_digest(sha256_file(photo))
            if faces.of(key) != choice:
                undo.append((faces, faces.change({key: choice})))
        yield
    except BaseException:
        for faces, before in undo:
            faces.change(before)
        raise


def certain_photos(data: Path, photos: Iterable[Path]) -> frozenset[Path]:
    """Those photos of the library of which somebody said which face is the person's; cheap where nobody ever did."""
    books: dict[Path, frozenset[str]] = {}
    certain = []
    for photo in photos:
        folder = folder_in(data, photo)
        if folder is None:
            continue
        if folder not in books:
            books[folder] = frozenset(
                key for key, face in ChosenFaces(folder).all().items() if face.by == "hand"
            )
        with contextlib.suppress(DataError):  # What cannot be read has its own warning.
            if books[folder] and key_of_digest(sha256_file(photo)) in books[folder]:
                certain.append(photo)
    return frozenset(certain)


def forget_choices(folders: Iterable[Path], key: str) -> None:
    """Forget which face was chosen in a photo that is gone for good.

    Raises:
        DataError: no permission.
    """
    for folder in folders:
        if ChosenFaces(folder).of(key) is not None:
            ChosenFaces(folder).change({key: None})


def _plain(known: Chosen) -> dict[str, Any]:
    photos = {key: [*rounded(face.place), face.by] for key, face in sorted(known.items())}
    return {"version": _VERSION, "photos": photos}


def _parsed(content: Any) -> Chosen:
    return {checked_key(key): _face(entry) for key, entry in content["photos"].items()}


def rounded(place: Box) -> tuple[float, ...]:
    """The sides of a place as they are written into files."""
    return tuple(round(side, 6) for side in (place.left, place.top, place.right, place.bottom))


def checked_key(key: str) -> str:
    """A key of a photo as it was read from a file: it becomes the name of one. ValueError for anything else."""
    if len(key) != _KEY_DIGITS or not all(char in "0123456789abcdef" for char in key):
        raise ValueError(f"expected {_KEY_DIGITS} hex digits. Received: {key!r}")
    return key


def _face(entry: list[Any]) -> ChosenFace:
    *sides, by = entry
    if by not in get_args(ChosenBy):
        raise ValueError(f"unknown origin {by!r}")
    return ChosenFace(place_of(sides), by)


def place_of(sides: Iterable[Any]) -> Box:
    """A box from four numbers as they were read from a file; ValueError or TypeError for anything else."""
    try:
        left, top, right, bottom = map(float, sides)
    except OverflowError as error:
        raise ValueError("a side of a box is no number") from error
    if not all(map(math.isfinite, (left, top, right, bottom))):
        raise ValueError("a side of a box is no number")
    return Box(left, top, right, bottom)
