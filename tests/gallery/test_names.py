from __future__ import annotations

import unicodedata

import pytest

from facecam.core.errors import GalleryError
from facecam.gallery.names import clean_name, closest_names, fresh_name


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


@pytest.mark.parametrize("bad", ["\u202e", "\u202a", "\u2066", "\u2069"])
def test_a_new_name_turns_no_text_round_but_may_be_written_from_the_right(bad: str) -> None:
    assert fresh_name(" עמר\u200f 👩\u200d🔬 عمر ") == "עמר\u200f 👩\u200d🔬 عمر"
    with pytest.raises(GalleryError, match="turn round") as caught:
        fresh_name(f"Ada{bad}gpj.exe")
    assert bad not in caught.value.message and "Leave them out" in caught.value.hint
    assert clean_name(f"Ada{bad}") == f"Ada{bad}", "what an older database holds can still be read"


def test_closest_names_ignore_case() -> None:
    assert closest_names("ada lovelase", ["Grace Hopper", "Ada Lovelace"]) == ["Ada Lovelace"]
    assert closest_names("zzz", ["Ada"]) == []
