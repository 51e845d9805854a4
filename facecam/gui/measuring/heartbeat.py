"""Heartbeat: how long the GUI thread does not answer."""

from __future__ import annotations

import time
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer

INTERVAL_MS = 10


@dataclass(frozen=True, slots=True)
class HeartbeatReport:
    """How long somebody who clicks at a random moment waits, ms.

    Attributes:
        seconds: how long was measured.
        samples: moments looked at.
        median_ms: half wait less.
        p99_ms: one in a hundred waits longer.
        worst_ms: the longest wait.
    """

    seconds: float
    samples: int
    median_ms: float
    p99_ms: float
    worst_ms: float


class Heartbeat(QObject):
    """A timer that ought to tick every 10 ms, and remembers by how much it was late."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._on_tick)
        self._gaps_ms: list[float] = []
        self._last_s = 0.0

    def start(self) -> None:
        """Forget what was measured and begin."""
        self._gaps_ms.clear()
        self._last_s = time.perf_counter()
        self._timer.start()

    def stop(self) -> HeartbeatReport:
        """End, and say what was seen."""
        self._timer.stop()
        return report_of(self._gaps_ms)

    def _on_tick(self) -> None:
        now_s = time.perf_counter()
        self._gaps_ms.append((now_s - self._last_s) * 1000)
        self._last_s = now_s


def report_of(gaps_ms: list[float]) -> HeartbeatReport:
    """What gaps between ticks mean for somebody who clicks every 10 ms.

    A gap of 510 ms is one late tick but fifty late clicks: they wait 500, 490, … 0 ms. Counting ticks
    would hide just the freezes people notice.

    Raises:
        ValueError: nothing was measured.
    """
    if not gaps_ms:
        raise ValueError("expected at least one gap. Received: none")
    waits: list[float] = []
    for gap_ms in gaps_ms:
        late_ms = gap_ms - INTERVAL_MS
        waits.append(max(late_ms, 0.0))
        waits.extend(late_ms - step for step in range(INTERVAL_MS, int(late_ms), INTERVAL_MS))
    waits.sort()
    return HeartbeatReport(
        seconds=sum(gaps_ms) / 1000,
        samples=len(waits),
        median_ms=waits[len(waits) // 2],
        p99_ms=waits[min(int(len(waits) * 0.99), len(waits) - 1)],
        worst_ms=waits[-1],
    )
