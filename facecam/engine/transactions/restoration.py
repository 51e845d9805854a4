"""Restoration: what taking a change back gives the database again, in a form that survives a crash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facecam.core.distances import unit_squared_l2
from facecam.core.types import Embeddings, FloatArray, Identity
from facecam.engine.transactions.packing import packed, unpacked
from facecam.engine.transactions.person_snapshot import PersonSnapshot, has
from facecam.gallery.arrangement import Arrangement
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
        others: who was deleted together with `person`.
        visits: lines of the log, see `SightingFile.lines_of`.
        arrangement: the order in which everything was; None: nobody knows, and what comes back is the last.
    """

    person: PersonSnapshot | None = None
    rejections: tuple[Rows, ...] = ()
    vectors: tuple[Rows, ...] = ()
    others: tuple[PersonSnapshot, ...] = ()
    visits: tuple[str, ...] = ()
    arrangement: Arrangement | None = None

    @property
    def people(self) -> tuple[PersonSnapshot, ...]:
        """Everybody who comes back."""
        return self.others if self.person is None else (self.person, *self.others)

    def applied(self, gallery: Gallery | None) -> Gallery | None:
        """`gallery` with all of it; what is there already, of another model or of nobody is left out."""
        for person in self.people:
            gallery = person.restored(gallery)
        if gallery is None:
            return None
        for identity, rows in self.rejections:
            if _fits(gallery, identity, rows):
                new = rows.rows(unheld(rows.vectors, gallery.rejections_of(identity)))
                gallery = gallery.reject(identity, new) if len(new) else gallery
        for identity, rows in self.vectors:
            if _fits(gallery, identity, rows):
                new = rows.rows(unheld(rows.vectors, gallery.vectors_of(identity)))
                gallery = gallery.add(identity, new)
        return gallery if self.arrangement is None else self.arrangement.applied(gallery)

    def to_json(self) -> Any:
        """As a document."""
        return packed(self)

    @classmethod
    def from_json(cls, document: Any) -> Restoration:
        """The reverse of `to_json`.

        Raises:
            ValueError, KeyError, TypeError: it is no such document.
        """
        return unpacked(document, cls, PersonSnapshot, Person, Identity, Embeddings, Arrangement)


def unheld(vectors: FloatArray, known: FloatArray, squared_l2: float = 1e-6) -> NDArray[np.bool_]:
    """(N,), which unit rows of `vectors`, float32 (N, D), have none of `known`, (M, D), as near as `squared_l2`."""
    if not len(vectors) or not len(known):
        return np.ones(len(vectors), bool)
    return np.asarray(unit_squared_l2(vectors, known).min(axis=1) >= squared_l2)


def _fits(gallery: Gallery, identity: Identity, rows: Embeddings) -> bool:
    return has(gallery, identity) and rows.model_id == gallery.model_id
