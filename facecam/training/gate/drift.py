"""Check that needs nobody: whether faces that nobody trained on have drawn together.

The faces are made: two people's photos blended and stretched. A network trained on few people draws such faces
together as it does strangers, while it has learned the same people's photos, however stretched, by heart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from facecam.core.distances import unit_squared_l2
from facecam.core.types import FloatArray, ImageArray
from facecam.metrics.rates import Rows

#: Faces made, at most; each takes four looks by each model.
_MOST_FACES: Final = 132
#: Fewer pairs without a common parent say nothing; six people give 45.
_FEWEST_PAIRS: Final = 45
#: Stretch along each axis, and how much more of it at the chin than at the forehead.
_STRETCH, _BEND = (0.8, 1.25), 0.25
#: How many times as many pairs below the threshold are harm. A harmless head had 0.7 times as many, fine-tunings that
#: named two to five times as many strangers 1.6, 2.4 and 4.0 times.
_HARM: Final = 1.25


@dataclass(frozen=True, slots=True, eq=False)
class MadeFaces:
    """Faces of nobody.

    Attributes:
        chips: uint8 (S, S, 3) RGB each, N of them.
        parents: int (N, 2), whose photos each was made of.
    """

    chips: Sequence[ImageArray]
    parents: Rows

    @classmethod
    def of(cls, chips: Sequence[ImageArray], owners: Rows, seed: int = 0) -> MadeFaces:
        """From chips of people, two of every pair of people or of some pairs; nothing with fewer than two people.

        Args:
            chips: uint8 (S, S, 3) RGB each, M of them.
            owners: int (M,), who they show.
            seed: of the drawings.
        """
        generator = np.random.default_rng(seed)
        pairs = np.array([*combinations(np.unique(owners).tolist(), 2)], np.intp).reshape(-1, 2)
        parents = generator.permutation(np.repeat(pairs, 2, axis=0))[:_MOST_FACES]
        made = []
        for pair in parents:
            first, second = (chips[generator.choice(np.flatnonzero(owners == one))] for one in pair)
            both = cv2.addWeighted(first, 0.5, cv2.resize(second, first.shape[1::-1]), 0.5, 0)
            wide, high = generator.uniform(*_STRETCH, 2)
            made.append(_stretched(both, wide, high, generator.uniform(-_BEND, _BEND)))
        return cls(made, parents)


@dataclass(frozen=True, slots=True, eq=False)
class Drift:
    """Distances of made faces that have no parent in common, by two models.

    Attributes:
        new: squared_l2, or scores, by the trained one, float64 (Q,).
        old: by the one in use, of the same pairs.
    """

    new: NDArray[np.float64]
    old: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        new: FloatArray,
        old: FloatArray,
        parents: Rows,
        shifts: tuple[FloatArray | None, FloatArray | None] = (None, None),
    ) -> Drift:
        """From vectors of the made faces, float32 (N, D) and (N, E), unit rows, and what cohorts add, (N,) each."""
        first, second = np.triu_indices(len(parents), k=1)
        left, right = parents[first], parents[second]
        apart = (left[:, :, None] != right[:, None, :]).all(axis=(1, 2))
        rows = first[apart], second[apart]
        found = []
        for vectors, added in zip((new, old), shifts, strict=True):
            scores = np.asarray(unit_squared_l2(vectors, vectors)[rows], np.float64)
            found.append(scores if added is None else scores + added[rows[0]] + added[rows[1]])
        return cls(*found)

    def harm(self, threshold: float, before: float) -> str:
        """What speaks against the trained model at its threshold, in one sentence; "" for nothing.

        Args:
            threshold: of the trained model, squared_l2.
            before: of the one in use.
        """
        if len(self.new) < _FEWEST_PAIRS:
            return ""
        now, then = float((self.new < threshold).mean()), float((self.old < before).mean())
        # One pair more or less is no evidence.
        if now <= _HARM * max(then, 3 / len(self.new)):
            return ""
        return (
            f"Faces of nobody, blended from two people's photos, have drawn together: {now:.1%} of their pairs are "
            f"below the threshold, {then:.1%} before. So will strangers."
        )


def _stretched(chip: ImageArray, wide: float, high: float, bend: float) -> ImageArray:
    height, width = chip.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    across, down = 2 * columns / width - 1, 2 * rows / height - 1
    x = (1 + across / (wide * (1 + bend * down))) * width / 2
    y = (1 + down / high) * height / 2
    warped = cv2.remap(
        chip, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    return np.asarray(warped, np.uint8)
