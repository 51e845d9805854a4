"""The face that was enrolled is the face that is trained, audited, shown and exported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import Event, Notice
from facecam.core.types import Box, ImageArray
from facecam.engine import components
from facecam.engine.audit.findings import check_data
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.faces.chip_cache import forget_prepared, prepare_photos
from facecam.engine.faces.face_finder import FaceFinder, FoundFaces
from facecam.engine.faces.false_alarms import mark_no_face, marked_places, unmark
from facecam.engine.faces.library_scan import look_at_library
from facecam.engine.faces.photo_embeddings import read_faces
from facecam.engine.faces.photo_reader import Marks, PhotoReader
from facecam.engine.people import directory
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.people.person_page import PersonPageBuilder
from facecam.engine.photos.chosen_faces import ChosenFace, ChosenFaces
from facecam.engine.photos.hash_cache import PhotoDigests
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.recognition.still_images import PictureRecognizer
from facecam.engine.tools.crop_faces import AlignOptions, align
from facecam.training.data.chips import read_chip
from tests.engine.fixtures import Faces, Heads
from tests.engine.studio import BARACK, EILEEN, JOE, mirrored, rgb, save

SAME = 0.15


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield


@pytest.fixture
def enroller(settings: Settings) -> Enroller:
    return Enroller(settings)


def of_two(large: ImageArray, small: ImageArray) -> ImageArray:
    """A photo of two people, one of whom is the main face by size and place."""
    scene = np.full((420, 700, 3), 110, np.uint8)
    scene[60 : 60 + large.shape[0], 290 : 290 + large.shape[1]] = large
    scene[120 : 120 + small.shape[0], 0 : small.shape[1]] = small
    return rgb(scene)


def near(vectors: np.ndarray, faces: Faces, name: str) -> bool:
    return float((2 - 2 * vectors @ faces[name].vectors.T).min()) < SAME


def trained(settings: Settings, faces: Faces, person: str) -> list[str]:
    """Who is on the chips of somebody's photos."""
    embedder = components.open_embedder(settings)
    found = []
    for sample in prepare_photos(settings).people[person]:
        vector = embedder.embed([read_chip(sample.chip)], mirror=True).vectors
        found.append(min(faces, key=lambda name: float((2 - 2 * vector @ faces[name].vectors.T).min())))
    return found


def test_the_face_picked_by_likeness_is_the_one_trained_and_judged(
    enroller: Enroller, settings: Settings, heads: Heads, faces: Faces, studio: Path
) -> None:
    both = save(of_two(heads[JOE], heads[BARACK]), studio / "both.png")
    look = PhotoReader(settings)
    seen = look.look(both)
    embedder = components.open_embedder(settings)
    main = embedder.embed([embedder.chip(seen.found.image, look.main(both, seen))]).vectors
    assert near(main, faces, JOE), "nobody having said anything, the photo is of the other one"
    report = enroller.enroll(BARACK, [save(heads[BARACK], studio / "alone.png"), both])
    assert report.used == 2
    assert trained(settings, faces, BARACK) == [BARACK, BARACK]
    library = look_at_library(settings)
    assert all(near(library.vectors[row : row + 1], faces, BARACK) for row in range(2))
    assert not [one for one in check_data(settings).findings if one.kind == "suspicious label"]
    photos = PhotoLibrary(settings.data).photos_of(BARACK)
    assert near(read_faces(settings, embedder, photos).vectors[1:], faces, BARACK)
    page = PersonPageBuilder(settings, embedder).page(report.identity)
    assert all(card.known for card in page.photos)


def test_photos_enrolled_before_choices_were_kept_are_told_apart_by_the_database(
    enroller: Enroller, settings: Settings, heads: Heads, faces: Faces, studio: Path
) -> None:
    both = save(of_two(heads[JOE], heads[BARACK]), studio / "both.png")
    enroller.enroll(BARACK, [save(heads[BARACK], studio / "alone.png"), both])
    (settings.data / BARACK / ".facecam" / "faces.json").unlink()
    assert trained(settings, faces, BARACK) == [BARACK, BARACK]
    gallery, _ = directory.rebuild(settings)
    assert len(gallery.vectors_of(BARACK)) == 2
    assert len(ChosenFaces(settings.data / BARACK).all()) == 1, "and are remembered from then on"


