"""The hog detector against dlib itself, and its parts against values worked out by hand."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from facecam.core.errors import DependencyError
from facecam.core.heap import make_room
from facecam.core.types import Box, Detection, FloatArray, ImageArray
from facecam.vision.detect.hog.boxes import PixelBox, WindowCandidate, best_of_each, nearest_px, window_box
from facecam.vision.detect.hog.detector import HogDetector
from facecam.vision.detect.protocol import DetectorOptions

dlib = pytest.importorskip("dlib")
pytest.importorskip("numba")

from facecam.vision.detect.hog import cells as hog_cells  # noqa: E402
from facecam.vision.detect.hog import filters as hog_filters  # noqa: E402
from facecam.vision.detect.hog import kernels as hog_kernels  # noqa: E402
from facecam.vision.detect.hog import network as hog_network  # noqa: E402
from facecam.vision.detect.hog import pyramid  # noqa: E402
from facecam.vision.detect.hog import sheets as hog_sheets  # noqa: E402

SCORE_TOLERANCE = 0.01
UNCACHED_FILTERS = hog_filters.frontal_face_filters.__wrapped__


def corners(image: ImageArray, box: Box) -> FloatArray:
    """A stand-in for landmarks: the corners of the box and its middle."""
    x, y = box.center
    points = [
        (box.left, box.top),
        (box.right, box.top),
        (box.right, box.bottom),
        (box.left, box.bottom),
        (x, y),
    ]
    return np.array(points, np.float32)


def detector(**options: Any) -> HogDetector:
    return HogDetector(corners, DetectorOptions(**options))


@cache
def dlib_detector() -> Any:
    return dlib.get_frontal_face_detector()  # half a second each time


def resized(image: ImageArray, factor: float) -> ImageArray:
    return np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


def dlib_faces(image: ImageArray, upsample: int = 0, min_score: float = 0.0) -> list[tuple[Box, float]]:
    boxes, scores, _ = dlib_detector().run(np.ascontiguousarray(image), upsample, min_score)
    found = [
        (Box(b.left(), b.top(), b.right() + 1, b.bottom() + 1), s) for b, s in zip(boxes, scores, strict=True)
    ]
    return sorted(found, key=lambda face: -face[1])


def assert_same_faces(found: list[Detection], expected: list[tuple[Box, float]]) -> None:
    assert [face.box for face in found] == [box for box, _ in expected]
    assert [face.score for face in found] == pytest.approx(
        [score for _, score in expected], abs=SCORE_TOLERANCE
    )


@pytest.fixture(scope="module")
def astronaut(portraits: dict[str, ImageArray]) -> ImageArray:
    """512×512 px, one face and something that almost is one."""
    return portraits["Eileen Collins"]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """dlib's detector as dlib writes it."""
    path = tmp_path_factory.mktemp("dlib") / "hog.svm"
    dlib_detector().save(str(path))
    return path.read_bytes()


