"""Crops with a margin, cut off at the picture's edge."""

from __future__ import annotations

import numpy as np

from facecam.core.types import Box
from facecam.vision.images.crop import crop, crop_box

PICTURE = np.zeros((100, 200, 3), np.uint8)


def test_half_the_margin_goes_to_every_side() -> None:
    assert crop_box(Box(50, 40, 90, 80), PICTURE, 44) == Box(28, 18, 112, 100)


def test_the_edge_of_the_picture_is_the_end() -> None:
    assert crop_box(Box(-5, -5, 190, 95), PICTURE, 44) == Box(0, 0, 200, 100)


def test_the_part_in_the_box_is_resized() -> None:
    picture = PICTURE.copy()
    picture[20:40, 60:100] = 255
    cut = crop(picture, Box(60, 20, 100, 40), 16)
    assert cut.shape == (16, 16, 3) and cut.dtype == np.uint8 and (cut == 255).all()
