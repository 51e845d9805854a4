"""Variational auto-encoder of faces, 64 px. Imports TensorFlow.

Hou et al., 2017 (arXiv:1610.00291), as facenet's generative part has it: four convolutions of 4×4 with stride 2 down,
four enlargements with convolutions of 3×3 up. The encoder is a backbone like the others, its `embedding` the mean.
"""

from __future__ import annotations

import keras
from keras import layers

SIDE_PX = 64
DOWN, UP = (32, 64, 128, 256), (128, 64, 32)
_LEAST_PX = SIDE_PX >> len(DOWN)
_SLOPE = 0.2
#: Of ResNet50: where a picture and its reconstruction are compared.
COMPARED = ("conv1_relu", "conv2_block1_out", "conv2_block3_out")


def encoder(x: keras.KerasTensor) -> keras.KerasTensor:
    """Features (N, 4096) of normalized chips (N, 64, 64, 3)."""
    for index, filters in enumerate(DOWN, 1):
        x = layers.Conv2D(filters, 4, 2, "same", use_bias=False, name=f"down{index}_conv")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-3, name=f"down{index}_bn")(x)
        x = layers.LeakyReLU(_SLOPE, name=f"down{index}_relu")(x)
    return layers.Flatten(name="features")(x)


def build_decoder(dimensions: int) -> keras.Model:
    """From what stands for faces, (N, D), to pictures (N, 64, 64, 3), RGB 0…255."""
    given = keras.Input((dimensions,), name="latent")
    x = layers.Dense(_LEAST_PX * _LEAST_PX * DOWN[-1], name="start")(given)
    x = layers.Reshape((_LEAST_PX, _LEAST_PX, DOWN[-1]), name="start_map")(x)
    for index, filters in enumerate(UP, 1):
        x = layers.UpSampling2D(name=f"up{index}_size")(x)
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"up{index}_conv")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-3, name=f"up{index}_bn")(x)
        x = layers.LeakyReLU(_SLOPE, name=f"up{index}_relu")(x)
    x = layers.UpSampling2D(name="last_size")(x)
    x = layers.Conv2D(3, 3, padding="same", activation="sigmoid", dtype="float32", name="last_conv")(x)
    return keras.Model(given, layers.Rescaling(255.0, dtype="float32", name="picture")(x), name="decoder")
