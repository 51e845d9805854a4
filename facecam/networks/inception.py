"""Inception-v3 and Inception-ResNet-v2 as Keras ships them. Imports TensorFlow.

(Szegedy et al., 2015, arXiv:1512.00567; Szegedy et al., 2016, arXiv:1602.07261)
"""

from __future__ import annotations

import keras

#: Keras's layouts lose all of a smaller picture.
LEAST_INPUT_PX = 75


def inception_v3(x: keras.KerasTensor) -> keras.KerasTensor:
    """Features (N, 2048) of normalised chips (N, S, S, 3), S ≥ 75."""
    network = keras.applications.InceptionV3(include_top=False, weights=None, pooling="avg", input_tensor=x)
    return network.output


def inception_resnet_v2(x: keras.KerasTensor) -> keras.KerasTensor:
    """Features (N, 1536) of normalised chips (N, S, S, 3), S ≥ 75."""
    network = keras.applications.InceptionResNetV2(
        include_top=False, weights=None, pooling="avg", input_tensor=x
    )
    return network.output
