"""Training objective: the losses an option names, put together. Imports TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import tensorflow as tf

from facecam.training.config.options import TrainOptions
from facecam.training.losses.center import ClassCenters
from facecam.training.losses.classification import ClassHead, ClassLoss, cross_entropy
from facecam.training.losses.distances import between, prelogits_norms
from facecam.training.losses.generation import ReconstructionLoss
from facecam.training.losses.triplet import TripletLoss, TripletTerms
from facecam.training.miners.rules import Distance, Rule
from facecam.training.miners.triplets import Triplets
from facecam.training.trainer.replicas import gather_global, global_mean, replica_count

Tensor = Any
#: Adaptive mining is a term added to the triplets of this rule. (Yu et al. 2018)
_ADAPTIVE_RULE: Rule = "batch_hard"
#: Figures that are no terms.
_COUNTS = ("triplets", "positive_fraction")


@dataclass(frozen=True, slots=True, eq=False)
class LossBatch:
    """One batch, or a replica's share of it.

    Attributes:
        unit: float (n, D), the network's unit vectors.
        prelogits: float (n, D), before normalisation.
        labels: int32 (n,), class number; −1 for faces that belong to nobody and only keep the old space.
        targets: float32 (n, D), the start model's vectors; (0, D) without anchor term.
        seed: int64 scalar, the step.
        triplets: mined before, rows of the global batch; None: mine in the batch.
        pictures: float32 (n, S, S, 3), 0…255, for a loss that draws them again; None where nobody asks.
        features: (n, F), of the encoder; None likewise.
    """

    unit: Tensor
    prelogits: Tensor
    labels: Tensor
    targets: Tensor
    seed: Tensor
    triplets: Triplets | None = None
    pictures: Tensor = None
    features: Tensor = None


@dataclass(frozen=True, slots=True, eq=False)
class Costs:
    """What a batch costs.

    Attributes:
        total: scalar, the weighted sum of all terms; its gradient is taken.
        figures: scalars to be reported; summed over the replicas they are those of the global batch.
    """

    total: Tensor
    figures: dict[str, Tensor]


class Objective:
    """The losses of one phase, with the variables they need.

    Args:
        options: of the phase.
        people: C, of the training set.
        dimensions: D.
        generator: of a variational auto-encoder, built; None without.
    """

    def __init__(
        self, options: TrainOptions, people: int, dimensions: int, generator: ReconstructionLoss | None = None
    ) -> None:
        self._options = options
        self.triplet = _triplet_loss(options) if options.loss == "triplet" else None
        self.head = _class_head(options, people)
        self.generator = generator
        self.centers = ClassCenters(people, alfa=options.centre_alfa) if options.centre_weight else None
        for layer in (self.head, self.centers):
            if layer is not None:
                layer.build((None, dimensions))

    @property
    def trainable_variables(self) -> list[Any]:
        """Class vectors and decoder, if any."""
        layers = [layer for layer in (self.head, self.generator) if layer is not None]
        return [variable for layer in layers for variable in layer.trainable_variables]

    @property
    def variables(self) -> list[Any]:
        """Everything a checkpoint must keep."""
        layers = [layer for layer in (self.head, self.centers, self.generator) if layer is not None]
        return [variable for layer in layers for variable in layer.variables]

    def __call__(self, batch: LossBatch) -> Costs:
        """The terms of a batch; inside `strategy.run`, of this replica's share."""
        unit, prelogits, labels = batch.unit, batch.prelogits, batch.labels
        if not self._options.xla:  # which has no faces of nobody, and knows no rows left out
            known = labels >= 0
            unit, prelogits, labels = (tf.boolean_mask(one, known) for one in (unit, prelogits, labels))
        values: dict[str, Tensor] = {}
        figures: dict[str, Tensor] = {}
        if self.triplet is not None:
            terms = self._triplets(self.triplet, unit, labels, batch)
            values["triplet"] = terms.loss
            if self.triplet.adaptive:
                values["adaptive"] = terms.adaptive
            figures |= {"triplets": terms.triplets, "positive_fraction": terms.positive_fraction}
        # These are the same on every replica, and what is reported is the sum over all.
        shared = {name: value / replica_count() for name, value in (values | figures).items()}
        values |= self._per_photo(unit, prelogits, labels, batch)
        if self.generator is not None:
            parts = self.generator(batch.pictures, batch.prelogits, batch.features, batch.seed)
            values |= dict(zip(("likeness", "divergence"), map(global_mean, parts), strict=True))
        figures = {name: shared.get(name, value) for name, value in (figures | values).items()}
        return Costs(tf.add_n([tf.convert_to_tensor(one) for one in self._weighted(values)]), figures)

    def loss_of(self, figures: dict[str, Any]) -> Any:
        """The reported loss: the weighted sum of reported terms."""
        return sum(self._weighted({name: one for name, one in figures.items() if name not in _COUNTS}))

    def _weighted(self, values: Mapping[str, Any]) -> list[Any]:
        """Each term times its weight."""
        weights = self._weights()
        return [weights.get(name, 1.0) * value for name, value in values.items()]

    def _triplets(self, loss: TripletLoss, unit: Tensor, labels: Tensor, batch: LossBatch) -> TripletTerms:
        vectors, people = gather_global(tf.cast(unit, tf.float32), labels)
        if batch.triplets is not None:
            return loss.of_triplets(vectors, people, batch.triplets)
        return loss(vectors, people, batch.seed)

    def _per_photo(
        self, unit: Tensor, prelogits: Tensor, labels: Tensor, batch: LossBatch
    ) -> dict[str, Tensor]:
        options = self._options
        values: dict[str, Tensor] = {}
        if self.head is not None:
            vectors = prelogits if self.head.kind == "softmax" else unit
            values[self.head.kind] = global_mean(cross_entropy(self.head(vectors, labels), labels))
        if self.centers is not None:
            values["centre"] = global_mean(self.centers.losses_of(prelogits, labels))
            self.centers.update(*gather_global(tf.cast(prelogits, tf.float32), labels))
        if options.prelogits_weight:
            values["prelogits"] = global_mean(prelogits_norms(prelogits, options.prelogits_p))
        if options.anchor_weight:
            values["anchor"] = global_mean(between(batch.unit, batch.targets))
        return values

    def _weights(self) -> dict[str, float]:
        options = self._options
        weights = {
            "adaptive": options.adaptive_weight,
            "centre": options.centre_weight,
            "divergence": options.divergence_weight,
            "prelogits": options.prelogits_weight,
            "anchor": options.anchor_weight,
        }
        if options.loss == "triplet" and self.head is not None:
            weights[self.head.kind] = options.joint_weight
        return weights


def class_loss_of(options: TrainOptions) -> str | None:
    """Name of the classification loss, alone or joint; None without one."""
    kind = options.joint if options.loss == "triplet" else options.loss
    return None if kind in ("none", "vae") else kind


def mining_rule(options: TrainOptions) -> Rule:
    """The rule triplets are chosen by."""
    return _ADAPTIVE_RULE if options.mining == "adaptive" else cast(Rule, options.mining)


def _triplet_loss(options: TrainOptions) -> TripletLoss:
    return TripletLoss(
        mining_rule(options),
        margin=options.margin,
        distance=cast(Distance, options.distance),
        soft=options.soft_margin,
        adaptive=options.mining == "adaptive",
        dense=options.xla,
    )


def _class_head(options: TrainOptions, people: int) -> ClassHead | None:
    kind = class_loss_of(options)
    if kind is None:
        return None
    return ClassHead(
        people, cast(ClassLoss, kind), scale=options.scale, margin=options.class_margin, name="class_head"
    )
