"""Faces keep their numbers while they move, and lose them at a cut."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from facecam.core.types import Box, Detection, ImageArray
from facecam.vision.track import Track, Tracker

WIDTH, HEIGHT = 640, 360


def scene(seed: int = 0, cell_px: int = 16) -> ImageArray:
    """Clouds of two sizes, uint8 (360, 640, 3): something to see wherever one looks."""
    generator = np.random.default_rng(seed)
    size = (WIDTH, HEIGHT)
    layers = [
        cv2.resize(generator.integers(0, 256, (9, 16, 3), np.uint8), size, interpolation=cv2.INTER_CUBIC),
        cv2.resize(
            generator.integers(0, 256, (HEIGHT // cell_px, WIDTH // cell_px, 3), np.uint8),
            size,
            interpolation=cv2.INTER_CUBIC,
        ),
    ]
    return np.asarray(cv2.addWeighted(layers[0], 0.7, layers[1], 0.3, 0), np.uint8)


def seen_through(image: ImageArray, matrix: list[list[float]]) -> ImageArray:
    """`image` moved by a 2×3 matrix, mirrored where it ends."""
    moved = cv2.warpAffine(
        image, np.array(matrix, np.float64), (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT_101
    )
    return np.asarray(moved, np.uint8)


def face(left: float, top: float, size: float = 80) -> Detection:
    """A detection with landmarks at fixed shares of its box."""
    shares = np.array([(0.8, 0.4), (0.6, 0.4), (0.2, 0.4), (0.4, 0.4), (0.5, 0.7)])
    landmarks = (shares * size + (left, top)).astype(np.float32)
    return Detection(Box(left, top, left + size, top + size), 1.0, landmarks)


def ids(tracks: Sequence[Track]) -> list[int]:
    return [track.id for track in tracks]


def corners(track: Track) -> tuple[float, float, float, float]:
    box = track.detection.box
    return box.left, box.top, box.right, box.bottom


# Numbers.


def test_numbers_start_at_one_in_the_order_of_the_detections() -> None:
    tracker = Tracker()
    assert ids(tracker.update(scene(), [face(300, 100), face(100, 100)])) == [1, 2]


def test_a_face_keeps_its_number_while_it_moves() -> None:
    """80 px wide and 25 px further each time: IoU = 55/105 = 0.52."""
    tracker, image = Tracker(), scene()
    numbers = [ids(tracker.update(image, [face(100 + 25 * step, 100)])) for step in range(8)]
    assert numbers == [[1]] * 8


def test_a_face_that_jumps_is_another_one() -> None:
    """80 px wide and 45 px further: IoU = 35/125 = 0.28, below 0.3."""
    tracker, image = Tracker(), scene()
    tracker.update(image, [face(100, 100)])
    assert ids(tracker.update(image, [face(145, 100)])) == [2]


def test_the_order_of_the_detections_does_not_matter() -> None:
    tracker, image = Tracker(), scene()
    tracker.update(image, [face(100, 100), face(400, 100)])
    tracks = tracker.update(image, [face(405, 100), face(95, 100)])
    assert ids(tracks) == [2, 1]
    assert [track.detection.box.left for track in tracks] == [405, 95]


def test_crossing_faces_take_the_larger_overlap_first() -> None:
    """Tracks at 100 and 140. Of two faces now at 110 and 150 each takes the track 10 px away.

    The face at 110 overlaps both: 1 by 70/90 = 0.78, 2 by 50/110 = 0.45.
    Listed first, the face at 150 (2 by 0.78, 1 by 30/130 = 0.23) must not lose it.
    """
    tracker, image = Tracker(), scene()
    tracker.update(image, [face(100, 100), face(140, 100)])
    assert ids(tracker.update(image, [face(150, 100), face(110, 100)])) == [2, 1]


def test_the_best_pair_wins_even_if_the_other_goes_without() -> None:
    """Track 1 at 100; faces at 120 (IoU 60/100 = 0.6) and at 105 (75/85 = 0.88): the nearer one is it."""
    tracker, image = Tracker(), scene()
    tracker.update(image, [face(100, 100)])
    assert ids(tracker.update(image, [face(120, 100), face(105, 100)])) == [2, 1]


def test_two_faces_in_one_place_do_not_share_a_number() -> None:
    tracker, image = Tracker(), scene()
    tracker.update(image, [face(100, 100)])
    assert sorted(ids(tracker.update(image, [face(100, 100), face(101, 100)]))) == [1, 2]


def test_what_is_remembered_about_a_face_stays_with_it() -> None:
    tracker, image = Tracker(), scene()
    first, second = tracker.update(image, [face(100, 100), face(400, 100)])
    first.memory, second.memory = "Ada", "Grace"
    tracks = tracker.update(image, [face(402, 100), face(102, 100)])
    assert [track.memory for track in tracks] == ["Grace", "Ada"]


# Faces that are missed.


@pytest.mark.parametrize("max_missed", [0, 1, 2, 5])
def test_a_face_may_be_missed_so_often_and_no_more(max_missed: int) -> None:
    image = scene()
    for missed, expected in ((max_missed, 1), (max_missed + 1, 2)):
        tracker = Tracker(max_missed)
        tracker.update(image, [face(100, 100)])
        for _ in range(missed):
            assert tracker.update(image, []) == []
        assert ids(tracker.update(image, [face(100, 100)])) == [expected]


def test_finding_a_face_again_forgives_what_was_missed() -> None:
    tracker, image = Tracker(max_missed=1), scene()
    for _ in range(4):
        assert ids(tracker.update(image, [face(100, 100)])) == [1]
        tracker.update(image, [])


def test_only_faces_seen_now_are_visible() -> None:
    tracker, image = Tracker(), scene()
    tracker.update(image, [face(100, 100), face(400, 100)])
    tracker.update(image, [face(400, 100)])
    assert ids(tracker.tracks) == [2]


def test_a_number_is_never_used_again() -> None:
    tracker, image = Tracker(max_missed=0), scene()
    tracker.update(image, [face(100, 100)])
    tracker.update(image, [])
    assert ids(tracker.update(image, [face(100, 100)])) == [2]
    tracker.reset()
    assert ids(tracker.update(image, [face(100, 100)])) == [3]


# Cuts.


def test_a_cut_ends_all_tracks() -> None:
    tracker = Tracker()
    tracker.update(scene(0), [face(100, 100), face(400, 100)])
    assert ids(tracker.update(scene(1), [face(100, 100), face(400, 100)])) == [3, 4]


def test_a_cut_seen_while_following_ends_all_tracks() -> None:
    """The recogniser follows, hears of the cut, and detects in the same picture."""
    tracker = Tracker()
    tracker.update(scene(0), [face(100, 100)])
    assert not tracker.follow(scene(1))
    assert ids(tracker.update(scene(1), [face(100, 100)])) == [2]


def test_after_a_cut_seen_while_following_nobody_is_visible() -> None:
    tracker = Tracker()
    tracker.update(scene(0), [face(100, 100)])
    tracker.follow(scene(1))
    assert list(tracker.tracks) == []


@pytest.mark.parametrize("gain", [0.6, 1.3])
def test_a_change_of_light_is_no_cut(gain: float) -> None:
    tracker, image = Tracker(), scene()
    tracker.update(image, [face(100, 100)])
    lit = np.clip(image * gain, 0, 255).astype(np.uint8)
    assert ids(tracker.update(lit, [face(100, 100)])) == [1]


def test_two_flat_pictures_are_one_scene() -> None:
    tracker = Tracker()
    grey = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    tracker.update(grey, [face(100, 100)])
    assert ids(tracker.update(grey + np.uint8(30), [face(100, 100)])) == [1]


def test_a_black_picture_between_is_a_cut() -> None:
    tracker, image = Tracker(), scene()
    tracker.update(image, [face(100, 100)])
    tracker.update(np.zeros_like(image), [])
    assert ids(tracker.update(image, [face(100, 100)])) == [2]


def test_reset_forgets_everything() -> None:
    tracker, image = Tracker(), scene()
    assert not tracker.is_following
    tracker.update(image, [face(100, 100)])
    assert tracker.is_following
    tracker.reset()
    assert not tracker.is_following
    assert list(tracker.tracks) == []


# Somebody else in the same place.


def test_another_look_in_the_same_place_is_marked() -> None:
    tracker, image = Tracker(), scene()
    other = image.copy()
    other[100:180, 100:180] = scene(5)[100:180, 100:180]
    tracker.update(image, [face(100, 100)])
    track = tracker.update(other, [face(100, 100)])[0]
    assert (track.id, track.changed) == (1, True)
    assert not tracker.update(other, [face(100, 100)])[0].changed


def test_the_same_look_is_not_marked() -> None:
    tracker, image = Tracker(), scene()
    tracker.update(image, [face(100, 100)])
    moved = seen_through(image, [[1, 0, 12], [0, 1, 5]])
    assert not tracker.update(moved, [face(112, 105)])[0].changed


# Following between detections.


@pytest.mark.parametrize("step", [(3, -2), (-7, 4), (12, 0), (0.4, 0.3)])
def test_boxes_move_with_the_picture(step: tuple[float, float]) -> None:
    """Six frames, each moved by `step`: never more than 2 px beside the truth, size kept."""
    tracker, image, start = Tracker(), scene(), face(280, 140)
    tracker.update(image, [start])
    for count in range(1, 7):
        x, y = step[0] * count, step[1] * count
        assert tracker.follow(seen_through(image, [[1, 0, x], [0, 1, y]]))
        expected = (280 + x, 140 + y, 360 + x, 220 + y)
        np.testing.assert_allclose(corners(tracker.tracks[0]), expected, atol=2)
        landmarks = start.landmarks + np.array((x, y))
        np.testing.assert_allclose(tracker.tracks[0].detection.landmarks, landmarks, atol=2)


@pytest.mark.parametrize("zoom", [1.03, 0.97, 1.06])
def test_boxes_grow_and_shrink_with_the_picture(zoom: float) -> None:
    """Zoom about the picture's middle (320, 180): every point goes to 320 + s·(x − 320) and so on."""
    tracker, image, start = Tracker(), scene(), face(240, 120)
    tracker.update(image, [start])
    for count in range(1, 6):
        scale = zoom**count
        matrix = [[scale, 0, 320 * (1 - scale)], [0, scale, 180 * (1 - scale)]]
        assert tracker.follow(seen_through(image, matrix))
        expected = [middle + scale * (place - middle) for place, middle in
                    zip((240, 120, 320, 200), (320, 180, 320, 180), strict=True)]  # fmt: skip
        np.testing.assert_allclose(corners(tracker.tracks[0]), expected, atol=2)
        landmarks = (start.landmarks - (320, 180)) * scale + (320, 180)
        np.testing.assert_allclose(tracker.tracks[0].detection.landmarks, landmarks, atol=2)


