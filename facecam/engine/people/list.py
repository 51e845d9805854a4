"""The people as lists show them, in the window and on the command line."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from facecam.core.config import Settings
from facecam.core.events import EventSink, ignore
from facecam.core.types import ALIGNMENTS, Alignment, Identity
from facecam.engine import components
from facecam.engine.enrollment.consent import Consent
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.recognition.gallery_alignment import is_apart
from facecam.engine.transactions.journal import recover_if_possible
from facecam.gallery.gallery import Gallery

Standing = Literal[
    "not enrolled", "other model", "no photos", "other alignment", "few photos", "good", "very good"
]

#: By how many vectors a person is known, for a word: from the table of misses by photos in docs/ARCHITECTURE.md
#: (1 photo 15 %, 3 photos 7 %, 10 photos 3 %).
_GOOD, _VERY_GOOD = 3, 8


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A person of the list.

    Attributes:
        identity: the id is empty for somebody who has photos and was not enrolled.
        created: when they were enrolled, ISO 8601; empty for somebody not enrolled.
        vectors: how many the database holds.
        photos: theirs, sorted.
        changed_s: when their newest photo was put there, seconds since 1970; 0 without photos.
        apart: whether some of the vectors are aligned otherwise than photos are now.
        kept: vectors by other models than the database's.
        consent: what they agreed to; None: not recorded.
        alignments: how many of the vectors are of which alignment; none with no vectors.
    """

    identity: Identity
    created: str
    vectors: int
    photos: tuple[Path, ...]
    changed_s: float
    apart: bool = False
    kept: int = 0
    consent: Consent | None = None
    alignments: Mapping[Alignment, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The person's name."""
        return self.identity.name

    @property
    def standing(self) -> Standing:
        """How well the person is known, in a word."""
        if not self.vectors:
            return "other model" if self.kept and not self.photos else "not enrolled"
        if self.apart and not self.photos:
            return "other alignment"
        if self.vectors < _GOOD:
            return "few photos"
        if not self.photos:
            return "no photos"
        return "very good" if self.vectors >= _VERY_GOOD else "good"


def roster(settings: Settings, on_event: EventSink = ignore) -> tuple[RosterEntry, ...]:
    """Everybody in the database and in `data/`, by name.

    Raises:
        GalleryError: the database is unreadable.
        DataError: the system does not let us read.
    """
    recover_if_possible(settings, on_event)
    gallery = components.open_store(settings, on_event).load()
    # An empty folder is nobody: perhaps the user is about to fill it.
    entries = everybody(settings, gallery, on_event)
    return tuple(entry for entry in entries if entry.identity.id or entry.photos)


def everybody(settings: Settings, gallery: Gallery | None, on_event: EventSink) -> list[RosterEntry]:
    """The same of an open database, with empty folders in `data/`.

    Raises:
        DataError: the system does not let us read.
    """
    photos = PhotoLibrary(settings.data, on_event).people()
    entries = [] if gallery is None else _enrolled(settings, gallery, photos)
    for name, paths in photos.items():
        entries.append(RosterEntry(Identity("", name), "", 0, tuple(paths), _newest(paths)))
    return sorted(entries, key=lambda entry: entry.name.casefold())


def _enrolled(settings: Settings, gallery: Gallery, photos: dict[str, list[Path]]) -> list[RosterEntry]:
    """The people of the gallery, whose photos are taken out of `photos`."""
    entries = []
    for person in gallery.people:
        own, embeddings = tuple(photos.pop(person.identity.name, ())), gallery.embeddings_of(person)
        numbers = np.bincount(embeddings.alignments, minlength=len(ALIGNMENTS)).tolist()
        entries.append(
            RosterEntry(
                person.identity,
                person.created,
                len(embeddings),
                own,
                _newest(own),
                is_apart(settings, embeddings),
                sum(map(len, gallery.kept_of(person))),
                Consent.read(person.consent),
                {alignment: count for alignment, count in zip(ALIGNMENTS, numbers, strict=True) if count},
            )
        )
    return entries


def _newest(photos: Sequence[Path]) -> float:
    newest = 0.0
    for photo in photos:
        with contextlib.suppress(OSError):
            newest = max(newest, photo.stat().st_mtime)
    return newest
