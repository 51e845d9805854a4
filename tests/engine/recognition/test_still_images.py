"""Pictures one by one: all faces named, what cannot be read is said, the rest goes on."""

from __future__ import annotations

import shutil
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import GalleryError, WeightsError
from facecam.core.events import Event, Notice
from facecam.core.types import Face
from facecam.engine import components
from facecam.engine.recognition.recognizer import open_recognizer
from facecam.engine.recognition.still_images import PictureRecognizer
from facecam.engine.recognition.stream import recognize_stream
from facecam.vision.detect.protocol import Detector
from facecam.vision.sources.folder import open_folder
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import BARACK, EILEEN, JOE, mirrored, nobody, save, side_by_side


def names(faces: tuple[Face, ...]) -> list[str | None]:
    return [face.match.identity.name if face.match and face.match.identity else None for face in faces]


def test_everybody_in_a_picture_is_named_or_unknown(
    settings: Settings, heads: Heads, enrolled: Enrol
) -> None:
    enrolled(BARACK)
    enrolled(EILEEN)
    faces = PictureRecognizer(settings).recognize(side_by_side(heads[BARACK], heads[JOE], heads[EILEEN]))
    by_place = sorted(faces, key=lambda face: face.detection.box.left)
    assert names(tuple(by_place)) == [BARACK, None, EILEEN]
    areas = [face.detection.box.area for face in faces]
    assert areas == sorted(areas, reverse=True)
    assert all(0.5 < face.quality <= 1 for face in faces)


def test_a_portrait_twice_in_a_picture_is_named_once(
    settings: Settings, heads: Heads, enrolled: Enrol
) -> None:
    enrolled(BARACK)
    twice = side_by_side(heads[BARACK], heads[BARACK], heads[JOE])
    faces = PictureRecognizer(settings).recognize(twice)
    by_place = sorted(faces, key=lambda face: face.detection.box.left)
    assert (
        sorted(map(str, names(tuple(by_place[:2])))) == [BARACK, "None"] and names(faces).count(BARACK) == 1
    )
    (double,) = (face for face in faces if face.state == "duplicate")
    assert double in by_place[:2] and double.looks_like is not None and double.looks_like.name == BARACK
    mirrors = replace(settings, same_person_twice=True)
    assert names(PictureRecognizer(mirrors).recognize(twice)).count(BARACK) == 2


def test_a_folder_of_good_and_bad_files_gives_a_result_each(
    settings: Settings, heads: Heads, enrolled: Enrol, studio: Path
) -> None:
    enrolled(BARACK)
    broken = studio / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff")
    paths = [
        broken,
        save(mirrored(heads[BARACK]), studio / "b.png"),
        studio / "missing.png",
        save(nobody(), studio / "nobody.png"),
    ]
    results = list(PictureRecognizer(settings).recognize_files(paths))
    assert [result.path for result in results] == paths
    assert [result.fault is not None for result in results] == [True, False, True, False]
    assert names(results[1].faces) == [BARACK] and results[3].faces == ()
    assert results[0].image is None and results[1].image is not None


def test_a_tiny_picture_in_a_folder_stops_nothing(settings: Settings, studio: Path) -> None:
    dot = save(np.full((1, 1, 3), 200, np.uint8), studio / "dot.png")
    assert [result.faces for result in PictureRecognizer(settings).recognize_files([dot])] == [()]


def test_a_weights_folder_of_one_embedder_is_enough(
    settings: Settings, heads: Heads, enrolled: Enrol, tmp_path: Path
) -> None:
    """`-wp ~/models/mine`: the second opinion of cnn is missing there, hog is not."""
    enrolled(BARACK)
    shutil.copytree(settings.weights / "dlib-resnet", tmp_path / "models" / "dlib-resnet")
    own = replace(settings, weights=tmp_path / "models", model="dlib-resnet")
    recognizer = PictureRecognizer(own)
    assert names(recognizer.recognize(heads[BARACK])) == [BARACK]
    assert recognizer.recognize(nobody()) == ()


def test_a_model_that_is_none_is_refused(settings: Settings, enrolled: Enrol) -> None:
    enrolled(BARACK)
    with pytest.raises(WeightsError, match="nonesuch") as caught:
        PictureRecognizer(replace(settings, model="nonesuch"))
    assert caught.value.hint
    with pytest.raises(WeightsError, match="makes no vectors"):
        PictureRecognizer(replace(settings, model="dlib-mmod"))


