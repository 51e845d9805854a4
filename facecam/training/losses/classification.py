"""Losses over the people of the training set: softmax, CosFace, ArcFace, and their head.

All return one value per photo; take `replicas.global_mean` of them.

(CosFace: Wang et al. 2018, arXiv:1801.09414, equation 4. ArcFace: Deng et al. 2019, arXiv:1801.07698, equation 3)
"""

from __future__ import annotations

import math
from typing import Literal

import keras
import tensorflow as tf

ClassLoss = Literal["softmax", "cosface", "arcface"]
#: Margins unless told otherwise. CosFace's paper has 0.35; 0.25 is what the programs before this one used.
MARGINS = {"softmax": 0.0, "cosface": 0.25, "arcface": 0.5}
SCALE = 64.0
#: Below this sin²θ the root of sin²θ = 1 − cos²θ is held: its slope would be infinite at θ = 0 and π.
_SMALLEST_SINE_SQUARED = 1e-7


def cross_entropy(logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    """−log softmax at the right class: logits (N, C), labels whole numbers (N,) in [0, C) → float32 (N,)."""
    return tf.nn.sparse_softmax_cross_entropy_with_logits(
        tf.cast(labels, tf.int32), tf.cast(logits, tf.float32)
    )


def cosface_logits(
    cosines: tf.Tensor, labels: tf.Tensor, *, scale: float = SCALE, margin: float = MARGINS["cosface"]
) -> tf.Tensor:
    """s·(cosθ − m·1[y]): cosines (N, C) in [−1, 1], labels (N,) → float32 (N, C)."""
    cosines = tf.cast(cosines, tf.float32)
    return scale * (cosines - margin * _at(labels, cosines))


def arcface_logits(
    cosines: tf.Tensor, labels: tf.Tensor, *, scale: float = SCALE, margin: float = MARGINS["arcface"]
) -> tf.Tensor:
    """s·cos(θ + m·1[y]): cosines (N, C) in [−1, 1], labels (N,) → float32 (N, C).

    cos(θ + m) would rise again where θ + m > π. There cosθ − m·sin(m) stands in, which keeps falling with θ (the
    authors' own code does that). Gradients are finite for every cosine, ±1 and beyond (rounding) included.
    """
    cosines = tf.cast(cosines, tf.float32)
    sines = tf.sqrt(tf.maximum(1 - cosines * cosines, _SMALLEST_SINE_SQUARED))
    turned = cosines * math.cos(margin) - sines * math.sin(margin)
    moved = tf.where(cosines > math.cos(math.pi - margin), turned, cosines - margin * math.sin(margin))
    return scale * tf.where(_at(labels, cosines) > 0, moved, cosines)


class ClassHead(keras.layers.Layer):
    """The layer between embeddings and people that a class loss trains; thrown away afterwards.

    Args:
        people: C, of the training set.
        kind: `softmax`: a linear layer with bias; `cosface`, `arcface`: cosines to
            one unit vector per person, with scale and margin.
        scale: s of cosface and arcface.
        margin: m; None: 0.25 for cosface, 0.5 for arcface.

    Example:
        >>> head = ClassHead(10, "cosface")
        >>> losses = cross_entropy(head(embeddings, labels), labels)  # doctest: +SKIP
    """

    def __init__(
        self,
        people: int,
        kind: ClassLoss = "softmax",
        *,
        scale: float = SCALE,
        margin: float | None = None,
        **options: object,
    ) -> None:
        # Reduced precision costs accuracy here and saves no time: scaled by 64, logits differ in the last digits.
        super().__init__(**{"dtype": "float32", **options})
        if kind not in MARGINS:
            raise ValueError(f"expected a kind of {', '.join(MARGINS)}. Received: {kind!r}")
        self.people, self.kind, self.scale = people, kind, scale
        self.margin = MARGINS[kind] if margin is None else margin

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the class vectors (D, C), and for softmax the bias (C,)."""
        shape = (input_shape[-1], self.people)
        self.vectors = self.add_weight(name="vectors", shape=shape, initializer="glorot_uniform")
        if self.kind == "softmax":
            self.bias = self.add_weight(name="bias", shape=(self.people,), initializer="zeros")

    def call(self, embeddings: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """Embeddings or pre-logits (N, D), labels (N,) → logits float32 (N, C), margin at the right class."""
        if self.kind == "softmax":
            return tf.matmul(tf.cast(embeddings, tf.float32), self.vectors) + self.bias
        cosines = self.cosines(embeddings)
        if self.kind == "cosface":
            return cosface_logits(cosines, labels, scale=self.scale, margin=self.margin)
        return arcface_logits(cosines, labels, scale=self.scale, margin=self.margin)

    def cosines(self, embeddings: tf.Tensor) -> tf.Tensor:
        """cosθ of each embedding (N, D), made unit, to each class vector: float32 (N, C)."""
        unit = tf.nn.l2_normalize(tf.cast(embeddings, tf.float32), axis=1)
        return tf.matmul(unit, tf.nn.l2_normalize(self.vectors, axis=0))


def _at(labels: tf.Tensor, like: tf.Tensor) -> tf.Tensor:
    return tf.one_hot(tf.cast(labels, tf.int32), tf.shape(like)[1], dtype=tf.float32)
