"""What was found out of whole photos, such as their SHA-256, remembered between runs."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from facecam.core.errors import DataError, reason_of
from facecam.core.paths import delete_file, sha256_file, sweep_temporary
from facecam.core.private import make_private_folder
from facecam.engine.photos.chosen_faces import key_of_digest
from facecam.engine.photos.json_store import read_document, write_document

_DIGEST = re.compile("[0-9a-f]{64}")
_log = logging.getLogger(__name__)


class PhotoDigests:
    """SHA-256 of photos, remembered while size and times stay; hashing 100,000 photos takes minutes.

    The time of the last change of status cannot be set back, unlike that of the content.

    Args:
        file: where they are remembered; None: while this object lives.
        find: finds out something else, 64 hex digits as well.
        below: photos are remembered by their names below this folder, with which the file goes; None: by their paths.
    """

    def __init__(
        self,
        file: Path | None = None,
        find: Callable[[Path], str] = sha256_file,
        below: Path | None = None,
    ) -> None:
        self._file, self._find, self._below = file, find, below
        self._known: dict[str, list[int | str]] = {}
        if file is not None:
            self._known = read_document(file, _parsed, self._known, damage=logging.INFO)
        self._read = frozenset(self._known)
        self._changed = self._forgets = False

    def of(self, photo: Path) -> str:
        """The digest as 64 hex digits.

        Raises:
            DataError: the photo cannot be read.
        """
        try:
            status = photo.stat()
            stamp = [status.st_size, status.st_mtime_ns, status.st_ctime_ns]
        except (OSError, ValueError):
            return self._find(photo)  # Says in words what is the matter.
        name = self._name(photo)
        known = self._known.get(name)
        if known is not None and known[:3] == stamp:
            return str(known[3])
        digest = self._find(photo)
        self._known[name] = [*stamp, digest]
        self._changed = True
        return digest

    def key_of(self, photo: Path) -> str:
        """The key of a photo, see `key_of_digest`.

        Raises:
            DataError: it cannot be read.
        """
        return key_of_digest(self.of(photo))

    def key_or_none(self, photo: Path) -> str | None:
        """The same; None where it cannot be read."""
        try:
            return self.key_of(photo)
        except DataError:
            return None

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
        self._forgets |= self._keep(lambda name: self._known[name][3] not in gone)

    def forget_photos(self, photos: Iterable[Path]) -> None:
        """The same of photos that have these paths."""
        gone = set(map(self._name, photos))
        self._forgets |= self._keep(lambda name: name not in gone)

    def keep(self, photos: Iterable[Path]) -> None:
        """Remember nothing of all others."""
        kept = set(map(self._name, photos))
        self._keep(lambda name: name in kept)

    def save(self) -> None:
        """Write what is new; without it the photos are only hashed again.

        Raises:
            DataError: something is to be forgotten, and the file can be neither written nor deleted.
        """
        if not self._changed or self._file is None:
            return
        try:
            make_private_folder(self._file.parent)
            sweep_temporary(self._file.parent)
            # A power cut costs looking once more, so nothing waits for the disk but what is to be forgotten.
            write_document(self._file, self._not_forgotten(self._file), lasting=self._forgets)
        except (OSError, DataError) as error:
            _log.warning("digests are not remembered: %s", reason_of(error))
            if self._forgets:
                delete_file(self._file)

    def _not_forgotten(self, file: Path) -> dict[str, list[int | str]]:
        """Without what another program forgot meanwhile: it deleted somebody while a training looked at photos."""
        there = read_document(file, _parsed, dict[str, list[int | str]](), damage=logging.INFO)
        above = self._below or Path()
        return {
            name: entry
            for name, entry in self._known.items()
            if (name in there if name in self._read else os.path.lexists(above / name))
        }

    def _name(self, photo: Path) -> str:
        return str(photo.absolute()) if self._below is None else photo.relative_to(self._below).as_posix()

    def _keep(self, wanted: Callable[[str], bool]) -> bool:
        """Whether anything is remembered no more."""
        kept = {name: entry for name, entry in self._known.items() if wanted(name)}
        fewer = len(kept) < len(self._known)
        self._known, self._changed = kept, self._changed or fewer
        return fewer


def _parsed(known: Any) -> dict[str, list[int | str]]:
    for entry in known.values():
        if not isinstance(entry, list) or len(entry) != 4 or not _DIGEST.fullmatch(str(entry[3])):
            raise ValueError("an entry is no size, times and digest")
    return dict(known)
