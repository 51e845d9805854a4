"""Small words of sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from facecam.core.types import LifeTask


def counted(count: int, one: str, many: str = "") -> str:
    """A number with its noun: `1 photo`, `3 photos`, `1,200 photos`, `2 people`.

    Args:
        count: how many.
        one: the noun for one.
        many: for any other number; empty: `one` with an s, and `people` for `person`.
    """
    many = many or ("people" if one == "person" else f"{one}s")
    return f"{count:,} {one if count == 1 else many}"


def listed(names: Iterable[str], most: int) -> str:
    """The first of some names, and how many more there are: `Ada, Eve and 3 more`."""
    every = list(names)
    more = len(every) - most
    return ", ".join(every[:most]) + (f" and {more:,} more" if more > 0 else "")


@dataclass(frozen=True, slots=True)
class LabelWords:
    """What stands above faces without a name of their own.

    Attributes:
        unknown: above strangers.
        like: above a face whose person is another face of the frame; `{name}` becomes the name.
        unproven: above one that looks like somebody, but was not yet seen to be alive.
        tasks: what such a person is asked to do, instead.
    """

    unknown: str = "unknown"
    like: str = "like {name}"
    unproven: str = "{name}? not yet seen to be alive"
    tasks: Mapping[LifeTask, str] = field(
        default_factory=lambda: {
            "blink": "{name}? blink, please",
            "turn left": "{name}? turn your head to your left, please",
            "turn right": "{name}? turn your head to your right, please",
        }
    )


#: The words of the command line and of what it draws.
ENGLISH = LabelWords()
