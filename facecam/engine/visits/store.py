"""The log on disk, if the user wants one: a line per visit, without those of people who were deleted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from facecam.core.encryption import at_rest
from facecam.core.json_text import parse_json
from facecam.core.paths import append, atomic_write, delete_file, readable_os_errors
from facecam.core.private import FILE_MODE, make_private_folder
from facecam.core.types import Identity
from facecam.engine.visits.log import Sighting

#: Beside the generations of the database.
LOG_FILE = "sightings.jsonl"
#: Lines read back at the start.
_MOST_READ = 1000
_LOCK_TIMEOUT_S = 5.0
_LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)
#: The key under which a line remembers whose it was before people were merged.
_WAS = "was"


class SightingFile:
    """Visits as JSON lines, readable by this user only.

    Args:
        folder: the database.
        name: of the file.
    """

    def __init__(self, folder: Path, name: str = LOG_FILE) -> None:
        self.path = folder / name
        self._lock = FileLock(folder / f".{name}.lock", _LOCK_TIMEOUT_S, FILE_MODE)

    def append(self, *visits: Sighting) -> None:
        """Add visits that are over.

        Raises:
            DataError: disk full or no permission.
        """
        with readable_os_errors("write", self.path):
            make_private_folder(self.path.parent)
            with self._lock:
                append(self.path, _written(map(plain_entry, visits)))

    def read(self) -> tuple[Sighting, ...]:
        """The last visits, numbered from 1, oldest first; lines that make no sense are passed over.

        Raises:
            DataError: it cannot be read.
        """
        visits = filter(None, map(_visit, self.lines()[-_MOST_READ:]))
        return tuple(replace(one, number=number) for number, one in enumerate(visits, start=1))

    def count(self, identity: Identity) -> int:
        """How many lines are about somebody.

        Raises:
            DataError: it cannot be read.
        """
        return len(self.lines_of(identity)) if identity.id else 0

    def lines_of(self, identity: Identity) -> tuple[str, ...]:
        """The lines about somebody, as `put_back` takes them.

        Raises:
            DataError: it cannot be read.
        """
        everywhere = [*self.lines(), *self.waiting()]
        return tuple(line for line in everywhere if (entry_of(line) or {}).get("id") == identity.id)

    def put_back(self, lines: Iterable[str]) -> None:
        """Lines that were forgotten, in the order in which people came; those that are there are not doubled.

        Raises:
            DataError: disk full or no permission.
        """
        back = entries_of(lines)
        if not back:
            return
        with readable_os_errors("write", self.path):
            make_private_folder(self.path.parent)
            with self._lock:
                there = entries_of(self.lines())
                known = set(map(key_of, there))
                new = [entry for entry in back if key_of(entry) not in known]
                entries = sorted([*there, *new], key=lambda entry: moment_of(entry.get("came")) or _LONG_AGO)
                atomic_write(self.path, _written(entries), private=True)

    def forget(self, identity: Identity) -> None:
        """Remove every line about somebody who was deleted.

        Raises:
            DataError: it cannot be written; the old lines are still there.
        """
        self.rewrite(lambda entry: None if entry.get("id") == identity.id else entry)

    def expire(self, known_before: datetime | None, unknown_before: datetime | None) -> tuple[int, int]:
        """Remove visits that ended before; returns how many of people and how many of unknown faces.

        Args:
            known_before: for people; None: they stay.
            unknown_before: for unknown faces; None: they stay.

        Raises:
            DataError: it cannot be written; the old lines are still there.
        """
        limits = {True: known_before, False: unknown_before}
        gone = {True: 0, False: 0}

        def kept(entry: dict[str, object]) -> dict[str, object] | None:
            is_known, left = bool(entry.get("id")), moment_of(entry.get("left"))
            before = limits[is_known]
            if before is None or left is None or left >= before:
                return entry
            gone[is_known] += 1
            return None

        if known_before is None and unknown_before is None:
            return 0, 0
        # Looked through first: the file is written anew only where something goes.
        if any(kept(entry) is None for entry in entries_of(self.lines())):
            gone.update({True: 0, False: 0})
            self.rewrite(kept)
        return gone[True], gone[False]

    def hand_over(self, gone: Identity, kept: Identity) -> None:
        """Two people turned out to be one. Each line remembers whose it was, for `give_back`.

        Raises:
            DataError: it cannot be written.
        """

        self.rewrite(lambda entry: handed(entry, kept) if entry.get("id") == gone.id else entry)

    def give_back(self, gone: Identity) -> None:
        """They are two after all: `hand_over` undone.

        Raises:
            DataError: it cannot be written.
        """

        def given(entry: dict[str, object]) -> dict[str, object]:
            bearers = _bearers(entry)
            if not bearers or bearers[-1][0] != gone.id:
                return entry
            earlier, last = bearers[:-1], bearers[-1]
            back = {**entry, "id": last[0], "name": last[1], _WAS: earlier}
            return back if earlier else {key: value for key, value in back.items() if key != _WAS}

        self.rewrite(given)

    def clear(self) -> None:
        """Remove the file.

        Raises:
            DataError: it cannot be removed.
        """
        delete_file(self.path)

    def rewrite(self, change: Callable[[dict[str, object]], dict[str, object] | None]) -> None:
        """Put `change(entry)` in the place of every entry; None: it goes.

        Raises:
            DataError: it cannot be written; the old lines are still there.
        """
        if not self.path.exists():
            return
        with readable_os_errors("write", self.path), self._lock:
            changed = map(change, entries_of(self.lines()))
            atomic_write(self.path, _written(entry for entry in changed if entry is not None), private=True)

    def waiting(self) -> list[str]:
        """Lines that could not be sent yet, where they are to be sent anywhere.

        Raises:
            DataError: they cannot be read.
        """
        return []

    def lines(self) -> list[str]:
        """All of them, oldest first.

        Raises:
            DataError: it cannot be read.
        """
        with readable_os_errors("read", self.path):
            try:
                return at_rest.read_text(self.path, "replace").splitlines()
            except FileNotFoundError:
                return []


def plain_entry(visit: Sighting) -> dict[str, object]:
    """A visit as JSON keeps it."""
    return {
        "id": visit.identity.id if visit.identity else None,
        "name": visit.identity.name if visit.identity else None,
        "came": visit.came.isoformat(timespec="seconds"),
        "left": visit.left.isoformat(timespec="seconds") if visit.left else None,
        "percent": round(visit.percent, 1),
        "source": visit.source,
    }


def entry_of(line: str) -> dict[str, object] | None:
    """What a line says; None where it makes no sense."""
    try:
        entry = parse_json(line)
    except ValueError:
        return None  # cut off by a crash
    return entry if isinstance(entry, dict) else None


def entries_of(lines: Iterable[str]) -> list[dict[str, object]]:
    """What lines say; those that make no sense are passed over."""
    return [entry for line in lines if (entry := entry_of(line)) is not None]


def _written(entries: Iterable[dict[str, object]]) -> bytes:
    return "".join(f"{json.dumps(entry, ensure_ascii=True)}\n" for entry in entries).encode()


def key_of(entry: dict[str, object]) -> str:
    """The same for equal entries."""
    return json.dumps(entry, sort_keys=True)


def handed(entry: dict[str, object], kept: Identity) -> dict[str, object]:
    """A line that is somebody else's from now on, and remembers whose it was."""
    before = [*_bearers(entry), [entry.get("id"), entry.get("name")]]
    return {**entry, "id": kept.id, "name": kept.name, _WAS: before}


def _bearers(entry: dict[str, object]) -> list[list[object]]:
    """Id and name of those whose the line was before, the last one last."""
    was = entry.get(_WAS)
    found = was if isinstance(was, list) else []
    return [one for one in found if isinstance(one, list) and len(one) == 2]


def moment_of(text: object) -> datetime | None:
    """A moment of the file, with zone; None where it makes no sense."""
    try:
        return datetime.fromisoformat(str(text)).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def _visit(line: str) -> Sighting | None:
    entry = entry_of(line)
    if entry is None:
        return None
    try:
        identity = Identity(str(entry["id"]), str(entry["name"])) if entry["id"] else None
        came, left = datetime.fromisoformat(str(entry["came"])), datetime.fromisoformat(str(entry["left"]))
        return Sighting(0, identity, came, left, float(str(entry["percent"])), str(entry["source"]))
    except (KeyError, ValueError):
        return None
