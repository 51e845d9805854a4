"""Whether this processor trains faster in bfloat16: tried, not guessed. Imports TensorFlow."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import keras
import tensorflow as tf

_CPU_FLAGS: Final = Path("/proc/cpuinfo")
#: Without one of these bfloat16 is computed by way of float32; no trial is needed.
_NEEDED: Final = ("avx512_bf16", "amx_bf16")
#: A smaller gain is not worth the coarser numbers.
_LEAST_GAIN: Final = 1.1
_TRIALS: Final = 3
_MAP: Final = (16, 28, 28, 256)
_INSIDE: Final = 64


def bfloat16_is_faster(*, depthwise: bool = False) -> bool:
    """Try a bottleneck block of ResNet50, forward and back, in both kinds of numbers; takes some three seconds.

    Processor time is compared, which other programs at work hardly change.

    Args:
        depthwise: for a network of depthwise convolutions, which gain less or lose.
    """
    flags = _CPU_FLAGS.read_text(errors="replace") if _CPU_FLAGS.is_file() else ""
    if not any(flag in flags for flag in _NEEDED):
        return False
    return _fastest_s(_step("float32", depthwise)) > _LEAST_GAIN * _fastest_s(
        _step("mixed_bfloat16", depthwise)
    )


def _fastest_s(step: Callable[[], None]) -> float:
    step()
    seconds = []
    for _ in range(_TRIALS):
        began_s = time.process_time()
        step()
        seconds.append(time.process_time() - began_s)
    return min(seconds)


def _step(policy: str, depthwise: bool) -> Callable[[], None]:
    layers = keras.layers
    x = maps = keras.Input(_MAP[1:], dtype="float32")
    widest = (
        layers.DepthwiseConv2D(3, padding="same", use_bias=False, dtype=policy)
        if depthwise
        else layers.Conv2D(_INSIDE, 3, padding="same", use_bias=False, dtype=policy)
    )
    first, last = (layers.Conv2D(filters, 1, use_bias=False, dtype=policy) for filters in (_INSIDE, _MAP[-1]))
    for convolution in (first, widest, last):
        x = layers.ReLU(dtype=policy)(layers.BatchNormalization(dtype=policy)(convolution(x)))
    block = keras.Model(maps, layers.Add(dtype=policy)([x, maps]))
    chips = tf.random.stateless_normal(_MAP, seed=(0, 0))

    @tf.function  # type: ignore[untyped-decorator]
    def gradients() -> list[tf.Tensor]:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(tf.cast(block(chips, training=True), tf.float32)))
        return [tf.reduce_sum(one) for one in tape.gradient(loss, block.trainable_variables)]

    def step() -> None:
        for one in gradients():
            one.numpy()

    return step
