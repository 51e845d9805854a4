"""Inception-ResNet-v1 in the layout FaceNet's well-known TensorFlow version uses. Imports TensorFlow.

Szegedy et al., 2016 (arXiv:1602.07261), figures 10 to 15; the last block8
is neither scaled nor followed by a ReLU.
"""

from __future__ import annotations

from functools import partial

import keras
from keras import layers

from facecam.networks.blocks import EMBEDDING, UNIT, conv

LEAST_INPUT_PX = 80
_conv = partial(conv, scaled=False)
_BLOCKS_35, _BLOCKS_17, _BLOCKS_8 = 5, 10, 5
_SCALE_35, _SCALE_17, _SCALE_8 = 0.17, 0.10, 0.20
_DROPPED = 0.2


def inception_resnet_v1(x: keras.KerasTensor) -> keras.KerasTensor:
    """Features (N, 1792) of normalised chips (N, S, S, 3), S ≥ 80; made for 160."""
    x = _stem(x)
    for index in range(_BLOCKS_35):
        x = _block35(x, name=f"block35_{index + 1}")
    x = _reduction_a(x)
    for index in range(_BLOCKS_17):
        x = _block17(x, name=f"block17_{index + 1}")
    x = _reduction_b(x)
    for index in range(_BLOCKS_8):
        x = _block8(x, _SCALE_8, name=f"block8_{index + 1}")
    x = _block8(x, 1.0, activation=False, name="block8_last")
    x = layers.GlobalAveragePooling2D(name="features")(x)
    return layers.Dropout(_DROPPED, name="dropout")(x)


def bottleneck_head(features: keras.KerasTensor, dimensions: int) -> keras.KerasTensor:
    """Features (N, F) → `embedding` (N, D) → `unit` (N, D); in facenet the bottleneck has batch normalization, no bias.

    So the values that softmax and centre loss see have mean 0 and variance 1 over the people.
    """
    x = layers.Dense(dimensions, use_bias=False, name=f"{EMBEDDING}_dense")(features)
    x = layers.BatchNormalization(momentum=0.995, scale=False, epsilon=1e-3, name=EMBEDDING)(x)
    return layers.UnitNormalization(dtype="float32", name=UNIT)(x)


def _stem(x: keras.KerasTensor) -> keras.KerasTensor:
    x = _conv(x, 32, 3, stride=2, padding="valid", name="stem1")
    x = _conv(x, 32, 3, padding="valid", name="stem2")
    x = _conv(x, 64, 3, name="stem3")
    x = layers.MaxPooling2D(3, 2)(x)
    x = _conv(x, 80, name="stem4", padding="valid")
    x = _conv(x, 192, 3, padding="valid", name="stem5")
    return _conv(x, 256, 3, stride=2, padding="valid", name="stem6")


def _block35(x: keras.KerasTensor, *, name: str) -> keras.KerasTensor:
    first = _conv(x, 32, name=f"{name}_a1")
    second = _conv(_conv(x, 32, name=f"{name}_b1"), 32, 3, name=f"{name}_b2")
    third = _conv(_conv(x, 32, name=f"{name}_c1"), 32, 3, name=f"{name}_c2")
    third = _conv(third, 32, 3, name=f"{name}_c3")
    return _residual(x, [first, second, third], _SCALE_35, name=name)


def _block17(x: keras.KerasTensor, *, name: str) -> keras.KerasTensor:
    first = _conv(x, 128, name=f"{name}_a1")
    second = _conv(_conv(x, 128, name=f"{name}_b1"), 128, (1, 7), name=f"{name}_b2")
    return _residual(x, [first, _conv(second, 128, (7, 1), name=f"{name}_b3")], _SCALE_17, name=name)


def _block8(x: keras.KerasTensor, scale: float, *, name: str, activation: bool = True) -> keras.KerasTensor:
    first = _conv(x, 192, name=f"{name}_a1")
    second = _conv(_conv(x, 192, name=f"{name}_b1"), 192, (1, 3), name=f"{name}_b2")
    second = _conv(second, 192, (3, 1), name=f"{name}_b3")
    return _residual(x, [first, second], scale, activation=activation, name=name)


def _reduction_a(x: keras.KerasTensor) -> keras.KerasTensor:
    first = _conv(x, 384, 3, stride=2, padding="valid", name="reduction_a_a1")
    second = _conv(_conv(x, 192, name="reduction_a_b1"), 192, 3, name="reduction_a_b2")
    second = _conv(second, 256, 3, stride=2, padding="valid", name="reduction_a_b3")
    return layers.Concatenate()([first, second, layers.MaxPooling2D(3, 2)(x)])


def _reduction_b(x: keras.KerasTensor) -> keras.KerasTensor:
    first = _conv(x, 256, name="reduction_b_a1")
    first = _conv(first, 384, 3, stride=2, padding="valid", name="reduction_b_a2")
    second = _conv(x, 256, name="reduction_b_b1")
    second = _conv(second, 256, 3, stride=2, padding="valid", name="reduction_b_b2")
    third = _conv(_conv(x, 256, name="reduction_b_c1"), 256, 3, name="reduction_b_c2")
    third = _conv(third, 256, 3, stride=2, padding="valid", name="reduction_b_c3")
    return layers.Concatenate()([first, second, third, layers.MaxPooling2D(3, 2)(x)])


def _residual(
    x: keras.KerasTensor,
    branches: list[keras.KerasTensor],
    scale: float,
    *,
    name: str,
    activation: bool = True,
) -> keras.KerasTensor:
    """x + scale · (1×1 convolution of the branches side by side), then ReLU."""
    mixed = layers.Concatenate()(branches)
    up = layers.Conv2D(x.shape[-1], 1, name=f"{name}_up")(mixed)
    # A small scale keeps the sum from exploding early in training. (Szegedy et al., section 3.3)
    x = layers.Add()([x, layers.Rescaling(scale)(up)])
    return layers.ReLU()(x) if activation else x
