"""Training step on one device or several: pictures in, changed weights and figures out. Imports TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from facecam.training.config.options import TrainOptions
from facecam.training.losses.distances import spread
from facecam.training.miners.triplets import Triplets
from facecam.training.trainer.network import Network
from facecam.training.trainer.objective import LossBatch, Objective
from facecam.training.trainer.replicas import gather_global, replica_count

Tensor = Any


class TrainingStep:
    """Compiled once, called for every batch.

    Args:
        network: whose weights learn.
        objective: the losses.
        optimiser: a Keras optimiser.
        options: of the phase.
        strategy: a `tf.distribute` strategy; batches are divided between its replicas.
        targets: float32 (M, D) of the anchor term, one row per picture of the set; (0, D) without.
    """

    def __init__(
        self,
        network: Network,
        objective: Objective,
        optimiser: Any,
        options: TrainOptions,
        strategy: Any,
        targets: NDArray[np.float32],
    ) -> None:
        self._network, self._objective, self._optimizer = network, objective, optimiser
        self._options, self._strategy = options, strategy
        self._targets = tf.constant(targets)
        self.variables = [*network.model.trainable_variables, *objective.trainable_variables]
        self._compiled: dict[tuple[bool, bool], Any] = {}
        self._names: list[str] = []

    def __call__(
        self,
        pictures: Tensor,
        labels: Tensor,
        rows: Tensor,
        *,
        step: int,
        triplets: Triplets | None = None,
        only_classes: bool = False,
    ) -> Tensor:
        """Train on a batch; `figures` reads what is returned, and waits for it.

        Args:
            pictures: float32 (N, S, S, 3), 0…255.
            labels: int32 (N,), class numbers, −1 for faces of nobody.
            rows: int32 (N,), numbers in the set.
            step: seeds random mining.
            triplets: mined before; rows of this batch.
            only_classes: change the class vectors only.

        Returns:
            float32 (F,), which a graphics card may still be computing.
        """
        function = self._function(triplets is not None, only_classes)
        chosen = triplets if triplets is not None else Triplets.of([], [], [])
        common = (tf.constant(step, tf.int64), chosen.anchor, chosen.positive, chosen.negative)
        return function(self._shared(pictures), self._shared(labels), self._shared(rows), *common)

    def figures(self, values: Tensor) -> dict[str, float]:
        """What a step returned, by name, `loss` and `gradient_norm` among them: all in one transfer."""
        named = dict(zip(self._names, map(float, np.asarray(values)), strict=True))
        return {"loss": float(self._objective.loss_of(_terms(named))), **named}

    @property
    def _alone(self) -> bool:
        return bool(self._strategy.num_replicas_in_sync == 1)

    def _shared(self, tensor: Tensor) -> Tensor:
        """Contiguous parts of a batch for the replicas, the first ones one longer where it does not divide."""
        replicas = self._strategy.num_replicas_in_sync
        if replicas == 1:
            return tensor
        parts = np.array_split(np.arange(int(tensor.shape[0])), replicas)
        return self._strategy.experimental_distribute_values_from_function(
            lambda context: tf.gather(tensor, parts[context.replica_id_in_sync_group])
        )

    def _function(self, has_triplets: bool, only_classes: bool) -> Any:
        key = (has_triplets, only_classes)
        if key not in self._compiled:
            # Nothing in it needs rewriting by autograph, which takes longer than all else.
            self._compiled[key] = tf.function(
                self._make(*key),
                input_signature=self._signature(),
                reduce_retracing=True,
                autograph=False,
                # What devices tell each other stays outside of XLA.
                jit_compile=True if self._options.xla and self._alone else None,
            )
        return self._compiled[key]

    def _signature(self) -> list[Any] | None:
        """One graph for batches of any size; with several devices TensorFlow finds that out by itself."""
        if not self._alone:
            return None
        side_px, rows = self._network.side_px, tf.TensorSpec([None], tf.int32)
        pictures = tf.TensorSpec([None, side_px, side_px, 3], tf.float32)
        return [pictures, rows, rows, tf.TensorSpec([], tf.int64), rows, rows, rows]

    def _make(self, has_triplets: bool, only_classes: bool) -> Any:
        own = [id(variable) for variable in self._objective.trainable_variables]
        variables = [one for one in self.variables if not only_classes or id(one) in own]

        def on_replica(*values: Tensor) -> dict[str, Tensor]:
            pictures, labels, rows, step, *parts = values
            triplets = Triplets(*parts) if has_triplets else None
            return self._on_replica(pictures, labels, rows, step, triplets, variables)

        def everywhere(*values: Tensor) -> Tensor:
            figures = on_replica(*values) if self._alone else self._strategy.run(on_replica, args=values)
            self._names = list(figures)
            if not self._alone:
                add = partial(self._strategy.reduce, tf.distribute.ReduceOp.SUM, axis=None)
                figures = {name: add(value) for name, value in figures.items()}
            return tf.stack([tf.cast(value, tf.float32) for value in figures.values()])

        return everywhere

    def _on_replica(
        self,
        pictures: Tensor,
        labels: Tensor,
        rows: Tensor,
        step: Tensor,
        triplets: Triplets | None,
        variables: Sequence[Any],
    ) -> dict[str, Tensor]:
        with tf.GradientTape() as tape:
            unit, prelogits, *features = self._network.model(pictures, training=True)
            targets = tf.gather(self._targets, rows) if len(self._targets) else self._targets
            everyone, _ = gather_global(tf.stop_gradient(tf.cast(unit, tf.float32)), labels)
            costs = self._objective(
                LossBatch(unit, prelogits, labels, targets, step, triplets, pictures, *features)
            )
        gradients = tape.gradient(costs.total, [variable.value for variable in variables])
        gradients, norm = self._clipped(gradients)
        self._optimizer.apply(gradients, variables)
        return {
            **costs.figures,
            "gradient_norm": norm / replica_count(),
            "spread": spread(everyone) / replica_count(),
        }

    def _clipped(self, gradients: Sequence[Tensor]) -> tuple[list[Tensor], Tensor]:
        """Gradients shortened together, and their length before; of the whole batch, not of a replica's share."""
        dense = [None if one is None else tf.convert_to_tensor(one) for one in gradients]
        there = [one for one in dense if one is not None]
        replicas = replica_count()
        if replicas > 1:
            context = tf.distribute.get_replica_context()
            there = context.all_reduce(tf.distribute.ReduceOp.SUM, there)
        norm = tf.linalg.global_norm(there)
        factor = 1.0
        if self._options.clip_norm is not None:
            factor = tf.minimum(1.0, self._options.clip_norm / tf.maximum(norm, 1e-12))
        # The optimiser adds the replicas' gradients, which are all the same by now.
        scaled = iter([one * tf.cast(factor, one.dtype) / replicas for one in there])
        return [None if one is None else next(scaled) for one in dense], norm


def _terms(values: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in values.items() if name not in ("gradient_norm", "spread")}
