"""The prices of a threshold: of the test on one's own people while they are these, else of the calibration."""

from __future__ import annotations

from pathlib import Path

import pytest

from facecam.engine.recognition.threshold_prices import (
    FILE,
    OwnTest,
    Prices,
    missed_share,
    people_key,
    prices_at,
)
from facecam.runtime.card import ModelCard, read_card
from tests.gallery.factories import circle_gallery, embeddings, on_circle

CURVE = ((0.1, 0.0, 0.4), (0.2, 0.1, 0.2), (0.3, 0.5, 0.0))


@pytest.fixture(scope="module")
def card(weights: Path) -> ModelCard:
    return read_card(weights / "dlib-resnet" / "card.json")


def test_the_test_is_kept_for_these_people_only(tmp_path: Path) -> None:
    gallery = circle_gallery({"Ada": (0, 5), "Bea": (90,)})
    test = OwnTest(people_key(gallery), (0.15, 0.102, 0.03), CURVE)
    assert OwnTest.of(tmp_path, gallery) is None
    test.save(tmp_path)
    assert OwnTest.of(tmp_path, gallery) == test
    assert OwnTest.of(tmp_path, gallery.rename("Ada", "Ada L.")) == test
    assert OwnTest.of(tmp_path, gallery.add("Ada", embeddings(on_circle(7)))) is None
    assert OwnTest.of(tmp_path, gallery.remove("Bea")) is None


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 1, "people": 3}', '{"version": 1, "curve": [[1]]}']
)
def test_a_damaged_one_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert OwnTest.of(tmp_path, circle_gallery({"Ada": (0,)})) is None


def test_live_and_the_test_say_one_number(card: ModelCard) -> None:
    gallery = circle_gallery({"Ada": (0, 5), "Bea": (90,)})
    test = OwnTest(people_key(gallery), (0.15, 0.102, 0.03), CURVE)
    assert prices_at(card, gallery, test, 0.16, limit=0.15) == Prices(0.102, 0.03, own=True)
    moved = prices_at(card, gallery, test, 0.25)
    assert (moved.strangers, moved.missed) == pytest.approx((0.3, 0.1)) and moved.own
    estimated = prices_at(card, gallery, None, 0.1646, limit=0.15)
    assert not estimated.own and estimated.strangers == pytest.approx(0.01, abs=0.001)


def test_the_misses_by_the_calibration_are_about_those_measured(card: ModelCard) -> None:
    """On LFW View 1 two in a hundred pairs of one person are farther apart than the threshold of the card."""
    assert card.threshold is not None
    assert missed_share(card, card.threshold) == pytest.approx(0.02, abs=0.015)
    shares = [missed_share(card, squared_l2) or 0.0 for squared_l2 in (0.05, 0.1, 0.15, 0.2, 0.4)]
    assert shares == sorted(shares, reverse=True) and shares[-1] < 0.01
