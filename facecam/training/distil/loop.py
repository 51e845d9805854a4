"""The student's training. Imports TensorFlow; runs in a process of its own."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from facecam.core.errors import ConfigError, FacecamError
from facecam.core.events import EventSink, Metrics, Notice, Progress
from facecam.core.paths import atomic_write
from facecam.networks.backbones import build_backbone, freeze
from facecam.networks.blocks import EMBEDDING
from facecam.networks.export import export_openvino
from facecam.networks.weights_file import load_weights, named_variables, save_weights
from facecam.training.distil.batches import BatchMaker, plain_batches
from facecam.training.distil.checkpoint import Standing, load_checkpoint, save_checkpoint
from facecam.training.distil.faces import read_faces
from facecam.training.distil.objective import distillation_loss
from facecam.training.distil.options import DistilOptions
from facecam.training.distil.plan import (
    CHECKPOINTS_FOLDER,
    FACES_FOLDER,
    NETWORK_FILE,
    OUTCOME_FILE,
    WEIGHTS_FILE,
    DistilPlan,
)
from facecam.training.distil.readout import solve_readout

STUDENT = "resnet50"
_EVENT_EVERY_S = 1.0
#: Fewer faces than this say nothing about 128 values; more than this change nothing any more.
_LEAST_TO_SOLVE, _MOST_TO_SOLVE = 200, 20_000


class Distillation:
    """A student on its way; makes the folder's checkpoints, `weights.npz` and `outcome.json`.

    Args:
        run: folder with the faces.
        plan: options and start.
        on_event: progress, metrics `train` and `validate`, notices.
        wants_stop: asked after every step.
    """

    def __init__(
        self, run: Path, plan: DistilPlan, on_event: EventSink, wants_stop: Callable[[], bool]
    ) -> None:
        self._run, self._plan, self._options = run, plan, plan.options
        self._on_event, self._wants_stop = on_event, wants_stop
        everything = read_faces(run / FACES_FOLDER)
        self._variance = everything.variance
        self._faces, self._held_out = everything.split(plan.options.held_out)
        self._model = build_backbone(STUDENT, dimensions=everything.vectors.shape[-1], input_px=0)
        if plan.start is not None:
            load_weights(self._model, Path(plan.start))
        _freeze(self._model, plan.options.frozen_prefixes)
        if plan.keeps_batch_norm:
            freeze(self._model, "batch_norm")
        self._optimizer = _optimizer(plan.options, self._model)
        self._step = tf.function(self._learn)
        self._answer = tf.function(lambda chips: self._model(chips, training=False))
        self._standing = self._resumed()
        self._sitting_s = time.monotonic()

    def train(self) -> bool:
        """Train to the end or until asked to stop; returns whether it came to the end."""
        options = self._options
        if self._standing.step == 0:
            if self._plan.start is not None:
                self._solve_last_layer(options.sizes_px[0])
            self._judge(options.sizes_px[0])
        saved_s = told_s = time.monotonic()
        with BatchMaker(self._faces, count=options.batch, seed=options.seed) as batches:
            while (share := self._share()) < 1 and not self._wants_stop():
                size_px = options.sizes_px[options.stage_at(share)]
                self._optimizer.learning_rate.assign(options.learning_rate_at(share))
                batch = batches.get(self._standing.step, size_px)
                loss, squared_l2 = self._step(batch.chips, batch.vectors)
                self._standing = replace(self._standing, step=self._standing.step + 1)
                now_s = time.monotonic()
                if now_s - told_s > _EVENT_EVERY_S:
                    told_s = now_s
                    self._tell(share, float(loss), float(squared_l2))
                if now_s - saved_s > options.save_minutes * 60:
                    self._save(size_px)
                    saved_s = time.monotonic()
        finished = self._share() >= 1
        self._save(options.sizes_px[options.stage_at(min(self._share(), 1.0))], must=True)
        return finished

    def finish(self) -> dict[str, Any]:
        """Export the best student; returns what came of it, which is in `outcome.json` too.

        Raises:
            DataError: disk full or no permission.
        """
        side_px = self._options.sizes_px[-1]
        self._finish_last_layer(side_px)
        # The student may have learnt in half precision and at any size; what is used has neither.
        keras.mixed_precision.set_global_policy("float32")
        model = build_backbone(STUDENT, dimensions=self._model.output_shape[-1], input_px=side_px)
        load_weights(model, self._run / WEIGHTS_FILE)
        export_openvino(model, self._run / NETWORK_FILE)
        judged = len(self._held_out) > 0
        outcome = {
            "backbone": STUDENT,
            "steps": self._standing.step,
            "seconds": round(self._elapsed_s(), 1),
            "faces": len(self._faces),
            "held_out_faces": len(self._held_out),
            "squared_l2": self._standing.best if judged else None,
            "explained": 1 - self._standing.best / self._variance if judged else None,
            "side_px": side_px,
            "dimensions": int(model.output_shape[-1]),
        }
        atomic_write(self._run / OUTCOME_FILE, json.dumps(outcome, indent=2).encode())
        return outcome

    def _learn(self, chips: tf.Tensor, vectors: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        with tf.GradientTape() as tape:
            student = self._model(tf.cast(chips, tf.float32), training=True)
            loss, squared_l2 = distillation_loss(
                student, vectors, self._variance, self._options.similarity_weight
            )
        variables = self._model.trainable_variables
        self._optimizer.apply(tape.gradient(loss, variables), variables)
        return loss, squared_l2

    def _share(self) -> float:
        """How much of the training is done, 0 to 1."""
        if self._options.steps is not None:
            return self._standing.step / self._options.steps
        return self._elapsed_s() / 60 / (self._options.minutes or 60.0)

    def _elapsed_s(self) -> float:
        return self._standing.elapsed_s + time.monotonic() - self._sitting_s

    def _tell(self, share: float, loss: float, squared_l2: float) -> None:
        self._on_event(Progress("distil", round(min(share, 1.0) * 1000), 1000))
        values = {
            "loss": loss,
            "squared_l2": squared_l2,
            "explained": 1 - squared_l2 / self._variance,
            "learning_rate": float(self._optimizer.learning_rate),
            "epoch": self._standing.step * self._options.batch / len(self._faces),
        }
        self._on_event(Metrics("train", self._standing.step, values))

    def _judge(self, size_px: int) -> float:
        """Mean squared_l2 to the teacher on the faces held out; inf without any."""
        if not len(self._held_out):
            return float("inf")
        errors = [
            np.square(self._answer(batch.chips.astype(np.float32)).numpy() - batch.vectors).sum(axis=1)
            for batch in plain_batches(self._held_out, count=self._options.batch, size_px=size_px)
        ]
        squared_l2 = float(np.concatenate(errors).mean())
        values = {"squared_l2": squared_l2, "explained": 1 - squared_l2 / self._variance}
        self._on_event(Metrics("validate", self._standing.step, values))
        return squared_l2

    def _save(self, size_px: int, *, must: bool = False) -> None:
        """Keep the standing, and the weights if they are the best so far; a full disk is told of unless `must`."""
        found = self._judge(size_px)
        now_s = time.monotonic()
        standing = replace(self._standing, elapsed_s=self._elapsed_s())
        # Another size is another task: what was best before it counts no more.
        better = found <= standing.best or found == float("inf") or len(self._options.sizes_px) > 1
        self._standing = replace(standing, best=found if better else standing.best)
        self._sitting_s = now_s
        try:
            if better:
                save_weights(self._model, self._run / WEIGHTS_FILE)
            save_checkpoint(
                self._run / CHECKPOINTS_FOLDER,
                self._standing,
                named_variables(self._model),
                _optimizer_variables(self._optimizer),
            )
        except FacecamError as error:
            if must:
                raise
            self._on_event(Notice(f"no checkpoint this time: {error.message}", error.hint))

    def _finish_last_layer(self, size_px: int) -> None:
        """Solve it for the best weights; kept if the faces held out agree."""
        if self._options.last_layer == "learn":
            return
        load_weights(self._model, self._run / WEIGHTS_FILE)
        self._solve_last_layer(size_px)
        found = self._judge(size_px)
        if found < self._standing.best or found == float("inf"):
            self._standing = replace(self._standing, best=found)
            save_weights(self._model, self._run / WEIGHTS_FILE)

    def _solve_last_layer(self, size_px: int) -> None:
        if self._options.last_layer == "learn" or len(self._faces) < _LEAST_TO_SOLVE:
            return
        layer = self._model.get_layer(EMBEDDING)
        before = tf.function(keras.Model(self._model.input, layer.input))
        faces = self._faces.first(_MOST_TO_SOLVE)
        features = []
        for batch in plain_batches(faces, count=self._options.batch, size_px=size_px):
            features.append(before(batch.chips.astype(np.float32)).numpy())
            self._on_event(Progress("last layer", sum(map(len, features)), len(faces)))
        readout = solve_readout(np.concatenate(features).astype(np.float32), faces.vectors[:, 0])
        layer.kernel.assign(readout.kernel)
        layer.bias.assign(readout.bias)

    def _resumed(self) -> Standing:
        standing, damaged = load_checkpoint(
            self._run / CHECKPOINTS_FOLDER,
            named_variables(self._model),
            _optimizer_variables(self._optimizer),
        )
        for path in damaged:
            self._on_event(
                Notice(f"{path.name} cannot be used", "The one before it is used if there is one.")
            )
        return standing


def _freeze(model: keras.Model, prefixes: tuple[str, ...]) -> None:
    frozen = [layer for layer in model.layers if layer.name.startswith(prefixes)] if prefixes else []
    if prefixes and not frozen:
        raise ConfigError(
            f"no layer begins with {' or '.join(prefixes)}", hint="Layers are called conv1 to conv5."
        )
    for layer in frozen:
        layer.trainable = False


def _optimizer(options: DistilOptions, model: keras.Model) -> keras.optimizers.Optimizer:
    optimiser = keras.optimizers.AdamW(options.learning_rate, weight_decay=options.weight_decay)
    # Decay would pull scales and shifts, which are few and mean something, to zero.
    optimiser.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    optimiser.build(model.trainable_variables)
    return optimiser


def _optimizer_variables(optimiser: keras.optimizers.Optimizer) -> dict[str, Any]:
    return {f"{index:05d}": variable for index, variable in enumerate(optimiser.variables)}
