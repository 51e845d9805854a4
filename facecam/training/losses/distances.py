"""Distances between embeddings as TensorFlow computes and differentiates them.

Any float dtype is taken; distances are float32. `squared_l2` lies in [0, 4] and
`l2` in [0, 2] for unit vectors; longer vectors are allowed.
"""

from __future__ import annotations

import tensorflow as tf

from facecam.training.miners.rules import EQUAL, Distance

_TINY = 1e-4


def safe_sqrt(values: tf.Tensor) -> tf.Tensor:
    """Square root of values ≥ 0 whose gradient at 0 is 0, not infinite; shape and dtype unchanged."""
    above = values > 0
    return tf.where(above, tf.sqrt(tf.where(above, values, 1)), tf.zeros_like(values))


def pairwise(embeddings: tf.Tensor, distance: Distance = "squared_l2") -> tf.Tensor:
    """Distances float32 (N, N) of all embeddings (N, D) to each other.

    In float64 for the reason given at `miners.distance_matrix`; equal vectors are exactly 0 apart.
    """
    wide = tf.cast(embeddings, tf.float64)
    squares = tf.reduce_sum(wide * wide, axis=1)
    lengths = squares[:, None] + squares[None, :]
    squared = lengths - 2 * tf.matmul(wide, wide, transpose_b=True)
    squared = tf.where(squared <= EQUAL * lengths, tf.zeros_like(squared), squared)
    return tf.cast(safe_sqrt(squared) if distance == "l2" else squared, tf.float32)


def between(a: tf.Tensor, b: tf.Tensor, distance: Distance = "squared_l2") -> tf.Tensor:
    """Distances float32 (T,) of the rows of a (T, D) to the rows of b (T, D)."""
    apart = tf.cast(a, tf.float32) - tf.cast(b, tf.float32)
    squared = tf.reduce_sum(apart * apart, axis=-1)
    return safe_sqrt(squared) if distance == "l2" else squared


def prelogits_norms(prelogits: tf.Tensor, p: float = 1.0) -> tf.Tensor:
    """‖|f| + 1e-4‖_p of each row (N, D), float32 (N,). Take the mean and multiply by a factor such as 5e-4."""
    return tf.norm(tf.abs(tf.cast(prelogits, tf.float32)) + _TINY, ord=p, axis=1)


def spread(embeddings: tf.Tensor) -> tf.Tensor:
    """Mean squared_l2 of the embeddings (N, D) to their mean, float32 scalar; 0 once all are one, or N is 0.

    For unit vectors in [0, 1]; half the mean squared_l2 of all pairs. NaN where an embedding is.
    """
    wide = tf.cast(embeddings, tf.float32)
    many = tf.cast(tf.maximum(tf.shape(wide)[0], 1), tf.float32)
    mean = tf.reduce_sum(wide, axis=0) / many
    return tf.reduce_sum((wide - mean) ** 2) / many
