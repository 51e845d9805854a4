"""What a station fetches after changes of others: what changed, and so the same as by fetching everything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facecam.core.config import Settings
from facecam.core.types import Embeddings
from facecam.engine.transactions.person_snapshot import PersonSnapshot
from facecam.engine.visits.table import SightingTable
from facecam.gallery.arrangement import Arrangement
from facecam.gallery.gallery import Gallery
from facecam.gallery.matching.match import Matcher
from facecam.gallery.postgres import held, schema
from facecam.gallery.postgres.connection import ServerError, connect
from facecam.gallery.postgres.nearest import ServerNeighbors
from facecam.gallery.postgres.store import PostgresStore
from tests.gallery.factories import MODEL, embeddings, person, random_gallery, random_units, same
from tests.servers import OwnServer

_D = 4
_Change = Callable[[Gallery, int], Gallery]


@pytest.fixture
def address(database_server: OwnServer) -> str:
    return database_server.new_database()


def _vectors(seed: int, model: str = MODEL, dimensions: int = _D) -> Embeddings:
    return embeddings(random_units(seed % 4, dimensions, seed), model)


def _one(gallery: Gallery, seed: int) -> str:
    return gallery.identities[seed % len(gallery)].id


def _other(gallery: Gallery, seed: int) -> str:
    return _one(gallery, seed + 1 + seed // 7 % (len(gallery) - 1))


def _begun(seed: int) -> Gallery:
    """Four people, of whom each has something kept."""
    gallery = random_gallery([2, 0, 1, 3], _D, seed)
    for number, one in enumerate(gallery.people):
        gallery = gallery.keep(one, embeddings(random_units(2, 3, seed + number), "other 0"))
    return gallery


def _turned(gallery: Gallery, seed: int) -> Gallery:
    """The same people in another order, without what else is known of them."""
    nobody = Gallery.empty(gallery.model_id, gallery.dimensions)
    people = [*gallery.people[seed % len(gallery) :], *gallery.people[: seed % len(gallery)]]
    return nobody.add_all((one, gallery.embeddings_of(one)) for one in people)


def _back_in_between(gallery: Gallery, seed: int) -> Gallery:
    """Somebody in the midst, as a deletion taken back has them."""
    place = seed % len(gallery)
    people = (*gallery.people[:place], person(f"back {seed}"), *gallery.people[place:])
    owners = gallery.owners + (gallery.owners >= place).astype(np.int32)
    nothing = random_gallery([]).rejections
    return replace(gallery, people=people, owners=owners, rejections=nothing, kept={})


def _vectors_in_between(gallery: Gallery, seed: int) -> Gallery:
    """Vectors in the midst, as what is taken back has them."""
    place, new = seed % (len(gallery.vectors) + 1), _vectors(seed).vectors
    return replace(
        gallery,
        vectors=np.insert(gallery.vectors, place, new, axis=0),
        owners=np.insert(gallery.owners, place, [seed % len(gallery)] * len(new)).astype(np.int32),
        alignments=np.insert(gallery.alignments, place, [seed % 2] * len(new)).astype(np.uint8),
    )


_CHANGES: dict[str, _Change] = {
    "somebody new": lambda gallery, seed: gallery.add(person(f"new {seed}"), _vectors(seed)),
    "more photos": lambda gallery, seed: gallery.add(_one(gallery, seed), _vectors(seed)),
    "a rejection": lambda gallery, seed: gallery.reject(_one(gallery, seed), _vectors(seed)),
    "a rejection taken back": lambda gallery, seed: gallery.accept(
        _one(gallery, seed), gallery.rejections_of(_one(gallery, seed)), 0.1
    ),
    "fewer photos": lambda gallery, seed: gallery.without_vectors(
        _one(gallery, seed), gallery.vectors_of(_one(gallery, seed))[seed % 2 :: 2]
    ),
    "two are one": lambda gallery, seed: gallery.merge(_one(gallery, seed), _other(gallery, seed)),
    "vectors kept": lambda gallery, seed: gallery.keep(
        _one(gallery, seed), _vectors(seed, f"other {seed % 2}", 3)
    ),
    "a name": lambda gallery, seed: gallery.rename(_one(gallery, seed), f"name {seed}"),
    "a consent": lambda gallery, seed: gallery.with_consent(_one(gallery, seed), f"by mail {seed}"),
    "a threshold": lambda gallery, seed: gallery.with_threshold(seed % 7 / 10 or None),
    "a deletion": lambda gallery, seed: gallery.remove(_one(gallery, seed)),
    "another order": _turned,
    "back in between": _back_in_between,
    "vectors in between": _vectors_in_between,
    "all anew": lambda gallery, seed: random_gallery([1, 2, seed % 3], 3 + seed % 2, seed),
}
_STEP = st.tuples(st.sampled_from(sorted(_CHANGES)), st.integers(0, 500), st.booleans())


def _changed(gallery: Gallery | None, name: str, seed: int) -> Gallery:
    """The change, where it is possible: what two steps of a draw do to each other is up to chance."""
    assert gallery is not None
    if gallery.dimensions != _D or len(gallery) < 3:
        return _begun(seed)
    names = {one.name for one in gallery.identities}
    if {f"new {seed}", f"back {seed}", f"name {seed}"} & names:
        return gallery
    return _CHANGES[name](gallery, seed)


@pytest.mark.parametrize(("numbers", "kept"), [(100_000, 1000), (4, 1000), (100_000, 2)])
def test_fetching_what_changed_is_fetching_everything(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, numbers: int, kept: int
) -> None:
    """Whatever is changed, however often the follower looks; also where changes are too large or too old to be told."""
    monkeypatch.setattr(held, "_MOST_NUMBERS", numbers)
    monkeypatch.setattr(held, "_CHANGES_KEPT", kept)
    writer, follower = (PostgresStore(address, tmp_path / name) for name in ("writer", "follower"))
    follower.update(lambda _: _begun(0))

    @settings(max_examples=20)
    @given(st.lists(_STEP, min_size=1, max_size=8))
    def holds(steps: list[tuple[str, int, bool]]) -> None:
        for name, seed, looks in steps:
            wanted = writer.update(
                lambda gallery, name=name, seed=seed: _changed(gallery, name, seed),  # type: ignore[misc]
                forget=name == "a deletion",
            )
            if looks:
                agree(wanted)
        agree(wanted)

    def agree(wanted: Gallery) -> None:
        last = PostgresStore(address, tmp_path / "last")
        followed, everything = follower.load(), last.load()
        assert followed is not None and everything is not None
        assert same(followed, wanted) and same(everything, wanted)
        other = last._held
        for one in (follower._held, writer._held):
            assert (one.people, one.revision, one.mark, one.forgotten) == (
                other.people,
                other.revision,
                other.mark,
                other.forgotten,
            )
            assert [*one.rows] == [*other.rows]
            for key, rows in one.rows.items():
                assert rows.equals(other.rows[key]) and np.array_equal(rows.ids, other.rows[key].ids)

    holds()


def _fetched(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of each of the following fetches, how many rows came."""
    counts: list[int] = []
    fetch = held.fetch

    def counted(*arguments: object) -> object:
        rows = fetch(*arguments)  # type: ignore[arg-type]
        counts.append(len(rows))
        return rows

    monkeypatch.setattr(held, "fetch", counted)
    return counts


