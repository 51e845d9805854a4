"""The settings a folder stands for, with the models made ready where there are none."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from facecam.cli.terminal.output import Printer, end_bar
from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import EventSink, Notice
from facecam.core.home import expanded
from facecam.core.paths import is_folder
from facecam.engine.models.first_use import prepare_at_first_use

Folder = str | os.PathLike[str]


def settings_of(home: Folder | None, settings: Settings | None = None) -> Settings:
    """The settings with `data/` and `database/` in a folder, and `weights/`, too, where it has one.

    Args:
        home: the folder; None: as the settings say.
        settings: the rest; None: as the program has them.
    """
    settings = settings or Settings()
    if home is None:
        return settings
    folder = expanded(path_of(home)).absolute()
    weights = folder / "weights"
    return replace(
        settings,
        data=folder / "data",
        database=folder / "database",
        weights=weights if is_folder(weights) else settings.weights,
    )


def paths_of(photos: Folder | Iterable[Folder]) -> list[Path]:
    """One file or folder is itself: else each of its letters would name one, and `.` and `/` do."""
    return [path_of(one) for one in ([photos] if isinstance(photos, str | os.PathLike) else photos)]


def path_of(photo: Folder) -> Path:
    """A file or folder; an empty name is none: `Path` takes it for the folder the program was started in.

    Raises:
        DataError: it is empty.
    """
    if not os.fspath(photo):
        raise DataError("an empty name is no file or folder", hint="Give the path of one.")
    return Path(photo)


def with_models(settings: Settings, on_event: EventSink | None = None) -> Settings:
    """The same settings, after their models were made if that was never done: a minute, with progress on stderr.

    Raises:
        FacecamError: they cannot be made: no connection, no room.
    """
    if prepare_at_first_use(settings, on_event=on_event or Printer()):
        end_bar()
    return settings


def listener(on_event: EventSink | None) -> EventSink:
    """The caller's, else one that prints what should be read, on stderr."""
    return on_event or _notices_only


def _notices_only(event: object) -> None:
    if isinstance(event, Notice):
        Printer()(event)
