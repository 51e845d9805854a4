"""Time left of a stage, by its pace."""

from __future__ import annotations

from collections import deque

#: Pace is measured from the middle of the time gone on, and at least over this long, s.
_LEAST_S = 20.0
_STEP_S = 1.0
_LEAST_DONE = 8


class TimeLeft:
    """How long the rest of a stage takes at the pace of the latter half of the time so far.

    What went faster at the beginning, since it was remembered from an earlier run, is forgotten so, and a slower
    minute (other work on the computer) changes little.
    """

    def __init__(self) -> None:
        self._began_s: float | None = None
        self._seen: deque[tuple[float, int]] = deque()

    def take(self, now_s: float, done: int, total: int) -> float | None:
        """Seconds left; None while nobody can tell."""
        if self._began_s is None:
            self._began_s = now_s
        if not self._seen or now_s - self._seen[-1][0] >= _STEP_S:
            self._seen.append((now_s, done))
        since_s = min(self._began_s + (now_s - self._began_s) / 2, now_s - _LEAST_S)
        while len(self._seen) > 1 and self._seen[1][0] <= since_s:
            self._seen.popleft()
        then_s, before = self._seen[0]
        # Photos are ready in bursts: of a lone one in a minute nobody can say that the rest takes days.
        few = min(_LEAST_DONE, total // 50 + 1)
        if not total or done - before < few or now_s - then_s < _LEAST_S / 4:
            return None
        return (total - done) * (now_s - then_s) / (done - before)


def time_words(left_s: float) -> str:
    """Seconds for people: `40 s`, `12 min`, `3 h 20 min`."""
    if left_s < 60:
        return f"{max(1, round(left_s))} s"
    minutes = round(left_s / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
