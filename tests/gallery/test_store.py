"""Saving and loading as it should go; what happens when it does not is in test_store_faults.py."""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import GalleryError
from facecam.core.events import Event, EventSink, Notice, ignore
from facecam.core.types import FloatArray
from facecam.engine import components
from facecam.gallery.gallery import Gallery
from facecam.gallery.matching.distances import RULE_IN_USE
from facecam.gallery.storage.document import _checksum
from facecam.gallery.storage.home import GalleryHome
from facecam.gallery.storage.store import GalleryStore
from tests.gallery.factories import (
    MODEL,
    circle_gallery,
    embeddings,
    on_circle,
    random_gallery,
    random_units,
    same,
)


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def _holds_bytes(folder: Path, needle: bytes) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and needle in path.read_bytes()]


def _adding(name: str, vectors: FloatArray) -> Callable[[Gallery | None], Gallery]:
    empty = Gallery.empty(MODEL, vectors.shape[1])
    return lambda before: (before or empty).add(name, embeddings(vectors))


def _opened(folder: Path, home: str, on_event: EventSink = ignore) -> GalleryHome:
    return components.open_store(replace(Settings(), database=folder, server=home), on_event)


def test_nothing_saved_yet(tmp_path: Path, home: str) -> None:
    store = _opened(tmp_path / "database", home)
    assert store.load() is None
    assert store.version() == ""
    assert not (tmp_path / "database").exists()


def test_round_trip(tmp_path: Path, home: str) -> None:
    gallery = (
        random_gallery([2, 0, 3], dimensions=128).with_threshold(0.21).with_consent("p1", "2026, by mail")
    )
    events: list[Event] = []
    store = _opened(tmp_path / "a" / "database", home, events.append)
    assert store.update(lambda before: gallery) is gallery
    loaded = store.load()
    assert loaded is not None and same(loaded, gallery)
    assert not events


def test_an_empty_gallery_and_people_without_vectors(tmp_path: Path, home: str) -> None:
    store = _opened(tmp_path, home)
    none = embeddings(np.empty((0, 7), np.float32))
    store.update(lambda before: Gallery.empty(MODEL, 7))
    loaded = store.load()
    assert loaded is not None and same(loaded, Gallery.empty(MODEL, 7))
    saved = store.update(lambda before: Gallery.empty(MODEL, 7).add("Ada", none))
    loaded = store.load()
    assert loaded is not None and same(loaded, saved)


