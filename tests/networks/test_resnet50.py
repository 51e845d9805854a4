"""ResNet50 as it runs against its Keras definition, which is the one that is trained further."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from facecam.core.errors import WeightsError
from facecam.core.types import FloatArray, ImageArray
from facecam.networks.ir.resnet50 import build_resnet50, export_resnet50
from facecam.networks.weights_file import read_arrays, save_arrays
from facecam.runtime.compiled import CompiledNetwork
from tests.networks.conftest import plain_keras


@pytest.mark.slow
def test_the_network_that_runs_and_the_one_that_is_trained_are_the_same(
    shipped: Path, small_chips: list[ImageArray], tmp_path: Path
) -> None:
    export_resnet50(shipped, tmp_path)
    network = CompiledNetwork(tmp_path / "model.xml")
    given = np.stack(small_chips).astype(np.float32)
    vectors = network(given)[0]
    with plain_keras():
        from facecam.networks.backbones import build_backbone
        from facecam.networks.weights_file import load_weights

        model = build_backbone("resnet50")
        load_weights(model, shipped)
        expected = model(given).numpy()
    assert np.ptp(expected, axis=0).min() > 0.01  # Else sameness would show little.
    np.testing.assert_allclose(vectors, expected, atol=1e-5)


def without_bias(arrays: dict[str, FloatArray]) -> None:
    del arrays["embedding/bias"]


def with_a_stranger(arrays: dict[str, FloatArray]) -> None:
    arrays["conv6_conv/kernel"] = np.zeros((1, 1, 1, 1), np.float32)


def with_more_values(arrays: dict[str, FloatArray]) -> None:
    arrays["embedding/bias"] = np.zeros(129, np.float32)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (without_bias, "missing embedding/bias"),
        (with_a_stranger, "not of this network conv6_conv/kernel"),
        (with_more_values, r"embedding/bias \(129,\) instead of \(128,\)"),
    ],
)
def test_weights_that_do_not_fit_are_refused(
    shipped: Path, tmp_path: Path, change: Callable[[dict[str, FloatArray]], None], words: str
) -> None:
    arrays = read_arrays(shipped)
    change(arrays)
    save_arrays(arrays, tmp_path / "weights.npz")
    with pytest.raises(WeightsError, match=words):
        build_resnet50(tmp_path / "weights.npz")


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="nowhere.npz is missing"):
        build_resnet50(tmp_path / "nowhere.npz")
