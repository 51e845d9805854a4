"""MobileFaceNet (Chen et al., 2018, arXiv:1804.07573). Imports TensorFlow."""

from __future__ import annotations

import keras
from keras import layers

#: (expansion t, channels c, repetitions n, stride s of the first)
LAYOUT = ((2, 64, 5, 2), (4, 128, 1, 2), (2, 128, 6, 1), (4, 128, 1, 2), (2, 128, 2, 1))
_STEM, _LAST = 64, 512


def mobilefacenet(x: keras.KerasTensor) -> keras.KerasTensor:
    """Features (N, 512) of normalised chips (N, S, S, 3); made for 112.

    The size must be known: the global depthwise convolution learns a weight
    for every place of the last map.
    """
    x = _active(_conv(x, _STEM, 3, stride=2, name="stem"), name="stem")
    x = _active(_depthwise(x, name="stem_depthwise"), name="stem_depthwise")
    for stage, (expansion, channels, count, stride) in enumerate(LAYOUT):
        for block in range(count):
            name = f"stage{stage + 1}_block{block + 1}"
            x = _bottleneck(x, expansion, channels, stride if block == 0 else 1, name=name)
    x = _active(_conv(x, _LAST, 1, name="last"), name="last")
    x = layers.DepthwiseConv2D((x.shape[1], x.shape[2]), use_bias=False, name="global_depthwise")(x)
    return layers.Flatten(name="features")(_normed(x, name="global_depthwise"))


def _bottleneck(
    x: keras.KerasTensor, expansion: int, channels: int, stride: int, *, name: str
) -> keras.KerasTensor:
    """Expand, filter channel by channel, contract without a nonlinearity; added to x where shapes allow."""
    expanded = f"{name}_expand"
    y = _active(_conv(x, x.shape[-1] * expansion, 1, name=expanded), name=expanded)
    filtered = f"{name}_depthwise"
    y = _active(_depthwise(y, stride=stride, name=filtered), name=filtered)
    y = _normed(_conv(y, channels, 1, name=f"{name}_contract"), name=f"{name}_contract")
    return layers.Add()([x, y]) if stride == 1 and x.shape[-1] == channels else y


def _conv(
    x: keras.KerasTensor, filters: int, kernel: int, *, name: str, stride: int = 1
) -> keras.KerasTensor:
    return layers.Conv2D(filters, kernel, stride, "same", use_bias=False, name=f"{name}_conv")(x)


def _depthwise(x: keras.KerasTensor, *, name: str, stride: int = 1) -> keras.KerasTensor:
    return layers.DepthwiseConv2D(3, stride, "same", use_bias=False, name=f"{name}_conv")(x)


def _normed(x: keras.KerasTensor, *, name: str) -> keras.KerasTensor:
    return layers.BatchNormalization(epsilon=1e-5, name=f"{name}_bn")(x)


def _active(x: keras.KerasTensor, *, name: str) -> keras.KerasTensor:
    """Normalised, then PReLU."""
    slopes = keras.initializers.Constant(0.25)
    return layers.PReLU(shared_axes=[1, 2], alpha_initializer=slopes, name=f"{name}_prelu")(
        _normed(x, name=name)
    )
