"""Visit log: who is here now, and who was seen when."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from facecam.core.errors import FacecamError
from facecam.core.paths import atomic_write
from facecam.core.types import FrameResult, Identity, ImageArray, Match
from facecam.engine.visits.presence import Presence
from facecam.engine.visits.spreadsheet import csv_bytes

#: The log forgets the oldest beyond this.
MOST_SIGHTINGS = 10_000
_HEADER = ("name", "came", "left", "seconds", "similarity_percent", "source")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One visit of somebody.

    Attributes:
        number: from 1, in order of arrival.
        identity: who; None stands for all unknown faces together.
        came: local time with zone.
        left: the same; None while they are here.
        percent: best similarity of the visit, 0…100; 0 for unknown faces.
        source: what was being watched.
    """

    number: int
    identity: Identity | None
    came: datetime
    left: datetime | None
    percent: float
    source: str


@dataclass(frozen=True, slots=True, eq=False)
class Visitor:
    """Somebody who is here now.

    Attributes:
        identity: who; None stands for all unknown faces together.
        since: local time with zone.
        percent: similarity now, 0…100.
        picture: a clear look at them, uint8 (h, w, 3) RGB, or None yet.
        hidden: whether the face is blurred: what was shown of it before goes, too.
    """

    identity: Identity | None
    since: datetime
    percent: float
    picture: ImageArray | None
    hidden: bool = False


class SightingLog:
    """Keeps the visits of this session, in memory. Every method may be called from any thread.

    Several sources may be watched at once; each is a `run` with visitors of its own.

    Args:
        now: the clock, local time with zone.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now().astimezone()) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._past: deque[Sighting] = deque(maxlen=MOST_SIGHTINGS)
        self._here: dict[tuple[int, str | None], Sighting] = {}
        self._presence: dict[int, Presence] = {}
        self._sources: dict[int, str] = {}
        self._count = 0
        self._keeper: Callable[..., None] | None = None
        self.fault: FacecamError | None = None
        self.version = 0

    def keep(self, keeper: Callable[..., None] | None, before: Sequence[Sighting] = ()) -> None:
        """Hand every visit that is over to `keeper` from now on, those that end together at once; None: to nobody.

        If it raises a `FacecamError`, nothing is handed over any more, and `fault` says why.

        Args:
            keeper: writes visits down, `Sighting`s one after the other.
            before: earlier visits to be shown too; taken while the log is empty only.
        """
        with self._lock:
            self._keeper, self.fault = keeper, None
            if before and not self._past:
                self._past.extend(before)
                self._count = max(self._count, *(one.number for one in before))
                self.version += 1

    def begin(self, source: str, run: int = 0) -> None:
        """Another source is watched in this run from now on; whoever was here in it has left."""
        self.end(run)
        with self._lock:
            self._sources[run] = source

    def end(self, run: int = 0) -> None:
        """Nothing is watched in this run any more, or not for now: whoever was here in it has left."""
        with self._lock:
            self._presence.pop(run, None)
            self._leave([key for key in self._here if key[0] == run])

    def update(self, result: FrameResult, percent: Callable[[Match], float], run: int = 0) -> None:
        """Take the next frame's faces.

        Args:
            result: the frame; undecided faces count for nobody.
            percent: similarity shown for a match (`ModelCard.percent_of`).
            run: in which it was seen.
        """
        with self._lock:
            changes = self._presence.setdefault(run, Presence()).update(result)
            keys = [(run, change.identity.id if change.identity else None) for change in changes]
            self._leave([key for key, one in zip(keys, changes, strict=True) if one.kind == "left"])
            for key, change in zip(keys, changes, strict=True):
                if change.kind == "came":
                    self._come(key, change.identity)
            for face in result.faces:
                if face.match is not None and face.identity is not None:
                    self._note(run, face.identity, percent(face.match))

    def entries(self) -> tuple[Sighting, ...]:
        """All visits, newest first; those of people who are here have no `left`."""
        with self._lock:
            return tuple(sorted([*self._past, *self._here.values()], key=lambda one: -one.number))

    def here(self, run: int = 0) -> tuple[Sighting, ...]:
        """The visits going on in a run, in order of arrival."""
        with self._lock:
            found = (one for (seen_in, _), one in self._here.items() if seen_in == run)
            return tuple(sorted(found, key=lambda one: one.number))

    def forget(self, keep: Callable[[Identity], bool]) -> None:
        """Remove every visit of people for whom `keep` is false: they were deleted."""
        with self._lock:
            kept = [one for one in self._past if one.identity is None or keep(one.identity)]
            gone = [key for key, one in self._here.items() if one.identity and not keep(one.identity)]
            if len(kept) == len(self._past) and not gone:
                return
            self._past = deque(kept, maxlen=MOST_SIGHTINGS)
            for key in gone:
                del self._here[key]
            self.version += 1

    def expire(self, known_before: datetime | None, unknown_before: datetime | None) -> None:
        """Remove visits that ended before, see `SightingFile.expire`; who is here now stays."""
        if known_before is None and unknown_before is None:
            return

        def is_over(one: Sighting) -> bool:
            before = unknown_before if one.identity is None else known_before
            return before is not None and one.left is not None and one.left < before

        with self._lock:
            kept = [one for one in self._past if not is_over(one)]
            if len(kept) < len(self._past):
                self._past = deque(kept, maxlen=MOST_SIGHTINGS)
                self.version += 1

    def clear(self) -> None:
        """Empty the log; who is here now stays here."""
        with self._lock:
            self._past.clear()
            self.version += 1

    def _come(self, key: tuple[int, str | None], identity: Identity | None) -> None:
        self._count += 1
        source = self._sources.get(key[0], "")
        self._here[key] = Sighting(self._count, identity, self._now(), None, 0.0, source)
        self.version += 1

    def _leave(self, keys: Iterable[tuple[int, str | None]]) -> None:
        visits = [visit for key in keys if (visit := self._here.pop(key, None)) is not None]
        if not visits:
            return
        over = [replace(visit, left=self._now()) for visit in visits]
        self._past.extend(over)
        self.version += 1
        try:
            if self._keeper is not None:
                self._keeper(*over)
        except FacecamError as error:
            self._keeper, self.fault = None, error

    def _note(self, run: int, identity: Identity, percent: float) -> None:
        visit = self._here.get((run, identity.id))
        if visit is None:
            return
        if identity != visit.identity:  # renamed meanwhile
            self.version += 1
        self._here[run, identity.id] = replace(visit, identity=identity, percent=max(visit.percent, percent))


def export_log(entries: Iterable[Sighting], path: Path, *, unknown: str = "unknown") -> int:
    """Write visits as CSV for a spreadsheet, oldest first; returns how many.

    Names that a spreadsheet would take for a formula are made harmless.

    Raises:
        DataError: the file cannot be written; one that was there before stays.
    """
    rows = [_row(one, unknown) for one in sorted(entries, key=lambda one: one.number)]
    atomic_write(path, csv_bytes(_HEADER, rows))
    return len(rows)


def _row(one: Sighting, unknown: str) -> Sequence[str]:
    left = one.left
    return (
        one.identity.name if one.identity else unknown,
        one.came.isoformat(sep=" ", timespec="seconds"),
        left.isoformat(sep=" ", timespec="seconds") if left else "",
        f"{(left - one.came).total_seconds():.0f}" if left else "",
        f"{one.percent:.0f}" if one.identity else "",
        one.source,
    )
