"""A person as the database held them, so that what happened to them can be taken back."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from facecam.core.errors import GalleryError
from facecam.core.types import Embeddings, FloatArray, Identity
from facecam.gallery.gallery import Gallery, Person, Who


@dataclass(frozen=True, slots=True, eq=False)
class Remembered:
    """A person as the database held them: vectors and rejections float32 (n, D), (k, D)."""

    person: Person
    model_id: str
    vectors: FloatArray
    rejections: FloatArray

    @classmethod
    def of(cls, gallery: Gallery, identity: Identity) -> Remembered:
        """What `gallery` knows of a person.

        Raises:
            GalleryError: there is no such person.
        """
        person = gallery.find(identity)
        return cls(person, gallery.model_id, gallery.vectors_of(person), gallery.rejections_of(person))

    def restored(self, gallery: Gallery | None) -> Gallery:
        """`gallery` with the person as they were; with a number after the name if that is taken now.

        Vectors of another model than the gallery's are of no use and left out. A gallery that
        has the person already stays as it is, so that an undo cut off half-way can be repeated.
        """
        if gallery is not None and has(gallery, self.person.identity):
            return gallery
        if gallery is None:
            gallery = Gallery.empty(self.model_id, self.vectors.shape[1])
        same_model = gallery.model_id == self.model_id
        nothing = np.zeros((0, gallery.dimensions), np.float32)
        person = self._with_free_name(gallery)
        vectors = self.vectors if same_model else nothing
        gallery = gallery.add(person, Embeddings(vectors, gallery.model_id))
        if same_model and len(self.rejections):
            gallery = gallery.reject(person, Embeddings(self.rejections, gallery.model_id))
        return gallery

    def _with_free_name(self, gallery: Gallery) -> Person:
        identity, taken = self.person.identity, {one.name for one in gallery.identities}
        numbered = (f"{identity.name} ({number})" for number in itertools.count(2))
        name = next(name for name in itertools.chain([identity.name], numbered) if name not in taken)
        return Person(Identity(identity.id, name), self.person.created, self.person.consent)


def has(gallery: Gallery, identity: Identity) -> bool:
    """Whether the gallery knows a person, whatever they are called there."""
    return any(one.id == identity.id for one in gallery.identities)


def parted(gallery: Gallery, who: Who, gone: Remembered, before: Remembered | None) -> Gallery:
    """`gallery` without what `gone` brought to a person, who is as they were `before` but for what came since."""
    model_id, name = gallery.model_id, gallery.find(who).identity.name
    vectors = _without(gallery.vectors_of(who), gone.vectors)
    rejections = _without(gallery.rejections_of(who), gone.rejections)
    if before is not None and before.model_id == model_id:
        # Some were given up when the two became one person.
        rejections = np.concatenate([before.rejections, _without(rejections, before.rejections)])
    gallery = gallery.remove(who)
    if before is not None:
        identity = Identity(before.person.identity.id, name)
        kept: Who = Person(identity, before.person.created, before.person.consent)
    elif len(vectors):
        kept = name
    else:
        return gallery
    gallery = gallery.add(kept, Embeddings(vectors, model_id))
    return gallery.reject(kept, Embeddings(rejections, model_id)) if len(rejections) else gallery


def _without(rows: FloatArray, gone: FloatArray) -> FloatArray:
    taken = {row.tobytes() for row in gone}
    return np.asarray(rows[[row.tobytes() not in taken for row in rows]], np.float32)


def some(gallery: Gallery | None) -> Gallery:
    """The gallery.

    Raises:
        GalleryError: there is none.
    """
    if gallery is None:
        raise GalleryError("nobody is enrolled yet", hint="Enrol somebody first.")
    return gallery
