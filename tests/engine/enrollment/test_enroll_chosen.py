"""Enrolling where somebody said which face is meant, and photos known to be different shots."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import EnrollmentError
from facecam.core.events import Event, Progress
from facecam.core.types import Box, ImageArray
from facecam.engine.enrollment import enroller as enroll
from facecam.engine.enrollment.enroller import Enroller, NothingFitError
from facecam.engine.photos.quality import PhotoVerdict
from facecam.vision.images.read import read_picture
from tests.engine.fixtures import Enrol, Faces, Heads
from tests.engine.studio import BARACK, EILEEN, JOE, mirrored, nobody, save, side_by_side


@pytest.fixture
def enroller(settings: Settings) -> Enroller:
    return Enroller(settings)


def test_the_chosen_one_of_two_faces_is_enrolled(
    enroller: Enroller, heads: Heads, faces: Faces, studio: Path
) -> None:
    both = save(side_by_side(heads[EILEEN], heads[BARACK]), studio / "both.png")
    with pytest.raises(NothingFitError) as refusal:
        enroller.enroll("Whoever", [both])
    assert [verdict.reason for verdict in refusal.value.verdicts] == ["several faces"]
    found = enroller.faces_in(both)
    left, right = sorted(found.detections, key=lambda one: one.box.left)
    report = enroller.enroll("Eileen", [both], chosen_faces={both: left.box})
    assert report.used == 1 and report.verdicts[0].box == left.box
    report = enroller.enroll("Barack", [both], chosen_faces={both: right.box})
    assert report.used == 1 and report.look_alike is None, "it is the other face"


@pytest.mark.parametrize(
    ("box", "words"),
    [
        (Box(0, 0, 5, 5), "too small to hold a face: 5 × 5 px"),
        (Box(9000, 10, 9100, 110), "lies outside the picture"),
        (Box(-180, 10, 60, 250), "lies outside the picture"),
        (Box(10, 10, float("inf"), 60), "no place"),
    ],
)
def test_a_box_that_can_hold_no_face_is_refused(
    enroller: Enroller, heads: Heads, studio: Path, box: Box, words: str
) -> None:
    both = save(side_by_side(heads[EILEEN], heads[BARACK]), studio / "both.png")
    with pytest.raises(EnrollmentError, match=words) as refusal:
        enroller.enroll("Whoever", [both], chosen_faces={both: box})
    assert refusal.value.hint


def test_somebody_who_says_it_is_the_same_person_is_believed(
    enroller: Enroller, heads: Heads, studio: Path
) -> None:
    own = [save(heads[BARACK], studio / "a.png"), save(mirrored(heads[BARACK]), studio / "b.png")]
    enroller.enroll(BARACK, own)
    odd = save(heads[JOE], studio / "odd.png")
    with pytest.raises(NothingFitError) as refusal:
        enroller.enroll(BARACK, [odd])
    (verdict,) = refusal.value.verdicts
    assert verdict.reason == "unlike the others" and verdict.box is not None
    assert enroller.enroll(BARACK, [odd], chosen_faces={odd: verdict.box}).used == 1


def test_shots_of_one_minute_are_not_taken_for_copies(enroller: Enroller, heads: Heads, studio: Path) -> None:
    first = save(heads[BARACK], studio / "a.png")
    second = save(heads[BARACK], studio / "b.jpg", quality=90)
    assert enroller.enroll("Copies", [first, second]).used == 1
    assert enroller.enroll("Shots", [first, second], distinct=True).used == 2


def test_photos_are_told_of_one_by_one(
    settings: Settings, heads: Heads, studio: Path, enrolled: Enrol
) -> None:
    paths = [save(heads[BARACK], studio / "a.png"), save(nobody(), studio / "b.png"), studio / "c.png"]
    told: list[PhotoVerdict] = []
    events: list[Event] = []
    quiet = Enroller(settings)
    report = quiet.listening(events.append).enroll(BARACK, paths, on_photo=told.append)
    assert [verdict.reason for verdict in told] == ["good", "no face", "unreadable"]
    assert [verdict.reason for verdict in report.verdicts] == ["good", "no face", "unreadable"]
    assert Progress("photos", 3, 3) in events


def test_the_verdicts_survive_between_processes() -> None:
    import pickle

    error = NothingFitError("none", hint="more", verdicts=(PhotoVerdict(Path("a"), "blurred"),))
    again = pickle.loads(pickle.dumps(error))
    assert (again.message, again.hint) == ("none", "more") and isinstance(again, NothingFitError)
    assert replace(error.verdicts[0], reason="no face").hint


def test_a_batch_of_photos_does_not_hold_the_pictures(
    enroller: Enroller, heads: Heads, studio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred photos of 12 megapixels would be 7 GB."""
    alive: list[weakref.ref[np.ndarray]] = []

    def reading(path: Path) -> ImageArray:
        image = read_picture(path)
        alive.append(weakref.ref(image))
        return image

    monkeypatch.setattr(enroll, "read_picture", reading)
    photos = [save(heads[BARACK][:, shift:], studio / f"{shift}.png") for shift in range(3)]

    def count(event: Event) -> None:
        if isinstance(event, Progress) and event.done:
            gc.collect()
            assert sum(one() is not None for one in alive) <= 1

    enroller.listening(count).enroll(BARACK, photos, distinct=True)
    assert len(alive) == 3
