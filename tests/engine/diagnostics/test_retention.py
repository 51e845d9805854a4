"""Retention times: nothing goes by itself; what is older than wanted goes, by a clock of the test's."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.events import Event, Notice
from facecam.core.types import Identity
from facecam.engine.diagnostics import retention
from facecam.engine.diagnostics.retention import Cutoffs, DailyRetention, Expired, enforce_retention
from facecam.engine.runs.lock import held
from facecam.engine.visits.log import Sighting, SightingLog
from facecam.engine.visits.store import SightingFile

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
ADA = Identity("1", "Ada")
#: Settings of the four times, in days.
ALL = ("keep_visits_days", "keep_unknown_days", "keep_recordings_days", "keep_runs_days")


class Clock:
    """A clock that goes when the test says so."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    """Folders with nothing in them; no model is needed."""
    return Settings(data=tmp_path / "data", database=tmp_path / "database", weights=tmp_path / "weights")


def visit(who: Identity | None, days_ago: float) -> Sighting:
    left = NOW - timedelta(days=days_ago)
    return Sighting(1, who, left - timedelta(minutes=1), left, 90.0, "0")


def aged(path: Path, days_ago: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"{}")
    moment = (NOW - timedelta(days=days_ago)).timestamp()
    os.utime(path, (moment, moment))
    return path


@pytest.fixture
def kept(place: Settings, tmp_path: Path) -> Settings:
    """A visit, an unknown visit, a recording and a run of each age: 2 and 40 days."""
    file = SightingFile(place.database)
    for days in (40, 2):
        file.append(visit(ADA, days))
        file.append(visit(None, days))
        moment = NOW - timedelta(days=days)
        aged(tmp_path / "films" / f"facecam-{moment:%Y%m%d-%H%M%S}-000.mp4", days)
        aged(tmp_path / "runs" / f"run-{days}" / "outcome.json", days)
        aged(tmp_path / "runs" / f"run-{days}" / "job.json", days + 1)
    aged(tmp_path / "films" / "holiday.mp4", 400)
    aged(tmp_path / "runs" / "mine" / "notes.txt", 400)
    return place


def left(settings: Settings, tmp_path: Path) -> tuple[list[str], list[str], list[str]]:
    visits = [one.identity.name if one.identity else "?" for one in SightingFile(settings.database).read()]
    films = sorted(path.name for path in (tmp_path / "films").iterdir())
    return visits, films, sorted(path.name for path in (tmp_path / "runs").iterdir())


def test_by_default_everything_is_kept(kept: Settings, tmp_path: Path) -> None:
    before = left(kept, tmp_path)
    said: list[Event] = []
    assert enforce_retention(kept, said.append, recordings=[tmp_path / "films"], now=Clock()) == Expired()
    assert left(kept, tmp_path) == before and said == []


@pytest.mark.parametrize(
    ("field", "expired"),
    [
        ("keep_visits_days", Expired(visits=1)),
        ("keep_unknown_days", Expired(unknown=1)),
        ("keep_recordings_days", Expired(recordings=1)),
        ("keep_runs_days", Expired(runs=1)),
    ],
)
def test_each_time_is_for_its_own_kind(kept: Settings, tmp_path: Path, field: str, expired: Expired) -> None:
    said: list[Event] = []
    settings = replace(kept, **{field: 30})
    assert enforce_retention(settings, said.append, recordings=[tmp_path / "films"], now=Clock()) == expired
    (notice,) = said
    assert isinstance(notice, Notice) and "older than you keep" in notice.text
    assert enforce_retention(settings, said.append, recordings=[tmp_path / "films"], now=Clock()) == Expired()


def test_what_is_the_users_stays_however_old(kept: Settings, tmp_path: Path) -> None:
    settings = replace(kept, **dict.fromkeys(ALL, 1))
    enforce_retention(settings, recordings=[tmp_path / "films", tmp_path / "nowhere"], now=Clock())
    assert left(settings, tmp_path) == ([], ["holiday.mp4"], ["mine"])


def test_of_recordings_saved_without_this_home_it_is_said_and_none_is_deleted(
    kept: Settings, tmp_path: Path
) -> None:
    """They may be of another home, whose times are others."""
    said: list[Event] = []
    settings, before = replace(kept, keep_recordings_days=30), left(kept, tmp_path)
    retention = DailyRetention(lambda: settings, said.append, elsewhere=[tmp_path / "films"], now=Clock())
    assert retention.look() == Expired() and left(kept, tmp_path) == before
    (notice,) = said
    assert isinstance(notice, Notice)
    assert notice.text.startswith(f"1 recording in {tmp_path / 'films'}, saved without this home, is older")
    assert enforce_retention(kept, said.append, elsewhere=[tmp_path / "films"], now=Clock()) == Expired()
    assert len(said) == 1


def test_what_a_sweep_has_tried_goes_as_its_runs_do(place: Settings, tmp_path: Path) -> None:
    for days in (40, 2):
        aged(tmp_path / "runs" / f"{days}.sweep", days)
    assert enforce_retention(replace(place, keep_runs_days=30), now=Clock()) == Expired(runs=1)
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["2.sweep"]


def test_a_run_that_goes_on_stays(kept: Settings, tmp_path: Path) -> None:
    settings = replace(kept, keep_runs_days=1)
    with held(tmp_path / "runs" / "run-40"):
        assert enforce_retention(settings, now=Clock()).runs == 1
    assert (tmp_path / "runs" / "run-40" / "outcome.json").is_file()


def test_a_line_that_makes_no_sense_stays_and_the_file_is_private(kept: Settings) -> None:
    path = SightingFile(kept.database).path
    with open(path, "a", encoding="utf-8") as file:
        file.write('{"id": "1", "name": "Ada", "left": "who knows"}\n{"id": null, "left": "9999-99-99"}\n')
    assert enforce_retention(replace(kept, keep_visits_days=1, keep_unknown_days=1), now=Clock()).visits == 2
    assert len(path.read_text().splitlines()) == 2
    assert os.name != "posix" or path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may delete everything")
def test_what_cannot_be_deleted_is_said_and_the_rest_goes_on(kept: Settings, tmp_path: Path) -> None:
    (tmp_path / "films").chmod(0o500)
    said: list[Event] = []
    settings = replace(kept, keep_recordings_days=1, keep_runs_days=1)
    expired = enforce_retention(settings, said.append, recordings=[tmp_path / "films"], now=Clock())
    (tmp_path / "films").chmod(0o700)
    assert expired == Expired(runs=2) and any(
        "cannot be deleted" in one.text for one in said if isinstance(one, Notice)
    )


def test_a_film_that_will_not_go_is_said(
    kept: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuse)
    said: list[Event] = []
    settings = replace(kept, keep_recordings_days=30)
    assert enforce_retention(settings, said.append, recordings=[tmp_path / "films"], now=Clock()) == Expired()
    assert [one.text for one in said if isinstance(one, Notice) and "cannot be deleted" in one.text]


def test_it_is_looked_at_daily_and_when_the_settings_change(kept: Settings) -> None:
    clock, settings = Clock(), [replace(kept, keep_visits_days=41)]
    daily = DailyRetention(lambda: settings[0], now=clock)
    assert daily.look() == Expired()
    clock.now += timedelta(hours=23)
    assert daily.look() is None
    clock.now += timedelta(hours=2)
    assert daily.look() == Expired(visits=1), "the day passed while the program ran"
    settings[0] = replace(kept, keep_visits_days=1)
    assert daily.look() == Expired(visits=1)
    clock.now -= timedelta(days=3)
    assert daily.look() == Expired(), "a clock that was put back"


def test_it_looks_by_itself_while_something_runs(kept: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = threading.Event()
    daily = DailyRetention(lambda: kept, now=Clock())
    monkeypatch.setattr(daily, "look", looked.set)
    with daily.looking(every_s=0.001):
        assert looked.wait(60)
    assert not [one for one in threading.enumerate() if one.name == "facecam-retention"]


def test_the_list_in_the_window_forgets_too(place: Settings) -> None:
    log = SightingLog(now=Clock())
    log.keep(None, [visit(ADA, 40), visit(None, 40), visit(ADA, 2)])
    cutoffs = Cutoffs.of(replace(place, keep_visits_days=30), NOW)
    version = log.version
    log.expire(cutoffs.visits, cutoffs.unknown)
    assert len(log.entries()) == 2 and log.version == version + 1
    log.expire(cutoffs.visits, cutoffs.unknown)
    assert log.version == version + 1


@pytest.mark.parametrize("field", ALL)
@pytest.mark.parametrize("days", [0, -1, 36_501])
def test_a_time_that_cannot_be_meant_is_two_lines(field: str, days: int) -> None:
    with pytest.raises(ConfigError) as raised:
        replace(Settings(), **{field: days})
    assert field.replace("_", "-") in raised.value.message and "36500" in raised.value.hint


def test_no_time_is_set_unless_the_user_does() -> None:
    assert not Settings().deletes_what_is_old
    assert replace(Settings(), keep_runs_days=9).deletes_what_is_old
    assert retention.local_now().tzinfo is not None


#: What is kept for 30 days is younger, as old, or older by a second; or the clock was set back by a year since.
@pytest.mark.parametrize(("older_s", "count"), [(-1, 0), (0, 0), (1, 1), (-365 * 86400, 0)])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_what_goes_goes_at_its_very_second_also_where_the_clocks_change(
    place: Settings, tmp_path: Path, older_s: int, count: int, zone: str
) -> None:
    """In Berlin an hour is lost on 29 March 2026: a day is 24 hours all the same."""
    noon = datetime(2026, 4, 10, 12, tzinfo=ZoneInfo(zone))
    now = noon.astimezone(timezone(noon.utcoffset() or timedelta()))  # As `local_now` tells it.
    moment = (now.astimezone(UTC) - timedelta(days=30, seconds=older_s)).astimezone(ZoneInfo(zone))
    file = SightingFile(place.database)
    for who in (ADA, None):
        file.append(Sighting(1, who, moment, moment, 90.0, "0"))
    made = (
        tmp_path / "films" / f"facecam-{moment:%Y%m%d-%H%M%S}-000.mp4",
        tmp_path / "runs" / "run" / "outcome.json",
        tmp_path / "runs" / "run" / "job.json",
    )
    for path in made:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
        os.utime(path, (moment.timestamp(), moment.timestamp()))
    settings = replace(place, **dict.fromkeys(ALL, 30))
    expired = enforce_retention(settings, recordings=[tmp_path / "films"], now=lambda: now)
    assert expired == Expired(visits=count, unknown=count, recordings=count, runs=count)
