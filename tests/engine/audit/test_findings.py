"""Checking the photos of `data/`: real photos made from the portraits, and vectors placed by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.events import Cancelled, CancelToken, Event, Progress
from facecam.engine.audit.contact_sheet import draw_sheet, require_sheet_name, write_contact_sheet
from facecam.engine.audit.findings import DataHealth, Finding, check_data, health_of
from facecam.engine.faces.library_scan import (
    CACHE_FOLDER,
    LibraryPhoto,
    LibraryPhotos,
    PhotoFacts,
    forget_photos_seen,
)
from facecam.engine.people.directory import delete_person
from facecam.vision.images.quality import FaceQuality
from facecam.vision.images.read import read_picture
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, EILEEN, JOE, blurred, exposed, nobody, save
from tests.gallery.factories import MODEL, on_circle

_CLEAR = FaceQuality(120.0, 300.0, 120.0, 50.0, 0.0, 0.0)
_far_apart = np.random.default_rng(5)


def library(people: dict[str, list[float]], *, fingerprints: list[int] | None = None) -> LibraryPhotos:
    """Photos named `<person>-<n>.jpg` whose vectors lie at these angles."""
    photos = [
        LibraryPhoto(index, Path(f"/data/{name}/{name}-{number}.jpg"), _facts())
        for index, (name, angles) in enumerate(people.items())
        for number in range(len(angles))
    ]
    if fingerprints is not None:
        pairs = zip(photos, fingerprints, strict=True)
        photos = [replace(photo, facts=replace(photo.facts, fingerprint=one)) for photo, one in pairs]
    vectors = on_circle(*(angle for angles in people.values() for angle in angles))
    return LibraryPhotos(tuple(people), tuple(photos), vectors, MODEL, 0.2, len(photos), 0)


def _facts() -> PhotoFacts:
    return PhotoFacts(int.from_bytes(_far_apart.bytes(31), "big"), 1, "", _CLEAR, (0.2, 0.2, 0.8, 0.8))


@pytest.fixture
def filled(settings: Settings, heads: Heads) -> Settings:
    """Eileen in order; Barack with every fault; one photo of Joe."""
    eileen, barack = settings.data / EILEEN, settings.data / BARACK
    save(heads[EILEEN], eileen / "a.png")
    save(exposed(heads[EILEEN], 0.8), eileen / "copy.jpg", quality=60)
    save(heads[BARACK], barack / "a.png")
    save(blurred(heads[BARACK]), barack / "soft.png")
    save(nobody(), barack / "wall.png")
    (barack / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 and no more")
    save(heads[JOE], settings.data / JOE / "a.png")
    return settings


def kinds(health: DataHealth, person: str) -> dict[str, str]:
    """First photo's name → kind."""
    return {one.photos[0].name: one.kind for one in health.findings if one.person == person}


def test_every_fault_is_found_and_nothing_is_changed(filled: Settings) -> None:
    before = {path: path.read_bytes() for path in filled.data.rglob("*") if path.is_file()}
    health = check_data(filled)
    assert kinds(health, BARACK) == {"broken.jpg": "unreadable", "wall.png": "no face", "soft.png": "blurred"}
    assert kinds(health, EILEEN) == {"a.png": "duplicate"}
    assert kinds(health, JOE) == {}
    assert [(one.name, one.photos, one.usable) for one in health.people] == [
        (BARACK, 4, 1), (EILEEN, 2, 1), (JOE, 1, 1),
    ]  # fmt: skip
    assert {path: path.read_bytes() for path in filled.data.rglob("*") if path.is_file()} == before


def test_a_second_check_remembers_and_a_deletion_forgets(filled: Settings, heads: Heads) -> None:
    first = check_data(filled)
    again = check_data(filled)
    assert (first.looked_at, first.remembered) == (6, 0)
    assert (again.looked_at, again.remembered) == (0, 6)
    assert again.findings == first.findings
    delete_person(filled, JOE)
    after = check_data(filled)
    assert (after.looked_at, after.remembered) == (0, 5)
    save(heads[JOE], filled.data / JOE / "a.png")
    assert check_data(filled).looked_at == 1  # nothing of Joe was left
    assert forget_photos_seen(filled, [filled.data / JOE / "a.png"]) == 1


def test_forgetting_where_nothing_is_remembered(filled: Settings, tmp_path: Path) -> None:
    assert forget_photos_seen(filled, [tmp_path / "gone.png"]) == 0
    broken = filled.database / CACHE_FOLDER / "key" / "0.vectors"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"no header")
    assert forget_photos_seen(filled, [filled.data / JOE / "a.png"]) == 0


def test_without_memory_nothing_is_written(filled: Settings) -> None:
    check_data(filled, remember=False)
    assert not filled.database.exists()


def test_an_empty_library_is_in_order(settings: Settings) -> None:
    assert check_data(settings) == DataHealth((), (), 0, 0)


def test_it_reports_progress_and_can_be_stopped(filled: Settings) -> None:
    events: list[Event] = []
    token = CancelToken()

    def stop_after_first(event: Event) -> None:
        events.append(event)
        token.cancel()

    with pytest.raises(Cancelled):
        check_data(filled, on_event=stop_after_first, cancel=token)
    assert isinstance(events[0], Progress) and events[0].total == 7