def test_photos_that_may_only_be_read_are_rebuilt_from_all_the_same(
    enroller: Enroller, settings: Settings, heads: Heads, studio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = save(of_two(heads[JOE], heads[BARACK]), studio / "both.png")
    enroller.enroll(BARACK, [save(heads[BARACK], studio / "alone.png"), both])
    (settings.data / BARACK / ".facecam" / "faces.json").unlink()

    def refuse(self: ChosenFaces, changes: object) -> None:
        raise DataError("no permission", hint="Ask somebody.")

    monkeypatch.setattr(ChosenFaces, "change", refuse)
    told: list[Event] = []
    gallery, _ = directory.rebuild(settings, on_event=told.append)
    assert len(gallery.vectors_of(BARACK)) == 2
    assert any(isinstance(event, Notice) and event.text == "no permission" for event in told)


def test_one_photo_of_two_people_who_are_both_enrolled_from_it(
    enroller: Enroller, settings: Settings, heads: Heads, faces: Faces, studio: Path
) -> None:
    both = save(of_two(heads[JOE], heads[BARACK]), studio / "both.png")
    boxes = {
        name: min(
            (face.box for face in enroller.faces_in(both).detections),
            key=lambda box: box.left if name == BARACK else -box.left,
        )
        for name in (BARACK, JOE)
    }
    for name, box in boxes.items():
        assert enroller.enroll(name, [both], chosen_faces={both: box}).used == 1
    assert trained(settings, faces, BARACK) == [BARACK] and trained(settings, faces, JOE) == [JOE]
    gallery, left_out = directory.rebuild(settings)
    assert not left_out
    assert all(near(gallery.vectors_of(name), faces, name) for name in (BARACK, JOE))
    crops = align(settings, settings.data, studio / "crops", AlignOptions()).crops
    vectors = read_faces(settings, components.open_embedder(settings), sorted(crops)).vectors
    assert [near(row[None], faces, name) for row, name in zip(vectors, (BARACK, JOE), strict=True)] == [
        True
    ] * 2


def test_the_face_chosen_for_one_person_is_not_taken_for_another(
    enroller: Enroller, settings: Settings, heads: Heads, faces: Faces, studio: Path
) -> None:
    both = save(of_two(heads[JOE], heads[BARACK]), studio / "both.png")
    left = min((face.box for face in enroller.faces_in(both).detections), key=lambda box: box.left)
    enroller.enroll(BARACK, [both], chosen_faces={both: left})
    (kept,) = PhotoLibrary(settings.data).photos_of(BARACK)
    report = enroller.enroll(JOE, [save(heads[JOE], studio / "joe.png"), kept])
    assert report.used == 2 and report.look_alike is None
    assert trained(settings, faces, JOE) == [JOE, JOE] and trained(settings, faces, BARACK) == [BARACK]


def test_choosing_the_other_face_of_a_photo_takes_the_first_one_away(
    enroller: Enroller, settings: Settings, heads: Heads, faces: Faces, studio: Path
) -> None:
    both = save(of_two(heads[JOE], heads[BARACK]), studio / "both.png")
    left, right = sorted((face.box for face in enroller.faces_in(both).detections), key=lambda box: box.left)
    assert enroller.enroll(BARACK, [both], chosen_faces={both: right}).used == 1
    (kept,) = PhotoLibrary(settings.data).photos_of(BARACK)
    assert near(components.open_store(settings).load().vectors_of(BARACK), faces, JOE)  # type: ignore[union-attr]
    report = enroller.enroll(BARACK, [kept], chosen_faces={kept: left})
    assert report.used == 1 and report.vectors == 1
    gallery = components.open_store(settings).load()
    assert gallery is not None and near(gallery.vectors_of(BARACK), faces, BARACK)
    assert trained(settings, faces, BARACK) == [BARACK]
    assert PhotoLibrary(settings.data).photos_of(BARACK) == [kept]


@pytest.fixture
def missed(heads: Heads, studio: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Box]:
    """A photo in which nothing finds the face as long as the whole picture is searched, and a box around it."""
    scene = np.full((700, 1500, 3), 120, np.uint8)
    small = heads[BARACK][::2, ::2]
    height, width = small.shape[:2]
    scene[300 : 300 + height, 900 : 900 + width] = small
    box = Box(900 + 0.27 * width, 300 + 0.2 * height, 900 + 0.73 * width, 300 + 0.75 * height)
    find = FaceFinder.find

    def misses(self: FaceFinder, image: ImageArray) -> FoundFaces:
        return FoundFaces(image, ()) if image.shape[:2] == scene.shape[:2] else find(self, image)

    monkeypatch.setattr(FaceFinder, "find", misses)
    return save(rgb(scene), studio / "missed.png"), box


def test_a_drawn_face_is_enrolled_trained_rebuilt_and_shown(
    settings: Settings, missed: tuple[Path, Box]
) -> None:
    photo, box = missed
    enroller = Enroller(settings)
    assert not enroller.faces_in(photo).detections
    report = enroller.enroll("Ada", [photo], chosen_faces={photo: box})
    (verdict,) = report.verdicts
    assert verdict.used and verdict.box is not None and verdict.box.iou(box) > 0.4
    prepared = prepare_photos(settings)
    assert len(prepared.people["Ada"]) == 1 and not prepared.left_out
    gallery, left_out = directory.rebuild(settings)
    assert not left_out and len(gallery.vectors_of("Ada")) == 1
    page = PersonPageBuilder(settings, enroller.embedder).page(report.identity)
    assert page.photos[0].known and page.photos[0].note.box is not None
    (result,) = PictureRecognizer(settings).recognize_files([photo])
    assert [face.match.identity.name for face in result.faces if face.match and face.match.identity] == [
        "Ada"
    ]
    assert not check_data(settings).count("no face")


def test_deleting_a_photo_forgets_the_choice_when_it_cannot_be_taken_back_any_more(
    settings: Settings, heads: Heads, studio: Path, missed: tuple[Path, Box]
) -> None:
    photo, box = missed
    report = Enroller(settings).enroll(
        "Ada", [photo, save(heads[EILEEN], studio / "e.png")], chosen_faces={photo: box}
    )
    assert report.used == 2
    (kept,) = [one for one in PhotoLibrary(settings.data).photos_of("Ada") if "missed" in one.name]
    key = PhotoDigests().key_of(kept)
    editor = PeopleEditor(settings)
    undo = editor.remove_photos(report.identity, {kept: np.zeros((0, 128), np.float32)})
    assert ChosenFaces(settings.data / "Ada").of(key) is not None
    undo()
    assert kept.is_file() and ChosenFaces(settings.data / "Ada").of(key) is not None
    editor.remove_photos(report.identity, {kept: np.zeros((0, 128), np.float32)})
    editor.close()
    assert ChosenFaces(settings.data / "Ada").of(key) is None


def test_choices_move_with_the_photos_when_people_are_merged(
    settings: Settings, heads: Heads, faces: Faces, studio: Path
) -> None:
    enroller = Enroller(settings)
    both = save(of_two(heads[JOE], heads[BARACK]), studio / "both.png")
    box = min((face.box for face in enroller.faces_in(both).detections), key=lambda one: one.left)
    enroller.enroll("B. O.", [both], chosen_faces={both: box})
    enroller.enroll(BARACK, [save(mirrored(heads[BARACK]), studio / "alone.png")])
    directory.merge_people(settings, "B. O.", BARACK)
    assert trained(settings, faces, BARACK) == [BARACK, BARACK]


def test_a_false_alarm_is_seen_by_nobody_any_more_and_can_be_taken_back(
    settings: Settings, heads: Heads, faces: Faces, studio: Path
) -> None:
    both = save(of_two(heads[JOE], heads[BARACK]), studio / "both.png")
    recognizer = PictureRecognizer(settings)
    assert len(recognizer.recognize_files([both]).__next__().faces) == 2
    right = max((face.box for face in PhotoReader(settings).find(both).detections), key=lambda box: box.left)
    mark_no_face(settings, both, right)
    (result,) = recognizer.recognize_files([both])
    assert len(result.faces) == 1 and result.faces[0].detection.box.left < right.left
    report = Enroller(settings).enroll(BARACK, [both])
    assert report.used == 1, "there is one face left, so it is clear which one is meant"
    assert trained(settings, faces, BARACK) == [BARACK]
    assert len(read_faces(settings, components.open_embedder(settings), [both], every_face=True).faces) == 1
    (place,) = marked_places(settings, both)
    assert place.box.iou(right) > 0.99
    assert mark_no_face(settings, both, right).id == place.mark.id, "the same again is done already"
    assert len(marked_places(settings, both)) == 1
    assert unmark(settings, both, right) == 1 and unmark(settings, both) == 0
    assert len(recognizer.recognize_files([both]).__next__().faces) == 2


def test_of_a_false_alarm_at_the_border_the_part_in_the_picture_is_listed(
    settings: Settings, heads: Heads, studio: Path
) -> None:
    whole = heads[JOE]
    face = PhotoReader(settings).find_in(whole).detections[0].box
    photo = save(np.ascontiguousarray(whole[:, round(face.left + face.width / 5) :]), studio / "cut.png")
    (found,) = PhotoReader(settings).find(photo).detections
    assert found.box.left < 0
    mark_no_face(settings, photo, found.box)
    (place,) = marked_places(settings, photo)
    assert place.box.left == 0 and place.box.right == pytest.approx(found.box.right, abs=0.01)
    assert unmark(settings, photo, place.box) == 1


def test_what_was_remembered_of_a_photo_is_forgotten_whatever_was_said_about_it(
    settings: Settings, heads: Heads, studio: Path
) -> None:
    both = save(of_two(heads[JOE], heads[BARACK]), studio / "both.png")
    report = Enroller(settings).enroll(BARACK, [save(heads[BARACK], studio / "alone.png"), both])
    samples = prepare_photos(settings).people[BARACK]
    assert any(sample.digest not in sample.chip.name for sample in samples), "a choice has its own chip"
    assert forget_prepared([sample.digest for sample in samples]) == 2
    assert not any(sample.chip.exists() for sample in samples)
    look_at_library(settings)
    right = max((face.box for face in PhotoReader(settings).find(both).detections), key=lambda box: box.left)
    mark_no_face(settings, both, right)
    directory.delete_person(settings, report.identity.name)
    assert not marked_places(settings, both)
    assert not list((settings.database / "photos-seen").glob("*/*.vectors"))


def test_damaged_choices_are_kept_beside_and_nothing_stops(tmp_path: Path) -> None:
    folder = tmp_path / "Ada"
    (folder / ".facecam").mkdir(parents=True)
    file = folder / ".facecam" / "faces.json"
    file.write_text('{"photos": {"zz": [1, 2]}, "and": "what somebody wrote"}')
    faces = ChosenFaces(folder)
    assert faces.all() == {}
    face = ChosenFace(Box(0.1, 0.2, 0.3, 0.4), "hand")
    assert faces.change({"a" * 32: face}) == {"a" * 32: None}
    assert ChosenFaces(folder).of("a" * 32) == face
    assert "somebody" in (folder / ".facecam" / "faces.damaged.json").read_text()
    assert faces.change({"a" * 32: None}) == {"a" * 32: face} and faces.all() == {}


def test_photos_outside_of_the_library_have_no_owner(settings: Settings, tmp_path: Path) -> None:
    marks = Marks(settings)
    assert marks.folder_of(tmp_path / "a.jpg") is None and marks.owner_of(tmp_path / "a.jpg") is None
    assert marks.folder_of(settings.data / "lost.jpg") is None
    assert marks.folder_of(settings.data / "Ada" / "deep" / "a.jpg") == settings.data / "Ada"
    assert marks.digest_seen(tmp_path / "a.jpg", "ab" * 32) == "ab" * 32


def test_the_real_photo_of_two(settings: Settings, shared_data: Path, studio: Path) -> None:
    """Obama is picked of Obama and Biden; training read Biden's face from it once."""
    folder = shared_data / "clips"
    both = folder / "photos" / "obama_and_biden.jpg"
    report = Enroller(settings).enroll(
        "Barack Obama", [*sorted((folder / "people" / "Barack Obama").iterdir()), both]
    )
    assert report.verdicts[-1].used
    own = components.open_store(settings).load()
    assert own is not None
    embedder = components.open_embedder(settings)
    distances = []
    for sample in prepare_photos(settings).people["Barack Obama"]:
        vector = embedder.embed([read_chip(sample.chip)], mirror=True).vectors
        distances.append(float((2 - 2 * own.vectors @ vector.T).min()))
    assert len(distances) == report.used >= 3 and max(distances) < 0.02
    assert not [one for one in check_data(settings).findings if one.kind in ("suspicious label", "duplicate")]
