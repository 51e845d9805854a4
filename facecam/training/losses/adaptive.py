"""The second term of adaptive mining: what is mined should stand for the whole class.

Hard triplets are a biased choice of a person's photos. The term pulls the mean
of the chosen ones towards the mean of all of them in the batch.

(Yu, Liu, Gong, Ding, Tao 2018, Correcting the Triplet Selection Bias for Triplet Loss, ECCV; theirs squares the
norm, ours follows the earlier FaceNet programs and does not)
"""

from __future__ import annotations

import tensorflow as tf

from facecam.training.losses.distances import safe_sqrt
from facecam.training.miners.triplets import Triplets


def adaptive_loss(embeddings: tf.Tensor, labels: tf.Tensor, times: tf.Tensor) -> tf.Tensor:
    """Σ_c ‖mean(class c in the batch) − mean(selected embeddings of class c)‖₂, float32 scalar.

    The gradient passes through both means. Classes without a selected embedding do not count. An embedding counts
    in the second mean as often as it was selected: with `batch_hard` or `semi_hard` every photo is an
    anchor once, and without that nothing would be left of the bias the term is there for.

    Args:
        embeddings: (N, D), any float dtype.
        labels: whole numbers (N,).
        times: float32 (N,) ≥ 0, in how many places of triplets each embedding occurs (`times_selected`).
    """
    wide = tf.cast(embeddings, tf.float32)
    classes, rows = tf.unique(tf.reshape(labels, [-1]))
    many = tf.size(classes)
    members = tf.math.unsorted_segment_sum(tf.ones_like(times), rows, many)
    picked = tf.math.unsorted_segment_sum(times, rows, many)
    # As one weight per embedding: where all of a class were selected equally often it is exactly 0.
    share = _parts(tf.ones_like(times), members, rows) - _parts(times, picked, rows)
    between_means = tf.math.unsorted_segment_sum(share[:, None] * wide, rows, many)
    lengths = safe_sqrt(tf.reduce_sum(between_means * between_means, axis=1))
    return tf.reduce_sum(tf.where(picked > 0, lengths, tf.zeros_like(lengths)))


def times_selected(triplets: Triplets, many: tf.Tensor) -> tf.Tensor:
    """float32 (N,): how often each of `many` embeddings occurs in the triplets, in whatever place."""
    rows = tf.concat([triplets.anchor, triplets.positive, triplets.negative], axis=0)
    return tf.math.unsorted_segment_sum(tf.ones_like(rows, tf.float32), rows, many)


def _parts(of: tf.Tensor, totals: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
    # One operation for both means: TensorFlow's other division rounds differently.
    return tf.math.divide_no_nan(of, tf.gather(totals, rows))
