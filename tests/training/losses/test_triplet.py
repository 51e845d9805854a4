"""The triplet loss and its gradient against loops over all triplets, eagerly and in a graph."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from facecam.training.config.options import DENSE_MININGS, TrainOptions
from facecam.training.losses.adaptive import adaptive_loss, times_selected
from facecam.training.losses.distances import between, pairwise, spread
from facecam.training.losses.triplet import TripletLoss, TripletTerms, mine_tensors
from facecam.training.miners.rules import Distance, Rule, distance_matrix, mine
from facecam.training.miners.triplets import Triplets
from tests.training import reference
from tests.training.batches import BATCHES, Batch, random_batch

_CERTAIN: tuple[Rule, ...] = ("batch_all", "batch_hard", "semi_hard", "min_min", "min_max")
_SPECIAL = (
    "random 0",
    "uneven people",
    "duplicates of a person",
    "all equal",
    "many ties",
    "one person",
    "no photo",
)
_NOBODY = np.zeros(0, np.int32)


def step(
    loss: TripletLoss, batch: Batch, adaptive_weight: float = 0.0
) -> tuple[TripletTerms, NDArray[np.float32]]:
    """Terms and gradient by the embeddings."""
    x = tf.constant(batch.x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        terms = loss(x, batch.labels)
        total = terms.loss + adaptive_weight * terms.adaptive
    gradient = tape.gradient(total, x, unconnected_gradients="zero")
    return terms, tf.convert_to_tensor(gradient).numpy()


@pytest.mark.parametrize("soft", [False, True], ids=["hinge", "soft"])
@pytest.mark.parametrize("rule", DENSE_MININGS)
def test_dense_mining_finds_the_same_loss_and_gradient(rule: Rule, soft: bool) -> None:
    """On every batch, and compiled by XLA, which refuses what is not known beforehand."""
    usual, dense = (TripletLoss(rule, soft=soft, dense=one) for one in (False, True))
    for name in (one for one in _SPECIAL if len(BATCHES[one].labels)):  # the sampler makes no empty ones
        batch = BATCHES[name]
        (expected, slope), (terms, gradient) = (step(loss, batch) for loss in (usual, dense))
        np.testing.assert_allclose([*terms], [*expected], atol=1e-5, err_msg=name)
        np.testing.assert_allclose(gradient, slope, atol=1e-5, err_msg=name)
    batch = BATCHES["random 0"]
    compiled = tf.function(lambda *given: dense(*given), jit_compile=True, autograph=False)(
        batch.x, batch.labels
    )
    np.testing.assert_allclose([*compiled], [*usual(batch.x, batch.labels)], atol=1e-5)


@pytest.mark.parametrize("soft", [False, True], ids=["hinge", "soft"])
@pytest.mark.parametrize("distance", ["squared_l2", "l2"])
@pytest.mark.parametrize("rule", _CERTAIN)
def test_value_and_gradient_on_every_batch(rule: Rule, distance: Distance, soft: bool) -> None:
    loss = TripletLoss(rule, distance=distance, soft=soft)
    # All of them for the usual form; for the others those in which l2 or the soft form is special.
    usual = distance == "squared_l2" and not soft
    for name in BATCHES if usual else _SPECIAL:
        batch = BATCHES[name]
        x, labels = batch.x.astype(np.float64), batch.labels.tolist()
        triplets = reference.mined(rule, reference.distances(x, distance), labels, 0.2)
        value, slope, positive = reference.triplet_loss(
            x, triplets, margin=0.2, kind=distance, soft=soft, above_zero=rule == "batch_all" and not soft
        )
        terms, gradient = step(loss, batch)
        assert float(terms.loss) == pytest.approx(value, abs=1e-5), name
        assert int(terms.triplets) == len(triplets), name
        assert float(terms.positive_fraction) == pytest.approx(positive, abs=1e-5), name
        np.testing.assert_allclose(gradient, slope, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("name", ["ties", "ties at the margin", "many ties", "random 0", "no photo"])
def test_margins_at_which_losses_are_exactly_nothing(name: str) -> None:
    """On the grid many D(a, n) are exactly D(a, p) + margin: no loss, no gradient, not counted."""
    batch = BATCHES[name]
    x, labels = batch.x.astype(np.float64), batch.labels.tolist()
    for rule in _CERTAIN:
        triplets = reference.mined(rule, reference.distances(x), labels, batch.margin)
        value, slope, _ = reference.triplet_loss(
            x, triplets, margin=batch.margin, kind="squared_l2", soft=False, above_zero=rule == "batch_all"
        )
        terms, gradient = step(TripletLoss(rule, margin=batch.margin), batch)
        assert float(terms.loss) == pytest.approx(value, abs=1e-5)
        np.testing.assert_allclose(gradient, slope, atol=1e-5)


@pytest.mark.parametrize("soft", [False, True])
def test_closed_batch_all_equals_the_loss_of_its_list(soft: bool) -> None:
    batch = random_batch(11, people=4, photos=5)
    loss = TripletLoss("batch_all", soft=soft)
    triplets = mine("batch_all", distance_matrix(batch.x, batch.x), batch.labels)
    x = tf.Variable(batch.x)
    with tf.GradientTape() as tape:
        listed = loss.of_triplets(x, batch.labels, triplets)
    closed, gradient = step(loss, batch)
    for a, b in zip(closed, listed, strict=True):
        assert float(a) == pytest.approx(float(b), abs=1e-5)
    np.testing.assert_allclose(gradient, tf.convert_to_tensor(tape.gradient(listed.loss, x)), atol=1e-6)


class TestBatchRandom:
    def test_trains_on_what_it_drew(self) -> None:
        batch = random_batch(4, noise=2.0)
        loss = TripletLoss("batch_random")
        away = distance_matrix(batch.x, batch.x)
        for seed in (0, 9):
            drawn = mine("batch_random", away, batch.labels, seed=seed)
            rows = list(
                zip(drawn.anchor.tolist(), drawn.positive.tolist(), drawn.negative.tolist(), strict=True)
            )
            value, _, _ = reference.triplet_loss(
                batch.x.astype(np.float64), rows, margin=0.2, kind="squared_l2", soft=False, above_zero=False
            )
            assert float(loss(batch.x, batch.labels, seed).loss) == pytest.approx(value, abs=1e-5)

    def test_a_seed_that_is_a_tensor_draws_anew_in_a_graph(self) -> None:
        batch = random_batch(4, noise=3.0)
        away = distance_matrix(batch.x, batch.x)

        @tf.function
        def draw(seed: tf.Tensor) -> Triplets:
            return mine_tensors("batch_random", away, batch.labels, margin=1.0, seed=seed)

        first, again, other = (draw(tf.constant(seed)).negative.numpy().tolist() for seed in (1, 1, 2))
        assert first == again
        assert first != other


class TestNoTriplets:
    @pytest.mark.parametrize("name", ["one person", "all singletons", "no photo", "one photo"])
    @pytest.mark.parametrize("rule", [*_CERTAIN, "batch_random"])
    def test_loss_and_gradient_are_exactly_nothing(self, rule: Rule, name: str) -> None:
        terms, gradient = step(TripletLoss(rule, adaptive=True), BATCHES[name], adaptive_weight=0.5)
        assert [float(term) for term in terms] == [0, 0, 0, 0]
        assert (gradient == 0).all()
        assert gradient.shape == BATCHES[name].x.shape

    @pytest.mark.parametrize("value", [np.nan, np.inf])
    @pytest.mark.parametrize("rule", ["batch_all", "semi_hard"])
    def test_numbers_that_are_none_are_not_hidden(self, rule: Rule, value: float) -> None:
        batch = random_batch(0)
        x = batch.x.copy()
        x[3, 1] = value
        terms, _ = step(TripletLoss(rule), Batch(x, batch.labels))
        assert not np.isfinite(float(terms.loss))


class TestAdaptive:
    @pytest.mark.parametrize("rule", ["batch_hard", "semi_hard", "min_max"])
    def test_gradient_flows_through_both_terms(self, rule: Rule) -> None:
        """λ = 0.5: the gradient of the sum is that of the loops; each term's own is not zero."""
        batch = random_batch(5, people=3, photos=5, noise=1.2)
        x, labels = batch.x.astype(np.float64), batch.labels.tolist()
        triplets = reference.mined(rule, reference.distances(x), labels, 0.2)
        value, first, _ = reference.triplet_loss(
            x, triplets, margin=0.2, kind="squared_l2", soft=False, above_zero=False
        )
        second = reference.finite_gradient(lambda moved: reference.adaptive_loss(moved, labels, triplets), x)
        loss = TripletLoss(rule, adaptive=True)
        terms, gradient = step(loss, batch, adaptive_weight=0.5)
        assert float(terms.loss) == pytest.approx(value, abs=1e-5)
        assert float(terms.adaptive) == pytest.approx(reference.adaptive_loss(x, labels, triplets), abs=1e-5)
        np.testing.assert_allclose(gradient, first + 0.5 * second, atol=1e-5)
        assert np.abs(first).max() > 0.01
        assert np.abs(second).max() > 0.01

    def test_batch_all_selects_what_is_in_a_triplet_with_a_loss(self) -> None:
        batch = random_batch(2, people=3, photos=4, noise=0.7)
        x, labels = batch.x.astype(np.float64), batch.labels.tolist()
        away = reference.distances(x)
        valid = reference.all_triplets(labels)
        used = [(a, p, n) for a, p, n in valid if away[a, p] - away[a, n] + 0.2 > 0]
        terms, _ = step(TripletLoss("batch_all", adaptive=True), batch)
        assert 0 < len(used) < len(valid)
        assert float(terms.adaptive) == pytest.approx(reference.adaptive_loss(x, labels, used), abs=1e-5)
        assert float(terms.adaptive) > 0.01

    def test_a_class_selected_evenly_costs_nothing(self) -> None:
        """Class 0 at 0, 1, 5, in the triplets 3, 2 and 0 times: |2 − 2/5|; class 1 twice and twice."""
        x = np.array([[0.0], [1.0], [5.0], [7.0], [9.0]], np.float32)
        times = times_selected(Triplets.of([0, 1, 0, 3], [1, 0, 1, 4], [3, 4, 3, 0]), 5)
        assert times.numpy().tolist() == [4, 3, 0, 3, 2]
        times = tf.constant([3.0, 2.0, 0.0, 2.0, 2.0])
        assert float(adaptive_loss(x, [0, 0, 0, 1, 1], times)) == pytest.approx(1.6)

    def test_gradient_is_finite_where_the_means_meet(self) -> None:
        x = tf.Variable(np.ones((2, 2), np.float32))
        with tf.GradientTape() as tape:
            cost = adaptive_loss(x, [0, 0], tf.constant([1.0, 0.0]))
        assert float(cost) == 0
        assert (tape.gradient(cost, x).numpy() == 0).all()


