"""Distances of unit vectors against the plain definition."""

from __future__ import annotations

import numpy as np

from facecam.core.distances import unit_squared_l2


def test_distances_are_those_of_the_definition() -> None:
    generator = np.random.default_rng(3)
    first, second = generator.standard_normal((2, 7, 5)), generator.standard_normal((4, 5))
    first /= np.linalg.norm(first, axis=-1, keepdims=True)
    second /= np.linalg.norm(second, axis=-1, keepdims=True)
    plain = ((first[:, :, None] - second) ** 2).sum(-1)
    assert np.allclose(unit_squared_l2(first, second), plain)
    assert np.allclose(unit_squared_l2(first, second[0]), plain[..., 0])
    assert np.isclose(unit_squared_l2(first[0, 0], second[0]), plain[0, 0, 0])
