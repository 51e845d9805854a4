"""Restoring, its last step: what was unpacked takes the places of what was there, all of it or nothing.

What is going to be unpacked and renamed is written to `.facecam-restoring.json` beside the database, and once
more before the first rename; the file goes as the very last. Whoever finds it, and nobody at work, removes what was
unpacked, or, once everything was, goes on to the end: no mixture of before and after stays. A key that is given up
is set aside meanwhile, and counts again unless it went with what it locks.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from facecam.core.config import Settings
from facecam.core.encryption.data_keys import KEY_FILE, POINTER_FILE
from facecam.core.errors import DataError
from facecam.core.held_files import HOLDS_FILES, patiently
from facecam.core.json_text import parse_json
from facecam.core.paths import delete, delete_file, fsync, fsync_folder, printable, readable_os_errors
from facecam.core.private import private_opener
from facecam.engine.transactions.layout import KEY_ASIDE, RESTORING_FILE, RESTORING_HALF
from facecam.gallery.storage.lock import locked

LOCK_FILE: Final = ".facecam-restoring.lock"
#: In the names of what is unpacked, and of what was there before.
UNPACKED, BEFORE = "restoring", "before-restoring"
_FORMAT: Final = 1
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Move:
    """What takes a place.

    Attributes:
        unpacked: what it will be.
        target: where.
        before: where that what is there goes until the end.
    """

    unpacked: Path
    target: Path
    before: Path


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is written down of a restoration.

    Attributes:
        moves: what takes the places.
        ready: whether everything was unpacked.
        pointers: of folders with nothing in them, to a key that is given up: they go with it.
    """

    moves: Sequence[Move] = ()
    ready: bool = False
    pointers: Sequence[Path] = ()


def plan_path(settings: Settings) -> Path:
    """Where the plan of a restoration is."""
    return settings.database.absolute().parent / RESTORING_FILE


@contextlib.contextmanager
def key_set_aside(database: Path) -> Iterator[None]:
    """A key that is lost does not count in the block, and goes with what it locks; it is back if the block raises.

    Raises:
        DataError: it cannot be renamed.
    """
    key_file = database / KEY_FILE
    with readable_os_errors("rename", key_file), contextlib.suppress(FileNotFoundError):
        patiently(os.replace, key_file, database / KEY_ASIDE)
    try:
        yield
    except BaseException:
        with contextlib.suppress(DataError):  # `finish` does it.
            _put_key_back(database)
        raise


def begin(settings: Settings, moves: Sequence[Move]) -> None:
    """Before anything is unpacked: cut off from here on, `finish` removes it.

    Raises:
        DataError: this cannot be written.
    """
    _write(plan_path(settings), _Plan(moves))


def give_up(settings: Settings, moves: Sequence[Move]) -> None:
    """Remove what was unpacked; what cannot be removed is left to `finish`, and so is all once it is in place."""
    path = plan_path(settings)
    with contextlib.suppress(DataError):
        if not (path.is_file() and _read(path).ready):
            _discard(moves, path)


def carry_out(settings: Settings, moves: Sequence[Move], pointers: Sequence[Path] = ()) -> None:
    """Rename everything into its place; cut off from here on, `finish` goes on.

    Args:
        settings: where the database is.
        moves: of everything that was unpacked.
        pointers: files of empty folders that point to a key that is given up, to be deleted.

    Raises:
        DataError: something cannot be renamed: all is as it was.
    """
    path, plan = plan_path(settings), _Plan(moves, ready=True, pointers=pointers)
    _write(path, plan)
    try:
        for move in moves:
            _rename(move)
    except DataError:
        _take_back(moves)
        _write(path, _Plan(moves))
        raise
    _clean(plan, path)


def finish(settings: Settings) -> bool:
    """Go on with a restoration that was cut off, or remove what it had unpacked; returns whether it is done now.

    A key that it set aside, and that did not go with what it locks, counts again.

    Raises:
        DataError: it cannot be finished, or somebody is just putting things in place.
    """
    path = plan_path(settings)
    if not (path.is_file() or _half_of(path).is_file() or (settings.database / KEY_ASIDE).is_file()):
        return False
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(alone(settings))
        except DataError:
            if path.is_file() and _read(path).ready:
                raise
            return False  # Somebody is unpacking: that changes nothing for anybody else.
        delete_file(_half_of(path))
        # Without a plan somebody has finished it meanwhile, or nothing was begun.
        plan = _read(path) if path.is_file() else _Plan()
        if not plan.ready:
            _discard(plan.moves, path)
            _put_key_back(settings.database)
            return False
        for move in plan.moves:
            if os.path.lexists(move.unpacked):
                _rename(move)
        _clean(plan, path)
    return True


