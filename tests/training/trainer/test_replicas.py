"""Two replicas learn the same as one device."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from facecam.training.trainer.replicas import gather_global, global_mean, replica_count

_ROOT = Path(__file__).resolve().parents[3]
_ALONE = {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What `replicas_driver` found in a process with two processors."""
    command = [sys.executable, "-m", "tests.training.replicas_driver"]
    done = subprocess.run(command, cwd=_ROOT, env={**os.environ, **_ALONE}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def cases(found: dict[str, Any]) -> list[dict[str, dict[str, Any]]]:
    return list(found["cases"])


def test_batches_wait_on_the_device_that_needs_them(found: dict[str, Any]) -> None:
    assert found["ahead"] == ["CPU:1", "CPU:1"]


class TestTwoReplicas:
    """Mined and normalized over the whole batch, with adaptive term, CosFace, centres and weight decay; shares of
    13 + 7 and 20 + 0.
    """

    def test_have_the_same_loss(self, cases: list[dict[str, dict[str, Any]]]) -> None:
        for case in cases:
            assert case["two"]["losses"] == pytest.approx(case["one"]["losses"], rel=1e-4)
            assert case["one"]["losses"][0] != pytest.approx(case["one"]["losses"][1], rel=0.01)

    @pytest.mark.parametrize("which", ["weights", "averaged"])
    def test_have_the_same_weights_and_means_after_two_steps(
        self, cases: list[dict[str, dict[str, Any]]], which: str
    ) -> None:
        """Plain steps of rate 0.5, so equal weights mean equal gradients."""
        assert len(cases) == 2
        for case in cases:
            for one, two in zip(case["one"][which], case["two"][which], strict=True):
                np.testing.assert_allclose(two, one, atol=1e-4)


def test_without_a_strategy_nothing_changes() -> None:
    x, labels = tf.ones((3, 2)), tf.constant([0, 1, 2])
    assert replica_count() == 1
    assert gather_global(x, labels)[0] is x
    assert float(global_mean(tf.constant([1.0, 3.0]))) == 2
    assert float(global_mean(tf.zeros(0))) == 0
