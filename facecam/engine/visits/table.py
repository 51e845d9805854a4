"""Visits in the table of a database server, for those who share one."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from facecam.core.config import Settings
from facecam.core.errors import GalleryError
from facecam.core.types import Identity
from facecam.engine.visits.log import Sighting
from facecam.engine.visits.store import (
    SightingFile,
    entries_of,
    entry_of,
    handed,
    key_of,
    moment_of,
    plain_entry,
)
from facecam.gallery.postgres import schema
from facecam.gallery.postgres.connection import ServerError, transaction
from facecam.gallery.postgres.following import following
from facecam.gallery.postgres.held import plain, stored

if TYPE_CHECKING:
    from psycopg import Connection

#: What could not be sent while the server did not answer.
WAITING_FILE: Final = "sightings-waiting.jsonl"
_Entry = dict[str, object]
_log = logging.getLogger(__name__)


def open_visits(settings: Settings) -> SightingFile:
    """Where the visits of the settings' people are."""
    return SightingTable(settings) if settings.server else SightingFile(settings.database)


class SightingTable(SightingFile):
    """Visits of all stations. A line about somebody goes with them, whichever station deletes them.

    While the server does not answer, visits that are over wait in a file of this station.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.database)
        self._address, self._waiting = settings.server, SightingFile(settings.database, WAITING_FILE)

    def append(self, *visits: Sighting) -> None:
        """Add visits that are over, and what waited; of somebody who was deleted meanwhile nothing is kept.

        Raises:
            DataError: they can be written neither there nor here.
        """
        follows = following(self._address)
        # Recognition must not stand still while a server is waited for.
        if follows.is_lost or not follows.refusal.is_due:
            self._waiting.append(*visits)
            return
        try:
            waiting = entries_of(self._waiting.lines())
            with self._transaction() as connection:
                insert(connection, [*waiting, *map(plain_entry, visits)], again=bool(waiting))
        except (ServerError, GalleryError) as error:  # It is away, or a newer facecam has brought it up.
            if follows.refusal.came(error.message):
                _log.warning("visits wait in %s: %s", self._waiting.path, error.message)
            self._waiting.append(*visits)
            return
        if follows.refusal.ended():
            _log.warning("visits that waited in %s are sent", self._waiting.path)
        if waiting:  # And nothing that another program of this station had to put there meanwhile.
            sent = set(map(key_of, waiting))
            self._waiting.rewrite(lambda entry: None if key_of(entry) in sent else entry)

    def put_back(self, lines: Iterable[str]) -> None:
        """See `SightingFile.put_back`."""
        with self._transaction() as connection:
            put_back(connection, lines)

    def clear(self) -> None:
        """Remove all visits, of every station.

        Raises:
            DataError: it cannot be done.
        """
        with self._transaction() as connection:
            connection.execute("DELETE FROM facecam.visit")
            self._waiting.clear()

    def rewrite(self, change: Callable[[_Entry], _Entry | None]) -> None:
        with self._transaction() as connection:
            rewrite(connection, change)
            self._waiting.rewrite(change)  # Last: where the server refuses, what waits stays as it is.

    def forget_waiting(self, gone: Collection[str]) -> None:
        """Of people with these ids, who were deleted, nothing waits here any more.

        Raises:
            DataError: it cannot be written; the old lines are still there.
        """
        self._waiting.rewrite(lambda entry: None if entry.get("id") in gone else entry)

    def send_waiting(self) -> None:
        """What waits, without waiting for the next visit: of whom another station deletes meanwhile nothing stays here.

        Raises:
            DataError: it can neither be read nor written.
        """
        if following(self._address).refusal.is_due and self._waiting.lines():
            self.append()

    def waiting(self) -> list[str]:
        return self._waiting.lines()

    def lines(self) -> list[str]:
        with transaction(self._address, reading=True) as connection:
            there = schema.version_of(connection) > 0  # Of every version: its role may not bring it up.
            return [json.dumps(entry) for _, entry in _all(connection)] if there else []

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with transaction(self._address) as connection:
            schema.ensure(connection)
            yield connection


def insert(connection: Connection, entries: Sequence[_Entry], *, again: bool = False) -> None:
    """Add visits in one statement; those of people who were merged are of whom they are part, of the deleted none is.

    Args:
        connection: with a transaction.
        entries: the visits.
        again: some may have been sent before: what is there is not doubled.
    """
    if not entries:
        return
    new = "true"
    if again:  # Two programs of a station may send the same.
        schema.lock(connection)
        new = (
            "NOT EXISTS (SELECT FROM facecam.visit WHERE visit.came IS NOT DISTINCT FROM new.came"
            " AND visit.entry::text = new.entry)"
        )
    whose, texts = _columns(entries)
    # Who is being deleted is waited for: a line about them would fail with all others.
    connection.execute(
        "WITH there AS (SELECT id, number FROM facecam.person WHERE id = ANY(%s::text[]) FOR KEY SHARE)"
        " INSERT INTO facecam.visit (person, came, entry) SELECT number, new.came, new.entry::json"
        " FROM unnest(%s::text[], %s::timestamptz[], %s::text[]) WITH ORDINALITY AS new(who, came, entry, nth)"
        f" LEFT JOIN there ON id = who WHERE (who IS NULL OR number IS NOT NULL) AND {new}"
        " ORDER BY nth".encode(),
        [whose, whose, [moment_of(entry.get("came")) for entry in entries], texts],
    )
    # Asked for afterwards: who is being merged was waited for.
    found = connection.execute(
        f"{schema.MERGED} SELECT merged.person, way, id, name FROM merged JOIN facecam.person ON id = merged.kept"
        " WHERE merged.person = ANY(%s::text[])".encode(),
        [whose],
    ).fetchall()
    kept = {gone: ([*map(plain, way)], Identity(plain(id_), plain(name))) for gone, way, id_, name in found}
    theirs = [_handed_on(entry, *kept[id_]) for entry, id_ in zip(entries, whose, strict=True) if id_ in kept]
    if theirs:
        insert(connection, theirs, again=again)


def _handed_on(entry: _Entry, way: Sequence[str], kept: Identity) -> _Entry:
    for between in way:  # What they were called is known nowhere any more.
        entry = handed(entry, Identity(between, str(entry.get("name"))))
    return handed(entry, kept)


def put_back(connection: Connection, lines: Iterable[str]) -> None:
    """See `SightingFile.put_back`, in the transaction of somebody else."""
    schema.lock(connection)
    back = entries_of(lines)
    there = {key_of(entry) for _, entry in _all(connection)} if back else set()
    insert(connection, [entry for entry in back if key_of(entry) not in there])


def rewrite(connection: Connection, change: Callable[[_Entry], _Entry | None]) -> None:
    """See `SightingFile.rewrite`, in the transaction of somebody else; what waits at a station stays."""
    schema.lock(connection)
    changed = [(number, new) for number, entry in _all(connection) if (new := change(entry)) != entry]
    gone = [number for number, new in changed if new is None]
    connection.execute("DELETE FROM facecam.visit WHERE id = ANY(%s)", [gone])
    kept = [(number, new) for number, new in changed if new is not None]
    connection.execute(
        "UPDATE facecam.visit SET entry = new.entry::json, person ="
        " (SELECT person.number FROM facecam.person WHERE person.id = new.who)"
        " FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS new(id, who, entry) WHERE visit.id = new.id",
        [[number for number, _ in kept], *_columns([new for _, new in kept])],
    )


def _columns(entries: Sequence[_Entry]) -> tuple[list[str | None], list[str]]:
    """Whose they are, by id as the server has it, and they themselves."""
    ids = (entry.get("id") for entry in entries)
    return [None if id_ is None else stored(str(id_)) for id_ in ids], list(map(json.dumps, entries))


def _all(connection: Connection) -> list[tuple[int, _Entry]]:
    found: list[tuple[int, Any]] = connection.execute(
        "SELECT id, entry::text FROM facecam.visit ORDER BY came NULLS FIRST, id"
    ).fetchall()
    return [(number, entry) for number, text in found if (entry := entry_of(text)) is not None]
