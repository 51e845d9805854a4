"""Small words of sentences."""

from __future__ import annotations


def counted(count: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 photo`, `3 photos`, `1,200 photos`, `2 people`.

    Args:
        count: how many.
        one: the noun for one.
        many: for any other number; empty: `one` with an s, and `people` for `person`.
    """
    many = many or ("people" if one == "person" else f"{one}s")
    return f"{count:,} {one if count == 1 else many}"
