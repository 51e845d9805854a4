"""The threshold a trained network gets, also one that has hardly learnt anything."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.core.errors import TrainingError
from facecam.core.types import FloatArray
from facecam.engine.training_gate import Measured, calibrated
from facecam.runtime.card import ModelCard
from facecam.training.gate import held_out_pairs
from facecam.training.split import Split
from tests.runtime.tiny import card_for, save_embedder

_PEOPLE, _PHOTOS = 20, 6
_BY_PERSON = Split((), (), (), "person")


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> ModelCard:
    folder = tmp_path_factory.mktemp("model")
    return card_for("new", save_embedder(folder))


def _measured(vectors: FloatArray) -> Measured:
    held = np.ones(len(vectors), np.bool_)
    pairs = held_out_pairs(np.repeat(np.arange(_PEOPLE), _PHOTOS), held)
    return Measured((), held, vectors, vectors, pairs, None)


def _near_each_other(spread: float) -> FloatArray:
    generator = np.random.default_rng(0)
    vectors = generator.normal(size=16) + spread * generator.normal(size=(_PEOPLE * _PHOTOS, 16))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_a_network_that_has_hardly_learnt_gets_its_small_threshold(card: ModelCard) -> None:
    made = calibrated(card, _measured(_near_each_other(3e-3)), _BY_PERSON, None)
    assert made.threshold is not None and 0 < made.threshold < 5e-5


def test_different_people_with_the_same_vector_are_said(card: ModelCard) -> None:
    vectors = _near_each_other(0.5)
    vectors[: len(vectors) // 2] = vectors[0]
    with pytest.raises(TrainingError, match="gives different people the same vector") as caught:
        calibrated(card, _measured(vectors), _BY_PERSON, None)
    assert "--learning-rate" in caught.value.hint
