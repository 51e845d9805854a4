"""Places in turned pictures."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.core.types import Box, Detection
from facecam.engine.photos.rotation import Turn


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_place_is_the_same_however_the_picture_was_turned(quarters: int) -> None:
    image = np.zeros((60, 100, 3), np.uint8)
    image[10:22, 30:48] = np.random.default_rng(1).integers(1, 255, (12, 18, 3))
    turned = np.ascontiguousarray(np.rot90(image, -quarters))
    turn = Turn(100, 60, quarters)
    assert np.array_equal(turn.applied(image), turned)
    shares = Box(0.30, 10 / 60, 0.48, 22 / 60)
    there = turn.box(shares)
    left, top, right, bottom = there.as_ints()
    assert turned[top:bottom, left:right].all() and not turned[:, :left].any() and not turned[bottom:].any()
    assert turn.shares(there).iou(shares) > 0.999
    points = np.array([(30, 10), (48, 22)], np.float32)
    assert np.allclose(turn.back(turn.forth(points)), points)
    face = turn.face_back(Detection(there, 0.5, np.tile(turn.forth(points[:1]), (5, 1))))
    assert face.box.iou(Box(30, 10, 48, 22)) > 0.999 and face.score == 0.5
    assert np.allclose(face.landmarks, points[:1])
