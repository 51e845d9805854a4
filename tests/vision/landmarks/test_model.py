"""dlib's five landmarks: the same as dlib's, in the promised order, whatever the picture."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import dlib
import numpy as np
import pytest

from facecam.core.errors import WeightsError
from facecam.core.types import Box, Detection, ImageArray
from facecam.engine.demo import Demo
from facecam.runtime.dlib_files import LANDMARKS, MMOD, find_dlib_file
from facecam.vision.images.read import read_picture
from facecam.vision.landmarks.model import Landmarker


@pytest.fixture(scope="module", params=[False, True], ids=["dlib", "compiled"])
def landmarker(request: pytest.FixtureRequest, weights: Path) -> Landmarker:
    if request.param:
        pytest.importorskip("numba")
    return Landmarker(find_dlib_file(LANDMARKS, weights), compiled=request.param)


def test_they_are_dlibs(demo: Demo, weights: Path, landmarker: Landmarker) -> None:
    """dlib's right and bottom are inclusive, ours exclusive."""
    predict = dlib.shape_predictor(str(find_dlib_file(LANDMARKS, weights)))
    for portrait in demo.portraits():
        image = read_picture(portrait.path)
        left, top, right, bottom = portrait.face.as_ints()
        shape = predict(image, dlib.rectangle(left, top, right - 1, bottom - 1))
        expected = [(point.x, point.y) for point in shape.parts()]
        received = landmarker(image, portrait.face)
        assert received.shape == (5, 2)
        assert received.dtype == np.float32
        np.testing.assert_array_equal(received, expected)


def test_their_order_is_that_of_a_detection(demo: Demo, landmarker: Landmarker) -> None:
    """Right eye of the picture outer, inner; left eye outer, inner; the point below the nose."""
    for portrait in demo.portraits():
        points = landmarker(read_picture(portrait.path), portrait.face)
        right_outer, right_inner, left_outer, left_inner, nose = points[:, 0]
        assert left_outer < left_inner < nose < right_inner < right_outer
        assert points[4, 1] > points[:4, 1].max() + 0.15 * portrait.face.height
        Detection(portrait.face, 1.0, points)  # Checks shape and dtype.


def test_they_move_with_the_picture(demo: Demo, landmarker: Landmarker) -> None:
    portrait = demo.portraits()[0]
    image = read_picture(portrait.path)
    framed = cv2.copyMakeBorder(image, 30, 0, 70, 0, cv2.BORDER_REFLECT_101)
    box = portrait.face
    moved = Box(box.left + 70, box.top + 30, box.right + 70, box.bottom + 30)
    expected = landmarker(image, box) + np.array((70, 30))
    np.testing.assert_allclose(landmarker(np.asarray(framed, np.uint8), moved), expected, atol=1)


def test_a_box_between_pixels_is_rounded(demo: Demo, landmarker: Landmarker) -> None:
    portrait = demo.portraits()[0]
    image, box = read_picture(portrait.path), portrait.face
    shifted = Box(box.left + 0.4, box.top - 0.4, box.right + 0.4, box.bottom - 0.4)
    np.testing.assert_array_equal(landmarker(image, shifted), landmarker(image, box))


def test_a_mirrored_view_is_read_as_it_looks(demo: Demo, landmarker: Landmarker) -> None:
    portrait = demo.portraits()[0]
    image = read_picture(portrait.path)
    width, box = image.shape[1], portrait.face
    mirrored_box = Box(width - box.right, box.top, width - box.left, box.bottom)
    view = image[:, ::-1]
    points = landmarker(view, mirrored_box)
    np.testing.assert_array_equal(points, landmarker(np.ascontiguousarray(view), mirrored_box))
    assert points[0, 0] > points[4, 0] > points[2, 0]


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (64, 64)])
@pytest.mark.parametrize(
    "box", [Box(0, 0, 0.2, 0.2), Box(-40, -40, 40, 40), Box(500, 600, 700, 800), Box(-9e3, -9e3, 9e3, 9e3)]
)
def test_any_box_in_any_picture_gives_five_points(
    landmarker: Landmarker, size: tuple[int, int], box: Box
) -> None:
    points = landmarker(np.full((*size, 3), 128, np.uint8), box)
    assert points.shape == (5, 2)
    assert np.isfinite(points).all()


