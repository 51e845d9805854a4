"""Caches of faces in the user's cache folder: what lies there, and when it goes.

`chips/` holds the faces of trainings and `evaluate/` the vectors of measurements, both by the SHA-256 of their photo;
`unfinished/` what `cluster` and `embed` have found until they are done; `passing/` pictures until their people have
names. What is known of a photo goes with the photo. The vectors, which may be of anybody's photos, what nobody may ever
go on with and what a crash has left also go by themselves after some days (`KEPT_DAYS`), and `erase_caches` leaves
nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from facecam.core.encryption.data_keys import CACHE_PREFIX
from facecam.core.errors import ConfigError
from facecam.core.held_files import patiently
from facecam.core.paths import make_folder, readable_os_errors
from facecam.engine.places import user_cache_folder

CHIPS: Final = "chips"
VECTORS: Final = "evaluate"
_UNFINISHED: Final = "unfinished"
_PASSING: Final = "passing"
#: In each of these, locked as long as its process lives.
_IN_USE: Final = ".in-use"
#: After so long nobody goes on with it.
KEPT_DAYS: Final = {VECTORS: 30, _UNFINISHED: 30, _PASSING: 2}
_DAY_S: Final = 86400.0


def cache_folder() -> Path:
    """The user's cache folder, without the part of a key.

    Raises:
        ConfigError: see `user_cache_folder`.
    """
    folder = user_cache_folder().parent
    return folder.parent if folder.name.startswith(CACHE_PREFIX) else folder


def unfinished_folder(photos: Sequence[Path], key: str) -> Path:
    """Where what is found in photos lies until all is found: the same for the same photos, looked at the same way.

    Args:
        photos: files.
        key: how they are looked at: whoever is done deletes the folder, and only what is his own may be in it.

    Raises:
        ConfigError: see `user_cache_folder`.
    """
    text = "\n".join([key, *(str(photo.absolute()) for photo in photos)]).encode(errors="surrogateescape")
    return user_cache_folder().parent / _UNFINISHED / hashlib.sha256(text).hexdigest()[:16]


class PassingFolder:
    """A folder for pictures that are needed for a while only; one that a killed process left is known by its lock.

    Attributes:
        path: where it is.

    Raises:
        ConfigError: see `user_cache_folder`.
        DataError: it cannot be made.
    """

    def __init__(self) -> None:
        import filelock  # Here, as below: the window's first paint does not wait for it.

        folder = user_cache_folder().parent / _PASSING
        make_folder(folder, private=True)
        with readable_os_errors("make a folder in", folder):
            self.path = Path(tempfile.mkdtemp(dir=folder))
            self._lock = filelock.FileLock(self.path / _IN_USE, thread_local=False)
            self._lock.acquire()

    def __enter__(self) -> Path:
        return self.path

    def __exit__(self, *_: object) -> None:
        self.cleanup()

    def cleanup(self) -> None:
        """Delete it and what is in it."""
        self._lock.release()
        shutil.rmtree(self.path, ignore_errors=True)


def sweep_old(now: float) -> int:
    """Delete what is older than `KEPT_DAYS`, of all homes; returns how many files.

    Args:
        now: s, as the dates of files. What seems to come from the future goes likewise: a clock was wrong.
    """
    count, folders = 0, set[Path]()
    with contextlib.suppress(ConfigError, OSError):
        for part in (cache_folder(), *cache_folder().glob(f"{CACHE_PREFIX}*")):
            for kind, days in KEPT_DAYS.items():
                for file in part.glob(f"{kind}/*/*"):
                    with contextlib.suppress(OSError):  # Another process may be quicker.
                        is_old = abs(now - file.lstat().st_mtime) > days * _DAY_S
                        if is_old and not (kind == _PASSING and _in_use(file.parent)):
                            file.unlink()
                            folders.add(file.parent)
                            count += 1
    for folder in folders:
        with contextlib.suppress(OSError):
            folder.rmdir()
    return count


def forget_unfinished() -> None:
    """Delete what is unfinished or was left by a crash: somebody who is deleted for good may be among the faces.

    Raises:
        DataError: it cannot be deleted.
    """
    parts = _own_parts()
    _delete(part / _UNFINISHED for part in parts)
    _delete(one for part in parts for one in part.glob(f"{_PASSING}/*") if one.is_dir() and not _in_use(one))


def _in_use(folder: Path) -> bool:
    """Whether the process that made a passing folder still runs."""
    if not (folder / _IN_USE).exists():
        return False  # To make a lock takes room, which a full disk has not.
    import filelock

    try:
        with filelock.FileLock(folder / _IN_USE, timeout=0):
            return False
    except filelock.Timeout:
        return True


def vector_caches() -> list[Path]:
    """Where vectors of measurements may be: with the key of this home, and plain."""
    return [part / VECTORS for part in _own_parts()]


def count_cached() -> int:
    """How many files `erase_caches` would delete."""
    return sum(1 for folder in _all_folders() for path in folder.rglob("*") if path.is_file())


def erase_caches() -> None:
    """Delete all of it: what another home needs is made again there.

    Raises:
        DataError: something cannot be deleted.
    """
    _delete(_all_folders())


def _all_folders() -> Iterator[Path]:
    return (part / name for part in _own_parts() for name in (CHIPS, *KEPT_DAYS))


def _own_parts() -> list[Path]:
    try:
        return [*dict.fromkeys([user_cache_folder().parent, cache_folder()])]
    except ConfigError:
        return []  # No home folder, no cache.


def _delete(folders: Iterable[Path]) -> None:
    for folder in folders:
        with readable_os_errors("delete", folder), contextlib.suppress(FileNotFoundError):
            patiently(shutil.rmtree, folder)
