"""BlazeFace: the published file read alike by another reader, and large faces wherever they are."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from facecam.core.types import Box, FloatArray, ImageArray
from facecam.runtime.compiled import CompiledNetwork
from facecam.runtime.package_files import BLAZEFACE
from facecam.vision.detect.blaze import BlazeDetector
from facecam.vision.detect.protocol import DetectorOptions
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, EILEEN, rgb
from tests.vision.lite_reader import lite_answers


@pytest.fixture(scope="module")
def network(weights: Path) -> CompiledNetwork:
    return CompiledNetwork(weights / "blazeface" / "model.xml")


def no_landmarks(image: ImageArray, box: Box) -> FloatArray:
    del image
    x, y = box.center
    return np.full((5, 2), (x, y), np.float32)


def test_tensorflow_lite_reads_the_published_file_and_answers_alike(
    network: CompiledNetwork, heads: Heads
) -> None:
    picture = (cv2.resize(heads[BARACK], (192, 192)).astype(np.float32) / 127.5 - 1)[None]
    theirs = lite_answers(BLAZEFACE.find(), picture)
    for ours in network(picture):
        assert np.abs(ours - theirs[ours.shape]).max() < 1e-3


@pytest.mark.parametrize("size", [(480, 640), (640, 480), (300, 1200)])
def test_a_face_is_found_where_it_is_in_pictures_of_any_shape(
    network: CompiledNetwork, heads: Heads, size: tuple[int, int]
) -> None:
    height, width = size
    factor = 0.9 * min(size) / heads[EILEEN].shape[0]
    head = cv2.resize(heads[EILEEN], None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    picture = np.full((*size, 3), 96, np.uint8)
    top, left = (height - head.shape[0]) // 2, (width - head.shape[1]) // 3
    picture[top : top + head.shape[0], left : left + head.shape[1]] = head
    found = BlazeDetector(network, no_landmarks).detect(rgb(picture))
    assert len(found) == 1
    x, y = found[0].box.center
    assert abs(x - left - head.shape[1] / 2) < head.shape[1] / 5
    assert abs(y - top - head.shape[0] / 2) < head.shape[0] / 4


def test_small_faces_are_found_in_parts_of_the_picture(network: CompiledNetwork, heads: Heads) -> None:
    factor = 24 / 120  # The heads' faces are 120 px wide.
    head = cv2.resize(heads[BARACK], None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    picture = np.full((480, 640, 3), 96, np.uint8)
    picture[300 : 300 + head.shape[0], 450 : 450 + head.shape[1]] = head
    options = DetectorOptions(min_face_px=15)
    found = BlazeDetector(network, no_landmarks, options).detect(rgb(picture))
    assert len(found) == 1
    assert found[0].box.width == pytest.approx(24, abs=8)
    assert not BlazeDetector(network, no_landmarks).detect(rgb(picture))


@pytest.mark.parametrize("side", [(1, 1), (7, 9), (1, 4000), (4000, 1)])
def test_pictures_of_a_few_pixels_hold_nobody(network: CompiledNetwork, side: tuple[int, int]) -> None:
    assert not BlazeDetector(network, no_landmarks).detect(np.full((*side, 3), 120, np.uint8))
