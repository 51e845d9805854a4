"""What the fixtures of these tests do with models."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.engine import components
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
