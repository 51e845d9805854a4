"""The student's training. Imports Keras; runs in a process of its own."""

from __future__ import annotations

import contextlib
import json
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from facecam.core.errors import FacecamError, TrainingError
from facecam.core.events import EventSink, Metrics, Notice, Progress
from facecam.core.paths import atomic_write
from facecam.networks.backbones import build_backbone, freeze
from facecam.networks.blocks import EMBEDDING
from facecam.networks.weights_file import load_weights, save_weights
from facecam.training.distil.batches import BatchMaker, plain_batches
from facecam.training.distil.checkpoint import load_checkpoint, save_checkpoint
from facecam.training.distil.computing import Computing
from facecam.training.distil.distiller import Distiller, error_and_variance
from facecam.training.distil.faces import Faces, read_faces
from facecam.training.distil.options import SETTLING_SHARE
from facecam.training.distil.plan import (
    CHECKPOINTS_FOLDER,
    FACES_FOLDER,
    TRAINED_FILE,
    WEIGHTS_FILE,
    DistilPlan,
)
from facecam.training.distil.readout import solve_readout
from facecam.training.distil.teacher import load_teacher
from facecam.training.trainer.checkpoints import CheckpointFolder

STUDENT = "resnet50"
#: Learning rate for `_RATED_BATCH` faces per step.
_RATE, _RATED_BATCH = 3e-4, 32
#: Steps go in stretches, between which the rate changes, the average is taken and a stop is heard.
_STRETCHES, _MOST_STRETCH_S = 100, 5.0
#: The part of the training over which weights are averaged.
_AVERAGED_SHARE = 0.02
_CLIPPED_NORM = 1.0
#: Fewer faces than this say nothing about 128 values; more than this change nothing any more.
_LEAST_TO_SOLVE, _MOST_TO_SOLVE = 200, 20_000
#: A last layer at random says vectors much longer than the teacher's.
_SMALL_START = 0.03


