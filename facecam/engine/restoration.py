"""What taking a change back gives the database again, in a form that survives a crash."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from facecam.core.types import Embeddings, FloatArray, Identity
from facecam.engine.remembered import Remembered, has
from facecam.gallery.gallery import Gallery, Person

#: Whose they are, and vectors (N, D).
Rows = tuple[Identity, Embeddings]


@dataclass(frozen=True, slots=True, eq=False)
class Restoration:
    """What comes back.

    Attributes:
        person: somebody who was deleted; None: nobody.
        rejections: faces that are not these people.
        vectors: of people who are still there.
    """

    person: Remembered | None = None
    rejections: tuple[Rows, ...] = ()
    vectors: tuple[Rows, ...] = ()

    def applied(self, gallery: Gallery | None) -> Gallery | None:
        """`gallery` with all of it; what is there already, of another model or of nobody is left out."""
        if self.person is not None:
            gallery = self.person.restored(gallery)
        if gallery is None:
            return None
        for identity, rows in self.rejections:
            if _fits(gallery, identity, rows):
                new = unheld(rows.vectors, gallery.rejections_of(identity))
                gallery = gallery.reject(identity, Embeddings(new, rows.model_id)) if len(new) else gallery
        for identity, rows in self.vectors:
            if _fits(gallery, identity, rows):
                new = unheld(rows.vectors, gallery.vectors_of(identity))
                gallery = gallery.add(identity, Embeddings(new, rows.model_id))
        return gallery

    def to_json(self) -> dict[str, Any]:
        """As a document."""
        return {
            "person": None if self.person is None else _person_document(self.person),
            "rejections": [_rows_document(one) for one in self.rejections],
            "vectors": [_rows_document(one) for one in self.vectors],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Restoration:
        """The reverse of `to_json`.

        Raises:
            ValueError, KeyError, TypeError: it is no such document.
        """
        person = document["person"]
        return cls(
            None if person is None else _person_from(person),
            tuple(map(_rows_from, document["rejections"])),
            tuple(map(_rows_from, document["vectors"])),
        )


def unheld(vectors: FloatArray, known: FloatArray, squared_l2: float = 1e-6) -> FloatArray:
    """The unit rows of `vectors`, float32 (N, D), of which none of `known`, (M, D), is as near as `squared_l2`."""
    if not len(vectors) or not len(known):
        return vectors
    kept: FloatArray = vectors[(2 - 2 * vectors @ known.T).min(axis=1) >= squared_l2]
    return kept


def array_document(array: FloatArray) -> dict[str, Any]:
    """A float32 matrix as a document."""
    content = np.ascontiguousarray(array, "<f4").tobytes()
    return {"shape": list(array.shape), "float32": base64.b64encode(content).decode()}


def array_from(document: Mapping[str, Any]) -> FloatArray:
    """The reverse of `array_document`; ValueError if it is none."""
    content = base64.b64decode(document["float32"], validate=True)
    rows, columns = map(int, document["shape"])
    return np.frombuffer(content, "<f4").astype(np.float32).reshape(rows, columns)


def _fits(gallery: Gallery, identity: Identity, rows: Embeddings) -> bool:
    return has(gallery, identity) and rows.model_id == gallery.model_id


def _person_document(one: Remembered) -> dict[str, Any]:
    return {
        "id": one.person.identity.id,
        "name": one.person.identity.name,
        "created": one.person.created,
        "consent": one.person.consent,
        "model_id": one.model_id,
        "vectors": array_document(one.vectors),
        "rejections": array_document(one.rejections),
    }


def _person_from(document: Mapping[str, Any]) -> Remembered:
    person = Person(Identity(document["id"], document["name"]), document["created"], document["consent"])
    vectors, rejections = array_from(document["vectors"]), array_from(document["rejections"])
    return Remembered(person, str(document["model_id"]), vectors, rejections)


def _rows_document(rows: Rows) -> dict[str, Any]:
    identity, embeddings = rows
    vectors = array_document(embeddings.vectors)
    return {"id": identity.id, "name": identity.name, "model_id": embeddings.model_id, "vectors": vectors}


def _rows_from(document: Mapping[str, Any]) -> Rows:
    identity = Identity(str(document["id"]), str(document["name"]))
    return identity, Embeddings(array_from(document["vectors"]), str(document["model_id"]))
