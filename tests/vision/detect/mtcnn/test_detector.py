"""The MTCNN detector: its arithmetic by hand, its answers against the package `mtcnn`."""

from __future__ import annotations

import importlib.util
import logging
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from facecam.core.types import Box, FloatArray, ImageArray
from facecam.engine.places import DEMO_FOLDER
from facecam.networks.ir.mtcnn import export_mtcnn
from facecam.networks.mtcnn_file import read_mtcnn_weights
from facecam.runtime.compiled import CompiledNetwork
from facecam.vision.detect.face_square import dlib_like_box
from facecam.vision.detect.mtcnn import detector as mtcnn_detector
from facecam.vision.detect.mtcnn.boxes import (
    corrected_boxes,
    has_area,
    indices_without_overlap,
    points_in_picture,
    proposed_boxes,
    squares,
)
from facecam.vision.detect.mtcnn.detector import MtcnnDetector, MtcnnFace
from facecam.vision.detect.mtcnn.patches import cut_patches, normalized, resized
from facecam.vision.detect.protocol import DetectorOptions
from facecam.vision.images.read import read_picture

_log = logging.getLogger(__name__)

# Boxes.


def test_a_proposal_is_its_window_moved_by_the_corrections() -> None:
    """Cell (row 2, column 3): window from 2·3+1, 2·2+1 to 2·3+12, 2·2+12, so 11 px wide."""
    corrections = np.zeros((4, 5, 4), np.float32)
    corrections[2, 3] = 0.1, 0.2, -0.1, 0
    probabilities = np.full((4, 5), 0.6, np.float32)
    probabilities[2, 3] = 0.9
    boxes = proposed_boxes(corrections, probabilities, 0.6)
    np.testing.assert_allclose(boxes, [[7 + 1.1, 5 + 2.2, 18 - 1.1, 16, 0.9]], atol=1e-5)


def boxes_at(*lefts: float, side: float = 10) -> np.ndarray:
    return np.array([[left, 0, left + side, side, 0.9] for left in lefts])


def test_a_box_falls_for_any_better_one_even_a_fallen_one() -> None:
    """Shifts of 3 px share 7/13 of both areas, of 6 px only 4/16; the usual rule would keep the third box."""
    assert indices_without_overlap(boxes_at(0, 3, 6), 0.5, "union").tolist() == [0]
    assert indices_without_overlap(boxes_at(0, 6, 3), 0.5, "union").tolist() == [0, 1]
    assert indices_without_overlap(boxes_at(0, 3, 6), 0.55, "union").tolist() == [0, 1, 2]


def test_a_small_box_inside_a_large_one_falls_only_by_share_of_the_smaller() -> None:
    nested = np.array([[0, 0, 10, 10, 0.9], [2, 2, 6, 6, 0.8]])
    assert indices_without_overlap(nested, 0.7, "union").tolist() == [0, 1]
    assert indices_without_overlap(nested, 0.7, "smaller").tolist() == [0]