class Distillation:
    """A student on its way; makes the folder's checkpoints, `weights.npz` and, at the end, `trained.json`.

    Args:
        run: folder with the faces.
        plan: options and start.
        computing: what it computes with; its scope is entered.
        on_event: progress, metrics `train` and `validate`, notices.
        wants_stop: asked after every stretch of steps.
    """

    def __init__(
        self,
        run: Path,
        plan: DistilPlan,
        computing: Computing,
        on_event: EventSink,
        wants_stop: Callable[[], bool],
    ) -> None:
        self._run, self._plan, self._options = run, plan, plan.options
        self._on_event, self._wants_stop = on_event, wants_stop
        self._folder = CheckpointFolder(run / CHECKPOINTS_FOLDER)
        self._faces, self._held_out = read_faces(run / FACES_FOLDER).split(plan.options.held_out)
        self._batch = computing.batch(plan.options)
        self._frozen = plan.keeps_batch_norm(self._batch)
        self._highest = plan.options.learning_rate or _RATE * math.sqrt(self._batch / _RATED_BATCH)
        with computing.scope():
            self._student = build_backbone(STUDENT, input_px=0)
            if plan.start is None:
                kernel = self._student.get_layer(EMBEDDING).kernel
                kernel.assign(_SMALL_START * kernel.numpy())
            else:
                load_weights(self._student, run / plan.start)
            if self._frozen:
                freeze(self._student, "batch_norm")
            self._distiller = Distiller(
                self._student,
                load_teacher(run / plan.teacher),
                student_px=plan.options.sizes_px[-1],
                count=self._batch // (computing.devices if computing.copies else 1),
                seed=plan.options.seed,
                hints=plan.start is None,
            )
            self._optimizer = _optimizer(plan.options.weight_decay, self._distiller)
            self._distiller.compile(self._optimizer, jit_compile=computing.compiled)
            self._average = [keras.Variable(one, trainable=False) for one in _copied(self._student.weights)]
        self._standing = load_checkpoint(self._folder, self._variables(), on_event)
        self._sitting_s = time.monotonic()
        self._variance = 0.0
        self._stretch = 1

    def train(self) -> bool:
        """Train to the end or until asked to stop; returns whether it came to the end."""
        if self._standing.step == 0:  # What is no better than the start is not kept.
            self._standing = replace(self._standing, best=self._judge())
            save_weights(self._student, self._run / WEIGHTS_FILE)
        saved_s = time.monotonic()
        with BatchMaker(
            self._faces, count=self._batch, seed=self._options.seed, threads=self._options.threads
        ) as batches:
            while (share := self._share()) < 1 and not self._wants_stop():
                self._train_stretch(share, batches)
                if time.monotonic() - saved_s > self._options.save_minutes * 60:
                    self._save()
                    saved_s = time.monotonic()
        finished = self._share() >= 1
        if finished:
            self._solve_last_layer()
        self._save(must=True)
        if finished:
            atomic_write(self._run / TRAINED_FILE, json.dumps(self._facts(), indent=2).encode())
        return finished

    def _facts(self) -> dict[str, Any]:
        judged = len(self._held_out) > 0
        return {
            "backbone": STUDENT,
            "steps": self._standing.step,
            "seconds": round(self._elapsed_s(), 1),
            "faces": len(self._faces),
            "held_out_faces": len(self._held_out),
            "squared_l2": self._standing.best if judged else None,
            "explained": 1 - self._standing.best / self._variance if judged else None,
            "side_px": self._options.sizes_px[-1],
            "dimensions": int(self._student.output_shape[-1]),
        }

    # ------------------------------------------------------------------ training

    def _train_stretch(self, share: float, batches: BatchMaker) -> None:
        self._distiller.look_at(self._options.sizes_px[self._options.stage_at(share)])
        wanted = self._options.wanted_at(share, self._standing.step)
        if wanted.rate == 0:
            self._settle()
        self._distiller.ask(strength=wanted.strength, mixed=wanted.mixed, hint=wanted.hint)
        self._optimizer.learning_rate = self._highest * wanted.rate
        began_s, count = time.monotonic(), self._stretch_steps(share)
        # Keras takes no bare arrays here.
        chips = ((one,) for one in batches.steps(self._standing.step, count))
        history = self._distiller.fit(chips, steps_per_epoch=count, epochs=1, shuffle=False, verbose=0)
        loss = float(history.history["loss"][-1])
        if not math.isfinite(loss):
            raise TrainingError(
                "the training came to numbers that are none",
                hint="Go on from the last checkpoint with --resume, or start with a smaller --learning-rate.",
            )
        step_s = (time.monotonic() - began_s) / count
        self._stretch = max(1, min(round(self._stretch_s() / step_s), 4 * count))
        self._standing = replace(self._standing, step=self._standing.step + count)
        if not self._standing.settling:
            self._take_average(self._share() - share)
        self._tell(loss, wanted.rate, self._batch / step_s)

    def _stretch_steps(self, share: float) -> int:
        """Steps until something changes: as many as a few seconds allow, or a hundredth of all that were asked for.

        The latter depends on nothing but the step, so that a resumed run takes the same way as one that never
        stopped.
        """
        steps = self._options.steps
        if steps is None:
            return self._stretch
        length = max(1, steps // _STRETCHES)
        end = min((self._standing.step // length + 1) * length, steps)
        settled = math.ceil((1 - SETTLING_SHARE) * steps)
        if self._standing.step < settled < end:
            end = settled
        return end - self._standing.step

    def _stretch_s(self) -> float:
        return min(self._minutes() * 60 / _STRETCHES, _MOST_STRETCH_S)

    def _settle(self) -> None:
        """The average becomes the student; from now on only batch normalization and the last layer follow."""
        if not self._standing.settling:
            self._standing = replace(self._standing, settling=True)
            _assign(self._student.weights, self._average)

    def _take_average(self, share: float) -> None:
        kept = math.exp(-share / _AVERAGED_SHARE)
        for average, now in zip(self._average, self._student.weights, strict=True):
            average.assign(kept * average + (1 - kept) * keras.ops.convert_to_tensor(now))

    def _share(self) -> float:
        """How much of the training is done, 0 to 1."""
        if self._options.steps is not None:
            return self._standing.step / self._options.steps
        return self._elapsed_s() / 60 / self._minutes()

    def _minutes(self) -> float:
        return self._options.minutes or 60.0

    def _elapsed_s(self) -> float:
        return self._standing.elapsed_s + time.monotonic() - self._sitting_s

    def _tell(self, loss: float, rate: float, images_per_s: float) -> None:
        self._on_event(Progress("distil", round(min(self._share(), 1.0) * 1000), 1000))
        values = {
            "loss": loss,
            "learning_rate": self._highest * rate,
            "epoch": self._standing.step * self._batch / len(self._faces),
            "images_per_s": images_per_s,
        }
        self._on_event(Metrics("train", self._standing.step, values))

    # ------------------------------------------------------------------ judging and keeping

    def _judge(self) -> float:
        """Mean squared_l2 to the teacher on the faces held out; inf without any."""
        if not len(self._held_out):
            return float("inf")
        answers = self._answers(self._held_out)
        squared_l2, self._variance = error_and_variance(answers["student"], answers["teacher"])
        values = {"squared_l2": squared_l2, "explained": 1 - squared_l2 / self._variance}
        self._on_event(Metrics("validate", self._standing.step, values))
        return squared_l2

    def _answers(self, faces: Faces) -> dict[str, np.ndarray]:
        """Of both, to faces as they are."""
        chips = ((one,) for one in plain_batches(faces, self._batch))
        answers = self._distiller.predict(chips, steps=-(-len(faces) // self._batch), verbose=0)
        return {name: values[: len(faces)] for name, values in answers.items()}

    def _solve_last_layer(self) -> None:
        """For the average student, at the end; undone unless faces held out agree."""
        self._settle()
        faces = self._faces.first(_MOST_TO_SOLVE)
        if len(faces) < _LEAST_TO_SOLVE or not len(self._held_out):
            return
        before = self._judge()
        answers = self._answers(faces)
        wanted = answers["teacher"] / np.linalg.norm(answers["teacher"], axis=1, keepdims=True)
        readout = solve_readout(answers["features"], wanted)
        layer = self._student.get_layer(EMBEDDING)
        former = _copied([layer.kernel, layer.bias])
        _assign([layer.kernel, layer.bias], [readout.kernel, readout.bias])
        if self._judge() > before:
            _assign([layer.kernel, layer.bias], former)

    def _save(self, *, must: bool = False) -> None:
        """Keep the standing, and the average student if it is the best so far; a full disk is told of unless `must`."""
        with self._averaged():
            found = self._judge()
            better = found <= self._standing.best or found == float("inf")
            best = found if better else self._standing.best
            now_s = time.monotonic()
            self._standing = replace(self._standing, elapsed_s=self._elapsed_s(), best=best)
            self._sitting_s = now_s
            try:
                if better:
                    save_weights(self._student, self._run / WEIGHTS_FILE)
            except FacecamError as error:
                self._complain(error, must)
        try:
            save_checkpoint(self._folder, self._standing, self._variables())
        except FacecamError as error:
            self._complain(error, must)

    def _complain(self, error: FacecamError, must: bool) -> None:
        if must:
            raise error
        self._on_event(Notice(f"no checkpoint this time: {error.message}", error.hint))

    @contextlib.contextmanager
    def _averaged(self) -> Iterator[None]:
        """The student is its own average for a while, unless it has settled."""
        if self._standing.settling:
            yield
            return
        now = _copied(self._student.weights)
        _assign(self._student.weights, self._average)
        try:
            yield
        finally:
            _assign(self._student.weights, now)

    def _variables(self) -> dict[str, Any]:
        """All that learn or count."""
        lists = {
            "distiller": self._distiller.learnt,
            "optimizer": self._optimizer.variables,
            "average": self._average,
        }
        return {f"{name}/{index:05d}": one for name, some in lists.items() for index, one in enumerate(some)}


def _assign(variables: list[Any], values: list[Any]) -> None:
    for variable, value in zip(variables, _copied(values), strict=True):
        variable.assign(value)


def _copied(values: list[Any]) -> list[np.ndarray]:
    """Arrays of their own: a step on JAX takes the arrays of variables away from whoever shares them."""
    return [np.array(value) for value in values]


def _optimizer(weight_decay: float, distiller: Distiller) -> keras.optimizers.Optimizer:
    optimizer = keras.optimizers.AdamW(1e-3, weight_decay=weight_decay, global_clipnorm=_CLIPPED_NORM)
    # Decay would pull scales and shifts, which are few and mean something, to zero.
    optimizer.exclude_from_weight_decay(var_names=["gamma", "beta", "bias"])
    optimizer.build(distiller.trainable_variables)
    return optimizer
