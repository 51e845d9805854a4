"""Animated pictures: every frame and how long it is shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from facecam.core.home import PROGRAM_FOLDER
from tests.gui.animation import write_animation


def test_frames_and_times_come_back(tmp_path: Path) -> None:
    frames = [
        (np.full((20, 30, 3), level, np.uint8), 100 * (number + 1))
        for number, level in enumerate((0, 90, 200))
    ]
    write_animation(frames, tmp_path / "a.webp")
    with Image.open(tmp_path / "a.webp") as animation:
        found = []
        for number in range(animation.n_frames):
            animation.seek(number)
            animation.load()
            found.append((animation.info["duration"], np.asarray(animation.convert("RGB")).mean()))
        assert animation.size == (30, 20) and animation.info["loop"] == 0
    assert [one for one, _ in found] == [100, 200, 300]
    assert np.allclose([level for _, level in found], [0, 90, 200], atol=3)


def test_the_animation_of_the_readme_is_small() -> None:
    file = PROGRAM_FOLDER / "docs" / "images" / "demo.webp"
    with Image.open(file) as animation:
        assert animation.n_frames > 20
    assert file.stat().st_size <= 1_500_000
