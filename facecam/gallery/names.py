"""People's names: any Unicode, one spelling for one name."""

from __future__ import annotations

import difflib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable

from facecam.core.errors import GalleryError
from facecam.core.paths import DIRECTION_CONTROLS, printable

# Controls (NUL, line breaks, escapes), halves of surrogate pairs, line and paragraph separators.
_REFUSED = ("Cc", "Cs", "Zl", "Zp")
# Blanks and invisible format characters: a name of nothing else cannot be read by anybody.
_INVISIBLE = ("Zs", "Cf", *_REFUSED)
# Letters by their category, but nothing is to be seen: Hangul fillers, the empty Braille cell, the joiner that
# has no width and none of the above, and the selectors of how a character is drawn.
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\ufe0e\ufe0f")


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


def name_key(name: str) -> str:
    """What two names have in common that differ only in case, blanks or invisible characters.

    Nothing to be shown: letters are folded, format characters (zero width, direction) left out, blanks of every
    kind one space.

    Example:
        >>> name_key("ADA\u200b\u00a0 Lovelace") == name_key("Ada Lovelace")
        True
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    shown = "".join(char for char in folded if unicodedata.category(char) != "Cf" and char not in _FILLERS)
    # Once more: what stood between a letter and its accent is gone.
    return " ".join(unicodedata.normalize("NFC", shown).split())


def alike(name: str, names: Iterable[str]) -> list[str]:
    """Those of `names` that are `name` but for case, blanks and invisible characters; only it, where it is there."""
    known = list(names)
    if name in known:
        return [name]
    key = name_key(name)
    return [other for other in known if name_key(other) == key]


def spelled(name: str) -> str:
    """`name` for a message about its spelling: what cannot be seen in it is escaped.

    Example:
        >>> spelled("Ada\u200b")
        'Ada\\u200b'
    """
    shown = printable(name)
    unseen = (
        char for char in set(shown) if char in _FILLERS or unicodedata.category(char) == "Cf" or _odd(char)
    )
    for char in unseen:
        shown = shown.replace(char, char.encode("unicode_escape").decode())
    return shown


def _odd(char: str) -> bool:
    return unicodedata.category(char) == "Zs" and char != " "


def twins(names: Iterable[str]) -> list[list[str]]:
    """Names that differ only in case, blanks or invisible characters, group by group."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(name_key(name), []).append(name)
    return [group for group in groups.values() if len(group) > 1]


def told_apart(name: str) -> tuple[str, str]:
    """A name, and what tells its bearer from others of the name: that stands in brackets at the end, or is empty.

    Example:
        >>> told_apart("Anna Berg (the lab)"), told_apart("Anna Berg"), told_apart("(Anna)")
        (('Anna Berg', 'the lab'), ('Anna Berg', ''), ('(Anna)', ''))
    """
    head, bracket, rest = name.rpartition("(")
    if not bracket or not rest.endswith(")") or not head.strip() or not rest[:-1].strip():
        return name, ""
    return head.strip(), rest[:-1].strip()


def namesakes(name: str, names: Iterable[str]) -> list[str]:
    """Those of `names` who are called `name`, whatever tells them apart; only one who is called just so in brackets.

    Example:
        >>> namesakes("anna", ["Anna", "Anna (the lab)", "Annabel"])
        ['Anna', 'Anna (the lab)']
        >>> namesakes("Anna (the lab)", ["Anna", "Anna (the lab)"])
        ['Anna (the lab)']
    """
    key, remark = name_key(name), told_apart(name)[1]
    if remark:
        return alike(name, names)
    return [other for other in names if key in (name_key(other), name_key(told_apart(other)[0]))]


def shared_names(names: Iterable[str]) -> set[str]:
    """Those of `names` that several bear, at least one of them with what tells them apart.

    Example:
        >>> sorted(shared_names(["anna", "Anna (the lab)", "Bea", "Carl (the shop)"]))
        ['Anna (the lab)', 'anna']
    """
    groups = defaultdict[str, list[str]](list)
    for name in names:
        groups[name_key(told_apart(name)[0])].append(name)
    several = [group for group in groups.values() if len(group) > 1]
    return {name for group in several if any(told_apart(one)[1] for one in group) for name in group}


def closest_names(wanted: str, names: Iterable[str], count: int = 3) -> list[str]:
    """Up to `count` of `names` spelt most like `wanted`, best first; case does not matter."""
    by_folded = {name.casefold(): name for name in names}
    folded = unicodedata.normalize("NFC", wanted).strip().casefold()
    return [by_folded[match] for match in difflib.get_close_matches(folded, by_folded, n=count)]


def only_match(typed: str, names: Iterable[str]) -> str | None:
    """The one known person that somebody who typed this can have meant; None where there is none or a choice.

    That is who is called so; else the only one in whose name every typed word begins a word.

    Example:
        >>> only_match("barack", ["Barack Obama", "Joe Biden"])
        'Barack Obama'
        >>> only_match("joe", ["Joe Biden", "Joe Cocker"])
    """
    known = list(names)
    if same := alike(typed, known):
        return typed if typed in known else same[0]
    words = name_key(typed).split()
    found = [
        name
        for name in known
        if words and all(any(part.startswith(word) for part in name_key(name).split()) for word in words)
    ]
    return found[0] if len(found) == 1 else None
