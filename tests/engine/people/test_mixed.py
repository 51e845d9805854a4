"""Photos of several people under one name: told when enrolling, on the person's page and by the check."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.engine import components
from facecam.engine.audit.findings import check_data, health_of
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.faces.looks_of_people import LooksOfPeople
from facecam.engine.people.person_page import PersonPageBuilder
from facecam.engine.photos.portrait import Portrait
from tests.engine.audit.test_findings import library
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, EILEEN, JOE, mirrored, save
from tests.gallery.factories import on_circle


def test_groups_by_size_and_certain_faces() -> None:
    looks = LooksOfPeople(0.2)
    vectors = on_circle(0, 90, 95, 92)
    assert looks.groups(vectors) == ((1, 2, 3), (0,))
    assert looks.groups(on_circle(0, 5)) == () and looks.groups(vectors[:0]) == ()
    # Somebody said of one photo of each that it shows the person: they are one.
    assert looks.groups(vectors, [True, True, False, False]) == ()
    assert looks.groups(on_circle(0, 90, 180), [True, True, False]) == ((0, 1), (2,))
    assert LooksOfPeople(None).groups(vectors) == ()


@pytest.fixture
def two_people(studio: Path, heads: Heads) -> Path:
    """A photo of Barack and one of Eileen."""
    save(heads[BARACK], studio / "a.png"), save(heads[EILEEN], studio / "b.png")
    return studio


def test_two_photos_of_two_people_are_told_when_enrolling(settings: Settings, two_people: Path) -> None:
    report = Enroller(settings).enroll("Somebody", [two_people])
    assert report.used == 2
    assert sorted(path.name for group in report.groups for path in group) == ["a.png", "b.png"]
    assert len(report.groups) == 2 and {len(group) for group in report.groups} == {1}
    assert all(report.places[path].is_file() for group in report.groups for path in group)


def test_one_person_is_one(settings: Settings, heads: Heads, studio: Path) -> None:
    save(heads[BARACK], studio / "a.png"), save(mirrored(heads[BARACK]), studio / "b.png")
    report = Enroller(settings).enroll(BARACK, [studio])
    assert report.used == 2 and report.groups == ()


def test_a_photo_of_somebody_else_added_later(settings: Settings, heads: Heads, studio: Path) -> None:
    enroller = Enroller(settings)
    enroller.enroll("Somebody", [save(heads[BARACK], studio / "a.png")])
    report = enroller.enroll("Somebody", [save(heads[EILEEN], studio / "b.png")])
    assert [[path.name for path in group] for group in report.groups] == [[], ["b.png"]]


def test_the_page_and_the_check_tell_until_somebody_confirms(settings: Settings, two_people: Path) -> None:
    identity = Enroller(settings).enroll("Somebody", [two_people]).identity
    builder = PersonPageBuilder(settings, components.open_embedder(settings))
    page = builder.page(identity)
    assert len(page.groups) == 2
    (finding,) = [one for one in check_data(settings).findings if one.kind == "several people"]
    assert finding.person == "Somebody" and finding.text == "these look like 2 people: 1 and 1 photos"
    assert sorted(map(len, finding.groups)) == [1, 1]
    take_back = builder.confirm(identity, [card.path for card in page.photos])
    assert builder.page(identity).groups == ()
    assert not [one for one in check_data(settings).findings if one.kind == "several people"]
    assert take_back() == identity
    assert len(builder.page(identity).groups) == 2


def test_a_confirmed_photo_is_no_suspicious_label() -> None:
    photos = library({"Ada": [0, 4, 8, 90], "Bea": [91, 94, 97]})
    doubted = [one for one in health_of(photos).findings if one.kind == "suspicious label"]
    assert [one.photos[0].name for one in doubted] == ["Ada-3.jpg"]
    sure = replace(photos, certain=frozenset({doubted[0].photos[0]}))
    assert not [one for one in health_of(sure).findings if one.kind == "suspicious label"]


def test_eight_people_under_one_name() -> None:
    angles = [base + step for base in range(0, 360, 45) for step in (0, 2, 4)]
    photos = replace(library({"Crowd": [float(one) for one in angles]}), looks=LooksOfPeople(0.2))
    (finding,) = [one for one in health_of(photos).findings if one.kind == "several people"]
    assert [len(group) for group in finding.groups] == [3] * 8
    assert finding.text == "these look like 8 people: 3, 3, 3, 3, 3, 3, 3 and 3 photos"


def test_the_portrait_is_the_photo_somebody_chose(settings: Settings, heads: Heads, studio: Path) -> None:
    save(heads[BARACK], studio / "a.png"), save(heads[JOE], studio / "b.png")
    identity = Enroller(settings).enroll("Somebody", [studio]).identity
    builder = PersonPageBuilder(settings, components.open_embedder(settings))
    photos = [card.path for card in builder.page(identity).photos]
    usual = builder.face_of_person(photos)
    faces = {photo: builder.face_of_photo(photo) for photo in photos}
    for photo in photos:
        take_back = builder.choose_portrait(photo)
        assert np.array_equal(builder.face_of_person(photos), faces[photo])
        take_back()
        assert np.array_equal(builder.face_of_person(photos), usual)
    (settings.data / "Somebody" / ".facecam" / "portrait.json").write_bytes(b"[")
    assert Portrait(settings.data / "Somebody").key == ""
