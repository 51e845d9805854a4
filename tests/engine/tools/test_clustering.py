"""Photos sorted by person, without a name."""

from __future__ import annotations

import errno
from pathlib import Path

import dlib
import numpy as np
import pytest
from sklearn.cluster import DBSCAN

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import Event, Notice
from facecam.core.types import FloatArray
from facecam.engine import components
from facecam.engine.tools.cluster_folders import UNGROUPED_FOLDER, write_folders
from facecam.engine.tools.clustering import (
    METHODS,
    Method,
    cluster,
    enroll_clusters,
    group,
    neighbors,
)
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import BARACK, EILEEN, JOE, blurred, exposed, mirrored, nobody, save, side_by_side


def on_circle(*degrees: float) -> FloatArray:
    """Unit vectors in a plane; squared_l2 between two is 2 − 2·cos of the angle between them."""
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


#: squared_l2 of 10 degrees is 0.0304.
TEN_DEGREES = 0.0304


@pytest.mark.parametrize("method", METHODS)
def test_neighbors_are_one_group_and_the_lonely_none(method: Method) -> None:
    labels = group(on_circle(0, 3, 6, 90, 93, 200), TEN_DEGREES, method, 2)
    assert labels[0] == labels[1] == labels[2] >= 0 and labels[3] == labels[4] >= 0
    assert labels[0] != labels[3] and labels[5] == -1


@pytest.mark.parametrize("method", METHODS)
def test_the_border_is_outside(method: Method) -> None:
    """At 90° squared_l2 is exactly 2: like a match, a neighbour must be strictly nearer."""
    pair = np.eye(2, dtype=np.float32)
    assert group(pair, 2.0, method, 2).tolist() == [-1, -1]
    assert group(pair, 2.001, method, 2).tolist() == [0, 0]


@pytest.mark.parametrize("method", METHODS)
def test_a_group_of_one_where_that_is_asked_for(method: Method) -> None:
    assert sorted(group(on_circle(0, 90), TEN_DEGREES, method, 1).tolist()) == [0, 1]
    assert group(on_circle(0, 3, 90), TEN_DEGREES, method, 3).tolist() == [-1, -1, -1]


@pytest.mark.parametrize("method", METHODS)
def test_by_scores_without_shifts_the_groups_are_those_of_distances(method: Method) -> None:
    """Those that the libraries find by distance; `average` has no other implementation to ask."""
    draw = np.random.default_rng(0)
    vectors = on_circle(*draw.normal(np.repeat([0, 60, 180, 250], 12), 4))
    for squared_l2 in (0.001, 0.003, TEN_DEGREES):
        radius = float(np.nextafter(np.sqrt(squared_l2), 0))
        plain = group(vectors, squared_l2, method, 2)
        if method == "dbscan":
            plain = DBSCAN(eps=radius, min_samples=2).fit_predict(vectors)
        elif method == "chinese-whispers":
            rows = [dlib.vector(row.astype(np.float64).tolist()) for row in vectors]
            plain = np.asarray(dlib.chinese_whispers_clustering(rows, radius))
            plain = np.where(np.bincount(plain)[plain] < 2, -1, plain)
        scored = group(vectors, squared_l2, method, 2, np.zeros(len(vectors), np.float32))
        assert _partition(plain) == _partition(scored)
        assert _partition(group(vectors, squared_l2, method, 2)) == _partition(scored)


@pytest.mark.parametrize("method", METHODS)
def test_faces_like_everybody_must_be_nearer_to_be_neighbors(method: Method) -> None:
    vectors = on_circle(0, 8, 90, 98)
    shifts = np.array([0.01, 0.01, 0.0, 0.0], np.float32)
    assert group(vectors, TEN_DEGREES, method, 2, shifts).tolist() == [-1, -1, 0, 0]
    assert group(vectors, TEN_DEGREES, method, 2, -shifts).tolist() == [0, 0, 1, 1]
    assert group(vectors[:0], TEN_DEGREES, method, 2, shifts[:0]).tolist() == []


def test_neighbors_are_found_in_blocks_as_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(1)
    vectors, shifts = on_circle(*draw.uniform(0, 360, 50)), draw.normal(0, 0.01, 50).astype(np.float32)
    whole = neighbors(vectors, shifts, 0.1)
    monkeypatch.setattr("facecam.engine.tools.clustering._BLOCK_VALUES", 130)
    parts_of = neighbors(vectors, shifts, 0.1)
    scores = 2 - 2 * vectors @ vectors.T + shifts[:, None] + shifts
    wanted = {(a, b) for a in range(50) for b in range(a + 1, 50) if scores[a, b] < 0.1}
    for first, second in (whole, parts_of):
        assert set(zip(first.tolist(), second.tolist(), strict=True)) == wanted


def _partition(labels: np.ndarray) -> set[frozenset[int]]:
    groups = {label: frozenset(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels)}
    return {rows for label, rows in groups.items() if label >= 0}


