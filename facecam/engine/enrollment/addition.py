"""Addition: what enrolling put there, as taking it back needs to know it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from facecam.core.types import Embeddings, Identity
from facecam.gallery.arrangement import Arrangement
from facecam.gallery.gallery import Gallery


@dataclass(frozen=True, slots=True, eq=False)
class Addition:
    """What one enrollment changed.

    Attributes:
        identity: the person.
        is_new: nobody knew them before.
        gained: vectors that are theirs since, N ≥ 0.
        lost: vectors that were theirs before: of a face of the same photos that is somebody else's.
        photos: copies made in `data/`.
        arrangement: of the database before; None where nothing was lost.
    """

    identity: Identity
    is_new: bool
    gained: Embeddings
    lost: Embeddings
    photos: tuple[Path, ...]
    arrangement: Arrangement | None = None

    @classmethod
    def between(cls, before: Gallery | None, after: Gallery, name: str, photos: tuple[Path, ...]) -> Self:
        """What changed about a person, who is in the gallery `after`, from one gallery to the next.

        Raises:
            GalleryError: there is no such person.
        """
        person, own = after.find(name), after.embeddings_of(name)
        known = before is not None and before.knows(person.identity) and before.model_id == after.model_id
        old = own.rows(np.zeros(len(own), bool))
        if before is not None and known:
            old = before.embeddings_of(person.identity)
        gained, lost = own.without(old.vectors), old.without(own.vectors)
        arrangement = Arrangement.of(before) if before is not None and len(lost) else None
        return cls(person.identity, not known, gained, lost, photos, arrangement)
