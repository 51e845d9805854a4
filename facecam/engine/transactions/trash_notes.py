"""Trash notes: what is left to do when a removal becomes final, written beside what was removed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from facecam.core.json_text import parse_json
from facecam.core.paths import atomic_write, read_file

NOTE_FILE = "note.json"

Note = Mapping[str, Any]
#: Does what a note asks for.
Forget = Callable[[Note], None]


def each_note(note: Note) -> list[Note]:
    """The notes of several removals at once; else the note itself."""
    several = note.get("each")
    if not isinstance(several, list):
        return [note]
    return [one for one in several if isinstance(one, dict)]


def write_note(folder: Path, note: Note) -> None:
    """Write a note into a bin.

    Raises:
        DataError: disk full or no permission.
    """
    atomic_write(folder / NOTE_FILE, json.dumps(dict(note), ensure_ascii=True).encode(), private=True)


def heed_note(folder: Path, forget: Forget) -> Note | None:
    """Do what the note in a bin asks for, if there is one; returns it.

    Raises:
        DataError: it cannot be read, or `forget` says so.
    """
    file = folder / NOTE_FILE
    if not file.is_file():
        return None
    content = read_file(file)
    try:
        note = parse_json(content)
    except ValueError:
        note = None  # Somebody wrote into it; the photos are deleted all the same.
    if not isinstance(note, dict):
        return None
    forget(note)
    return note
