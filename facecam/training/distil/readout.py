"""The last layer of a student in closed form. No Keras here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facecam.core.types import FloatArray

#: Strengths tried, as shares of the mean variance of the features.
_STRENGTHS = (1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 3e-1)
#: The share of the faces on which they are compared.
_JUDGED_SHARE = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Readout:
    """A linear layer: `features @ kernel + bias` is near the teacher's vectors.

    Attributes:
        kernel: float32 (F, D).
        bias: float32 (D,).
        strength: of the ridge that was chosen.
    """

    kernel: FloatArray
    bias: FloatArray
    strength: float


def solve_readout(features: FloatArray, vectors: FloatArray) -> Readout:
    """Ridge regression from features to vectors (Hoerl and Kennard, 1970), its strength chosen by faces kept apart.

    Steps down a gradient see a few faces at a time and leave the last layer short
    of its best; its best for given features is known in closed form.

    Args:
        features: float (N, F), what the last layer sees; N ≥ 20, in random order.
        vectors: float (N, D), unit rows, the teacher's.
    """
    judged = max(1, int(len(features) * _JUDGED_SHARE))
    part = _Ridge(features[judged:], vectors[judged:])
    errors = [
        _squared_l2(part.solved(strength), features[:judged], vectors[:judged]) for strength in _STRENGTHS
    ]
    return _Ridge(features, vectors).solved(_STRENGTHS[int(np.argmin(errors))])


class _Ridge:
    """The sums over all faces, made once for all strengths."""

    def __init__(self, features: FloatArray, vectors: FloatArray) -> None:
        self._mean, self._wanted = (
            features.mean(axis=0, dtype=np.float64),
            vectors.mean(axis=0, dtype=np.float64),
        )
        centered = features - self._mean
        self._gram = centered.T @ centered
        self._cross = centered.T @ (vectors - self._wanted)

    def solved(self, strength: float) -> Readout:
        side = len(self._gram)
        # A millionth more keeps features that are always 0 from making the matrix singular.
        ridge = strength * np.trace(self._gram) / side + 1e-6
        kernel = np.linalg.solve(self._gram + ridge * np.eye(side), self._cross)
        bias = self._wanted - self._mean @ kernel
        return Readout(kernel.astype(np.float32), bias.astype(np.float32), strength)


def _squared_l2(readout: Readout, features: FloatArray, vectors: FloatArray) -> float:
    """Mean squared distance of the unit vectors to the teacher's."""
    made = features @ readout.kernel + readout.bias
    made /= np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-12)
    return float(np.square(made - vectors).sum(axis=1).mean())