def test_suppression_is_the_same_at_once_in_slices_and_by_its_definition(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    generator = np.random.default_rng(4)
    corners = generator.uniform(0, 60, (300, 2))
    boxes = np.column_stack([corners, corners + generator.uniform(5, 30, (300, 2)), np.arange(300)[::-1]])
    at_once = indices_without_overlap(boxes, 0.5, "union")
    as_boxes = [Box(*row[:4]) for row in boxes.tolist()]
    falls = [any(as_boxes[j].iou(as_boxes[i]) > 0.5 for j in range(i)) for i in range(300)]
    assert at_once.tolist() == [i for i in range(300) if not falls[i]]
    assert 10 < len(at_once) < 290
    monkeypatch.setattr("facecam.vision.detect.mtcnn.boxes._PAIRS_AT_ONCE", 2000)
    np.testing.assert_array_equal(indices_without_overlap(boxes, 0.5, "union"), at_once)


def test_no_boxes_pass_through_everything() -> None:
    none = np.empty((0, 5))
    assert indices_without_overlap(none, 0.5, "union").tolist() == []
    assert squares(none).shape == (0, 5)
    assert corrected_boxes(none, np.empty((0, 4), np.float32)).shape == (0, 5)


def test_squares_keep_the_center_and_the_longer_side() -> None:
    np.testing.assert_allclose(squares(np.array([[10, 20, 20, 50, 0.5]])), [[0, 20, 30, 50, 0.5]])


def test_corrections_and_points_count_in_inclusive_widths() -> None:
    """From 10 to 19 there are 10 pixels, both ends included; points start a pixel earlier."""
    box = np.array([[10, 20, 19, 39, 0.5]])
    np.testing.assert_allclose(
        corrected_boxes(box, np.array([[0.1, -0.1, 0.2, 0]], np.float32)), [[11, 18, 21, 39, 0.5]], atol=1e-5
    )
    shares = np.array([[0, 0.5, 1, 0, 0, 0, 0.5, 1, 0, 0]], np.float32)
    points = points_in_picture(box, shares)
    assert points.dtype == np.float32
    np.testing.assert_allclose(points[0], [[9, 19], [14, 29], [19, 39], [9, 19], [9, 19]], atol=1e-5)


def test_a_box_turned_inside_out_has_no_area() -> None:
    assert has_area(np.array([[0, 0, 1, 1, 1], [1, 0, 0, 1, 1], [0, 1, 1, 1, 1]])).tolist() == [
        True,
        False,
        False,
    ]


# Patches.


def ramp(height: int, width: int) -> FloatArray:
    """Red grows by 1 a column, green by 1 a row."""
    rows, columns = np.indices((height, width))
    return np.stack([columns, rows, np.full_like(rows, 100)], axis=2).astype(np.float32)


def test_the_samples_lie_on_a_grid_from_edge_to_edge_of_the_shrunken_box() -> None:
    """Box 8…32 in a picture of 80 columns: samples at (8, 16, 24, 32) · 79/80, and red is the column."""
    box = np.array([[8, 10, 32, 34, 0]])
    patch = cut_patches(ramp(50, 80), box, 4)[0]
    np.testing.assert_allclose(patch[0, :, 0], (np.array([8, 16, 24, 32]) * 79 / 80 - 127.5) / 128, atol=1e-4)
    np.testing.assert_allclose(
        patch[:, 0, 1], (np.array([10, 18, 26, 34]) * 49 / 50 - 127.5) / 128, atol=1e-4
    )
    np.testing.assert_allclose(patch[..., 2], (100 - 127.5) / 128, atol=1e-6)


def test_beyond_the_picture_is_mid_gray_and_boxes_do_not_disturb_each_other() -> None:
    picture = np.full((20, 20, 3), 255, np.float32)
    half_outside, outside, inside = [-10, 5, 9.9, 15, 0], [100, 100, 110, 110, 0], [2, 2, 12, 12, 0]
    patches = cut_patches(picture, np.array([half_outside, outside, inside]), 6)
    white = (255 - 127.5) / 128
    assert patches[0, 0].tolist() == [[0] * 3] * 3 + [[white] * 3] * 3
    assert not patches[1].any()
    assert (patches[2] == np.float32(white)).all()
    np.testing.assert_array_equal(cut_patches(picture, np.array([inside]), 6)[0], patches[2])


def test_pictures_wider_than_opencv_samples_are_cut() -> None:
    wide = np.zeros((4, 40_000, 3), np.float32)
    wide[:, 39_990:] = 255
    patch = cut_patches(wide, np.array([[39_992, 0, 39_998, 3, 0]]), 4)
    assert (patch == np.float32((255 - 127.5) / 128)).all()


def test_made_smaller_every_pixel_is_the_mean_of_its_area() -> None:
    """Three columns to two: each takes one column and half of the middle one."""
    picture = np.repeat(np.array([[[0.0], [60.0], [240.0]]], np.float32), 3, axis=2)
    np.testing.assert_allclose(resized(picture, 2, 1)[0, :, 0], [20, 180], atol=1e-4)
    assert normalized(np.array([0, 127.5, 255], np.float32)).tolist() == [-0.99609375, 0, 0.99609375]


# The cascade, with networks whose answers are known.

MIDDLES = np.array([0.25, 0.75, 0.5, 0.3, 0.7, 0.3, 0.3, 0.5, 0.7, 0.7], np.float32)


WHITE = np.full((12, 12, 3), 255, np.uint8)


class Bright:
    """Networks that take what is bright for a face, and remember what they were shown."""

    def __init__(self) -> None:
        self.seen: dict[str, list[tuple[int, ...]]] = {"pnet": [], "rnet": [], "onet": []}

    def pnet(self, pictures: FloatArray) -> list[FloatArray]:
        """Probability: how bright the middle of each window is."""
        self.seen["pnet"].append(pictures.shape)
        height, width = ((size - 1) // 2 - 4 for size in pictures.shape[1:3])
        middles = pictures[:, 5:, 5:, :1][:, : 2 * height : 2, : 2 * width : 2]
        return [np.zeros((1, height, width, 4), np.float32), np.concatenate([1 - middles, middles], axis=3)]

    def rnet(self, patches: FloatArray) -> list[FloatArray]:
        """Probability: how much of the patch is bright."""
        self.seen["rnet"].append(patches.shape)
        bright = patches.mean(axis=(1, 2, 3))
        return [np.zeros((len(patches), 4), np.float32), np.stack([1 - bright, bright], axis=1)]

    def onet(self, patches: FloatArray) -> list[FloatArray]:
        corrections, probabilities = self.rnet(patches)
        self.seen["onet"].append(self.seen["rnet"].pop())
        return [corrections, np.tile(MIDDLES, (len(patches), 1)), probabilities]

    @property
    def all(self) -> tuple[Callable[[FloatArray], list[FloatArray]], ...]:
        return self.pnet, self.rnet, self.onet


def spot(height: int, width: int, x: int, y: int) -> ImageArray:
    """White at (x, y), and 0.7 darker with every pixel from there until it is mid-grey."""
    rows, columns = np.ogrid[:height, :width]
    distance = np.sqrt((rows - y) ** 2.0 + (columns - x) ** 2.0)
    values = np.maximum(255 - 0.7 * distance, 128).astype(np.uint8)
    return np.repeat(values[:, :, np.newaxis], 3, axis=2)


def no_landmarks(image: ImageArray, box: Box) -> FloatArray:
    return np.zeros((5, 2), np.float32)


def test_one_window_through_all_three_networks() -> None:
    """12×12 px: one level, one window 1…12; white is 127.5/128; points are 1 − 1 + share · 12."""
    faces = MtcnnDetector(no_landmarks, Bright().all, DetectorOptions(12, min_score=0.7)).faces(WHITE)
    assert len(faces) == 1
    assert faces[0].box == Box(1, 1, 12, 12)
    assert faces[0].score == pytest.approx(127.5 / 128)
    np.testing.assert_allclose(faces[0].points, MIDDLES.reshape(2, 5).T * 12, atol=1e-5)


def test_the_bright_spot_is_found_where_it_is() -> None:
    """The brightest windows are 11/0.3 = 37 px wide, 2/0.3 = 7 px apart."""
    faces = MtcnnDetector(no_landmarks, Bright().all).faces(spot(240, 320, 145, 125))
    assert faces[0].box.center == pytest.approx((145, 125), abs=7)
    assert faces[0].box.width == pytest.approx(37, abs=1)
    assert [face.score for face in faces] == sorted((face.score for face in faces), reverse=True)


def test_the_pyramid_ends_before_the_picture_is_smaller_than_a_window() -> None:
    """640×480 from 40 px: 192×144 is the first level; 144 · 0.709⁷ = 12.97 is the last."""
    networks = Bright()
    MtcnnDetector(no_landmarks, networks.all).detect(np.zeros((480, 640, 3), np.uint8))
    expected = [(1, int(144 * 0.709**k + 1e-6), int(192 * 0.709**k + 1e-6), 3) for k in range(8)]
    assert networks.seen["pnet"] == expected
    assert expected[-1][1] == 12


@pytest.mark.parametrize(
    ("options", "first_side"),
    [
        (DetectorOptions(), 60),
        (DetectorOptions(upsample=1), 120),
        (DetectorOptions(upsample=5), 200),
        (DetectorOptions(min_face_px=24), 100),
        (DetectorOptions(min_face_px=1), 200),
    ],
)
def test_the_smallest_face_sets_the_first_level(options: DetectorOptions, first_side: int) -> None:
    """200 px at 12/40 is 60 px; nothing is enlarged beyond the picture itself."""
    networks = Bright()
    MtcnnDetector(no_landmarks, networks.all, options).detect(np.zeros((200, 200, 3), np.uint8))
    assert networks.seen["pnet"][0] == (1, first_side, first_side, 3)


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (11, 11), (39, 900), (900, 39)])
def test_pictures_too_small_for_a_face_have_none(size: tuple[int, int]) -> None:
    networks = Bright()
    assert MtcnnDetector(no_landmarks, networks.all).detect(np.full((*size, 3), 255, np.uint8)) == []
    assert networks.seen["pnet"] == []


