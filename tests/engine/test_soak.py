"""The soak helper measures what it says; the long run itself is for `bench`."""

from __future__ import annotations

from typing import Any

import pytest

from facecam.core.config import Settings
from facecam.core.events import CancelToken, Progress
from facecam.engine.demo import Demo
from facecam.engine.soak import LoopedClip, _slope_per_s, resident_mb, soak


def test_a_looped_clip_goes_on_with_its_time(demo: Demo) -> None:
    clip = LoopedClip(demo.clip, 30.0)
    frames = []
    while (frame := clip.read()) is not None:
        frames.append(frame.captured_at)
    assert clip.ended and len(frames) == 720 == int(30 * clip.fps)
    assert frames == sorted(frames) and frames[-1] == pytest.approx(30.0, abs=0.1)
    assert LoopedClip(demo.clip, 30.0).status.state == "playing" and clip.status.state == "ended"


def test_a_short_soak_reports_frames_time_and_memory(settings: Settings, demo: Demo) -> None:
    events: list[Any] = []
    report = soak(settings, demo.clip, 0.2, on_event=events.append)
    assert report.frames == 288 and report.film_minutes == pytest.approx(0.2)
    assert len(report.resident_mb) >= 2 and all(mb > 50 for mb in report.resident_mb)
    assert report.seconds > 0
    assert [event.stage for event in events if isinstance(event, Progress)] == ["soak"] * (
        len(report.resident_mb) - 1
    )


def test_a_soak_can_be_ended_early(settings: Settings, demo: Demo) -> None:
    cancel = CancelToken()
    cancel.cancel()
    assert soak(settings, demo.clip, 60.0, cancel=cancel).frames == 0


def test_the_slope_is_that_of_the_line_after_the_warm_up() -> None:
    """3 MB per look of 10 s after a leap at the beginning."""
    looks = [100.0, 400.0, *(500.0 + 3 * index for index in range(10))]
    assert _slope_per_s(looks[:2]) == 0.0
    assert _slope_per_s(looks) == pytest.approx(0.3, rel=0.3)
    assert resident_mb() > 10