def test_each_face_follows_its_own_motion() -> None:
    """The left half stands still, the right half moves by 6 px."""
    tracker, image = Tracker(), scene()
    tracker.update(image, [face(100, 140), face(460, 140)])
    moved = seen_through(image, [[1, 0, 6], [0, 1, 0]])
    moved[:, : WIDTH // 2] = image[:, : WIDTH // 2]
    assert tracker.follow(moved)
    still, shifted = tracker.tracks
    np.testing.assert_allclose(corners(still), (100, 140, 180, 220), atol=1)
    np.testing.assert_allclose(corners(shifted), (466, 140, 546, 220), atol=1)


def test_a_detection_after_following_meets_the_moved_box() -> None:
    """Five steps of 12 px: the detection overlaps the followed box, not the place of the start."""
    tracker, image = Tracker(), scene()
    tracker.update(image, [face(200, 140)])
    for count in range(1, 6):
        moved = seen_through(image, [[1, 0, 12 * count], [0, 1, 0]])
        assert tracker.follow(moved)
    assert ids(tracker.update(moved, [face(262, 141)])) == [1]


def test_a_face_that_is_covered_is_lost() -> None:
    tracker, image = Tracker(), scene()
    tracker.update(image, [face(280, 140)])
    covered = image.copy()
    covered[130:230, 270:370] = np.random.default_rng(9).integers(0, 256, (100, 100, 3), np.uint8)
    assert not tracker.follow(covered)


def test_a_face_that_leaves_the_picture_is_lost() -> None:
    """Its place is given up before the box is wholly outside."""
    tracker, image = Tracker(), scene()
    tracker.update(image, [face(20, 140)])
    followed = [
        tracker.follow(seen_through(image, [[1, 0, -12 * count], [0, 1, 0]])) for count in range(1, 9)
    ]
    assert not all(followed)


def test_without_faces_there_is_nothing_to_lose() -> None:
    tracker, image = Tracker(), scene()
    tracker.update(image, [])
    assert tracker.follow(image)
    assert not tracker.follow(scene(1)), "a cut may bring faces"


def test_a_first_picture_can_be_followed_too() -> None:
    tracker = Tracker()
    assert tracker.follow(scene())
    assert tracker.is_following


@pytest.mark.parametrize("size", [(320, 180), (640, 350), (1280, 720)])
def test_a_picture_of_another_size_asks_for_a_detection(size: tuple[int, int]) -> None:
    """A camera that was plugged in again may come back with another resolution."""
    tracker, image = Tracker(), scene()
    tracker.update(image, [face(100, 100)])
    resized = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    assert not tracker.follow(resized)
    tracker.update(resized, [face(100, 100)])


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (2, 3), (20, 20)])
def test_tiny_pictures_raise_nothing(size: tuple[int, int]) -> None:
    image = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    tracker = Tracker()
    tracker.update(image, [face(0, 0)])
    tracker.follow(image)
    assert ids(tracker.update(image, [face(0, 0)])) == [1]