def test_the_score_limit_is_the_options() -> None:
    image = spot(240, 320, 145, 125)
    best = MtcnnDetector(no_landmarks, Bright().all).detect(image)[0].score
    assert not MtcnnDetector(no_landmarks, Bright().all, DetectorOptions(min_score=best + 1e-6)).detect(image)
    assert MtcnnDetector(no_landmarks, Bright().all, DetectorOptions(min_score=best)).detect(image)


def test_a_face_turned_inside_out_is_dropped() -> None:
    networks = Bright()

    def onet(patches: FloatArray) -> list[FloatArray]:
        _, points, probabilities = networks.onet(patches)
        return [np.tile(np.array([1, 0, -1, 0], np.float32), (len(patches), 1)), points, probabilities]

    turning = (networks.pnet, networks.rnet, onet)
    assert MtcnnDetector(no_landmarks, turning, DetectorOptions(12, min_score=0.1)).faces(WHITE) == []


def test_strips_show_the_first_network_every_window_once(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(6)
    for height in range(40, 61):  # both remainders by the stride
        image = generator.integers(128, 256, (height, 50, 3), dtype=np.uint8)
        every = DetectorOptions(min_face_px=12, min_score=0)
        whole, strips = (MtcnnDetector(no_landmarks, Bright().all, every) for _ in range(2))
        expected = whole._proposals(image.astype(np.float32))
        with monkeypatch.context() as patch:
            patch.setattr(mtcnn_detector, "_LARGEST_STRIP_PX", 700)
            received = strips._proposals(image.astype(np.float32))
        np.testing.assert_allclose(received, expected)


def test_batches_are_powers_of_two_and_their_order_is_kept() -> None:
    networks = Bright()
    lefts = np.arange(100.0)
    boxes = np.column_stack([lefts, lefts * 0, lefts + 5, lefts * 0 + 5, lefts])
    picture = ramp(10, 120)

    def means(patches: FloatArray) -> list[FloatArray]:
        networks.rnet(patches)
        return [patches.mean(axis=(1, 2))]

    answers = mtcnn_detector._in_batches(means, picture, boxes, 24)[0]
    assert [shape[0] for shape in networks.seen["rnet"]] == [64, 32, 4]
    assert (np.diff(answers[:, 0]) > 0).all()


def test_twelve_megapixels_stay_within_the_memory_of_a_few_copies() -> None:
    """The picture as float32 has 144 MB, its first level 13 MB; the network sees at most a megapixel."""
    networks = Bright()
    image = spot(3000, 4000, 1400, 1000)
    tracemalloc.start()
    try:
        faces = MtcnnDetector(no_landmarks, networks.all, DetectorOptions(min_face_px=20)).faces(image)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert faces
    assert peak < 350e6
    assert (
        max(height * width for _, height, width, _ in networks.seen["pnet"]) < 1.03e6
    )  # and the ten rows that strips share


def test_any_layout_of_the_array_gives_the_same_answer() -> None:
    image = spot(240, 320, 145, 125)
    detector = MtcnnDetector(no_landmarks, Bright().all)
    mirrored_twice = np.ascontiguousarray(image[:, ::-1])[:, ::-1]
    columns_first = np.asfortranarray(image)
    expected = [face.box for face in detector.faces(image)]
    assert [face.box for face in detector.faces(mirrored_twice)] == expected
    assert [face.box for face in detector.faces(columns_first)] == expected


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="RGB"):
        MtcnnDetector(no_landmarks, Bright().all).detect(np.zeros((40, 40), np.uint8))


