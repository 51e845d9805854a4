"""Devices and arithmetic of a training. Imports TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from facecam.core.errors import ConfigError
from facecam.training.config.options import TrainOptions
from facecam.training.trainer.arithmetic_trial import bfloat16_is_faster

_DEPTHWISE = ("mobilefacenet",)
#: Oldest NVIDIA generation (compute capability) with bfloat16 units.
_BFLOAT16_CAPABILITY = (8, 0)


@dataclass(frozen=True, slots=True)
class Device:
    """Where the work is done.

    Attributes:
        strategy: a `tf.distribute` strategy.
        words: `CPU` or `GPU …`, for people.
        why: one sentence.
        policy: Keras' dtype policy.
    """

    strategy: Any
    words: str
    why: str
    policy: str


def choose_device(wanted: str, options: TrainOptions) -> Device:
    """Set up the device; must be called before anything is computed.

    Args:
        wanted: `auto`, `cpu` or `gpu`.
        options: `threads` and `arithmetic`.

    Raises:
        ConfigError: a GPU was asked for and TensorFlow sees none.
    """
    if options.threads is not None:
        tf.config.threading.set_intra_op_parallelism_threads(options.threads)
        tf.config.threading.set_inter_op_parallelism_threads(max(1, min(2, options.threads)))
    gpus = [] if wanted == "cpu" else tf.config.list_physical_devices("GPU")
    if wanted == "gpu" and not gpus:
        raise ConfigError(
            "--device gpu, but TensorFlow sees no GPU",
            hint="Install a TensorFlow with CUDA for an NVIDIA card, or leave --device out.",
        )
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
    if wanted == "cpu":
        tf.config.set_visible_devices([], "GPU")
    return Device(_strategy(gpus), *_words(gpus, wanted), _policy(gpus, options))


def _strategy(gpus: Sequence[Any]) -> Any:
    # Two logical processors stand for two cards where there are none: the same code, tried without hardware.
    logical = int(os.environ.get("FACECAM_LOGICAL_CPUS", "1"))
    if logical > 1 and not gpus:
        cpu = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * logical)
        return tf.distribute.MirroredStrategy([f"CPU:{index}" for index in range(logical)])
    return tf.distribute.MirroredStrategy() if len(gpus) > 1 else tf.distribute.get_strategy()


def _words(gpus: Sequence[Any], wanted: str) -> tuple[str, str]:
    if not gpus:
        why = "as asked for" if wanted == "cpu" else "TensorFlow sees no graphics card it can use"
        return "CPU", f"Training on the processor: {why}."
    names = [tf.config.experimental.get_device_details(gpu).get("device_name", "GPU") for gpu in gpus]
    return f"GPU {', '.join(names)}", f"Training on {', '.join(names)}."


def _policy(gpus: Sequence[Any], options: TrainOptions) -> str:
    if options.arithmetic != "auto":
        return options.arithmetic
    gains = cards_gain(gpus) if gpus else bfloat16_is_faster(depthwise=options.backbone in _DEPTHWISE)
    return "mixed_bfloat16" if gains else "float32"


def cards_gain(gpus: Sequence[Any]) -> bool:
    """Whether all these graphics cards compute in bfloat16."""
    details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
    return all(one.get("compute_capability", (0, 0)) >= _BFLOAT16_CAPABILITY for one in details)
