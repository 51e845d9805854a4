"""Face chips: dlib's own inside the picture, mirrored beyond it, and ArcFace's frame."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import dlib
import numpy as np
import pytest

from facecam.core.types import FloatArray, ImageArray
from facecam.engine.demo import Demo
from facecam.runtime.dlib_files import LANDMARKS, find_dlib_file
from facecam.vision.images.align import DLIB_CHIP, ChipSpec, extract_chip
from facecam.vision.images.read import read_picture

#: ArcFace's five points begin with the eyes' centres. (Deng et al., 2019, 112 px)
ARCFACE_EYES = ((38.2946, 51.6963), (73.5318, 51.5014))
BRIGHTEST, DARKEST = 255, 40


def texture(width: int = 600, height: int = 400, seed: int = 3) -> ImageArray:
    """Coloured clouds without any black: uint8 (height, width, 3), 40…255."""
    cells = np.random.default_rng(seed).integers(0, 256, (height // 20 + 2, width // 20 + 2, 3), np.uint8)
    clouds = cv2.resize(cells, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(clouds, DARKEST, BRIGHTEST).astype(np.uint8)


def face(x: float, y: float, size_px: float, degrees: float = 0.0) -> FloatArray:
    """Landmarks whose unit square of `size_px` is centred at (x, y) and turned, clockwise positive."""
    unit = ChipSpec(side_px=1000, padding=0.0).reference_points() / 1000 - 0.5
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turned = unit * size_px @ np.array([[cosine, sine], [-sine, cosine]])
    return np.asarray(turned + np.array((x, y)), np.float32)


def dlib_chip(image: ImageArray, landmarks: FloatArray, spec: ChipSpec = DLIB_CHIP) -> ImageArray:
    """What dlib cuts out; it takes landmarks in whole pixels only."""
    points = [dlib.point(int(x), int(y)) for x, y in landmarks]
    shape = dlib.full_object_detection(dlib.rectangle(0, 0, 9, 9), points)
    return np.asarray(dlib.get_face_chip(image, shape, spec.side_px, spec.padding))


def blob_at(points: list[tuple[float, float]], width: int = 600, height: int = 400) -> ImageArray:
    """Black with a soft white spot centred on each point, to a fraction of a pixel."""
    y, x = np.mgrid[:height, :width]
    spots = [np.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * 3.0**2)) for px, py in points]
    return np.repeat((255 * np.sum(spots, axis=0)).clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def center_of(chip: ImageArray) -> tuple[float, float]:
    """(x, y) of the middle of what is bright."""
    grey = chip[:, :, 0].astype(np.float64)
    y, x = np.mgrid[: chip.shape[0], : chip.shape[1]]
    return float((grey * x).sum() / grey.sum()), float((grey * y).sum() / grey.sum())


# Inside the picture: dlib.

INSIDE = [
    (300, 200, 100, 0),
    (300, 200, 60, 30),
    (120, 110, 70, -25),
    (400, 220, 130, 10),
    (300, 200, 150, 0),
]


@pytest.mark.parametrize(("x", "y", "size_px", "degrees"), INSIDE)
def test_inside_the_picture_it_is_dlibs_chip_byte_for_byte(
    x: float, y: float, size_px: float, degrees: float
) -> None:
    image, landmarks = texture(), np.round(face(x, y, size_px, degrees))
    np.testing.assert_array_equal(extract_chip(image, landmarks), dlib_chip(image, landmarks))


@pytest.mark.parametrize("spec", [ChipSpec(96), ChipSpec(150, padding=0.0), ChipSpec(224, padding=0.4)])
def test_other_sizes_and_paddings_are_dlibs_too(spec: ChipSpec) -> None:
    image, landmarks = texture(), np.round(face(290, 190, 90, 12))
    chip = extract_chip(image, landmarks, spec)
    assert chip.shape == (spec.side_px, spec.side_px, 3)
    np.testing.assert_array_equal(chip, dlib_chip(image, landmarks, spec))


def test_real_faces_come_out_as_dlib_cuts_them(demo: Demo, weights: Path) -> None:
    """Faces of 88 to 310 px, so that dlib's shrinking takes part."""
    predict = dlib.shape_predictor(str(find_dlib_file(LANDMARKS, weights)))
    for portrait in demo.portraits():
        image = read_picture(portrait.path)
        left, top, right, bottom = portrait.face.as_ints()
        shape = predict(image, dlib.rectangle(left, top, right - 1, bottom - 1))
        landmarks = np.array([(point.x, point.y) for point in shape.parts()], np.float32)
        expected = dlib.get_face_chip(image, shape, 150, 0.25)
        np.testing.assert_array_equal(extract_chip(image, landmarks), expected)


