"""A running recognition sees changes of the database, and survives what it cannot use."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import DataError, FacecamError, GalleryError, WeightsError
from facecam.core.events import Event, Notice
from facecam.core.types import Embeddings
from facecam.engine import components
from facecam.engine.recognition.recognizer import GalleryWatch
from facecam.engine.recognition.stream import recognize_stream
from facecam.gallery.gallery import Gallery
from facecam.gallery.postgres.store import PostgresStore
from facecam.gallery.storage.store import GalleryStore
from tests.engine.fakes import Actor, FakeSource, Stage
from tests.gallery.factories import circle_gallery
from tests.gallery.test_postgres_changes import backed_up
from tests.servers import OwnServer


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return replace(Settings(), database=tmp_path / "database", data=tmp_path / "data")


@pytest.fixture
def store(here: Settings) -> GalleryStore:
    return components.open_store(here)


def watching(settings: Settings, stage: Stage) -> GalleryWatch:
    embedder: Any = stage
    return GalleryWatch(settings, embedder)


def save(store: GalleryStore, people: dict[str, list[float]], threshold: float | None = None) -> None:
    store.update(lambda _: circle_gallery(people).with_threshold(threshold))


def test_nothing_saved_yet_is_an_empty_gallery(here: Settings) -> None:
    assert len(watching(here, Stage()).load().gallery) == 0


def test_a_change_is_reported_once(here: Settings, store: GalleryStore) -> None:
    watch = watching(here, Stage())
    watch.load()
    assert watch.changed(pause_s=0) is None
    save(store, {"Ada": [0]})
    matcher = watch.changed(pause_s=0)
    assert matcher is not None and [one.name for one in matcher.gallery.identities] == ["Ada"]
    assert watch.changed(pause_s=0) is None


def test_a_change_of_another_station_comes_without_asking_the_server(
    here: Settings, database_server: OwnServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = replace(here, server=database_server.new_database())
    watch = watching(here, Stage())
    watch.load()
    other = components.open_store(replace(here, database=tmp_path / "other"))
    save(other, {"Ada": [0]})
    until = time.monotonic() + 60
    while (matcher := watch.changed()) is None and time.monotonic() < until:
        time.sleep(0.01)
    assert matcher is not None and [one.name for one in matcher.gallery.identities] == ["Ada"]

    def asked(*_: object, **__: object) -> None:
        raise AssertionError("a look asks the server")

    monkeypatch.setattr("facecam.gallery.postgres.connection.connect", asked)
    monkeypatch.setattr("facecam.gallery.postgres.following.connect", asked)
    assert watch.changed(pause_s=0) is None


@pytest.mark.parametrize("changes", [0, 1], ids=["untouched", "that has reached the same change"])
def test_a_backup_of_the_server_that_is_restored_while_it_is_followed_is_noticed(
    here: Settings, database_server: OwnServer, tmp_path: Path, changes: int
) -> None:
    here = replace(here, server=database_server.new_database())
    other = components.open_store(replace(here, database=tmp_path / "other"))
    save(other, {"Ada": [0]})
    restore = backed_up(database_server, here.server)
    other.update(lambda gallery: gallery.rename("Ada", "Bea"))  # type: ignore[union-attr]
    watch = watching(here, Stage())
    assert watch.load().gallery.knows("Bea")
    restore()
    for _ in range(changes):
        PostgresStore(here.server, tmp_path / "third").update(lambda gallery: gallery.rename("Ada", "Cem"))  # type: ignore[union-attr]
    until = time.monotonic() + 60
    while (matcher := watch.changed()) is None and time.monotonic() < until:
        time.sleep(0.01)
    assert matcher is not None
    assert [one.name for one in matcher.gallery.identities] == [("Ada", "Cem")[changes]]


def test_the_disk_is_looked_at_once_a_pause(
    here: Settings, store: GalleryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = watching(here, Stage())
    watch.load()
    looks: list[str] = []
    real = GalleryStore.version

    def version(self: GalleryStore) -> str:
        looks.append("look")
        return real(self)

    monkeypatch.setattr(GalleryStore, "version", version)
    for _ in range(50):
        watch.changed(pause_s=60)
    assert len(looks) == 1


@pytest.mark.parametrize(
    ("flag", "of_gallery", "of_card", "expected"),
    [(0.1, 0.2, 0.3, 0.1), (None, 0.2, 0.3, 0.2), (None, None, 0.3, 0.3)],
)
def test_the_flags_threshold_beats_the_gallerys_beats_the_cards(
    here: Settings,
    store: GalleryStore,
    flag: float | None,
    of_gallery: float | None,
    of_card: float,
    expected: float,
) -> None:
    save(store, {"Ada": [0]}, of_gallery)
    stage = Stage()
    stage.card.threshold = of_card
    assert watching(replace(here, threshold=flag), stage).load().threshold == expected


def test_a_model_that_was_never_calibrated_is_refused_with_the_cure(
    here: Settings, store: GalleryStore
) -> None:
    stage = Stage()
    stage.card.threshold = None
    with pytest.raises(WeightsError, match="no threshold") as caught:
        watching(here, stage).load()
    assert "--threshold" in caught.value.hint


def test_a_stale_database_is_refused_with_the_cure(here: Settings, store: GalleryStore) -> None:
    spoil(store, "stale")
    with pytest.raises(GalleryError, match="another@1") as caught:
        watching(here, Stage()).load()
    assert "people rebuild" in caught.value.hint


def test_a_fault_that_passes_delays_a_change_and_does_not_lose_it(
    here: Settings, store: GalleryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A virus scanner holds the file open, a network drive is away for a moment."""
    watch = watching(here, Stage())
    watch.load()
    save(store, {"Ada": [0]})

    def away(self: GalleryStore) -> Gallery:
        raise DataError("the drive is away", hint="Wait.")

    with monkeypatch.context() as patch:
        patch.setattr(GalleryStore, "load", away)
        with pytest.raises(DataError):
            watch.changed(pause_s=0)
    matcher = watch.changed(pause_s=0)
    assert matcher is not None and len(matcher.gallery) == 1


