"""Vectors for other programs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import Event, Notice, Progress
from facecam.engine.faces import face_shards, photo_embeddings
from facecam.engine.tools.clustering import cluster
from facecam.engine.tools.export_embeddings import FILES, embed
from tests.engine.fixtures import Faces, Heads
from tests.engine.studio import BARACK, EILEEN, nobody, save


def test_arrays_that_numpy_opens_without_objects(
    settings: Settings,
    heads: Heads,
    faces: Faces,
    studio: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save(heads[BARACK], studio / BARACK / "b.png")
    save(heads[EILEEN], studio / EILEEN / "e.png")
    save(nobody(), studio / EILEEN / "f.png")
    judged = list[object]()
    monkeypatch.setattr(photo_embeddings, "assess", lambda *face: judged.append(face))
    report = embed(settings, studio, tmp_path / "out")
    assert judged == [], "nobody asks how good they are"
    vectors, labels, names, photos = (np.load(tmp_path / "out" / name, allow_pickle=False) for name in FILES)
    assert vectors.dtype == np.float32 and vectors.shape == (2, 128)
    assert labels.tolist() == [0, 1] and names.tolist() == [BARACK, EILEEN] == list(report.people)
    assert photos.tolist() == [f"{BARACK}/b.png", f"{EILEEN}/e.png"]
    assert np.allclose(vectors[0], faces[BARACK].vectors[0], atol=1e-3)
    assert [path.name for path in report.found.without_face] == ["f.png"]


def test_nothing_to_export_is_said(settings: Settings, studio: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no folders"):
        embed(settings, studio, tmp_path / "out")
    save(nobody(), studio / "Ada" / "1.png")
    with pytest.raises(DataError, match="no face") as refused:
        embed(settings, studio, tmp_path / "out")
    assert "--upsample" in refused.value.hint and "cnn" not in refused.value.hint  # The default sees more.
    (studio / "Ada" / "2.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match="in 2 photos, 1 of them cannot be read: .*2.png is not a picture"):
        embed(settings, studio, tmp_path / "out")
    (studio / "Ada" / "1.png").unlink()
    with pytest.raises(DataError, match="^.*2.png is not a picture") as refused:
        embed(settings, studio, tmp_path / "out")
    assert "jpg, png" in refused.value.hint
    assert not (tmp_path / "out").exists()


def test_a_run_that_is_broken_off_leaves_no_arrays_and_is_gone_on_with(
    settings: Settings, heads: Heads, studio: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(face_shards, "SHARD_PHOTOS", 1)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in (BARACK, EILEEN):
        save(heads[name], studio / name / "1.png")

    def stop(event: Event) -> None:
        if isinstance(event, Progress) and event.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embed(settings, studio, tmp_path / "out", on_event=stop)
    assert not (tmp_path / "out").exists() and list((tmp_path / "cache").rglob("*.faces"))
    said: list[Event] = []
    embed(settings, studio, tmp_path / "out", on_event=said.append)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(FILES)
    assert [event.done for event in said if isinstance(event, Progress) and event.stage == "photos"] == [2]


def test_a_grouping_of_the_same_photos_leaves_alone_what_an_export_has_kept(
    settings: Settings, heads: Heads, studio: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than 64 photos are kept after 64, in a folder that nobody else takes for his own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    first = save(heads[EILEEN], studio / EILEEN / "000.png")
    for number in range(1, 66):
        first.with_name(f"{number:03}.png").symlink_to(first)

    def stop(event: Event) -> None:
        if isinstance(event, Progress) and event.done == 65:
            raise KeyboardInterrupt

    def kept() -> list[Path]:
        return list((tmp_path / "cache").rglob("*.faces"))

    with pytest.raises(KeyboardInterrupt):
        embed(settings, studio, tmp_path / "out", on_event=stop)
    assert len(kept()) == 1
    cluster(settings, [studio])
    assert len(kept()) == 1
    said: list[Event] = []
    embed(settings, studio, tmp_path / "out", on_event=said.append)
    assert "64 photos are known from a run that was broken off" in [
        event.text for event in said if isinstance(event, Notice)
    ]
    assert not kept()
