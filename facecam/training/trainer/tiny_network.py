"""A network so small that a whole training takes seconds: for trying things out and for tests."""

from __future__ import annotations

import keras
from keras import layers

TINY_PX = 32


def build_tiny(*, dimensions: int = 128, input_px: int | None = None) -> keras.Model:
    """Three convolutions.

    Args:
        dimensions: D.
        input_px: side of the input; None: 32.

    Returns:
        A model from chips (N, S, S, 3), RGB 0…255, to unit vectors (N, D).
    """
    side = input_px or TINY_PX
    chips = keras.Input((side, side, 3), name="chips")
    x = layers.Rescaling(1 / 128.0, -127.5 / 128.0, name="normalise")(chips)
    for index, filters in enumerate((16, 32, 64)):
        x = layers.Conv2D(filters, 3, strides=2, padding="same", name=f"conv{index}")(x)
        x = layers.BatchNormalization(name=f"norm{index}")(x)
        x = layers.ReLU(name=f"relu{index}")(x)
    x = layers.GlobalAveragePooling2D(name="features")(x)
    x = layers.Dense(dimensions, name="embedding")(x)
    x = layers.UnitNormalization(name="unit", dtype="float32")(x)
    return keras.Model(chips, x, name="tiny")