def test_a_damaged_model_is_refused_with_the_cure(settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(settings.weights / "dlib-resnet", tmp_path / "w" / "dlib-resnet")
    with (tmp_path / "w" / "dlib-resnet" / "model.bin").open("r+b") as file:
        file.seek(1000)
        file.write(b"damaged")
    with pytest.raises(WeightsError, match=r"model\.bin.*SHA-256") as caught:
        PictureRecognizer(replace(settings, weights=tmp_path / "w"))
    assert "models prepare" in caught.value.hint


def test_a_threshold_of_the_settings_decides(settings: Settings, heads: Heads, enrolled: Enrol) -> None:
    enrolled(BARACK)
    picture = mirrored(heads[BARACK])
    assert names(PictureRecognizer(settings).recognize(picture)) == [BARACK]
    assert names(PictureRecognizer(replace(settings, threshold=1e-6)).recognize(picture)) == [None]
    assert names(PictureRecognizer(replace(settings, threshold=4.0)).recognize(heads[JOE])) == [BARACK]


def test_a_database_that_cannot_be_read_is_refused(settings: Settings, enrolled: Enrol) -> None:
    enrolled(BARACK)
    for file in settings.database.rglob("*.npy"):
        file.unlink()
    with pytest.raises(GalleryError) as caught:
        PictureRecognizer(settings)
    assert "rebuild" in caught.value.hint


def test_recognizing_with_a_loose_threshold_says_so_once(settings: Settings, enrolled: Enrol) -> None:
    enrolled(BARACK)
    said: list[Event] = []
    PictureRecognizer(replace(settings, threshold=0.4), said.append)
    assert sum("at the threshold 0.4" in one.text for one in said if isinstance(one, Notice)) == 1


def test_that_pictures_are_never_alive_is_said(settings: Settings, enrolled: Enrol) -> None:
    events: list[Event] = []
    PictureRecognizer(replace(settings, require_live=True), events.append)
    assert [one.text.split(":")[0] for one in events if isinstance(one, Notice)] == [
        "--require-live is for cameras"
    ]


def test_a_picture_is_not_held_while_the_next_is_read(settings: Settings, tmp_path: Path) -> None:
    paths = [save(nobody(), tmp_path / name) for name in ("a.png", "b.png")]
    results = PictureRecognizer(settings).recognize_files(paths)
    result = next(results)
    assert result.image is not None
    held = weakref.ref(result.image)
    del result
    assert held() is None and next(results).image is not None


def test_a_folder_that_is_watched_shows_what_recognize_finds_in_it(
    settings: Settings, heads: Heads, enrolled: Enrol, studio: Path
) -> None:
    enrolled(BARACK)
    upright = mirrored(heads[BARACK])
    for turns in range(4):
        save(np.ascontiguousarray(np.rot90(upright, turns)), studio / f"{turns}.png")
    save(side_by_side(*[heads[EILEEN], heads[JOE]] * 4, upright), studio / "many.png")
    recognizer, watch = open_recognizer(settings, source=str(studio))
    with open_folder(studio) as source:
        watched = {one.frame.name: one.faces for one in recognize_stream(source, recognizer, watch)}
    for result in PictureRecognizer(settings).recognize_files(sorted(studio.iterdir())):
        seen = watched[result.path.name]
        assert len(seen) == len(result.faces) and seen
        for face in result.faces:
            (same,) = (one for one in seen if one.detection.box.iou(face.detection.box) > 0.9)
            assert names((same,)) == names((face,))
            assert same.match and face.match
            assert abs(same.match.squared_l2 - face.match.squared_l2) < 0.01


def test_a_watched_folder_is_searched_by_the_detector_that_is_open(
    settings: Settings, heads: Heads, enrolled: Enrol, studio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second one takes memory and time for nothing."""
    enrolled(BARACK)
    save(heads[BARACK], studio / "a.png")
    opened: list[str] = []
    original = components.open_detector

    def counted(wanted: Settings) -> Detector:
        opened.append(wanted.detector)
        return original(wanted)

    monkeypatch.setattr(components, "open_detector", counted)
    recognizer, watch = open_recognizer(settings, source=str(studio))
    with open_folder(studio) as source:
        found = [len(one.faces) for one in recognize_stream(source, recognizer, watch)]
    assert max(found) >= 1 and opened == [settings.detector]
