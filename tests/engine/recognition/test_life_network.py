"""An anti-spoofing network that is brought along: added by `models add`, asked beside the passive hint."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, WeightsError
from facecam.core.types import Box, ImageArray
from facecam.engine import components
from facecam.engine.models.custom import LivenessWish, NewModel, add_model
from facecam.engine.recognition.life.life_network import LifeNetwork, open_life_network
from facecam.engine.recognition.life.life_watch import FaceLife
from facecam.runtime.card import ModelCard
from tests.runtime.tiny import onnx_embedder

FACE = Box(40, 40, 60, 60)


def scene(inside: int, around: int = 0) -> ImageArray:
    """A face of one grey on a ground of another, 100 px wide."""
    image = np.full((80, 100, 3), around, np.uint8)
    image[40:60, 40:60] = inside
    return image


def added(
    settings: Settings, wish: LivenessWish, *, values: int = 1, name: str = "spoof", batch: int | str = "N"
) -> ModelCard:
    """A network that answers each value with the sum of the picture's three means, −3 for black, 3 for white."""
    file = settings.weights.parent / "network.onnx"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(onnx_embedder((batch, 3, 16, 16), dimensions=values))
    return add_model(settings, file, NewModel(name=name, liveness=wish))


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return replace(Settings(), weights=tmp_path / "weights", liveness_model="spoof")


def opened(settings: Settings) -> LifeNetwork:
    network = open_life_network(settings)
    assert network is not None
    return network


def test_it_is_added_with_a_card_and_tells_light_faces_from_dark_ones(here: Settings) -> None:
    card = added(here, LivenessWish(activation="sigmoid", crop=1.0))
    assert (card.task, card.dimensions, card.chip, card.threshold) == ("liveness", 1, None, None)
    assert components.open_weights(here).card("spoof") == card
    network = opened(here)
    assert network.chance(scene(255), FACE) == pytest.approx(1 / (1 + np.exp(-3)), abs=1e-3)
    assert network.chance(scene(0, 255), FACE) == pytest.approx(1 / (1 + np.exp(3)), abs=1e-3)


def test_it_sees_as_much_around_the_face_as_its_card_says_and_never_beyond_the_picture(
    here: Settings,
) -> None:
    added(here, LivenessWish(activation="sigmoid", crop=2.0))
    quarter = 3 * (2 * 0.25 - 1)
    assert opened(here).chance(scene(255), FACE) == pytest.approx(1 / (1 + np.exp(-quarter)), abs=0.02)
    corner = opened(here).chance(np.full((30, 50, 3), 255, np.uint8), Box(-10, -10, 200, 200))
    assert corner == pytest.approx(1 / (1 + np.exp(-3)), abs=1e-3)


def test_of_several_values_the_one_that_was_named_is_taken(here: Settings) -> None:
    added(here, LivenessWish(output=2), values=4)
    assert opened(here).chance(scene(255, 255), FACE) == pytest.approx(0.25)
    with pytest.raises(ConfigError, match="answers with 4 values"):
        added(here, LivenessWish(), values=4, name="other")
    with pytest.raises(WeightsError, match=r"liveness\.output"):
        added(here, LivenessWish(output=4), values=4, name="other")
    assert components.open_weights(here).names() == ["spoof"]


@pytest.mark.parametrize("wish", [{"threshold": 1.0}, {"threshold": 0.0}, {"crop": 0.5}, {"crop": 9.0}])
def test_numbers_that_cannot_be_meant_are_refused(here: Settings, wish: dict[str, float]) -> None:
    with pytest.raises(WeightsError, match="liveness"):
        added(here, LivenessWish(**wish))  # type: ignore[arg-type]


def test_an_answer_that_is_no_probability_is_said_with_the_cure(here: Settings) -> None:
    added(here, LivenessWish(crop=1.0))
    with pytest.raises(WeightsError, match="which is no probability") as caught:
        opened(here).chance(scene(255), FACE)
    assert "--activation" in caught.value.hint


def test_other_models_do_not_tell_who_is_alive_and_this_one_makes_no_vectors(
    here: Settings, weights: Path
) -> None:
    with pytest.raises(WeightsError, match="does not tell who is alive"):
        open_life_network(replace(here, weights=weights, liveness_model="facemesh"))
    added(here, LivenessWish(activation="sigmoid"))
    with pytest.raises(WeightsError, match="makes no vectors of faces"):
        components.open_embedder(replace(here, model="spoof"))
    with pytest.raises(WeightsError, match="missing"):
        open_life_network(replace(here, liveness_model="missing"))
    assert open_life_network(replace(here, liveness_model=None)) is None


def test_both_must_say_that_somebody_is_alive(here: Settings) -> None:
    added(here, LivenessWish(activation="sigmoid", crop=1.0, threshold=0.6))
    life = FaceLife(sign="eyes", network=opened(here))
    assert not life.alive and life.state.chance is None
    life._chances = deque([0.9] * 4)
    assert not life.alive, "four answers are too few"
    life._chances = deque([0.9] * 3 + [0.1] * 2)
    assert life.alive and life.state.chance == 0.9
    life.sign = None
    assert not life.alive, "the network alone does not do"
    life.sign, life._chances = "eyes", deque([0.9] * 2 + [0.1] * 3)
    assert not life.alive
