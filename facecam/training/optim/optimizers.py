"""Optimisers by name."""

from __future__ import annotations

from typing import Any, Final

import keras

from facecam.training.config.options import TrainOptions

#: Decay would pull these towards 0 for nothing: they do not make a network larger. As Keras gives TensorFlow's
#: names to be matched: `bias`, `dense/bias:0`, `dense/bias/replica_1:0`.
UNDECAYED: Final = r"\b(bias|gamma|beta|alpha)(/replica_\d+)?(:\d+)?$"


def build_optimizer(options: TrainOptions) -> keras.optimizers.Optimizer:
    """The Keras 3 optimiser of the options. The loop sets `optimiser.learning_rate` before each step.

    - `weight_decay`: per step, each kernel loses this share times the learning rate, apart from
      the gradient, with every optimiser (Loshchilov and Hutter 2017, arXiv:1711.05101); biases,
      gains of normalisations and PReLU slopes keep theirs.
    - `momentum`: of sgd (Nesterov's) and rmsprop.
    - `epsilon`: added to the root of the mean squared gradient by which a step is divided (adam, adamw), or
      to the square under it (the others); sgd has none.
    """
    momentum, damped = options.momentum, {"epsilon": options.epsilon}
    kinds: dict[str, tuple[Any, dict[str, Any]]] = {
        "adam": (keras.optimizers.Adam, damped),
        "adamw": (keras.optimizers.AdamW, damped),
        "sgd": (keras.optimizers.SGD, {"momentum": momentum, "nesterov": momentum > 0}),
        "rmsprop": (keras.optimizers.RMSprop, {"momentum": momentum, **damped}),
        "adagrad": (keras.optimizers.Adagrad, damped),
        "adadelta": (keras.optimizers.Adadelta, damped),
    }
    kind, own = kinds[options.optimiser]
    # AdamW refuses None, the others take 0 for "decay by 0", which costs a pass over all weights.
    decay = options.weight_decay if options.weight_decay or options.optimiser == "adamw" else None
    optimiser = kind(learning_rate=options.learning_rate, weight_decay=decay, **own)
    if options.weight_decay:
        optimiser.exclude_from_weight_decay(var_names=[UNDECAYED])
    return optimiser
