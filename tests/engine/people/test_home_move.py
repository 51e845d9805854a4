"""Everybody and their visits from one home of the gallery to another, all or nothing."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from facecam.core import vault
from facecam.core.config import Settings
from facecam.core.encryption import sealing
from facecam.core.errors import ConfigError, DataError, GalleryError
from facecam.core.events import Event, Notice
from facecam.core.types import Identity
from facecam.engine import components
from facecam.engine.people.home_move import move_people
from facecam.engine.visits.log import Sighting
from facecam.engine.visits.table import SightingTable, open_visits
from facecam.gallery.gallery import Gallery
from facecam.gallery.storage.audit_trail import AuditTrail
from facecam.gallery.storage.generation import digest
from tests.gallery.factories import circle_gallery, embeddings, on_circle
from tests.servers import OwnServer

_NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    """Ada and Bea in a folder, each with a visit, and a stranger's."""
    settings = replace(Settings(), data=tmp_path / "data", database=tmp_path / "database")
    gallery = circle_gallery({"Ada": (0, 5), "Bea": (90,)}).reject("Ada", embeddings(on_circle(20)))
    components.open_store(settings).update(
        lambda _: gallery.with_threshold(0.2).with_consent("Bea", "by mail")
    )
    for who in (*gallery.identities, None):
        open_visits(settings).append(Sighting(1, who, _NOON, _NOON, 90.0, "camera 0"))
    return settings


@pytest.fixture
def there(here: Settings, database_server: OwnServer) -> Settings:
    return replace(here, server=database_server.new_database())


def held(settings: Settings) -> tuple[str, list[Identity | None]]:
    gallery = components.open_store(settings).load()
    return "" if gallery is None else digest(gallery), [one.identity for one in open_visits(settings).read()]


def test_there_and_back_nothing_is_lost(here: Settings, there: Settings, tmp_path: Path) -> None:
    before = held(here)
    for _ in range(2):  # A repetition finds itself done.
        moved = move_people(here, there.server)
        assert (moved.people, moved.vectors, moved.visits) == (2, 3, 3)
    assert held(there) == held(here) == before
    back = replace(here, database=tmp_path / "back")
    move_people(there, back.database, remove_source=True)
    assert held(back) == before
    gone = components.open_store(there).load()
    assert gone is not None and not len(gone) and not open_visits(there).read()
    assert held(here) == before, "the first copy is nobody's business"
    lines = [(one.what, one.details) for one in AuditTrail(here.database).read()][-3:]
    assert lines == [("new home", {"kind": kind, "count": 2}) for kind in ("server", "server", "folder")]
    assert [one.what for one in AuditTrail(back.database).read()] == ["new home"]


def test_the_source_in_the_stations_own_folder_goes_when_asked(here: Settings, there: Settings) -> None:
    before = held(here)
    move_people(here, there.server, remove_source=True)
    assert held(there) == before and held(here)[1] == []
    left = components.open_store(here).load()
    assert left is not None and not len(left) and len(list(here.database.glob("gen-*"))) == 1
    move_people(there, here.database, remove_source=True)
    assert held(here) == before


