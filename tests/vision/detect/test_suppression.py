"""Non-maximum suppression on boxes worked out by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from facecam.core.types import Box, box_rows
from facecam.vision.detect.suppression import kept_rows

#: A 10×10 box, and others that overlap it by a known amount.
HERE = Box(0, 0, 10, 10)


def kept(*candidates: tuple[Box, float], iou: float = 0.3) -> list[tuple[Box, float]]:
    boxes, scores = box_rows([box for box, _ in candidates]), np.array([score for _, score in candidates])
    return [candidates[row] for row in kept_rows(boxes, scores, iou=iou)]


def test_nothing_in_nothing_out() -> None:
    assert kept() == []


def test_faces_apart_are_all_kept_best_first() -> None:
    apart = [(HERE, 0.2), (Box(20, 0, 30, 10), 0.9), (Box(0, 20, 10, 30), 0.5)]
    assert [score for _, score in kept(*apart)] == [0.9, 0.5, 0.2]


def test_of_two_boxes_on_one_face_the_better_stays() -> None:
    """Shifted by 5 px: intersection 50, union 150, IoU 1/3."""
    shifted = Box(5, 0, 15, 10)
    assert kept((HERE, 0.4), (shifted, 0.6)) == [(shifted, 0.6)]


@pytest.mark.parametrize(("iou", "count"), [(0.33, 1), (1 / 3, 2), (0.34, 2)])
def test_the_overlap_has_to_be_larger_than_the_limit(iou: float, count: int) -> None:
    assert len(kept((HERE, 0.6), (Box(5, 0, 15, 10), 0.4), iou=iou)) == count


def test_boxes_that_only_touch_do_not_overlap() -> None:
    assert len(kept((HERE, 0.6), (Box(10, 0, 20, 10), 0.4), (Box(0, 10, 10, 20), 0.3), iou=0.0)) == 3


def test_a_chain_is_thinned_by_what_was_kept_only() -> None:
    """A-B and B-C overlap by 1/3, A-C not at all: B falls to A, so C has nobody above it."""
    a, b, c = (Box(5.0 * step, 0, 5.0 * step + 10, 10) for step in range(3))
    assert kept((a, 0.9), (b, 0.8), (c, 0.7)) == [(a, 0.9), (c, 0.7)]


def test_a_small_box_inside_a_better_one_is_another_face() -> None:
    """4×4 in 10×10: all of it lies inside, and IoU 0.16 is below 0.3."""
    assert len(kept((HERE, 0.9), (Box(3, 3, 7, 7), 0.8))) == 2


def test_the_order_given_does_not_matter() -> None:
    candidates = [(Box(4.0 * step, 0, 4.0 * step + 10, 10), 0.1 + 0.13 * (step * 3 % 5)) for step in range(5)]
    expected = kept(*candidates)
    assert all(kept(*order) == expected for order in itertools.permutations(candidates))


def test_equal_scores_keep_the_first() -> None:
    assert kept((HERE, 0.5), (Box(1, 0, 11, 10), 0.5)) == [(HERE, 0.5)]


def test_what_was_given_is_not_changed() -> None:
    boxes, scores = box_rows([HERE, Box(1, 0, 11, 10)]), np.array([0.1, 0.5])
    before = boxes.copy(), scores.copy()
    kept_rows(boxes, scores, iou=0.3)
    assert (boxes == before[0]).all() and (scores == before[1]).all()
