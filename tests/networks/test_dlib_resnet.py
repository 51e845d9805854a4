"""The face recognition network against dlib itself, on real faces."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from facecam.core.errors import WeightsError
from facecam.core.types import FloatArray, ImageArray
from facecam.networks.ir.dlib_resnet import build_dlib_resnet, export_dlib_resnet
from facecam.runtime.compiled import CompiledNetwork
from facecam.runtime.dlib_files import RESNET, find_dlib_file
from tests.networks.conftest import plain_keras

#: Sums of float32 in another order differ; the vectors' values are about 0.1.
TOLERANCE = 1e-4
#: Between two readings of the same weights.
PARITY = 1e-5


@pytest.fixture(scope="module")
def network(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> CompiledNetwork:
    target = tmp_path_factory.mktemp("dlib-resnet")
    export_dlib_resnet(find_dlib_file(RESNET, weights), target)
    return CompiledNetwork(target / "model.xml")


@pytest.fixture(scope="module")
def keras_answers(weights: Path, chips: list[ImageArray]) -> tuple[FloatArray, FloatArray]:
    """What the Keras definition makes of the chips, raw and of length 1, each float32 (N, 128)."""
    with plain_keras():
        from facecam.networks.dlib_resnet import load_dlib_resnet

        given, source = np.stack(chips).astype(np.float32), find_dlib_file(RESNET, weights)
        raw, unit = (load_dlib_resnet(source, unit_norm=norm)(given).numpy() for norm in (False, True))
        return raw, unit


def unit(vectors: FloatArray) -> FloatArray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def embed(network: CompiledNetwork, chips: list[ImageArray]) -> FloatArray:
    return np.asarray(network(np.stack(chips).astype(np.float32))[0])


def test_the_exported_network_gives_dlibs_vector_divided_by_its_norm(
    network: CompiledNetwork, chips: list[ImageArray], dlib_vectors: FloatArray
) -> None:
    received = embed(network, chips)
    assert received.shape == (len(chips), 128)
    np.testing.assert_allclose(received, unit(dlib_vectors), atol=TOLERANCE)


def test_the_chips_are_different_enough_to_show_anything(dlib_vectors: FloatArray) -> None:
    """Were all vectors alike, parity would be easy: the closest two differ by far more than is allowed."""
    distances = np.abs(dlib_vectors[:, None] - dlib_vectors[None]).max(axis=2)
    assert distances[np.triu_indices(len(distances), 1)].min() > 20 * TOLERANCE


def test_the_exported_network_agrees_on_lfw(
    network: CompiledNetwork, lfw: list[ImageArray], describe: Callable[[list[ImageArray]], FloatArray]
) -> None:
    np.testing.assert_allclose(embed(network, lfw), unit(describe(lfw)), atol=TOLERANCE)


def test_a_batch_gives_what_single_chips_give(network: CompiledNetwork, chips: list[ImageArray]) -> None:
    singly = np.concatenate([embed(network, [chip]) for chip in chips[:5]])
    np.testing.assert_allclose(embed(network, chips[:5]), singly, atol=1e-5)


@pytest.mark.slow
def test_the_keras_definition_gives_dlibs_raw_vector(
    dlib_vectors: FloatArray, keras_answers: tuple[FloatArray, FloatArray]
) -> None:
    np.testing.assert_allclose(keras_answers[0], dlib_vectors, atol=TOLERANCE)


@pytest.mark.slow
def test_unit_norm_is_made_inside_the_keras_definition(
    dlib_vectors: FloatArray, keras_answers: tuple[FloatArray, FloatArray]
) -> None:
    np.testing.assert_allclose(keras_answers[1], unit(dlib_vectors), atol=TOLERANCE)
    assert np.linalg.norm(keras_answers[0], axis=1).min() > 1.2  # Else the test above shows nothing.


@pytest.mark.slow
def test_the_network_that_runs_and_the_one_that_is_trained_are_the_same(
    network: CompiledNetwork, chips: list[ImageArray], keras_answers: tuple[FloatArray, FloatArray]
) -> None:
    np.testing.assert_allclose(embed(network, chips), keras_answers[1], atol=PARITY)


OTHER_FILES = ["resnet-of-detector", "resnet-cut", "resnet-shapes"]


@pytest.mark.parametrize("file", OTHER_FILES)
def test_a_file_of_another_network_is_refused(broken: Path, file: str) -> None:
    with pytest.raises(WeightsError, match=file) as caught:
        build_dlib_resnet(broken / file)
    assert caught.value.hint


@pytest.mark.slow
@pytest.mark.parametrize("file", OTHER_FILES)
def test_the_keras_definition_refuses_it_too(broken: Path, file: str) -> None:
    from facecam.networks.dlib_resnet import load_dlib_resnet

    with pytest.raises(WeightsError, match=file):
        load_dlib_resnet(broken / file)
