"""Forgetting: what is erased for good once a deletion cannot be taken back, in run records and caches."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facecam.core.config import Settings
from facecam.core.errors import DataError, GalleryError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.home import settings_path, window_file
from facecam.core.paths import delete_file, printable
from facecam.engine import components
from facecam.engine.faces.library_scan import forget_photos_seen
from facecam.engine.faces.photo_reader import forget_marks
from facecam.engine.faces.user_caches import forget_unfinished
from facecam.engine.photos.chosen_faces import folder_in, forget_choices, key_of_digest
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.runs.fitted import forget_fitted
from facecam.engine.runs.people import forget_in_runs
from facecam.engine.transactions.layout import DAMAGED_JOURNAL_FILE
from facecam.engine.transactions.trash_notes import each_note
from facecam.gallery.storage.import_marks import MARKS_FILE, ImportMarks


def forget_for_good(settings: Settings, note: Mapping[str, Any], on_event: EventSink = ignore) -> None:
    """Do what the note of a removal asks for. Can be repeated.

    Args:
        settings: where runs and caches are.
        note: `name`, and `digests` of the photos, SHA-256 in hex; of single photos `folder` instead of the name; of
            several removals at once `each` with a note for every one.
        on_event: gets a notice of what had to be deleted as a whole.

    Raises:
        DataError: something cannot be written or deleted.
    """
    if isinstance(note.get("each"), list):
        for one in each_note(note):
            forget_for_good(settings, {**one, "each": None}, on_event)
        return
    name, digests = str(note.get("name", "")), note.get("digests")
    known = {one for one in map(str, digests) if is_digest(one)} if isinstance(digests, list) else set()
    with contextlib.suppress(GalleryError):  # Somebody wrote a name into the note that nobody can have.
        if PhotoLibrary(settings.data).folders_of(name):
            name = ""  # Somebody else has it since: only the photos that were removed are forgotten.
    forget_photos_seen(settings, (), known)
    forget_marks(settings, known)
    forget_fitted(settings, known)
    folder = note.get("folder")
    if isinstance(folder, str):  # Photos only, of somebody who stays.
        _forget_choices(settings, Path(folder), known)
    else:
        forget_in_runs(settings, name, known, on_event)
        _tell_of_settings(settings, name, on_event)
        forget_unfinished()
        _forget_imports(settings)
        delete_file(settings.database / DAMAGED_JOURNAL_FILE)


def _tell_of_settings(settings: Settings, name: str, on_event: EventSink) -> None:
    """What the user wrote there decides whose faces are blurred and of whom to be told: it is not ours to change."""
    if not name:
        return
    places = [file for file in (settings_path(), window_file()) if _names(file, name)]
    if places or name.casefold() in (
        " ".join(one.split()).casefold() for one in settings.blur_people.split(";")
    ):
        where = " and ".join(map(printable, places)) or "the settings"
        said = f"{where} still {'name' if len(places) > 1 else 'names'} {printable(name)}"
        on_event(
            Notice(said, "Take the name out where faces are blurred, alerts are told, or folders are named.")
        )


def _names(file: Path, name: str) -> bool:
    """Whether a value in a file of settings holds a name; Qt writes letters beyond ASCII by their numbers."""
    try:
        text = file.read_text("utf-8", "replace")
    except OSError:
        return False
    written = {name, "".join(one if one.isascii() else f"\\x{ord(one):x}" for one in name)}
    return any(re.search(rf"=.*(?<!\w){re.escape(one)}(?!\w)", text) for one in written)


def _forget_imports(settings: Settings) -> None:
    try:
        marks = ImportMarks(settings.database)
    except DataError:  # Nobody knows whose they are.
        delete_file(settings.database / MARKS_FILE)
        return
    if not len(marks):
        return
    with contextlib.suppress(GalleryError):  # It says itself what is the matter.
        marks.keep_those_in(components.open_store(settings).load())
        marks.save()


def _forget_choices(settings: Settings, folder: Path, digests: set[str]) -> None:
    if folder_in(settings.data, folder / "photo") != folder.absolute() or not folder.is_dir():
        return  # Somebody wrote into the note.
    for digest in digests:
        if not any(folder.glob(f"*{digest[:12]}*")):  # It may have been added again since.
            forget_choices([folder], key_of_digest(digest))


def is_digest(text: str) -> bool:
    """Whether this is a SHA-256 as 64 hex digits."""
    return len(text) == 64 and all(char in "0123456789abcdef" for char in text)
