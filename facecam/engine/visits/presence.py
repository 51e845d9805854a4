"""Presence: who is in the picture, and when that changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from facecam.core.types import FrameResult, Identity, Match

#: Seconds somebody must be out of sight before they are said to have left.
ABSENCE_S = 1.0


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody came or left.

    Attributes:
        kind: `came` or `left`.
        identity: who; None stands for all unknown faces together.
        time_s: when, in the time of the frames.
        squared_l2: distance of the match when they came; inf for unknown faces.
        match: the match itself; None when they left.
    """

    kind: Literal["came", "left"]
    identity: Identity | None
    time_s: float
    squared_l2: float = float("inf")
    match: Match | None = field(default=None, compare=False)


@dataclass(slots=True)
class _Visit:
    identity: Identity | None
    since_s: float
    seen_s: float


class Presence:
    """Turns frame results into comings and goings."""

    def __init__(self) -> None:
        self._visits: dict[str | None, _Visit] = {}
        self.seconds_seen: dict[str, float] = {}

    def update(self, result: FrameResult) -> list[Change]:
        """Take the next frame's faces; returns what changed, departures first."""
        now_s = result.frame.captured_at
        seen: dict[str | None, Match] = {}
        for face in result.faces:
            if face.match is not None and face.state in ("known", "unknown"):  # a duplicate is here already
                identity = face.identity
                seen[identity.id if identity else None] = face.match
        changes = [
            Change("left", visit.identity, now_s)
            for key, visit in self._visits.items()
            # 0: the same picture, in which somebody has another name now; below: a film wound back.
            if key not in seen and not 0 < now_s - visit.seen_s <= ABSENCE_S
        ]
        for change in changes:
            del self._visits[change.identity.id if change.identity else None]
        for key, match in seen.items():
            identity = match.identity
            visit = self._visits.get(key)
            if visit is None:
                visit = self._visits[key] = _Visit(identity, now_s, now_s)
                changes.append(Change("came", identity, now_s, match.squared_l2, match))
            if identity is not None:
                gap_s = max(0.0, now_s - visit.seen_s)
                self.seconds_seen[identity.name] = self.seconds_seen.get(identity.name, 0.0) + gap_s
            visit.seen_s = now_s
        return changes

    @property
    def present(self) -> list[tuple[Identity | None, float]]:
        """Who is here and since when (s); None stands for unknown faces."""
        return [(visit.identity, visit.since_s) for visit in self._visits.values()]
