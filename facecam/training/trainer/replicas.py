"""Losses over the batches of all replicas (processors that share the work) together.

Inside `strategy.run` each replica computes on its share. The gradients of the
replicas are then *summed*, which is what Keras' optimisers do. So:

- a loss that needs all embeddings at once (triplets) takes `gather_global`'s; and
- a mean over photos (class losses) is taken with `global_mean`, which gives each replica its part; and
- what does not depend on photos (weight decay) is divided by `replica_count`.

Without a strategy all three change nothing.
"""

from __future__ import annotations

import tensorflow as tf


def replica_count() -> int:
    """How many replicas share a step; 1 without a strategy."""
    return int(tf.distribute.get_strategy().num_replicas_in_sync)


def gather_global(embeddings: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """The embeddings and labels of all replicas, for use inside `strategy.run`.

    Gradient passes to this replica's own rows only. Every replica computes the same loss from the
    same rows, so the sum of the replicas' gradients is that of the loss on one device: no factor.

    Args:
        embeddings: (n, D) of this replica; n may differ between replicas, and may be 0.
        labels: whole numbers (n,).

    Returns:
        (N, D) and (N,), replica 0's first.
    """
    if replica_count() == 1:
        return embeddings, labels
    context = tf.distribute.get_replica_context()
    own = tf.shape(embeddings)[:1]
    # Between computers of one device each TensorFlow asks where a tensor is, and knows it of one that was put there.
    devices = tf.distribute.get_strategy().extended.worker_devices
    with tf.device(devices[0] if len(devices) == 1 else None):
        parts = [tf.identity(one) for one in (tf.stop_gradient(embeddings), labels, own)]
    everything, people, sizes = context.all_gather(parts, axis=0)
    before = tf.reduce_sum(tf.where(tf.range(tf.size(sizes)) < context.replica_id_in_sync_group, sizes, 0))
    after = tf.shape(everything)[0] - before - own[0]
    # 0 in value, and where the gradient passes.
    path = tf.pad(embeddings - tf.stop_gradient(embeddings), [[before, after], [0, 0]])
    return everything + path, people


def global_mean(values: tf.Tensor) -> tf.Tensor:
    """This replica's part of the mean of all replicas' values (n,); the parts add up to it. 0 without values."""
    many = tf.cast(tf.size(values), values.dtype)
    if replica_count() > 1:
        many = tf.distribute.get_replica_context().all_reduce(tf.distribute.ReduceOp.SUM, many)
    return tf.reduce_sum(values) / tf.maximum(many, 1)
