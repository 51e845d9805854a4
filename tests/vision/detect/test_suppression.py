"""Non-maximum suppression on boxes worked out by hand."""

from __future__ import annotations

import itertools

import pytest

from facecam.core.types import Box
from facecam.vision.detect.suppression import suppressed

#: A 10×10 box, and others that overlap it by a known amount.
HERE = Box(0, 0, 10, 10)


def kept(*candidates: tuple[Box, float], iou: float = 0.3, covered: float = 1.0) -> list[tuple[Box, float]]:
    return suppressed(candidates, iou=iou, covered=covered)


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


def test_a_small_box_inside_a_better_one_is_covered() -> None:
    """4×4 in 10×10: IoU 0.16 is below 0.3, but all of it lies inside."""
    inside = Box(3, 3, 7, 7)
    assert kept((HERE, 0.9), (inside, 0.8), covered=0.9) == [(HERE, 0.9)]
    assert len(kept((HERE, 0.9), (inside, 0.8), covered=1.0)) == 2


def test_a_large_box_around_a_better_one_is_the_same_face_too() -> None:
    """As in dlib, either box's share counts."""
    inside = Box(3, 3, 7, 7)
    assert kept((HERE, 0.8), (inside, 0.9), covered=0.9) == [(inside, 0.9)]


def test_the_share_covered_by_hand() -> None:
    """4×4 of which 3 columns lie inside: 12/16 = 0.75."""
    partly = Box(7, 3, 11, 7)
    assert len(kept((HERE, 0.9), (partly, 0.8), covered=0.74)) == 1
    assert len(kept((HERE, 0.9), (partly, 0.8), covered=0.75)) == 2


def test_the_order_given_does_not_matter() -> None:
    candidates = [(Box(4.0 * step, 0, 4.0 * step + 10, 10), 0.1 + 0.13 * (step * 3 % 5)) for step in range(5)]
    expected = kept(*candidates)
    assert all(kept(*order) == expected for order in itertools.permutations(candidates))


def test_equal_scores_keep_the_first() -> None:
    assert kept((HERE, 0.5), (Box(1, 0, 11, 10), 0.5)) == [(HERE, 0.5)]


def test_what_was_given_is_not_changed() -> None:
    candidates = [(HERE, 0.1), (Box(1, 0, 11, 10), 0.5)]
    suppressed(candidates, iou=0.3, covered=1.0)
    assert candidates == [(HERE, 0.1), (Box(1, 0, 11, 10), 0.5)]
