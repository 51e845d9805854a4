"""Small words of sentences."""

from __future__ import annotations

from dataclasses import dataclass


def counted(count: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 photo`, `3 photos`, `1,200 photos`, `2 people`.

    Args:
        count: how many.
        one: the noun for one.
        many: for any other number; empty: `one` with an s, and `people` for `person`.
    """
    many = many or ("people" if one == "person" else f"{one}s")
    return f"{count:,} {one if count == 1 else many}"


@dataclass(frozen=True, slots=True)
class LabelWords:
    """What stands above faces without a name of their own.

    Attributes:
        unknown: above strangers.
        like: above a face whose person is another face of the frame; `{name}` becomes the name.
    """

    unknown: str = "unknown"
    like: str = "like {name}"


#: The words of the command line and of what it draws.
ENGLISH = LabelWords()
