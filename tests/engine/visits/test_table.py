"""Visits in the table of a server: sent together, and none lost or doubled whatever happens in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from facecam.core.config import Settings
from facecam.engine import components
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.visits import table
from facecam.engine.visits.store import SightingFile
from facecam.engine.visits.table import WAITING_FILE, SightingTable
from facecam.gallery.gallery import Gallery
from facecam.gallery.postgres import schema
from facecam.gallery.postgres.connection import ServerError, transaction
from facecam.gallery.postgres.following import following
from facecam.gallery.postgres.store import PostgresStore
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


def test_a_connection_known_to_be_lost_is_not_waited_for(
    kept: SightingFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cable that was pulled: each try would take seconds, in which nobody is recognized."""

    def asked(*_: object, **__: object) -> None:
        raise AssertionError("the server is asked")

    with monkeypatch.context() as patch:
        patch.setattr(following(station(kept, tmp_path).server), "is_lost", True)
        patch.setattr("facecam.gallery.postgres.connection.connect", asked)
        kept.append(visit(ADA))
    assert len(kept.waiting()) == 1
    kept.append()
    assert who(kept) == ["Ada"] and not kept.waiting()


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
    monkeypatch.setattr("facecam.gallery.postgres.following._LOOK_UP_S", 0.0)  # It is asked again at once.
    with monkeypatch.context() as patch:
        patch.setattr(schema, "STEPS", schema.STEPS[:1])
        kept.append(visit(ADA))
    assert len(kept.waiting()) == 1
    kept.append()
    assert who(kept) == ["Ada"] and not kept.waiting()


def station(kept: SightingFile, folder: Path) -> Settings:
    assert isinstance(kept, SightingTable)
    return replace(Settings(), server=kept._address, database=folder)


def test_nothing_of_whom_another_station_deletes_waits_here_any_more(
    kept: SightingFile, tmp_path: Path
) -> None:
    away(tmp_path).append(visit(ADA), visit(EVE), visit(None))
    here = components.open_store(station(kept, tmp_path))
    elsewhere = components.open_store(station(kept, tmp_path / "elsewhere"))
    here.load()
    assert len(kept.waiting()) == 3
    elsewhere.update(lambda gallery: gallery.remove(ADA), forget=True)  # type: ignore[union-attr]
    here.load()
    assert len(kept.waiting()) == 2 and "Ada" not in (tmp_path / WAITING_FILE).read_text()
    kept.append()
    assert sorted(map(str, who(kept))) == ["Eve", "None"]


def test_a_deletion_taken_back_brings_back_what_waited(
    kept: SightingFile, tmp_path: Path, database_server: OwnServer
) -> None:
    settings = replace(station(kept, tmp_path), data=tmp_path / "data")
    away(tmp_path).append(visit(ADA))
    editor = PeopleEditor(settings)
    undo = editor.delete(ADA)
    assert not kept.waiting()
    undo()
    assert [one.identity and one.identity.id for one in kept.read()] == [ADA.id]
    editor.close()


def test_where_the_server_refuses_what_waits_stays_as_it_is(
    kept: SightingFile, tmp_path: Path, database_server: OwnServer
) -> None:
    away(tmp_path).append(visit(ADA), visit(None))
    name = station(kept, tmp_path).server.partition("@/")[2].partition("?")[0]
    database_server.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    changes: list[Callable[[], None]] = [
        lambda: kept.forget(ADA),
        lambda: kept.hand_over(ADA, EVE),
        kept.clear,
    ]
    for change in changes:
        with pytest.raises(ServerError, match="read-only"):
            change()
    assert len(kept.waiting()) == 2 and '"Ada"' in kept.waiting()[0]


