"""Shapes are checked when a value is made, and boxes calculate rightly."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from facecam.core.types import Box, Detection, Embeddings, Frame, Identity, Match


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_a_frame_refuses_what_is_no_rgb_picture(image: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"expected an RGB image.*Received"):
        Frame(image, 0, 0.0)


def test_a_frame_is_frozen_and_has_no_elementwise_equality() -> None:
    frame = Frame(np.zeros((2, 2, 3), np.uint8), 0, 0.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        frame.index = 1  # type: ignore[misc]
    assert frame == frame and frame != Frame(frame.image, 0, 0.0)
    assert len({frame, frame}) == 1


@pytest.mark.parametrize("edges", [(5, 0, 5, 9), (6, 0, 5, 9), (0, 9, 5, 9), (0, 0, float("nan"), 9)])
def test_a_box_without_area_cannot_be_made(edges: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="left < right"):
        Box(*edges)


def test_box_arithmetic_worked_out_by_hand() -> None:
    box = Box(10, 20, 30, 60)
    assert (box.width, box.height, box.area, box.center) == (20, 40, 800, (20, 40))
    assert box.scaled(0.5) == Box(5, 10, 15, 30)
    assert box.moved(3, -5) == Box(13, 15, 33, 55)
    assert Box(0.4, 0.6, 9.4, 9.6).as_ints() == (0, 1, 9, 10)


def test_iou_worked_out_by_hand() -> None:
    """10×10 and 10×10 shifted by 5 in x: 50 shared of 150 covered."""
    box = Box(0, 0, 10, 10)
    assert box.iou(Box(5, 0, 15, 10)) == pytest.approx(1 / 3)
    assert box.iou(box) == 1.0
    assert box.iou(Box(10, 0, 20, 10)) == 0.0
    assert box.iou(Box(2, 2, 4, 4)) == pytest.approx(0.04)


def test_a_detection_needs_five_points_of_float32() -> None:
    Detection(Box(0, 0, 1, 1), 1.0, np.zeros((5, 2), np.float32))
    wrongs: list[Any] = [np.zeros((68, 2), np.float32), np.zeros((5, 2), np.float64)]
    for wrong in wrongs:
        with pytest.raises(ValueError, match=r"landmarks float32 \(5, 2\)"):
            Detection(Box(0, 0, 1, 1), 1.0, wrong)


def test_embeddings_are_unit_rows_or_nothing() -> None:
    assert len(Embeddings(np.zeros((0, 128), np.float32), "m@1")) == 0
    assert len(Embeddings(np.eye(3, 128, dtype=np.float32), "m@1")) == 3
    with pytest.raises(ValueError, match="norm 1"):
        Embeddings(2 * np.eye(3, 128, dtype=np.float32), "m@1")
    with pytest.raises(ValueError, match="norm 1"):
        Embeddings(np.full((1, 4), np.nan, np.float32), "m@1")
    with pytest.raises(ValueError, match="float32"):
        Embeddings(np.eye(3, 128), "m@1")  # type: ignore[arg-type]


def test_a_match_without_anybody_is_unknown_and_infinitely_far() -> None:
    match = Match(None, float("inf"), 0.2)
    assert match.verdict == "unknown" and match.nearest is None and match.runner_up is None
    assert match.runner_up_squared_l2 == float("inf")
    assert Identity("1", "Ada") == Identity("1", "Ada")


def test_a_box_in_shares_of_its_picture_and_back() -> None:
    box = Box(-10, 20, 60, 80)
    assert box.shares_of(100, 200) == Box(-0.1, 0.1, 0.6, 0.4)
    assert box.shares_of(100, 200).in_picture(50, 100) == box.scaled(0.5)


@pytest.mark.parametrize(
    ("box", "part"),
    [
        (Box(-5, 2, 12.5, 99), Box(0, 2, 12.5, 30)),
        (Box(1, 2, 3, 4), Box(1, 2, 3, 4)),
        (Box(50, -9, 60, -1), Box(39, 0, 40, 1)),
    ],
)
def test_the_part_of_a_box_in_a_picture(box: Box, part: Box) -> None:
    assert box.inside(40, 30) == part
    assert box.ints_inside(np.zeros((30, 40, 3), np.uint8)) == part.as_ints()
