"""The page of a person with the real models: verdicts, poses, small pictures, the vectors of a photo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.events import Cancelled, CancelToken, Event, Progress
from facecam.core.paths import sha256_file
from facecam.core.types import Box, Identity
from facecam.engine import components
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.faces.face_finder import FaceFinder
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.people.list import roster
from facecam.engine.people.person_page import FACE_PX, PersonPageBuilder
from facecam.engine.people.resemblances import TwoPeople
from facecam.engine.photos.library import NOTES_FOLDER, PhotoLibrary
from facecam.vision.images.crop import around, shrunk
from tests.engine.fixtures import Enrol, Heads
from tests.engine.studio import BARACK, EILEEN, JOE, blurred, mirrored, nobody, save


@pytest.fixture
def portraitist(settings: Settings) -> PersonPageBuilder:
    return PersonPageBuilder(settings, components.open_embedder(settings))


def test_a_page_tells_every_photo_and_looks_once(
    settings: Settings,
    heads: Heads,
    studio: Path,
    portraitist: PersonPageBuilder,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    save(heads[BARACK], studio / "a.png"), save(mirrored(heads[BARACK]), studio / "b.png")
    identity = Enroller(settings).enroll(BARACK, [studio]).identity
    folder = settings.data / BARACK
    save(blurred(heads[BARACK]), folder / "blurred.png"), save(nobody(40, 50), folder / "nobody.png")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff rubbish")
    events: list[Event] = []
    page = portraitist.page(identity, on_event=events.append)
    reasons = {card.path.stem.split("-")[0]: card.note.reason for card in page.photos}
    assert reasons == {
        "a": "good",
        "b": "good",
        "blurred": "blurred",
        "broken": "unreadable",
        "nobody": "no face",
    }
    assert [card.known for card in page.photos] == [True, True, False, False, False]
    assert page.vectors == 2 and page.poses
    assert events[-1] == Progress("photos", 5, 5)
    assert (folder / NOTES_FOLDER / "notes.json").is_file()

    def never(*_: object) -> None:
        raise AssertionError("a photo was looked at again")

    monkeypatch.setattr(FaceFinder, "find", never)
    again = PersonPageBuilder(settings, components.open_embedder(settings)).page(identity)
    assert [card.note.reason for card in again.photos] == [card.note.reason for card in page.photos]


def test_a_photo_of_somebody_else_stands_out(
    settings: Settings, heads: Heads, portraitist: PersonPageBuilder, studio: Path
) -> None:
    save(heads[BARACK], studio / "a.png"), save(mirrored(heads[BARACK]), studio / "b.png")
    identity = Enroller(settings).enroll(BARACK, [studio]).identity
    save(heads[EILEEN], settings.data / BARACK / "c.png")
    # A second photo of the intruder, such as a copy, does not vouch for the first.
    save(blurred(heads[EILEEN], 2), settings.data / BARACK / "d.png")
    page = portraitist.page(identity)
    assert [card.unlike for card in page.photos] == [False, False, True, True]
    assert page.photos[2].note.reason == "unlike the others"


def test_small_pictures(settings: Settings, heads: Heads, portraitist: PersonPageBuilder) -> None:
    photo = save(heads[BARACK], settings.data / BARACK / "a.png")
    broken = settings.data / BARACK / "b.jpg"
    broken.write_bytes(b"no picture")
    face = portraitist.face_of_photo(photo)
    assert face is not None and max(face.shape) <= FACE_PX and abs(face.shape[0] - face.shape[1]) <= 20
    again = portraitist.face_of_photo(photo)
    assert again is not None and again.shape == face.shape
    assert portraitist.face_of_photo(broken) is None
    assert portraitist.face_of_photo(settings.data / BARACK / "gone.png") is None
    assert portraitist.face_of_person([broken, photo]) is not None
    assert portraitist.face_of_person([]) is None


def test_the_vector_of_a_photo_is_found_again_and_goes_with_it(
    settings: Settings, heads: Heads, portraitist: PersonPageBuilder, studio: Path
) -> None:
    save(heads[BARACK], studio / "a.png"), save(mirrored(heads[BARACK]), studio / "b.png")
    identity = Enroller(settings).enroll(BARACK, [studio]).identity
    first, second = PhotoLibrary(settings.data).photos_of(BARACK)
    vectors = portraitist.vectors_of_photo(identity, first)
    assert vectors.shape == (1, 128)
    editor = PeopleEditor(settings)
    undo = editor.remove_photos(identity, {first: vectors})
    assert roster(settings)[0].photos == (second,) and roster(settings)[0].vectors == 1
    undo()
    editor.close()
    assert roster(settings)[0].photos == (first, second) and roster(settings)[0].vectors == 2


def test_a_cancelled_page_keeps_what_it_saw(
    settings: Settings, heads: Heads, portraitist: PersonPageBuilder
) -> None:
    folder = settings.data / BARACK
    for name in ("a", "b", "c"):
        save(heads[BARACK] if name == "a" else nobody(), folder / f"{name}.png")
    identity, cancel = roster(settings)[0].identity, CancelToken()

    def stop(event: Event) -> None:
        if isinstance(event, Progress) and event.done == 1:
            cancel.cancel()

    with pytest.raises(Cancelled):
        portraitist.page(identity, on_event=stop, cancel=cancel)
    assert list((folder / NOTES_FOLDER).glob("*.jpg"))


def test_the_roster_says_how_well_people_are_known(settings: Settings, heads: Heads, studio: Path) -> None:
    save(heads[BARACK], studio / "a.png")
    Enroller(settings).enroll(BARACK, [studio])
    save(heads[EILEEN], settings.data / "Zoë" / "a.png")
    (settings.data / "empty").mkdir()
    entries = roster(settings)
    assert [(entry.name, entry.standing) for entry in entries] == [
        (BARACK, "few photos"),
        ("Zoë", "not enrolled"),
    ]
    assert entries[1].identity.id == "" and entries[0].created and entries[0].changed_s > 0


def test_cutting_and_shrinking_stay_inside_the_picture() -> None:
    image = np.zeros((40, 60, 3), np.uint8)
    assert around(image, Box(20, 10, 30, 20)).shape == (18, 18, 3)
    assert around(image, Box(-500, -500, -400, -400)).shape == image.shape
    assert shrunk(image, 30).shape == (20, 30, 3) and shrunk(image, 300).shape == image.shape


def test_who_is_called_the_same_but_for_case_is_asked_about(
    settings: Settings, heads: Heads, studio: Path
) -> None:
    Enroller(settings).enroll("Obama", [save(heads[BARACK], studio / "a.png")])
    save(heads[JOE], settings.data / "obama" / "b.png")
    builder = PersonPageBuilder(settings, components.open_embedder(settings))
    gallery = components.open_store(settings).load()
    assert gallery is not None
    enrolled, folder = gallery.identities[0], Identity("", "obama")
    assert [(one.identity, one.percent) for one in builder.page(enrolled).alike] == [(folder, None)]
    assert [one.identity for one in builder.page(folder).alike] == [enrolled]
    TwoPeople(settings.database).say(enrolled, folder)
    assert builder.page(enrolled).alike == builder.page(folder).alike == ()


def test_the_portrait_is_the_same_whatever_was_looked_at_since(
    settings: Settings, heads: Heads, portraitist: PersonPageBuilder
) -> None:
    """A poor photo first, the best one last; in a new process the page makes notes of all."""
    folder = settings.data / BARACK
    for name, blur_px in (("a", 3), ("b", 2), ("c", 2)):
        save(blurred(mirrored(heads[BARACK]), blur_px), folder / f"{name}.png")
    save(heads[BARACK], folder / "d.png")
    photos = sorted(folder.glob("*.png"))
    before = portraitist.face_of_person(photos)
    portraitist.page(Identity("", BARACK))
    again = PersonPageBuilder(settings, components.open_embedder(settings))
    after = again.face_of_person(list(reversed(photos)))
    assert before is not None and after is not None and before.shape == after.shape
    assert np.abs(before.astype(int) - after).mean() < 3, "but for how it was compressed"


def test_the_portrait_is_the_same_after_encryption_took_the_names(
    settings: Settings, heads: Heads, portraitist: PersonPageBuilder, tmp_path: Path
) -> None:
    """Of four copies the first three are looked at: the best is one of them before and after, or neither time."""
    folder = settings.data / BARACK
    folder.mkdir(parents=True, exist_ok=True)
    made = [save(heads[BARACK], tmp_path / "best.png")]
    made += [save(blurred(heads[BARACK], 3 + px), tmp_path / f"{px}.png") for px in range(3)]
    digests = [sha256_file(file) for file in made]
    # Where the digests have the best one among the first, the names have it last, and the other way round.
    first = "a" if digests[0] == max(digests) else "z"
    photos = []
    for name, file, digest in zip((first, "b", "c", "d"), made, digests, strict=True):
        photos.append(file.rename(folder / f"{name}-{digest[:12]}.png"))
    before = portraitist.face_of_person(photos)
    renamed = [photo.rename(folder / f"photo-{photo.stem.partition('-')[2]}.png") for photo in photos]
    after = portraitist.face_of_person(renamed)
    assert before is not None and after is not None and before.shape == after.shape
    assert np.abs(before.astype(int) - after).mean() < 3


def test_two_people_are_as_alike_on_the_page_as_when_one_was_enrolled(
    settings: Settings, heads: Heads, studio: Path, enrolled: Enrol
) -> None:
    enrolled("The President", vectors_of=BARACK)
    enroller = Enroller(settings)
    photos = [save(heads[BARACK], studio / "a.png"), save(blurred(heads[BARACK], 2), studio / "b.png")]
    report = enroller.enroll("Barack", photos)
    assert report.look_alike is not None
    page = PersonPageBuilder(settings, enroller.embedder).page(report.identity)
    said = enroller.embedder.card.percent(report.look_alike.squared_l2)
    assert [one.percent for one in page.alike] == [pytest.approx(said, abs=0.01)]
