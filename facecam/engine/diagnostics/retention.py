"""Retention: visits, recordings and run records that are kept no longer than the user said.

Nothing is ever deleted unless a time was set. It is enforced at the start of every command and of the window, and
daily while something runs, and said each time something went.
"""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, FacecamError, reason_of
from facecam.core.events import EventSink, Notice, faults_told, ignore, repeating
from facecam.core.paths import printable
from facecam.core.words import counted
from facecam.engine.runs.layout import run_folders, sweep_files
from facecam.engine.runs.removal import delete_run
from facecam.engine.visits.table import open_visits

#: How often somebody who runs for long looks whether a day has passed, s.
LOOK_EVERY_S: Final = 600.0
_DAY: Final = timedelta(days=1)
#: What the window calls its recordings and pictures; other files in these folders are the user's.
_RECORDING: Final = re.compile(r"facecam-\d{8}-\d{6}-\d{3}(-\d+)?\.(mp4|avi|mkv|png|jpg)")
#: Of a run: changed whenever it is worked on.
_RUN_RECORDS: Final = ("outcome.json", "metrics.csv", "job.json", "data.json", "distil.json")
_log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def local_now() -> datetime:
    """Local time with zone."""
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """What is older than this goes; None: nothing does.

    Attributes:
        visits: of people.
        unknown: visits of unknown faces.
        recordings: films and pictures the window made.
        runs: records of trainings.
    """

    visits: datetime | None
    unknown: datetime | None
    recordings: datetime | None
    runs: datetime | None

    @classmethod
    def of(cls, settings: Settings, now: datetime) -> Cutoffs:
        """What the settings say, seen from a moment."""

        def before(days: int | None) -> datetime | None:
            return None if days is None else now - timedelta(days=days)

        return cls(
            before(settings.keep_visits_days),
            before(settings.keep_unknown_days),
            before(settings.keep_recordings_days),
            before(settings.keep_runs_days),
        )


@dataclass(frozen=True, slots=True)
class Expired:
    """What went: how many of each."""

    visits: int = 0
    unknown: int = 0
    recordings: int = 0
    runs: int = 0

    @property
    def text(self) -> str:
        """In words; empty for nothing."""
        parts = [
            *([counted(self.visits, "visit")] if self.visits else []),
            *(
                [counted(self.unknown, "visit of unknown faces", "visits of unknown faces")]
                if self.unknown
                else []
            ),
            *([counted(self.recordings, "recording")] if self.recordings else []),
            *([counted(self.runs, "record of a training", "records of trainings")] if self.runs else []),
        ]
        return f"older than you keep, and deleted: {', '.join(parts)}" if parts else ""


def enforce_retention(
    settings: Settings,
    on_event: EventSink = ignore,
    *,
    recordings: Sequence[Path] = (),
    elsewhere: Sequence[Path] = (),
    now: Clock = local_now,
) -> Expired:
    """Delete what is older than the settings say. What cannot be deleted is said, and tried again the next time.

    Args:
        settings: the times, and where everything is.
        on_event: gets a notice of what went, and of what could not.
        recordings: folders in which the window keeps films and pictures; only what it made goes.
        elsewhere: folders in which it keeps those of another home, whose times are not ours: of these it is said.
        now: the clock, local time with zone.
    """
    cutoffs = Cutoffs.of(settings, now())
    visits, unknown, films, runs = 0, 0, 0, 0
    with faults_told(on_event):
        visits, unknown = open_visits(settings).expire(cutoffs.visits, cutoffs.unknown)
    if cutoffs.recordings is not None:
        films = sum(_deleted(path, on_event) for path in _old(_made_in(recordings), cutoffs.recordings))
        _tell_elsewhere(list(_old(_made_in(elsewhere), cutoffs.recordings)), on_event)
    if cutoffs.runs is not None:
        runs = _expire_runs(settings, cutoffs.runs, on_event)
        runs += sum(_deleted(path, on_event) for path in _old(sweep_files(settings), cutoffs.runs))
    expired = Expired(visits, unknown, films, runs)
    if expired.text:
        on_event(Notice(expired.text, ""))
    return expired


class DailyRetention:
    """Enforces the times at the first look, and whenever a day has passed since.

    Args:
        settings: gives those in force.
        on_event: see `enforce_retention`.
        recordings, elsewhere: the same.
        now: the same.
    """

    def __init__(
        self,
        settings: Callable[[], Settings],
        on_event: EventSink = ignore,
        *,
        recordings: Sequence[Path] = (),
        elsewhere: Sequence[Path] = (),
        now: Clock = local_now,
    ) -> None:
        self._settings, self._on_event = settings, on_event
        self._recordings, self._elsewhere, self._now = recordings, elsewhere, now
        self._last: tuple[datetime, Settings] | None = None

    def look(self, on_event: EventSink | None = None) -> Expired | None:
        """Enforce if it is time, or the settings have changed; None if not.

        Args:
            on_event: instead of the usual one.
        """
        moment, settings = self._now(), self._settings()
        if self._last is not None and self._last[1] == settings and abs(moment - self._last[0]) < _DAY:
            return None
        self._last = (moment, settings)
        return enforce_retention(
            settings,
            on_event or self._on_event,
            recordings=self._recordings,
            elsewhere=self._elsewhere,
            now=self._now,
        )

    def looking(self, every_s: float = LOOK_EVERY_S) -> contextlib.AbstractContextManager[None]:
        """Look now and then while the block runs, in a thread of its own."""
        return repeating(every_s, self.look, "facecam-retention")


def _expire_runs(settings: Settings, before: datetime, on_event: EventSink) -> int:
    count = 0
    for folder in run_folders(settings):
        records = [folder / name for name in _RUN_RECORDS if (folder / name).is_file()]
        if records and len(list(_old(records, before))) == len(records):
            try:
                delete_run(settings, folder.name)
                count += 1
            except ConfigError as error:
                _log.info("%s stays: %s", folder, error)  # It is being trained, or is none of ours.
            except FacecamError as error:
                on_event(Notice(error.message, error.hint))
    return count


def _tell_elsewhere(films: Sequence[Path], on_event: EventSink) -> None:
    """Whether these were saved before this home was chosen, or by somebody who uses none, nobody can tell."""
    if films:
        folders = ", ".join(map(printable, dict.fromkeys(path.parent for path in films)))
        what = f"{counted(len(films), 'recording')} in {folders}, saved without this home,"
        is_older = "is" if len(films) == 1 else "are"
        on_event(
            Notice(f"{what} {is_older} older than you keep, and not deleted", "Delete what you do not want.")
        )


def _made_in(folders: Iterable[Path]) -> list[Path]:
    return [
        path
        for folder in folders
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if _RECORDING.fullmatch(path.name) and path.is_file() and not path.is_symlink()
    ]


def _old(paths: Iterable[Path], before: datetime) -> Iterator[Path]:
    for path in paths:
        with contextlib.suppress(OSError):
            if path.stat().st_mtime < before.timestamp():
                yield path


def _deleted(path: Path, on_event: EventSink) -> int:
    try:
        path.unlink()
    except OSError as error:
        on_event(
            Notice(f"{path.name} should be gone and cannot be deleted: {reason_of(error)}", "Delete it.")
        )
        return 0
    return 1
