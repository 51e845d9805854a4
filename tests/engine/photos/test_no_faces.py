"""What was said to be no face."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from facecam.core.types import Box, Detection, ImageArray
from facecam.engine.photos.hash_cache import PhotoDigests
from facecam.engine.photos.no_faces import (
    FILE,
    NoFaces,
    SievedDetector,
    SourceSieve,
    in_photo,
    in_source,
    look_at,
    still_looks_so,
)
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, EILEEN, exposed, rgb, save

PLACE = Box(0.25, 0.25, 0.5, 0.5)


def textured(seed: int = 0, height: int = 240, width: int = 320) -> ImageArray:
    noise = np.random.default_rng(seed).integers(0, 255, (height // 8, width // 8, 3)).astype(np.uint8)
    return rgb(cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC))


def face_at(box: Box) -> Detection:
    return Detection(box, 1.0, np.zeros((5, 2), np.float32))


def test_marks_are_kept_taken_back_and_put_back(tmp_path: Path) -> None:
    marks = NoFaces(tmp_path / "database")
    assert marks.all() == () and not (tmp_path / "database").exists()
    one = marks.add(in_photo("a" * 32), PLACE)
    two = marks.add(in_source("0"), PLACE, look_at(textured(), PLACE))
    later = NoFaces(tmp_path / "database")
    assert [mark.id for mark in later.all()] == [one.id, two.id]
    read = later.at(two.where).marks[0]
    assert read.place == PLACE and read.look is not None and two.look is not None
    assert float((read.look * two.look).sum()) > 0.999
    later.remove([one])
    assert [mark.id for mark in marks.all()] == [two.id], "another process sees it"
    marks.put_back([one, two])
    assert {mark.id for mark in later.all()} == {one.id, two.id}
    assert [mark.id for mark in later.forget_photos(["a" * 32])] == [one.id]
    assert [mark.id for mark in marks.all()] == [two.id]


def test_the_last_mark_goes_and_none_is_taken_back_without_room_for_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = NoFaces(tmp_path)
    mark = marks.add(in_source("0"), Box(0, 0, 10, 10))
    file = next(tmp_path.glob("no-faces.json"))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("facecam.engine.photos.json_store.write_document", full)
    marks.remove(marks.all())
    assert not file.exists() and NoFaces(tmp_path).all() == () and mark is not None
    NoFaces(tmp_path / "never used").remove(())
    assert not (tmp_path / "never used").exists()


@pytest.mark.parametrize(
    "place", ["[" * 100_000, f"[{10**400}, 0, 1, 1]", "[NaN, 0, 1, 1]", "[1, 0, 0, 1]", "7"]
)
def test_a_mark_that_cannot_be_meant_is_none(tmp_path: Path, place: str) -> None:
    mark = f'{{"id": "1", "where": "photo a", "look": null, "place": {place}}}'
    (tmp_path / FILE).write_text(f'{{"version": 1, "marks": [{mark}]}}')
    assert NoFaces(tmp_path).all() == ()


def test_a_file_that_cannot_be_read_is_kept_beside(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text('{"version": 1, "marks": [{"id": 1}]} and more that somebody wrote here')
    marks = NoFaces(tmp_path)
    assert marks.all() == ()
    marks.add(in_photo("b" * 32), PLACE)
    assert len(marks.all()) == 1
    assert "somebody wrote" in (tmp_path / "no-faces.damaged.json").read_text()


def test_no_address_and_no_path_is_written_down(tmp_path: Path) -> None:
    SourceSieve(NoFaces(tmp_path), "rtsp://ada:secret@camera.local/1").mark(textured(), Box(80, 60, 160, 120))
    assert "secret" not in (tmp_path / FILE).read_text() and "camera" not in (tmp_path / FILE).read_text()


def test_the_same_thing_is_kept_back_whatever_the_light_and_a_face_that_passes_is_not(
    tmp_path: Path, heads: Heads
) -> None:
    scene, box = textured(), Box(80, 60, 160, 140)
    sieve = SourceSieve(NoFaces(tmp_path), "0")
    mark = sieve.mark(scene, box)
    noise = np.random.default_rng(9).normal(0, 6, scene.shape)
    dim = exposed(rgb(scene.astype(float) + noise), 0.6)
    shaken = rgb(np.roll(scene, (3, -4), axis=(0, 1)))
    for picture in (scene, dim, shaken):
        faces, gone = sieve.at().split(picture, [face_at(Box(84, 58, 166, 138))])
        assert not faces and [one.id for _, one in gone] == [mark.id]
    passing = scene.copy()
    passing[60:140, 80:160] = cv2.resize(heads[BARACK], (80, 80))
    faces, gone = sieve.at().split(passing, [face_at(box)])
    assert len(faces) == 1 and not gone
    faces, _ = sieve.at().split(scene, [face_at(Box(180, 60, 260, 140))])
    assert len(faces) == 1, "elsewhere"


def test_one_face_in_the_place_of_another_is_seen(tmp_path: Path, heads: Heads) -> None:
    """A poster that was said to be no face must not hide whoever stands before it."""
    scene = textured()
    scene[40:200, 60:220] = cv2.resize(heads[EILEEN], (160, 160))
    look = look_at(scene, PLACE)
    other = scene.copy()
    other[40:200, 60:220] = cv2.resize(heads[BARACK], (160, 160))
    assert still_looks_so(scene, PLACE, look) and not still_looks_so(other, PLACE, look)


def test_plain_patches_are_alike_and_unlike_all_others() -> None:
    plain = np.full((240, 320, 3), 90, np.uint8)
    look = look_at(plain, PLACE)
    assert not look.any()
    assert still_looks_so(np.full_like(plain, 140), PLACE, look)
    assert not still_looks_so(textured(), PLACE, look)
    assert not still_looks_so(plain, PLACE, look_at(textured(), PLACE))


@pytest.mark.parametrize(
    "place", [Box(-0.2, -0.1, 0.3, 0.3), Box(0.9, 0.9, 1.4, 1.3), Box(0.5, 0.5, 0.5001, 0.5001)]
)
def test_places_across_the_border_and_tiny_ones_have_a_look(place: Box) -> None:
    scene = textured()
    look = look_at(scene, place)
    assert look.shape == (24, 24) and np.isfinite(look).all()
    assert isinstance(still_looks_so(scene, place, look), bool)


def test_sources_are_told_apart_and_a_film_is_known_after_it_was_moved(tmp_path: Path) -> None:
    film, other = tmp_path / "a.mp4", tmp_path / "b.mp4"
    film.write_bytes(b"one" * 100_000)
    other.write_bytes(b"two" * 100_000)
    known_as = in_source(str(film))
    assert len({known_as, in_source(str(other)), in_source("0"), in_source("1")}) == 4
    film.rename(tmp_path / "elsewhere.mp4")
    assert in_source(str(tmp_path / "elsewhere.mp4")) == known_as


def test_a_picture_of_a_folder_is_the_photo_it_is_everywhere(tmp_path: Path) -> None:
    photo = save(textured(), tmp_path / "pictures" / "a.png")
    save(textured(1), tmp_path / "pictures" / "b.png")
    sieve = SourceSieve(NoFaces(tmp_path), str(tmp_path / "pictures"))
    assert sieve.where("a.png") == in_photo(PhotoDigests().key_of(photo))
    mark = sieve.mark(textured(), Box(80, 60, 160, 120), "a.png")
    assert mark.look is None and not sieve.at("b.png").marks and sieve.at("a.png").marks
    assert SourceSieve(NoFaces(tmp_path), str(photo)).where("a.png") == mark.where
    assert json.loads((tmp_path / FILE).read_text())["marks"][0]["look"] is None


def test_a_detector_behind_the_sieve_leaves_out_what_is_no_face(tmp_path: Path) -> None:
    class Finds:
        name = "hog"

        def detect(self, image: ImageArray) -> list[Detection]:
            return [face_at(Box(80, 60, 160, 140)), face_at(Box(180, 60, 260, 140))]

    sieve = SourceSieve(NoFaces(tmp_path), "0")
    detector = SievedDetector(Finds(), sieve)  # type: ignore[arg-type]
    assert len(detector.detect(textured())) == 2 and detector.name == "hog"
    sieve.mark(textured(), Box(80, 60, 160, 140))
    assert [one.box.left for one in detector.detect(textured())] == [180]
