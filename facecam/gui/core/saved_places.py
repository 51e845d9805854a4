"""Folders in which the window saves recordings and pictures."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QStandardPaths

from facecam.core import home

Place = QStandardPaths.StandardLocation


def saved_folder(place: Place) -> Path:
    """Our folder in one of the user's; in a home that was chosen its own."""
    if home.HOME_IS_CHOSEN:
        return home.HOME / "recordings"
    return Path(QStandardPaths.writableLocation(place) or str(Path.home())) / "facecam"


def saved_folders() -> tuple[Path, ...]:
    """All of them: of films and of pictures."""
    return saved_folder(Place.MoviesLocation), saved_folder(Place.PicturesLocation)
