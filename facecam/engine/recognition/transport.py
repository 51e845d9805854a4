"""What is asked of a source that plays: pause, step, place, speed; asked in any thread, obeyed in one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from facecam.core.events import CancelToken
from facecam.core.types import FrameResult
from facecam.vision.sources.protocol import SeekableSource

#: Waits are cut into pieces of this length, so that what is asked meanwhile is obeyed at once.
_SLICE_S = 0.05
#: Steps that may wait, so that a key held down does not go on for long once it is let go.
_MOST_STEPS = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Where to go: the frame at `time_s` (media time, s), or the last one before it."""

    time_s: float
    before: bool = False

    def go(self, source: SeekableSource) -> None:
        """Let the next frame read be the one of this place."""
        if self.before:
            source.seek_before(self.time_s)
        else:
            source.seek(self.time_s)


class Transport:
    """The wishes that wait. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._paused = False
        self._steps = 0
        self._place: Place | None = None
        self._wanted: Callable[[FrameResult], bool] | None = None

    @property
    def paused(self) -> bool:
        """Whether time stands still."""
        return self._paused

    @property
    def searching(self) -> bool:
        """Whether frames are passed by as fast as they can be until one is as wanted."""
        return self._wanted is not None

    @property
    def urgent(self) -> bool:
        """Whether something is to be done before the next frame is due."""
        return self._paused or self._place is not None or self._wanted is not None

    @property
    def jumping(self) -> bool:
        """Whether another place is asked for."""
        return self._place is not None or self._steps < 0

    @property
    def stepping(self) -> bool:
        """Whether steps forward are left to be taken."""
        return self._steps > 0

    def pause(self) -> None:
        """Stand still, and give up searching."""
        with self._lock:
            self._paused, self._wanted, self._steps = True, None, 0

    def resume(self) -> None:
        """Go on."""
        with self._lock:
            self._paused, self._steps = False, 0

    def step(self, direction: int) -> None:
        """Stand still, one frame further (1) or back (−1); `_MOST_STEPS` asked for at once are all taken."""
        with self._lock:
            self._paused, self._wanted = True, None
            self._steps = max(-_MOST_STEPS, min(self._steps + direction, _MOST_STEPS))

    def go_to(self, place: Place) -> None:
        """Go to a place; of several asked for at once the last counts. Stands still there if it does here."""
        with self._lock:
            self._place, self._wanted, self._steps = place, None, 0

    def search(self, wanted: Callable[[FrameResult], bool]) -> None:
        """Pass frames by until one is as wanted, and stand still there."""
        with self._lock:
            self._wanted, self._paused, self._steps = wanted, False, 0

    def take_place(self, shown_s: float | None) -> Place | None:
        """The place asked for, once; for a step back it is before the frame shown (media time, s; None: none)."""
        with self._lock:
            place, self._place = self._place, None
            if place is None and self._steps < 0:
                self._steps += 1
                place = None if shown_s is None else Place(shown_s, before=True)
        return place

    def take_step(self) -> bool:
        """Whether a step forward is left to be taken; it counts as taken."""
        with self._lock:
            if self._steps <= 0:
                return False
            self._steps -= 1
            return True

    def passes(self, result: FrameResult) -> bool:
        """Whether this frame is passed by, since another kind is searched for; the one found ends the search."""
        wanted = self._wanted
        if wanted is None:
            return False
        if not wanted(result):
            return True
        with self._lock:
            if self._wanted is wanted:
                self._wanted, self._paused = None, True
        return False

    def give_up(self) -> bool:
        """The end is reached; whether something was still searched for."""
        with self._lock:
            searched, self._wanted = self._wanted is not None, None
            self._paused, self._steps = self._paused or searched, min(self._steps, 0)
        return searched


class Pacer:
    """Holds frames back until their time, so that a file somebody watches plays at its own speed.

    Args:
        cancel: ends a wait at once.
        interrupted: ends one within 0.05 s.
    """

    def __init__(self, cancel: CancelToken, interrupted: Callable[[], bool] = lambda: False) -> None:
        self._cancel, self._interrupted = cancel, interrupted
        self._from: tuple[float, float] | None = None
        self._speed = 1.0

    @property
    def speed(self) -> float:
        """Media seconds a second."""
        return self._speed

    @speed.setter
    def speed(self, value: float) -> None:
        self._speed, self._from = value, None

    def late_s(self, media_s: float) -> float:
        """By how much the frame of `media_s` (s) is late, seconds; negative while it is not due."""
        now_s, origin = time.monotonic(), self._from
        if origin is None:
            self._from = origin = (now_s, media_s)
        return now_s - origin[0] - (media_s - origin[1]) / self._speed

    def wait_for(self, media_s: float) -> bool:
        """Sleep until `media_s` (s), counted from the first frame asked for, is due; False if interrupted."""
        while (left_s := -self.late_s(media_s)) > 0 and not self._cancel.cancelled:
            if self._interrupted():
                return False
            self._cancel.wait(min(left_s, _SLICE_S))
        return True

    def go_on_from_here(self) -> None:
        """What is asked for next is due at once: time stood still for a while."""
        self._from = None
