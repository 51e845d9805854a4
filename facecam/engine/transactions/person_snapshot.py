"""A person as the database held them, so that what happened to them can be taken back."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from facecam.core.errors import GalleryError
from facecam.core.types import Embeddings, FloatArray, Identity
from facecam.gallery.gallery import Gallery, Person, Who


@dataclass(frozen=True, slots=True, eq=False)
class PersonSnapshot:
    """A person as the database held them.

    Attributes:
        person: id, name, date, consent.
        own: their vectors, N ≥ 0.
        rejected: the faces that are not them, K ≥ 0.
        kept: their vectors by other models, an entry a model.
    """

    person: Person
    own: Embeddings
    rejected: Embeddings
    kept: tuple[Embeddings, ...] = ()

    @classmethod
    def of(cls, gallery: Gallery, identity: Identity) -> PersonSnapshot:
        """What `gallery` knows of a person.

        Raises:
            GalleryError: there is no such person.
        """
        person = gallery.find(identity)
        own, rejected = gallery.embeddings_of(person), gallery.rejected_of(person)
        return cls(person, own, rejected, gallery.kept_of(person))

    @property
    def model_id(self) -> str:
        """The model of the gallery."""
        return self.own.model_id

    @property
    def vectors(self) -> FloatArray:
        """Their vectors, float32 (N, D)."""
        return self.own.vectors

    @property
    def rejections(self) -> FloatArray:
        """The vectors of faces that are not them, float32 (K, D)."""
        return self.rejected.vectors

    def restored(self, gallery: Gallery | None) -> Gallery:
        """`gallery` with the person as they were; with a number after the name if that is taken now.

        Vectors of another model than the gallery's cannot be matched and are kept aside. A gallery that
        has the person already stays as it is, so that an undo cut off half-way can be repeated.
        """
        if gallery is not None and has(gallery, self.person.identity):
            return gallery
        if gallery is None:
            gallery = Gallery.empty(self.model_id, self.vectors.shape[1])
        person = self._with_free_name(gallery)
        gallery = with_all_of(gallery, person, (self.own, *self.kept))
        if self.model_id == gallery.model_id and len(self.rejected):
            gallery = gallery.reject(person, self.rejected)
        return gallery

    def _with_free_name(self, gallery: Gallery) -> Person:
        identity, taken = self.person.identity, {one.name for one in gallery.identities}
        numbered = (f"{identity.name} ({number})" for number in itertools.count(2))
        name = next(name for name in itertools.chain([identity.name], numbered) if name not in taken)
        return Person(Identity(identity.id, name), self.person.created, self.person.consent)


def has(gallery: Gallery, identity: Identity) -> bool:
    """Whether the gallery knows a person, whatever they are called there."""
    return any(one.id == identity.id for one in gallery.identities)


def with_all_of(gallery: Gallery, person: Person, everything: Iterable[Embeddings]) -> Gallery:
    """`gallery` with vectors of somebody, one entry a model; those by other models than its own are kept aside."""
    by_model = {one.model_id: one for one in everything}
    nothing = Embeddings(np.zeros((0, gallery.dimensions), np.float32), gallery.model_id)
    gallery = gallery.add(person, by_model.pop(gallery.model_id, nothing))
    for embeddings in by_model.values():
        gallery = gallery.keep(person, embeddings)
    return gallery


def parted(gallery: Gallery, who: Who, gone: PersonSnapshot, before: PersonSnapshot | None) -> Gallery:
    """`gallery` without what `gone` brought to a person, who is as they were `before` but for what came since."""
    model_id, name = gallery.model_id, gallery.find(who).identity.name
    known = before if before is not None and before.model_id == model_id else None
    own = _as_before(gallery.embeddings_of(who), gone.own, None if known is None else known.own)
    rejected = gallery.rejected_of(who).without(gone.rejections)
    if known is not None:
        # Some were given up when the two became one person.
        rejected = _joined(known.rejected, rejected.without(known.rejections))
    # By other models nothing came since.
    kept_aside = () if before is None else before.kept
    gallery = gallery.remove(who)
    if before is not None:
        identity = Identity(before.person.identity.id, name)
        kept: Who = Person(identity, before.person.created, before.person.consent)
    elif len(own):
        kept = name
    else:
        return gallery
    gallery = gallery.add(kept, own)
    for embeddings in kept_aside:
        if embeddings.model_id != model_id:
            gallery = gallery.keep(kept, embeddings)
    return gallery.reject(kept, rejected) if len(rejected) else gallery


def _as_before(now: Embeddings, gone: Embeddings, before: Embeddings | None) -> Embeddings:
    """`now` less what `gone` brought; a row that was there before stays as often as it was: both had the same photo."""
    left = Counter() if before is None else Counter(row.tobytes() for row in before.vectors)
    brought = {row.tobytes() for row in gone.vectors}
    kept = np.ones(len(now), bool)
    for number, row in enumerate(now.vectors):
        key = row.tobytes()
        kept[number] = key not in brought or left[key] > 0
        left[key] -= 1
    return now.rows(kept)


def _joined(one: Embeddings, other: Embeddings) -> Embeddings:
    vectors = np.concatenate([one.vectors, other.vectors])
    return Embeddings(vectors, one.model_id, np.concatenate([one.alignments, other.alignments]))


def some(gallery: Gallery | None) -> Gallery:
    """The gallery.

    Raises:
        GalleryError: there is none.
    """
    if gallery is None:
        raise GalleryError("nobody is enrolled yet", hint="Enroll somebody first.")
    return gallery
