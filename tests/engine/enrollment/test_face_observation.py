"""What a look says: the main face, nods and mouths."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from facecam.core.types import Box, Detection
from facecam.engine.enrollment.face_observation import look_at, main_of, mouth_of, nose_drop
from tests.engine.studio import nobody


def face(left: float, width: float) -> Detection:
    points = np.array([(0.8, 0.3), (0.6, 0.3), (0.2, 0.3), (0.4, 0.3), (0.5, 0.7)]) * width
    return Detection(
        Box(left, 40, left + width, 40 + width), 1.0, (points + np.array((left, 40))).astype(np.float32)
    )


def test_the_nose_drops_by_eye_distances_however_the_head_is_tilted() -> None:
    """Eyes 0.4 widths apart, the nose 0.4 below them: 1; the same after turning the picture."""
    level = face(0, 100)
    assert nose_drop(level) == pytest.approx(1.0)
    angle = np.radians(30)
    turn = np.array([(np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))])
    turned = replace(level, landmarks=(level.landmarks @ turn).astype(np.float32))
    assert nose_drop(turned) == pytest.approx(1.0, abs=1e-5)
    assert nose_drop(replace(level, landmarks=np.zeros((5, 2), np.float32))) == 0


def test_the_tip_of_the_nose_counts_as_if_it_were_its_end() -> None:
    """Eyes 40 px apart, the tip 20 px below them: 0.5, and the tip is usually 0.204 above the end."""
    points = np.array([(30, 30), (70, 30), (50, 50), (35, 70), (65, 70)], np.float32)
    assert nose_drop(Detection(Box(0, 0, 100, 100), 1.0, points, "five")) == pytest.approx(0.704)


def test_people_in_the_background_do_not_count() -> None:
    image = np.zeros((480, 640, 3), np.uint8)
    near, far, beside = face(200, 200), face(20, 60), face(420, 180)
    assert main_of([far, near], image) == (near, 1)
    assert main_of([near, beside], image)[1] == 2
    assert main_of([], image) == (None, 0)


def test_nobody_there_is_a_look_too() -> None:
    look = look_at(nobody(), 3.0, None, 0, np.zeros((1, 1, 3), np.uint8))
    assert look.box is None and look.quality is None and look.frame_px == (120, 90)


def test_mouths_are_compared_by_correlation() -> None:
    chip = np.full((150, 150, 3), 120, np.uint8)
    chip[110:116, 50:100] = 30
    smile = chip.copy()
    smile[100:110, 50:100] = 250
    same, other = mouth_of(chip), mouth_of(smile)
    assert float((same * same).sum()) == pytest.approx(1, abs=1e-4)
    assert float((same * other).sum()) < 0.85
    assert not mouth_of(np.full((150, 150, 3), 9, np.uint8)).any(), "a flat one correlates with nothing"
