"""What a distillation computes with: the one place where TensorFlow and JAX differ."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from facecam.core.errors import ConfigError
from facecam.networks import keras_alone
from facecam.training.distil.options import DistilOptions

_CPU_BATCH, _GPU_BATCH = 32, 512
_FULL, _REDUCED = "float32", "mixed_bfloat16"
_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Computing:
    """What there is.

    Attributes:
        words: for people.
        accelerated: whether it is a graphics card or the like.
        devices: how many share a batch.
        copies: whether each has a graph of its own, which sees its part of the batch only.
        scope: makes the context in which variables are made.
        compiled: whether XLA compiles the graph.
        policy: Keras' dtype policy for the student.
    """

    words: str
    accelerated: bool
    devices: int
    copies: bool
    scope: Callable[[], AbstractContextManager[Any]]
    compiled: bool
    policy: str

    def batch(self, options: DistilOptions) -> int:
        """Faces per step on all devices together."""
        wanted = options.batch or self.devices * (_GPU_BATCH if self.accelerated else _CPU_BATCH)
        return max(wanted - wanted % self.devices, 2 * self.devices)


def prepare(options: DistilOptions, device: str = "auto", begun: Mapping[str, str] = _NOTHING) -> Computing:
    """Set up whatever Keras runs on; must be called before anything is computed.

    Args:
        options: `threads` and `arithmetic`.
        device: `auto`, `cpu` or `gpu`.
        begun: what it computes with, in words, → the arithmetic a training that goes on was begun in there.

    Raises:
        ConfigError: a graphics card was asked for and none is seen.
    """
    # Off by default on processors without AVX-512, where a step takes half as long with it.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    with keras_alone():
        import keras

    on_jax = keras.backend.backend() == "jax"
    computing = _jax(device) if on_jax else _tensorflow(options, device)
    if device == "gpu" and not computing.accelerated:
        raise ConfigError(
            f"--device gpu, but there is only {computing.words}",
            hint="`python main.py doctor` says what is seen; or leave --device out.",
        )
    chosen = options.arithmetic if options.arithmetic != "auto" else begun.get(computing.words)
    computing = replace(computing, policy=chosen or computing.policy)
    keras.mixed_precision.set_global_policy(computing.policy)
    return computing


def _jax(device: str) -> Computing:
    import keras

    jax = importlib.import_module("jax")  # Not among what is installed: brought by whoever asks for it.
    if device == "cpu":
        jax.config.update("jax_platforms", "cpu")
    devices = jax.devices()
    if len(devices) > 1:
        keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
    accelerated = devices[0].platform != "cpu"
    return Computing(
        words=f"JAX on {len(devices)} × {devices[0].device_kind}",
        accelerated=accelerated,
        devices=len(devices),
        copies=False,
        scope=nullcontext,
        compiled=True,
        policy=_REDUCED if accelerated else _FULL,
    )


def _tensorflow(options: DistilOptions, device: str) -> Computing:
    import tensorflow as tf

    from facecam.training.trainer.arithmetic_trial import bfloat16_is_faster
    from facecam.training.trainer.devices import cards_gain, strategy_over

    tf.config.threading.set_intra_op_parallelism_threads(options.threads)
    if device == "cpu":
        tf.config.set_visible_devices([], "GPU")
    cards = [] if device == "cpu" else tf.config.list_physical_devices("GPU")
    for card in cards:
        tf.config.experimental.set_memory_growth(card, True)
    strategy = strategy_over(cards)
    count = strategy.num_replicas_in_sync
    # A trial of some seconds, which nobody needs who has said what to compute in.
    gains = options.arithmetic == "auto" and (cards_gain(cards) if cards else bfloat16_is_faster())
    return Computing(
        words=f"TensorFlow on {count} × {'GPU' if cards else 'CPU'}",
        accelerated=bool(cards),
        devices=count,
        copies=True,
        scope=strategy.scope,
        compiled=bool(cards),
        policy=_REDUCED if gains else _FULL,
    )
