"""The face detector's definition; that it finds what dlib finds is shown in tests/vision/test_cnn.py."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from facecam.core.errors import WeightsError
from facecam.core.types import ImageArray
from facecam.networks.dlib_file import read_tensors
from facecam.networks.ir.dlib_mmod import build_dlib_mmod, export_dlib_mmod
from facecam.runtime.compiled import CompiledNetwork
from facecam.runtime.dlib_files import MMOD, find_dlib_file
from facecam.vision.detect import cnn
from tests.networks import plain_layers as plain
from tests.networks.dlib_bytes import unpacked

BROKEN = (
    "mmod-of-resnet",
    "mmod-empty",
    "mmod-cut-early",
    "mmod-cut",
    "mmod-cut-late",
    "mmod-random",
    "mmod-random-tagged",
    "mmod-shapes",
    "mmod-odd-affine",
    "mmod-short-affine",
    "mmod-short-statistics",
)


@pytest.fixture(scope="module")
def network(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> CompiledNetwork:
    target = tmp_path_factory.mktemp("dlib-mmod")
    export_dlib_mmod(find_dlib_file(MMOD, weights), target)
    return CompiledNetwork(target / "model.xml")


def test_the_detector_uses_window_and_overlap_of_the_file(weights: Path) -> None:
    """Version, width, height, then five floats of mantissa and exponent: the last two are IoU and cover."""
    content = find_dlib_file(MMOD, weights).read_bytes()
    numbers = unpacked(content, content.index(b"loss_mmod_") + len(b"loss_mmod_"), 3 + 5 * 2)
    iou, covered = (math.ldexp(*numbers[at : at + 2]) for at in (9, 11))
    assert numbers[1:3] == [cnn.NATIVE_FACE_PX, cnn.NATIVE_FACE_PX]
    assert iou == pytest.approx(cnn._OVERLAP_IOU, abs=1e-9)
    assert covered == 1.0, "no share of a face covered is too much"


def test_a_score_for_every_eighth_pixel(network: CompiledNetwork, canvas: ImageArray) -> None:
    """Three times (side − 5) // 2 + 1: 160 → 78 → 37 → 17 rows and 200 → 98 → 47 → 22 columns."""
    scores = network(canvas[None].astype(np.float32))[0]
    assert scores.shape == (1, 17, 22, 1)


def test_the_best_score_lies_on_the_face(network: CompiledNetwork, canvas: ImageArray) -> None:
    """The face is in the middle of the canvas: (100, 80) px; cell i sees pixel 8·i + 14."""
    scores = network(canvas[None].astype(np.float32))[0][0, :, :, 0]
    row, column = np.unravel_index(scores.argmax(), scores.shape)
    assert scores.max() > 0.5
    assert abs(8 * column + 14 - 100) <= 16
    assert abs(8 * row + 14 - 80) <= 16


def scores_by_hand(path: Path, image: np.ndarray) -> np.ndarray:
    """The scores (h, w) of a picture (H, W, 3), layer by layer as dlib's example writes the network down."""
    tensors = iter(read_tensors(path))
    x = (image[None].astype(np.float64) - (122.782, 117.001, 104.298)) / 256
    for given, filters, stride in (
        (3, 16, 2),
        (16, 32, 2),
        (32, 32, 2),
        (32, 45, 1),
        (45, 45, 1),
        (45, 45, 1),
    ):
        values = next(tensors).ravel()
        kernel = values[:-filters].reshape(filters, given, 5, 5).transpose(2, 3, 1, 0)
        x = plain.convolution(x, kernel, values[-filters:], stride=stride, padding=0 if stride == 2 else 2)
        gamma, beta = next(tensors).astype(np.float64).reshape(2, filters)
        _, _, mean, variance = (next(tensors).ravel().astype(np.float64) for _ in range(4))
        x = plain.relu(gamma * (x - mean) / np.sqrt(variance + 1e-4) + beta)
    values = next(tensors).ravel()
    kernel = values[:-1].reshape(1, 45, 9, 9).transpose(2, 3, 1, 0)
    return plain.convolution(x, kernel, values[-1:], padding=4)[0, :, :, 0]


def test_the_network_scores_as_its_layers_one_by_one(
    network: CompiledNetwork, canvas: ImageArray, weights: Path
) -> None:
    """All layers in plain NumPy and float64, from the same file."""
    expected = scores_by_hand(find_dlib_file(MMOD, weights), canvas)
    assert expected.max() > 0.5 and expected.min() < -1  # Else sameness would show little.
    scores = network(canvas[None].astype(np.float32))[0][0, :, :, 0]
    np.testing.assert_allclose(scores, expected, atol=1e-5)


@pytest.mark.parametrize("file", BROKEN)
def test_a_broken_file_or_one_of_another_network_is_refused(broken: Path, file: str) -> None:
    with pytest.raises(WeightsError, match=file) as caught:
        build_dlib_mmod(broken / file)
    assert caught.value.hint
