"""Run alone: two processors of our own making must be asked for before TensorFlow starts.

Prints JSON: for every case what one device and two replicas find.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from facecam.training.config.options import TrainOptions
from facecam.training.data.pipeline import ChipImages, training_batches
from facecam.training.losses.center import ClassCenters
from facecam.training.losses.classification import ClassHead, cross_entropy
from facecam.training.losses.triplet import TripletLoss
from facecam.training.miners.rules import Rule
from facecam.training.optim.ema import WeightAverage
from facecam.training.optim.optimizers import build_optimizer
from facecam.training.trainer.network import Network
from facecam.training.trainer.replicas import gather_global, global_mean, replica_count
from tests.training.batches import random_batch

_CASES: tuple[tuple[Rule, tuple[int, int]], ...] = (
    ("semi_hard", (13, 7)),  # shares of unequal size
    ("batch_all", (20, 0)),  # and an empty one
)
_BATCH = random_batch(5, people=5, photos=4, noise=1.5)


def parts(replicas: int) -> tuple[keras.Model, ClassHead, ClassCenters, Any]:
    keras.utils.set_random_seed(0)
    inputs = keras.Input((6,))
    dense = keras.layers.Dense(5, name="features")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(4)(keras.layers.BatchNormalization()(dense)))
    Network(model, model, 0, "").prepare(TrainOptions(batch_norm="train"), replicas=replicas)
    assert [one.synchronized for one in model.layers if hasattr(one, "synchronized")] == [replicas > 1]
    head, centers = ClassHead(5, "cosface", scale=8.0), ClassCenters(5)
    head.build((None, 4))
    centers.build((None, 4))
    return (
        model,
        head,
        centers,
        build_optimizer(TrainOptions(optimiser="sgd", learning_rate=0.5, momentum=0.0)),
    )


def trained(strategy: Any, rule: Rule, sizes: tuple[int, ...]) -> dict[str, Any]:
    """Loss, and all weights after two steps."""
    with strategy.scope():
        model, head, centers, optimiser = parts(strategy.num_replicas_in_sync)
        variables = [*model.trainable_variables, *head.trainable_variables]
        optimiser.build(variables)
        average = WeightAverage(model, decay=0.5, warm_up=False)
    starts = np.cumsum([0, *sizes])
    loss = TripletLoss(rule, adaptive=True)

    def step(x: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            prelogits = model(x, training=True)
            gathered, people = gather_global(tf.math.l2_normalize(prelogits, axis=1), labels)
            terms = loss(gathered, people)
            shared = terms.loss + 0.5 * terms.adaptive
            own = global_mean(cross_entropy(head(prelogits, labels), labels))
            decay = tf.add_n([tf.nn.l2_loss(one.value) for one in variables if len(one.shape) >= 2])
            own += global_mean(centers(prelogits, labels)) + 0.01 * decay / replica_count()
            total = shared + own
        centers.update(*gather_global(prelogits, labels))
        gradients = tape.gradient(total, [variable.value for variable in variables])
        optimiser.apply(gradients, variables)
        return shared / replica_count() + own

    def part(values: np.ndarray) -> Any:
        if strategy.num_replicas_in_sync == 1:
            return tf.constant(values)
        return strategy.experimental_distribute_values_from_function(
            lambda context: tf.constant(
                values[starts[context.replica_id_in_sync_group] :][: sizes[context.replica_id_in_sync_group]]
            )
        )

    @tf.function
    def everywhere(x: Any, labels: Any) -> tf.Tensor:
        return strategy.reduce("SUM", strategy.run(step, (x, labels)), axis=None)

    losses = []
    for _ in range(2):
        losses.append(float(everywhere(part(_BATCH.x), part(_BATCH.labels))))
        average.update()
    with average.in_place():
        averaged = [weight.numpy().tolist() for weight in model.weights]
    weights = [weight.numpy().tolist() for weight in [*model.weights, *head.weights, *centers.weights]]
    return {"losses": losses, "weights": weights, "averaged": averaged}


def copied_ahead() -> list[str]:
    """Where the second of two processors finds the pictures of its batches."""
    images = ChipImages([], 8)
    images.take = lambda rows: tf.zeros([tf.shape(rows)[0], 8, 8, 3])  # type: ignore[method-assign]
    batches = [(np.array([0, 1]), np.array([0, 0]))] * 2
    made = training_batches(images, batches, TrainOptions(), first_step=0, device="/cpu:1")
    return [pictures.device[-5:] for pictures, _, _ in made]


def main() -> None:
    (processor,) = tf.config.list_physical_devices("CPU")
    halves = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(processor, halves)
    mirrored = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    assert mirrored.num_replicas_in_sync == 2
    found = [
        {
            "one": trained(tf.distribute.get_strategy(), rule, (len(_BATCH.x),)),
            "two": trained(mirrored, rule, sizes),
        }
        for rule, sizes in _CASES
    ]
    json.dump({"cases": found, "ahead": copied_ahead()}, sys.stdout)


if __name__ == "__main__":
    main()
