"""Small JSON documents of ours: read whatever became of them, written whole, changed by one process at a time."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, TypeVar

from filelock import FileLock

from facecam.core.encryption import at_rest
from facecam.core.errors import reason_of
from facecam.core.held_files import patiently
from facecam.core.json_text import parse_json
from facecam.core.paths import atomic_file, make_folder, printable, readable_os_errors
from facecam.core.private import FILE_MODE

T = TypeVar("T")
_log = logging.getLogger(__name__)


def read_document(
    path: Path,
    parsed: Callable[[Any], T],
    empty: T,
    *,
    version: int | None = None,
    damage: int = logging.WARNING,
) -> T:
    """What a file holds; `empty` where it is not there, damaged, or of another version.

    Args:
        path: the file.
        parsed: makes it of the JSON value; a document that is not as it should be makes it fall over.
        empty: what there is without a file.
        version: that `version` in the document has to be; None: any.
        damage: the level of the log at which a damaged file is told: not that of a warning for what is found out again.

    Raises:
        ConfigError: encryption is on, and the key cannot be had.
    """
    try:
        content = parse_json(at_rest.read_bytes(path))
        return parsed(content) if version is None or content["version"] == version else empty
    except FileNotFoundError:
        return empty
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        _log.log(
            damage,
            "%s is not readable, and counts as empty: %s\n  %s",
            *(printable(path), printable(reason_of(error))),
            "Put it back from a backup, or delete it.",
        )
        return empty


def write_document(path: Path, document: object, *, lasting: bool = True) -> None:
    """Replace a file, for this user's eyes only; `lasting`: it has to survive a power cut.

    Raises:
        DataError: disk full or no permission; the old file is there.
    """
    with atomic_file(path, lasting=lasting, private=True) as file:
        file.write(_packed(document))


class SharedDocument(Generic[T]):
    """A document that several processes change.

    Args:
        path: the file; its lock and, where it could not be read, the damaged one are beside it.
        parsed: makes the value of the JSON value, see `read_document`.
        plain: the reverse.
        empty: the value without a file.
    """

    def __init__(
        self, path: Path, parsed: Callable[[Any], T], plain: Callable[[T], object], empty: T
    ) -> None:
        self._path, self._parsed, self._plain, self._empty = path, parsed, plain, empty
        self._stamp: tuple[int, int] | None = None
        self._value = empty

    def value(self) -> T:
        """What it holds; read again when the file has changed."""
        try:
            status = self._path.stat()
        except OSError:
            self._value, self._stamp = self._empty, None
            return self._empty
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp != self._stamp:
            self._value, self._stamp = read_document(self._path, self._parsed, self._empty), stamp
        return self._value

    def change(self, change: Callable[[T], T]) -> None:
        """Have it hold what `change` makes of its value.

        Raises:
            DataError: disk full or no permission; all is as it was.
        """
        make_folder(self._path.parent, private=True)
        lock = FileLock(self._path.with_suffix(".lock"), mode=FILE_MODE)
        with readable_os_errors("write", self._path), lock:
            known = self.value()
            nothing = len(_packed(self._plain(self._empty)))
            if not known and self._path.is_file() and self._path.stat().st_size > nothing:
                # It could not be read: whoever can mend it finds it still.
                patiently(os.replace, self._path, self._path.with_suffix(".damaged.json"))
            if after := change(known):
                write_document(self._path, self._plain(after))
            else:  # On a full disk there is no room for a file that says so.
                patiently(self._path.unlink, missing_ok=True)
            self._stamp = None


def _packed(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass")
