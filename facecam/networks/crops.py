"""Small networks side by side, each looking at its own crop of a chip. Imports TensorFlow.

Several networks that see different parts and sizes of a face make fewer common
mistakes than one large network, which some hundred photos cannot teach. (DeepID:
Sun, Wang and Tang, 2014, CVPR, section 3) While training most of them are left
out at random, so that none relies on another. (ModDrop: Neverova et al., 2016,
arXiv:1501.00102)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import keras
from keras import layers

from facecam.networks.blocks import EMBEDDING, UNIT
from facecam.networks.resnet import resnet8

#: Name → top, left, height and width as shares of the chip's side, and by how much the crop is made smaller. They suit
#: chips of 128 px with a padding of 0.7, which show the hair; the detector's square is the middle 42 %.
CROPS: Final = {
    "all": (0.0, 0.0, 1.0, 1.0, 2),
    "head": (0.125, 0.125, 0.75, 0.75, 2),
    "face": (0.21875, 0.21875, 0.5625, 0.5625, 1),
    "upper": (0.125, 0.171875, 0.46875, 0.65625, 1),
    "lower": (0.421875, 0.21875, 0.421875, 0.5625, 1),
}
_KEPT = 2
_DROPPED_FEATURES = 0.2


def resnet8_crops(x: keras.KerasTensor) -> list[keras.KerasTensor]:
    """Features (N, 192) of each crop of normalised chips (N, S, S, 3), from a ResNet8 of its own."""
    side_px = x.shape[1]
    return [resnet8(_crop(x, side_px, place), f"{name}_") for name, place in CROPS.items()]


def crops_head(features: Sequence[keras.KerasTensor], dimensions: int) -> keras.KerasTensor:
    """Features (N, F) of each crop → `embedding` (N, D), D / 5 values of unit length per crop → `unit` (N, D)."""
    each = dimensions // len(CROPS)
    parts = [
        layers.Dense(each, use_bias=False, name=f"{EMBEDDING}_{name}")(layers.Dropout(_DROPPED_FEATURES)(one))
        for name, one in zip(CROPS, features, strict=True)
    ]
    x = layers.Concatenate()(parts)
    x = layers.BatchNormalization(momentum=0.9, scale=False, name=f"{EMBEDDING}_bn")(x)
    x = layers.UnitNormalization()(layers.Reshape((len(CROPS), each))(x))
    x = layers.Reshape((dimensions,), name=EMBEDDING)(KeepSome(_KEPT)(x))
    return layers.UnitNormalization(dtype="float32", name=UNIT)(x)


class KeepSome(layers.Layer):
    """While training, all but some of the M vectors of a picture become 0, others for each picture.

    Args:
        count: how many stay.
    """

    def __init__(self, count: int, **others: Any) -> None:
        super().__init__(**others)
        self.count = count
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, x: keras.KerasTensor, training: bool = False) -> keras.KerasTensor:
        """(N, M, D) → (N, M, D)."""
        if not training:
            return x
        draw = keras.random.uniform(keras.ops.shape(x)[:2], seed=self.seed_generator)
        limit = keras.ops.sort(draw, axis=1)[:, self.count - 1 : self.count]
        return x * keras.ops.cast(draw <= limit, x.dtype)[:, :, None]


def _crop(
    x: keras.KerasTensor, side_px: int, place: tuple[float, float, float, float, int]
) -> keras.KerasTensor:
    top, left, height, width = (round(share * side_px) for share in place[:4])
    x = layers.Cropping2D(((top, side_px - top - height), (left, side_px - left - width)))(x)
    # Means of squares, not interpolation: OpenVINO 2026.4 computes a zero-padded convolution after that wrongly.
    return layers.AveragePooling2D(place[4])(x) if place[4] > 1 else x
