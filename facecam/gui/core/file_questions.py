"""Asking for files and folders: each purpose begins where it was left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from facecam.gui.core.preferences import Preferences

Place = QStandardPaths.StandardLocation
#: A list of twenty endings is cut off where the dialog is Qt's own.
_WORDS_ONLY = QFileDialog.Option.HideNameFilterDetails
#: Qt's own question whether to replace a file is answered by a letter alone.
_UNASKED = _WORDS_ONLY | QFileDialog.Option.DontConfirmOverwrite


class FileQuestion:
    """What the user is asked for, for one purpose.

    Args:
        preferences: where the folder is remembered.
        purpose: in whose folder it begins, such as `photos`; each has its own.
        place: where it begins the first time.
    """

    def __init__(self, preferences: Preferences, purpose: str, place: Place) -> None:
        self._preferences, self._key, self._place = preferences, f"folder/{purpose}", place

    @property
    def folder(self) -> str:
        """Where it begins: the folder chosen last, if it is still there."""
        places = self._preferences.text(self._key, ""), QStandardPaths.writableLocation(self._place)
        return next((one for one in places if one and Path(one).is_dir()), str(Path.home()))

    def file(self, parent: QWidget, title: str, filters: str = "") -> Path | None:
        """A file to open; None: cancelled."""
        name, _ = QFileDialog.getOpenFileName(parent, title, self.folder, filters, "", _WORDS_ONLY)
        return self._kept(name)

    def files(self, parent: QWidget, title: str, filters: str = "") -> list[Path]:
        """Files to open; none: cancelled."""
        names, _ = QFileDialog.getOpenFileNames(parent, title, self.folder, filters, "", _WORDS_ONLY)
        return [path for name in names if (path := self._kept(name)) is not None]

    def directory(self, parent: QWidget, title: str) -> Path | None:
        """A folder; next time its own folder is shown, in which the one beside it is. None: cancelled."""
        return self._kept(QFileDialog.getExistingDirectory(parent, title, self.folder))

    def target(
        self, parent: QWidget, title: str, proposal: str, filters: str, may_replace: Callable[[Path], bool]
    ) -> Path | None:
        """Where to save; `proposal` is a name. None: cancelled. `may_replace` is asked about a file that is there."""
        start = Path(self.folder) / proposal
        while True:
            name, _ = QFileDialog.getSaveFileName(parent, title, str(start), filters, "", _UNASKED)
            path = self._kept(name)
            if path is None or not path.exists() or may_replace(path):
                return path
            start = path

    def _kept(self, name: str) -> Path | None:
        if not name:
            return None
        path = Path(name)
        self._preferences.put(self._key, str(path.parent))
        return path
