"""What the fixtures of these tests do with models."""

from __future__ import annotations

import tempfile
from dataclasses import replace

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.engine import components
from facecam.engine.places import user_cache_folder
from facecam.runtime.compiled import CompiledNetwork
from facecam.runtime.store import WeightsStore
from tests.engine.fixtures import Heads


def test_a_network_is_asked_once_and_who_is_answered_may_change_the_answer(
    settings: Settings, heads: Heads, monkeypatch: pytest.MonkeyPatch
) -> None:
    run: list[object] = []
    real = CompiledNetwork._run
    monkeypatch.setattr(CompiledNetwork, "_run", lambda *given: run.append(given) or real(*given))
    card, (network,) = WeightsStore(settings.weights).load(components.DEFAULT_MODEL, precision="f32")
    side_px = card.input.height
    chips = [np.resize(one, (1, side_px, side_px, 3)).astype(np.float32) for one in heads.values()]
    first = network(chips[0])[0]
    kept, asked = first.copy(), len(run)
    first[:] = 0
    np.testing.assert_array_equal(network(chips[0])[0], kept)
    assert len(run) == asked
    assert np.abs(network(chips[1])[0] - kept).max() > 0
    np.testing.assert_allclose(CompiledNetwork(network.path)(chips[0])[0], kept, atol=1e-5)
    assert len(run) == asked + 2, "what is new to it, and what is opened past the store"


def test_centerface_searches_a_picture_once_for_each_way_of_looking(
    settings: Settings, heads: Heads, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(settings, detector="centerface")
    run: list[object] = []
    real = CompiledNetwork._run
    monkeypatch.setattr(CompiledNetwork, "_run", lambda *given: run.append(given) or real(*given))
    picture = np.pad(next(iter(heads.values())), ((37, 0), (41, 0), (0, 0)))
    (found,) = components.open_detector(settings).detect(picture)
    asked = len(run)
    (again,) = components.open_detector(settings).detect(picture.copy())
    assert again.box == found.box and len(run) == asked > 0
    (moved,) = components.open_detector(settings).detect(picture[5:])
    assert len(run) > asked and moved.box.top == pytest.approx(found.box.top - 5, abs=1)


def test_what_facecam_keeps_for_its_user_is_left_alone() -> None:
    assert user_cache_folder().is_relative_to(tempfile.gettempdir())
