"""Running mean of the weights: smoother than the last ones, and what is saved and deployed when switched on.

(Polyak and Juditsky 1992, Acceleration of Stochastic Approximation by Averaging)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import keras
import numpy as np
import tensorflow as tf

from facecam.core.types import FloatArray
from facecam.training.optim.numbered import assign_numbered, numbered


class WeightAverage:
    """mean ← decay · mean + (1 − decay) · weights, over all weights of a model, statistics included.

    Make it in the strategy's scope and call `update` outside of `strategy.run`.

    Args:
        model: built; the mean starts as its present weights.
        decay: in [0, 1).
        warm_up: at first use the smaller decay (1 + n) / (10 + n) after n updates, or the mean would be
            that of the start weights for the first ten thousand steps.

    Example:
        >>> average = WeightAverage(model)             # doctest: +SKIP
        >>> average.update()  # after each step         # doctest: +SKIP
        >>> with average.in_place(): model.save_weights("deployed.weights.h5")   # doctest: +SKIP
    """

    def __init__(self, model: keras.Model, *, decay: float = 0.9999, warm_up: bool = True) -> None:
        if not 0 <= decay < 1:
            raise ValueError(f"expected a decay in [0, 1). Received: {decay}")
        self._weights = [weight.value for weight in model.weights]
        self._means = [tf.Variable(weight, trainable=False) for weight in self._weights]
        self._decay, self._warm_up = decay, warm_up
        self._step = tf.function(self._take_in, autograph=False)
        self.updates = 0

    @property
    def decay(self) -> float:
        """The decay of the next update."""
        if not self._warm_up:
            return self._decay
        return min(self._decay, (1 + self.updates) / (10 + self.updates))

    def update(self) -> None:
        """Take the present weights in."""
        self._step(tf.constant(self.decay, tf.float32))
        self.updates += 1

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Put the means into the model for evaluating, saving or exporting; its weights are back afterwards."""
        kept = [weight.numpy() for weight in self._weights]
        _assign(self._weights, self._means)
        try:
            yield
        finally:
            _assign(self._weights, kept)

    def arrays(self) -> dict[str, np.ndarray]:
        """The means and the number of updates, for a checkpoint (`numpy.savez`)."""
        return numbered("average/mean_", self._means) | {"average/updates": np.array(self.updates)}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Go on with what `arrays` gave, which may be among others.

        Raises:
            DataError: it is of another network.
        """
        assign_numbered("average/mean_", self._means, arrays)
        self.updates = int(arrays["average/updates"])

    def _take_in(self, decay: tf.Tensor) -> None:
        for mean, weight in zip(self._means, self._weights, strict=True):
            if mean.dtype.is_floating:
                share = tf.cast(1 - decay, mean.dtype)
                mean.assign_sub(share * (mean - weight))
            else:  # counters and seeds have no mean
                mean.assign(weight)


def _assign(variables: list[tf.Variable], values: list[FloatArray] | list[tf.Variable]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
