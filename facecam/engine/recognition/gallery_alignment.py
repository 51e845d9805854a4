"""Alignment of face chips in use, and what to do about a database of another one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import numpy as np

from facecam.core.config import Settings
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.types import ALIGNMENTS, Alignment, Embeddings
from facecam.engine.photos.library import PhotoLibrary
from facecam.gallery.gallery import Gallery

#: Detectors with landmarks of their own: their photos are aligned by these and by dlib's.
OWN_LANDMARKS: Final = frozenset({"centerface"})


def photo_alignment(settings: Settings) -> Alignment:
    """How photos are aligned with the detector of the settings, where it finds the face."""
    return "five+dlib" if settings.detector in OWN_LANDMARKS else "dlib"


def outdated(
    settings: Settings, gallery: Gallery | None, with_photos: Collection[str] | None = None
) -> tuple[str, ...]:
    """Names of the people whom `people rebuild` would enroll with a better alignment than the database has.

    Nobody where photos are aligned by dlib's landmarks alone: that betters nothing.

    Args:
        settings: which detector, and where the photos are.
        gallery: the database.
        with_photos: names of people with photos; None: looked for in `data/`.
    """
    wanted = photo_alignment(settings)
    if gallery is None or wanted in ("dlib", gallery.alignment):
        return ()
    others = np.unique(gallery.owners[gallery.alignments != ALIGNMENTS.index(wanted)]).tolist()
    if not others:
        return ()
    if with_photos is None:
        with_photos = {name for name, photos in PhotoLibrary(settings.data).people().items() if photos}
    names = (gallery.people[index].identity.name for index in others)
    return tuple(name for name in names if name in with_photos)


def is_apart(settings: Settings, embeddings: Embeddings) -> bool:
    """Whether some of somebody's vectors are not aligned as photos are: they have a threshold of their own."""
    return bool((embeddings.alignments != ALIGNMENTS.index(photo_alignment(settings))).any())


def tell_outdated(settings: Settings, gallery: Gallery | None, on_event: EventSink = ignore) -> None:
    """Say that people were enrolled with another alignment, if `people rebuild` would better it."""
    if outdated(settings, gallery):
        on_event(OUTDATED)


OUTDATED: Final = Notice(
    "the people were enrolled by another detector, which places faces a little differently: "
    "they are recognised, but less surely than they could be",
    "Make the database anew from the photos: python main.py people rebuild",
)
