"""Devices and arithmetic of a training. Imports TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from facecam.core.errors import ConfigError
from facecam.core.extras import how_to_add_cuda, why_no_card
from facecam.training.config.options import TrainOptions
from facecam.training.run.machines import machines
from facecam.training.trainer.arithmetic_trial import bfloat16_is_faster

_DEPTHWISE = ("mobilefacenet",)
#: Oldest NVIDIA generation (compute capability) with bfloat16 units.
_BFLOAT16_CAPABILITY = (8, 0)
_STEPS_AHEAD = 8
_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Device:
    """Where the work is done.

    Attributes:
        strategy: a `tf.distribute` strategy.
        words: `CPU` or `GPU …`, for people.
        why: one sentence.
        policy: Keras' dtype policy.
        pictures: where batches wait for their step; None: with the processor.
        steps_ahead: steps that may be on their way before the figures of the first are read. A card computes while
            the next step is prepared; a processor has nothing to gain.
    """

    strategy: Any
    words: str
    why: str
    policy: str
    pictures: str | None = None
    steps_ahead: int = 0


def choose_device(wanted: str, options: TrainOptions, begun: Mapping[str, str] = _NOTHING) -> Device:
    """Set up the device; must be called before anything is computed.

    Args:
        wanted: `auto`, `cpu` or `gpu`.
        options: `threads` and `arithmetic`.
        begun: device, in words, → the arithmetic a training that goes on was begun in there.

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
            hint=f"It cannot: {why}. Leave --device out."
            if (why := why_no_card())
            else f"{how_to_add_cuda()}.",
        )
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
    if wanted == "cpu":
        tf.config.set_visible_devices([], "GPU")
    one_card = "/gpu:0" if len(gpus) == 1 else None
    ahead = _STEPS_AHEAD if gpus else 0
    words = _words(gpus, wanted)
    policy = begun.get(words[0]) if options.arithmetic == "auto" else None
    return Device(strategy_over(gpus), *words, policy or _policy(gpus, options), one_card, ahead)


def strategy_over(gpus: Sequence[Any]) -> Any:
    """The `tf.distribute` strategy that shares a batch between machines or graphics cards, if there are several."""
    if machines() > 1:
        return tf.distribute.MultiWorkerMirroredStrategy()
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
    if machines() > 1:
        return "float32"  # Each would try for itself, and all have to compute in the same.
    gains = cards_gain(gpus) if gpus else bfloat16_is_faster(depthwise=options.backbone in _DEPTHWISE)
    return "mixed_bfloat16" if gains else "float32"


def cards_gain(gpus: Sequence[Any]) -> bool:
    """Whether all these graphics cards compute in bfloat16."""
    details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
    return all(one.get("compute_capability", (0, 0)) >= _BFLOAT16_CAPABILITY for one in details)
