"""The face detector's definition; that it finds what dlib finds is shown in tests/vision/test_cnn.py."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facecam.core.types import ImageArray
from facecam.engine.components import CNN_MODEL, DEFAULT_MODEL
from facecam.networks.dlib_file import read_detector_window
from facecam.runtime.compiled import CompiledNetwork
from facecam.runtime.dlib_files import MMOD, find_dlib_file
from facecam.runtime.store import WeightsStore
from facecam.vision.detect import cnn
from tests.networks.conftest import KerasAnswers

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
def network(weights: Path) -> CompiledNetwork:
    _, networks = WeightsStore(weights, default=DEFAULT_MODEL).load(CNN_MODEL, precision="f32")
    return networks[0]


def test_the_detector_uses_window_and_overlap_of_the_file(weights: Path) -> None:
    height, width, overlap = read_detector_window(find_dlib_file(MMOD, weights))
    assert (height, width) == (cnn.NATIVE_FACE_PX, cnn.NATIVE_FACE_PX)
    assert overlap.iou == pytest.approx(cnn._OVERLAP_IOU, abs=1e-9)
    assert overlap.covered == cnn._OVERLAP_COVERED


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


@pytest.mark.slow
def test_the_exported_network_scores_as_the_keras_definition(
    network: CompiledNetwork, canvas: ImageArray, keras_answers: KerasAnswers
) -> None:
    scores = network(canvas[None].astype(np.float32))[0][0, :, :, 0]
    np.testing.assert_allclose(scores, keras_answers.scores, atol=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("file", BROKEN)
def test_a_broken_file_or_one_of_another_network_is_refused(keras_answers: KerasAnswers, file: str) -> None:
    kind, message = keras_answers.errors[file]
    assert kind == "WeightsError", message
    assert file in message
