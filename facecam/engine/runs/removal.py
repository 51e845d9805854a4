"""Deleting a run: its checkpoints, its records and what it remembers of the photos."""

from __future__ import annotations

import contextlib
import errno
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.held_files import HOLDS_FILES
from facecam.core.paths import delete, printable
from facecam.engine.runs.layout import runs_folder
from facecam.engine.runs.lock import LOCK_FILE, held
from facecam.training.distil.plan import PLAN_FILE
from facecam.training.run.folder import RunFolder


def find_run_folder(settings: Settings, name: str) -> Path:
    """The folder of a run, also of a distillation, by its name or path; only folders in `runs/` count.

    Raises:
        ConfigError: there is none.
    """
    home = runs_folder(settings)
    for folder in (home / name, Path(name)):
        if is_run(folder) and folder.resolve().parent == home.resolve():
            return folder
    raise ConfigError(
        f"there is no run {printable(repr(name))}", hint="See them with `python main.py runs list`."
    )


def is_run(folder: Path) -> bool:
    """Whether a folder is that of a training or a distillation, and not one of the user's."""
    run = RunFolder(folder)
    return run.job.is_file() or run.data.is_file() or (folder / PLAN_FILE).is_file()


def delete_run(settings: Settings, name: str) -> Path:
    """Delete a run; the model it put into `weights/` stays. Returns the folder that is gone.

    Raises:
        ConfigError: there is no such run, or it is being trained.
        DataError: something in it cannot be deleted.
    """
    folder = find_run_folder(settings, name)
    # Without a lock nobody ever worked on it, and a full disk has no room for one.
    lock = held(folder) if (folder / LOCK_FILE).exists() else contextlib.nullcontext()
    try:
        with lock:
            if not HOLDS_FILES:
                delete(folder)
    except DataError as error:
        # Network file systems keep an open file, such as our lock, by another name in the folder until it is closed.
        if not isinstance(error.__cause__, OSError) or error.__cause__.errno != errno.ENOTEMPTY:
            raise
    delete(folder)
    return folder