# The dlib-like box.

FRONTAL = np.array([[40, 50], [80, 50], [60, 70], [45, 90], [75, 90]], np.float32)


def test_the_box_lies_around_the_middle_between_eyes_and_mouth() -> None:
    """Centre (60, 70); squared distances 800, 800, 0, 625, 625: mean 570, RMS 23.87, side 3.76 · 23.87."""
    box = dlib_like_box(FRONTAL)
    assert box.center == pytest.approx((60, 70))
    assert box.width == pytest.approx(89.77, abs=0.01)
    assert box.height == pytest.approx(box.width)


def test_the_box_follows_the_points_and_a_turned_head_changes_it_little() -> None:
    box = dlib_like_box(FRONTAL)
    moved = dlib_like_box(FRONTAL * 2 + np.array([100, -30], np.float32))
    assert moved.center == pytest.approx((220, 110))
    assert moved.width == pytest.approx(2 * box.width)
    turned = FRONTAL.copy()
    turned[:, 0] = 60 + (turned[:, 0] - 60) * 0.7
    turned[2, 0] += 12  # the nose goes ahead
    assert dlib_like_box(turned).center == pytest.approx((60, 70))
    assert dlib_like_box(turned).width == pytest.approx(box.width, rel=0.1), "the eyes are 30 % closer"


