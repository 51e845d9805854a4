"""Notes about photos: remembered, not trusted, gone with the folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from facecam.core.errors import DataError
from facecam.core.types import Box
from facecam.engine.photos.hash_cache import PhotoDigests
from facecam.engine.photos.library import NOTES_FOLDER
from facecam.engine.photos.notes import NoteBook, PhotoNote

KEY, OTHER = "a" * 32, "b" * 32
VECTOR = np.eye(1, 4, dtype=np.float32)[0]
NOTE = PhotoNote("good", "quality 90%", 0.9, 0.1, 0.8, Box(1, 2, 3, 4), "model", VECTOR)
FACE = np.full((20, 20, 3), 99, np.uint8)


def written(folder: Path) -> Path:
    book = NoteBook(folder)
    book.add(KEY, NOTE, FACE)
    book.save()
    return folder / NOTES_FOLDER / "notes.json"


def test_a_note_comes_back(tmp_path: Path) -> None:
    written(tmp_path)
    book = NoteBook(tmp_path)
    note, face = book.note_of(KEY), book.face_of(KEY)
    assert note is not None and note.box == NOTE.box and note.reason == "good"
    assert note.vector is not None and np.array_equal(note.vector, VECTOR)
    assert face is not None and abs(int(face[0, 0, 0]) - 99) < 3
    assert book.note_of(OTHER) is None and book.face_of(OTHER) is None


def test_notes_of_photos_that_are_gone_are_forgotten(tmp_path: Path) -> None:
    written(tmp_path)
    book = NoteBook(tmp_path)
    book.forget(set())
    book.save()
    assert NoteBook(tmp_path).note_of(KEY) is None
    assert not list((tmp_path / NOTES_FOLDER).glob("*.jpg"))


@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"",
        lambda content: b"\xff\xfe",
        lambda content: b"[]",
        lambda content: b"[" * 100_000,
        lambda content: content.replace(b'"version": 1', b'"version": 2'),
        lambda content: content.replace(b'"good"', b'"wonderful"'),
        lambda content: content.replace(b"0.9,", b"NaN,"),
        lambda content: content.replace(KEY.encode(), b"../../../../etc/passwd"),
        lambda content: content.replace(b'"left": 1', b'"left": 9'),
        lambda content: json.dumps({"version": 1, "photos": {KEY: {}}}).encode(),
        lambda content: content.replace(b"AACAP", b"AAAAA"),
    ],
)
def test_damaged_notes_are_forgotten(tmp_path: Path, change: object) -> None:
    file = written(tmp_path)
    content = change(file.read_bytes())  # type: ignore[operator]
    assert content != file.read_bytes()
    file.write_bytes(content)
    assert NoteBook(tmp_path).note_of(KEY) is None


def test_a_folder_that_refuses_has_notes_in_memory(tmp_path: Path) -> None:
    (tmp_path / NOTES_FOLDER).write_bytes(b"in the way")
    book = NoteBook(tmp_path)
    book.add(KEY, NOTE, FACE)
    book.save()
    assert book.note_of(KEY) is NOTE and book.face_of(KEY) is FACE


def test_keys_follow_the_content(tmp_path: Path) -> None:
    one, same, other = (tmp_path / name for name in ("1.jpg", "2.jpg", "3.jpg"))
    one.write_bytes(b"x"), same.write_bytes(b"x"), other.write_bytes(b"y")
    keys = PhotoDigests()
    assert keys.key_of(one) == keys.key_of(same) == keys.key_of(one) != keys.key_of(other)
    with pytest.raises(DataError):
        keys.key_of(tmp_path / "none.jpg")
