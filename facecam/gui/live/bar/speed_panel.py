"""Speed panel: frames per second, latency and stages, calm enough to be read."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication

from facecam.engine.live.view import LiveView
from facecam.gui.core.translation import figure

#: Weight of the newest value in the running mean, and how often the lines change.
_WEIGHT, _INTERVAL_S = 0.15, 0.25
_STAGES = ("detect", "track", "align", "embed", "match")


class SpeedPanel:
    """Running means of what views tell."""

    def __init__(self) -> None:
        self._means: dict[str, float] = {}
        self._lines: tuple[str, ...] = ()
        self._said_at_s = float("-inf")

    def lines(self, view: LiveView) -> tuple[str, ...]:
        """The panel after this view."""
        now_s = time.monotonic()
        latency_ms = view.age_ms + (now_s - view.made_at_s) * 1e3
        for name, value in {**view.timings_ms, "latency": latency_ms}.items():
            before = self._means.get(name, value)
            self._means[name] = before + _WEIGHT * (value - before)
        if now_s - self._said_at_s >= _INTERVAL_S:
            self._said_at_s = now_s
            self._lines = self._told(view)
        return self._lines

    def _told(self, view: LiveView) -> tuple[str, ...]:
        translate = QCoreApplication.translate
        height, width = view.frame.image.shape[:2]
        return (
            translate("SpeedPanel", "{rate} frames/s · {width}×{height}").format(
                rate=figure(view.frames_per_s, 1), width=width, height=height
            ),
            translate("SpeedPanel", "latency {ms} ms").format(ms=f"{self._means['latency']:.0f}"),
            *(f"{stage} {figure(self._means[stage], 1)} ms" for stage in _STAGES if stage in self._means),
        )
