"""Visits in the table of a server: sent together, and none lost or doubled whatever happens in between."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.engine.visits import table
from facecam.engine.visits.store import SightingFile
from facecam.engine.visits.table import WAITING_FILE, SightingTable
from facecam.gallery.postgres import schema
from tests.engine.visits.test_presence import ADA, EVE
from tests.engine.visits.test_store import visit, visits, who
from tests.servers import OwnServer

_NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture
def kept(tmp_path: Path, database_server: OwnServer) -> SightingFile:
    return visits(tmp_path, database_server.new_database(), ADA, EVE)


def away(folder: Path) -> SightingTable:
    """The same station while its server does not answer."""
    return SightingTable(replace(Settings(), database=folder, server=_NOWHERE))


def test_any_number_of_visits_is_one_statement(
    kept: SightingFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    said: list[str] = []
    execute = psycopg.Connection.execute

    def heard(self: object, statement: bytes, *more: object, **named: object) -> object:
        said.append(bytes(statement).decode() if isinstance(statement, bytes) else statement)
        return execute(self, statement, *more, **named)  # type: ignore[arg-type, call-overload]

    for number in range(3):
        away(tmp_path).append(visit(None, number))
    monkeypatch.setattr(psycopg.Connection, "execute", heard)
    kept.append(visit(ADA), visit(EVE), visit(None))
    assert sum("INSERT" in one for one in said) == 1
    monkeypatch.undo()
    assert who(kept) == [None, None, None, "Ada", "Eve", None] and not kept.waiting()


def test_what_another_program_leaves_to_wait_meanwhile_is_not_lost(
    kept: SightingFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    away(tmp_path).append(visit(ADA))
    insert = table.insert

    def meanwhile(*given: object, **named: object) -> None:
        insert(*given, **named)  # type: ignore[arg-type]
        away(tmp_path).append(visit(EVE))

    with monkeypatch.context() as patch:
        patch.setattr(table, "insert", meanwhile)
        kept.append(visit(None))
    assert len(kept.waiting()) == 1
    kept.append()
    assert sorted(map(str, who(kept))) == ["Ada", "Eve", "None"] and not kept.waiting()


def test_what_was_sent_just_before_a_crash_is_not_sent_twice(kept: SightingFile, tmp_path: Path) -> None:
    away(tmp_path).append(visit(ADA), visit(None))
    waiting = tmp_path / WAITING_FILE
    lines = waiting.read_text()
    kept.append(visit(EVE))
    waiting.write_text(lines)  # As a process that was killed leaves it.
    kept.append()
    assert sorted(map(str, who(kept))) == ["Ada", "Eve", "None"] and not kept.waiting()


def test_visits_wait_while_another_station_has_a_newer_facecam(
    kept: SightingFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(schema, "STEPS", schema.STEPS[:1])
        kept.append(visit(ADA))
    assert len(kept.waiting()) == 1
    kept.append()
    assert who(kept) == ["Ada"] and not kept.waiting()