def test_the_compiled_ones_are_dlibs_in_any_box(portraits: dict[str, ImageArray], weights: Path) -> None:
    """On and beside faces, over the edge, turned, at every size: the same whole pixels."""
    file = find_dlib_file(LANDMARKS, weights)
    ours, dlibs = Landmarker(file, compiled=True), Landmarker(file)
    generator = np.random.default_rng(5)
    for image in portraits.values():
        height, width = image.shape[:2]
        for turn in range(4):
            turned = np.ascontiguousarray(np.rot90(image, turn))
            for side in generator.integers(6, 2 * min(height, width), 15):
                x, y = (int(value) for value in generator.integers(-side // 2, max(height, width), 2))
                box = Box(x, y, x + int(side), y + int(side))
                np.testing.assert_array_equal(ours(turned, box), dlibs(turned, box))


def test_a_picture_that_may_not_be_written_is_as_good(demo: Demo, landmarker: Landmarker) -> None:
    portrait = demo.portraits()[0]
    image = read_picture(portrait.path)
    expected = landmarker(image, portrait.face)
    image.flags.writeable = False
    np.testing.assert_array_equal(landmarker(image, portrait.face), expected)


def test_without_numba_dlib_is_asked(demo: Demo, weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "facecam.vision.landmarks.forest", raising=False)
    monkeypatch.delitem(sys.modules, "facecam.vision.landmarks.kernels", raising=False)
    monkeypatch.setitem(sys.modules, "numba", None)
    file, portrait = find_dlib_file(LANDMARKS, weights), demo.portraits()[0]
    image = read_picture(portrait.path)
    expected = Landmarker(file)(image, portrait.face)
    np.testing.assert_array_equal(Landmarker(file, compiled=True)(image, portrait.face), expected)


def test_a_missing_file_is_named_with_its_cure(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"nowhere\.dat") as caught:
        Landmarker(tmp_path / "nowhere.dat")
    assert "models prepare" in caught.value.hint


@pytest.mark.parametrize("share", [0.0, 1e-6, 1e-4, 0.01, 0.5, 0.999])
def test_a_cut_file_is_refused(weights: Path, tmp_path: Path, share: float) -> None:
    content = find_dlib_file(LANDMARKS, weights).read_bytes()
    path = tmp_path / "cut.dat"
    path.write_bytes(content[: int(share * len(content))])
    for compiled in (False, True):
        with pytest.raises(WeightsError, match=r"cut\.dat"):
            Landmarker(path, compiled=compiled)


@pytest.mark.parametrize("place", [0, 1, 70, 5_000, 9_000_000])
def test_a_forest_of_another_kind_is_not_walked(weights: Path, tmp_path: Path, place: int) -> None:
    """A changed byte moves all that follows, or gives an index or a length that cannot be."""
    forest = pytest.importorskip("facecam.vision.landmarks.forest")
    content = bytearray(find_dlib_file(LANDMARKS, weights).read_bytes())
    content[place] = 0x0F
    path = tmp_path / "other.dat"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="not the file"):
        forest.read_forest(path)


def test_another_models_file_is_refused(weights: Path) -> None:
    for compiled in (False, True):
        with pytest.raises(WeightsError, match="not a landmark model"):
            Landmarker(find_dlib_file(MMOD, weights), compiled=compiled)


def test_random_bytes_are_refused(tmp_path: Path) -> None:
    generator, path = np.random.default_rng(11), tmp_path / "random.dat"
    for start in (b"", b"\x01\x01", b"\x01\x01\x01\x05"):
        for _ in range(10):
            path.write_bytes(start + generator.bytes(int(generator.integers(1, 2_000))))
            for compiled in (False, True):
                with pytest.raises(WeightsError):
                    Landmarker(path, compiled=compiled)
