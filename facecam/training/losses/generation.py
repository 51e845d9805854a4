"""Losses of a variational auto-encoder, with the layers it has beside its encoder. Imports TensorFlow.

Kingma and Welling, 2014 (arXiv:1312.6114); likeness by a network's inner maps: Hou et al., 2017 (arXiv:1610.00291).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from facecam.core.errors import WeightsError
from facecam.networks.autoencoder import COMPARED, SIDE_PX, build_decoder
from facecam.networks.backbones import build_backbone
from facecam.networks.weights_file import load_weights

Tensor = Any
_LIKENESS = "resnet50"


class ReconstructionLoss(keras.layers.Layer):
    """How sure the encoder is, the decoder, and the judge of likeness, which never learns.

    Args:
        dimensions: D.
        judge: from pictures (N, 64, 64, 3), 0…255, to its inner maps; None: pixels alone are compared.
    """

    def __init__(self, dimensions: int, judge: keras.Model | None) -> None:
        super().__init__(name="generator", dtype="float32")
        self.log_variance = keras.layers.Dense(dimensions, kernel_initializer="zeros", name="log_variance")
        self.decoder = build_decoder(dimensions)
        self._judge = (
            [] if judge is None else [judge]
        )  # In a list, so that Keras does not take its weights for ours.

    def build(self, features: tuple[int | None, int]) -> None:
        """Make the weights for features (N, F)."""
        self.log_variance.build(features)
        self.built = True

    def call(self, pictures: Tensor, mean: Tensor, features: Tensor, seed: Tensor) -> tuple[Tensor, Tensor]:
        """What each picture costs.

        Args:
            pictures: float32 (n, 64, 64, 3), 0…255.
            mean: (n, D), what stands for each.
            features: (n, F), of the encoder.
            seed: int64 scalar, of the noise.

        Returns:
            `likeness` (n,): squared differences of the reconstruction, of pixels and of each inner map, each as a
            share of what the mean of the batch would leave, averaged; and `divergence` (n,), nats, from the normal
            distribution.
        """
        mean = tf.cast(mean, tf.float32)
        log_variance = tf.cast(self.log_variance(features), tf.float32)
        noise = tf.random.stateless_normal(tf.shape(mean), tf.stack([seed, tf.constant(17, tf.int64)]))
        made = self.decoder(mean + tf.exp(log_variance / 2) * noise, training=True)
        divergence = -0.5 * tf.reduce_sum(1 + log_variance - mean**2 - tf.exp(log_variance), axis=1)
        both = zip(self._seen(pictures), self._seen(made), strict=True)
        return tf.add_n([_difference(*one) for one in both]) / (
            1 + len(self._judge) * len(COMPARED)
        ), divergence

    def _seen(self, pictures: Tensor) -> list[Tensor]:
        maps = [one for judge in self._judge for one in judge(pictures, training=False)]
        return [pictures, *(tf.cast(one, tf.float32) for one in maps)]


def _difference(wanted: Tensor, found: Tensor) -> Tensor:
    """Per picture, as a share of the batch's variance around its mean."""
    wanted = tf.stop_gradient(wanted)
    variance = tf.reduce_mean((wanted - tf.reduce_mean(wanted, axis=0)) ** 2)
    return tf.reduce_mean((wanted - found) ** 2, axis=(1, 2, 3)) / tf.maximum(variance, 1e-6)


def likeness_judge(weights: Path) -> keras.Model:
    """The first stages of ResNet50 as it is shipped, up to the last of `COMPARED`.

    Args:
        weights: the folder of models.

    Raises:
        WeightsError: it is not there.
    """
    path = weights / _LIKENESS / "weights.npz"
    if not path.is_file():
        raise WeightsError(
            f"faces are compared by {_LIKENESS}, whose weights are missing",
            hint=f"Set up again: {path.name} belongs into {path.parent}.",
        )
    whole = build_backbone(_LIKENESS, input_px=SIDE_PX)
    load_weights(whole, path)
    judge = keras.Model(whole.input, [whole.get_layer(name).output for name in COMPARED], name="judge")
    judge.trainable = False
    return judge
