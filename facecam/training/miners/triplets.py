"""The one currency between mining and loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Triplets:
    """Which embeddings are compared: row numbers into a batch.

    Holds NumPy arrays outside of TensorFlow and tensors inside of a
    `tf.function`, which may return it. T may be 0.

    Attributes:
        anchor: int32 (T,).
        positive: int32 (T,), the anchor's person, another photo.
        negative: int32 (T,), another person.

    Raises:
        ValueError: another dtype or rank.

    Example:
        >>> Triplets.of([0, 1], [1, 0], [2, 2]).anchor
        array([0, 1], dtype=int32)
    """

    anchor: Any
    positive: Any
    negative: Any

    def __post_init__(self) -> None:
        for name in ("anchor", "positive", "negative"):
            part = getattr(self, name)
            if part.dtype.name != "int32" or len(part.shape) != 1:
                raise ValueError(f"expected {name} int32 (T,). Received: {part.dtype.name} {part.shape}")

    @classmethod
    def of(cls, anchor: Any, positive: Any, negative: Any) -> Triplets:
        """From anything NumPy takes for whole numbers, (T,) each; lengths are compared."""
        parts = [np.asarray(part, np.int32).reshape(-1) for part in (anchor, positive, negative)]
        if len({len(part) for part in parts}) > 1:
            raise ValueError(f"expected equal lengths. Received: {[len(part) for part in parts]}")
        return cls(*parts)

    @classmethod
    def joined(cls, parts: Sequence[Triplets]) -> Triplets:
        """Several sets of NumPy triplets one after the other."""
        names = ("anchor", "positive", "negative")
        empty = np.empty(0, np.int32)
        return cls(*(np.concatenate([empty, *(getattr(part, name) for part in parts)]) for name in names))

    def __tf_flatten__(self) -> tuple[tuple[()], tuple[Any, Any, Any]]:
        """How TensorFlow takes this apart at the border of a graph."""
        return (), (self.anchor, self.positive, self.negative)

    @classmethod
    def __tf_unflatten__(cls, metadata: tuple[()], components: tuple[Any, Any, Any]) -> Triplets:
        """And how it puts it together again."""
        made = object.__new__(cls)  # unchecked: TensorFlow also passes specs and placeholders through here
        for name, part in zip(("anchor", "positive", "negative"), components, strict=True):
            object.__setattr__(made, name, part)
        return made