@pytest.mark.parametrize("rule", ["batch_all", "semi_hard"])
def test_one_graph_takes_batches_of_every_size(rule: Rule) -> None:
    loss, traces = TripletLoss(rule, adaptive=True), []

    @tf.function(input_signature=(tf.TensorSpec([None, 6]), tf.TensorSpec([None], tf.int32)))
    def graph(x: tf.Tensor, labels: tf.Tensor) -> tuple[TripletTerms, tf.Tensor]:
        traces.append(rule)
        with tf.GradientTape() as tape:
            tape.watch(x)
            terms = loss(x, labels)
            total = terms.loss + 0.5 * terms.adaptive
        return terms, tf.convert_to_tensor(tape.gradient(total, x))

    for batch in (
        random_batch(0),
        random_batch(1, people=2, photos=3),
        Batch(np.zeros((0, 6), np.float32), _NOBODY),
    ):
        terms, gradient = step(loss, batch, adaptive_weight=0.5)
        in_graph, slope = graph(batch.x, batch.labels)
        np.testing.assert_allclose(in_graph, terms, atol=1e-6)
        np.testing.assert_allclose(slope, gradient, atol=1e-6)
    assert traces == [rule]


class TestDistances:
    @pytest.mark.parametrize("kind", ["squared_l2", "l2"])
    @pytest.mark.parametrize("name", ["random 0", "duplicates across people", "all zero", "no photo", "ties"])
    def test_pairwise_and_between_are_the_distances(self, kind: Distance, name: str) -> None:
        x = BATCHES[name].x
        expected = reference.distances(x.astype(np.float64), kind)
        np.testing.assert_allclose(pairwise(x, kind), expected, atol=1e-6)
        np.testing.assert_allclose(distance_matrix(x, x, kind), expected, atol=1e-6)
        np.testing.assert_allclose(between(x, x[::-1], kind), expected[:, ::-1].diagonal(), atol=1e-6)

    def test_l2_of_equal_vectors_has_no_infinite_gradient(self) -> None:
        x = tf.Variable([[0.6, 0.8], [0.6, 0.8], [1.0, 0.0]])
        with tf.GradientTape() as tape:
            total = tf.reduce_sum(pairwise(x, "l2"))
        assert np.isfinite(tape.gradient(total, x).numpy()).all()

    def test_spread(self) -> None:
        """Opposite unit vectors have their mean at 0, one away from each; equal ones no spread."""
        assert float(spread(tf.constant([[1.0, 0.0], [-1.0, 0.0]]))) == 1
        assert float(spread(tf.ones((4, 3)))) == 0
        assert float(spread(tf.zeros((0, 3)))) == 0

    def test_half_precision_embeddings_are_widened(self) -> None:
        batch = random_batch(0)
        x = tf.cast(batch.x, tf.bfloat16)
        losses = TripletLoss().of_triplets(x, batch.labels, Triplets.of([0], [1], [2]))
        assert losses.loss.dtype == tf.float32
        assert TripletLoss("batch_all")(x, batch.labels).loss.dtype == tf.float32


