"""Portrait: which photo stands for a person in lists, in `data/<person>/.facecam/portrait.json`."""

from __future__ import annotations

from pathlib import Path

from facecam.core.paths import readable_os_errors
from facecam.core.private import make_private_folder
from facecam.engine.photos.json_store import read_document, write_document
from facecam.engine.photos.library import NOTES_FOLDER

_FILE = "portrait.json"


class Portrait:
    """The portrait somebody chose in a folder of photos.

    Args:
        folder: `data/<person>`.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / NOTES_FOLDER / _FILE

    @property
    def key(self) -> str:
        """The key of the photo, see `PhotoDigests.key_of`; empty where nobody chose."""
        key = read_document(self._file, lambda content: content["photo"], "")
        return key if isinstance(key, str) else ""

    def choose(self, key: str) -> None:
        """Choose a photo by its key; empty: none.

        Raises:
            DataError: disk full or no permission.
        """
        with readable_os_errors("write", self._file):
            if not key:
                self._file.unlink(missing_ok=True)
                return
            make_private_folder(self._file.parent)
        write_document(self._file, {"photo": key})