def test_facts_survive_writing_and_reading() -> None:
    facts = _facts()
    assert PhotoFacts.from_text(facts.to_text()) == facts
    assert PhotoFacts.from_text(PhotoFacts(3, 0).to_text()) == PhotoFacts(3, 0)


def test_a_mislabeled_photo_is_shown_beside_both_people() -> None:
    [finding] = health_of(library({"Ada": [0, 2, 4, 92], "Alan": [90, 94, 96]})).findings
    assert (finding.kind, finding.person, finding.other) == ("suspicious label", "Ada", "Alan")
    names = [photo.name for photo in finding.photos]
    assert names == ["Ada-3.jpg", "Ada-0.jpg", "Ada-1.jpg", "Alan-0.jpg", "Alan-1.jpg"]
    assert "looks like Alan" in finding.text


def test_two_names_for_one_person_are_one_finding() -> None:
    """Every photo of one would be doubted as the other's: said once, not six times."""
    [finding] = health_of(library({"Ada": [0, 4, 8], "A. Lovelace": [2, 6, 10]})).findings
    assert (finding.kind, finding.person, finding.other) == ("same person", "Ada", "A. Lovelace")
    assert len(finding.photos) == 6


def test_the_same_picture_under_two_names() -> None:
    one, two, three = (int.from_bytes(_far_apart.bytes(31), "big") for _ in range(3))
    health = health_of(library({"Ada": [0, 2], "Alan": [90, 2]}, fingerprints=[one, two, three, two]))
    [finding] = [one for one in health.findings if one.kind == "duplicate"]
    assert (finding.person, finding.other) == ("Ada", "Alan")
    assert [photo.name for photo in finding.photos] == ["Ada-1.jpg", "Alan-1.jpg"]


def test_one_room_and_two_faces_are_two_pictures() -> None:
    """A fixed camera: alike as a whole, the faces are not."""
    health = health_of(library({"Ada": [0], "Alan": [90]}, fingerprints=[5, 5]))
    assert health.count("duplicate") == 0


# ---------------------------------------------------------------------- contact sheets


@pytest.fixture
def finding(tmp_path: Path, heads: Heads) -> Finding:
    photo = save(heads[JOE], tmp_path / "Joe.png")
    gone = tmp_path / "gone & <b>.png"
    return Finding("blurred", "Jöe", (photo, gone), "a.png is <blurred>", "Use a sharper photo.")


def test_a_sheet_shows_the_photos(finding: Finding) -> None:
    sheet = draw_sheet([finding])
    assert sheet.dtype == np.uint8 and sheet.shape[1] == 804
    assert sheet[60:150, 12:132].std() > 30  # the photo
    assert sheet[60:150, 144:264].std() < 4  # a grey square for the one that is gone


@pytest.mark.parametrize("name", ["sheet.jpg", "sheet.png", "new folder/Übersicht.html"])
def test_sheets_are_written_by_their_ending(tmp_path: Path, finding: Finding, name: str) -> None:
    path = write_contact_sheet(DataHealth((), (finding,), 1, 0), tmp_path / name)
    if path.suffix == ".html":
        page = path.read_text(encoding="utf-8")
        assert "a.png is &lt;blurred&gt;" in page and "gone &amp; &lt;b&gt;.png" in page
        assert page.count("data:image/jpeg;base64,") == 2
    else:
        assert read_picture(path).shape[1] == 804


def test_nothing_found_makes_a_sheet_that_says_so(tmp_path: Path) -> None:
    path = write_contact_sheet(DataHealth((), (), 0, 0), tmp_path / "sheet.html")
    assert "Nothing was found." in path.read_text(encoding="utf-8")
    assert draw_sheet([]).min() < 100


def test_an_ending_that_is_no_sheet_is_refused() -> None:
    with pytest.raises(ConfigError, match="sheet.gif"):
        require_sheet_name(Path("sheet.gif"))


def test_a_sheet_can_be_stopped(finding: Finding, tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        write_contact_sheet(DataHealth((), (finding,), 1, 0), tmp_path / "sheet.jpg", token)
    assert not (tmp_path / "sheet.jpg").exists()


@pytest.mark.slow
def test_wrong_labels_among_real_people_are_found(
    settings: Settings, shared_data: Path, tmp_path: Path
) -> None:
    """Six people with eight photos each; three photos are filed under somebody else."""
    folders = sorted((shared_data / "people-set").iterdir())[:6]
    for index, folder in enumerate(folders):
        for number, photo in enumerate(sorted(folder.iterdir())[:8]):
            wrong = number == 0 and index < 3
            owner = folders[(index + 1) % 6] if wrong else folder
            target = tmp_path / "data" / owner.name / f"{folder.name}-{photo.name}"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(photo.read_bytes())
    health = check_data(replace(settings, data=tmp_path / "data"))
    doubted = {one.photos[0].name: one.other for one in health.findings if one.kind == "suspicious label"}
    for index in range(3):
        photo = f"{folders[index].name}-{sorted(folders[index].iterdir())[0].name}"
        assert doubted[photo] == folders[index].name
