"""Photo notes: what is known about the photos of a person, kept beside them so that it is found out once.

`data/<person>/.facecam/` holds `notes.json` and a small picture of each face.
It goes where the folder goes: into the bin, to another computer, away.
"""

from __future__ import annotations

import base64
import logging
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np

from facecam.core.errors import DataError
from facecam.core.paths import sweep_temporary
from facecam.core.private import FOLDER_MODE
from facecam.core.types import Box, FloatArray, ImageArray
from facecam.engine.photos.chosen_faces import checked_key
from facecam.engine.photos.json_store import read_document, write_document
from facecam.engine.photos.library import NOTES_FOLDER
from facecam.engine.photos.quality import Reason
from facecam.vision.images.read import read_picture
from facecam.vision.images.save import write_picture

_NOTES = "notes.json"
_VERSION = 1
_MEASURED = ("overall", "yaw", "drop")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class PhotoNote:
    """What looking at a photo showed.

    Attributes:
        reason, detail: see `PhotoVerdict`.
        overall: see `FaceQuality.overall`; 0 without a face.
        yaw, drop: see `FaceQuality.yaw` and `look.nose_drop`; 0 without a face.
        box: the face in the upright picture, px; None without one.
        model_id: whose `vector` it is; empty without a face.
        vector: float32 (D,) of norm 1; None without a face.
        stamp: of what had been said about the photo's faces then, see `photo_looker.Marks.stamp`.
    """

    reason: Reason
    detail: str
    overall: float = 0.0
    yaw: float = 0.0
    drop: float = 0.0
    box: Box | None = None
    model_id: str = ""
    vector: FloatArray | None = None
    stamp: str = ""


class NoteBook:
    """The notes of one folder of photos.

    Damaged notes are forgotten and photos looked at again; a folder that
    cannot be written to has notes that live as long as this object.

    Args:
        folder: `data/<person>`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / NOTES_FOLDER
        empty: dict[str, PhotoNote] = {}
        file = self._folder / _NOTES
        self._notes = read_document(file, _parsed, empty, version=_VERSION, damage=logging.INFO)
        self._faces: dict[str, ImageArray] = {}
        self._changed = False

    def note_of(self, key: str) -> PhotoNote | None:
        """What is known of the photo with this key."""
        return self._notes.get(key)

    def face_of(self, key: str) -> ImageArray | None:
        """The small picture of its face, uint8 (H, W, 3) RGB."""
        if key in self._faces:
            return self._faces[key]
        path = self._face_path(key)
        if not path.is_file():
            return None
        try:
            return read_picture(path)
        except DataError as error:
            _log.info("small picture %s: %s", path, error)
            return None

    def add(self, key: str, note: PhotoNote, face: ImageArray | None) -> None:
        """Remember a photo; `save` makes it last."""
        self._notes[key] = note
        self._changed = True
        if face is not None:
            self._faces[key] = face

    def forget(self, keep: set[str]) -> None:
        """Drop what is known of photos that are not there any more."""
        for key in set(self._notes) - keep:
            del self._notes[key]
            self._faces.pop(key, None)
            self._changed = True
            try:
                self._face_path(key).unlink(missing_ok=True)
            except OSError as error:
                _log.info("small picture of a removed photo stays: %s", error)

    def save(self) -> None:
        """Write what is new; a folder that refuses is left as it is."""
        if not self._changed:
            return
        self._changed = False
        notes = {key: _plain(note) for key, note in self._notes.items()}
        try:
            self._folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
            sweep_temporary(self._folder)
            for key, face in self._faces.items():
                write_picture(face, self._face_path(key), private=True)
            write_document(self._folder / _NOTES, {"version": _VERSION, "photos": notes})
        except (OSError, DataError) as error:
            _log.info("notes are not kept in %s: %s", self._folder, error)
            return
        self._faces.clear()

    def _face_path(self, key: str) -> Path:
        return self._folder / f"{key}.jpg"


def _plain(note: PhotoNote) -> dict[str, Any]:
    vector = None if note.vector is None else base64.b64encode(note.vector.astype("<f4").tobytes()).decode()
    measured = {name: round(getattr(note, name), 4) for name in _MEASURED}
    return {**asdict(note), **measured, "vector": vector}


def _parsed(content: Any) -> dict[str, PhotoNote]:
    return {checked_key(key): _unpacked(entry) for key, entry in content["photos"].items()}


def _unpacked(entry: Mapping[str, Any]) -> PhotoNote:
    reason = entry["reason"]
    if reason not in get_args(Reason):
        raise ValueError(f"unknown reason {reason!r}")
    overall, yaw, drop = (float(entry[name]) for name in _MEASURED)
    if not all(map(math.isfinite, (overall, yaw, drop))):
        raise ValueError("a measurement is no number")
    box = None if entry["box"] is None else Box(**entry["box"])
    vector = None if entry["vector"] is None else _vector(entry["vector"])
    detail, model_id, stamp = str(entry["detail"]), str(entry["model_id"]), str(entry.get("stamp", ""))
    return PhotoNote(reason, detail, overall, yaw, drop, box, model_id, vector, stamp)


def _vector(text: str) -> FloatArray:
    vector = np.frombuffer(base64.b64decode(text, validate=True), "<f4").astype(np.float32)
    if not abs(float(np.linalg.norm(vector)) - 1) < 1e-3:
        raise ValueError("a vector is not of norm 1")
    return vector
