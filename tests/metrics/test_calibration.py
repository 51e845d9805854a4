"""Thresholds from distances, worked out by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from facecam.metrics.calibration import (
    TARGET_RATES,
    Calibration,
    calibrate,
    different_pairs,
    threshold_at_rate,
)


def circle(*degrees: float) -> np.ndarray:
    """Unit vectors by angle: squared_l2 between two is 2 − 2·cos of the angle between them."""
    angles = np.radians(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


# One threshold.


@pytest.mark.parametrize(("rate", "threshold"), [(0.01, 1.0), (0.1, 10.0), (0.5, 50.0), (0.125, 12.5)])
def test_the_threshold_is_the_quantile_of_the_different_pairs(rate: float, threshold: float) -> None:
    """Distances 0, 1, … 100: a share `rate` of the way is 100·rate, between two of them linearly."""
    assert threshold_at_rate(np.arange(101.0), rate) == pytest.approx(threshold)


@pytest.mark.parametrize("rate", [0.001, 0.01, 0.05, 0.3])
def test_the_wanted_share_of_pairs_lies_below(rate: float) -> None:
    distances = np.random.default_rng(1).uniform(0, 4, 5_000)
    below = np.mean(distances < threshold_at_rate(distances, rate))
    assert below == pytest.approx(rate, abs=1 / len(distances))


def test_the_order_of_the_distances_does_not_matter() -> None:
    distances = np.random.default_rng(2).uniform(0, 4, 999)
    assert threshold_at_rate(distances, 0.02) == threshold_at_rate(np.sort(distances), 0.02)


# Thresholds for the card.


def test_only_rates_with_ten_pairs_below_are_given() -> None:
    """2,000 pairs: 0.01 rests on 20, 0.005 on 10, 0.003 on 6 only."""
    calibration = calibrate(np.linspace(0, 2, 2_000))
    assert [rate for rate, _ in calibration.points] == [5e-3, 1e-2]
    assert calibration.different_pairs == 2_000


def test_with_many_pairs_all_rates_are_given_and_both_columns_rise() -> None:
    calibration = calibrate(np.random.default_rng(3).uniform(0, 4, 200_000))
    assert [rate for rate, _ in calibration.points] == list(TARGET_RATES)
    for (_, lower), (_, upper) in itertools.pairwise(calibration.points):
        assert lower < upper


def test_rates_may_come_in_any_order() -> None:
    distances = np.linspace(0, 4, 1_001)
    assert calibrate(distances, (0.5, 0.1)) == calibrate(distances, (0.1, 0.5))
    np.testing.assert_allclose(calibrate(distances, (0.5, 0.1)).points, [(0.1, 0.4), (0.5, 2.0)])


@pytest.mark.parametrize("count", [0, 1, 999])
def test_too_few_pairs_give_no_threshold_rather_than_a_wrong_one(count: int) -> None:
    calibration = calibrate(np.linspace(0, 4, count))
    assert (calibration.points, calibration.different_pairs) == ((), count)
    assert calibration.best_for(0.01) is None


@pytest.mark.parametrize(
    ("wanted", "chosen"), [(0.01, 0.01), (0.004, 0.005), (0.0001, 0.001), (0.02, 0.01), (0.005, 0.005)]
)
def test_the_point_used_is_the_nearest_above_else_the_nearest(wanted: float, chosen: float) -> None:
    calibration = Calibration(((0.001, 0.1), (0.005, 0.2), (0.01, 0.3)), 10_000)
    point = calibration.best_for(wanted)
    assert point is not None
    assert point[0] == chosen


# Pairs of different people.


def test_distances_of_different_people_by_hand() -> None:
    """A at 0° and 60°, B at 90°, C at 180°: AB 2 and 2−√3, AC 4 and 3, BC 2; A with A is left out."""
    distances = different_pairs(circle(0, 60, 90, 180), np.array([7, 7, 3, 5]))
    assert distances.dtype == np.float32
    np.testing.assert_allclose(np.sort(distances), [2 - np.sqrt(3), 2, 2, 3, 4], atol=1e-6)


def test_every_pair_counts_once() -> None:
    """3 + 2 + 1 photos: 3·2 + 3·1 + 2·1 = 11 pairs."""
    owners = np.array([0, 1, 0, 2, 1, 0])
    assert len(different_pairs(circle(*range(6)), owners)) == 11


@pytest.mark.parametrize("owners", [[], [4], [4, 4, 4]])
def test_one_person_alone_has_no_pairs(owners: list[int]) -> None:
    distances = different_pairs(circle(*range(len(owners))), np.array(owners, np.int32))
    assert distances.shape == (0,)


def test_rounding_leaves_no_distance_outside_its_range() -> None:
    vectors = np.repeat(circle(33.3), 40, axis=0)
    opposite = np.concatenate([vectors, -vectors])
    distances = different_pairs(opposite, np.arange(80))
    assert distances.min() >= 0
    assert distances.max() <= 4