@pytest.mark.parametrize(
    "found", [face(-300, -300), face(9e4, 50), face(-500, -400, 2_000), face(9, 9, 0.01)]
)
def test_boxes_beyond_the_picture_raise_nothing(found: Detection) -> None:
    tracker, image = Tracker(), scene()
    tracker.update(image, [found])
    tracker.follow(image)
    assert ids(tracker.update(image, [found])) == [1]


def test_a_face_the_flow_loses_is_followed_where_it_is_found_again() -> None:
    """Covered by something else and found 30 px further: the same number, and it is said to look unlike before."""
    tracker, image = Tracker(), scene()
    (track,) = tracker.update(image, [face(100, 100)])
    asked: list[int] = []

    def find_again(picture: ImageArray, known: Sequence[Detection]) -> list[Detection | None]:
        asked.append(len(known))
        return [face(130, 100) for _ in known]

    covered = image.copy()
    covered[90:190, 90:220] = scene(5)[90:190, 90:220]
    assert tracker.follow(covered, find_again)
    assert asked == [1] and corners(track) == (130, 100, 210, 180) and track.changed
    assert tracker.follow(covered, find_again) and asked == [1], "now the flow has it"
    assert not track.changed


def test_a_face_not_found_again_or_found_on_another_one_asks_for_a_detection() -> None:
    for answer in (None, face(310, 100)):
        tracker, image = Tracker(), scene()
        tracker.update(image, [face(100, 100), face(300, 100)])
        covered = image.copy()
        covered[90:190, 90:190] = scene(5)[90:190, 90:190]
        assert not tracker.follow(covered, lambda picture, known, answer=answer: [answer] * len(known))


def test_after_looking_in_vain_the_flow_must_hold_once_before_it_is_tried_again() -> None:
    tracker, image = Tracker(), scene()
    tracker.update(image, [face(100, 100)])
    looks: list[int] = []

    def nowhere(picture: ImageArray, known: Sequence[Detection]) -> list[Detection | None]:
        looks.append(len(known))
        return [None] * len(known)

    covered = image.copy()
    covered[90:190, 90:190] = scene(5)[90:190, 90:190]
    for seen in (covered, image, covered):
        assert not tracker.follow(seen, nowhere)
        tracker.update(seen, [face(100, 100)])
    assert looks == [1]
    assert tracker.follow(covered, nowhere) and not tracker.follow(image, nowhere) and looks == [1, 1]
