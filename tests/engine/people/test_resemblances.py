"""Who may be taken for whom, and pairs that somebody said are two."""

from __future__ import annotations

from pathlib import Path

import pytest

from facecam.core.types import Identity
from facecam.engine.people.resemblances import FILE, TwoPeople, like_people
from facecam.gallery.matching.match import Matcher
from facecam.runtime.card import ModelCard, read_card
from tests.gallery.factories import circle_gallery

GALLERY = circle_gallery({"Ada": (0, 5), "Eve": (18,), "Bea": (40,), "Cem": (180,)})
ADA, EVE, BEA, CEM = GALLERY.identities


@pytest.fixture(scope="module")
def card(weights: Path) -> ModelCard:
    return read_card(weights / "dlib-resnet" / "card.json")


def names(matcher: Matcher, card: ModelCard, who: Identity, said: TwoPeople | None = None) -> list[str]:
    return [one.identity.name for one in like_people(matcher, card, who, said)]


def test_the_likeliest_first_and_nobody_who_is_far(card: ModelCard, tmp_path: Path) -> None:
    matcher, said = Matcher(GALLERY, 0.4), TwoPeople(tmp_path)
    assert names(matcher, card, ADA) == ["Eve", "Bea"] and names(matcher, card, CEM) == []
    assert names(matcher, card, Identity("nobody", "Nobody")) == []
    said.say(EVE, ADA)
    assert names(matcher, card, ADA, said) == ["Bea"], "whoever was named first"
    assert names(matcher, card, EVE, said) == ["Bea"]
    said.say(ADA, EVE, two=False)
    assert names(matcher, card, ADA, said) == ["Eve", "Bea"]


def test_what_was_said_names_nobody_and_damage_forgets_it(tmp_path: Path) -> None:
    said = TwoPeople(tmp_path)
    said.say(ADA, EVE)
    assert TwoPeople(tmp_path).holds(EVE, ADA) and not said.holds(ADA, BEA)
    content = (tmp_path / FILE).read_text()
    assert ADA.id not in content and "Ada" not in content
    for text in ("", "[]", '{"pairs": 3}', "{"):
        (tmp_path / FILE).write_text(text)
        assert not said.holds(ADA, EVE)
    said.say(ADA, EVE)
    assert said.holds(ADA, EVE)
