"""Clopper and Pearson's intervals against published and closed values."""

from __future__ import annotations

import pytest

from facecam.metrics.exact import clopper_pearson


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Without any success: 1 − 0.025^(1/n); with nothing else: 0.025^(1/n).
        (0, 300, 0.0, 1 - 0.025 ** (1 / 300)),
        (20, 20, 0.025 ** (1 / 20), 1.0),
        # binom.test of R.
        (7, 50, 0.0581917, 0.2673960),
        (1, 10, 0.0025286, 0.4450161),
    ],
)
def test_limits(successes: int, trials: int, low: float, high: float) -> None:
    estimate = clopper_pearson(successes, trials)
    assert estimate.value == successes / trials and estimate.method == "exact"
    assert estimate.low == pytest.approx(low, abs=1e-6) and estimate.high == pytest.approx(high, abs=1e-6)


def test_the_interval_turns_round_with_the_share() -> None:
    one, other = clopper_pearson(13, 200), clopper_pearson(187, 200)
    assert one.low == pytest.approx(1 - other.high) and one.high == pytest.approx(1 - other.low)


@pytest.mark.parametrize(("successes", "trials"), [(-1, 3), (4, 3), (0, 0)])
def test_what_cannot_be_counted_is_refused(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match="successes"):
        clopper_pearson(successes, trials)
