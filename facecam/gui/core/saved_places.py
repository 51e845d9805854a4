"""Folders in which the window saves recordings and pictures."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths

from facecam.core import home

Place = QStandardPaths.StandardLocation


_PLACES = (Place.MoviesLocation, Place.PicturesLocation)


def saved_folder(place: Place) -> Path:
    """Our folder in one of the user's; in a home that was chosen its own."""
    return home.HOME / "recordings" if home.HOME_IS_CHOSEN else _shared_folder(place)


def saved_folders() -> tuple[Path, ...]:
    """All of them: of films and of pictures."""
    return tuple(map(saved_folder, _PLACES))


def shared_folders() -> tuple[Path, ...]:
    """Those of whoever chooses no home, where this one was chosen."""
    return tuple(map(_shared_folder, _PLACES)) if home.HOME_IS_CHOSEN else ()


def _shared_folder(place: Place) -> Path:
    return Path(QStandardPaths.writableLocation(place) or str(Path.home())) / "facecam"
