"""People's names: any Unicode, one spelling for one name."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

from facecam.core.errors import GalleryError
from facecam.core.paths import DIRECTION_CONTROLS, printable

# Controls (NUL, line breaks, escapes), halves of surrogate pairs, line and paragraph separators.
_REFUSED = ("Cc", "Cs", "Zl", "Zp")
# Blanks and invisible format characters: a name of nothing else cannot be read by anybody.
_INVISIBLE = ("Zs", "Cf", *_REFUSED)


def clean_name(name: str) -> str:
    """`name` as it is stored and compared: Unicode NFC, without blanks around it.

    Example:
        >>> clean_name("  Ada Lovelace ")
        'Ada Lovelace'

    Raises:
        GalleryError: the name is empty, invisible, or holds control characters.
    """
    cleaned = unicodedata.normalize("NFC", name).strip()
    if any(unicodedata.category(char) in _REFUSED for char in cleaned):
        raise GalleryError(
            f"the name '{printable(cleaned)}' holds control characters",
            hint="Leave out line breaks and other characters that cannot be seen.",
        )
    if all(unicodedata.category(char) in _INVISIBLE for char in cleaned):
        raise GalleryError(
            "a person's name is empty", hint="Give the person a name with at least one letter."
        )
    return cleaned


def fresh_name(name: str) -> str:
    """`clean_name` for a name that is being given: names given before this rule stay readable.

    Raises:
        GalleryError: as for `clean_name`, or the name turns round the direction of the text after it.
    """
    cleaned = clean_name(name)
    if DIRECTION_CONTROLS.intersection(cleaned):
        raise GalleryError(
            f"the name '{printable(cleaned)}' holds characters that turn round what stands after them",
            hint="Leave them out: letters that are written from right to left need none.",
        )
    return cleaned


def closest_names(wanted: str, names: Iterable[str], count: int = 3) -> list[str]:
    """Up to `count` of `names` spelt most like `wanted`, best first; case does not matter."""
    by_folded = {name.casefold(): name for name in names}
    folded = unicodedata.normalize("NFC", wanted).strip().casefold()
    return [by_folded[match] for match in difflib.get_close_matches(folded, by_folded, n=count)]