def spoil(store: GalleryStore, how: str) -> None:
    if how == "stale":
        other = Embeddings(np.eye(1, 3, dtype=np.float32), "another@1")
        store.update(lambda _: Gallery.empty("another@1", 3).add("Ada", other))
        return
    for file in store.folder.rglob("*.npy"):
        file.write_bytes(b"broken")
    (store.folder / "CURRENT").write_text("gen-999999\n", encoding="ascii")


@pytest.mark.parametrize(
    ("how", "meanwhile"), [("stale", None), ("broken", "Ada")], ids=["another model's", "broken"]
)
def test_a_gallery_that_breaks_keeps_the_people_known_and_one_of_another_model_nobody(
    here: Settings, store: GalleryStore, how: str, meanwhile: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whom a database of another model holds, or no longer holds, cannot be told by these vectors."""
    save(store, {"Ada": [0]})
    stage, events = Stage(), list[Event]()
    watch = watching(here, stage)
    real = watch.changed
    monkeypatch.setattr(watch, "changed", lambda: real(pause_s=0))
    frames = [stage.frame(Actor(0), index=index, at_s=index) for index in range(6)]
    recognizer = stage.recognizer({})
    recognizer.use_matcher(watch.load())
    results = recognize_stream(FakeSource(frames), recognizer, watch, on_event=events.append)
    seen = list(_names(results, {2: lambda: spoil(store, how), 4: lambda: _mend(store)}))
    assert seen == ["Ada", "Ada", "Ada", meanwhile, meanwhile, "Ada anew"]
    notices = [event for event in events if isinstance(event, Notice)]
    assert len(notices) == 1, "told once, not with every look"
    assert notices[0].text and notices[0].hint


def _mend(store: GalleryStore) -> None:
    store.update(lambda _: circle_gallery({"Ada anew": [0]}), start_over=True)


def _names(results: Iterator[Any], acts: dict[int, Any]) -> Iterator[str | None]:
    for count, result in enumerate(results):
        match = result.faces[0].match
        yield match.identity.name if match and match.identity else None
        acts.get(count, lambda: None)()


def test_errors_of_the_watch_are_facecams_own(here: Settings, store: GalleryStore) -> None:
    watch = watching(here, Stage())
    watch.load()
    store.folder.mkdir()
    (store.folder / "CURRENT").write_bytes(b"\xff\x00nonsense")
    with pytest.raises(FacecamError):
        watch.changed(pause_s=0)


def test_nobody_is_the_people_of_the_database_without_a_face(here: Settings, store: GalleryStore) -> None:
    """So a log of who was seen can tell those who were deleted from those who wait for a rebuild."""
    spoil(store, "stale")
    watch = watching(here, Stage())
    with pytest.raises(GalleryError):
        watch.load()
    assert watch.error is not None and watch.changed(pause_s=0) is None, "not read again until it changes"
    nobody = watch.nobody()
    assert [one.name for one in nobody.gallery.identities] == ["Ada"]
    assert not nobody.gallery.counts().any()
    _mend(store)
    assert watch.changed(pause_s=0) is not None and watch.error is None