def test_the_files_are_what_the_design_says(tmp_path: Path) -> None:
    gallery = circle_gallery({"Zoë": [0, 10], "Grace": [90]}).with_threshold(0.2)
    GalleryStore(tmp_path).update(lambda before: gallery)
    assert (tmp_path / "CURRENT").read_text() == "gen-000001\n"
    folder = tmp_path / "gen-000001"
    assert _names(folder) == {"embeddings.npy", "owners.npy", "gallery.json"}
    vectors = np.load(folder / "embeddings.npy", allow_pickle=False)
    owners = np.load(folder / "owners.npy", allow_pickle=False)
    assert (vectors.dtype, vectors.shape) == (np.float32, (3, 2))
    assert (owners.dtype, owners.tolist()) == (np.int32, [0, 0, 1])
    document = json.loads((folder / "gallery.json").read_text(encoding="utf-8"))
    assert (document["format"], document["model_id"], document["dimensions"]) == (1, MODEL, 2)
    assert (document["threshold"], document["threshold_rule"]) == (0.2, RULE_IN_USE)
    assert document["counts"] == {"people": 2, "vectors": 3}
    assert [person["name"] for person in document["people"]] == ["Zoë", "Grace"]
    assert "Zoë" in (folder / "gallery.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("rule", [None, "k_nearest", "of tomorrow"])
def test_a_threshold_of_another_rule_is_not_used_and_said(tmp_path: Path, rule: str | None) -> None:
    """None: stored before rules were recorded."""
    store = GalleryStore(tmp_path)
    store.update(lambda before: circle_gallery({"Ada": [0]}).with_threshold(0.131))
    path = tmp_path / "gen-000001" / "gallery.json"
    document = json.loads(path.read_text())
    del document["document_sha256"], document["threshold_rule"]
    document |= {} if rule is None else {"threshold_rule": rule}
    path.write_text(json.dumps({**document, "document_sha256": _checksum(document)}))
    events: list[Event] = []
    loaded = GalleryStore(tmp_path, on_event=events.append).load()
    assert loaded is not None and loaded.threshold is None and len(loaded) == 1
    [notice] = events
    assert isinstance(notice, Notice)
    assert "0.131 was found by another rule" in notice.text and "evaluate --own --apply" in notice.hint
    store.update(lambda before: before.with_threshold(0.14) if before else circle_gallery({}))
    again = GalleryStore(tmp_path, on_event=events.append).load()
    assert again is not None and again.threshold == 0.14 and len(events) == 1


def test_generations_follow_each_other_and_only_one_older_is_kept(tmp_path: Path) -> None:
    store = GalleryStore(tmp_path)
    tokens = []
    for degrees in (0, 10, 20, 30):
        store.update(_adding("Ada", on_circle(degrees)))
        tokens.append(store.version())
    assert tokens == ["gen-000001", "gen-000002", "gen-000003", "gen-000004"]
    assert _names(tmp_path) - {".lock"} == {"CURRENT", "gen-000003", "gen-000004"}
    loaded = GalleryStore(tmp_path).load()
    assert loaded is not None and len(loaded.vectors_of("Ada")) == 4


@pytest.mark.parametrize(
    "name",
    [
        "محمد علي",
        "שרה\u200f",
        "👩‍🔬👨‍👩‍👧",
        "李雷",
        "x" * 300,
        "../../etc/passwd",
        "a\\b:c*?",
        "CON",
        '"; --',
    ],
)
def test_any_name_survives(tmp_path: Path, home: str, name: str) -> None:
    store = _opened(tmp_path, home)
    store.update(lambda before: circle_gallery({name: [0]}).with_consent(name, "half \udcff a byte"))
    loaded = store.load()
    assert loaded is not None
    assert loaded.find(name).identity.name == name
    assert loaded.find(name).consent == "half \udcff a byte"


def test_a_change_that_fails_changes_nothing(tmp_path: Path) -> None:
    store = GalleryStore(tmp_path)
    store.update(lambda before: circle_gallery({"Ada": [0]}))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(GalleryError, match="Grace"):
        store.update(lambda gallery: gallery.remove("Grace"))  # type: ignore[union-attr]
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def test_forgetting_leaves_no_bytes_of_the_person(tmp_path: Path) -> None:
    store = GalleryStore(tmp_path)
    ada, grace = random_units(3, 128, seed=1), random_units(3, 128, seed=2)
    both = Gallery.empty(MODEL, 128).add_all([("Ada", embeddings(ada)), ("Grace", embeddings(grace))])
    store.update(lambda before: both)
    store.update(lambda before: both.with_threshold(0.2))
    (tmp_path / "damaged-gen-000000").mkdir()
    (tmp_path / "damaged-gen-000000" / "embeddings.npy").write_bytes(ada.tobytes())
    (tmp_path / ".writing-gen-000009").mkdir()
    (tmp_path / ".writing-gen-000009" / "embeddings.npy").write_bytes(ada.tobytes())
    assert all(_holds_bytes(tmp_path, row.tobytes()) for row in ada)

    store.update(lambda gallery: gallery.remove("Ada"), forget=True)  # type: ignore[union-attr]

    assert not any(_holds_bytes(tmp_path, row.tobytes()) for row in ada)
    assert not _holds_bytes(tmp_path, b"Ada")
    assert all(_holds_bytes(tmp_path, row.tobytes()) for row in grace)
    assert _names(tmp_path) - {".lock"} == {"CURRENT", "gen-000010"}
    loaded = store.load()
    assert loaded is not None and [identity.name for identity in loaded.identities] == ["Grace"]


def test_the_users_other_files_stay(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / "gen-1").mkdir()
    (tmp_path / "generation-000001").mkdir()
    store = GalleryStore(tmp_path)
    for _ in range(3):
        store.update(lambda before: circle_gallery({"Ada": [0]}), forget=True)
    assert {"README.md", "gen-1", "generation-000001"} < _names(tmp_path)


def test_another_facecam_is_writing(tmp_path: Path) -> None:
    store = GalleryStore(tmp_path, lock_timeout_s=0.05)

    def impatient(gallery: Gallery | None) -> Gallery:
        with pytest.raises(GalleryError, match="another facecam is writing") as caught:
            store.update(lambda before: circle_gallery({"Grace": [0]}))
        assert "Wait" in caught.value.hint
        assert store.load() is None  # reading never waits for a healthy database
        return circle_gallery({"Ada": [0]})

    store.update(impatient)
    loaded = store.load()
    assert loaded is not None and [identity.name for identity in loaded.identities] == ["Ada"]


def _add_twenty(folder: str, prefix: str) -> None:
    store = GalleryStore(Path(folder))
    for number in range(20):
        store.update(_adding(f"{prefix}{number}", random_units(1, 8, seed=number)))


def test_two_processes_at_once_lose_nothing(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_add_twenty, args=(os.fspath(tmp_path), prefix)) for prefix in "ab"]
    for writer in writers:
        writer.start()
    events: list[Event] = []
    reader, sizes = GalleryStore(tmp_path, on_event=events.append), [0]
    while any(writer.is_alive() for writer in writers):
        sizes.append(len(reader.load() or ()))
        time.sleep(0.01)
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    final = reader.load()
    assert final is not None
    assert {identity.name for identity in final.identities} == {
        f"{prefix}{n}" for prefix in "ab" for n in range(20)
    }
    assert sizes == sorted(sizes)  # a reader never went back in time
    assert not events  # nor took an update in progress for damage
    assert _names(tmp_path) - {".lock"} == {"CURRENT", "gen-000039", "gen-000040"}
