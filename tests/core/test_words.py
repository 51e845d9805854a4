from __future__ import annotations

import pytest

from facecam.core.words import counted


@pytest.mark.parametrize(
    ("count", "noun", "said"),
    [
        (1, ("photo",), "1 photo"),
        (0, ("photo",), "0 photos"),
        (1, ("person",), "1 person"),
        (2, ("person",), "2 people"),
        (1200, ("box", "boxes"), "1,200 boxes"),
    ],
)
def test_numbers_agree_with_their_nouns(count: int, noun: tuple[str, ...], said: str) -> None:
    assert counted(count, *noun) == said
