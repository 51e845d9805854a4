"""Distillations of a small student, start to end, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.heavy]
_ROOT = Path(__file__).resolve().parents[2]
_ALONE = {"CUDA_VISIBLE_DEVICES": "-1", "TF_CPP_MIN_LOG_LEVEL": "3", "FACECAM_LOGICAL_CPUS": "2"}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `distil_driver` found in a process with two processors of its own making."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.training.distil_driver", str(tmp_path_factory.mktemp("distil"))],
        cwd=_ROOT,
        env={**os.environ, **_ALONE},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_run_that_was_stopped_takes_the_way_of_one_that_was_not(answers: dict[str, Any]) -> None:
    whole, parts = answers["whole"], answers["parts"]
    assert whole["ends"] == [[True, 20]]
    assert parts["ends"] == [[False, 10], [True, 20]]
    assert parts["losses"] == pytest.approx(whole["losses"], rel=1e-4)
    for name, values in whole["kept"].items():  # Weights, moments, averages, chance.
        np.testing.assert_allclose(parts["kept"][name], values, rtol=1e-3, atol=1e-5)
    assert whole["judged"][-1] < whole["judged"][0]
    assert whole["best"] == pytest.approx(min(whole["judged"]))
    assert whole["losses"][-1] < whole["losses"][0]


def test_two_devices_share_a_batch(answers: dict[str, Any]) -> None:
    shared = answers["shared"]
    assert answers["words"] == "TensorFlow on 2 × CPU"
    assert shared["ends"] == [[True, 20]]
    assert np.isfinite(shared["losses"]).all() and shared["judged"][-1] < shared["judged"][0]
