"""Alerts: a chosen person or a stranger has come into sight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from facecam.core.types import FrameResult, Identity
from facecam.engine.recognition.face_blur import names_in

#: Somebody must be in sight for this long before it is told: a single frame may be mistaken.
_STEADY_S = {"known": 0.3, "unknown": 1.0}
#: Out of sight for less than this, they have not been away at all.
_GLANCE_S = 0.7


@dataclass(frozen=True, slots=True)
class AlertRule:
    """Of whom to tell.

    Attributes:
        people: names, separated by semicolons; compared without regard to case.
        strangers: whether faces that are nobody known are told of, all of them as one.
        pause_s: whoever was in sight within this time is not told of again, s.
    """

    people: str = ""
    strangers: bool = False
    pause_s: float = 300.0

    @property
    def names(self) -> frozenset[str]:
        """The names as they are compared."""
        return names_in(self.people)


@dataclass(frozen=True, slots=True)
class Alert:
    """Somebody has come.

    Attributes:
        identity: who; None: somebody unknown.
        when: local time with zone.
        source: what was being watched.
    """

    identity: Identity | None
    when: datetime
    source: str

    def as_json(self) -> dict[str, str | None]:
        """What is sent to an address: no picture, no vector."""
        return {
            "event": "person" if self.identity else "stranger",
            "name": self.identity.name if self.identity else None,
            "time": self.when.isoformat(timespec="seconds"),
            "source": self.source,
        }


@dataclass(slots=True)
class _Sight:
    """Since when and until when somebody was in sight, s of the clock; when they were last told of or seen after."""

    since_s: float
    last_s: float
    quiet_until_s: float = field(default=float("-inf"))


class AlertWatch:
    """Notices who comes. `update` belongs to one thread.

    Args:
        rule: of whom to tell.
        now: the wall clock, local time with zone.
    """

    def __init__(
        self, rule: AlertRule, now: Callable[[], datetime] = lambda: datetime.now().astimezone()
    ) -> None:
        self.rule, self._now = rule, now
        self._names = rule.names
        self._sights: dict[str | None, _Sight] = {}

    @property
    def wants_anything(self) -> bool:
        """Whether there is anybody to tell of."""
        return self.rule.strangers or bool(self._names)

    def update(self, result: FrameResult, at_s: float, source: str) -> list[Alert]:
        """Who has to be told of now.

        Args:
            result: the frame; undecided faces count for nobody.
            at_s: by a clock that only goes forward, s.
            source: what is being watched, in words.
        """
        return [
            Alert(identity, self._now(), source)
            for key, identity in self._watched(result).items()
            if self._is_news(key, at_s)
        ]

    def _watched(self, result: FrameResult) -> dict[str | None, Identity | None]:
        found: dict[str | None, Identity | None] = {}
        for face in result.faces:
            who = face.identity
            if face.state == "known" and who is not None and who.name.casefold() in self._names:
                found[who.id] = who
            elif face.state == "unknown" and self.rule.strangers:
                found[None] = None
        return found

    def _is_news(self, key: str | None, at_s: float) -> bool:
        sight = self._sights.setdefault(key, _Sight(at_s, at_s))
        if at_s - sight.last_s > _GLANCE_S:
            sight.since_s = at_s
        sight.last_s = at_s
        if at_s - sight.since_s < _STEADY_S["known" if key else "unknown"]:
            return False
        news = at_s >= sight.quiet_until_s
        # As long as they are in sight, and for the pause after that, it stays quiet.
        sight.quiet_until_s = at_s + self.rule.pause_s
        return news
