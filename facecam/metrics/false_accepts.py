"""False accepts: how many strangers a threshold would give a name."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from facecam.core.config import Settings
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.words import counted
from facecam.runtime.card import MAX_SQUARED_L2, ModelCard

#: Below the smallest rate measured nothing is known but that it is smaller.
_TWO_ROUND_DIGITS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 40, 50, 60, 80, 100)


Points = Sequence[tuple[float, float]]
#: So many times the promised share of strangers goes without a word.
_MANY_TIMES = 3
#: Thresholds below this are numerical noise.
_LEAST_THRESHOLD = 1e-3


def rate_at(calibration: Points, threshold: float) -> float | None:
    """Share of pairs of different people below a threshold, in (0, 1]; None if never measured.

    Between the measured points the logarithm of the rate is interpolated,
    beyond them continued: an estimate there, and a guess far away. Never above 1.

    Args:
        calibration: (rate, threshold) pairs, of distances or of scores.
        threshold: of the same kind.
    """
    found = _curve(calibration)
    if found is None or threshold <= 0:
        return None
    thresholds, logarithms = found
    return float(min(1.0, np.exp(_through(thresholds, logarithms, threshold))))


def threshold_at(calibration: Points, rate: float) -> float | None:
    """The reverse of `rate_at`: in (0, 4]; None if never measured."""
    found = _curve(calibration)
    if found is None:
        return None
    thresholds, logarithms = found
    value = _through(logarithms, thresholds, math.log(max(rate, 1e-300)))
    return min(max(value, _LEAST_THRESHOLD), MAX_SQUARED_L2)


def rate_per_person(share: float, people: int) -> float:
    """The rate of pairs at which a share of strangers, in (0, 1), gets the name of one of `people`.

    The reverse of 1 − (1 − rate)^people.
    """
    return -math.expm1(math.log1p(-share) / max(people, 1))


def _curve(calibration: Points) -> tuple[np.ndarray, np.ndarray] | None:
    """Thresholds and logarithms of rates, both rising; None with fewer than two points."""
    points = sorted((threshold, rate) for rate, threshold in calibration if rate > 0)
    if len(points) < 2:
        return None
    return np.array([threshold for threshold, _ in points]), np.log([rate for _, rate in points])


def _through(xs: np.ndarray, ys: np.ndarray, x: float) -> float:
    """Linear between points, and on beyond the outermost two."""
    if x < xs[0]:
        return _continued(xs[:2], ys[:2], x)
    if x > xs[-1]:
        return _continued(xs[-2:], ys[-2:], x)
    return float(np.interp(x, xs, ys))


def _continued(xs: np.ndarray, ys: np.ndarray, x: float) -> float:
    slope = (ys[1] - ys[0]) / max(xs[1] - xs[0], 1e-9)
    return float(ys[0] + slope * (x - xs[0]))


def share_of_strangers(calibration: Points, threshold: float, people: int) -> float | None:
    """Share of strangers who would get the name of one of `people` enrolled, in (0, 1]; None if never measured.

    1 − (1 − rate)^people: every person enrolled is another chance. With 40
    people this gives one in six at the shipped threshold, as was measured.

    Args:
        calibration, threshold: see `rate_at`.
        people: how many.
    """
    rate = rate_at(calibration, threshold)
    return None if rate is None else -math.expm1(max(people, 1) * math.log1p(-min(rate, 1 - 1e-12)))


def tell_loose_threshold(
    settings: Settings, card: ModelCard, people: int, on_event: EventSink = ignore
) -> None:
    """Say what a threshold given by hand does to strangers, where it lets in many more than was promised."""
    if settings.threshold is None or not people:
        return
    share = share_of_strangers(card.calibration, settings.threshold, people)
    if share is None or share <= _MANY_TIMES * settings.strangers:
        return
    count = one_in(share)
    whom = "nearly every stranger" if count <= 1 else f"about 1 in {count} strangers"
    usual = f"{settings.strangers:.0%}" if settings.strangers >= 0.01 else f"{settings.strangers:.1%}"
    on_event(
        Notice(
            f"at the threshold {settings.threshold:g} {whom} would get the name of one of the "
            f"{counted(people, 'person')} enrolled, by the calibration of {card.name}",
            f"Leave it out (-m, --threshold, facecam.toml): the measured one lets in {usual}. "
            "Distances of other programs mean something else.",
        )
    )


def one_in(share: float) -> int:
    """n of "about 1 in n", rounded so that it claims no more than is known.

    Example:
        >>> one_in(0.00103), one_in(0.18), one_in(0.9)
        (1000, 6, 1)
    """
    exact = 1 / min(max(share, 1e-9), 1.0)
    power = 10 ** max(0, math.floor(math.log10(exact)) - 1)
    return int(min(_TWO_ROUND_DIGITS, key=lambda digits: abs(math.log(digits * power / exact))) * power)