def test_by_hand() -> None:
    """Unit vectors at 0°, 60° and 90°: squared_l2 = 2 − 2·cos, so 1 to the positive and 2 to the negative."""
    angles = np.radians([0, 60, 90])
    x = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    triplet, labels = Triplets.of([0], [1], [2]), tf.constant([0, 0, 1])

    def loss(**options: Any) -> float:
        return float(TripletLoss(**options).of_triplets(tf.constant(x), labels, triplet).loss)

    assert loss(margin=1.2) == pytest.approx(0.2, abs=1e-6)
    assert loss(margin=0.2) == 0
    assert loss(soft=True) == pytest.approx(np.log1p(np.exp(-1)), abs=1e-6)
    assert loss(margin=1.0, distance="l2") == pytest.approx(2 - 2**0.5, abs=1e-6)


def test_the_default_weight_lets_the_second_term_steer_but_not_rule() -> None:
    """16 people × 4 photos as a young network gives them: the second term's pull is a fraction of the first's."""
    generator = np.random.default_rng(0)
    people = generator.normal(0, 2, (1, 1, 128)) + generator.normal(0, 1, (16, 1, 128))
    x = tf.constant((people + generator.normal(0, 1, (16, 4, 128))).reshape(64, 128).astype(np.float32))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        loss = TripletLoss("batch_hard", adaptive=True)
        terms = loss(tf.nn.l2_normalize(x, axis=1), np.repeat(np.arange(16), 4))
    first, second = (float(tf.norm(tape.gradient(one, x))) for one in (terms.loss, terms.adaptive))
    assert 0 < TrainOptions().adaptive_weight * second < 0.5 * first < second
