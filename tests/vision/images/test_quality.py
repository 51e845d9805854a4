"""Measures of a face move the right way, on hand-made and on real faces."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from facecam.core.types import Box, Detection, FloatArray, ImageArray
from facecam.engine.demo import Demo
from facecam.runtime.dlib_files import LANDMARKS, find_dlib_file
from facecam.vision.images.align import ChipSpec, extract_chip
from facecam.vision.images.quality import FULL_SHARPNESS, FULL_SIZE_PX, FaceQuality, assess
from facecam.vision.images.read import read_picture
from facecam.vision.landmarks.model import Landmarker

GOOD = FaceQuality(
    size_px=FULL_SIZE_PX,
    sharpness=FULL_SHARPNESS,
    brightness=120.0,
    contrast=50.0,
    yaw=0.0,
    roll_degrees=0.0,
)
#: Eyes from x = 0 to 40 and from 60 to 100, so their centres are at 20 and 80; the nose in the middle.
FRONTAL = np.array([(100, 50), (60, 50), (0, 50), (40, 50), (50, 90)], np.float32)


def detection(landmarks: FloatArray = FRONTAL, width_px: float = 100.0) -> Detection:
    return Detection(Box(0, 0, width_px, 100), 1.0, landmarks)


def chip(value: int = 128, pattern: int = 40) -> ImageArray:
    """A chip with stripes of ±`pattern` about `value`."""
    stripes = value + pattern * (((np.arange(150) // 10) % 2) * 2 - 1)
    return np.repeat(np.tile(stripes.clip(0, 255).astype(np.uint8), (150, 1))[:, :, None], 3, axis=2)


@pytest.fixture(scope="module")
def real_faces(demo: Demo, weights: Path) -> list[tuple[Detection, ImageArray]]:
    landmarker = Landmarker(find_dlib_file(LANDMARKS, weights))
    faces = []
    for portrait in demo.portraits():
        image = read_picture(portrait.path)
        landmarks = landmarker(image, portrait.face)
        faces.append((Detection(portrait.face, 1.0, landmarks), extract_chip(image, landmarks)))
    return faces


# What is measured.


def test_size_is_the_width_of_the_box_in_the_picture() -> None:
    assert assess(detection(width_px=63.5), chip()).size_px == 63.5


def test_brightness_and_contrast_by_hand() -> None:
    """The middle holds columns 30…119: 9 stripes of 10, of which 5 are 128 + 40 and 4 are 128 − 40.

    mean = (5·168 + 4·88)/9 = 132.44; deviation = 80·√(20/81) = 39.75
    """
    quality = assess(detection(), chip())
    assert quality.brightness == pytest.approx(132.44, abs=0.01)
    assert quality.contrast == pytest.approx(39.75, abs=0.01)


def test_a_flat_chip_has_neither_sharpness_nor_contrast() -> None:
    quality = assess(detection(), chip(pattern=0))
    assert (quality.sharpness, quality.contrast, quality.overall) == (0.0, 0.0, 0.0)


def test_only_the_middle_of_the_chip_counts() -> None:
    framed = chip()
    framed[:25] = 255
    framed[:, -25:] = 0
    assert assess(detection(), framed) == assess(detection(), chip())


def test_of_a_wide_chip_the_same_part_of_the_face_counts() -> None:
    """Padding 0.7: the face is 62.5 px wide in the middle, nine tenths of it are columns 46…103."""
    wide, spec = chip(), ChipSpec(padding=0.7)
    framed = wide.copy()
    framed[:46] = framed[-46:] = 255
    framed[:, :46] = framed[:, -46:] = 0
    assert assess(detection(), framed, spec).brightness == assess(detection(), wide, spec).brightness
    framed[46] = 255
    assert assess(detection(), framed, spec).brightness != assess(detection(), wide, spec).brightness


@pytest.mark.parametrize(
    ("nose_x", "yaw"), [(50, 0.0), (80, 1.0), (20, -1.0), (65, 0.5), (35, -0.5), (95, 1.5)]
)
def test_yaw_tells_where_the_nose_is_between_the_eyes(nose_x: float, yaw: float) -> None:
    """Eye centres at 20 and 80: yaw = 2·(nose − 20)/60 − 1."""
    landmarks = FRONTAL.copy()
    landmarks[4, 0] = nose_x
    assert assess(detection(landmarks), chip()).yaw == pytest.approx(yaw)


@pytest.mark.parametrize("degrees", [-170, -90, -30, 0, 15, 90, 179])
def test_roll_is_the_tilt_of_the_eye_line_and_leaves_yaw_alone(degrees: float) -> None:
    """y points down, so a face tilted clockwise in the picture has positive roll."""
    landmarks = FRONTAL.copy()
    landmarks[4, 0] = 65
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    quality = assess(detection((landmarks @ turn).astype(np.float32)), chip())
    assert quality.roll_degrees == pytest.approx(degrees, abs=1e-3)
    assert quality.yaw == pytest.approx(0.5, abs=1e-3)


def test_landmarks_all_in_one_place_are_measured_too() -> None:
    quality = assess(detection(np.full((5, 2), 7, np.float32)), chip())
    assert (quality.yaw, quality.roll_degrees) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("box", "outside"),
    [
        (Box(0, 0, 100, 100), 0.0),
        (Box(-20, 10, 80, 90), 0.2),
        (Box(-50, -50, 50, 50), 0.75),
        (Box(150, 60, 250, 140), 0.625),
        (Box(300, 10, 350, 60), 1.0),
    ],
)
def test_what_is_beyond_the_border_is_a_share_of_the_box(box: Box, outside: float) -> None:
    found = Detection(box, 1.0, FRONTAL)
    assert assess(found, chip(), picture_px=(200, 120)).outside == pytest.approx(outside)
    assert assess(found, chip()).outside == 0.0


@pytest.mark.parametrize("side_px", [16, 112, 150, 400])
def test_chips_of_every_size_are_measured(side_px: int) -> None:
    resized = cv2.resize(chip(), (side_px, side_px), interpolation=cv2.INTER_AREA)
    quality = assess(detection(), np.asarray(resized, np.uint8))
    assert 0.0 <= quality.overall <= 1.0


# One number.


def test_a_good_face_is_a_one() -> None:
    assert GOOD.overall == 1.0


@pytest.mark.parametrize(
    ("changes", "overall"),
    [
        ({"size_px": 50.0}, 0.5),
        ({"size_px": 1000.0}, 1.0),
        ({"sharpness": FULL_SHARPNESS / 4}, 0.5),
        ({"brightness": 30.0}, 0.5),
        ({"brightness": 235.0}, 0.5),
        ({"contrast": 12.5}, 0.5),
        ({"yaw": 0.15}, 1.0),
        ({"yaw": -0.65}, 0.7),
        ({"yaw": 0.65}, 0.7),
        ({"yaw": 5.0}, 0.0),
        ({"roll_degrees": 90.0}, 1.0),
        ({"outside": 0.25}, 0.75),
        ({"brightness": 0.0, "contrast": 0.0, "sharpness": 0.0}, 0.0),
        ({"brightness": 255.0}, 0.0),
        ({"size_px": 50.0, "sharpness": FULL_SHARPNESS / 4}, 0.25),
    ],
)
def test_each_fault_lowers_it_as_stated(changes: dict[str, float], overall: float) -> None:
    """size/100 · √(sharpness/150) · brightness/60 or (255 − b)/40 · contrast/25 · 1 − 0.6·(|yaw| − 0.15)."""
    assert replace(GOOD, **changes).overall == pytest.approx(overall)


# Real faces.


def test_clear_portraits_are_good(real_faces: list[tuple[Detection, ImageArray]]) -> None:
    for found, clear in real_faces:
        quality = assess(found, clear)
        assert quality.overall > 0.5
        assert abs(quality.yaw) < 0.5
        assert abs(quality.roll_degrees) < 20


def test_blur_lowers_sharpness_and_the_whole(real_faces: list[tuple[Detection, ImageArray]]) -> None:
    for found, clear in real_faces:
        series = [clear] + [cv2.GaussianBlur(clear, (0, 0), sigma) for sigma in (1, 2, 4, 8)]
        qualities = [assess(found, np.asarray(blurred, np.uint8)) for blurred in series]
        sharpness = [quality.sharpness for quality in qualities]
        assert sharpness == sorted(sharpness, reverse=True)
        assert sharpness[-1] < FULL_SHARPNESS / 10
        assert qualities[-1].overall < 0.4 * qualities[0].overall


def test_noise_does_not_make_a_blurred_face_sharp(real_faces: list[tuple[Detection, ImageArray]]) -> None:
    noise = np.random.default_rng(2).normal(0, 4, (150, 150, 3))
    for found, clear in real_faces:
        blurred = cv2.GaussianBlur(clear, (0, 0), 8)
        noisy = np.clip(blurred + noise, 0, 255).astype(np.uint8)
        assert assess(found, noisy).sharpness < 0.5 * assess(found, clear).sharpness


def test_darkness_lowers_brightness_and_the_whole(real_faces: list[tuple[Detection, ImageArray]]) -> None:
    for found, clear in real_faces:
        series = [assess(found, (clear * gain).astype(np.uint8)) for gain in (1.0, 0.5, 0.2, 0.05)]
        brightness = [quality.brightness for quality in series]
        assert brightness == sorted(brightness, reverse=True)
        assert series[-1].overall < 0.1 < series[0].overall


def test_overexposure_lowers_the_whole(real_faces: list[tuple[Detection, ImageArray]]) -> None:
    for found, clear in real_faces:
        blown = np.clip(clear.astype(int) * 2 + 150, 0, 255).astype(np.uint8)
        assert assess(found, blown).overall < 0.3 * assess(found, clear).overall


def test_a_mirrored_face_looks_the_other_way_and_is_as_good(
    real_faces: list[tuple[Detection, ImageArray]],
) -> None:
    for found, clear in real_faces:
        landmarks = found.landmarks * (-1, 1) + (1000, 0)
        mirrored = replace(found, landmarks=landmarks[[2, 3, 0, 1, 4]].astype(np.float32))
        straight, turned = assess(found, clear), assess(mirrored, np.ascontiguousarray(clear[:, ::-1]))
        assert turned.yaw == pytest.approx(-straight.yaw, abs=1e-4)
        assert turned.roll_degrees == pytest.approx(-straight.roll_degrees, abs=1e-3)
        assert turned.overall == pytest.approx(straight.overall, rel=0.02)
