"""The triplet loss, from embeddings to one number with its gradient.

`TripletLoss` is what a training step calls; the functions are its parts. Everything
works in a `tf.function`; under XLA (`jit_compile=True`) only with `dense`: otherwise how many
triplets a batch has is not known beforehand, and mining is compiled by Numba.

(Schroff, Kalenichenko, Philbin 2015, FaceNet, arXiv:1503.03832, section 3.1; soft form: Hermans, Beyer, Leibe
2017, arXiv:1703.07737, section 2.1)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from facecam.core.types import FloatArray
from facecam.training.losses.adaptive import adaptive_loss, times_selected
from facecam.training.losses.distances import between, pairwise
from facecam.training.miners import kernels
from facecam.training.miners.rules import Distance, Rule, mine
from facecam.training.miners.triplets import Triplets

#: What a soft loss is when all embeddings are equal, as the margin is for the hinge.
SOFT_COLLAPSE = float(np.log(2))


class TripletTerms(NamedTuple):
    """What a batch costs, float32 scalars.

    Attributes:
        loss: the triplet term; exactly 0, with zero gradient, where there is no triplet.
        adaptive: the second term of adaptive mining, not yet times its weight; 0 when switched off.
        triplets: how many there were.
        positive_fraction: share of them with a loss above 0; with a soft margin,
            where every loss is, of those whose negative is not farther than the positive.
    """

    loss: tf.Tensor
    adaptive: tf.Tensor
    triplets: tf.Tensor
    positive_fraction: tf.Tensor


def mine_tensors(
    rule: Rule, distances: tf.Tensor, labels: tf.Tensor, *, margin: float, seed: tf.Tensor | int = 0
) -> Triplets:
    """`miners.mine` as an operation of a graph; no gradient passes.

    Args:
        rule: one of `miners.RULES`.
        distances: float32 (N, N).
        labels: whole numbers (N,).
        margin: in the unit of the distances.
        seed: a scalar; give the step for `batch_random`, so that each draws anew.
    """

    def run(
        away: FloatArray, people: NDArray[np.int64], number: NDArray[np.int64]
    ) -> list[NDArray[np.int32]]:
        found = mine(rule, away, people, margin=margin, seed=int(number))
        return [found.anchor, found.positive, found.negative]

    inputs = [tf.stop_gradient(distances), tf.cast(labels, tf.int64), tf.cast(seed, tf.int64)]
    parts = tf.numpy_function(run, inputs, [tf.int32] * 3)
    return Triplets(*(tf.ensure_shape(part, [None]) for part in parts))


def mean_or_zero(values: tf.Tensor, *, above_zero: bool = False) -> tf.Tensor:
    """The mean of values (T,), or of those > 0; 0 with zero gradient when there are none.

    `above_zero` is what pytorch-metric-learning calls `AvgNonZeroReducer`, the default of its triplet loss.
    """
    counted = values > 0 if above_zero else tf.ones_like(values, tf.bool)
    many = tf.reduce_sum(tf.cast(counted, values.dtype))
    return tf.reduce_sum(values) / tf.maximum(many, 1)


def batch_all_loss(
    embeddings: tf.Tensor,
    labels: tf.Tensor,
    *,
    margin: float = 0.2,
    distance: Distance = "squared_l2",
    soft: bool = False,
) -> tuple[TripletTerms, tf.Tensor]:
    """`batch_all` without a list of its triplets: equal to the mean over those > 0, in O(N² log K).

    The sum of hinges is linear between its kinks: each distance counts as often as it
    occurs in a triplet with a loss. So that count is all that is needed, for value and gradient.

    Returns:
        The terms, and float32 (N,): in how many places of triplets with a loss each embedding occurs.
    """
    distances = pairwise(embeddings, distance)
    total, active, valid, weights = _weights(distances, labels, margin, soft)
    tangent = tf.reduce_sum(weights * distances)
    # The kernel's value, and the gradient of the tangent.
    summed = total + tangent - tf.stop_gradient(tangent)
    loss = summed / tf.maximum(valid if soft else active, 1)
    share = active / tf.maximum(valid, 1)
    if soft:  # every triplet has a loss, so nothing is selected
        times = tf.ones(tf.shape(distances)[:1])
    else:
        times = tf.reduce_sum(tf.nn.relu(weights), axis=1) + tf.reduce_sum(tf.abs(weights), axis=0)
    return TripletTerms(loss, tf.zeros([]), valid, share), times


@dataclass(frozen=True, slots=True)
class TripletLoss:
    """Mining and loss in one call.

    Args:
        rule: one of `miners.RULES`.
        margin: α, in the unit of the distance.
        distance: `squared_l2` or `l2`.
        soft: log(1 + exp(…)) instead of the hinge; α then only bounds which negatives are mined.
        adaptive: also compute the second term of adaptive mining.
        dense: choose the triplets with TensorFlow's operations, all shapes known beforehand, as XLA wants it:
            `semi_hard`, `batch_hard` and `batch_all`, without `adaptive`.

    Example:
        >>> terms = TripletLoss("semi_hard", margin=0.2)(embeddings, labels, seed=step)  # doctest: +SKIP
    """

    rule: Rule = "semi_hard"
    margin: float = 0.2
    distance: Distance = "squared_l2"
    soft: bool = False
    adaptive: bool = False
    dense: bool = False

    @property
    def collapsed_loss(self) -> float:
        """The loss when all embeddings are equal."""
        return SOFT_COLLAPSE if self.soft else self.margin

    @property
    def mean_over(self) -> Literal["positive", "all"]:
        """Which triplets the mean is taken over."""
        return "positive" if self.rule == "batch_all" and not self.soft else "all"

    def __call__(self, embeddings: tf.Tensor, labels: tf.Tensor, seed: tf.Tensor | int = 0) -> TripletTerms:
        """The loss of a batch: embeddings (N, D), labels (N,) whole numbers, on all replicas together."""
        if self.dense:
            gaps, valid = dense_gaps(self.rule, pairwise(embeddings, self.distance), labels)
            return _with_nan(self._dense_terms(gaps, valid), embeddings)
        if self.rule == "batch_all":
            terms, times = batch_all_loss(
                embeddings, labels, margin=self.margin, distance=self.distance, soft=self.soft
            )
        else:
            distances = pairwise(tf.stop_gradient(embeddings), self.distance)
            triplets = mine_tensors(self.rule, distances, labels, margin=self.margin, seed=seed)
            return self.of_triplets(embeddings, labels, triplets)
        return self._finish(terms, embeddings, labels, times)

    def of_triplets(self, embeddings: tf.Tensor, labels: tf.Tensor, triplets: Triplets) -> TripletTerms:
        """The loss of triplets that were mined before, as `semi_online` and `offline` pools give them."""
        gaps = _gaps(embeddings, triplets, self.distance)
        losses = _losses(gaps, self.margin, self.soft)
        positive = gaps >= 0 if self.soft else losses > 0
        terms = TripletTerms(
            mean_or_zero(losses, above_zero=self.mean_over == "positive"),
            tf.zeros([]),
            tf.cast(tf.size(losses), tf.float32),
            mean_or_zero(tf.cast(positive, tf.float32)),
        )
        return self._finish(terms, embeddings, labels, times_selected(triplets, tf.shape(embeddings)[0]))

    def _dense_terms(self, gaps: tf.Tensor, valid: tf.Tensor) -> TripletTerms:
        losses = tf.where(valid, _losses(gaps, self.margin, self.soft), 0)
        positive = valid & (gaps >= 0 if self.soft else losses > 0)
        many, above = (tf.reduce_sum(tf.cast(one, tf.float32)) for one in (valid, positive))
        counted = above if self.mean_over == "positive" else many
        loss = tf.reduce_sum(losses) / tf.maximum(counted, 1)
        return TripletTerms(loss, tf.zeros([]), many, above / tf.maximum(many, 1))

    def _finish(
        self, terms: TripletTerms, embeddings: tf.Tensor, labels: tf.Tensor, times: tf.Tensor
    ) -> TripletTerms:
        second = adaptive_loss(embeddings, labels, times) if self.adaptive else terms.adaptive
        return _with_nan(terms._replace(adaptive=second), embeddings)


def dense_gaps(rule: Rule, distances: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """D(a, p) − D(a, n) of all triplets a rule could choose from, and which of them it chooses.

    The rules of `miners.rules`, ties included, in shapes that the size of the batch fixes: (N, N, N) for
    `batch_all`, (N, N) for `semi_hard`, (N,) for `batch_hard`. XLA computes them without ever holding (N, N, N).

    Args:
        rule: `semi_hard`, `batch_hard` or `batch_all`.
        distances: float32 (N, N).
        labels: whole numbers (N,).

    Returns:
        float32 with gradient, and bool of the same shape.
    """
    same = labels[:, None] == labels[None, :]
    positive, negative = same & ~tf.eye(tf.shape(labels)[0], dtype=tf.bool), ~same
    if rule == "batch_all":
        return distances[:, :, None] - distances[:, None, :], positive[:, :, None] & negative[:, None, :]
    away = tf.stop_gradient(distances)
    both = tf.reduce_any(positive, axis=1) & tf.reduce_any(negative, axis=1)
    if rule == "batch_hard":
        farthest = tf.argmax(tf.where(positive, away, -np.inf), axis=1)
        nearest = tf.argmin(tf.where(negative, away, np.inf), axis=1)
        of_anchor = [tf.gather(distances, one, axis=1, batch_dims=1) for one in (farthest, nearest)]
        return of_anchor[0] - of_anchor[1], both
    farther = negative[:, None, :] & (away[:, None, :] > away[:, :, None])
    nearest = tf.argmin(tf.where(farther, away[:, None, :], np.inf), axis=2)
    farthest = tf.argmax(tf.where(negative, away, -np.inf), axis=1)
    chosen = tf.where(tf.reduce_any(farther, axis=2), nearest, farthest[:, None])
    return distances - tf.gather(distances, chosen, axis=1, batch_dims=1), positive & both[:, None]


def _with_nan(terms: TripletTerms, embeddings: tf.Tensor) -> TripletTerms:
    """Of NaN embeddings no triplet is mined, and a loss of 0 would hide them."""
    nothing = 0 * tf.reduce_sum(tf.cast(tf.stop_gradient(embeddings), tf.float32))
    return terms._replace(loss=terms.loss + nothing)


def _gaps(embeddings: tf.Tensor, triplets: Triplets, distance: Distance) -> tf.Tensor:
    anchor, positive, negative = (
        tf.gather(embeddings, rows) for rows in (triplets.anchor, triplets.positive, triplets.negative)
    )
    return between(anchor, positive, distance) - between(anchor, negative, distance)


def _losses(gaps: tf.Tensor, margin: float, soft: bool) -> tf.Tensor:
    # relu, not maximum: that one lets gradient pass at a loss of exactly 0.
    return tf.math.softplus(gaps) if soft else tf.nn.relu(gaps + margin)


def _weights(
    distances: tf.Tensor, labels: tf.Tensor, margin: float, soft: bool
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]:
    """(sum of the losses, triplets with one, all triplets, derivatives of the sum (N, N)), all float32."""

    def run(away: FloatArray, people: NDArray[np.int64]) -> list[FloatArray]:
        weights, anchors = np.zeros_like(away), np.arange(len(people))
        if soft:
            numbers = kernels.soft_weights(away, anchors, people, weights)
        else:
            numbers = kernels.hinge_weights(away, anchors, people, margin, weights)
        return [*(np.asarray(number, np.float32) for number in numbers), weights]

    inputs = [tf.stop_gradient(distances), tf.cast(labels, tf.int64)]
    *numbers, weights = tf.numpy_function(run, inputs, [tf.float32] * 4)
    total, active, valid = (tf.ensure_shape(number, []) for number in numbers)
    return total, active, valid, tf.ensure_shape(weights, [None, None])
