"""The log: visits with times, safe for a spreadsheet, and nothing left of people who were deleted."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from facecam.core.errors import DataError
from facecam.core.types import Identity, Match
from facecam.engine.visits.log import MOST_SIGHTINGS, SightingLog, export_log
from facecam.engine.visits.spreadsheet import csv_bytes, safe_cell
from tests.engine.visits.test_presence import ADA, EVE, UNKNOWN, of, result

START = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


class Clock:
    moment = START

    def __call__(self) -> datetime:
        return self.moment

    def go(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(clock: Clock) -> SightingLog:
    made = SightingLog(clock)
    made.begin("camera 0")
    return made


def percent(match: Match) -> float:
    return 100 - 100 * match.squared_l2


def test_a_visit_has_a_beginning_an_end_and_its_best_similarity(log: SightingLog, clock: Clock) -> None:
    log.update(result(0.0, of(ADA, 0.2)), percent)
    clock.go(5)
    log.update(result(5.0, of(ADA, 0.1)), percent)
    (visit,) = log.here()
    assert (visit.identity, visit.came, visit.left, visit.percent) == (ADA, START, None, pytest.approx(90))
    clock.go(2)
    log.update(result(7.0), percent)
    assert log.here() == ()
    (visit,) = log.entries()
    assert visit.left == START + timedelta(seconds=7) and visit.source == "camera 0"


def test_newest_first_and_strangers_together(log: SightingLog) -> None:
    log.update(result(0.0, of(ADA)), percent)
    log.update(result(0.1, of(ADA), UNKNOWN, UNKNOWN), percent)
    assert [visit.identity for visit in log.entries()] == [None, ADA]


def test_the_end_of_a_source_ends_all_visits(log: SightingLog) -> None:
    log.update(result(0.0, of(ADA)), percent)
    log.begin("demo clip")
    log.update(result(0.0, of(EVE)), percent)
    log.end()
    assert all(visit.left for visit in log.entries())
    assert [visit.source for visit in log.entries()] == ["demo clip", "camera 0"]


def test_whoever_was_deleted_is_gone_from_the_log(log: SightingLog) -> None:
    log.update(result(0.0, of(ADA), of(EVE)), percent)
    log.update(result(5.0, of(EVE)), percent)
    version = log.version
    log.forget(lambda identity: identity != EVE)
    assert [visit.identity for visit in log.entries()] == [ADA] and log.version > version
    log.forget(lambda identity: False)
    assert log.entries() == ()


def test_a_rename_is_followed(log: SightingLog) -> None:
    log.update(result(0.0, of(ADA)), percent)
    log.update(result(0.1, of(Identity("1", "Lady Lovelace"))), percent)
    (visit,) = log.entries()
    assert visit.identity is not None and visit.identity.name == "Lady Lovelace"


def test_clearing_keeps_who_is_here(log: SightingLog) -> None:
    log.update(result(0.0, of(ADA), of(EVE)), percent)
    log.update(result(5.0, of(EVE)), percent)
    log.clear()
    assert [visit.identity for visit in log.entries()] == [EVE]


def test_the_log_does_not_grow_for_ever(log: SightingLog) -> None:
    for index in range(0, 2 * (MOST_SIGHTINGS + 3), 2):
        log.update(result(index * 5.0, of(ADA)), percent)
        log.update(result(index * 5.0 + 5), percent)
    assert len(log.entries()) == MOST_SIGHTINGS


def test_the_table_can_be_read_and_runs_nothing(log: SightingLog, clock: Clock, tmp_path: Path) -> None:
    evil = Identity("3", '=HYPERLINK("http://x")')
    log.update(result(0.0, of(evil, 0.1), UNKNOWN), percent)
    clock.go(61)
    log.update(result(61.0), percent)
    path = tmp_path / "log.csv"
    assert export_log(log.entries(), path, unknown="unbekannt") == 2
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(path.open(encoding="utf-8-sig", newline="")))
    assert [row["name"] for row in rows] == ["'" + evil.name, "unbekannt"]
    assert rows[0]["came"] == "2026-03-01 12:00:00+00:00" and rows[0]["seconds"] == "61"
    assert rows[0]["similarity_percent"] == "90" and rows[1]["similarity_percent"] == ""


def test_a_full_disk_leaves_the_old_table(
    log: SightingLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "log.csv"
    path.write_text("old")
    monkeypatch.setattr("facecam.core.paths.os.fsync", full)
    with pytest.raises(DataError, match="No space left"):
        export_log(log.entries(), path)
    assert path.read_text() == "old" and [one.name for one in tmp_path.iterdir()] == ["log.csv"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1", "\r=1", "\u00a0=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Ada", "Müller-Lüdenscheid", "李小龍", "a=b", "", "3.5", "O'Neil"])
def test_ordinary_names_stay_as_they_are(text: str) -> None:
    assert safe_cell(text) == text


def test_quotes_commas_and_lone_surrogates_survive() -> None:
    content = csv_bytes(("name",), [['Ada, "Countess"'], ["\ud800"]]).decode("utf-8-sig")
    assert content.splitlines() == ["name", '"Ada, ""Countess"""', "?"]


def test_each_of_several_sources_has_visitors_of_its_own(log: SightingLog) -> None:
    log.begin("camera 1", 1)
    log.update(result(0.0, of(ADA)), percent)
    log.update(result(0.0, of(ADA), of(EVE)), percent, 1)
    assert [one.identity for one in log.here()] == [ADA]
    assert [one.identity for one in log.here(1)] == [ADA, EVE]
    log.end(1)
    assert [(one.source, one.left is None) for one in log.entries()] == [
        ("camera 1", False),
        ("camera 1", False),
        ("camera 0", True),
    ]
