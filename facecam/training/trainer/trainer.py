"""A whole training: phases, epochs, checkpoints, validation, and the weights that are kept. Imports TensorFlow."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np

from facecam.core.errors import ConfigError, DataError, TrainingError
from facecam.core.events import Cancelled, CancelToken, EventSink, Metrics, Notice, Progress
from facecam.core.paths import make_folder, sweep_temporary
from facecam.core.types import FloatArray
from facecam.core.words import counted
from facecam.training.data.pipeline import ChipImages
from facecam.training.optim.ema import WeightAverage
from facecam.training.optim.interpolation import mixed
from facecam.training.optim.numbered import assign_numbered, numbered
from facecam.training.run.job import TrainingJob
from facecam.training.trainer.checkpoints import Checkpoint, CheckpointFolder
from facecam.training.trainer.collapse import OVERFLOW
from facecam.training.trainer.devices import Device
from facecam.training.trainer.embeddings import VectorMaker
from facecam.training.trainer.network import export_autoencoder, export_network, open_network
from facecam.training.trainer.phase import PhaseTraining, TrainingContext
from facecam.training.trainer.progress import TrainerState
from facecam.training.trainer.records import MetricsFile
from facecam.training.trainer.trackers import Trackers
from facecam.training.trainer.validation import ValidationSet, validate

#: Steps are reported this often at most, s; every one is written into the run's metrics.
_REPORT_EVERY_S = 0.2


class Trainer:
    """Does a job from its newest checkpoint, or from the start.

    Args:
        job: see `TrainingJob`.
        device: where it computes.
        on_event: gets progress, metrics and notices.
        cancel: asked before each step.

    Raises:
        WeightsError: no such start weights.
        DataError: chips are missing, or the newest checkpoint is of another training.
    """

    def __init__(self, job: TrainingJob, device: Device, on_event: EventSink, cancel: CancelToken) -> None:
        self._job, self._on_event, self._cancel = job, on_event, cancel
        self._folder = CheckpointFolder(job.run.checkpoints)
        sweep_temporary(job.run.checkpoints)  # What a killed process left half-written.
        keras.config.set_dtype_policy(device.policy)
        keras.utils.set_random_seed(job.options.seed)
        with device.strategy.scope():
            self._network = open_network(job.options, job.weights)
            average = (
                WeightAverage(self._network.model, decay=job.options.ema_decay) if job.options.ema else None
            )
        on_event(Notice(f"{device.why} Start: {self._network.started}.", ""))
        self._vectors = VectorMaker(self._network)
        self._start = self._network.weights()
        images = ChipImages(
            [sample.chip for sample in job.split.train] + list(job.generic), self._network.side_px
        )
        targets = self._targets(images)
        people = len(job.split.people)
        shared = (images, job.owners, people, targets, self._vectors, average, device, job.weights)
        self._shop = TrainingContext(self._network, *shared)
        self._validation = ValidationSet.of(job.split)
        aside = [] if self._validation is None else [one.chip for one in self._validation.samples]
        self._validation_images = ChipImages(aside, self._network.side_px)
        self._metrics = MetricsFile(job.run.metrics)
        facts = {"people": people, "photos": len(job.split.train), "device": device.words}
        self._trackers = Trackers(
            job.options, job.run.path, {**facts, "phases": [phase.name for phase in job.phases]}
        )
        self.position = TrainerState()
        self._saved_s = self._reported_s = self._started_s = time.monotonic()
        self._phase: PhaseTraining | None = None
        self._full_disk_said = False
        self._overflows = False

    def run(self) -> dict[str, Any]:
        """Train, keep the best weights, export them.

        Returns:
            `stopped`, `epochs`, `step`, and for a finished training what its card needs.

        Raises:
            TrainingError: it cannot go on.
            DataError: the disk is full at the end.
        """
        kept = self._folder.newest(self._on_event)
        if kept is not None:
            self._restore_network(kept)
            self._on_event(Notice(f"Going on after {self.position.epochs} epochs.", ""))
        self._metrics.forget_after(self.position.step)
        self._started_s = time.monotonic() - self.position.seconds
        try:
            self._run_phases(kept)
        except Cancelled:
            self._save()
            return {"stopped": True, "epochs": self.position.epochs, "step": self.position.step}
        finally:
            self._trackers.close()
        return self._finish()

    # ------------------------------------------------------------------ phases and epochs

    def _run_phases(self, kept: Checkpoint | None) -> None:
        phases, position = self._job.phases, self.position
        for number in range(position.phase, len(phases)):
            phase = phases[number]
            self._phase = PhaseTraining(
                self._shop,
                phase.options(self._job.options),
                phase.name,
                position,
                self._on_event,
                self._cancel,
            )
            if kept is not None and kept.state["position"]["phase"] == number:
                self._phase.restore(kept.state, kept.arrays)
            self._run_phase(self._phase)
            position.phase, position.epoch, position.done, position.pending = number + 1, 0, 0, []
            if self._time_is_up():
                return

    def _run_phase(self, phase: PhaseTraining) -> None:
        position = self.position
        self._cancel.check()
        while not phase.is_over:
            phase.run_epoch(self._after_step)
            phase.observe(self._validate())
            self._on_event(Progress("epochs", position.epochs, self._job.epochs))
            self._save()
            if self._should_end(phase):
                return

    def _should_end(self, phase: PhaseTraining) -> bool:
        patience = phase.options.patience_epochs
        if patience is not None and self.position.stale >= patience:
            self._on_event(Notice(f"No progress in {patience} epochs: training ends here.", ""))
            return True
        if self._time_is_up():
            minutes = self._job.options.max_minutes
            self._on_event(Notice(f"The {minutes:g} minutes are over: training ends here.", ""))
            return True
        return False

    def _time_is_up(self) -> bool:
        minutes = self._job.options.max_minutes
        return minutes is not None and self._seconds() > minutes * 60

    def _after_step(self, step: int, figures: Mapping[str, float]) -> bool:
        assert self._phase is not None
        self._note("train", step, figures)
        now_s = time.monotonic()
        if now_s - self._reported_s >= _REPORT_EVERY_S or step == 1:
            self._reported_s = now_s
            self._tell("train", step, figures)
        interval_s = self._phase.options.checkpoint_minutes * 60
        if now_s - self._saved_s >= interval_s:
            self._save()
        return not self._time_is_up()

    def _validate(self) -> float:
        """Measure an epoch; returns what a schedule on plateaus watches, larger is better."""
        assert self._phase is not None
        position = self.position
        if self._validation is None:
            return 0.0
        with self._averaged():
            vectors = self._vectors(self._validation_images, self._cancel)
            self._overflows = not np.isfinite(vectors).all()
            if self._overflows:
                return self._pass_over()
            merit, figures = validate(vectors, self._validation, self._phase.options.margin)
            position.stale = 0 if position.best is None or merit > position.best else position.stale + 1
            # Of equals the last: where all photos kept aside are told apart, more training still helps others.
            if position.best is None or merit >= position.best:
                position.best = merit
                self._guarded(
                    lambda: self._folder.save_best(
                        Checkpoint({"epochs": position.epochs}, self._network.weights())
                    )
                )
        self._note("validate", position.step, figures)
        self._tell("validate", position.step, figures)
        return merit.tar + merit.auc

    def _note(self, stage: str, step: int, figures: Mapping[str, float]) -> None:
        """Write figures into the run's files."""
        assert self._phase is not None
        common = {"phase": self._phase.name, "epoch": self.position.epochs, "step": step}
        self._metrics.add({"stage": stage, "seconds": self._seconds(), **common, **figures})
        self._trackers.add(stage, step, figures)

    def _tell(self, stage: str, step: int, figures: Mapping[str, float]) -> None:
        """Report them to whoever watches."""
        self._on_event(Metrics(stage, step, {**figures, "epoch": float(self.position.epochs)}))

    def _pass_over(self) -> float:
        """The losses are numbers and the vectors are not: so it is while the running statistics lag behind."""
        self.position.stale += 1
        self._on_event(
            Notice(
                "The photos kept aside cannot be measured after this epoch: the network's numbers overflow on them.",
                "It passes when batch normalisation has settled; if it does not, use a smaller --learning-rate.",
            )
        )
        return 0.0

    # ------------------------------------------------------------------ checkpoints

    def _save(self) -> None:
        self._saved_s = time.monotonic()
        self.position.seconds = self._seconds()
        phase = self._phase
        if phase is not None:
            phase.settle(self._after_step)  # Numbers that have overflowed end it here, unsaved.
        state = {"position": self.position.to_json(), "backbone": self._job.options.backbone}
        arrays = numbered("model/", self._network.model.variables)
        if phase is not None:
            state |= phase.state()
            arrays |= phase.arrays()
        if self._shop.average is not None:
            arrays |= self._shop.average.arrays()
        self._guarded(lambda: self._folder.save(self.position.step, Checkpoint(state, arrays)))

    def _guarded(self, save: Any) -> None:
        """A full disk costs the checkpoint, not the training; the last good one stays."""
        try:
            save()
            self._full_disk_said = False
        except DataError as error:
            if not self._full_disk_said:
                self._on_event(Notice(f"No checkpoint: {error.message}", error.hint))
            self._full_disk_said = True

    def _restore_network(self, kept: Checkpoint) -> None:
        assign_numbered("model/", self._network.model.variables, kept.arrays)
        if self._shop.average is not None:
            self._shop.average.restore(kept.arrays)
        self.position = TrainerState.from_json(kept.state["position"])

    # ------------------------------------------------------------------ the end

    def _finish(self) -> dict[str, Any]:
        self._on_event(Progress("export", 0, 1))
        arrays = self._kept_weights()
        folder: Path = self._job.run.model
        make_folder(folder, private=True)
        export_network(arrays, self._job.options, folder)
        if self._decoder is not None:
            export_autoencoder(arrays, self._decoder, self._job.options, folder)
        self._on_event(Progress("export", 1, 1))
        options = self._job.options
        return {
            "stopped": False,
            "epochs": self.position.epochs,
            "step": self.position.step,
            "backbone": options.backbone,
            "side_px": self._network.side_px,
            "dimensions": self._network.dimensions,
            "started": self._network.started,
            "mean": list(self._network.constants[0]),
            "std": list(self._network.constants[1]),
            "title": f"{options.backbone} trained on {counted(len(self._job.split.people), 'person')}",
        }

    def _kept_weights(self) -> dict[str, FloatArray]:
        """The best epoch's weights where epochs were compared, else the last, mixed with the start if asked for."""
        # A decoder is that of the last epoch, and so is its encoder.
        best = self._folder.best() if self._decoder is None else None
        if best is None and self._overflows:
            raise TrainingError(OVERFLOW.text, hint=OVERFLOW.hint)
        if best is not None:
            self._network.set_weights(best.arrays)
            trained = self._network.weights()
        else:
            with self._averaged():
                trained = self._network.weights()
        # Mixed with weights that were drawn at random it would be noise.
        if self._job.options.interpolation == "off" or self._network.started == "random weights":
            return trained
        return mixed(self._start, trained, self._job.options.interpolation, self._merit_of, self._on_event)

    def _merit_of(self, arrays: Mapping[str, FloatArray]) -> Any:
        if self._validation is None:
            return None
        self._network.set_weights(arrays)
        vectors = self._vectors(self._validation_images, self._cancel)
        return validate(vectors, self._validation, self._job.options.margin)[0]

    # ------------------------------------------------------------------ small things

    @property
    def _decoder(self) -> Any:
        return None if self._phase is None else self._phase.decoder

    @contextlib.contextmanager
    def _averaged(self) -> Iterator[None]:
        if self._shop.average is None:
            yield
            return
        with self._shop.average.in_place():
            yield

    def _targets(self, images: ChipImages) -> FloatArray:
        job = self._job
        keeps = any(phase.options(job.options).anchor_weight for phase in job.phases)
        if not keeps:
            return np.zeros((0, self._network.dimensions), np.float32)
        if self._network.started == "random weights":
            raise ConfigError(
                "--anchor-weight keeps the space of the start weights, but they are random",
                hint="Choose --start, or set --anchor-weight 0.",
            )
        return self._vectors(images, self._cancel)

    def _seconds(self) -> float:
        return time.monotonic() - self._started_s
