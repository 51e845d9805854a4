"""Naming a face of the stream and "not this person", with the real models and the demo's portraits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import EnrollmentError, GalleryError
from facecam.core.types import Frame, ImageArray
from facecam.engine import components
from facecam.engine.enrollment.rejections import accept_pictures, reject_photos, take_back
from facecam.engine.live.actions import name_face, not_this_person, undo_naming
from facecam.engine.people import directory
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.recognition.face_crops import FaceSample, take_sample
from facecam.engine.recognition.recognizer import open_recognizer
from facecam.gallery.gallery import Gallery
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import BARACK, EILEEN, JOE, blurred, exposed, nobody, save

Looks = Callable[..., tuple[FaceSample, ...]]


@pytest.fixture
def looks(settings: Settings, portraits: dict[str, ImageArray]) -> Looks:
    """Looks at somebody as the recogniser would keep them; `change` alters the picture before."""
    embedder, detector = components.open_embedder(settings), components.open_detector(settings)

    def look(
        name: str, change: Callable[[ImageArray], ImageArray] = lambda picture: picture
    ) -> tuple[FaceSample, ...]:
        picture = change(portraits[name])
        face = max(detector.detect(portraits[name]), key=lambda found: found.box.area)
        vector = embedder.embed([embedder.chip(picture, face)]).vectors[0]
        sample = take_sample(picture, face, vector, 0.9, 0.0)
        assert sample is not None
        return (sample,)

    return look


def seen_as(settings: Settings, picture: ImageArray) -> str | None:
    """The name that somebody who starts the program now sees on a picture."""
    recognizer, _ = open_recognizer(settings)
    faces = recognizer.process(Frame(picture, 0, 0.0, "picture")).faces
    match = max(faces, key=lambda face: face.detection.box.area).match
    return match.identity.name if match and match.identity else None


def loaded(settings: Settings) -> Gallery:
    gallery = components.open_store(settings).load()
    assert gallery is not None
    return gallery


# ---------------------------------------------------------------------- this is …


def test_a_named_face_is_known_from_then_on_and_after_a_rebuild(
    settings: Settings, looks: Looks, portraits: dict[str, ImageArray]
) -> None:
    named = name_face(settings, EILEEN, looks(EILEEN))
    assert named.is_new and named.look_alike is None and len(named.photos) == 1
    assert named.photos[0].suffix == ".png" and named.photos[0].parent == settings.data / EILEEN
    assert seen_as(settings, portraits[EILEEN]) == EILEEN and seen_as(settings, portraits[JOE]) is None
    rebuilt, left_out = directory.rebuild(settings)
    assert left_out == [] and rebuilt.identities == (named.identity,)
    assert seen_as(settings, portraits[EILEEN]) == EILEEN


def test_somebody_known_gets_more_pictures_each_kept_once(settings: Settings, looks: Looks) -> None:
    first = name_face(settings, BARACK, looks(BARACK))
    more = name_face(settings, BARACK, looks(BARACK, lambda picture: exposed(picture, 0.8)))
    assert more.identity == first.identity and not more.is_new
    assert len(loaded(settings).vectors_of(BARACK)) == 2
    assert len(PhotoLibrary(settings.data).photos_of(BARACK)) == 2


def test_a_new_name_for_a_known_face_says_whom_it_looks_like(settings: Settings, looks: Looks) -> None:
    name_face(settings, BARACK, looks(BARACK))
    again = name_face(settings, "Barry", looks(BARACK, lambda picture: exposed(picture, 0.8)))
    assert again.look_alike is not None and again.look_alike.name == BARACK


@pytest.mark.parametrize(
    ("change", "why"),
    [(lambda picture: blurred(picture, 20), "blurred"), (lambda picture: exposed(picture, 0.05), "too dark")],
)
def test_looks_that_would_harm_are_refused(
    settings: Settings, looks: Looks, change: Callable[[ImageArray], ImageArray], why: str
) -> None:
    with pytest.raises(EnrollmentError, match=why) as caught:
        name_face(settings, EILEEN, looks(EILEEN, change))
    assert "clearer" in caught.value.hint
    assert not settings.data.exists() and components.open_store(settings).load() is None


def test_without_a_look_nothing_can_be_named(settings: Settings) -> None:
    with pytest.raises(EnrollmentError, match="not seen clearly"):
        name_face(settings, EILEEN, ())
    with pytest.raises(GalleryError):
        name_face(settings, "a\nb", ())


def test_of_two_people_in_one_track_only_the_majority_is_enrolled(settings: Settings, looks: Looks) -> None:
    mixed = (*looks(EILEEN), *looks(EILEEN, lambda picture: exposed(picture, 0.9)), *looks(JOE))
    named = name_face(settings, EILEEN, mixed)
    assert len(named.photos) == 2 == len(loaded(settings).vectors_of(EILEEN))


@pytest.mark.parametrize("name", ["../Eve", "Zoë 李", "ａ" * 120, "con", "אדה"])
def test_any_name_finds_a_safe_folder(settings: Settings, looks: Looks, name: str) -> None:
    named = name_face(settings, name, looks(EILEEN))
    assert settings.data in named.photos[0].parents
    assert list(PhotoLibrary(settings.data).people()) == [named.identity.name]


def test_undoing_leaves_things_as_they_were(settings: Settings, looks: Looks) -> None:
    name_face(settings, BARACK, looks(BARACK))
    mistaken = name_face(settings, BARACK, looks(JOE))
    new = name_face(settings, EILEEN, looks(EILEEN))
    undo_naming(settings, mistaken)
    undo_naming(settings, new)
    gallery = loaded(settings)
    assert [one.name for one in gallery.identities] == [BARACK] and len(gallery.vectors) == 1
    assert {name: len(photos) for name, photos in PhotoLibrary(settings.data).people().items()} == {BARACK: 1}


def test_undoing_deletes_nothing_that_was_there_before(settings: Settings, looks: Looks) -> None:
    film = settings.data / EILEEN / "film.mp4"
    film.parent.mkdir(parents=True)
    film.write_bytes(b"a film")
    named = name_face(settings, EILEEN, looks(EILEEN))
    undo_naming(settings, named)
    assert film.read_bytes() == b"a film" and not named.photos[0].exists()


@pytest.mark.parametrize("name", [EILEEN, "../Eve"])
def test_undoing_leaves_no_folder_of_its_own(settings: Settings, looks: Looks, name: str) -> None:
    undo_naming(settings, name_face(settings, name, looks(EILEEN)))
    assert list(settings.data.iterdir()) == []


# ---------------------------------------------------------------------- not this person


def test_a_rejected_face_is_not_named_again_after_restart_rename_and_rebuild(
    settings: Settings, looks: Looks, portraits: dict[str, ImageArray], heads: Heads
) -> None:
    """Joe was enrolled as Barack by mistake in one photo; so Joe is taken for Barack until he is rejected."""
    save(heads[BARACK], settings.data / BARACK / "1.png")
    directory.rebuild(settings)
    name_face(settings, BARACK, looks(JOE, lambda picture: exposed(picture, 0.6)))
    settings = replace(settings, threshold=0.6)
    assert seen_as(settings, portraits[JOE]) == BARACK
    identity = loaded(settings).find(BARACK).identity
    rejected = not_this_person(settings, identity, looks(JOE))
    assert rejected.identity == identity and len(rejected.pictures) == 1
    assert seen_as(settings, portraits[JOE]) is None
    assert seen_as(settings, portraits[BARACK]) == BARACK
    directory.rename_person(settings, BARACK, "The President")
    directory.rebuild(settings)
    assert loaded(settings).rejections_of("The President").shape == (1, 128)
    assert seen_as(settings, portraits[JOE]) is None
    assert seen_as(settings, portraits[BARACK]) == "The President"


def test_rejected_faces_are_no_photos_of_the_person(settings: Settings, looks: Looks) -> None:
    named = name_face(settings, BARACK, looks(BARACK))
    not_this_person(settings, named.identity, looks(JOE))
    library = PhotoLibrary(settings.data)
    assert library.photos_of(BARACK) == list(named.photos) and len(library.rejected_of(BARACK)) == 1
    (row,) = directory.list_people(settings)
    assert (len(row.photos), row.vectors) == (1, 1)


def test_deleting_the_person_forgets_them_everywhere(settings: Settings, looks: Looks) -> None:
    named = name_face(settings, BARACK, looks(BARACK))
    rejected = not_this_person(settings, named.identity, looks(JOE))
    directory.delete_person(settings, BARACK)
    assert not rejected.pictures[0].exists() and list(settings.data.iterdir()) == []
    needle = rejected.vectors[0].astype("<f4").tobytes()
    held = [path for path in settings.database.rglob("*") if path.is_file() and needle in path.read_bytes()]
    assert held == []


def test_a_rejection_can_be_taken_back(settings: Settings, looks: Looks) -> None:
    named = name_face(settings, BARACK, looks(BARACK))
    rejected = not_this_person(settings, named.identity, looks(BARACK, lambda picture: exposed(picture, 0.8)))
    take_back(settings, rejected)
    assert len(loaded(settings).rejections) == 0 and not rejected.pictures[0].exists()


def test_saying_that_it_is_them_after_all_takes_it_back_too(settings: Settings, looks: Looks) -> None:
    named = name_face(settings, BARACK, looks(BARACK))
    not_this_person(settings, named.identity, looks(BARACK, lambda picture: exposed(picture, 0.8)))
    name_face(settings, BARACK, looks(BARACK, lambda picture: exposed(picture, 0.85)))
    assert len(loaded(settings).rejections) == 0
    rebuilt, _ = directory.rebuild(settings)
    assert len(rebuilt.rejections) == 0 and PhotoLibrary(settings.data).rejected_of(BARACK) == []


def test_undoing_a_naming_brings_back_what_it_contradicted(settings: Settings, looks: Looks) -> None:
    named = name_face(settings, BARACK, looks(BARACK))
    rejected = not_this_person(settings, named.identity, looks(BARACK, lambda picture: exposed(picture, 0.8)))
    not_this_person(settings, named.identity, looks(JOE))
    again = name_face(settings, BARACK, looks(BARACK, lambda picture: exposed(picture, 0.85)))
    assert len(loaded(settings).rejections) == 1 and not rejected.pictures[0].exists()
    undo_naming(settings, again)
    assert len(loaded(settings).rejections_of(BARACK)) == 2 and rejected.pictures[0].exists()
    undo_naming(settings, again)
    assert len(loaded(settings).vectors_of(BARACK)) == 1
    rebuilt, _ = directory.rebuild(settings)
    assert len(rebuilt.rejections_of(BARACK)) == 2


def test_after_a_restart_a_rejection_is_taken_back_by_its_picture_and_said_anew(
    settings: Settings, looks: Looks
) -> None:
    named = name_face(settings, BARACK, looks(BARACK))
    not_this_person(settings, named.identity, looks(BARACK, lambda picture: exposed(picture, 0.8)))
    not_this_person(settings, named.identity, looks(JOE))
    before, library = loaded(settings).rejections_of(BARACK), PhotoLibrary(settings.data)
    pictures = library.rejected_of(BARACK)
    contents = [path.read_bytes() for path in pictures]
    undo = accept_pictures(settings, named.identity, pictures[:1])
    assert library.rejected_of(BARACK) == pictures[1:] and len(loaded(settings).rejections_of(BARACK)) == 1
    assert undo() == named.identity
    after = loaded(settings).rejections_of(BARACK)
    assert sorted(row.tobytes() for row in after) == sorted(row.tobytes() for row in before)
    assert [path.read_bytes() for path in library.rejected_of(BARACK)] == contents


def test_merging_brings_the_rejected_faces_together(settings: Settings, looks: Looks) -> None:
    one, other = name_face(settings, BARACK, looks(BARACK)), name_face(settings, EILEEN, looks(EILEEN))
    not_this_person(settings, one.identity, looks(JOE))
    not_this_person(settings, other.identity, looks(JOE, lambda picture: exposed(picture, 0.8)))
    directory.merge_people(settings, EILEEN, BARACK)
    assert len(loaded(settings).rejections_of(BARACK)) == 2
    assert len(PhotoLibrary(settings.data).rejected_of(BARACK)) == 2
    directory.rebuild(settings)
    assert len(loaded(settings).rejections_of(BARACK)) == 2


def test_merging_forgets_for_good_that_one_was_said_not_to_be_the_other(
    settings: Settings, looks: Looks
) -> None:
    one = name_face(settings, BARACK, looks(BARACK))
    name_face(settings, "Barry", looks(BARACK, lambda picture: exposed(picture, 0.8)))
    not_this_person(settings, one.identity, looks(BARACK, lambda picture: exposed(picture, 0.85)))
    not_this_person(settings, one.identity, looks(JOE))
    directory.merge_people(settings, "Barry", BARACK)
    rebuilt, _ = directory.rebuild(settings)
    assert len(rebuilt.rejections_of(BARACK)) == 1 == len(PhotoLibrary(settings.data).rejected_of(BARACK))


def test_merging_in_the_window_forgets_it_too_until_it_is_taken_back(
    settings: Settings, looks: Looks
) -> None:
    one = name_face(settings, BARACK, looks(BARACK)).identity
    other = name_face(settings, "Barry", looks(BARACK, lambda picture: exposed(picture, 0.8))).identity
    not_this_person(settings, one, looks(BARACK, lambda picture: exposed(picture, 0.85)))
    not_this_person(settings, one, looks(JOE))
    editor = PeopleEditor(settings)
    undo = editor.merge(other, one)
    assert len(PhotoLibrary(settings.data).rejected_of(BARACK)) == 1
    rebuilt, _ = directory.rebuild(settings)
    assert len(rebuilt.rejections_of(BARACK)) == 1
    undo()
    assert len(loaded(settings).rejections_of(BARACK)) == 2
    assert len(PhotoLibrary(settings.data).rejected_of(BARACK)) == 2
    editor.close()


def test_deleting_somebody_deletes_their_face_among_what_others_are_not(
    settings: Settings, looks: Looks
) -> None:
    gone = name_face(settings, BARACK, looks(BARACK)).identity
    stays = name_face(settings, EILEEN, looks(EILEEN)).identity
    theirs = not_this_person(settings, stays, looks(BARACK, lambda picture: exposed(picture, 0.85)))
    not_this_person(settings, stays, looks(JOE))
    editor = PeopleEditor(settings)
    undo = editor.delete(gone)
    assert len(loaded(settings).rejections_of(stays)) == 1 and not theirs.pictures[0].exists()
    undo()
    assert len(loaded(settings).rejections_of(stays)) == 2 and theirs.pictures[0].exists()
    editor.close()
    directory.delete_person(settings, BARACK)
    rebuilt, _ = directory.rebuild(settings)
    assert len(rebuilt.rejections_of(EILEEN)) == 1 == len(PhotoLibrary(settings.data).rejected_of(EILEEN))


def test_somebody_without_photos_keeps_their_rejections_in_a_rebuild(
    settings: Settings, looks: Looks, enrolled: Enrol
) -> None:
    """Imported from another program: vectors only, and a folder that holds nothing but rejected faces."""
    enrolled(BARACK)
    name_face(settings, EILEEN, looks(EILEEN))
    not_this_person(settings, loaded(settings).find(BARACK).identity, looks(JOE))
    rebuilt, left_out = directory.rebuild(settings)
    assert left_out == [] and len(rebuilt.vectors_of(BARACK)) == 1
    assert len(rebuilt.rejections_of(BARACK)) == 1


def test_a_person_who_is_gone_cannot_be_rejected(settings: Settings, looks: Looks) -> None:
    named = name_face(settings, BARACK, looks(BARACK))
    directory.delete_person(settings, BARACK)
    with pytest.raises(GalleryError):
        not_this_person(settings, named.identity, looks(JOE))
    with pytest.raises(EnrollmentError, match="clearly"):
        not_this_person(settings, named.identity, ())


def test_photos_can_be_rejected_and_bad_ones_are_told(
    settings: Settings, looks: Looks, heads: Heads, studio: Path
) -> None:
    name_face(settings, BARACK, looks(BARACK))
    events: list[object] = []
    good, empty = save(heads[JOE], studio / "joe.png"), save(nobody(), studio / "nobody.png")
    broken = studio / "broken.jpg"
    broken.write_bytes(b"\xff\xd8 nothing")
    rejected = reject_photos(settings, BARACK, [good, empty, broken], on_event=events.append)
    assert len(rejected.vectors) == 1 and len(events) == 2
    with pytest.raises(EnrollmentError, match="no photo shows a face.*: .*broken.jpg ") as caught:
        reject_photos(settings, BARACK, [broken, empty], on_event=events.append)
    assert len(events) == 2 and "Name photos" not in caught.value.hint
    with pytest.raises(GalleryError, match="called 'Nobody'"):
        reject_photos(settings, "Nobody", [empty])


def test_what_is_kept_of_a_rejected_face_gives_its_vector_again(settings: Settings, looks: Looks) -> None:
    """The kept picture is in place: no detector is needed, and another model could embed it too."""
    named = name_face(settings, BARACK, looks(BARACK))
    (look,) = looks(JOE)
    rejected = not_this_person(settings, named.identity, [look])
    assert float(2 - 2 * rejected.vectors[0] @ look.vector) < 0.03
    rebuilt, _ = directory.rebuild(settings)
    assert np.allclose(rebuilt.rejections_of(BARACK), rejected.vectors, atol=1e-5)
