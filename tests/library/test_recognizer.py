"""The library on real faces: whom it knows, what follows a change, what it says of bad input."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import facecam
from facecam.core.errors import DataError, EnrollmentError, GalleryError
from facecam.core.events import Event
from facecam.core.types import ImageArray
from facecam.engine import places
from facecam.engine.demo import Demo
from facecam.engine.models import first_use
from facecam.library import home
from tests.engine.studio import BARACK, EILEEN, JOE


@pytest.fixture(scope="module")
def enrolled(weights: Path, demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which Eileen and Barack are known."""
    made = facecam.FaceRecognizer.open(tmp_path_factory.mktemp("enrolled"))
    for portrait in demo.portraits():
        if portrait.enrolled:
            made.enroll(portrait.name, [portrait.path])
    return made.settings.data.parent


@pytest.fixture
def app(enrolled: Path, folder: Path) -> facecam.FaceRecognizer:
    """Knows Eileen and Barack."""
    shutil.copytree(enrolled, folder / "faces")
    return facecam.FaceRecognizer.open("faces")


def test_nobody_is_known_at_first(folder: Path) -> None:
    app = facecam.FaceRecognizer.open("faces")
    assert app.people == () and len(app.gallery) == 0
    (face,) = app.recognize("joe.png")
    assert (
        face.name is None and face.distance == math.inf and face.similarity == 0 and face.state == "unknown"
    )


def test_a_file_and_its_pixels_are_the_same_face(
    app: facecam.FaceRecognizer, portraits: dict[str, ImageArray]
) -> None:
    (of_file,), (of_array,) = app.recognize("eileen.png"), app.recognize(portraits[EILEEN])
    assert of_file.name == of_array.name == EILEEN
    assert of_file.distance == pytest.approx(of_array.distance, abs=1e-4) and of_file.similarity > 95
    assert of_file.box == of_array.box and of_file.landmarks.shape == (5, 2)
    (stranger,) = app.recognize("joe.png")
    assert stranger.name is None and stranger.distance > of_file.distance


def test_who_is_removed_or_renamed_is_so_at_once(app: facecam.FaceRecognizer) -> None:
    app.rename(EILEEN, "Eileen")
    assert [face.name for face in app.recognize("eileen.png")] == ["Eileen"]
    app.remove("Eileen")
    assert [face.name for face in app.recognize("eileen.png")] == [None]
    assert app.people == (BARACK,)


def test_whom_another_program_enrolls_is_known(app: facecam.FaceRecognizer, folder: Path) -> None:
    facecam.FaceRecognizer.open(folder / "faces").enroll(JOE, ["joe.png"])
    assert [face.name for face in app.recognize("joe.png")] == [JOE]


def test_a_stream_names_faces(app: facecam.FaceRecognizer) -> None:
    frames = list(app.stream("demo", max_frames=5))
    assert [frame.index for frame in frames] == list(range(5))
    assert frames[-1].faces[0].name == EILEEN and frames[-1].faces[0].track == 1
    assert frames[-1].image.shape == (360, 640, 3) and frames[1].seconds > frames[0].seconds


@pytest.mark.parametrize(
    "given", ["missing.png", np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32)]
)
def test_what_is_no_picture_is_said(app: facecam.FaceRecognizer, given: str | ImageArray) -> None:
    with pytest.raises(DataError) as caught:
        app.recognize(given)
    assert caught.value.hint


def test_photos_of_nobody_enroll_nobody(app: facecam.FaceRecognizer) -> None:
    with pytest.raises(EnrollmentError) as caught:
        app.enroll("Ada", ["nobody.png"])
    assert caught.value.hint and app.people == (BARACK, EILEEN)


def test_nobody_of_that_name_can_be_removed(app: facecam.FaceRecognizer) -> None:
    with pytest.raises(GalleryError, match="Ada"):
        app.remove("Ada")


def test_two_pictures_of_one_person(folder: Path, portraits: dict[str, ImageArray]) -> None:
    same = facecam.compare("album/eileen-1.png", "album/eileen-2.png")
    other = facecam.compare(portraits[EILEEN], "joe.png")
    assert same.same and not other.same
    assert same.distance < 0.1 < other.distance and same.similarity > 90 > other.similarity


def test_a_picture_without_a_face_cannot_be_compared(folder: Path, portraits: dict[str, ImageArray]) -> None:
    with pytest.raises(DataError, match=r"nobody\.png"):
        facecam.compare("nobody.png", "joe.png")
    with pytest.raises(DataError, match="the picture"):
        facecam.compare(portraits[EILEEN], np.zeros((64, 64, 3), np.uint8))
    assert facecam.detect("nobody.png") == [] and facecam.embed("nobody.png").shape == (0, 128)


def test_a_home_with_models_of_its_own_uses_them(folder: Path, weights: Path) -> None:
    assert home.settings_of("faces").weights == facecam.Settings().weights
    (folder / "faces").mkdir()
    (folder / "faces" / "weights").symlink_to(weights, target_is_directory=True)
    found = home.settings_of("faces", replace(facecam.Settings(), upsample=1))
    assert found.weights == folder / "faces" / "weights" and found.upsample == 1
    assert (found.data, found.database) == (folder / "faces" / "data", folder / "faces" / "database")


def test_the_models_are_prepared_where_that_was_never_done(
    tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "HOME", tmp_path)
    asked: list[Path] = []

    def prepare(settings: facecam.Settings, **_: object) -> None:
        asked.append(settings.weights)
        shutil.copytree(weights / "blazeface", settings.weights / "blazeface")

    monkeypatch.setattr(first_use, "prepare_models_here", prepare)
    settings, events = replace(facecam.Settings(), weights=tmp_path / "weights"), list[Event]()
    for _ in range(2):
        assert home.with_models(settings, events.append) is settings
    assert asked == [tmp_path / "weights"] and len(events) == 1
    home.with_models(replace(settings, weights=tmp_path / "own"), events.append)
    assert len(asked) == 1, "in a folder of somebody's own nothing is made"


def test_a_single_photo_is_no_list_of_letters(app: facecam.FaceRecognizer, demo: Demo) -> None:
    """The first of them, `.` or `/`, would be a folder: whoever is in it would be enrolled."""
    (joe,) = (portrait for portrait in demo.portraits() if not portrait.enrolled)
    assert [verdict.path for verdict in app.enroll(JOE, str(joe.path)).verdicts] == [joe.path]
    assert (
        facecam.cluster(joe.path, min_faces=1) == facecam.cluster(str(joe.path), min_faces=1) == [[joe.path]]
    )


def test_an_empty_name_is_no_photo_and_no_home(folder: Path) -> None:
    for use in (facecam.detect, facecam.FaceRecognizer.open, lambda name: facecam.cluster([name])):
        with pytest.raises(DataError, match="an empty name") as caught:
            use("")
        assert caught.value.hint


def test_a_home_no_system_can_have_is_said(folder: Path) -> None:
    with pytest.raises(DataError, match="too long") as caught:
        facecam.FaceRecognizer.open("x" * 300).enroll("Ada", "eileen.png")
    assert caught.value.hint