class TestAgainstDlib:
    @pytest.mark.parametrize("upsample", [0, 1, 2])
    def test_same_boxes_and_scores(self, astronaut: ImageArray, upsample: int) -> None:
        picture = astronaut if upsample == 0 else resized(astronaut, 0.4)
        expected = dlib_faces(picture, upsample, -0.1)
        assert expected
        assert_same_faces(detector(min_score=-0.1, upsample=upsample).detect(picture), expected)

    def test_gray_looking_picture(self, astronaut: ImageArray) -> None:
        grey = np.dstack([cv2.cvtColor(astronaut, cv2.COLOR_RGB2GRAY)] * 3).astype(np.uint8)
        assert_same_faces(detector(min_score=-0.1).detect(grey), dlib_faces(grey, min_score=-0.1))

    def test_dark_even_picture_where_a_gray_level_decides(self, astronaut: ImageArray) -> None:
        dark = (astronaut // 24 + 7).astype(np.uint8)
        assert_same_faces(detector(min_score=-0.1).detect(dark), dlib_faces(dark, min_score=-0.1))

    def test_faces_cut_off_by_the_edge(self, astronaut: ImageArray) -> None:
        cut = astronaut[100:300, 190:400]
        expected = dlib_faces(cut, min_score=-0.7)
        assert any(box.left < 0 or box.top < 0 for box, _ in expected)
        assert_same_faces(detector(min_score=-0.7).detect(cut), expected)

    def test_picture_of_several_tiles_with_faces_on_their_seams(self, astronaut: ImageArray) -> None:
        head = astronaut[0:300, 80:380]
        wide = np.tile(head, (3, 6, 1))[:830, :1777]
        expected = dlib_faces(wide)
        assert len(expected) > 15
        assert len(hog_sheets.lay_out(*wide.shape[:2])) > 5
        found = detector().detect(wide)
        assert {face.box for face in found} == {box for box, _ in expected}

    def test_hundred_photos(self, shared_data: Path) -> None:
        ours = detector()
        photos = sorted((shared_data / "lfw-view1" / "images").glob("*/*.jpg"))[::15]
        assert len(photos) > 100
        different = []
        for path in photos:
            photo = rgb(cv2.imread(str(path)))
            found = {(face.box, round(face.score, 1)) for face in ours.detect(photo)}
            if {box for box, _ in found} != {box for box, score in dlib_faces(photo)}:
                different.append(path.name)
        assert different == []

    def test_clip(self, shared_data: Path) -> None:
        ours, faces = detector(), 0
        for frame in frames(shared_data / "clips" / "short_hamilton_clip.mp4", every=12):
            expected = dlib_faces(frame)
            assert_same_faces(ours.detect(frame), expected)
            faces += len(expected)
        assert faces > 5


def rgb(bgr: Any) -> ImageArray:
    return np.ascontiguousarray(bgr[..., ::-1], np.uint8)


def frames(path: Path, every: int) -> Iterator[ImageArray]:
    video = cv2.VideoCapture(str(path))
    index = 0
    while video.grab():
        if index % every == 0:
            yield rgb(video.retrieve()[1])
        index += 1


class TestOptions:
    def test_min_score_leaves_out_weaker_faces(self, astronaut: ImageArray) -> None:
        every = detector(min_score=-0.3).detect(astronaut)
        strong = detector(min_score=0.5).detect(astronaut)
        assert len(every) > len(strong) == 1
        assert [face.score for face in every] == sorted((face.score for face in every), reverse=True)
        assert strong[0].box == every[0].box

    def test_larger_smallest_face_shrinks_the_picture_but_not_the_box(self, astronaut: ImageArray) -> None:
        twice = resized(astronaut, 2)
        face = detector().detect(astronaut)[0]
        shrunk = detector(min_face_px=160).detect(twice)[0]
        assert shrunk.box.iou(face.box.scaled(2)) > 0.8

    def test_smaller_smallest_face_finds_what_is_too_small_else(self, astronaut: ImageArray) -> None:
        small = resized(astronaut, 0.5)
        assert detector(min_score=0.3).detect(small) == []
        face = detector().detect(astronaut)[0]
        found = detector(min_face_px=40, min_score=0.3).detect(small)
        assert found[0].box.iou(face.box.scaled(0.5)) > 0.8

    def test_landmarks_come_from_the_callable_with_the_original_picture(self, astronaut: ImageArray) -> None:
        asked: list[tuple[ImageArray, Box]] = []

        def landmarker(image: ImageArray, box: Box) -> FloatArray:
            asked.append((image, box))
            return corners(image, box)

        found = HogDetector(landmarker, DetectorOptions(upsample=1)).detect(astronaut)
        assert [box for _, box in asked] == [face.box for face in found]
        assert all(image is astronaut for image, _ in asked)
        assert np.array_equal(found[0].landmarks, corners(astronaut, found[0].box))

    def test_huge_picture_is_searched_at_the_size_limit(
        self, astronaut: ImageArray, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("facecam.vision.detect.hog.detector._MOST_PX", 512 * 300)
        full = dlib_faces(astronaut)[0][0]
        big_head = resized(astronaut, 2)
        found = detector(upsample=1).detect(big_head[:600])
        assert len(found) == 1
        assert found[0].box.iou(full.scaled(2)) > 0.7


class TestOddPictures:
    @pytest.mark.parametrize(
        "shape",
        [(1, 1), (1, 300), (10, 2000), (2000, 10), (19, 19), (20, 20), (63, 64), (79, 81), (64, 1500)],
    )
    @pytest.mark.parametrize("upsample", [0, 1])
    def test_sizes(self, shape: tuple[int, int], upsample: int) -> None:
        noise = np.random.default_rng(1).integers(0, 256, (*shape, 3), dtype=np.uint8)
        expected = dlib_faces(noise, upsample, -0.5)
        assert_same_faces(detector(min_score=-0.5, upsample=upsample).detect(noise), expected)

    @pytest.mark.parametrize("value", [0, 255])
    def test_even_picture_has_no_face(self, value: int) -> None:
        assert detector().detect(np.full((240, 320, 3), value, np.uint8)) == []

    def test_views_and_read_only_pictures(self, astronaut: ImageArray) -> None:
        expected = dlib_faces(astronaut)
        view = np.ascontiguousarray(astronaut[::-1, :, ::-1])[::-1, :, ::-1]
        view.flags.writeable = False
        assert_same_faces(detector().detect(view), expected)

    def test_wrong_kind_of_array_is_refused(self) -> None:
        with pytest.raises(ValueError, match="expected an RGB image"):
            detector().detect(np.zeros((100, 100), np.uint8))


class TestThreads:
    def test_callers_do_not_disturb_each_other(self, astronaut: ImageArray) -> None:
        ours = detector(min_score=-0.1)
        pictures = [astronaut, astronaut[:300, :351], np.ascontiguousarray(astronaut[:, ::-1])]
        alone = [[(face.box, face.score) for face in ours.detect(picture)] for picture in pictures]
        results: dict[int, list[list[tuple[Box, float]]]] = {}

        def work(index: int) -> None:
            results[index] = [
                [(face.box, face.score) for face in ours.detect(pictures[index])] for _ in range(4)
            ]

        threads = [threading.Thread(target=work, args=(index,)) for index in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert results == {index: [alone[index]] * 4 for index in range(3)}

    def test_kernels_run_without_the_interpreters_lock(self) -> None:
        kernels: list[Any] = [hog_kernels.resize, hog_kernels.add_histograms, hog_kernels.fill_features]
        for kernel in kernels:
            assert kernel.targetoptions["nogil"]


class TestWithoutNumba:
    def test_dlib_itself_gives_the_same_faces(
        self, astronaut: ImageArray, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("hog_search", "hog_cells", "hog_pyramid", "hog_kernels", "hog_sheets", "hog_network"):
            monkeypatch.delitem(sys.modules, f"facecam.vision.detect.{name}", raising=False)
        monkeypatch.setitem(sys.modules, "numba", None)
        small = resized(astronaut, 0.5)
        for upsample in (0, 1):
            found = detector(upsample=upsample, min_score=-0.1).detect(small)
            assert_same_faces(found, dlib_faces(small, upsample, -0.1))


class TestFilters:
    def test_five_filters_as_stored(self) -> None:
        filters = hog_filters.frontal_face_filters()
        assert filters.weights.shape == (5, 31, 10, 10)
        assert filters.offsets.shape == (5,)
        assert 0.3 < filters.max_iou < 0.4
        assert 0.7 < filters.max_covered < 0.8

    def test_numbers(self) -> None:
        """0x02 01 01 → 257; 0x81 02 → −2; mantissa 3, exponent −1 → 1.5; a 1×2 matrix, stored −1, −2."""
        one, half = b"\x01\x01\x00", b"\x01\x01\x81\x01"
        reader = hog_filters._FilterReader(
            b"\x02\x01\x01\x81\x02\x01\x03\x81\x01\x81\x01\x81\x02" + one[:2] + b"\x01\x00" + half
        )
        assert (reader.integer(), reader.integer(), reader.real()) == (257, -2, 1.5)
        assert reader.vector() == [1.0, 0.5]

    def test_file_is_made_once_and_then_read(
        self, tmp_path: Path, stored: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "hog.svm"
        monkeypatch.setattr(hog_filters, "_ask_dlib", lambda: stored)
        made = UNCACHED_FILTERS(path)
        assert path.read_bytes() == stored
        monkeypatch.setattr(
            hog_filters, "_ask_dlib", lambda: pytest.fail("asked dlib though the file is there")
        )
        assert np.array_equal(made.weights, UNCACHED_FILTERS(path).weights)

    @pytest.mark.parametrize("damage", [b"", b"\x01\x02\x01\x01", b"not a detector at all" * 50])
    def test_damaged_file_is_made_again(
        self, tmp_path: Path, stored: bytes, damage: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "hog.svm"
        path.write_bytes(damage)
        with pytest.raises(DependencyError):
            hog_filters.parse_filters(damage)
        monkeypatch.setattr(hog_filters, "_ask_dlib", lambda: stored)
        assert UNCACHED_FILTERS(path).weights.shape == (5, 31, 10, 10)
        assert path.read_bytes() == stored

    def test_detector_takes_the_file(self, tmp_path: Path, stored: bytes, astronaut: ImageArray) -> None:
        path = tmp_path / "hog.svm"
        path.write_bytes(stored)
        assert_same_faces(HogDetector(corners, filters_file=path).detect(astronaut), dlib_faces(astronaut))


class TestPyramid:
    def test_levels_are_dlibs_to_the_bit(self, astronaut: ImageArray) -> None:
        shrink = dlib.pyramid_down(6)
        expected = astronaut[:401, :333]
        levels = list(pyramid.pyramid(expected))
        assert len(levels) == 10
        for level in levels:
            assert np.array_equal(np.stack([level.plane(c) for c in range(3)], axis=-1), expected)
            expected = shrink(np.ascontiguousarray(expected))

    def test_sizes(self) -> None:
        sizes = pyramid.level_sizes(360, 640)
        assert [(size.height_px, size.width_px) for size in sizes[:3]] == [(360, 640), (300, 533), (250, 444)]
        assert (sizes[1].rows, sizes[1].columns) == (38, 67)
        assert len(sizes) == 10
        assert sizes[-1].height_px == 69

    def test_doubling_adds_a_row_and_two_columns(self) -> None:
        assert pyramid.doubled_size(100, 200, 0) == (100, 200)
        assert pyramid.doubled_size(100, 200, 2) == (403, 806)


class TestCells:
    @pytest.mark.parametrize(
        ("right", "down", "direction"),
        [
            (2, 0, 0),
            (-2, 0, 9),
            (0, 2, 4),
            (0, -2, 13),
            (2, 2, 2),
            (-2, 2, 7),
            (-2, -2, 11),
            (2, -2, 16),
            (6, -1, 0),
        ],
    )
    def test_ramp_votes_for_its_direction(self, right: int, down: int, direction: int) -> None:
        """A cell takes pixels with weights that add up to 64; a difference is over two pixels.

        The nearest of 0°, 20°, …: 0°, 180°, 90° (a tie: 80°), 270° (260°), 45° (40°), 135° (140°),
        225° (220°), 315° (320°), −9° (0°).
        """
        y, x = np.mgrid[:32, :32]
        ramp = (128 + (x - 16) * right + (y - 16) * down).astype(np.uint8)
        expected = np.zeros(18)
        expected[direction] = 64 * np.hypot(2 * right, 2 * down)
        assert self.histograms(np.dstack([ramp] * 3))[2, 2] == pytest.approx(expected, rel=1e-5)

    def test_strongest_color_counts(self) -> None:
        y, x = np.mgrid[:32, :32]
        picture = np.dstack([x, 7 * y, np.full_like(x, 200)]).astype(np.uint8)
        assert self.histograms(picture)[2, 2, 4] == pytest.approx(64 * 14, rel=1e-5)

    def test_strips_add_up_to_the_whole(self, astronaut: ImageArray) -> None:
        level = next(pyramid.pyramid(astronaut))
        whole = hog_cells.cell_histograms(level, hog_cells.CellStrip(0, level.size.rows + 1))
        parts = hog_cells.strips(level.size)
        assert [(a.last_block, b.first_block) for a, b in pairwise(parts)] == [
            (p.last_block,) * 2 for p in parts[:-1]
        ]
        total = np.zeros_like(whole)
        for strip in parts:
            total[strip.first_block : strip.last_block + 1] += hog_cells.cell_histograms(level, strip)
        assert total == pytest.approx(whole, rel=1e-4, abs=1e-2)

    def test_features_of_an_even_gradient(self) -> None:
        """Each of four equal cells has energy h²: h / 2h is clipped at 0.2, four times, and halved: 0.4."""
        cells = np.zeros((5, 5, 18), np.float32)
        cells[..., 3] = 50
        features = np.empty((3, 3, 31), np.float32)
        hog_kernels.fill_features(cells, features)
        expected = np.zeros(31)
        expected[[3, 18 + 3]] = 0.4
        expected[27:] = 0.2357 * 0.2
        assert features[1, 1] == pytest.approx(expected, abs=1e-6)

    @staticmethod
    def histograms(picture: ImageArray) -> FloatArray:
        level = next(pyramid.pyramid(picture))
        return hog_cells.cell_histograms(level, hog_cells.CellStrip(0, level.size.rows + 1))[1:-1]


class TestSheets:
    @pytest.mark.parametrize("size", [(250, 250), (360, 640), (1080, 1920), (64, 3000), (2999, 641)])
    def test_every_window_is_judged_once(self, size: tuple[int, int]) -> None:
        sheets = hog_sheets.lay_out(*size)
        levels = [level for level in pyramid.level_sizes(*size) if level.has_features]
        judged = [np.zeros((level.rows, level.columns), int) for level in levels]
        for sheet in sheets:
            for index, tile in enumerate(sheet.tiles):
                rows, columns = np.nonzero(sheet.owner == index)
                where = (rows - tile.row + tile.rows.start, columns - tile.column + tile.columns.start)
                np.add.at(judged[tile.level], where, 1)
        for counts in judged:
            assert (counts[1:-1, 1:-1] == 1).all()
            assert counts.sum() == counts[1:-1, 1:-1].sum()

    @pytest.mark.parametrize("size", [(250, 250), (360, 640), (1080, 1920)])
    def test_windows_see_one_tile_only(self, size: tuple[int, int]) -> None:
        for sheet in hog_sheets.lay_out(*size):
            owner = np.full((sheet.shape[0] + 9, sheet.shape[1] + 9), -1)
            for index, tile in enumerate(sheet.tiles):
                place = tile.on_sheet(tile.rows.features, tile.columns.features)
                assert (owner[4:, 4:][place] == -1).all()
                owner[4:, 4:][place] = index
            seen = np.lib.stride_tricks.sliding_window_view(owner, (10, 10))[sheet.owner >= 0]
            own = sheet.owner[sheet.owner >= 0][:, None, None]
            assert ((seen == -1) | (seen == own)).all()

    def test_live_picture_fits_two_sheets(self) -> None:
        assert [sheet.shape for sheet in hog_sheets.lay_out(360, 640)] == [hog_sheets.LARGE] * 2
        assert [sheet.shape for sheet in hog_sheets.lay_out(250, 250)] == [hog_sheets.SMALL]


class TestNetwork:
    def test_split_filters_come_close(self) -> None:
        filters = hog_filters.frontal_face_filters()
        along_rows, along_columns = hog_network.low_rank(filters, 50)
        whole = np.einsum("rcx,fry->fcyx", along_rows[:, :, 0], along_columns[..., 0])
        assert whole == pytest.approx(filters.weights, abs=1e-4)

    def test_only_wanted_windows_with_exact_scores(self, astronaut: ImageArray) -> None:
        filters = hog_filters.frontal_face_filters()
        level = next(pyramid.pyramid(astronaut[:400, :400]))
        strip = hog_cells.CellStrip(0, level.size.rows + 1)
        features = hog_cells.level_features(level.size, [(strip, hog_cells.cell_histograms(level, strip))])
        padded = np.zeros((64 + 9, 80 + 9, 31), np.float32)
        padded[4:52, 4:52] = features
        network = hog_network.hog_network(filters, hog_sheets.SMALL)
        wanted = np.ones(hog_sheets.SMALL, bool)
        places, scores = network.faces(padded, wanted, -1.0)
        assert len(places) > 0
        for (row, column), score in zip(places, scores, strict=True):
            window = padded[row : row + 10, column : column + 10].transpose(2, 0, 1)
            by_hand = (filters.weights * window).sum(axis=(1, 2, 3)) - filters.offsets
            assert np.isclose(by_hand, score, atol=1e-3).any()
        wanted[tuple(places[0])] = False
        fewer, _ = network.faces(padded, wanted, -1.0)
        assert tuple(places[0]) not in set(map(tuple, fewer))

    def test_what_it_keeps_is_given_back_unless_it_runs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        network = hog_network.HogNetwork(hog_filters.frontal_face_filters(), hog_sheets.SMALL)
        features = np.random.default_rng(0).random((64 + 9, 80 + 9, 31), np.float32)
        wanted = np.ones(hog_sheets.SMALL, bool)
        before = network.faces(features, wanted, -3.0)
        released: list[object] = []
        give = hog_network.HogNetwork._release
        monkeypatch.setattr(
            hog_network.HogNetwork, "_release", lambda one: (released.append(one), give(one))[0]
        )
        with network.in_use():
            make_room()
        assert network not in released
        make_room()
        assert network in released
        for ours, theirs in zip(network.faces(features, wanted, -3.0), before, strict=True):
            np.testing.assert_array_equal(ours, theirs)


class TestBoxes:
    def test_window_box(self) -> None:
        """Level 0: 8·(4 − 4) + 1 + 4 = 5 to 8·(4 + 5) + 1 + 4 = 77; level 1: times 1.2 plus 0.3, rounded."""
        assert window_box(0, 4, 4) == PixelBox(5, 5, 77, 77)
        assert window_box(0, 4, 1) == PixelBox(-27, 5, 53, 77)
        assert window_box(1, 4, 5) == PixelBox(16, 6, 102, 93)

    @pytest.mark.parametrize(("value", "whole"), [(0.5, 1), (-0.5, -1), (1.49, 1), (-1.49, -1), (-2.5, -3)])
    def test_halves_go_away_from_zero(self, value: float, whole: int) -> None:
        assert nearest_px(value) == whole

    def test_halved(self) -> None:
        """10 / 2 − 1.25 = 3.75; 21 / 2 − 0.75 = 9.75; 109 / 2 − 1.25 = 53.25; 121 / 2 − 0.75 = 59.75."""
        assert PixelBox(10, 21, 109, 121).halved(1) == PixelBox(4, 10, 53, 60)
        assert PixelBox(10, 21, 109, 121).halved(0) == PixelBox(10, 21, 109, 121)

    def test_overlap_is_of_the_rectangle_around_both(self) -> None:
        """10×10 px each, shifted by 4: 60 px shared, 140 around: 0.43; either covered to 0.6."""
        left, right = PixelBox(0, 0, 9, 9), PixelBox(4, 0, 13, 9)
        assert left.overlaps(right, 0.42, 1.0)
        assert not left.overlaps(right, 0.43, 1.0)
        assert left.overlaps(right, 0.43, 0.59)
        assert not left.overlaps(PixelBox(10, 0, 19, 9), 0.0, 0.0)

    def test_weaker_of_two_goes(self) -> None:
        strong = WindowCandidate(2.0, PixelBox(0, 0, 9, 9))
        weak = WindowCandidate(1.0, PixelBox(1, 0, 10, 9))
        apart = WindowCandidate(0.5, PixelBox(50, 50, 60, 60))
        assert best_of_each([apart, weak, strong], 0.33, 0.79) == [strong, apart]

    def test_box_has_exclusive_sides(self) -> None:
        assert PixelBox(1, 2, 3, 4).as_box() == Box(1, 2, 4, 5)
        assert PixelBox(1, 2, 3, 4).area == 9
        assert PixelBox(3, 2, 1, 4).area == 0
