"""SHA-256 of photos, remembered between runs."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from facecam.core.errors import DataError
from facecam.core.paths import readable_os_errors, sha256_file
from facecam.core.private import make_private_folder
from facecam.engine.photos.json_store import read_document, write_document

_DIGEST = re.compile("[0-9a-f]{64}")
_log = logging.getLogger(__name__)


class PhotoDigests:
    """SHA-256 of photos, remembered while size and times stay; hashing 100,000 photos takes minutes.

    The time of the last change of status cannot be set back, unlike that of the content.

    Args:
        file: where they are remembered.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        empty: dict[str, list[int | str]] = {}
        self._known = read_document(file, _parsed, empty, damage=logging.INFO)
        self._changed = self._forgets = False

    def of(self, photo: Path) -> str:
        """The digest as 64 hex digits.

        Raises:
            DataError: the photo cannot be read.
        """
        path = str(photo.absolute())
        try:
            status = photo.stat()
            stamp = [status.st_size, status.st_mtime_ns, status.st_ctime_ns]
        except OSError:
            return sha256_file(photo)  # Says in words what is the matter.
        known = self._known.get(path)
        if known is not None and known[:3] == stamp:
            return str(known[3])
        digest = sha256_file(photo)
        self._known[path] = [*stamp, digest]
        self._changed = True
        return digest

    def once_in(self, folders: Iterable[Path]) -> frozenset[str]:
        """Digests of photos that were looked at in these folders and are there no more, nor anywhere else known."""
        below = [folder.absolute() for folder in folders]
        found = {
            str(entry[3])
            for path, entry in self._known.items()
            if any(folder in Path(path).parents for folder in below) and not os.path.lexists(path)
        }
        elsewhere = {
            str(entry[3])
            for path, entry in self._known.items()
            if entry[3] in found and os.path.lexists(path)
        }
        return frozenset(found - elsewhere)

    def below(self, folder: Path) -> frozenset[str]:
        """Digests of all photos that were looked at in a folder or below."""
        above = folder.absolute()
        return frozenset(str(entry[3]) for path, entry in self._known.items() if above in Path(path).parents)

    def forget(self, digests: Iterable[str]) -> None:
        """Remember nothing of these photos, whose paths hold names; `save` makes it last."""
        gone = set(digests)
        kept = {path: entry for path, entry in self._known.items() if entry[3] not in gone}
        self._forgets |= len(kept) < len(self._known)
        self._known = kept

    def save(self) -> None:
        """Write what is new; without it the photos are only hashed again.

        Raises:
            DataError: something is to be forgotten, and the file can be neither written nor deleted.
        """
        if not (self._changed or self._forgets):
            return
        try:
            make_private_folder(self._file.parent)
            write_document(self._file, self._known)
        except (OSError, DataError) as error:
            _log.warning("digests are not remembered: %s", error)
            if self._forgets:
                with readable_os_errors("delete", self._file):
                    self._file.unlink(missing_ok=True)


def _parsed(known: Any) -> dict[str, list[int | str]]:
    for entry in known.values():
        if not isinstance(entry, list) or len(entry) != 4 or not _DIGEST.fullmatch(str(entry[3])):
            raise ValueError("an entry is no size, times and digest")
    return dict(known)
