from __future__ import annotations

import unicodedata

import pytest

from facecam.core.errors import GalleryError
from facecam.gallery.names import clean_name, closest_names


def test_two_spellings_of_one_name_become_one() -> None:
    composed, decomposed = "Zoë", "Zoe\u0308"
    assert composed != decomposed
    assert clean_name(f"  {decomposed}\n") == clean_name(composed) == composed


@pytest.mark.parametrize(
    "name", ["محمد", "שרה", "李雷", "👩‍🔬 Ada", "O'Brien-Ñandú", "عمر\u200f", "x" * 300, "../../etc/passwd"]
)
def test_any_unicode_is_a_name(name: str) -> None:
    assert clean_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("name", ["", "   ", "\t\n", "\u200b", " \u200d\u00a0", "\ufeff"])
def test_a_name_nobody_can_read_is_refused(name: str) -> None:
    with pytest.raises(GalleryError, match="empty"):
        clean_name(name)


@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\n", "\x7f", "\x85", "\u2028", "\ud800"])
def test_control_characters_are_refused_and_shown_escaped(bad: str) -> None:
    with pytest.raises(GalleryError, match="control") as caught:
        clean_name(f"Ada{bad}Lovelace")
    assert bad not in caught.value.message


def test_closest_names_ignore_case() -> None:
    assert closest_names("ada lovelase", ["Grace Hopper", "Ada Lovelace"]) == ["Ada Lovelace"]
    assert closest_names("zzz", ["Ada"]) == []
