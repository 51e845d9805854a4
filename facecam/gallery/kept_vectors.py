"""Vectors by a model that is not the gallery's, kept for the day it is used again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import Embeddings, read_only


@dataclass(frozen=True, slots=True, eq=False)
class KeptVectors:
    """Unit vectors of people without photos, who could not be enrolled again with the model of their gallery.

    Attributes:
        embeddings: K ≥ 1 vectors of one model.
        owners: int32 (K,), the index of the person of each row; read-only.

    Raises:
        ValueError: wrong types or shapes.
    """

    embeddings: Embeddings
    owners: NDArray[np.int32]

    def __post_init__(self) -> None:
        if self.owners.dtype != np.int32 or self.owners.shape != (len(self.embeddings),) or not len(self):
            raise ValueError(
                f"expected owners int32 ({len(self.embeddings)},), one or more. "
                f"Received: {self.owners.dtype} {self.owners.shape}"
            )
        object.__setattr__(self, "owners", read_only(self.owners))

    @property
    def model_id(self) -> str:
        """The model that made them."""
        return self.embeddings.model_id

    def __len__(self) -> int:
        return len(self.embeddings)

    def of(self, person: int) -> Embeddings:
        """Those of one person, N ≥ 0."""
        return self.embeddings.rows(self.owners == person)


def with_kept(kept: Iterable[KeptVectors], person: int, embeddings: Embeddings) -> tuple[KeptVectors, ...]:
    """`kept` with the vectors of one person by one model replaced by `embeddings`; N may be 0."""
    entries = list(kept)
    model_id = embeddings.model_id
    before = next((one for one in entries if one.model_id == model_id), None)
    others = [one for one in entries if one.model_id != model_id]
    owners = np.full(len(embeddings), person, np.int32)
    if before is not None:
        rest = before.owners != person
        owners = np.concatenate([before.owners[rest], owners])
        embeddings = Embeddings(
            np.concatenate([before.embeddings.vectors[rest], embeddings.vectors]),
            model_id,
            np.concatenate([before.embeddings.alignments[rest], embeddings.alignments]),
        )
    return (*others, KeptVectors(embeddings, owners)) if len(embeddings) else tuple(others)


def renumbered(kept: Iterable[KeptVectors], new_number: Mapping[int, int]) -> tuple[KeptVectors, ...]:
    """`kept` with other numbers for the people; those without a new one are forgotten."""
    found = []
    for one in kept:
        owners = np.array([new_number.get(int(owner), -1) for owner in one.owners], np.int32)
        known = owners >= 0
        if known.any():
            found.append(KeptVectors(one.embeddings.rows(known), owners[known]))
    return tuple(found)
