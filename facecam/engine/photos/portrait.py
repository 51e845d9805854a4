"""Portrait: which photo stands for a person in lists, in `data/<person>/.facecam/portrait.json`."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from facecam.core.encryption import at_rest
from facecam.core.paths import atomic_write, readable_os_errors
from facecam.engine.photos.library import NOTES_FOLDER

_FILE = "portrait.json"
_log = logging.getLogger(__name__)


class Portrait:
    """The portrait somebody chose in a folder of photos.

    Args:
        folder: `data/<person>`.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / NOTES_FOLDER / _FILE

    @property
    def key(self) -> str:
        """The key of the photo, see `PhotoKeys`; empty where nobody chose."""
        if not self._file.is_file():
            return ""
        try:
            key = json.loads(at_rest.read_bytes(self._file))["photo"]
            return key if isinstance(key, str) else ""
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            _log.warning("%s is not readable: %s", self._file, error)
            return ""

    def choose(self, key: str) -> None:
        """Choose a photo by its key; empty: none.

        Raises:
            DataError: disk full or no permission.
        """
        with readable_os_errors("write", self._file):
            if not key:
                self._file.unlink(missing_ok=True)
                return
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        atomic_write(self._file, json.dumps({"photo": key}).encode(), private=True)
