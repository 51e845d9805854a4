"""Faces in photos: the quick look first, harder ones after, and the main face of several."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import cv2
import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.types import Box, Detection, ImageArray
from facecam.engine import components
from facecam.engine.faces.face_finder import FaceFinder, FoundFaces, main_face
from facecam.vision.detect.protocol import DetectorName
from facecam.vision.detect.strided import READERS
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, EILEEN, nobody, rgb


def at(left: float, top: float, side: float) -> Detection:
    return Detection(Box(left, top, left + side, top + side), 1.0, np.zeros((5, 2), np.float32))


def test_the_main_face_worked_out_by_hand() -> None:
    """400×300, centre (200, 150). Middle 60 px: 3600 − 0. Corner 100 px: centre (50, 50), 10000 − 2·32500."""
    image = np.zeros((300, 400, 3), np.uint8)
    middle, corner = at(170, 120, 60), at(0, 0, 100)
    assert main_face([corner, middle], image) is middle
    larger = at(150, 100, 100)
    assert main_face([middle, corner, larger], image) is larger


def test_a_huge_picture_does_not_overflow() -> None:
    image = np.zeros((1, 1, 3), np.uint8)
    image = np.broadcast_to(image, (60_000, 60_000, 3))
    assert main_face([at(59_000, 59_000, 900), at(29_000, 29_000, 800)], image).box.left == 29_000


class Script:
    """Stands for all detectors and notes who was asked about what."""

    def __init__(self, found: Callable[[str, int, ImageArray], bool]) -> None:
        self.asked: list[tuple[str, int, tuple[int, ...]]] = []
        self._found = found

    def open(self, settings: Settings) -> Script._Detector:
        return Script._Detector(self, settings.detector, settings.upsample)

    class _Detector:
        def __init__(self, script: Script, name: str, upsample: int) -> None:
            self._script, self.name, self._upsample = script, name, upsample

        def detect(self, image: ImageArray) -> list[Detection]:
            self._script.asked.append((self.name, self._upsample, image.shape[:2]))
            return [at(0, 0, 10)] if self._script._found(self.name, self._upsample, image) else []


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., bool]], Script]:
    def install(found: Callable[..., bool]) -> Script:
        made = Script(found)
        monkeypatch.setattr(components, "open_detector", made.open)
        return made

    return install


Install = Callable[[Callable[..., bool]], Script]


def test_a_quick_find_asks_nobody_else(script: Install) -> None:
    asked = script(lambda *_: True)
    found = FaceFinder(Settings()).find(nobody())
    assert asked.asked == [("centerface", 0, (90, 120))] and found.how == ""


def test_the_attempts_come_in_order_and_the_slow_ones_last(script: Install) -> None:
    asked = script(lambda *_: False)
    found = FaceFinder(Settings()).find(nobody())
    turned = [("centerface", 0, (120, 90)), ("centerface", 0, (120, 90)), ("centerface", 0, (90, 120))]
    assert asked.asked == [("centerface", 0, (90, 120)), *turned]
    assert len(found.detections) == 0


def test_other_detectors_are_helped_by_an_enlarged_picture_and_the_best_one(script: Install) -> None:
    asked = script(lambda *_: False)
    found = FaceFinder(Settings(detector="hog")).find(nobody())
    assert asked.asked[:3] == [("hog", 0, (90, 120)), ("hog", 1, (90, 120)), ("centerface", 0, (90, 120))]
    assert [one[:2] for one in asked.asked[3:]] == [("centerface", 0)] * 3
    assert len(found.detections) == 0


def test_large_pictures_are_not_enlarged(script: Install) -> None:
    asked = script(lambda *_: False)
    FaceFinder(Settings(detector="hog")).find(np.zeros((900, 1400, 3), np.uint8))
    assert [one[:2] for one in asked.asked[:2]] == [("hog", 0), ("centerface", 0)]


def test_who_asks_for_a_size_gets_it(script: Install) -> None:
    asked = script(lambda *_: False)
    FaceFinder(Settings(detector="hog", upsample=2)).find(nobody())
    assert [one[:2] for one in asked.asked[:2]] == [("hog", 2), ("centerface", 0)]
    asked = script(lambda *_: False)
    FaceFinder(Settings(detector="hog", min_face_px=30)).find(nobody())
    assert ("hog", 1) not in [one[:2] for one in asked.asked]


def test_a_doubtful_hit_in_a_turned_picture_is_not_believed(
    script: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Doubtful(Script._Detector):
        def detect(self, image: ImageArray) -> list[Detection]:
            super().detect(image)
            return [replace(at(0, 0, 10), score=0.4)] if image.shape[0] > image.shape[1] else []

    asked = script(lambda *_: False)
    monkeypatch.setattr(
        components, "open_detector", lambda settings: Doubtful(asked, settings.detector, settings.upsample)
    )
    assert not FaceFinder(Settings()).find(nobody()).detections


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_faces_are_found_upright_or_turned(settings: Settings, heads: Heads, turns: int) -> None:
    found = FaceFinder(settings).find(np.ascontiguousarray(np.rot90(heads[BARACK], turns)))
    assert len(found.detections) == 1
    box = found.detections[0].box
    height, width = found.image.shape[:2]
    assert abs(box.center[0] - width / 2) < width / 6 and abs(box.center[1] - height / 2) < height / 4


def test_a_face_too_small_for_the_quick_look_is_found_in_the_enlarged_picture(
    settings: Settings, heads: Heads
) -> None:
    small = rgb(cv2.resize(heads[EILEEN], None, fx=0.45, fy=0.45, interpolation=cv2.INTER_AREA))
    found = FaceFinder(replace(settings, detector="hog")).find(small)
    assert len(found.detections) == 1 and "enlarged" in found.how
    assert found.image.shape == small.shape
    assert found.detections[0].box.width == pytest.approx(54, abs=12)


@pytest.mark.parametrize("detector", [one for one in get_args(DetectorName) if one not in READERS])
@pytest.mark.parametrize("side", [(1, 1), (2, 3), (1, 300), (300, 1), (7, 7)])
def test_pictures_of_a_few_pixels_hold_nobody(
    settings: Settings, detector: str, side: tuple[int, int]
) -> None:
    image = np.full((*side, 3), 120, np.uint8)
    assert not FaceFinder(replace(settings, detector=detector)).find(image).detections


def test_after_a_picture_of_one_pixel_faces_are_found_as_before(settings: Settings, heads: Heads) -> None:
    finder = FaceFinder(replace(settings, detector="cnn"))
    assert len(finder.find(heads[BARACK]).detections) == 1
    with contextlib.suppress(RuntimeError):  # That this is no fault is another test's business.
        finder.find(np.zeros((1, 1, 3), np.uint8))
    assert len(finder.find(heads[BARACK]).detections) == 1


def test_faces_of_a_turned_picture_in_coordinates_of_the_given_one() -> None:
    """A point at (30, 10) of a 100×60 picture is at (50, 30) after turning it by 90° clockwise, and so on."""
    points = np.array([(30, 10), (40, 10), (35, 20), (31, 25), (39, 25)], np.float32)
    given = Detection(Box(25, 5, 45, 30), 1.0, points, "five")
    turned = {
        90: (lambda x, y: (60 - y, x), (100, 60)),
        180: (lambda x, y: (100 - x, 60 - y), (60, 100)),
        270: (lambda x, y: (y, 100 - x), (100, 60)),
    }
    for degrees, (move, shape) in turned.items():
        moved = np.array([move(x, y) for x, y in points.tolist()], np.float32)
        corners = np.array([move(25, 5), move(45, 30)])
        box = Box(*corners.min(axis=0).tolist(), *corners.max(axis=0).tolist())
        found = FoundFaces(np.zeros((*shape, 3), np.uint8), (), "", degrees)
        back = found.as_given(replace(given, box=box, landmarks=moved))
        assert back.box == given.box and np.allclose(back.landmarks, points)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_face_is_where_it_is_in_the_given_picture_however_it_is_turned(
    settings: Settings, heads: Heads, turns: int
) -> None:
    upright = FaceFinder(settings).find(heads[BARACK]).detections[0]
    given = np.ascontiguousarray(np.rot90(heads[BARACK], turns))
    found = FaceFinder(settings).find(given)
    face = found.as_given(found.detections[0])
    eyes = np.stack([*upright.eyes, upright.nose]).astype(np.float64)
    height, width = heads[BARACK].shape[:2]
    for _ in range(turns):  # np.rot90 turns counter-clockwise
        eyes, (height, width) = np.stack([eyes[:, 1], width - eyes[:, 0]], axis=1), (width, height)
    apart = np.linalg.norm(eyes[0] - eyes[1])
    assert np.linalg.norm(np.stack([*face.eyes, face.nose]) - eyes, axis=1).max() < 0.2 * apart
