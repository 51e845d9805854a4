"""dlib's face recognition ResNet as a Keras model, to be trained further; `networks.ir` has it for running.

The architecture is that of dlib's `dnn_face_recognition_ex.cpp` (29
convolutions, a ResNet-34 of He et al., 2016, with half the filters); the
weights come from `dlib_face_recognition_resnet_model_v1.dat` (CC0).
"""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from keras import layers

from facecam.core.types import FloatArray
from facecam.networks.dlib_file import DlibWeights
from facecam.networks.dlib_layout import BLOCKS, CHIP_PX, DIMENSIONS, MEAN_RGB, SCALE


@keras.saving.register_keras_serializable(package="facecam")
class Affine(layers.Layer):
    """Per-channel `gamma·x + beta`: what a batch-norm is once it is frozen."""

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create gamma and beta of shape (channels,)."""
        channels = input_shape[-1]
        self.gamma = self.add_weight(name="gamma", shape=(channels,), initializer="ones")
        self.beta = self.add_weight(name="beta", shape=(channels,), initializer="zeros")

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Scale and shift; shape unchanged."""
        return inputs * self.gamma + self.beta


def build_dlib_resnet(*, unit_norm: bool = True) -> keras.Model:
    """The network with fresh weights.

    Args:
        unit_norm: whether the output is divided by its L2 norm.

    Returns:
        A model from chips (N, 150, 150, 3), RGB 0…255, to (N, 128) float32.
    """
    chips = keras.Input((CHIP_PX, CHIP_PX, 3), name="chips")
    x = (chips - np.asarray(MEAN_RGB, np.float32)) / SCALE
    x = _conv_affine(x, 32, kernel=7, stride=2, padding="valid", name="stem")
    x = layers.ReLU()(x)
    x = layers.MaxPooling2D(3, strides=2, padding="valid")(x)
    for index, (filters, halves) in enumerate(BLOCKS):
        x = _block(x, filters, halves, name=f"block{index}")
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(DIMENSIONS, use_bias=False, name="embedding")(x)
    if unit_norm:
        x = layers.UnitNormalization(dtype="float32", name="unit")(x)  # in any arithmetic
    return keras.Model(chips, x, name="dlib_resnet")


def load_dlib_resnet(path: Path, *, unit_norm: bool = True) -> keras.Model:
    """`build_dlib_resnet` with the weights of dlib's `.dat` file.

    Raises:
        WeightsError: the file is missing or holds another network.
    """
    model = build_dlib_resnet(unit_norm=unit_norm)
    targets = [layer for layer in model.layers if isinstance(layer, layers.Conv2D | Affine | layers.Dense)]
    # Keras lists layers by depth; dlib stores them by position, which the names restore.
    targets.sort(key=lambda layer: _position(layer.name))
    hint = "Use dlib_face_recognition_resnet_model_v1.dat of face_recognition_models 0.3."
    weights = DlibWeights(path, len(targets), "the face recognition ResNet", hint)
    for layer in targets:
        layer.set_weights(_next_weights(weights, layer))
    return model


def _next_weights(weights: DlibWeights, layer: keras.Layer) -> list[FloatArray]:
    """The next of dlib's tensors as the weights of the Keras layer it belongs to."""
    shapes = [tuple(weight.shape) for weight in layer.weights]
    if not isinstance(layer, layers.Conv2D):
        return list(weights.next(layer.name, *shapes))
    (height, width, channels, filters), shift = shapes
    kernel, shifts = weights.next(layer.name, (filters, channels, height, width), shift)
    return [kernel.transpose(2, 3, 1, 0), shifts]


def _conv_affine(
    x: keras.KerasTensor, filters: int, *, kernel: int, stride: int, padding: str, name: str
) -> keras.KerasTensor:
    x = layers.Conv2D(filters, kernel, strides=stride, padding=padding, name=f"{name}_conv")(x)
    return Affine(name=f"{name}_affine")(x)


def _block(x: keras.KerasTensor, filters: int, halves: bool, *, name: str) -> keras.KerasTensor:
    stride, padding = (2, "valid") if halves else (1, "same")
    y = _conv_affine(x, filters, kernel=3, stride=stride, padding=padding, name=f"{name}_first")
    y = layers.ReLU()(y)
    y = _conv_affine(y, filters, kernel=3, stride=1, padding="same", name=f"{name}_second")
    if halves:
        x = layers.AveragePooling2D(2, strides=2, padding="valid")(x)
    x, y = _zero_padded_to_each_other(x, y)
    return layers.ReLU()(layers.Add()([x, y]))


def _zero_padded_to_each_other(
    x: keras.KerasTensor, y: keras.KerasTensor
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """dlib adds tensors of unequal size as if the smaller were followed by zeros."""
    height, width = max(x.shape[1], y.shape[1]), max(x.shape[2], y.shape[2])
    channels = max(x.shape[3], y.shape[3])

    def padded(z: keras.KerasTensor) -> keras.KerasTensor:
        bottom, right = height - z.shape[1], width - z.shape[2]
        if bottom or right:
            z = layers.ZeroPadding2D(((0, bottom), (0, right)))(z)
        if missing := channels - z.shape[3]:
            z = keras.ops.pad(z, ((0, 0), (0, 0), (0, 0), (0, missing)))
        return z

    return padded(x), padded(y)


def _position(name: str) -> tuple[int, int, int]:
    if name == "embedding":
        return (10**6, 0, 0)
    stage, *rest = name.split("_")
    block = -1 if stage == "stem" else int(stage.removeprefix("block"))
    half = 1 if rest[0] == "second" else 0
    return (block, half, 1 if rest[-1] == "affine" else 0)
