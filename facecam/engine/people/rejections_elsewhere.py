"""Looks at somebody that are kept with others, as faces that are not them: they go when the person is deleted."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.errors import FacecamError
from facecam.core.events import EventSink, ignore
from facecam.core.types import Identity
from facecam.engine import components
from facecam.engine.enrollment.rejection_removal import (
    GivenUp,
    embedder_of,
    given_up,
    pictures_near,
)
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.transactions.person_snapshot import has
from facecam.gallery.gallery import Gallery

#: Takes out exactly the vectors found before.
_THE_SAME_SQUARED_L2 = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Elsewhere:
    """Where else a face is kept.

    Attributes:
        rejections: other people, and what of the face they were said not to be.
        paths: its pictures in their folders.
    """

    rejections: tuple[tuple[Identity, GivenUp], ...] = ()
    paths: tuple[Path, ...] = ()

    def without(self, gallery: Gallery) -> Gallery:
        """`gallery` without these rejections."""
        for identity, gone in self.rejections:
            if has(gallery, identity):
                gallery = gallery.accept(identity, gone.rejections.vectors, _THE_SAME_SQUARED_L2)
        return gallery


def find_elsewhere(
    settings: Settings,
    library: PhotoLibrary,
    gallery: Gallery,
    identity: Identity,
    on_event: EventSink = ignore,
) -> Elsewhere:
    """Where a person's face is kept as a face that is not somebody else.

    Theirs is what would be accepted as them. Of a person without vectors nothing can be told.

    Args:
        settings: models, threshold.
        library: the photos.
        gallery: the database, with the person.
        identity: the person.
        on_event: gets a notice where pictures cannot be compared for lack of a model.

    Raises:
        GalleryError: there is no such person.
    """
    vectors, threshold = gallery.vectors_of(identity), _threshold(settings, gallery)
    others = [
        person
        for person in gallery.people
        if person.identity.id != identity.id
        and (len(gallery.rejections_of(person)) or library.rejected_of(person.identity.name))
    ]
    if not others or not len(vectors) or threshold is None:
        return Elsewhere()
    rejections = [
        (person.identity, GivenUp(given_up(gallery, gallery.accept(person, vectors, threshold), person)))
        for person in others
    ]
    rejections = [one for one in rejections if len(one[1].rejections)]
    names = [person.identity.name for person in others if library.rejected_of(person.identity.name)]
    embedder = embedder_of(settings, gallery, on_event) if names else None
    if embedder is None:
        return Elsewhere(tuple(rejections))
    found = [pictures_near(library, name, embedder, vectors, threshold, on_event) for name in names]
    return Elsewhere(tuple(rejections), tuple(path for paths in found for path in paths))


def _threshold(settings: Settings, gallery: Gallery) -> float | None:
    """The one in force for the gallery's vectors; None where nobody ever set one."""
    with contextlib.suppress(FacecamError):  # The gallery's own threshold needs no model.
        card = components.open_weights(settings).card(components.model_in_use(settings))
        if card.model_id == gallery.model_id:
            return components.accepted_threshold(settings, gallery, card)
    return gallery.threshold
