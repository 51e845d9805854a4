"""Where photos wait that were removed from `data/`, until the window closes.

`data/.removed/<session>/<number>/` holds what one removal took away, under
numbers, `moves.json` with the places they came from, and perhaps `note.json` with what
else has to be done when it cannot be taken back any more. The folder lies inside
`data/` so that moving is renaming: whole or not at all, on whatever disk. A
lock marks the session as alive. What a crashed session left is emptied at the
next start, except for a removal that was cut off half-way: that is taken back.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from facecam.core.errors import DataError, FacecamError
from facecam.core.paths import atomic_write, printable, readable_os_errors
from facecam.engine.photos import free_path
from facecam.engine.trash_notes import Forget, Note, heed_note, write_note

FOLDER = ".removed"
_LOCK, _MOVES, _DONE = "lock", "moves.json", "done"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Bin:
    """What one removal took away.

    Attributes:
        folder: where it waits.
        moves: where each thing came from and where it is.
    """

    folder: Path
    moves: tuple[tuple[Path, Path], ...]


class Trash:
    """The bins of one session.

    Args:
        data: the folder of photos.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self._folder: Path | None = None
        self._lock: FileLock | None = None
        self._count = 0

    def put(self, paths: Sequence[Path]) -> Bin:
        """Take files and folders out of sight; all of them or none. `settle` makes it last.

        Raises:
            DataError: one cannot be moved.
        """
        folder = self._new_folder()
        moves = tuple((path, folder / str(number)) for number, path in enumerate(paths))
        text = json.dumps([[str(source), target.name] for source, target in moves])
        atomic_write(folder / _MOVES, text.encode("utf-8", "surrogatepass"))
        taken = Bin(folder, moves)
        try:
            for source, target in moves:
                with readable_os_errors("move away", source):
                    os.rename(source, target)
        except FacecamError:
            self.put_back(taken)
            raise
        return taken

    def settle(self, taken: Bin, note: Note | None = None) -> None:
        """Say that the removal is complete: a crash from now on empties the bin.

        Args:
            taken: the bin.
            note: what `close`, or `sweep` after a crash, hands over before it empties the bin.

        Raises:
            DataError: this cannot be written.
        """
        if note is not None:
            write_note(taken.folder, note)
        atomic_write(taken.folder / _DONE, b"")

    def put_back(self, taken: Bin) -> list[Path]:
        """Move everything to where it came from, or beside it if something is there now; returns where.

        Raises:
            DataError: something cannot be moved; it stays in the bin.
        """
        with readable_os_errors("put back", taken.folder):
            # From now on a crash or `close` puts the rest back, too, instead of deleting it.
            (taken.folder / _DONE).unlink(missing_ok=True)
        return _put_back(taken)

    def empty(self, taken: Bin) -> None:
        """Delete what is in a bin.

        Raises:
            DataError: something cannot be deleted.
        """
        _delete(taken.folder)

    def close(self, forget: Forget | None = None) -> None:
        """Delete all bins of this session; what was not settled is put back.

        Args:
            forget: gets the notes of those that are deleted.

        Raises:
            DataError: something cannot be deleted or put back; the next start tries again.
        """
        folder, lock = self._folder, self._lock
        self._folder = self._lock = None
        try:
            if folder is not None:
                _put_back_unsettled(folder)
                _heed(folder, forget)
        finally:
            if lock is not None:
                lock.release()
        if folder is not None:
            _delete(folder)
            with contextlib.suppress(OSError):  # other sessions are still there
                folder.parent.rmdir()

    def _new_folder(self) -> Path:
        if self._folder is None:
            self._folder = self._open()
        self._count += 1
        folder = self._folder / f"{self._count:04d}"
        with readable_os_errors("make the folder", folder):
            folder.mkdir(mode=0o700)
        return folder

    def _open(self) -> Path:
        folder = self._data / FOLDER / secrets.token_hex(8)
        with readable_os_errors("make the folder", folder):
            folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700)
            self._lock = FileLock(folder / _LOCK, timeout=0)
            self._lock.acquire()
        return folder


def sweep(data: Path, forget: Forget | None = None) -> int:
    """Empty what crashed sessions left; returns how many. Sessions that are alive are left alone.

    Args:
        data: the folder of photos.
        forget: gets the notes of what is deleted.

    Raises:
        DataError: something cannot be deleted or put back.
    """
    count = 0
    for session in _subfolders(data / FOLDER):
        lock = FileLock(session / _LOCK, timeout=0)
        if not _acquire(lock, session):
            continue
        try:
            _put_back_unsettled(session)
            _heed(session, forget)
        finally:
            lock.release()
        _delete(session)
        count += 1
    with contextlib.suppress(OSError):  # somebody else is at work, or there was nothing
        (data / FOLDER).rmdir()
    return count


def _acquire(lock: FileLock, session: Path) -> bool:
    """Whether nobody else has the lock."""
    with readable_os_errors("open", session):
        try:
            lock.acquire()
        except Timeout:
            return False
    return True


def _subfolders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    with readable_os_errors("read", folder):
        return sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())


def _put_back_unsettled(session: Path) -> None:
    """Take back every removal that did not get to its end."""
    for taken in map(_read_bin, _subfolders(session)):
        if not (taken.folder / _DONE).exists():
            _put_back(taken)


def _heed(session: Path, forget: Forget | None) -> None:
    """Before anything is deleted: what goes wrong here is tried again at the next start."""
    if forget is not None:
        for folder in _subfolders(session):
            if (folder / _DONE).exists():
                heed_note(folder, forget)


def _read_bin(folder: Path) -> Bin:
    return Bin(folder, tuple(_moves_of(folder)))


def _moves_of(folder: Path) -> Iterator[tuple[Path, Path]]:
    try:
        entries = json.loads((folder / _MOVES).read_bytes().decode("utf-8", "surrogatepass"))
        for source, name in entries:
            if name.isdigit():
                yield Path(source), folder / name
    except (OSError, ValueError, TypeError, AttributeError) as error:
        # Without the list nothing was moved yet: it is written first.
        _log.info("no usable list in %s: %s", folder, error)


def _put_back(taken: Bin) -> list[Path]:
    places = []
    for source, target in taken.moves:
        if not os.path.lexists(target):
            continue
        place = free_path(source)
        with readable_os_errors("move back", place):
            place.parent.mkdir(parents=True, exist_ok=True)
            os.rename(target, place)
        places.append(place)
    _delete(taken.folder)
    return places


def _delete(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise DataError(
            f"removed photos are still in {printable(str(folder))}: {error.strerror or error}",
            hint="Delete that folder by hand.",
        ) from error