def test_a_server_that_refuses_is_asked_less_and_less_often_and_nothing_is_lost(
    kept: SightingFile,
    tmp_path: Path,
    database_server: OwnServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    here, clock, asked = station(kept, tmp_path), [1000.0], list[float]()
    name = here.server.partition("@/")[2].partition("?")[0]
    told = SightingTable._transaction

    def counted(self: SightingTable) -> object:
        asked.append(clock[0] - 1000)
        return told(self)

    monkeypatch.setattr(SightingTable, "_transaction", counted)
    monkeypatch.setattr(
        "facecam.gallery.postgres.following.time", SimpleNamespace(monotonic=lambda: clock[0])
    )
    database_server.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    table = SightingTable(here)
    table.append(visit(ADA, 1))
    for _ in range(150):
        clock[0] += 2
        table.send_waiting()
    table.append(visit(EVE, 2))
    assert asked == [0, 2, 6, 14, 30, 62, 122, 182, 242]
    database_server.run(f"ALTER DATABASE {name} SET default_transaction_read_only = off")
    clock[0] += 60
    table.send_waiting()
    assert not table.waiting() and who(table) == ["Ada", "Eve"]
    table.append(visit(ADA, 3))
    assert who(table) == ["Ada", "Eve", "Ada"]
    said = [one.message for one in caplog.records if one.name == "facecam.engine.visits.table"]
    assert len(said) == 2 and "visits wait" in said[0] and "are sent" in said[1]


def waits(server: OwnServer, address: str) -> bool:
    """Whether, within seconds, somebody waits for a lock there."""
    for _ in range(500):
        [(found,)] = server.run(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database()",
            address=address,
        )
        if found:
            return True
        time.sleep(0.02)
    return False


def test_stations_that_rewrite_at_once_lose_nothing(
    kept: SightingFile, tmp_path: Path, database_server: OwnServer
) -> None:
    """One hands visits over while another has just changed them, and has not finished."""
    kept.append(visit(ADA), visit(None))
    here = station(kept, tmp_path)
    other = SightingTable(station(kept, tmp_path / "other"))
    handing = threading.Thread(target=other.hand_over, args=(ADA, EVE))
    with transaction(here.server) as connection:
        table.rewrite(connection, lambda entry: {**entry, "source": "the door"})
        handing.start()
        assert waits(database_server, here.server)
    handing.join()
    assert [(one.identity and one.identity.name, one.source) for one in kept.read()] == [
        ("Eve", "the door"),
        (None, "the door"),
    ]


def test_lines_put_back_by_two_stations_at_once_are_there_once(
    kept: SightingFile, tmp_path: Path, database_server: OwnServer
) -> None:
    kept.append(visit(ADA))
    lines = kept.lines_of(ADA)
    kept.clear()
    here = station(kept, tmp_path)
    other = threading.Thread(target=SightingTable(here).put_back, args=(lines,))
    with transaction(here.server) as connection:
        table.put_back(connection, lines)
        other.start()
        assert waits(database_server, here.server)
    other.join()
    assert who(kept) == ["Ada"]


def test_a_visit_of_whom_a_station_is_just_deleting_is_not_kept_and_the_others_are(
    kept: SightingFile, tmp_path: Path, database_server: OwnServer
) -> None:
    here = station(kept, tmp_path)
    store = PostgresStore(here.server, tmp_path / "elsewhere")
    ending = threading.Thread(target=kept.append, args=(visit(ADA), visit(EVE)))

    def meanwhile(_: object) -> None:
        ending.start()
        assert waits(database_server, here.server)

    store.update(lambda gallery: gallery.remove(ADA), forget=True, also=meanwhile)  # type: ignore[union-attr]
    ending.join()
    assert who(kept) == ["Eve"] and not kept.waiting()


def test_a_deletion_and_visits_that_waited_do_not_wait_for_each_other(
    kept: SightingFile, tmp_path: Path, database_server: OwnServer
) -> None:
    here = station(kept, tmp_path)
    away(tmp_path).append(visit(ADA), visit(EVE))
    store = PostgresStore(here.server, tmp_path / "elsewhere")
    ending = threading.Thread(target=kept.append)

    def meanwhile(gallery: Gallery | None) -> Gallery:
        ending.start()
        assert waits(database_server, here.server)
        assert gallery is not None
        return gallery.remove(ADA)

    store.update(meanwhile, forget=True)
    ending.join()
    assert who(kept) == ["Eve"] and not kept.waiting()


def ids(kept: SightingFile) -> set[str | None]:
    return {one.identity and one.identity.id for one in kept.read()}


def test_what_waits_at_another_station_goes_with_whom_its_person_is_part_of(
    kept: SightingFile, tmp_path: Path
) -> None:
    away(tmp_path).append(visit(ADA), visit(None))
    settings = replace(station(kept, tmp_path / "elsewhere"), data=tmp_path / "data")
    editor = PeopleEditor(settings)
    undo = editor.merge(ADA, EVE)
    kept.append()
    assert ids(kept) == {EVE.id, None} and not kept.waiting()
    undo()
    assert ids(kept) == {ADA.id, None}


@pytest.mark.parametrize("deleted", [False, True])
def test_whoever_is_part_of_somebody_merged_later_is_part_of_the_last(
    kept: SightingFile, tmp_path: Path, deleted: bool
) -> None:
    """Deleted with them, too: a station that has not looked yet keeps nothing of the first."""
    here = components.open_store(station(kept, tmp_path))
    settings = replace(station(kept, tmp_path / "elsewhere"), data=tmp_path / "data")
    store, editor = components.open_store(settings), PeopleEditor(settings)
    gallery = store.update(lambda gallery: gallery.add("Dora", gallery.embeddings_of(EVE)))  # type: ignore[union-attr]
    dora = gallery.find("Dora").identity
    here.load()
    away(tmp_path).append(visit(ADA))
    first = editor.merge(ADA, EVE)
    undo = editor.merge(EVE, dora)
    if deleted:
        editor.delete(dora)
        here.load()
        assert not kept.waiting()
    kept.append()
    assert ids(kept) == (set() if deleted else {dora.id})
    if not deleted:
        undo()
        assert ids(kept) == {EVE.id}
        first()
        assert ids(kept) == {ADA.id} and who(kept) == ["Ada"]


def test_what_was_left_to_wait_is_sent_while_the_server_is_followed(
    kept: SightingFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of whom another station has just deleted: that name does not stay here until somebody comes by."""
    monkeypatch.setattr("facecam.gallery.postgres.following._LOOK_UP_S", 0.05)
    here = components.open_store(station(kept, tmp_path))
    elsewhere = components.open_store(station(kept, tmp_path / "elsewhere"))
    elsewhere.update(lambda gallery: gallery.remove(ADA), forget=True)  # type: ignore[union-attr]
    here.load()
    away(tmp_path).append(visit(ADA), visit(EVE))
    here.version()
    for _ in range(1000):
        if not kept.waiting():
            break
        time.sleep(0.02)
    assert not kept.waiting() and who(kept) == ["Eve"]
