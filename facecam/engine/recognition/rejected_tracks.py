"""Rejected tracks: faces of a running stream that the user said are not somebody."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from facecam.core.config import Settings
from facecam.core.distances import unit_squared_l2
from facecam.core.home import expanded
from facecam.core.types import FloatArray
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.photos.no_faces import in_source
from facecam.gallery.gallery import Gallery

#: Looks remembered of a rejected face, the newest ones.
_MOST_LOOKS = 24


@dataclass(slots=True)
class _Rejected:
    """The tracks that are not a person while they last, and the looks at each of them."""

    held: set[int] = field(default_factory=set)
    looks: dict[int, deque[FloatArray]] = field(default_factory=dict)


class RejectedTracks:
    """Keeps a rejection for the rest of the stream; the gallery keeps it for ever.

    The gallery knows the looks that were rejected, and a face can turn out of
    them. Here the whole track is out of the question, with the looks yet to
    come, and so are later tracks that are about as near to those looks as to the
    person: in the film where a face was taken for somebody, whoever looks like
    that somebody is probably that face again.
    """

    def __init__(self) -> None:
        self._people: dict[str, _Rejected] = {}

    def reject(self, track: int, person: str, looks: Iterable[FloatArray]) -> None:
        """A track is not a person (id); `looks` are its vectors so far, float32 (D,), unit norm."""
        rejected = self._people.setdefault(person, _Rejected())
        rejected.held.add(track)
        rejected.looks[track] = deque(looks, _MOST_LOOKS)

    def recall(self, person: str, looks: Iterable[FloatArray]) -> None:
        """Faces that were rejected when this source was watched before: no track is held, but they are known."""
        rejected = self._people.setdefault(person, _Rejected())
        rejected.looks.update({-number: deque([look]) for number, look in enumerate(looks, start=1)})

    def accept(self, person: str, vectors: FloatArray, squared_l2: float) -> None:
        """Tracks with a look nearer than `squared_l2` to one of `vectors`, float32 (N, D), may be them again."""
        rejected = self._people.get(person)
        if rejected is None or not len(vectors):
            return
        for track, looks in list(rejected.looks.items()):
            if any(unit_squared_l2(vectors, look).min() < squared_l2 for look in looks):
                rejected.held.discard(track)
                del rejected.looks[track]
        if not rejected.looks:
            del self._people[person]

    def see(self, track: int, look: FloatArray) -> None:
        """One more look at a track, rejected or not."""
        for rejected in self._people.values():
            if track in rejected.held:
                rejected.looks[track].append(look)

    def end(self, track: int) -> None:
        """Somebody else is in a track's place; the looks at who was rejected stay."""
        for rejected in self._people.values():
            rejected.held.discard(track)

    def rules_out(
        self, track: int, person: str, looks: Sequence[FloatArray], squared_l2: float, margin: float
    ) -> bool:
        """Whether a track cannot be the person it is nearest to.

        Args:
            track: its number.
            person: the id.
            looks: those that say so, float32 (D,) each, unit norm; at least one.
            squared_l2: their mean distance to the person.
            margin: squared_l2 by which the person must be nearer than rejected looks are.
        """
        rejected = self._people.get(person)
        if rejected is None:
            return False
        if track in rejected.held:
            return True
        known = list(itertools.chain.from_iterable(rejected.looks.values()))
        if not known:
            return False
        nearest = unit_squared_l2(np.stack(looks), np.stack(known)).min(axis=1)
        return float(nearest.mean()) < squared_l2 + margin


def rejected_in(settings: Settings, source: str, gallery: Gallery) -> dict[str, FloatArray]:
    """By id, the faces that are not somebody, float32 (K, D), of people taken for somebody else in this film.

    Whoever was rejected in a film is probably in it again when it is played again; the names of the pictures kept
    say in which (by a one-way hash), so this goes where they go.

    Args:
        settings: where the pictures are.
        source: what is watched, as the user named it; only films are known again.
        gallery: with the rejections.
    """
    library, mark = PhotoLibrary(settings.data), source_mark(source)
    if not mark:
        return {}
    people = [gallery.people[index] for index in np.unique(gallery.rejections.owners).tolist()]
    return {
        one.identity.id: gallery.rejections_of(one)
        for one in people
        if any(mark in path.name for path in library.rejected_of(one.identity.name))
    }


def source_mark(source: str) -> str:
    """What the name of a picture says of the film its face was rejected in; empty for photos and cameras.

    Of what comes through a camera later, too much would be kept from the person for good.
    """
    if not source or not expanded(source).is_file():
        return ""
    return f"-in-{in_source(source).split()[-1][:10]}"