@pytest.mark.parametrize("refused", ["read-only", "rights"])
def test_from_a_server_that_lets_nobody_be_removed_nothing_is_copied(
    here: Settings, database_server: OwnServer, tmp_path: Path, refused: str
) -> None:
    role, admin = database_server.new_role(), database_server.new_database()
    name = admin.partition("@/")[2].partition("?")[0]
    there = replace(here, server=admin)
    move_people(here, there.server)
    before = held(there)
    if refused == "read-only":
        database_server.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    else:
        there = replace(here, server=admin.replace("postgres@", f"{role}@"))
        database_server.run(
            f"GRANT USAGE ON SCHEMA facecam TO {role}",
            f"GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA facecam TO {role}",
            address=admin,
        )
    back = replace(here, database=tmp_path / "back")
    with pytest.raises(DataError, match="read-only now|has no right"):
        move_people(there, back.database, remove_source=True)
    assert held(there) == before and held(back) == ("", [])
    if refused == "read-only":
        database_server.run(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    else:
        database_server.run(f"GRANT ALL ON ALL TABLES IN SCHEMA facecam TO {role}", address=admin)
    move_people(there, back.database, remove_source=True)
    assert held(back) == before and held(there)[1] == []


def test_a_repetition_once_the_source_is_empty_says_that_it_was_done(here: Settings, there: Settings) -> None:
    """As who was killed at the very end repeats it."""
    before = held(here)
    for source, target in ((here, there), (there, here)):
        to = target.server or target.database
        move_people(source, to, remove_source=True)
        with pytest.raises(GalleryError) as raised:
            move_people(source, to, remove_source=True)
        assert "nobody is enrolled in" in raised.value.message and "2 people" in raised.value.message
        assert "moved there before" in raised.value.hint and held(target) == before


def test_other_people_are_never_replaced(here: Settings, there: Settings) -> None:
    components.open_store(there).update(lambda _: circle_gallery({"Eve": [1]}))
    before = held(there)
    with pytest.raises(GalleryError, match="other people"):
        move_people(here, there.server)
    assert held(there) == before
    with pytest.raises(ConfigError, match="already"):
        move_people(here, here.database)


def test_one_that_fails_leaves_nobody_there(
    here: Settings, there: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = held(here)

    def full(*_: object) -> None:
        raise DataError("the disk is full", hint="Free some space.")

    with monkeypatch.context() as patch:
        patch.setattr(SightingTable, "put_back", full)
        with pytest.raises(DataError):
            move_people(here, there.server, remove_source=True)
    assert held(here) == before
    nobody = components.open_store(there).load()
    assert nobody is not None and not len(nobody)
    move_people(here, there.server)
    assert held(there) == before


def test_a_source_that_changes_meanwhile_is_not_taken_for_moved(
    here: Settings, there: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move_people(here, there.server)
    put_back = type(open_visits(here)).put_back

    def meanwhile(self: object, lines: object) -> None:
        put_back(self, lines)  # type: ignore[arg-type]
        components.open_store(there).update(_with_eve)

    monkeypatch.setattr(type(open_visits(here)), "put_back", meanwhile)
    with pytest.raises(GalleryError, match="changed meanwhile"):
        move_people(there, tmp_path / "elsewhere", remove_source=True)
    gallery = components.open_store(there).load()
    assert gallery is not None and len(gallery) == 3


def _with_eve(gallery: Gallery | None) -> Gallery:
    assert gallery is not None
    return gallery.add("Eve", embeddings(on_circle(3)))


def test_visits_wait_here_while_the_server_does_not_answer(here: Settings, there: Settings) -> None:
    move_people(here, there.server)
    away, visits = (
        open_visits(replace(there, server="postgresql://nobody@127.0.0.1:1/none")),
        open_visits(there),
    )
    before = len(visits.read())
    away.append(Sighting(1, None, _NOON, _NOON, 50.0, "camera 1"))
    assert len(visits.read()) == before
    visits.append(Sighting(1, Identity("gone", "Gone"), _NOON, _NOON, 50.0, "camera 0"))
    assert len(visits.read()) == before + 1, (
        "what waited is sent; of somebody who is not there nothing is kept"
    )
    visits.append(Sighting(1, None, _NOON, _NOON, 50.0, "camera 2"))
    assert len(visits.read()) == before + 2


def test_what_waits_for_the_server_moves_too(here: Settings, there: Settings, tmp_path: Path) -> None:
    move_people(here, there.server)
    away = replace(there, server="postgresql://nobody@127.0.0.1:1/none")
    open_visits(away).append(Sighting(1, None, _NOON, _NOON, 50.0, "camera 1"))
    moved = move_people(there, tmp_path / "back", remove_source=True)
    assert moved.visits == 4 and not open_visits(there).waiting()


def test_a_visit_that_ends_meanwhile_stays(
    here: Settings, there: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_back = SightingTable.put_back

    def meanwhile(self: SightingTable, lines: list[str]) -> None:
        put_back(self, lines)
        open_visits(here).append(Sighting(1, None, _NOON, _NOON, 50.0, "camera 1"))

    monkeypatch.setattr(SightingTable, "put_back", meanwhile)
    assert move_people(here, there.server, remove_source=True).visits == 3
    assert [one.source for one in open_visits(here).read()] == ["camera 1"]


def test_what_waits_stays_where_a_move_to_another_server_fails(
    here: Settings, there: Settings, database_server: OwnServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    move_people(here, there.server)
    away = replace(there, server="postgresql://nobody@127.0.0.1:1/none")
    open_visits(away).append(Sighting(1, None, _NOON, _NOON, 50.0, "camera 1"))
    other = replace(here, server=database_server.new_database())

    def lost(*_: object) -> None:
        raise DataError("the connection is lost", hint="Repeat it.")

    with monkeypatch.context() as patch:
        patch.setattr(SightingTable, "put_back", lost)
        with pytest.raises(DataError, match="lost"):
            move_people(there, other.server)
    assert len(open_visits(there).waiting()) == 1 and not open_visits(other).lines()


def test_whom_another_station_enrolls_meanwhile_is_not_taken_away(
    here: Settings, there: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def meanwhile(*_: object) -> None:
        components.open_store(there).update(_with_eve)

    monkeypatch.setattr(SightingTable, "put_back", meanwhile)
    with pytest.raises(GalleryError, match="changed meanwhile"):
        move_people(here, there.server)
    gallery = components.open_store(there).load()
    assert gallery is not None and len(gallery) == 3


def test_the_source_keeps_whom_another_station_enrolls_at_the_end(
    here: Settings, there: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move_people(here, there.server)
    rewrite = SightingTable.rewrite

    def meanwhile(self: SightingTable, change: Callable[..., dict[str, object] | None]) -> None:
        rewrite(self, change)
        components.open_store(there).update(_with_eve)

    monkeypatch.setattr(SightingTable, "rewrite", meanwhile)
    with pytest.raises(GalleryError, match="changed meanwhile"):
        move_people(there, tmp_path / "elsewhere", remove_source=True)
    gallery = components.open_store(there).load()
    assert gallery is not None and gallery.knows("Eve")


def test_a_visit_of_somebody_who_is_not_enrolled_stays_behind(here: Settings, there: Settings) -> None:
    gone = Identity("gone", "Gone")
    open_visits(here).append(Sighting(1, gone, _NOON, _NOON, 50.0, "camera 0"))
    assert move_people(here, there.server, remove_source=True).visits == 3
    assert [one.identity for one in open_visits(here).read()] == [gone]


def test_that_encrypted_people_come_to_lie_open_is_said(
    here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[Event] = []
    move_people(here, tmp_path / "one", on_event=events.append)
    assert not events
    monkeypatch.setattr(sealing, "COST", (4, 8, 1))
    vault.create(here.database, [here.database], vault.Lock("four words nobody guesses"))
    move_people(here, tmp_path / "two", on_event=events.append)
    assert [one.text for one in events if isinstance(one, Notice)] == [
        f"the people are encrypted here, and not in {tmp_path / 'two'}"
    ]


class Killed(BaseException):
    """The process is gone: nothing of it does anything any more."""


def _killed_at(patch: pytest.MonkeyPatch, moment: int) -> list[int]:
    """Let it happen at one of the steps of this thread: statements, commits, files that replace others; counts them."""
    import psycopg

    count = [0]

    def wrapped(original: Callable[..., object]) -> Callable[..., object]:
        def step(*given: object, **named: object) -> object:
            if threading.current_thread() is not threading.main_thread():
                return original(*given, **named)  # Who follows the server looks when it likes.
            count[0] += 1
            if count[0] >= moment:
                raise Killed
            return original(*given, **named)

        return step

    for owner, name in (
        (psycopg.Cursor, "execute"),
        (psycopg.Cursor, "executemany"),
        (psycopg.Cursor, "copy"),
        (psycopg.Connection, "commit"),
        (os, "replace"),
    ):
        patch.setattr(owner, name, wrapped(getattr(owner, name)))
    return count


@pytest.mark.slow
@pytest.mark.parametrize("way", ["to the server", "from the server"])
def test_wherever_it_is_killed_a_repetition_makes_it_whole(
    here: Settings, there: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """On a server people and visits are there together or not at all; nothing is lost or doubled in between."""
    before, moment, ended = held(here), 0, False
    if way == "from the server":
        move_people(here, there.server, remove_source=True)
    source, target = (here, there) if way == "to the server" else (there, here)
    to, back = (one.server or one.database for one in (target, source))
    while not ended:
        moment += 1
        with monkeypatch.context() as patch:
            _killed_at(patch, moment)
            try:
                move_people(source, to, remove_source=True)
                ended = True
            except Killed:
                pass
        if way == "to the server":
            people, seen = held(there)
            assert (people, seen) == before or (people != before[0] and not seen), "together, or not at all"
        if not ended:
            move_people(source, to, remove_source=True)
        left = components.open_store(source).load()
        assert held(target) == before and held(source)[1] == [], f"killed at step {moment}"
        assert left is not None and not len(left)
        if not ended:
            move_people(target, back, remove_source=True)  # Unharmed, for the next time.
    assert moment > 30
