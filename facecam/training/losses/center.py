"""Centre loss: each person's vectors stay near a centre that follows them.

(Wen, Zhang, Li, Qiao 2016, A Discriminative Feature Learning Approach for Deep Face Recognition, ECCV. Update as in
earlier FaceNet programs, except that a class moves once per batch, towards its mean, however many photos it has there.)
"""

from __future__ import annotations

import keras
import tensorflow as tf


class ClassCenters(keras.layers.Layer):
    """One centre per person of the training set, starting at 0; saved with the run, not trained by gradient.

    A step takes `losses_of` first and `update` second, with the same values.

    Args:
        people: C.
        alfa: in [0, 1]; the centre keeps this share of itself: c ← c − (1 − alfa)·(c − mean of the batch).
    """

    def __init__(self, people: int, *, alfa: float = 0.95, **options: object) -> None:
        super().__init__(**{"dtype": "float32", **options})  # centres move by steps bfloat16 cannot hold
        self.people, self.alfa = people, alfa

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the centres (C, D)."""
        self.centers = self.add_weight(
            name="centres",
            shape=(self.people, input_shape[-1]),
            initializer="zeros",
            trainable=False,
            dtype="float32",
            aggregation="only_first_replica",  # all replicas compute the same from the gathered batch
        )

    def call(self, prelogits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """`losses_of`, so that Keras builds the layer at the first call."""
        return self.losses_of(prelogits, labels)

    def losses_of(self, prelogits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        """mean over D of (f − c_y)², float32 (N,); gradient to f only.

        Args:
            prelogits: f (N, D), before normalisation.
            labels: whole numbers (N,) in [0, C).
        """
        centers = tf.stop_gradient(tf.gather(tf.convert_to_tensor(self.centers), labels))
        return tf.reduce_mean((tf.cast(prelogits, tf.float32) - centers) ** 2, axis=1)

    def update(self, prelogits: tf.Tensor, labels: tf.Tensor) -> None:
        """Move the centres of the people in the (gathered) batch: prelogits (N, D), labels (N,)."""
        labels = tf.cast(labels, tf.int32)
        wide = tf.cast(tf.stop_gradient(prelogits), tf.float32)
        photos = tf.math.unsorted_segment_sum(tf.ones_like(labels, tf.float32), labels, self.people)
        means = tf.math.unsorted_segment_mean(wide, labels, self.people)
        centers = tf.convert_to_tensor(self.centers)
        moved = centers - (1 - self.alfa) * (centers - means)
        self.centers.assign(tf.where(photos[:, None] > 0, moved, centers))