@contextlib.contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Nobody else restores there while the block runs.

    Raises:
        DataError: somebody does.
    """
    folder = settings.database.absolute().parent
    what = f"another facecam is restoring in {printable(str(folder))}"
    try:
        with locked(folder / LOCK_FILE, DataError(what, hint="Wait until it has finished.")):
            try:
                yield
            finally:  # While it is held: nobody who is refused takes it from under whoever has it.
                with contextlib.suppress(OSError):
                    (folder / LOCK_FILE).unlink(missing_ok=True)
    finally:
        if HOLDS_FILES:  # Then only what nobody holds can be deleted.
            with contextlib.suppress(OSError):
                (folder / LOCK_FILE).unlink(missing_ok=True)


def _write(path: Path, plan: _Plan) -> None:
    document = {
        "format": _FORMAT,
        "ready": plan.ready,
        "moves": [[str(one.unpacked), str(one.target), str(one.before)] for one in plan.moves],
        "pointers": list(map(str, plan.pointers)),
    }
    # One name, which the next start looks for: only whoever is `alone` writes it.
    half = _half_of(path)
    with readable_os_errors("write", path):
        half.unlink(missing_ok=True)
        with open(half, "xb", opener=private_opener) as file:
            file.write(json.dumps(document).encode("utf-8", "surrogateescape"))
            file.flush()
            fsync(file.fileno())
        patiently(os.replace, half, path)
        fsync_folder(path.parent)


def _half_of(path: Path) -> Path:
    return path.with_name(RESTORING_HALF)


def _discard(moves: Sequence[Move], path: Path) -> None:
    for move in moves:
        delete(move.unpacked)
    delete_file(path)


def _put_key_back(database: Path) -> None:
    """Unless the database is the restored one already, or there was no key."""
    key_file, aside = database / KEY_FILE, database / KEY_ASIDE
    with readable_os_errors("rename", aside):
        if aside.is_file() and not key_file.exists():
            patiently(os.replace, aside, key_file)


def _rename(move: Move) -> None:
    with readable_os_errors("put in place", move.target):
        if os.path.lexists(move.target) and not os.path.lexists(move.before):
            patiently(os.rename, move.target, move.before)
        patiently(os.rename, move.unpacked, move.target)
        fsync_folder(move.target.parent)


def _take_back(moves: Sequence[Move]) -> None:
    for move in reversed(moves):
        with contextlib.suppress(OSError):
            if not os.path.lexists(move.unpacked) and os.path.lexists(move.target):
                patiently(os.rename, move.target, move.unpacked)
            if os.path.lexists(move.before):
                patiently(os.rename, move.before, move.target)


def _clean(plan: _Plan, path: Path) -> None:
    for move in plan.moves:
        delete(move.before)
    for pointer in plan.pointers:
        delete_file(pointer)
    delete_file(path)


def _read(path: Path) -> _Plan:
    with readable_os_errors("read", path):
        content = path.read_bytes()
    try:
        document = parse_json(content.decode("utf-8", "surrogateescape"))
        if document["format"] != _FORMAT:
            raise ValueError("another format")
        moves = [Move(*map(Path, one)) for one in document["moves"]]
        pointers = [Path(one) for one in document.get("pointers", ())]
        if not all(map(_is_sane, moves)) or any(one.name != POINTER_FILE for one in pointers):
            raise ValueError("it renames other things")
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{printable(str(path))}, the plan of a restoration that was cut off, is damaged: {error}",
            hint=f"Look for folders beside it that end in .{BEFORE}: that is what was there; then delete the plan.",
        ) from error
    return _Plan(moves, bool(document["ready"]), pointers)


def _is_sane(move: Move) -> bool:
    """Somebody may have written into the plan: it renames and deletes only what `restore` calls so."""
    beside = move.unpacked.parent == move.target.parent == move.before.parent
    return beside and move.unpacked.name.endswith(f".{UNPACKED}") and move.before.name.endswith(f".{BEFORE}")
