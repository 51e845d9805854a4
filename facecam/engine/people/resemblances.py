"""Resemblances: people who may be taken for one another, and pairs of whom somebody said that they are two.

What was said is kept beside the database in `two-people.json`, as one-way hashes of both ids: they are random, and when
one of the two is deleted nobody can tell any more whom it was about.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from facecam.core.types import Identity
from facecam.engine.photos.json_store import read_document, write_document
from facecam.gallery.gallery import Gallery
from facecam.gallery.matching.match import Matcher
from facecam.runtime.card import ModelCard

FILE: Final = "two-people.json"
_VERSION = 1
#: More are no help.
_MOST = 3


@dataclass(frozen=True, slots=True)
class LikePerson:
    """Somebody else whom a person may be taken for.

    Attributes:
        identity: who.
        percent: how probable it is that the two looks nearest to one another are of one person; None where not their
            faces are alike, but their names but for case, blanks or characters that cannot be seen.
    """

    identity: Identity
    percent: float | None


class TwoPeople:
    """Pairs of people who only look alike, as somebody said.

    Args:
        database: its folder.
    """

    def __init__(self, database: Path) -> None:
        self._path = database / FILE

    def holds(self, one: Identity, other: Identity) -> bool:
        """Whether somebody said that these are two."""
        return _key(one, other) in self._read()

    def say(self, one: Identity, other: Identity, *, two: bool = True) -> None:
        """These are two; or, to take that back, perhaps not.

        Raises:
            DataError: disk full or no permission.
        """
        pairs = self._read()
        changed = pairs | {_key(one, other)} if two else pairs - {_key(one, other)}
        if changed != pairs:
            write_document(self._path, {"version": _VERSION, "pairs": sorted(changed)})

    def _read(self) -> frozenset[str]:
        empty: frozenset[str] = frozenset()
        return read_document(self._path, lambda content: frozenset(map(str, content["pairs"])), empty)


def like_people(
    matcher: Matcher, card: ModelCard, who: Identity, said: TwoPeople | None = None
) -> tuple[LikePerson, ...]:
    """Whom somebody enrolled would be taken for if they were not known themselves, the likeliest first.

    Args:
        matcher: with everybody.
        card: of its model.
        who: one of them.
        said: pairs to leave out; None: none.
    """
    gallery: Gallery = matcher.gallery
    own = gallery.vectors_of(who) if gallery.knows(who) else gallery.vectors[:0]
    if not len(own):
        return ()
    nearest, distances = matcher.scores(own).min(axis=0), matcher.distances(own).min(axis=0)
    found: list[LikePerson] = []
    for row in nearest.argsort().tolist():
        other = gallery.identities[row]
        if other.id == who.id:
            continue
        if not nearest[row] < matcher.limit or len(found) == _MOST:
            break
        if said is None or not said.holds(who, other):
            found.append(LikePerson(other, card.percent(float(distances[row]))))
    return tuple(found)


def _key(one: Identity, other: Identity) -> str:
    first, second = sorted((one.id or one.name, other.id or other.name))
    return hashlib.sha256(f"{first} {second}".encode()).hexdigest()[:32]
