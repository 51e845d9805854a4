"""The soak plays a film in the real window, on the real engine."""

from __future__ import annotations

import pytest

from facecam.benchmark import live_memory
from facecam.core.config import Settings
from facecam.gui.measuring.memory import soak_window

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_film_is_played_to_its_end_in_live_and_the_memory_is_reported(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_memory, "_LOOK_EVERY_S", 2.0)
    looks: list[float] = []
    report = soak_window(settings, 0.1, looks.append)
    assert report.frames == 144 and report.film_minutes == pytest.approx(0.1)
    assert looks and looks[0] >= 2
    assert len(report.resident_mb) == len(looks) + 1 and min(report.resident_mb) > 50
