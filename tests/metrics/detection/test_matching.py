"""Matching, precision, recall and average precision, against values worked out by hand and a plain loop."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.metrics.detection.matching import (
    Boxes,
    Judged,
    average_precision,
    clipped,
    figures,
    judge,
    overlaps,
)

A, B, C = (0.0, 0.0, 10.0, 10.0), (20.0, 0.0, 30.0, 10.0), (50.0, 50.0, 60.0, 60.0)


def boxes(*rows: tuple[float, ...]) -> Boxes:
    return np.array(rows, np.float64).reshape(len(rows), 4)


def judged(
    found: Boxes, scores: list[float], marked: Boxes, ignored: tuple[bool, ...] = (), **options: float
) -> Judged:
    flags = np.array(ignored or (False,) * len(marked), np.bool_)
    return judge(found, np.array(scores, np.float64), marked, flags, **options)


def test_overlaps_by_hand() -> None:
    shares = overlaps(boxes(A, (5, 0, 15, 10), (3, 3, 3, 9)), boxes(A, B))
    assert shares.tolist() == [[1.0, 0.0], [pytest.approx(50 / 150), 0.0], [0.0, 0.0]]
    assert overlaps(boxes(), boxes(A)).shape == (0, 1) and overlaps(boxes(A), boxes()).shape == (1, 0)


def test_clipping_keeps_what_is_inside() -> None:
    assert clipped(boxes((-5, 2, 20, 30), (40, 0, 50, 5)), 30, 20).tolist() == [
        [0, 2, 20, 20],
        [30, 0, 30, 5],
    ]


def test_a_second_box_of_a_face_is_a_false_alarm_and_the_surer_one_the_hit() -> None:
    one = judged(boxes(A, (1, 0, 11, 10), C), [0.5, 0.9, 0.7], boxes(A, B))
    assert one.scores.tolist() == [0.9, 0.7, 0.5] and one.hits.tolist() == [True, False, False]
    assert one.faces.tolist() == [True, False]


def test_too_small_an_overlap_is_neither() -> None:
    half = boxes((0, 0, 10, 5))
    assert judged(half, [1.0], boxes(A)).hits.tolist() == [True], "0.5 is enough"
    one = judged(half, [1.0], boxes(A), iou=0.51)
    assert one.hits.tolist() == [False] and one.faces.tolist() == [False]


def test_ignored_faces_count_neither_found_nor_missed() -> None:
    one = judged(boxes(A, A, C), [0.9, 0.8, 0.7], boxes(A, B), (True, False))
    assert one.scores.tolist() == [0.7] and one.hits.tolist() == [False] and one.faces.tolist() == [False]


def test_small_faces_are_ignored_and_small_boxes_of_nothing_too() -> None:
    found, marked = boxes(A, (70, 70, 74, 74), C), boxes(A, (90, 90, 95, 99))
    one = judged(found, [0.9, 0.8, 0.7], marked, min_px=8)
    assert one.scores.tolist() == [0.9, 0.7] and one.hits.tolist() == [True, False]
    assert one.faces.tolist() == [True]


def test_pictures_without_faces_and_without_boxes() -> None:
    nothing = judged(boxes(), [], boxes())
    alarm = judged(boxes(A), [0.5], boxes())
    assert figures([nothing]).recall is None and figures([nothing]).precision is None
    found = figures([nothing, alarm])
    assert found.false_alarms == 1 and found.precision is not None and found.precision.value == 0
    assert found.average_precision is None and found.pictures == 2
    assert figures([]).pictures == 0


def test_average_precision_by_hand() -> None:
    # Hit, alarm, hit of four faces: precision 1, 1/2, 2/3; made falling 1, 2/3, 2/3.
    hits = np.array([1.0, 0.0, 1.0])
    area = average_precision(np.array([0.9, 0.8, 0.7]), hits, np.ones(3), 4)
    assert area == pytest.approx(0.25 * 1 + 0.25 * 2 / 3)
    # Of equal score they come together: 2 of 3.
    assert average_precision(np.ones(3), hits, np.ones(3), 2) == pytest.approx(2 / 3)
    assert average_precision(np.zeros(0), np.zeros(0), np.zeros(0), 3) == 0


def test_average_precision_like_a_plain_loop() -> None:
    generator = np.random.default_rng(3)
    for _ in range(50):
        count = int(generator.integers(1, 30))
        hits = generator.random(count) < 0.6
        scores = np.sort(generator.random(count))[::-1]
        faces = int(hits.sum()) + int(generator.integers(1, 10))
        points = [(hits[: n + 1].sum() / faces, hits[: n + 1].mean()) for n in range(count)]
        area, before = 0.0, 0.0
        for place, (recall, _) in enumerate(points):
            area += (recall - before) * max(precision for _, precision in points[place:])
            before = recall
        assert average_precision(scores, hits.astype(float), np.ones(count), faces) == pytest.approx(area)


def test_figures_and_their_intervals() -> None:
    good = judged(boxes(A, B), [0.9, 0.8], boxes(A, B))
    poor = judged(boxes(C), [0.7], boxes(A, B))
    found = figures([good, poor] * 20, seed=1)
    assert (found.faces, found.hits, found.false_alarms) == (80, 40, 20)
    assert found.recall is not None and found.precision is not None and found.average_precision is not None
    assert found.recall.value == 0.5 and found.precision.value == pytest.approx(2 / 3)
    assert found.average_precision.value == pytest.approx(0.5)
    for one in (found.recall, found.precision, found.average_precision):
        assert one.method == "bootstrap" and one.low < one.value < one.high
    # Drawn by picture: 40 of 80 faces, but only 40 pictures of two that go together.
    assert found.recall.high - found.recall.low > 0.25
    assert figures([good, poor] * 20, seed=1) == found
    everything = figures([good] * 3)
    assert (
        everything.recall is not None and everything.recall.method == "wilson" and everything.recall.low < 1
    )