def test_a_view_of_another_picture_is_as_good_as_a_copy() -> None:
    image, landmarks = texture(), face(300, 200, 100)
    mirrored = image[:, ::-1]
    np.testing.assert_array_equal(
        extract_chip(mirrored, landmarks), extract_chip(np.ascontiguousarray(mirrored), landmarks)
    )


def test_nothing_given_is_changed() -> None:
    image, landmarks = texture(), face(10, 10, 100)
    before = image.copy(), landmarks.copy()
    extract_chip(image, landmarks)
    np.testing.assert_array_equal(image, before[0])
    np.testing.assert_array_equal(landmarks, before[1])


# Where things go in the chip.


@pytest.mark.parametrize("spec", [DLIB_CHIP, ChipSpec(112, "arcface"), ChipSpec(96, padding=0.5)])
@pytest.mark.parametrize("degrees", [0, 20, -45, 180])
def test_every_landmark_comes_to_its_reference_point(spec: ChipSpec, degrees: float) -> None:
    landmarks = face(300, 200, 120, degrees)
    for place, wanted in zip(landmarks, spec.reference_points(), strict=True):
        chip = extract_chip(blob_at([tuple(place)]), landmarks, spec)
        np.testing.assert_allclose(center_of(chip), wanted, atol=1.0)


@pytest.mark.parametrize("side_px", [112, 224])
def test_arcfaces_eyes_are_where_arcface_wants_them(side_px: int) -> None:
    """Landmarks 0 and 1 are the corners of the right eye of the picture, 2 and 3 of the left one."""
    landmarks = face(310, 190, 130, 8)
    eyes = [landmarks[2:4].mean(axis=0), landmarks[:2].mean(axis=0)]
    for eye, wanted in zip(eyes, ARCFACE_EYES, strict=True):
        chip = extract_chip(blob_at([tuple(eye)]), landmarks, ChipSpec(side_px, "arcface"))
        np.testing.assert_allclose(np.multiply(center_of(chip), 112 / side_px), wanted, atol=0.6)


def test_arcfaces_reference_points_put_the_nose_between_and_below_the_eyes() -> None:
    """ArcFace's nose tip is at (56.0, 71.7); dlib's fifth point lies a little below it."""
    points = ChipSpec(112, "arcface").reference_points()
    np.testing.assert_allclose(points[2:4].mean(axis=0), ARCFACE_EYES[0], atol=0.15)
    np.testing.assert_allclose(points[:2].mean(axis=0), ARCFACE_EYES[1], atol=0.15)
    assert abs(points[4, 0] - 56.0) < 1.5
    assert 70 < points[4, 1] < 84


def test_dlibs_reference_points_keep_the_padding_free() -> None:
    """A quarter of the face on each side: of 150 px, 25 px; so the points lie within 25…125."""
    box = DLIB_CHIP.face_box()
    assert box.as_ints() == (25, 25, 125, 125)
    points = DLIB_CHIP.reference_points()
    assert points.min() > box.left
    assert points.max() < box.right


def test_up_is_up_whatever_the_tilt() -> None:
    """The same cloud picture turned about the face gives about the same chip."""
    image, upright = texture(), extract_chip(texture(), face(300, 200, 120))
    for degrees in (30, -60, 90, 180):
        matrix = cv2.getRotationMatrix2D((300, 200), -degrees, 1.0)
        turned = cv2.warpAffine(image, matrix, (600, 400), borderMode=cv2.BORDER_REFLECT_101)
        chip = extract_chip(np.asarray(turned, np.uint8), face(300, 200, 120, degrees))
        assert np.abs(chip.astype(int) - upright).mean() < 6


