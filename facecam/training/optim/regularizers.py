"""Terms that do not depend on who is who, and the sum of all terms with each one named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import tensorflow as tf

_TINY = 1e-4


def prelogits_norms(prelogits: tf.Tensor, p: float = 1.0) -> tf.Tensor:
    """‖|f| + 1e-4‖_p of each row (N, D), float32 (N,). Take the mean and multiply by a factor such as 5e-4."""
    return tf.norm(tf.abs(tf.cast(prelogits, tf.float32)) + _TINY, ord=p, axis=1)


def weight_decay(variables: Iterable[Any]) -> tf.Tensor:
    """½·Σw² over kernels, float32 scalar; biases and the gains of normalisations (rank < 2) are left alone.

    For the losses of earlier FaceNet programs. Decay of the optimiser's own
    (`build_optimiser(weight_decay=…)`) is another thing: use one of the two.
    """
    kernels = [tf.cast(tf.convert_to_tensor(v), tf.float32) for v in variables if len(v.shape) >= 2]
    return tf.add_n([tf.nn.l2_loss(kernel) for kernel in kernels]) if kernels else tf.zeros([])


@dataclass(frozen=True, slots=True, eq=False)
class LossTerms:
    """Everything a step minimises, by name, so that each is logged apart.

    Joint training is `LossTerms({"triplet": t, "cosface": c}, {"cosface": 0.5})`.

    Attributes:
        values: scalars by name, before weighting.
        weights: factor by name; 1 where none is given.
    """

    values: Mapping[str, Any]
    weights: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = set(self.weights) - set(self.values)
        if unknown:
            raise ValueError(f"expected weights of {sorted(self.values)}. Received: {sorted(unknown)}")

    def weighted(self) -> dict[str, Any]:
        """Each term times its weight."""
        return {name: self.weights.get(name, 1.0) * value for name, value in self.values.items()}

    def total(self) -> Any:
        """Their sum, the number whose gradient is taken."""
        return tf.add_n([tf.convert_to_tensor(term) for term in self.weighted().values()])