def test_only_what_changed_travels_and_nobody_else_is_touched(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_server: OwnServer
) -> None:
    writer, follower = (PostgresStore(address, tmp_path / name) for name in ("writer", "follower"))
    writer.update(lambda _: random_gallery([2] * 100, _D))
    follower.load()
    before = database_server.run("SELECT number, xmin::text FROM facecam.person ORDER BY 1", address=address)
    counts = _fetched(monkeypatch)
    writer.update(lambda gallery: gallery.remove(gallery.people[0]), forget=True)  # type: ignore[union-attr]
    writer.update(lambda gallery: gallery.add("New", _vectors(3)))  # type: ignore[union-attr]
    writer.update(lambda gallery: gallery.merge(gallery.people[1], gallery.people[0]))  # type: ignore[union-attr]
    counts.clear()
    seen = follower.load()
    assert seen is not None and len(seen) == 99 and sum(counts) == 2 + 3
    after = dict(database_server.run("SELECT number, xmin::text FROM facecam.person", address=address))
    assert sum(after.get(number) == state for number, state in before) >= 97, "places have gaps"


def test_what_is_given_back_is_where_it_was_and_nothing_behind_it_is_written_anew(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_server: OwnServer
) -> None:
    writer, follower = (PostgresStore(address, tmp_path / name) for name in ("writer", "follower"))
    before = writer.update(lambda _: random_gallery([3] * 100, _D))
    order = Arrangement.of(before)
    gone = [PersonSnapshot.of(before, before.identities[number]) for number in (10, 11, 50)]
    for one in gone:
        writer.update(lambda gallery, one=one: gallery.remove(one.person.identity), forget=True)  # type: ignore[misc, union-attr]
    follower.load()
    counts = _fetched(monkeypatch)
    writer.update(
        lambda gallery: order.applied(gone[1].restored(gone[2].restored(gone[0].restored(gallery))))
    )
    seen = follower.load()
    assert seen is not None and same(seen, before) and sum(counts) == 9
    last = PostgresStore(address, tmp_path / "last").load()
    assert last is not None and same(last, before)


