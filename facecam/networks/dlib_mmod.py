"""dlib's CNN face detector as a Keras model.

The architecture is that of dlib's `dnn_mmod_face_detection_ex.cpp`, trained
with the max-margin loss of King, 2015 (arXiv:1502.00046); the weights come
from `mmod_human_face_detector.dat` (CC0).
"""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from keras import layers

from facecam.core.errors import WeightsError
from facecam.networks.dlib_file import read_tensors
from facecam.networks.dlib_resnet import MEAN_RGB, SCALE, Affine, weights_from_dlib

_BATCH_NORM_EPSILON = 1e-4
_DOWNSAMPLING_FILTERS = (16, 32, 32)
_SCORING_LAYERS, _SCORING_FILTERS = 3, 45
#: After a convolution: gamma|beta, two tensors of the last batch, running mean, running variance.
_TENSORS_PER_LAYER = 6


def build_dlib_mmod() -> keras.Model:
    """The network with fresh weights.

    Returns:
        A model from a tiled image pyramid (1, H, W, 3), RGB 0…255, to scores
        (1, h, w, 1): the score at (row, column) is that of an 80×80 px window
        centred at (8·column + 14, 8·row + 14).
    """
    image = keras.Input((None, None, 3), batch_size=1, name="image")
    x = (image - np.asarray(MEAN_RGB, np.float32)) / SCALE
    for index, filters in enumerate(_DOWNSAMPLING_FILTERS):
        x = _layer(x, filters, index, strides=2, padding="valid")
    for index in range(_SCORING_LAYERS):
        x = _layer(x, _SCORING_FILTERS, len(_DOWNSAMPLING_FILTERS) + index, strides=1, padding="same")
    scores = layers.Conv2D(1, 9, padding="same", name="scores")(x)
    return keras.Model(image, scores, name="dlib_mmod")


def load_dlib_mmod(path: Path) -> keras.Model:
    """`build_dlib_mmod` with the weights of dlib's `.dat` file.

    Raises:
        WeightsError: the file is missing or holds another network.
    """
    model = build_dlib_mmod()
    tensors = read_tensors(path)
    hidden = len(_DOWNSAMPLING_FILTERS) + _SCORING_LAYERS
    if len(tensors) != hidden * _TENSORS_PER_LAYER + 1:
        raise WeightsError(
            f"{path} holds {len(tensors)} tensors, the face detector has {hidden * _TENSORS_PER_LAYER + 1}",
            hint="Use mmod_human_face_detector.dat of face_recognition_models 0.3.",
        )
    for index in range(hidden):
        conv, affine, _, _, mean, variance = tensors[_TENSORS_PER_LAYER * index :][:_TENSORS_PER_LAYER]
        layer = model.get_layer(f"conv{index}")
        layer.set_weights(weights_from_dlib(layer, conv, path))
        if not affine.size == 2 * mean.size == 2 * variance.size == 2 * layer.filters:
            raise WeightsError(
                f"{path}: normalisation of {mean.size} channels after a convolution to {layer.filters}",
                hint="The file holds another network than expected; fetch it again with `-dw True`.",
            )
        gamma, beta = np.split(affine.ravel(), 2)
        scale = gamma / np.sqrt(variance.ravel() + _BATCH_NORM_EPSILON)
        model.get_layer(f"affine{index}").set_weights([scale, beta - scale * mean.ravel()])
    layer = model.get_layer("scores")
    layer.set_weights(weights_from_dlib(layer, tensors[-1], path))
    return model


def _layer(
    x: keras.KerasTensor, filters: int, index: int, *, strides: int, padding: str
) -> keras.KerasTensor:
    x = layers.Conv2D(filters, 5, strides=strides, padding=padding, name=f"conv{index}")(x)
    x = Affine(name=f"affine{index}")(x)
    return layers.ReLU()(x)