# Beyond the picture: its mirror image.

BEYOND = [(0, 200, 80, 0), (599, 0, 80, 0), (300, 399, 90, 20), (-20, -30, 70, 0), (590, 410, 100, -40)]


@pytest.mark.parametrize(("x", "y", "size_px", "degrees"), BEYOND)
def test_beyond_the_edge_the_picture_goes_on_as_its_mirror_image(
    x: float, y: float, size_px: float, degrees: float
) -> None:
    """The same as dlib's chip of the picture with a wide mirrored frame around it."""
    image, landmarks = texture(), np.round(face(x, y, size_px, degrees))
    frame_px = 300
    framed = cv2.copyMakeBorder(
        image, frame_px, frame_px, frame_px, frame_px, borderType=cv2.BORDER_REFLECT_101
    )
    expected = dlib_chip(np.asarray(framed, np.uint8), landmarks + frame_px)
    np.testing.assert_array_equal(extract_chip(image, landmarks), expected)


@pytest.mark.parametrize("size_px", [60, 120, 200, 300, 420, 700])
@pytest.mark.parametrize("degrees", [0, 33])
def test_no_chip_has_black_that_the_picture_has_not(size_px: float, degrees: float) -> None:
    """The picture's darkest value is 40: faces at, over and near the edges, also larger than a chip."""
    image = texture()
    for x, y in ((300, 200), (0, 0), (599, 399), (150, 390), (-60, 200)):
        chip = extract_chip(image, face(x, y, size_px, degrees))
        assert chip.min() >= DARKEST, f"black in the chip of the face at ({x}, {y})"


def test_a_large_face_over_the_edge_shows_what_a_small_one_shows() -> None:
    """One picture at two sizes: the chips differ by resampling only."""
    small = texture()
    large = np.asarray(cv2.resize(small, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC), np.uint8)
    near, far = extract_chip(small, face(20, 380, 120)), extract_chip(large, face(60, 1140, 360))
    assert np.abs(near.astype(int) - far).mean() < 6


def test_dlib_itself_would_be_black_there() -> None:
    """What the mirrored border is for."""
    chip = dlib_chip(texture(), np.round(face(0, 0, 80)))
    assert (chip == 0).all(axis=2).mean() > 0.5


# Hardly a picture at all.


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (2, 2), (3, 5)])
@pytest.mark.parametrize("face_px", [1.5, 4.0])
def test_tiny_pictures_give_chips_of_their_colors(size: tuple[int, int], face_px: float) -> None:
    image = np.full((*size, 3), (200, 120, 60), np.uint8)
    chip = extract_chip(image, face(size[1] / 2, size[0] / 2, face_px * min(size)))
    assert chip.shape == (150, 150, 3)
    assert chip.dtype == np.uint8
    assert (chip == (200, 120, 60)).all()


@pytest.mark.parametrize("spec", [DLIB_CHIP, ChipSpec(112, "arcface")])
@pytest.mark.parametrize("distance_px", [1e3, -1e4, 1e6, 1e9])
def test_landmarks_far_outside_still_give_a_chip(spec: ChipSpec, distance_px: float) -> None:
    chip = extract_chip(texture(90, 60), face(distance_px, distance_px, 100), spec)
    assert chip.shape == (spec.side_px, spec.side_px, 3)
    assert chip.dtype == np.uint8


def test_a_face_far_outside_is_filled_with_mirror_images() -> None:
    chip = extract_chip(texture(90, 60), face(5_000, -7_000, 80))
    assert chip.min() >= DARKEST


def test_a_face_much_larger_than_the_picture_needs_no_endless_memory() -> None:
    chip = extract_chip(texture(90, 60), face(45, 30, 1e6))
    assert chip.shape == (150, 150, 3)


def test_landmarks_all_in_one_place_still_give_a_chip() -> None:
    chip = extract_chip(texture(), np.full((5, 2), 100, np.float32))
    assert chip.shape == (150, 150, 3)
    assert chip.dtype == np.uint8
