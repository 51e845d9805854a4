"""Unit vectors with a person for each: whose face it is or, of rejections, whose it is not, as the user said."""

from __future__ import annotations

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
class OwnedVectors:
    """Unit vectors of faces by one model, and the person of each.

    Attributes:
        vectors: float32 (N, D), rows of L2 norm 1; read-only.
        owners: int32 (N,), the index of each row's person; read-only.
        alignments: uint8 (N,), see `Embeddings`; left out: all `dlib`.

    Raises:
        ValueError: wrong types, shapes or norms.
    """

    vectors: FloatArray
    owners: NDArray[np.int32]
    alignments: AlignmentCodes = field(default_factory=lambda: np.zeros(0, np.uint8))

    def __post_init__(self) -> None:
        check_unit_rows(self.vectors)
        if self.owners.dtype != np.int32 or self.owners.shape != (len(self.vectors),):
            raise ValueError(
                f"expected owners int32 ({len(self.vectors)},). Received: {self.owners.dtype} {self.owners.shape}"
            )
        object.__setattr__(self, "alignments", checked_alignments(self.alignments, len(self.vectors)))
        for name in ("vectors", "owners"):
            object.__setattr__(self, name, read_only(getattr(self, name)))

    def __len__(self) -> int:
        return len(self.vectors)

    def rows(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> OwnedVectors:
        """Some of them, or all in another order."""
        return OwnedVectors(self.vectors[chosen], self.owners[chosen], self.alignments[chosen])

    def of(self, person: int, model_id: str) -> Embeddings:
        """Those of one person, N ≥ 0, by the model that made them."""
        rows = self.owners == person
        return Embeddings(self.vectors[rows], model_id, self.alignments[rows])

    def added(self, person: int, embeddings: Embeddings) -> OwnedVectors:
        """These and more of one person."""
        before = self.vectors if len(self) else np.empty((0, embeddings.vectors.shape[1]), np.float32)
        return OwnedVectors(
            np.concatenate([before, embeddings.vectors]),
            np.concatenate([self.owners, np.full(len(embeddings), person, np.int32)]),
            np.concatenate([self.alignments, embeddings.alignments]),
        )

    def without_near(self, person: int, vectors: FloatArray, squared_l2: float) -> OwnedVectors:
        """Without those of this person that lie nearer than `squared_l2` to one of `vectors`."""
        if not len(self) or not len(vectors):
            return self
        distances = unit_squared_l2(self.vectors, vectors).min(axis=1)
        return self.rows((self.owners != person) | (distances >= squared_l2))

    def renumbered(self, numbers: NDArray[np.int32]) -> OwnedVectors:
        """With other numbers for the people, int32 (P,) by the old ones; those of a number below 0 are forgotten."""
        owners = numbers[self.owners]
        known = owners >= 0
        return OwnedVectors(self.vectors[known], owners[known], self.alignments[known])


NO_VECTORS = OwnedVectors(np.empty((0, 0), np.float32), np.empty(0, np.int32))
