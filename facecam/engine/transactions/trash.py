"""Trash: photos removed from `data/`, until the window closes.

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
from pathlib import Path

from filelock import FileLock, Timeout

from facecam.core.encryption import at_rest
from facecam.core.errors import DataError, FacecamError, reason_of
from facecam.core.held_files import patiently
from facecam.core.json_text import parse_json
from facecam.core.paths import atomic_write, make_folder, possible, printable, readable_os_errors
from facecam.core.private import FILE_MODE, make_private_folder
from facecam.engine.photos.library import NOTES_FOLDER, PERSON_FILE, REJECTED_FOLDER, free_path
from facecam.engine.transactions.layout import REMOVED_FOLDER
from facecam.engine.transactions.trash_notes import NOTE_FILE, Forget, Note, heed_note, write_note

FOLDER = REMOVED_FOLDER
_LOCK, _MOVES, _DONE = "lock", "moves.json", "done"
#: A folder of photos that were about to be removed, where it is not known any more whose they were.
_FOUND = "put back"
_log = logging.getLogger(__name__)


class Trash:
    """The bins of one session.

    Args:
        data: the folder of photos.
    """

    def __init__(self, data: Path) -> None:
        self._session = data.absolute() / FOLDER / secrets.token_hex(8)
        self._lock: FileLock | None = None
        self._count = 0

    def next_bin(self) -> Path:
        """Where the next bin is going to be; `put` makes it."""
        self._count += 1
        return self._session / f"{self._count:04d}"

    def put(self, paths: Sequence[Path], folder: Path | None = None) -> Path:
        """Take files and folders out of sight, all of them or none; returns the bin. `settle` makes it last.

        Args:
            paths: what goes.
            folder: the bin, as `next_bin` named it; None: the next one.

        Raises:
            DataError: one cannot be moved.
        """
        folder = folder or self.next_bin()
        self._open()
        make_folder(folder, private=True)
        moves = tuple((path.absolute(), folder / str(number)) for number, path in enumerate(paths))
        entries = [[str(source), target.name, _link_target(source)] for source, target in moves]
        atomic_write(folder / _MOVES, json.dumps(entries).encode("utf-8", "surrogatepass"), private=True)
        try:
            for source, target in moves:
                with readable_os_errors("move away", source):
                    patiently(os.rename, source, target)
        except FacecamError:
            put_back(folder)
            raise
        return folder

    def close(self, forget: Forget) -> None:
        """Delete all bins of this session; what was not settled is put back.

        Args:
            forget: gets the notes of those that are deleted.

        Raises:
            DataError: something cannot be deleted or put back; so it can be repeated, and the next start does.
        """
        if self._lock is None:
            return
        _put_back_unsettled(self._session)
        _empty(self._session, forget)
        self._lock.release()
        self._lock = None
        delete(self._session)
        with contextlib.suppress(OSError):  # other sessions are still there
            self._session.parent.rmdir()

    def _open(self) -> None:
        if self._lock is not None:
            return
        with readable_os_errors("make the folder", self._session):
            make_private_folder(self._session)
            lock = FileLock(self._session / _LOCK, 0, FILE_MODE)
            lock.acquire()
        self._lock = lock


def settle(folder: Path, note: Note | None = None) -> None:
    """Say that a removal is complete: a crash from now on empties the bin.

    Args:
        folder: the bin.
        note: what `Trash.close`, or `sweep` after a crash, hands over before it empties the bin.

    Raises:
        DataError: this cannot be written.
    """
    if note is not None:
        write_note(folder, note)
    atomic_write(folder / _DONE, b"", private=True)


def put_back(folder: Path) -> list[Path]:
    """Move everything in a bin to where it came from, or beside it if something is there now; returns where.

    Raises:
        DataError: something cannot be moved; it stays in the bin.
    """
    with readable_os_errors("put back", folder):
        # From now on a crash or `close` puts the rest back, too, instead of deleting it.
        (folder / _DONE).unlink(missing_ok=True)
    return _put_back(folder)


def origins(folder: Path) -> list[Path]:
    """Where what is in a bin came from."""
    return [source for source, _ in _moves_of(folder)]


def sweep(data: Path, forget: Forget) -> tuple[Note, ...]:
    """Empty what crashed sessions left; returns the notes of what was deleted. Sessions that are alive are left alone.

    Args:
        data: the folder of photos.
        forget: gets the notes of what is deleted.

    Raises:
        DataError: something cannot be deleted or put back.
    """
    notes: list[Note] = []
    for session in _subfolders(data / FOLDER):
        lock = FileLock(session / _LOCK, 0, FILE_MODE)
        if not _acquire(lock, session):
            continue
        try:
            _put_back_unsettled(session)
            notes += _empty(session, forget)
        finally:
            lock.release()
        delete(session)
    with contextlib.suppress(OSError):  # somebody else is at work, or there was nothing
        (data / FOLDER).rmdir()
    return tuple(notes)


def _link_target(path: Path) -> str:
    """Where a link leads; empty for what is no link."""
    return str(path.resolve()) if path.is_symlink() else ""


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
    for folder in _subfolders(session):
        if not (folder / _DONE).exists():
            _put_back(folder)


def _empty(session: Path, forget: Forget) -> list[Note]:
    """Photos first, which makes room for the rest, and the notes last: what goes wrong is tried again next time."""
    notes = []
    for folder in _subfolders(session):
        _delete_items(folder)
        if (folder / _DONE).exists() and (note := heed_note(folder, forget)) is not None:
            notes.append(note)
        _delete_bin(folder)
    return notes


def _moves_of(folder: Path) -> Iterator[tuple[Path, Path]]:
    for source, name, *_ in _entries(folder):
        yield Path(source), folder / name


def _entries(folder: Path) -> list[list[str]]:
    """What `moves.json` says: place, name in the bin and, for a link, where it leads."""
    try:
        entries = parse_json(at_rest.read_bytes(folder / _MOVES).decode("utf-8", "surrogatepass"))
        return [
            entry
            for entry in entries
            if Path(entry[0]).is_absolute() and entry[1].isdigit() and all(map(_is_place, entry))
        ]
    except (OSError, ValueError, TypeError, AttributeError, LookupError) as error:
        # Without the list nothing was moved yet: it is written first. Where it was damaged, see `_put_back`.
        _log.info("no usable list in %s: %s", folder, error)
        return []


def _is_place(text: str) -> bool:
    """Whether something can be there; empty: it is no link."""
    return not text or bool(possible(Path(text)).name)


def _put_back(folder: Path) -> list[Path]:
    places, moves = [], list(_moves_of(folder))
    for source, target in moves:
        if not os.path.lexists(target):
            continue
        if source.parent.name == REJECTED_FOLDER and not source.parent.parent.is_dir():
            continue  # The picture of a face that is not somebody who is gone, too.
        place = free_path(source)
        with readable_os_errors("move back", place):
            if place.parent.is_file():  # Put there by somebody meanwhile: it stays beside the folder.
                patiently(os.rename, place.parent, free_path(place.parent))
            make_private_folder(place.parent)
            patiently(os.rename, target, place)
        places.append(place)
    listed = {target.name for _, target in moves}
    if any(path.name not in listed for path in folder.glob("[0-9]*")):
        # The list was damaged: nobody knows whose they were, and they are not lost.
        place = free_path(folder.parents[2] / _FOUND)
        with readable_os_errors("move back", place):
            patiently(os.rename, folder, place)
    else:
        _delete_bin(folder)
    return places


def _delete_items(folder: Path) -> None:
    for _, name, *linked in _entries(folder):
        if linked and linked[0] and (folder / name).is_symlink():
            _clean_linked(Path(linked[0]), folder)
        delete(folder / name)


def _delete_bin(folder: Path) -> None:
    """Photos first, then the list, the note and that it is done: cut off anywhere, it is not put back."""
    _delete_items(folder)
    for path in sorted(folder.iterdir() if folder.is_dir() else (), key=_last_of_all):
        delete(path)
    delete(folder)


def _last_of_all(path: Path) -> int:
    order = (_MOVES, NOTE_FILE, _DONE)
    return order.index(path.name) + 1 if path.name in order else 0


def _clean_linked(target: Path, taken: Path) -> None:
    """Of a folder that was only linked, what we put beside the user's photos goes; the photos are not ours."""
    data = taken.parents[2]
    if data in (target, *target.parents):
        return  # Somebody else's folder.
    for name in (NOTES_FOLDER, REJECTED_FOLDER, PERSON_FILE):
        delete(target / name)


def delete(path: Path) -> None:
    """Delete a file, a folder with all that is in it, or a link without what it leads to.

    Raises:
        DataError: something cannot be deleted.
    """
    try:
        if path.is_dir() and not path.is_symlink():
            patiently(shutil.rmtree, path)
        else:
            patiently(path.unlink, missing_ok=True)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise DataError(
            f"removed photos are still in {printable(str(path))}: {reason_of(error)}",
            hint="Delete that folder by hand.",
        ) from error
