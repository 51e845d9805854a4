"""Exact intervals of shares, for claims that must not be too good."""

from __future__ import annotations

from scipy.special import betaincinv

from facecam.metrics.rates import Estimate


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
    low = 0.0 if successes == 0 else float(betaincinv(successes, trials - successes + 1, 0.025))
    high = 1.0 if successes == trials else float(betaincinv(successes + 1, trials - successes, 0.975))
    return Estimate(successes / trials, low, high, "exact")
