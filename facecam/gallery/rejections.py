"""Rejections: faces that are not the person they were taken for, as the user said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from facecam.core.distances import unit_squared_l2
from facecam.core.types import (
    AlignmentCodes,
    Embeddings,
    FloatArray,
    check_unit_rows,
    checked_alignments,
    read_only,
)


@dataclass(frozen=True, slots=True, eq=False)
class Rejections:
    """Unit vectors of faces, and who each of them is not.

    Attributes:
        vectors: float32 (K, D), rows of L2 norm 1; read-only.
        owners: int32 (K,), the index of the person that this face is not; read-only.
        alignments: uint8 (K,), see `Embeddings`; left out: all `dlib`.

    Raises:
        ValueError: wrong types, shapes or norms.
    """

    vectors: FloatArray
    owners: NDArray[np.int32]
    alignments: AlignmentCodes = field(default_factory=lambda: np.zeros(0, np.uint8))

    def __post_init__(self) -> None:
        check_unit_rows(self.vectors, "rejections")
        if self.owners.dtype != np.int32 or self.owners.shape != (len(self.vectors),):
            raise ValueError(
                f"expected their owners int32 ({len(self.vectors)},). "
                f"Received: {self.owners.dtype} {self.owners.shape}"
            )
        object.__setattr__(self, "alignments", checked_alignments(self.alignments, len(self.vectors)))
        for name in ("vectors", "owners"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    def __len__(self) -> int:
        return len(self.vectors)

    def check_fits(self, dimensions: int, people: int) -> None:
        """Raise `ValueError` unless these belong to a gallery of so many people and such vectors."""
        if not len(self):
            return
        if self.vectors.shape[1] != dimensions:
            raise ValueError(
                f"expected rejections of {dimensions} values. Received: {self.vectors.shape[1]} values"
            )
        if self.owners.min() < 0 or self.owners.max() >= people:
            raise ValueError(f"expected rejections of people 0 to {people - 1}")

    def of(self, person: int) -> FloatArray:
        """The faces that are not this person, float32 (k, D)."""
        vectors: FloatArray = self.vectors[self.owners == person]
        return vectors

    def added(self, person: int, embeddings: Embeddings) -> Rejections:
        """These and more faces that are not this person."""
        before = self.vectors if len(self) else np.empty((0, embeddings.vectors.shape[1]), np.float32)
        owners = np.full(len(embeddings), person, np.int32)
        return Rejections(
            np.concatenate([before, embeddings.vectors]),
            np.concatenate([self.owners, owners]),
            np.concatenate([self.alignments, embeddings.alignments]),
        )

    def without_near(self, person: int, vectors: FloatArray, squared_l2: float) -> Rejections:
        """Without those of this person that lie nearer than `squared_l2` to one of `vectors`."""
        if not len(self) or not len(vectors):
            return self
        distances = unit_squared_l2(self.vectors, vectors).min(axis=1)
        return self._kept((self.owners != person) | (distances >= squared_l2))

    def without_person(self, person: int) -> Rejections:
        """After person number `person` is gone: theirs are forgotten, later people move up by one."""
        kept = self._kept(self.owners != person)
        owners = kept.owners - (kept.owners > person).astype(np.int32)
        return Rejections(kept.vectors, owners, kept.alignments)

    def renumbered(self, new_number: Mapping[int, int]) -> Rejections:
        """With other numbers for the people; those without a new one are forgotten."""
        owners = np.array([new_number.get(int(owner), -1) for owner in self.owners], np.int32)
        known = owners >= 0
        return Rejections(self.vectors[known], owners[known], self.alignments[known])

    def _kept(self, rows: NDArray[np.bool_]) -> Rejections:
        return Rejections(self.vectors[rows], self.owners[rows], self.alignments[rows])


NO_REJECTIONS = Rejections(np.empty((0, 0), np.float32), np.empty(0, np.int32))
