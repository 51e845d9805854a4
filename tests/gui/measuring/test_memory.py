"""The soak plays a film in the real window, on the real engine."""

from __future__ import annotations

import pytest

from facecam.core.config import Settings
from facecam.gui.measuring.memory import soak_window

pytestmark = pytest.mark.usefixtures("qapp")


def test_a_film_is_played_to_its_end_in_live_and_the_memory_is_reported(settings: Settings) -> None:
    looks: list[float] = []
    report = soak_window(settings, 0.2, looks.append)
    assert report.frames == 288 and report.film_minutes == pytest.approx(0.2)
    assert looks and looks[0] == pytest.approx(10, abs=3)
    assert len(report.resident_mb) == len(looks) + 1 and min(report.resident_mb) > 50
