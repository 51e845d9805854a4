"""Exact intervals of shares, for claims that must not be too good."""

from __future__ import annotations

import math
from collections.abc import Callable

from facecam.metrics.rates import Estimate

_HALVINGS = 60


def clopper_pearson(successes: int, trials: int) -> Estimate:
    """A share with an interval that holds the truth in at least 95 % of all cases, whatever it is.

    (Clopper and Pearson 1934, The use of confidence or fiducial limits illustrated in the case of the binomial,
    Biometrika 26:404)

    Example:
        >>> round(clopper_pearson(0, 300).high, 4)
        0.0122
    """
    if not 0 <= successes <= trials or trials < 1:
        raise ValueError(f"expected 0 ≤ successes ≤ trials ≥ 1. Received: {successes} of {trials}")
    low = 0.0 if successes == 0 else _root(lambda share: 1 - _at_most(successes - 1, trials, share), 0.025)
    high = (
        1.0 if successes == trials else 1 - _root(lambda share: _at_most(successes, trials, 1 - share), 0.025)
    )
    return Estimate(successes / trials, low, high, "exact")


def _root(rising: Callable[[float], float], wanted: float) -> float:
    """Where a function that rises over [0, 1] is as large as wanted."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return (low + high) / 2


def _at_most(successes: int, trials: int, share: float) -> float:
    """Chance of at most so many successes; 0 < share < 1."""
    logs = (
        math.lgamma(trials + 1)
        - math.lgamma(count + 1)
        - math.lgamma(trials - count + 1)
        + count * math.log(share)
        + (trials - count) * math.log1p(-share)
        for count in range(successes + 1)
    )
    return min(1.0, sum(map(math.exp, logs)))
