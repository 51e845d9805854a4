"""The index of very large galleries, on a few thousand vectors."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.events import Cancelled, CancelToken, Event, Notice, Progress
from facecam.core.types import Embeddings, FloatArray
from facecam.engine import components
from facecam.gallery.gallery import Gallery
from facecam.gallery.matching.distances import MatchRule
from facecam.gallery.matching.match import Matcher
from facecam.gallery.matching.neighbors import (
    ABOUT_FILE,
    CANDIDATES,
    INDEX_FILE,
    SEARCHED,
    NeighborIndex,
    open_index,
)
from facecam.gallery.storage.store import GalleryStore

MODEL = "m@1"
PEOPLE, EACH, DIMENSIONS = 600, 4, 32


def unit(rows: np.ndarray) -> FloatArray:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@pytest.fixture(scope="module")
def centers() -> FloatArray:
    return unit(np.random.default_rng(0).normal(size=(PEOPLE, DIMENSIONS)))


@pytest.fixture(scope="module")
def gallery(centers: FloatArray) -> Gallery:
    """600 people with four vectors each, near their centres."""
    noise = np.random.default_rng(1).normal(0, 0.04, (PEOPLE, EACH, DIMENSIONS))
    empty = Gallery.empty(MODEL, DIMENSIONS)
    return empty.add_all(
        (f"p{index}", Embeddings(unit(center + noise[index]), MODEL)) for index, center in enumerate(centers)
    )


@pytest.fixture(scope="module")
def queries(centers: FloatArray) -> FloatArray:
    """200 faces of known people and 50 of nobody."""
    draw = np.random.default_rng(2)
    known = centers[:200] + draw.normal(0, 0.05, (200, DIMENSIONS))
    return unit(np.concatenate([known, draw.normal(size=(50, DIMENSIONS))]))


def test_the_graph_is_the_same_each_time(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several threads that wait for a busy processor, one may link past another."""
    monkeypatch.setattr("os.cpu_count", lambda: 16)
    graphs = [NeighborIndex(gallery.vectors) for _ in range(2)]
    for one in graphs:
        one.build()
    assert graphs[0]._index.save() == graphs[1]._index.save()


@pytest.mark.parametrize("rule", ["nearest", "k_nearest", "counted_centre"])
def test_the_answers_are_those_of_comparing_with_everybody(
    gallery: Gallery, queries: FloatArray, tmp_path: Path, rule: MatchRule
) -> None:
    index = open_index(tmp_path, gallery.vectors)
    exact, quick = (
        Matcher(gallery, 0.3, rule).match(queries),
        Matcher(gallery, 0.3, rule, index=index).match(queries),
    )
    same = [one.identity == other.identity for one, other in zip(exact, quick, strict=True)]
    assert np.mean(same) >= 0.995
    assert sum(one.identity is not None for one in exact) >= 195
    for one, other in zip(exact, quick, strict=True):
        if one.identity is not None and one.identity == other.identity:
            assert other.squared_l2 == pytest.approx(one.squared_l2, abs=1e-5)


def test_it_is_kept_and_read_again(gallery: Gallery, queries: FloatArray, tmp_path: Path) -> None:
    first, events = open_index(tmp_path, gallery.vectors), list[Event]()
    again = open_index(tmp_path, gallery.vectors, on_event=events.append)
    assert events == [] and len(again) == len(gallery.vectors)
    assert all(np.array_equal(first.near(query), again.near(query)) for query in queries[:20])


def test_people_added_since_are_added_to_it(gallery: Gallery, tmp_path: Path) -> None:
    open_index(tmp_path, gallery.vectors[:-40])
    events: list[Event] = []
    index = open_index(tmp_path, gallery.vectors, on_event=events.append)
    assert events == [Progress("index of faces", len(gallery.vectors), len(gallery.vectors))]
    assert index.near(gallery.vectors[-1])[0] == len(gallery.vectors) - 1


def test_what_is_found_is_compared_again_by_the_vectors_themselves(
    gallery: Gallery, queries: FloatArray, tmp_path: Path
) -> None:
    index = open_index(tmp_path, gallery.vectors)
    for query in queries[:20]:
        found, likeness = index.near(query), gallery.vectors @ query
        assert len(found) == len(set(found.tolist())) == CANDIDATES
        assert (np.diff(likeness[found]) <= 0).all()
        assert found[0] == likeness.argmax()


def test_an_index_that_was_read_searches_as_widely(gallery: Gallery, tmp_path: Path) -> None:
    open_index(tmp_path, gallery.vectors[:500])
    assert open_index(tmp_path, gallery.vectors[:500])._index.expansion_search == SEARCHED


def test_another_gallery_gets_another_index(gallery: Gallery, tmp_path: Path) -> None:
    open_index(tmp_path, gallery.vectors)
    fewer = np.ascontiguousarray(gallery.vectors[40:])
    assert len(open_index(tmp_path, fewer)) == len(fewer)
    changed = gallery.vectors.copy()
    changed[[0, 1]] = changed[[1, 0]]
    assert open_index(tmp_path, changed).near(changed[0])[0] == 0


@pytest.mark.parametrize("name", [INDEX_FILE, ABOUT_FILE])
@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"x" * 5000])
def test_a_damaged_file_is_made_anew(gallery: Gallery, tmp_path: Path, name: str, content: bytes) -> None:
    open_index(tmp_path, gallery.vectors[:500])
    (tmp_path / name).write_bytes(content)
    index = open_index(tmp_path, gallery.vectors[:500])
    assert len(index) == 500 and index.near(gallery.vectors[7])[0] == 7
    assert (tmp_path / name).read_bytes() != content


def test_where_it_cannot_be_kept_it_serves_this_run(gallery: Gallery, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    events: list[Event] = []
    assert len(open_index(tmp_path / "file", gallery.vectors[:100], on_event=events.append)) == 100
    assert any(isinstance(event, Notice) and "not kept" in event.text for event in events)


def test_a_stop_ends_the_building(gallery: Gallery, tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        open_index(tmp_path, gallery.vectors, cancel=token)
    assert not (tmp_path / INDEX_FILE).exists()


def test_the_engine_uses_it_from_a_size_on(
    gallery: Gallery, queries: FloatArray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(components, "EXACT_UP_TO", len(gallery.vectors) - 1)
    own, card = (
        replace(gallery, threshold=0.3),
        SimpleNamespace(threshold=None, cohort=None, distance_to_probability=None),
    )
    matcher = components.open_matcher(replace(Settings(), database=tmp_path), own, card)  # type: ignore[arg-type]
    assert (tmp_path / INDEX_FILE).is_file()
    assert matcher.match(queries)[0].identity == gallery.identities[0]


def test_a_deletion_removes_copies_of_vectors(gallery: Gallery, tmp_path: Path) -> None:
    store = GalleryStore(tmp_path)
    store.update(lambda _: gallery)
    open_index(tmp_path, gallery.vectors)
    (tmp_path / "photos-seen").mkdir()
    (tmp_path / "photos-seen" / "a.vectors").write_bytes(b"1")
    (tmp_path / "classifier.zip").write_bytes(b"1")
    store.update(lambda current: current.remove("p0") if current else gallery, forget=True)
    left = {path.name for path in tmp_path.iterdir()}
    assert not left & {INDEX_FILE, ABOUT_FILE, "photos-seen", "classifier.zip"}
