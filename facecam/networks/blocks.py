"""Building blocks of the backbones. Imports TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence

import keras
from keras import layers

#: Names every backbone shares: its input, the values before normalisation, the unit vectors.
INPUT, EMBEDDING, UNIT = "chips", "embedding", "unit"


def chip_input(input_px: int) -> keras.KerasTensor:
    """Chips (N, S, S, 3), RGB 0…255; `input_px` 0 leaves the size open."""
    return keras.Input((input_px or None, input_px or None, 3), name=INPUT)


def normalized(chips: keras.KerasTensor, mean: Sequence[float], std: Sequence[float]) -> keras.KerasTensor:
    """(x − mean) / std per channel, part of the network so that no caller can forget it."""
    scale = [1 / one for one in std]
    offset = [-middle / one for middle, one in zip(mean, std, strict=True)]
    return layers.Rescaling(scale, offset, name="normalise")(chips)


def standardised(chips: keras.KerasTensor) -> keras.KerasTensor:
    """Every picture minus its own mean, by its own deviation (facenet's "prewhitening"), part of the network too.

    Light and contrast of the whole picture are gone, which few photos could not teach. The 25 under the root
    keeps a picture of one colour at 0.
    """
    return layers.LayerNormalization(
        axis=(1, 2, 3), epsilon=25.0, center=False, scale=False, name="normalise"
    )(chips)


def embedding_head(features: keras.KerasTensor, dimensions: int) -> keras.KerasTensor:
    """Features (N, F) → `embedding` (N, D) → `unit` (N, D) of L2 norm 1, float32 in any arithmetic."""
    x = layers.Dense(dimensions, name=EMBEDDING)(features)
    return layers.UnitNormalization(dtype="float32", name=UNIT)(x)


def conv(
    x: keras.KerasTensor,
    filters: int,
    kernel: int | tuple[int, int] = 1,
    *,
    name: str,
    stride: int = 1,
    padding: str = "same",
    scaled: bool = True,
    activation: bool = True,
    momentum: float = 0.99,
) -> keras.KerasTensor:
    """Convolution without bias, batch normalisation, ReLU.

    Args:
        x: (N, H, W, C).
        filters: channels of the result.
        kernel: side, or (height, width), px.
        name: the layers are called `<name>_conv` and `<name>_bn`.
        stride: in both directions.
        padding: `same`, `valid`, or `both`: as many zeros on either side, as in PyTorch.
        scaled: whether the batch normalisation has a factor besides its shift.
        activation: False leaves the ReLU out.
        momentum: of the running means; less where a training has some hundred steps only.
    """
    if padding == "both" and kernel != 1:
        x = layers.ZeroPadding2D(int(kernel) // 2 if isinstance(kernel, int) else kernel[0] // 2)(x)
    fitted = "same" if padding == "same" else "valid"
    x = layers.Conv2D(filters, kernel, stride, fitted, use_bias=False, name=f"{name}_conv")(x)
    epsilon = 1e-5 if scaled else 1e-3
    x = layers.BatchNormalization(momentum=momentum, scale=scaled, epsilon=epsilon, name=f"{name}_bn")(x)
    return layers.ReLU()(x) if activation else x
