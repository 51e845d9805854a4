"""A recording takes as long as what it shows, whatever the rate of its frames."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from facecam.core.errors import DataError
from facecam.vision.draw.timed_recorder import TimedRecorder
from facecam.vision.sources.video import open_video


def record(path: Path, times_s: Sequence[float], fps: float = 10.0, **options: float) -> TimedRecorder:
    with TimedRecorder(path, fps, **options) as film:  # type: ignore[arg-type]
        for number, at_s in enumerate(times_s):
            film.write(np.full((48, 64, 3), 20 * number % 255, np.uint8), at_s)
    return film


def frames(path: Path) -> int:
    with open_video(path) as source:
        return sum(1 for _ in iter(source.read, None))


def test_variable_rates_keep_their_pace(tmp_path: Path) -> None:
    """Bursts at 20 frames/s, then a picture held for 1.5 s: 2.1 s in all."""
    times_s = [0.0, 0.05, 0.1, 0.15, 0.2, 0.5, 2.0]
    film = record(tmp_path / "a.mp4", times_s)
    assert film.seconds == pytest.approx(2.1) and frames(tmp_path / "a.mp4") == 21


def test_a_film_may_hold_a_picture_for_long_and_a_camera_that_was_lost_leaves_a_gap(tmp_path: Path) -> None:
    assert record(tmp_path / "a.mp4", [0.0, 30.0], longest_gap_s=120.0).seconds == pytest.approx(30.1)
    assert record(tmp_path / "b.mp4", [0.0, 30.0]).seconds == pytest.approx(0.2)
    assert record(tmp_path / "c.mp4", [9.0, 9.1, 1.0, 1.1]).seconds == pytest.approx(0.4), "wound back"


def test_without_frames_there_is_no_file_and_a_file_there_is_kept(tmp_path: Path) -> None:
    assert record(tmp_path / "a.mp4", []).seconds == 0 and not (tmp_path / "a.mp4").exists()
    (tmp_path / "b.mp4").write_bytes(b"precious")
    with pytest.raises(DataError, match="exists already"):
        record(tmp_path / "b.mp4", [0.0], overwrite=False)
    assert (tmp_path / "b.mp4").read_bytes() == b"precious"
