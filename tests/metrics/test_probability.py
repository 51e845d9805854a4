"""Distances to probabilities."""

from __future__ import annotations

import itertools

import numpy as np

from facecam.metrics.probability import probability_knots, same_pairs


def interpolated(knots: tuple[tuple[float, float], ...], squared_l2: float) -> float:
    return float(np.interp(squared_l2, *zip(*knots, strict=True)))


def test_the_curve_is_that_of_two_known_distributions() -> None:
    """With same ~ N(0.1, 0.03) and different ~ N(0.4, 0.06) the odds at d are the ratio of the densities."""
    draw = np.random.default_rng(1)
    same, different = draw.normal(0.1, 0.03, 20_000).clip(0), draw.normal(0.4, 0.06, 200_000)
    knots = probability_knots(same, different)
    assert knots is not None

    def density(x: float, mean: float, sigma: float) -> float:
        return float(np.exp(-(((x - mean) / sigma) ** 2) / 2) / sigma)

    for squared_l2 in (0.05, 0.15, 0.19, 0.2, 0.21, 0.25, 0.4):
        first, second = density(squared_l2, 0.1, 0.03), density(squared_l2, 0.4, 0.06)
        assert abs(interpolated(knots, squared_l2) - first / (first + second)) < 0.07, squared_l2


def test_the_knots_are_what_a_card_takes() -> None:
    draw = np.random.default_rng(2)
    knots = probability_knots(draw.uniform(0, 0.5, 60), draw.uniform(0.2, 3.9, 5000))
    assert knots is not None and 2 <= len(knots) <= 60
    assert knots[0][0] == 0.0 and knots[-1] == (4.0, 0.0)
    assert all(a[0] < b[0] and a[1] >= b[1] for a, b in itertools.pairwise(knots))


def test_kinds_that_do_not_overlap() -> None:
    """A hundred pairs show no more than one in a hundred."""
    knots = probability_knots(np.linspace(0.01, 0.1, 100), np.linspace(0.3, 1.0, 100))
    assert knots is not None
    assert 0.98 < interpolated(knots, 0.05) <= 100 / 101 and 0 <= interpolated(knots, 0.9) < 0.01


def test_the_tail_follows_the_shape_where_no_pair_was_seen() -> None:
    """The densities of N(0.1, 0.03) and N(0.5, 0.08) at 0.2: a hundred thousand pairs have none of the other kind."""
    draw = np.random.default_rng(4)
    knots = probability_knots(draw.normal(0.1, 0.03, 20_000), draw.normal(0.5, 0.08, 100_000))
    assert knots is not None
    wanted = np.log(0.08 / 0.03) - ((0.15 - 0.1) / 0.03) ** 2 / 2 + ((0.15 - 0.5) / 0.08) ** 2 / 2
    value = interpolated(knots, 0.15)
    assert abs(np.log(value / (1 - value)) - wanted) < 1.5


def test_all_distances_alike_tell_nothing() -> None:
    assert probability_knots(np.full(60, 0.3), np.full(60, 0.3)) is None


def test_too_few_pairs_give_none() -> None:
    assert probability_knots(np.zeros(49), np.ones(1000)) is None
    assert probability_knots(np.zeros(1000), np.ones(49)) is None


def test_pairs_of_one_owner() -> None:
    """Three rows of one owner, two of them orthogonal, and a row of another."""
    rows = np.array([[1, 0], [0, 1], [1, 0], [0, 1]], np.float32)
    assert sorted(same_pairs(rows, np.array([0, 0, 0, 1])).tolist()) == [0.0, 2.0, 2.0]
    assert same_pairs(rows, np.arange(4)).tolist() == []
