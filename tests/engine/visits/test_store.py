"""The log on disk: kept if wanted, without people who were deleted, whatever a crash left in it."""

from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.types import Embeddings, Identity
from facecam.engine import components
from facecam.engine.people import directory
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.visits.log import Sighting, SightingLog
from facecam.engine.visits.store import SightingFile
from facecam.engine.visits.table import open_visits
from facecam.gallery.gallery import Gallery
from tests.engine.fixtures import Enrol
from tests.engine.studio import BARACK, EILEEN
from tests.engine.visits.test_presence import ADA, EVE, UNKNOWN, of, result
from tests.gallery.factories import MODEL

START = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


def visit(identity: Identity | None, number: int = 1) -> Sighting:
    return Sighting(number, identity, START, START + timedelta(seconds=5), 91.25, "camera 0")


def who(file: SightingFile) -> list[str | None]:
    return [one.identity.name if one.identity else None for one in file.read()]


def visits(folder: Path, home: str, *people: Identity) -> SightingFile:
    """Where the visits of enrolled people are: a table takes those of nobody else."""
    settings = replace(Settings(), database=folder, server=home)
    if home:
        known = Gallery.empty(MODEL, 2)
        for one in people:
            known = known.add(
                Identity(one.id, f"person {one.id}"), Embeddings(np.zeros((0, 2), np.float32), MODEL)
            )
        components.open_store(settings).update(lambda _: known)
    return open_visits(settings)


def test_visits_are_counted_expired_handed_over_and_given_back(tmp_path: Path, home: str) -> None:
    file = visits(tmp_path, home, ADA, EVE)
    for one in (visit(ADA), visit(None), visit(EVE)):
        file.append(one)
    file.hand_over(ADA, EVE)
    assert who(file) == ["Eve", None, "Eve"] and file.count(EVE) == 2 and not file.count(ADA)
    file.give_back(ADA)
    assert who(file) == ["Ada", None, "Eve"]
    lines = file.lines_of(EVE)
    file.forget(EVE)
    assert who(file) == ["Ada", None]
    file.put_back(lines)
    file.put_back(lines)
    assert sorted(map(str, who(file))) == ["Ada", "Eve", "None"]
    late = START + timedelta(days=1)
    assert file.expire(None, late) == (0, 1) and file.expire(late, None) == (2, 0)
    assert who(file) == []
    file.append(visit(ADA))
    file.clear()
    assert who(file) == []


def test_visits_come_back_as_they_were(tmp_path: Path, home: str) -> None:
    odd = Identity("3", "Zoë\u202e\n李")
    file = visits(tmp_path / "database", home, ADA, odd)
    for one in (visit(ADA), visit(None), visit(odd)):
        file.append(one)
    first, second, third = file.read()
    assert (first.identity, first.came, first.left, first.source) == (
        ADA,
        START,
        START + timedelta(seconds=5),
        "camera 0",
    )
    assert second.identity is None and third.identity == odd
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert home or stat.S_IMODE(file.path.stat().st_mode) == 0o600


def test_lines_that_make_no_sense_are_passed_over(tmp_path: Path) -> None:
    file = SightingFile(tmp_path)
    assert file.read() == ()
    file.append(visit(ADA))
    with file.path.open("ab") as raw:
        raw.write(b'{"id": "1"}\n[1]\n\xff\xfe\n{"id": "2", "na')
    assert who(file) == ["Ada"]


def test_whoever_is_deleted_or_merged_is_gone_from_the_file(settings: Settings, enrolled: Enrol) -> None:
    file = SightingFile(settings.database)
    barack = enrolled(BARACK).find(BARACK).identity
    eileen = enrolled(EILEEN).find(EILEEN).identity
    for one in (visit(barack), visit(eileen), visit(None)):
        file.append(one)
    directory.merge_people(settings, BARACK, EILEEN)
    assert who(file) == [EILEEN, EILEEN, None]
    directory.delete_person(settings, EILEEN)
    assert who(file) == [None] and eileen.id not in file.path.read_text()


def test_deleting_in_the_window_does_so_too(settings: Settings, enrolled: Enrol) -> None:
    barack = enrolled(BARACK).find(BARACK).identity
    file = SightingFile(settings.database)
    file.append(visit(barack))
    PeopleEditor(settings).delete(barack)
    assert who(file) == []


def test_the_log_hands_visits_over_and_goes_on_without_when_that_fails() -> None:
    calls: list[tuple[Sighting, ...]] = []
    log = SightingLog(lambda: START)
    log.keep(lambda *visits: calls.append(visits), [visit(EVE, 7)])
    assert [one.identity for one in log.entries()] == [EVE]
    log.update(result(0.0, of(ADA), UNKNOWN), lambda squared_l2: 50.0)
    log.end()
    [kept] = calls
    assert [one.identity for one in kept] == [ADA, None] and kept[0].number == 8, (
        "those that end together at once"
    )

    def full(*visits: Sighting) -> None:
        raise DataError("the disk is full", hint="Free some space.")

    log.keep(full)
    log.update(result(1.0, of(ADA)), lambda squared_l2: 50.0)
    log.end()
    assert log.fault is not None and len(log.entries()) == 4
    log.keep(None)
    assert log.fault is None


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "database").write_text("a file where a folder belongs")
    with pytest.raises(DataError):
        SightingFile(tmp_path / "database").append(visit(ADA))


def test_emptying_removes_the_file(tmp_path: Path) -> None:
    file = SightingFile(tmp_path)
    file.append(visit(ADA))
    file.clear()
    file.clear()
    assert not file.path.exists()
