from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from facecam.core.errors import GalleryError
from facecam.core.paths import printable
from facecam.gallery import names
from facecam.gallery.names import alike, clean_name, closest_names, fresh_name, name_key, shared_names

#: Any text, rich in what is folded, composed, blank or unseen.
TEXT = st.one_of(
    st.text(st.sampled_from("aAeßİ\u0301\u0308\u200b\u200d\u00a0\ufe0f \n"), max_size=8),
    st.text(st.characters(), max_size=12),
)


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


@given(TEXT)
def test_a_cleaned_name_is_clean(name: str) -> None:
    try:
        cleaned = clean_name(name)
    except GalleryError as error:
        assert error.hint and error.message == printable(error.message)
        return
    assert clean_name(cleaned) == clean_name(f" {name}\t") == cleaned
    assert cleaned == unicodedata.normalize("NFC", cleaned).strip() and cleaned


@given(TEXT, TEXT)
@example("A\u200d\u0301da", "Áda").via("looks the same, and was not alike")
def test_the_key_of_a_name_is_its_own_key_and_finds_names_alike_both_ways(one: str, other: str) -> None:
    assert name_key(name_key(one)) == name_key(one)
    assert (alike(one, [other]) == [other]) == (alike(other, [one]) == [one])


def test_names_that_several_bear_are_found_by_looking_at_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(names, "name_key", lambda name: (asked.append(name), name_key(name))[1])
    many = [f"Person {number}" for number in range(1000)]
    assert shared_names([*many, "Ada (the lab)", "ADA", "bea", "Bea", "Eve (the shop)"]) == {
        "Ada (the lab)",
        "ADA",
    }
    assert len(asked) == 1005