def test_points_in_one_place_still_give_a_box() -> None:
    assert dlib_like_box(np.full((5, 2), 7, np.float32)).width == 1


def test_a_detection_has_that_box_and_the_landmarks_found_in_it() -> None:
    given: list[tuple[ImageArray, Box]] = []

    def landmarker(image: ImageArray, box: Box) -> FloatArray:
        given.append((image, box))
        return np.full((5, 2), box.left, np.float32)

    image = spot(240, 320, 145, 125)
    detector = MtcnnDetector(landmarker, Bright().all)
    detections, faces = detector.detect(image), detector.faces(image)
    assert [found.box for found in detections] == [dlib_like_box(face.points) for face in faces]
    assert [found.score for found in detections] == [face.score for face in faces]
    assert all(shown is image for shown, _ in given)
    for found, (_, box) in zip(detections, given, strict=True):
        assert found.box == box
        assert (found.landmarks == np.float32(box.left)).all()
    assert detector.name == "mtcnn"


# The real networks, against the package and dlib.


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> list[CompiledNetwork]:
    """The real networks."""
    spec = importlib.util.find_spec("mtcnn")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("the package mtcnn is not installed")
    target = tmp_path_factory.mktemp("mtcnn")
    export_mtcnn(Path(spec.submodule_search_locations[0]) / "assets" / "weights", target)
    return [CompiledNetwork(target / f"{name}.xml") for name in ("pnet", "rnet", "onet")]


@pytest.fixture(scope="module")
def package() -> Iterator[Any]:
    """The package's own detector. It wants joblib only for its weights, and joblib wants more packages."""
    pytest.importorskip("tensorflow")
    with pytest.MonkeyPatch.context() as patch:
        reader = SimpleNamespace(load=lambda path: read_mtcnn_weights(Path(path)))
        patch.setitem(sys.modules, "joblib", reader)
        yield pytest.importorskip("mtcnn").MTCNN()


