"""What a threshold means: how many strangers would be given a name."""

from __future__ import annotations

import math

import numpy as np

from facecam.runtime.card import ModelCard

#: Below the smallest rate measured nothing is known but that it is smaller.
_TWO_ROUND_DIGITS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50, 60, 80, 100)


def false_accept_rate(card: ModelCard, squared_l2: float) -> float | None:
    """Share of pairs of different people nearer than `squared_l2`, in (0, 1]; None if never measured.

    Between the measured points of the card the logarithm of the rate is
    interpolated, beyond them continued: an estimate there, and a guess far
    away. Never above 1.
    """
    points = sorted((threshold, rate) for rate, threshold in card.calibration if rate > 0)
    if len(points) < 2 or squared_l2 <= 0:
        return None
    thresholds = np.array([threshold for threshold, _ in points])
    logarithms = np.log([rate for _, rate in points])
    if squared_l2 < thresholds[0]:
        return float(np.exp(_continued(thresholds[:2], logarithms[:2], squared_l2)))
    if squared_l2 > thresholds[-1]:
        return float(min(1.0, np.exp(_continued(thresholds[-2:], logarithms[-2:], squared_l2))))
    return float(np.exp(np.interp(squared_l2, thresholds, logarithms)))


def _continued(xs: np.ndarray, ys: np.ndarray, x: float) -> float:
    slope = (ys[1] - ys[0]) / max(xs[1] - xs[0], 1e-9)
    return float(ys[0] + slope * (x - xs[0]))


def strangers_accepted(card: ModelCard, squared_l2: float, people: int) -> float | None:
    """Share of strangers who would get the name of one of `people` enrolled, in (0, 1].

    1 − (1 − rate)^people: every person enrolled is another chance. With 40
    people this gives one in six at the shipped threshold, as was measured.
    """
    rate = false_accept_rate(card, squared_l2)
    return None if rate is None else -math.expm1(max(people, 1) * math.log1p(-min(rate, 1 - 1e-12)))


def one_in(share: float) -> int:
    """n of "about 1 in n", rounded so that it claims no more than is known.

    Example:
        >>> one_in(0.00103), one_in(0.18), one_in(0.9)
        (1000, 6, 1)
    """
    exact = 1 / min(max(share, 1e-9), 1.0)
    power = 10 ** max(0, math.floor(math.log10(exact)) - 1)
    return int(min(_TWO_ROUND_DIGITS, key=lambda digits: abs(math.log(digits * power / exact))) * power)
