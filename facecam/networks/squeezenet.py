"""SqueezeNet (Iandola et al., 2016, arXiv:1602.07360) with batch normalisation. Imports TensorFlow."""

from __future__ import annotations

import keras
from keras import layers

from facecam.networks.blocks import conv

#: Fire modules as (squeezed, expanded) channels; None halves the resolution.
_LAYOUT = ((16, 64), (16, 64), (32, 128), None, (32, 128), (48, 192), (48, 192), (64, 256), None, (64, 256))


def squeezenet(x: keras.KerasTensor) -> keras.KerasTensor:
    """Features (N, 512) of normalised chips (N, S, S, 3)."""
    x = conv(x, 96, 7, stride=2, name="stem")
    x = layers.MaxPooling2D(3, 2, "same")(x)
    for index, fire in enumerate(_LAYOUT):
        x = layers.MaxPooling2D(3, 2, "same")(x) if fire is None else _fire(x, *fire, name=f"fire{index + 2}")
    return layers.GlobalAveragePooling2D(name="features")(x)


def _fire(x: keras.KerasTensor, squeezed: int, expanded: int, *, name: str) -> keras.KerasTensor:
    x = conv(x, squeezed, name=f"{name}_squeeze")
    return layers.Concatenate()(
        [conv(x, expanded, name=f"{name}_expand1"), conv(x, expanded, 3, name=f"{name}_expand3")]
    )
