"""The soak measures what it says; the long run itself is `window --soak`."""

from __future__ import annotations

import math

import numpy as np
import pytest

from facecam.benchmark.live_memory import LoopedClip, MemoryLog, _slope_per_s, resident_mb
from facecam.engine.demo import Demo


def test_a_looped_clip_goes_on_with_its_time(demo: Demo) -> None:
    clip = LoopedClip(demo.clip, 30.0)
    frames = []
    while (frame := clip.read()) is not None:
        frames.append(frame.captured_at)
    assert clip.ended and len(frames) == 720 == int(30 * clip.fps)
    assert frames == sorted(frames) and frames[-1] == pytest.approx(30.0, abs=0.1)
    assert LoopedClip(demo.clip, 30.0).status.state == "playing" and clip.status.state == "ended"


def test_memory_is_noted_once_per_ten_seconds_of_film(demo: Demo) -> None:
    film = LoopedClip(demo.clip, 60.0)
    log = MemoryLog(film)
    noted = []
    while film.read() is not None:
        if log.look():
            noted.append(film.seconds)
    assert noted == pytest.approx([10, 20, 30, 40, 50, 60], abs=0.1)
    report = log.report()
    assert report.frames == 1440 and report.film_minutes == pytest.approx(1.0)
    assert len(report.resident_mb) == 7 and all(mb > 50 for mb in report.resident_mb)
    assert report.percent_per_hour == pytest.approx(
        100 * report.mb_per_hour / np.mean(report.resident_mb[1:]), rel=1e-6
    )


def test_the_slope_is_that_of_the_line_after_the_warm_up() -> None:
    """3 MB per look of 10 s after a leap at the beginning."""
    looks = [100.0, 400.0, *(500.0 + 3 * index + index % 2 for index in range(10))]
    assert _slope_per_s(looks[:2]) == (0.0, math.inf)
    slope, error = _slope_per_s(looks)
    assert slope == pytest.approx(0.3, abs=3 * error) and 0 < error < 0.05
    assert resident_mb() > 10
