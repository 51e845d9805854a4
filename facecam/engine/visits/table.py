"""Visits in the table of a database server, for those who share one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from facecam.core.config import Settings
from facecam.engine.visits.log import Sighting
from facecam.engine.visits.store import SightingFile, entry_of, key_of, moment_of, plain_entry
from facecam.gallery.postgres import schema
from facecam.gallery.postgres.connection import ServerError, transaction
from facecam.gallery.postgres.held import stored

if TYPE_CHECKING:
    from psycopg import Connection

#: What could not be sent while the server did not answer.
WAITING_FILE: Final = "sightings-waiting.jsonl"
_Entry = dict[str, object]


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

    def append(self, visit: Sighting) -> None:
        """Add a visit that is over; of somebody who was deleted meanwhile nothing is kept.

        Raises:
            DataError: it can be written neither there nor here.
        """
        try:
            waiting = self._waiting.lines()
            with self._transaction() as connection:
                for entry in (*map(entry_of, waiting), plain_entry(visit)):
                    if entry is not None:
                        insert(connection, entry)
        except ServerError:
            self._waiting.append(visit)
            return
        if waiting:
            self._waiting.clear()

    def put_back(self, lines: Iterable[str]) -> None:
        """See `SightingFile.put_back`."""
        back = [entry for line in lines if (entry := entry_of(line)) is not None]
        if not back:
            return
        with self._transaction() as connection:
            there = {key_of(entry) for _, entry in _all(connection)}
            for entry in back:
                if key_of(entry) not in there:
                    insert(connection, entry)

    def clear(self) -> None:
        """Remove all visits, of every station.

        Raises:
            DataError: it cannot be done.
        """
        self._waiting.clear()
        with self._transaction() as connection:
            connection.execute("DELETE FROM facecam.visit")

    def rewrite(self, change: Callable[[_Entry], _Entry | None]) -> None:
        self._waiting.rewrite(change)
        with self._transaction() as connection:
            for number, entry in _all(connection):
                new = change(entry)
                if new is None:
                    connection.execute("DELETE FROM facecam.visit WHERE id = %s", [number])
                elif new != entry:
                    connection.execute(
                        "UPDATE facecam.visit SET entry = %s, person ="
                        " (SELECT person.number FROM facecam.person WHERE person.id = %s) WHERE id = %s",
                        [json.dumps(new), stored(str(new.get("id"))), number],
                    )

    def waiting(self) -> list[str]:
        return self._waiting.lines()

    def lines(self) -> list[str]:
        with transaction(self._address, reading=True) as connection:
            known = schema.version_of(connection) == len(schema.STEPS)
            return [json.dumps(entry) for _, entry in _all(connection)] if known else []

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with transaction(self._address) as connection:
            schema.ensure(connection)
            yield connection


def insert(connection: Connection, entry: _Entry) -> None:
    """Add a visit, unless it is one of somebody who is not there (any more)."""
    who = entry.get("id")
    connection.execute(
        "INSERT INTO facecam.visit (person, came, entry) SELECT number, %(came)s, %(entry)s"
        " FROM (SELECT) AS one LEFT JOIN facecam.person ON id = %(who)s"
        " WHERE %(who)s::text IS NULL OR number IS NOT NULL",
        {
            "who": None if who is None else stored(str(who)),
            "came": moment_of(entry.get("came")),
            "entry": json.dumps(entry),
        },
    )


def _all(connection: Connection) -> list[tuple[int, _Entry]]:
    found: list[tuple[int, Any]] = connection.execute(
        "SELECT id, entry::text FROM facecam.visit ORDER BY came NULLS FIRST, id"
    ).fetchall()
    return [(number, entry) for number, text in found if (entry := entry_of(text)) is not None]