def faces_of_package(package: Any, image: ImageArray) -> list[MtcnnFace]:
    # With any smallest face but its default 20 px the package shrinks the picture below its own
    # window, fails inside, and reports no faces.
    rows = package.detect_faces(
        image, threshold_onet=0.7, fit_to_image=False, output_type="numpy", box_format="xyxy"
    )
    return [MtcnnFace(Box(*row[1:5]), row[5], np.stack([row[6:11], row[11:16]], axis=1)) for row in rows]


def assert_same_faces(ours: list[MtcnnFace], theirs: list[MtcnnFace], where: str) -> None:
    assert len(ours) == len(theirs), where
    for a, b in zip(ours, sorted(theirs, key=lambda face: -face.score), strict=True):
        assert a.box.iou(b.box) > 0.99, where
        assert a.score == pytest.approx(b.score, abs=1e-3), where
        np.testing.assert_allclose(a.points, b.points, atol=0.25, err_msg=where)


def astronaut() -> ImageArray:
    """512×512 px, one face."""
    path = DEMO_FOLDER / "eileen-collins.png"
    if not path.is_file():
        pytest.skip("demo material is not prepared: run `make setup`")
    return read_picture(path)


def scaled(image: ImageArray, width: int, height: int) -> ImageArray:
    return np.asarray(cv2.resize(image, (width, height)), np.uint8)


def photo(path: Path) -> ImageArray:
    image = cv2.imread(str(path))
    assert image is not None, path
    return np.asarray(image[:, :, ::-1], np.uint8)


@pytest.fixture(scope="module")
def detector(exported: list[CompiledNetwork]) -> MtcnnDetector:
    return MtcnnDetector(no_landmarks, exported, DetectorOptions(min_face_px=20))


@pytest.mark.slow
def test_the_package_finds_the_same_in_one_photo_seen_in_many_ways(
    package: Any, detector: MtcnnDetector
) -> None:
    image = astronaut()
    views = {
        "as it is": image,
        "mirrored": np.ascontiguousarray(image[:, ::-1]),
        "face cut by the edge": image[70:400, 215:],
        "odd sides": image[1:372, 3:],
        "enlarged": scaled(image, 870, 666),
        "dark": image // 4,
    }
    found = {where: detector.faces(view) for where, view in views.items()}
    for where, view in views.items():
        assert_same_faces(found[where], faces_of_package(package, view), where)
    assert len(found["as it is"]) == 1
    assert found["as it is"][0].score > 0.99


@pytest.mark.slow
def test_the_package_finds_the_same_in_real_photos(
    package: Any, detector: MtcnnDetector, shared_data: Path
) -> None:
    photos = sorted(shared_data.glob("lfw-view1/images/*/*.jpg"))[::200]
    photos += sorted(shared_data.glob("clips/photos/*.jp*g"))
    assert len(photos) >= 10
    faces = 0
    for path in photos:
        image = photo(path)
        height, width = image.shape[:2]
        by = min(1.0, 700 / max(height, width))  # Else most of the time goes into the largest of them.
        image = scaled(image, round(by * width), round(by * height))
        ours = detector.faces(image)
        assert_same_faces(ours, faces_of_package(package, image), path.name)
        faces += len(ours)
    assert faces >= 10


@pytest.mark.slow
def test_the_box_is_the_one_dlib_draws(exported: list[CompiledNetwork]) -> None:
    dlib = pytest.importorskip("dlib")
    image = astronaut()
    theirs = dlib.get_frontal_face_detector()(image, 0)[0]
    ours = MtcnnDetector(no_landmarks, exported).detect(image)
    assert len(ours) == 1
    assert ours[0].box.iou(Box(theirs.left(), theirs.top(), theirs.right() + 1, theirs.bottom() + 1)) > 0.75


@pytest.mark.slow
def test_noise_and_flat_pictures_of_every_size_hold_no_face(exported: list[CompiledNetwork]) -> None:
    detector = MtcnnDetector(no_landmarks, exported)
    generator = np.random.default_rng(8)
    for size in ((40, 40), (41, 97), (120, 43), (250, 300)):
        assert detector.detect(generator.integers(0, 256, (*size, 3), dtype=np.uint8)) == []
        assert detector.detect(np.full((*size, 3), 200, np.uint8)) == []
