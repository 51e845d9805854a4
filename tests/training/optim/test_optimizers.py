"""Every optimiser by name makes a step downhill, decays what it should and clips."""

from __future__ import annotations

import re
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from facecam.core.errors import ConfigError
from facecam.training.config.options import TrainOptions
from facecam.training.optim.optimizers import UNDECAYED, build_optimizer

_NAMES = ("adam", "adamw", "sgd", "rmsprop", "adagrad", "adadelta")


def built(name: str, rate: float = 1e-4, **options: float) -> Any:
    return build_optimizer(TrainOptions(optimiser=name, learning_rate=rate, **options))  # type: ignore[arg-type]


def layer() -> keras.layers.Dense:
    made = keras.layers.Dense(1, bias_initializer="ones", kernel_initializer="ones")
    made.build((None, 2))
    return made


def step(optimiser: Any, dense: keras.layers.Dense, gradients: list[Any]) -> tuple[Any, Any]:
    optimiser.apply([tf.constant(gradient) for gradient in gradients], dense.trainable_variables)
    return dense.kernel.numpy().ravel(), float(dense.bias.numpy()[0])


@pytest.mark.parametrize("name", _NAMES)
class TestEach:
    def test_goes_downhill_at_the_rate_that_is_set(self, name: Any) -> None:
        optimiser, dense = built(name, 0.1), layer()
        optimiser.learning_rate = 0.2
        kernel, bias = step(optimiser, dense, [[[1.0], [-1.0]], [2.0]])
        assert kernel[0] < 1 < kernel[1]
        assert bias < 1
        fixed, still = built(name, 0.1), layer()
        fixed.learning_rate = 0.0
        assert (step(fixed, still, [[[1.0], [-1.0]], [2.0]])[0] == 1).all()

    def test_decays_kernels_and_leaves_biases(self, name: Any) -> None:
        """No gradient, rate 0.1, decay 0.5: the kernel loses 5 %."""
        optimiser, dense = built(name, 0.1, weight_decay=0.5), layer()
        kernel, bias = step(optimiser, dense, [[[0.0], [0.0]], [0.0]])
        np.testing.assert_allclose(kernel, 0.95, rtol=1e-6)
        assert bias == 1

    def test_without_decay_nothing_decays(self, name: Any) -> None:
        kernel, _ = step(built(name, 0.1), layer(), [[[0.0], [0.0]], [0.0]])
        assert (kernel == 1).all()


def test_sgd_has_nesterovs_momentum_of_nine_tenths() -> None:
    """First step of Nesterov: rate · (1 + 0.9) · gradient."""
    kernel, _ = step(built("sgd", 0.1), layer(), [[[1.0], [0.0]], [0.0]])
    assert kernel[0] == pytest.approx(1 - 0.19)


def test_unknown_names_are_answered_with_the_known() -> None:
    with pytest.raises(ConfigError) as caught:
        built("lion")
    assert all(name in caught.value.hint for name in _NAMES)


@pytest.mark.parametrize(
    ("name", "excluded"),
    [
        ("bias", True),
        ("dense/bias:0", True),
        ("norm/gamma/replica_1:0", True),
        ("beta/kernel:0", False),
        ("biased:0", False),
        ("gamma_dense/kernel/replica_1:0", False),
    ],
)
def test_what_does_not_decay(name: str, excluded: bool) -> None:
    assert bool(re.search(UNDECAYED, name)) is excluded


@pytest.mark.parametrize("name", ["adam", "adamw", "rmsprop"])
def test_a_large_epsilon_shortens_steps_on_small_gradients(name: Any) -> None:
    """Without it the first step has the same length for any gradient."""
    lengths = {}
    for epsilon in (1e-7, 0.1):
        for size in (0.1, 1.0):
            optimiser = built(name, 0.1, momentum=0.0, epsilon=epsilon)
            kernel, _ = step(optimiser, layer(), [[[size], [size]], [0.0]])
            lengths[epsilon, size] = 1 - float(kernel[0])
    assert lengths[1e-7, 0.1] == pytest.approx(lengths[1e-7, 1.0], rel=1e-3)
    assert lengths[0.1, 0.1] < 0.2 * lengths[0.1, 1.0]
