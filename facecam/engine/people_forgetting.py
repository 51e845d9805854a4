"""What is done for good once somebody's deletion cannot be taken back: records of trainings and caches forget them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from facecam.core.config import Settings
from facecam.core.errors import GalleryError
from facecam.core.events import EventSink, ignore
from facecam.engine.library_photos import forget_photos_seen
from facecam.engine.photos import PhotoLibrary
from facecam.engine.run_people import forget_in_runs


def forget_for_good(settings: Settings, note: Mapping[str, Any], on_event: EventSink = ignore) -> None:
    """Do what the note of a removal asks for. Can be repeated.

    Args:
        settings: where runs and caches are.
        note: `name`, and `digests` of the photos, SHA-256 in hex.
        on_event: gets a notice of what had to be deleted as a whole.

    Raises:
        DataError: something cannot be written or deleted.
    """
    name, digests = str(note.get("name", "")), note.get("digests")
    known = {one for one in map(str, digests) if _is_digest(one)} if isinstance(digests, list) else set()
    with contextlib.suppress(GalleryError):  # Somebody wrote a name into the note that nobody can have.
        if PhotoLibrary(settings.data).folders_of(name):
            name = ""  # Somebody else has it since: only the photos that were removed are forgotten.
    forget_photos_seen(settings, (), known)
    forget_in_runs(settings, name, known, on_event)


def _is_digest(text: str) -> bool:
    return len(text) == 64 and all(char in "0123456789abcdef" for char in text)
