"""Residual networks (He et al., 2015, arXiv:1512.03385). Imports TensorFlow.

ResNet18 and 34 are built of pairs of 3×3 convolutions; ResNet50 and 101 are those that Keras ships.
"""

from __future__ import annotations

import keras
from keras import layers

from facecam.networks.blocks import conv

_BASIC_BLOCKS = {"resnet18": (2, 2, 2, 2), "resnet34": (3, 4, 6, 3)}
_SMALL_FILTERS = (48, 96, 192)
#: Of the running means of ResNet8, whose trainings are short.
_SMALL_MOMENTUM = 0.9


def resnet18(x: keras.KerasTensor) -> keras.KerasTensor:
    """Features (N, 512) of normalised chips (N, S, S, 3); with a head of 128 values 11,242,176 parameters."""
    return _basic_resnet(x, _BASIC_BLOCKS["resnet18"])


def resnet8(x: keras.KerasTensor, prefix: str = "") -> keras.KerasTensor:
    """Features (N, 192) of normalised chips (N, H, W, 3) of some 48 to 84 px: what some hundred photos can teach.

    Three stages of one pair of convolutions each, after a stem that halves the picture.

    Args:
        x: the chips.
        prefix: of the layers' names, where there are several in one network.
    """
    x = conv(x, 32, 3, stride=2, padding="both", name=f"{prefix}stem", momentum=_SMALL_MOMENTUM)
    for stage, filters in enumerate(_SMALL_FILTERS, start=1):
        x = _basic_block(x, filters, 2, name=f"{prefix}stage{stage}_block1", momentum=_SMALL_MOMENTUM)
    return layers.GlobalAveragePooling2D(name=f"{prefix}features")(x)


def resnet34(x: keras.KerasTensor) -> keras.KerasTensor:
    """Features (N, 512) of normalised chips (N, S, S, 3)."""
    return _basic_resnet(x, _BASIC_BLOCKS["resnet34"])


def _basic_resnet(x: keras.KerasTensor, blocks: tuple[int, ...]) -> keras.KerasTensor:
    x = conv(x, 64, 7, stride=2, padding="both", name="stem")
    x = layers.MaxPooling2D(3, 2)(layers.ZeroPadding2D(1)(x))
    for stage, count in enumerate(blocks):
        for block in range(count):
            stride = 2 if stage > 0 and block == 0 else 1
            x = _basic_block(x, 64 << stage, stride, name=f"stage{stage + 1}_block{block + 1}")
    return layers.GlobalAveragePooling2D(name="features")(x)


def _basic_block(
    x: keras.KerasTensor, filters: int, stride: int, *, name: str, momentum: float = 0.99
) -> keras.KerasTensor:
    y = conv(x, filters, 3, stride=stride, padding="both", name=f"{name}_first", momentum=momentum)
    y = conv(y, filters, 3, padding="both", activation=False, name=f"{name}_second", momentum=momentum)
    if stride != 1 or x.shape[-1] != filters:
        shortcut = f"{name}_shortcut"
        x = conv(
            x, filters, stride=stride, padding="both", activation=False, name=shortcut, momentum=momentum
        )
    return layers.ReLU()(layers.Add()([x, y]))
