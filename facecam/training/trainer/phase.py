"""Training phase: its losses, optimizer, schedule and mining scope, epoch after epoch. Imports TensorFlow."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from facecam.core.errors import TrainingError
from facecam.core.events import CancelToken, EventSink, Notice, Progress
from facecam.core.types import FloatArray
from facecam.training.config.options import TrainOptions
from facecam.training.data.pipeline import ChipImages, training_batches
from facecam.training.data.sampler import PersonSampler
from facecam.training.losses.generation import ReconstructionLoss, likeness_judge
from facecam.training.miners.rules import Distance, mine_embeddings
from facecam.training.optim.ema import WeightAverage
from facecam.training.optim.numbered import assign_numbered, numbered
from facecam.training.optim.optimizers import build_optimizer
from facecam.training.optim.schedules import build_schedule
from facecam.training.trainer.collapse import CollapseDetector, StepReport
from facecam.training.trainer.devices import Device
from facecam.training.trainer.embeddings import VectorMaker
from facecam.training.trainer.mining_scope import MinedBatch, Offline, Online, Pool, SemiOnline
from facecam.training.trainer.network import Network
from facecam.training.trainer.objective import Objective, class_loss_of, mining_rule
from facecam.training.trainer.progress import TrainerState, all_halved, can_be_halved
from facecam.training.trainer.step import TrainingStep

_NOBODY = -1
#: A network whose vectors lie this close together gives everybody the same one.
_FALLEN_TOGETHER = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class TrainingContext:
    """What all phases share.

    Attributes:
        network: whose weights learn.
        images: chips trained on, then those of nobody.
        owners: int32 (N,), class number of each chip trained on.
        people: how many classes.
        targets: float32 (M, D), the start model's vectors of all chips; (0, D) where no phase keeps the space.
        vectors: makes vectors with the network as it is.
        average: running mean of the weights; None without.
        device: where it computes.
        weights: the folder of models.
    """

    network: Network
    images: ChipImages
    owners: NDArray[np.int32]
    people: int
    targets: FloatArray
    vectors: VectorMaker
    average: WeightAverage | None
    device: Device
    weights: Path


#: Called after a step with its number and figures; says whether to go on.
AfterStep = Callable[[int, dict[str, float]], bool]


@dataclass(frozen=True, slots=True, eq=False)
class _StartedStep:
    """A step whose figures nobody has read yet.

    Attributes:
        number: of the step, from 1.
        figures: float32 (F,) of `TrainingStep`.
        people: how many people were in its batch.
        learning_rate: of this step.
    """

    number: int
    figures: Any
    people: int
    learning_rate: float


class PhaseTraining:
    """Trains one phase from where it stands.

    Args:
        shop: what all phases share.
        options: of this phase.
        name: of this phase.
        position: where the training stands; moved on.
        on_event: gets `Progress` and notices.
        cancel: asked before each step.
    """

    def __init__(
        self,
        shop: TrainingContext,
        options: TrainOptions,
        name: str,
        position: TrainerState,
        on_event: EventSink,
        cancel: CancelToken,
    ) -> None:
        self.options, self.name, self.position = options, name, position
        self._shop, self._on_event, self._cancel = shop, on_event, cancel
        shop.network.prepare(options, replicas=shop.device.strategy.num_replicas_in_sync)
        with shop.device.strategy.scope():
            generator = None if options.loss != "vae" else _generator(shop)
            self._objective = Objective(options, shop.people, shop.network.dimensions, generator)
            self._optimizer = build_optimizer(options)
            self._step = TrainingStep(
                shop.network, self._objective, self._optimizer, options, shop.device.strategy, shop.targets
            )
            self._optimizer.build(self._step.variables)
        self._schedule = build_schedule(options)
        self._pool = self._make_pool()
        self._whole_batches = _epoch_batches(options, shop.owners)
        triplet = self._objective.triplet
        self._detector = CollapseDetector(triplet.collapsed_loss if triplet is not None else None)
        self._waited_s = self._trained_s = 0.0
        self._started: list[_StartedStep] = []

    # ------------------------------------------------------------------ state

    def arrays(self) -> dict[str, np.ndarray]:
        """Optimiser and class vectors, for a checkpoint."""
        optimizer = numbered("optimiser/", self._optimizer.variables)
        return optimizer | numbered("objective/", self._objective.variables)

    def state(self) -> dict[str, Any]:
        """Pool and schedule, for a checkpoint."""
        return {"pool": self._pool.get_state(), "schedule": self._schedule.get_state()}

    def restore(self, state: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> None:
        """Go on from a checkpoint of this phase."""
        assign_numbered("optimiser/", self._optimizer.variables, arrays)
        assign_numbered("objective/", self._objective.variables, arrays)
        self._pool.set_state(state["pool"])
        self._schedule.set_state(state["schedule"])

    # ------------------------------------------------------------------ training

    @property
    def decoder(self) -> Any:
        """Of a variational auto-encoder; None without."""
        return None if self._objective.generator is None else self._objective.generator.decoder

    @property
    def is_over(self) -> bool:
        """Whether all epochs are done, or the schedule says stop."""
        ended = self._schedule.rate(float(self.position.epoch)) is None
        return self.position.epoch >= self.options.epochs or ended

    def run_epoch(self, after_step: AfterStep) -> None:
        """Train to the end of the present epoch, or until `after_step` says no.

        Raises:
            Cancelled: stopped; the position is after the last whole step.
            TrainingError: the numbers overflowed, or memory runs out with the smallest batch.
        """
        position = self.position
        while position.done < self.epoch_batches:
            if not position.pending:
                self._draw()
            if not self._train_pending(after_step):
                position.pending = []
                break
        self.settle(after_step)
        position.epoch, position.epochs, position.done = position.epoch + 1, position.epochs + 1, 0

    def settle(self, after_step: AfterStep, *, left: int = 0) -> bool:
        """Read the figures of steps on their way, but for the last `left`; whether all said to go on.

        Raises:
            TrainingError: the numbers have overflowed.
        """
        goes_on = True
        while len(self._started) > left:
            step = self._started.pop(0)
            started_s = time.perf_counter()
            figures = self._step.figures(step.figures)
            self._trained_s += time.perf_counter() - started_s
            self._watch(figures, step.people)
            shares = {"learning_rate": step.learning_rate, "input_share": self.input_share}
            goes_on &= after_step(step.number, figures | shares)
        return goes_on

    def observe(self, merit: float) -> None:
        """Tell the schedule how an epoch went."""
        self._schedule.observe(merit)

    @property
    def epoch_batches(self) -> int:
        """Batches in an epoch, halved ones counted as they are."""
        return self._whole_batches << self.position.halvings

    @property
    def input_share(self) -> float:
        """Share of the time spent waiting for pictures."""
        total = self._waited_s + self._trained_s
        return self._waited_s / total if total else 0.0

    def _draw(self) -> None:
        """Batches up to the end of the epoch, or of what was mined together: later weights mine anew."""
        position = self.position
        while len(position.pending) < self.epoch_batches - position.done:
            chunk = self._pool.next_chunk()
            parts = [chunk]
            for _ in range(position.halvings):
                parts = all_halved(parts)
            position.pending += parts
            if self.options.pool != "online" and chunk.ends_cycle:
                return

    def _train_pending(self, after_step: AfterStep) -> bool:
        position = self.position
        for pictures, labels, rows in self._pictures():
            self._cancel.check()
            try:
                self._train(pictures, labels, rows, position.pending[0])
            except tf.errors.ResourceExhaustedError as error:
                self._halve(error)
                return True  # The pictures on their way belong to the batches of before.
            position.pending.pop(0)
            position.done, position.step = position.done + 1, position.step + 1
            self._on_event(Progress("train", position.done, self.epoch_batches))
            if not self.settle(after_step, left=self._shop.device.steps_ahead):
                return False
        return True

    def _pictures(self) -> Iterator[tuple[Any, Any, Any]]:
        """Batches from the input pipeline; the time spent waiting for them is kept apart."""
        position = self.position
        batches = [self._with_nobody(chunk, position.step + i) for i, chunk in enumerate(position.pending)]
        made = training_batches(
            self._shop.images,
            batches,
            self.options,
            first_step=position.step,
            device=self._shop.device.pictures,
        )
        dataset = iter(made)
        while True:
            started_s = time.perf_counter()
            batch = next(dataset, None)
            self._waited_s += time.perf_counter() - started_s
            if batch is None:
                return
            yield batch

    def _with_nobody(self, chunk: MinedBatch, step: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """A batch and, where the space is kept, faces of nobody behind it."""
        owned = len(self._shop.owners)
        nobody = len(self._shop.images) - owned
        if not nobody or not self.options.anchor_weight:
            return chunk.photos, chunk.labels
        generator = np.random.default_rng([self.options.seed, step])
        wanted = min(nobody, math.ceil(self.options.generic_share * len(chunk.photos)))
        rows = owned + generator.choice(nobody, wanted, replace=False)
        return (
            np.concatenate([chunk.photos, rows]),
            np.concatenate([chunk.labels, np.full(wanted, _NOBODY, np.int32)]),
        )

    def _train(self, pictures: Any, labels: Any, rows: Any, chunk: MinedBatch) -> None:
        position = self.position
        rate = self._schedule.rate(position.epoch + position.done / self.epoch_batches)
        # A schedule that stops inside an epoch ends with it; until then nothing changes any more.
        self._optimizer.learning_rate.assign(0.0 if rate is None else rate)
        warm_up = (
            class_loss_of(self.options) is not None and position.epoch < self.options.class_warm_up_epochs
        )
        started_s = time.perf_counter()
        figures = self._step(
            pictures, labels, rows, step=position.step, triplets=chunk.triplets, only_classes=warm_up
        )
        if self._shop.average is not None:
            self._shop.average.update()
        self._trained_s += time.perf_counter() - started_s
        people = len(np.unique(chunk.labels))
        self._started.append(_StartedStep(position.step + 1, figures, people, rate or 0.0))

    def _watch(self, figures: Mapping[str, float], people: int) -> None:
        report = StepReport(
            loss=figures.get("triplet", figures["loss"]),
            people=people,
            spread=figures["spread"],
            triplets=int(figures["triplets"]) if "triplets" in figures else None,
        )
        for notice in self._detector.observe(report):
            if not math.isfinite(report.loss + report.spread) or report.spread < _FALLEN_TOGETHER:
                raise TrainingError(notice.text, hint=notice.hint)
            self._on_event(notice)

    def _halve(self, error: Exception) -> None:
        position = self.position
        if not all(can_be_halved(chunk) for chunk in position.pending[:1]):
            raise TrainingError(
                "memory runs out even with the smallest batch",
                hint="Choose a smaller --backbone or --input-px, or --device cpu.",
            ) from error
        position.halvings, position.done = position.halvings + 1, position.done * 2
        position.pending = all_halved(position.pending)
        size = len(position.pending[0].photos)
        self._on_event(Notice(f"Memory ran out: training goes on with batches of {size} photos.", ""))

    def _make_pool(self) -> Pool:
        people: list[list[int]] = [[] for _ in range(self._shop.people)]
        for row, owner in enumerate(self._shop.owners):
            people[owner].append(row)
        options = self.options
        sampler = PersonSampler(
            people,
            people_per_batch=options.people_in_batch,
            photos_per_person=options.photos_per_person,
            seed=options.seed + self.position.phase,
        )
        if options.pool == "online" or options.loss != "triplet":
            return Online(sampler)
        if options.pool == "semi_online":
            return SemiOnline(sampler, self._embed, self._mine, scale=options.pool_scale)
        return Offline(sampler, self._embed, self._mine, epochs=options.pool_epochs)

    def _embed(self, photos: NDArray[np.int64]) -> FloatArray:
        return self._shop.vectors(self._shop.images, self._cancel, photos)

    def _mine(self, vectors: FloatArray, labels: NDArray[np.int32], seed: int) -> Any:
        options = self.options
        return mine_embeddings(
            mining_rule(options),
            vectors,
            labels,
            margin=options.margin,
            distance=cast(Distance, options.distance),
            seed=seed,
        )


def _generator(shop: TrainingContext) -> ReconstructionLoss:
    generator = ReconstructionLoss(shop.network.dimensions, likeness_judge(shop.weights))
    generator.build(tuple(shop.network.model.outputs[-1].shape))
    return generator


def _epoch_batches(options: TrainOptions, owners: NDArray[np.int32]) -> int:
    """As many batches as it takes to see everybody once and as many photos as there are."""
    if options.batches_per_epoch is not None:
        return options.batches_per_epoch
    return max(1, math.ceil(len(owners) / options.photos_in_batch))
