"""The map after a training lies over the one before."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from facecam.core.errors import DataError
from facecam.engine.training_jobs.plots import laid_over, read_projections


def turned(points: np.ndarray, degrees: float, mirror: bool) -> np.ndarray:
    """Turned, perhaps mirrored, and moved."""
    angle = np.radians(degrees)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    flip = np.diag([-1.0, 1.0]) if mirror else np.eye(2)
    return np.asarray(points @ flip @ turn + [3, -7], np.float32)


@pytest.mark.parametrize("degrees", [0, 40, 180, 275])
@pytest.mark.parametrize("mirror", [False, True])
def test_a_map_that_only_came_out_otherwise_lies_exactly_over_the_other(degrees: float, mirror: bool) -> None:
    points = np.random.default_rng(0).normal(size=(30, 2)).astype(np.float32)
    again = laid_over(turned(points, degrees, mirror), points)
    assert again.dtype == np.float32 and np.allclose(again, points, atol=1e-4)


def test_nothing_is_stretched() -> None:
    points = np.random.default_rng(1).normal(size=(20, 2)).astype(np.float32)
    tighter = laid_over(turned(0.5 * points, 90, True), points)
    assert np.allclose(
        np.linalg.norm(tighter - tighter.mean(axis=0), axis=1),
        0.5 * np.linalg.norm(points - points.mean(axis=0), axis=1),
        atol=1e-4,
    )


def test_the_maps_of_a_run_are_read_one_over_the_other(tmp_path: Path) -> None:
    points = np.random.default_rng(2).normal(size=(12, 2)).astype(np.float32)
    (tmp_path / "projection.json").write_text(json.dumps({"kind": "pca", "people": ["Ada"] * 12}))
    np.save(tmp_path / "before.npy", points)
    np.save(tmp_path / "after.npy", turned(points, 120, True))
    before, after = read_projections(tmp_path)
    assert np.allclose(before.points, after.points, atol=1e-4)


@pytest.mark.parametrize("damage", [np.full((12, 2), np.nan, np.float32), np.zeros((0, 2), np.float32)])
def test_a_damaged_map_is_said_and_no_riddle_of_mathematics(tmp_path: Path, damage: np.ndarray) -> None:
    (tmp_path / "projection.json").write_text(json.dumps({"people": ["Ada"] * len(damage)}))
    np.save(tmp_path / "before.npy", np.zeros((len(damage), 2), np.float32))
    np.save(tmp_path / "after.npy", damage)
    with pytest.raises(DataError, match="missing or damaged"):
        read_projections(tmp_path)
