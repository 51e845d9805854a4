"""What the student is asked for. Imports TensorFlow."""

from __future__ import annotations

import tensorflow as tf


def distillation_loss(
    student: tf.Tensor, teacher: tf.Tensor, variance: float, similarity_weight: float
) -> tuple[tf.Tensor, tf.Tensor]:
    """How far the student is from the teacher, face by face and pair by pair.

    The mean squared_l2 to the teacher's vectors, as a share of their variance
    (a student that always says the mean gets 1), plus `similarity_weight` times
    the mean squared difference of the centred similarity matrices of the batch
    (after Tung and Mori, 2019, arXiv:1907.09682), on the same scale.

    Args:
        student: float32 (N, D), unit rows.
        teacher: float32 (N, D), unit rows.
        variance: mean squared distance of the teacher's vectors to their mean.
        similarity_weight: weight of the second term.

    Returns:
        (loss, mean squared_l2), scalars.
    """
    squared_l2 = tf.reduce_mean(tf.reduce_sum(tf.square(student - teacher), axis=1))
    apart = tf.square(_similarities(student) - _similarities(teacher))
    return squared_l2 / variance + similarity_weight * tf.reduce_mean(apart) / variance**2, squared_l2


def _similarities(vectors: tf.Tensor) -> tf.Tensor:
    centered = vectors - tf.reduce_mean(vectors, axis=0, keepdims=True)
    return tf.matmul(centered, centered, transpose_b=True)
