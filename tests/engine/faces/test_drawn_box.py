"""Faces in boxes that somebody drew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import EnrollmentError
from facecam.core.types import Box, ImageArray
from facecam.engine import components
from facecam.engine.faces.drawn_box import BY_LANDMARKS, UNSURE, BoxSearch, inside
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, rgb


@pytest.fixture
def search(settings: Settings) -> BoxSearch:
    return BoxSearch(settings)


def small_face_in_a_scene(head: ImageArray, width_px: int = 34) -> tuple[ImageArray, Box]:
    """A face too small for the usual search, and the box of it."""
    scene = np.full((420, 640, 3), 120, np.uint8)
    factor = width_px / 120
    small = cv2.resize(head, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    scene[200 : 200 + height, 300 : 300 + width] = small
    margin = 120 * 0.6 * factor
    return rgb(scene), Box(300 + margin, 200 + margin, 300 + margin + width_px, 200 + margin + width_px)


def test_a_face_that_the_search_of_the_picture_misses_is_found_in_its_box(
    search: BoxSearch, settings: Settings, heads: Heads
) -> None:
    scene, truth = small_face_in_a_scene(heads[BARACK])
    scene = rgb(np.pad(scene, ((0, 0), (0, 700), (0, 0)), mode="edge"))  # Too large to be searched enlarged.
    assert not components.open_detector(replace(settings, detector="hog")).detect(scene)
    head_and_hair = Box(truth.left - 5, truth.top - 11, truth.right + 4, truth.bottom + 2)
    face = search.face_in(scene, head_and_hair)
    assert face.how == ""
    assert face.detection.box.iou(truth) > 0.6
    left, right = face.detection.eyes
    assert right[0] - left[0] == pytest.approx(0.42 * truth.width, rel=0.3)


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_face_that_lies_on_its_side_is_found_too(search: BoxSearch, heads: Heads, quarters: int) -> None:
    scene, truth = small_face_in_a_scene(heads[BARACK], 60)
    upright = search.face_in(scene, truth).detection
    turned = np.ascontiguousarray(np.rot90(scene, -quarters))
    corners = np.array([(truth.left, truth.top), (truth.right, truth.bottom)])
    height, width = scene.shape[:2]
    x, y = corners[:, 0], corners[:, 1]
    x, y = {1: (height - y, x), 2: (width - x, height - y), 3: (y, width - x)}[quarters]
    box = Box(x.min(), y.min(), x.max(), y.max())
    face = search.face_in(turned, box)
    assert face.how != UNSURE and face.detection.box.iou(box) > 0.5
    for eye, then in zip(face.detection.eyes, upright.eyes, strict=True):
        x, y = then
        expected = {1: (height - y, x), 2: (width - x, height - y), 3: (y, width - x)}[quarters]
        assert np.abs(eye - expected).max() < 0.15 * truth.width


def test_without_a_detector_the_landmark_model_is_asked(
    search: BoxSearch, heads: Heads, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, truth = small_face_in_a_scene(heads[BARACK], 80)
    found = search.face_in(scene, truth).detection
    monkeypatch.setattr(search, "_detected", lambda image, wanted: None)
    face = search.face_in(scene, truth)
    assert face.how == BY_LANDMARKS and face.detection.score == 0
    assert face.detection.scheme == "dlib"
    for eye, other in zip(face.detection.eyes, found.eyes, strict=True):
        assert np.abs(eye - other).max() < 0.12 * truth.width


def test_where_nothing_fits_the_box_itself_is_taken_and_said_to_be_less_sure(search: BoxSearch) -> None:
    noise = np.random.default_rng(5).integers(0, 255, (300, 400, 3)).astype(np.uint8)
    face = search.face_in(noise, Box(100, 80, 180, 180))
    assert face.how == UNSURE
    assert face.detection.box == Box(100, 100, 180, 180), "the square at the bottom: hair is drawn around too"
    assert (face.detection.landmarks > (100, 100)).all() and (face.detection.landmarks < (180, 180)).all()


def test_of_two_faces_the_one_in_the_box_is_taken(search: BoxSearch, heads: Heads) -> None:
    one, truth = small_face_in_a_scene(heads[BARACK], 60)
    two = one.copy()
    two[:, :270] = one[:, 250:520]
    box = Box(truth.left - 250, truth.top, truth.right - 250, truth.bottom)
    assert search.face_in(rgb(two), box).detection.box.iou(box) > 0.5
    assert search.face_in(rgb(two), truth).detection.box.iou(truth) > 0.5


def test_a_box_across_the_border_is_cut_there(search: BoxSearch, heads: Heads) -> None:
    head = heads[BARACK]
    width = head.shape[1]
    half = rgb(head[:, : width * 6 // 10])
    box = Box(60, 60, 230, 220)
    assert inside(box, half) == Box(60, 60, half.shape[1], 220)
    face = search.face_in(half, box)
    assert 0 < face.detection.box.left < half.shape[1]


@pytest.mark.parametrize(
    ("box", "words"),
    [
        (Box(10, 10, 20, 22), "too small to hold a face: 10 × 12 px, 16 are needed"),
        (Box(500, 10, 600, 100), "lies outside the picture, which is 400 × 300 px"),
        (Box(-100, -100, -10, -10), "lies outside the picture"),
        (Box(350, 250, 600, 500), "lies outside the picture"),
        (Box(float("-inf"), 0, 10, 10), "no place"),
    ],
)
def test_boxes_that_can_hold_no_face(box: Box, words: str) -> None:
    with pytest.raises(EnrollmentError, match=words) as refusal:
        inside(box, np.zeros((300, 400, 3), np.uint8))
    assert refusal.value.hint and "\n" not in refusal.value.message


def test_a_weights_folder_of_ones_own_needs_no_detectors(settings: Settings, tmp_path: Path) -> None:
    own = replace(settings, weights=tmp_path / "w", detector="hog")
    assert [detector.name for detector in BoxSearch(own)._detectors] == ["hog", "centerface"]
