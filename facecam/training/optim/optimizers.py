"""Optimisers by name."""

from __future__ import annotations

from typing import Any, Final, Literal

import keras

from facecam.core.errors import ConfigError

OptimizerName = Literal["adam", "adamw", "sgd", "rmsprop", "adagrad", "adadelta"]
#: Decay would pull these towards 0 for nothing: they do not make a network larger. As Keras gives TensorFlow's
#: names to be matched: `bias`, `dense/bias:0`, `dense/bias/replica_1:0`.
UNDECAYED: Final = r"\b(bias|gamma|beta|alpha)(/replica_\d+)?(:\d+)?$"


def build_optimizer(
    name: OptimizerName,
    learning_rate: float = 1e-4,
    *,
    weight_decay: float = 0.0,
    clip_norm: float | None = None,
    momentum: float = 0.9,
    epsilon: float = 1e-7,
) -> keras.optimizers.Optimizer:
    """A Keras 3 optimiser. The loop sets `optimiser.learning_rate` before each step.

    Args:
        name: adam, adamw, sgd (with Nesterov's momentum), rmsprop, adagrad, adadelta.
        learning_rate: > 0.
        weight_decay: per step, each kernel loses this share times the learning rate, apart from
            the gradient, with every optimiser (Loshchilov and Hutter 2017, arXiv:1711.05101); biases,
            gains of normalisations and PReLU slopes keep theirs.
        clip_norm: gradients are shortened when they are, all together, longer than this.
        momentum: of sgd and rmsprop, in [0, 1).
        epsilon: added to the root of the mean squared gradient by which a step is divided (adam, adamw), or
            to the square under it (the others); sgd has none.

    Raises:
        ConfigError: an unknown name.
    """
    damped = {"epsilon": epsilon}
    kinds: dict[str, tuple[Any, dict[str, Any]]] = {
        "adam": (keras.optimizers.Adam, damped),
        "adamw": (keras.optimizers.AdamW, damped),
        "sgd": (keras.optimizers.SGD, {"momentum": momentum, "nesterov": momentum > 0}),
        "rmsprop": (keras.optimizers.RMSprop, {"momentum": momentum, **damped}),
        "adagrad": (keras.optimizers.Adagrad, damped),
        "adadelta": (keras.optimizers.Adadelta, damped),
    }
    if name not in kinds:
        raise ConfigError(f"--optimiser is {name!r}", hint=f"Choose one of {', '.join(kinds)}.")
    kind, own = kinds[name]
    # AdamW refuses None, the others take 0 for "decay by 0", which costs a pass over all weights.
    decay = weight_decay if weight_decay or name == "adamw" else None
    optimiser = kind(learning_rate=learning_rate, weight_decay=decay, global_clipnorm=clip_norm, **own)
    if weight_decay:
        optimiser.exclude_from_weight_decay(var_names=[UNDECAYED])
    return optimiser