@pytest.fixture
def album(heads: Heads, studio: Path) -> Path:
    """Three photos of Barack, one of them with Joe; two of Eileen; one of nobody."""
    save(heads[BARACK], studio / "a.png")
    save(exposed(heads[BARACK], 0.8), studio / "b.png")
    save(side_by_side(heads[BARACK], heads[JOE]), studio / "c.png")
    save(heads[EILEEN], studio / "d.png")
    save(blurred(mirrored(heads[EILEEN]), 1), studio / "e.png")
    save(nobody(), studio / "f.png")
    return studio


@pytest.mark.parametrize("method", METHODS)
def test_every_face_of_an_album_finds_its_group(
    settings: Settings, album: Path, enrolled: Enrol, method: Method
) -> None:
    enrolled(EILEEN)
    found = cluster(settings, [album], method=method)
    groups = [[face.path.name for face in found.faces_of(one)] for one in found.clusters]
    assert groups == [["a.png", "b.png", "c.png"], ["d.png", "e.png"]]
    assert [one.name for one in found.clusters] == [None, EILEEN]
    assert [found.found.faces[index].label for index in found.ungrouped] == [f"{album.name}/c.png (face 2)"]
    assert [path.name for path in found.found.without_face] == ["f.png"]


def test_folders_hold_copies_and_nothing_is_written_over(
    settings: Settings, album: Path, enrolled: Enrol, tmp_path: Path
) -> None:
    enrolled(EILEEN)
    found = cluster(settings, [album])
    target = tmp_path / "sorted"
    mine = target / "person 1" / "a.png"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"mine")
    folders = write_folders(found, target)
    assert [folder.name for folder in folders] == ["person 1", EILEEN, UNGROUPED_FOLDER]
    assert mine.read_bytes() == b"mine"
    assert sorted(path.name for path in folders[0].iterdir()) == ["a-2.png", "a.png", "b.png", "c.png"]
    write_folders(found, target)
    assert len(list(folders[0].iterdir())) == 4, "the same copies again are not made twice"
    assert len(list(album.iterdir())) == 6


def test_photos_of_somebody_who_was_deleted_meanwhile_are_not_waited_for(
    settings: Settings, album: Path, tmp_path: Path
) -> None:
    found, events = cluster(settings, [album]), list[Event]()
    (album / "a.png").unlink()
    (first, *_) = write_folders(found, tmp_path / "sorted", on_event=events.append)
    assert sorted(path.name for path in first.iterdir()) == ["b.png", "c.png"]
    assert Notice("1 photo was deleted or moved meanwhile, and not copied") in events


def test_a_copy_that_cannot_be_completed_is_none(
    settings: Settings, album: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A half of a photo would be taken for another one, and stay, when the same is done again."""
    found = cluster(settings, [album])

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(DataError):
        write_folders(found, tmp_path / "sorted")
    assert not [path for path in (tmp_path / "sorted").rglob("*") if path.is_file()]


def test_nothing_is_written_through_a_link(settings: Settings, album: Path, tmp_path: Path) -> None:
    """A link to a file that is not there yet would make that file, wherever it is."""
    found, target = cluster(settings, [album]), tmp_path / "sorted"
    link = target / "person 1" / "a.png"
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "elsewhere.png")
    write_folders(found, target)
    assert not (tmp_path / "elsewhere.png").exists() and link.is_symlink()
    assert (link.parent / "a-2.png").is_file()


def test_a_group_becomes_a_person(settings: Settings, album: Path) -> None:
    found = cluster(settings, [album])
    assert enroll_clusters(settings, found, {1: "Barack"}) == ["Barack"]
    gallery = components.open_store(settings).load()
    assert gallery is not None and [one.name for one in gallery.identities] == ["Barack"]
    assert len(gallery.vectors_of("Barack")) >= 2
    with pytest.raises(ConfigError, match="no group 9"):
        enroll_clusters(settings, found, {9: "Nobody"})


def test_a_group_that_cannot_be_enrolled_does_not_stop_the_next(settings: Settings, album: Path) -> None:
    found = cluster(settings, [album])
    events: list[Event] = []
    names = {1: "line\nbreak", 2: "Eileen"}
    assert enroll_clusters(settings, found, names, on_event=events.append) == ["Eileen"]
    assert any(isinstance(event, Notice) and event.text.startswith("group 1: ") for event in events)


def test_what_cannot_be_meant_is_refused(settings: Settings, album: Path, studio: Path) -> None:
    for wrong in ({"squared_l2": 0.0}, {"squared_l2": 4.1}, {"min_faces": 0}, {"method": "k-means"}):
        with pytest.raises(ConfigError):
            cluster(settings, [album], **wrong)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="no face") as refused:
        cluster(settings, [album / "f.png"])
    assert "--upsample" in refused.value.hint and "cnn" not in refused.value.hint  # The default sees more.


def test_a_database_of_another_model_costs_only_the_names(
    settings: Settings, album: Path, enrolled: Enrol
) -> None:
    settings.database.mkdir(parents=True)
    (settings.database / "CURRENT").write_text("gen-000001\n")
    events: list[Event] = []
    found = cluster(settings, [album], on_event=events.append)
    assert [one.name for one in found.clusters] == [None, None]
    assert any(isinstance(event, Notice) and "no names" in event.text for event in events)
