"""What a threshold means for strangers. The card: 1 % of pairs below 0.2, 0.1 % below 0.1."""

from __future__ import annotations

from dataclasses import replace

import pytest

from facecam.core.config import Settings
from facecam.core.events import Event, Notice
from facecam.engine import components
from facecam.metrics.false_accepts import one_in, rate_at, share_of_strangers, tell_loose_threshold
from facecam.runtime.card import ModelCard


@pytest.fixture
def card(settings: Settings) -> ModelCard:
    real = components.open_embedder(settings).card
    return replace(real, calibration=((0.001, 0.1), (0.01, 0.2)), threshold=0.2)


def test_between_the_measured_points_the_logarithm_is_interpolated(card: ModelCard) -> None:
    """Half-way between 1e-3 and 1e-2 in the logarithm is 10^-2.5."""
    assert rate_at(card.calibration, 0.1) == pytest.approx(1e-3)
    assert rate_at(card.calibration, 0.15) == pytest.approx(10**-2.5)
    assert rate_at(card.calibration, 0.2) == pytest.approx(1e-2)


def test_beyond_them_it_goes_on_and_never_above_one(card: ModelCard) -> None:
    assert rate_at(card.calibration, 0.05) == pytest.approx(10**-3.5)
    assert rate_at(card.calibration, 0.3) == pytest.approx(1e-1)
    assert rate_at(card.calibration, 2.0) == 1.0


def test_a_model_that_was_never_measured_promises_nothing(card: ModelCard) -> None:
    assert rate_at(replace(card, calibration=()).calibration, 0.1) is None
    assert share_of_strangers(replace(card, calibration=()).calibration, 0.1, 5) is None
    assert rate_at(card.calibration, 0.0) is None


def test_every_person_enrolled_is_another_chance(card: ModelCard) -> None:
    """1 − 0.99^40 = 0.331."""
    assert share_of_strangers(card.calibration, 0.2, 1) == pytest.approx(0.01)
    assert share_of_strangers(card.calibration, 0.2, 40) == pytest.approx(1 - 0.99**40)
    assert share_of_strangers(card.calibration, 0.2, 0) == pytest.approx(0.01)
    assert share_of_strangers(card.calibration, 4.0, 10) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("share", "count"),
    [(0.001, 1000), (0.00103, 1000), (0.18, 6), (0.5, 2), (0.9, 1), (1.0, 1), (0.005, 200)],
)
def test_round_numbers(share: float, count: int) -> None:
    assert one_in(share) == count


@pytest.mark.parametrize(
    ("threshold", "people", "whom"),
    [
        (0.4, 12, "nearly every stranger"),
        (0.15, 40, "about 1 in 8 strangers"),
        (0.1, 40, None),
        (None, 40, None),
    ],
)
def test_a_loose_threshold_by_hand_is_said(
    card: ModelCard, threshold: float | None, people: int, whom: str | None
) -> None:
    """1 − (1 − 10^-2.5)^40 = 0.119: one in eight; at 0.1 it is 0.039, little more than was promised."""
    said: list[Event] = []
    tell_loose_threshold(Settings(threshold=threshold), card, people, said.append)
    texts = [one.text for one in said if isinstance(one, Notice)]
    assert len(texts) == (whom is not None)
    for text in texts:
        assert whom is not None and whom in text and f"{threshold:g}" in text and f"{people} people" in text
    assert all("3%" in one.hint for one in said if isinstance(one, Notice))


def test_nothing_is_said_of_a_model_nobody_measured_or_with_nobody_enrolled(card: ModelCard) -> None:
    said: list[Event] = []
    tell_loose_threshold(Settings(threshold=0.4), replace(card, calibration=()), 12, said.append)
    tell_loose_threshold(Settings(threshold=0.4), card, 0, said.append)
    assert said == []
