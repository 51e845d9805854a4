"""Unusable photos of the library. Nothing is ever deleted."""

from __future__ import annotations

from collections.abc import Callable

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.paths import printable
from facecam.engine.faces.photo_reader import PhotoReader
from facecam.engine.photos.library import PhotoLibrary


def photos_without_face(settings: Settings, report: Callable[[str], None]) -> int:
    """Report every photo in `data/` that is unreadable or shows no face; returns how many."""
    looker = PhotoReader(settings)
    count = 0
    for photos in PhotoLibrary(settings.data).people().values():
        for photo in photos:
            try:
                fault = "" if looker.find(photo).detections else "no face found"
            except DataError as error:
                fault = error.message
            if fault:
                count += 1
                report(f"{printable(photo)}: {fault}")
    return count