@pytest.mark.parametrize("name", sorted(_CHANGES))
def test_who_makes_a_change_need_not_read_it_back(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    writer = PostgresStore(address, tmp_path / "writer")
    writer.update(lambda _: _begun(3))
    wanted = writer.update(lambda gallery: _CHANGES[name](gallery, 3), forget=name == "a deletion")  # type: ignore[arg-type]
    counts = _fetched(monkeypatch)
    assert writer.load() is wanted and not counts
    everything = PostgresStore(address, tmp_path / "last").load()
    assert everything is not None and same(everything, wanted) and sum(counts) > 0


def backed_up(server: OwnServer, address: str) -> Callable[[], None]:
    """Restores the database, as from a dump of this moment."""
    kept = ("person", "face", "gallery", "change")
    for table in kept:
        server.run(f"CREATE TABLE {table} AS TABLE facecam.{table}", address=address)

    def restore() -> None:
        server.run(
            "DELETE FROM facecam.gallery",
            *(f"DELETE FROM facecam.{table}" for table in ("face", "person", "change")),
            *(f"INSERT INTO facecam.{table} SELECT * FROM {table}" for table in kept),
            address=address,
        )

    return restore


def test_another_past_of_the_same_length_is_fetched_whole(
    address: str, tmp_path: Path, database_server: OwnServer
) -> None:
    """A restored copy of the database, in which as much was changed since: ids and revisions mean something else."""
    writer, follower = (PostgresStore(address, tmp_path / name) for name in ("writer", "follower"))
    writer.update(lambda _: random_gallery([2, 2], _D))
    restore = backed_up(database_server, address)
    writer.update(lambda gallery: gallery.add("Ada", _vectors(2)))  # type: ignore[union-attr]
    seen = follower.load()
    assert seen is not None and seen.knows("Ada")
    restore()
    database_server.run("ALTER TABLE facecam.face ALTER id RESTART WITH 5", address=address)
    other = PostgresStore(address, tmp_path / "restored")
    other.update(lambda gallery: gallery.add("Bea", _vectors(6)))  # type: ignore[union-attr]
    seen, wanted = follower.load(), other.load()
    assert seen is not None and wanted is not None and same(seen, wanted) and seen.knows("Bea")


@pytest.mark.parametrize("later", [1, 2])
def test_an_older_copy_that_was_restored_is_fetched_whole(
    address: str, tmp_path: Path, database_server: OwnServer, later: int
) -> None:
    writer, follower = (PostgresStore(address, tmp_path / name) for name in ("writer", "follower"))
    before = writer.update(lambda _: random_gallery([2, 2], _D))
    restore = backed_up(database_server, address)
    for number in range(later):
        writer.update(lambda gallery, n=number: gallery.add(f"P{n}", _vectors(2)))  # type: ignore[misc, union-attr]
    follower.load()
    restore()
    seen = follower.load()
    assert seen is not None and same(seen, before)


@pytest.mark.parametrize("looks", [True, False], ids=["looked in between", "was off"])
def test_a_deletion_in_an_older_copy_that_was_restored_reaches_the_folders(
    address: str, tmp_path: Path, database_server: OwnServer, looks: bool
) -> None:
    """Also one that counts the same changes as the last one followed."""
    writer, follower = (PostgresStore(address, tmp_path / name) for name in ("writer", "follower"))
    writer.update(lambda _: random_gallery([2, 2, 2], _D))
    restore = backed_up(database_server, address)
    (tmp_path / "follower").mkdir()
    writer.update(lambda gallery: gallery.with_threshold(0.3))  # type: ignore[union-attr]
    writer.update(lambda gallery: gallery.remove(gallery.people[0]), forget=True)  # type: ignore[union-attr]
    follower.load()
    restore()
    if looks:
        follower.load()
    derived = tmp_path / "follower" / "classifier.zip"
    derived.write_bytes(b"made of vectors")
    if not looks:
        writer.update(lambda gallery: gallery.with_threshold(0.4))  # type: ignore[union-attr]
    writer.update(lambda gallery: gallery.remove(gallery.people[1]), forget=True)  # type: ignore[union-attr]
    PostgresStore(address, follower.folder).load()
    assert not derived.exists()


def test_the_index_finds_the_same_for_who_followed_and_who_comes_last(address: str, tmp_path: Path) -> None:
    writer, follower = (PostgresStore(address, tmp_path / name) for name in ("writer", "follower"))
    gallery = writer.update(lambda _: random_gallery([3] * 100, 16))
    follower.load()
    ServerNeighbors(address, gallery)._open()
    for change in (
        lambda now: now.remove(now.people[7]),
        lambda now: now.add("New", embeddings(random_units(3, 16, 9))),
        lambda now: now.merge(now.people[11], now.people[5]),
        lambda now: now.without_vectors(now.people[3], now.vectors_of(now.people[3])[:1]),
    ):
        writer.update(change)
        followed, everything = follower.load(), PostgresStore(address, tmp_path / "last").load()
        assert followed is not None and everything is not None
        indexes = [ServerNeighbors(address, one) for one in (followed, everything)]
        for one in indexes:
            one._open()
        probes = everything.vectors[::15]
        assert all(
            one.is_open and np.array_equal(one.near(probe), indexes[0].near(probe))
            for one in indexes
            for probe in probes
        )
        by_both = [
            Matcher(gallery, 0.5, "counted_centre", index=index).match(probes)
            for gallery, index in zip((followed, everything), indexes, strict=True)
        ]
        assert by_both[0] == by_both[1]


def test_a_schema_of_before_is_brought_up_with_its_people_and_rights(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database_server: OwnServer
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(schema, "STEPS", schema.STEPS[:1])
        with connect(address) as connection:
            schema.ensure(connection)
    role = database_server.new_role()
    database_server.run(
        "INSERT INTO facecam.model VALUES (1, 'test-model', 2)",
        "INSERT INTO facecam.person VALUES (1, 'a', 0, 'Ada', '2026-01-31T12:00:00+00:00')",
        "INSERT INTO facecam.face (person, kind, model, alignment, embedding) VALUES (1, 0, 1, 0, '[1,0]')",
        "UPDATE facecam.gallery SET revision = 7, model = 1",
        "INSERT INTO facecam.visit (entry) VALUES ('{}')",
        f"GRANT USAGE ON SCHEMA facecam TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA facecam TO {role}",
        address=address,
    )
    owner, desk = (
        PostgresStore(one, tmp_path) for one in (address, address.replace("postgres@", f"{role}@"))
    )
    with pytest.raises(ServerError, match="no right"):
        desk.load()
    visits = SightingTable(replace(Settings(), database=tmp_path, server=desk.address))
    assert len(visits.lines()) == 1, "what is there is not called nothing"
    found = owner.load()
    assert found is not None and found.knows("Ada") and owner._held.mark, (
        "what is held can be told from another past"
    )
    for number in range(2):
        desk.update(lambda gallery, n=number: gallery.add(f"P{n}", embeddings(random_units(1, 2))))  # type: ignore[misc, union-attr]
        found = owner.load()
        assert found is not None and len(found) == 2 + number
