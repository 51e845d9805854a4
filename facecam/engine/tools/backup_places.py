"""Backup places: where everything of the user's is, by the names it has in a backup."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from facecam.core.config import Settings
from facecam.core.encryption.data_keys import KEY_FILE, POINTER_FILE
from facecam.core.home import window_file
from facecam.engine.models.catalog import RECIPES
from facecam.engine.runs.layout import runs_folder
from facecam.engine.transactions.layout import (
    BACKING_UP_FILE,
    DAMAGED_JOURNAL_FILE,
    JOURNAL_FILE,
    REMOVED_FOLDER,
)
from facecam.gallery.matching.neighbors import ABOUT_FILE, INDEX_FILE
from facecam.gallery.storage.store import DAMAGED_PREFIX, RESERVE_FILE, WRITING_PREFIX

#: Names of places in a backup. Models are `model:NAME`.
DATA, DATABASE, RUNS = "data", "database", "runs"
SETTINGS, WINDOW, DEPLOYED = "facecam.toml", "window.ini", "deployed.json"
MODEL: Final = "model:"
#: Shown in a checkout; not the user's.
README: Final = "README.md"
_DEPLOYED_FILE: Final = "deployed.json"
#: Made by set-up, as the shipped models are.
_NO_MODELS: Final = ("dlib",)
#: Half-written files and locks.
_LEFT_OUT: Final = (".*.tmp", "*.lock")
#: What can be made again, what is about to be deleted, and the key of what is decrypted in a backup, on top of a
#: place; a classifier is the user's.
_LEFT_OUT_ON_TOP: Final = {
    DATA: (README, REMOVED_FOLDER, POINTER_FILE),
    RUNS: (POINTER_FILE,),
    DATABASE: (
        README, RESERVE_FILE, JOURNAL_FILE, DAMAGED_JOURNAL_FILE, BACKING_UP_FILE, f"{WRITING_PREFIX}*",
        f"{DAMAGED_PREFIX}*", INDEX_FILE, ABOUT_FILE, "photos-seen", KEY_FILE,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BackupPlace:
    """A folder or file of the user's.

    Attributes:
        name: in the backup.
        path: where it is, or would be.
        is_folder: which of both.
        private: whether only this user may read what is restored there.
    """

    name: str
    path: Path
    is_folder: bool
    private: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the user's is there."""
        if not self.is_folder:
            return not os.path.lexists(self.path)
        if not self.path.is_dir():
            return not os.path.lexists(self.path)
        return not any(self._is_kept(path.name, on_top=True) for path in self.path.iterdir())

    def files(self) -> Iterator[tuple[str, Path]]:
        """What belongs into a backup: path in the place with `/` between, and file; links are left out.

        Raises:
            OSError: a folder cannot be read.
        """
        if not self.is_folder:
            if self.path.is_file():
                yield "", self.path
            return
        if self.path.is_dir():
            yield from self._below(self.path, "")

    def _below(self, folder: Path, before: str) -> Iterator[tuple[str, Path]]:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            if entry.is_symlink() or not self._is_kept(entry.name, on_top=not before):
                continue
            if entry.is_dir():
                yield from self._below(Path(entry.path), f"{before}{entry.name}/")
            elif entry.is_file():
                yield f"{before}{entry.name}", Path(entry.path)

    def _is_kept(self, name: str, *, on_top: bool) -> bool:
        patterns = (*_LEFT_OUT, *_LEFT_OUT_ON_TOP.get(self.name, ())) if on_top else _LEFT_OUT
        return not any(fnmatch(name, pattern) for pattern in patterns)

    def links(self) -> list[Path]:
        """Links in the place, which no backup holds."""
        if not (self.is_folder and self.path.is_dir()):
            return []
        return [
            Path(parent, name)
            for parent, folders, files in os.walk(self.path)
            for name in (*folders, *files)
            if Path(parent, name).is_symlink()
        ]


def places_of(settings: Settings, settings_file: Path, *, runs: bool = True) -> list[BackupPlace]:
    """Everything of the user's.

    Args:
        settings: where it is.
        settings_file: the TOML file in use.
        runs: also records and checkpoints of trainings, which may be large.
    """
    found = [
        place_named(name, settings, settings_file) for name in (DATA, DATABASE, *([RUNS] if runs else []))
    ]
    found += [
        place_named(f"{MODEL}{name}", settings, settings_file) for name in _own_models(settings.weights)
    ]
    return found + [place_named(name, settings, settings_file) for name in (DEPLOYED, SETTINGS, WINDOW)]


def place_named(name: str, settings: Settings, settings_file: Path) -> BackupPlace:
    """The place that a backup calls so.

    Raises:
        ValueError: there is none of that name.
    """
    folders = {DATA: settings.data, DATABASE: settings.database, RUNS: runs_folder(settings)}
    if name in folders:
        return BackupPlace(name, folders[name].absolute(), True)
    if name.startswith(MODEL):
        model = name.removeprefix(MODEL)
        if not model or model in _shipped() or Path(model).name != model or model.startswith("."):
            raise ValueError(f"{name!r} is no model of the user's")
        return BackupPlace(name, (settings.weights / model).absolute(), True, private=False)
    files = {DEPLOYED: settings.weights / _DEPLOYED_FILE, SETTINGS: settings_file, WINDOW: window_file()}
    if name not in files:
        raise ValueError(f"{name!r} is no place")
    return BackupPlace(name, files[name].absolute(), False, private=name != DEPLOYED)


def _shipped() -> set[str]:
    return {recipe.name for recipe in RECIPES} | set(_NO_MODELS)


def _own_models(weights: Path) -> list[str]:
    if not weights.is_dir():
        return []
    names = (path.name for path in weights.iterdir() if (path / "card.json").is_file())
    return sorted(name for name in names if name not in _shipped() and not name.startswith("."))
