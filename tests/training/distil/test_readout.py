"""The last layer of a student in closed form."""

from __future__ import annotations

import numpy as np

from facecam.training.distil.readout import solve_readout


def _unit(values: np.ndarray) -> np.ndarray:
    return (values / np.linalg.norm(values, axis=1, keepdims=True)).astype(np.float32)


def test_a_linear_relation_is_found() -> None:
    generator = np.random.default_rng(0)
    features = generator.normal(2.0, 1.0, (400, 12)).astype(np.float32)
    kernel, bias = generator.normal(size=(12, 5)), generator.normal(size=5)
    wanted = (features @ kernel + bias).astype(np.float32)
    found = solve_readout(features, wanted)
    assert (found.kernel.shape, found.bias.shape, found.kernel.dtype) == ((12, 5), (5,), np.float32)
    np.testing.assert_allclose(_unit(features @ found.kernel + found.bias), _unit(wanted), atol=1e-3)


def test_few_noisy_faces_take_a_strong_ridge_and_many_clear_ones_a_weak_one() -> None:
    generator = np.random.default_rng(1)

    def strength(count: int, noise: float) -> float:
        wanted = _unit(generator.normal(size=(count, 5)))
        features = wanted @ generator.normal(size=(5, 60)) + noise * generator.normal(size=(count, 60))
        return solve_readout(features.astype(np.float32), wanted).strength

    assert strength(70, 3.0) > strength(2000, 0.0)


def test_a_feature_that_is_always_zero_does_no_harm() -> None:
    features = np.random.default_rng(2).normal(size=(50, 4)).astype(np.float32)
    features[:, 1] = 0
    found = solve_readout(features, _unit(features[:, [0, 2, 3]]))
    assert np.isfinite(found.kernel).all()
