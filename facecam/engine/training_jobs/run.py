"""A training from the photos to the model in use, step by step."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, FacecamError, WeightsError
from facecam.core.events import NEVER, Cancelled, CancelToken, Event, EventSink, Notice, Progress, ignore
from facecam.core.extras import require_tensorflow
from facecam.core.private import make_private
from facecam.core.words import counted
from facecam.engine import components
from facecam.engine.faces.chip_reader import training_chip
from facecam.engine.faces.missing_chips import make_missing
from facecam.engine.models.trained_card import trained_card
from facecam.engine.recognition.gallery_alignment import photo_alignment
from facecam.engine.runs.lock import held
from facecam.engine.runs.people import forget_in_ended_runs, has_lost_photos
from facecam.engine.runs.records import write_outcome
from facecam.engine.training_jobs.deploy import deploy_model
from facecam.engine.training_jobs.estimate import keep_pace
from facecam.engine.training_jobs.gate import (
    Measured,
    calibrated,
    knows_no_strangers,
    measure,
)
from facecam.engine.training_jobs.head import Made, base_of, make_head
from facecam.engine.training_jobs.plan import plan_run
from facecam.engine.training_jobs.plots import draw_run, report_to_wandb
from facecam.engine.training_jobs.publish import store_network
from facecam.engine.training_jobs.request import TrainingWork, TrainOutcome, TrainRequest
from facecam.engine.training_jobs.strangers import strangers_in
from facecam.engine.training_jobs.worker_process import train_in_child
from facecam.runtime.card import ModelCard
from facecam.runtime.precision import choose_precision
from facecam.training.config.options import TrainOptions
from facecam.training.data.chips import read_chip
from facecam.training.data.sample import Sample
from facecam.training.data.split import JUDGING_PEOPLE, JUDGING_PHOTOS, Split
from facecam.training.gate.strangers import StrangersReport
from facecam.training.run.folder import RunFolder, read_json, write_json
from facecam.training.trainer.checkpoints import CheckpointFolder

_PROBES = 4


def run_training(
    settings: Settings,
    request: TrainRequest,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> TrainOutcome:
    """Prepare the photos, train in a process of its own, compare, and deploy if it is at least as good.

    Args:
        settings: folders, detector, device.
        request: what to train.
        on_event: gets `Progress` of the stages prepare, train, epochs, export and evaluate, `Metrics` of train and
            validate, and notices.
        cancel: stops within one step; the run can be resumed.

    Raises:
        FacecamError: what is wrong, and its cure; the model in use is as it was.
    """
    notices: list[Notice] = []

    def heard(event: Event) -> None:
        if isinstance(event, Notice):
            notices.append(event)
        on_event(event)

    resumed = request.resume
    work = TrainingWork(settings, heard, cancel)
    run = plan_run(work, request) if resumed is None else _existing(resumed)
    try:
        with held(run.path):
            return _Run(settings, heard, cancel, run).carry_out(notices)
    finally:
        forget_in_ended_runs(settings, on_event)


@dataclass(frozen=True, slots=True)
class _Run(TrainingWork):
    run: RunFolder

    @property
    def options(self) -> TrainOptions:
        """Of all phases."""
        return self.run.read_config().options

    def carry_out(self, notices: list[Notice]) -> TrainOutcome:
        """Train and what follows; how it ended is written down whatever happens."""
        started_s = time.monotonic()
        self.run.outcome.unlink(missing_ok=True)
        try:
            outcome = self._trained()
        except Cancelled:
            outcome = TrainOutcome(self.run.path, None, None, False, True)
        except Exception as error:
            write_outcome(self.run, "failed", seconds=time.monotonic() - started_s, error=str(error))
            raise
        finally:  # Networks and plots are written by other libraries, which know nothing of rights.
            make_private(self.run.path)
        unusable = int(read_json(self.run.job).get("unusable", 0))
        outcome = replace(outcome, notices=tuple(notices), unusable=unusable)
        state = "stopped" if outcome.stopped else "finished"
        write_outcome(
            self.run,
            state,
            seconds=time.monotonic() - started_s,
            model=outcome.model,
            gate=outcome.gate,
            strangers=outcome.strangers,
            deployed=outcome.deployed,
        )
        return outcome

    def _trained(self) -> TrainOutcome:
        made = self._make()
        if made is None:
            return TrainOutcome(self.run.path, None, None, False, False)
        card, measured = self._judged(made)
        draw_run(self.run, measured, self.on_event)
        outcome = TrainOutcome(
            self.run.path,
            card.name,
            measured.report,
            deployed=False,
            stopped=False,
            caution=self._caution(card, made, measured),
            strangers=measured.strangers,
            usable=card.threshold is not None or self.settings.threshold is not None,
        )
        outcome = replace(outcome, deployed=self._maybe_deploy(card, outcome))
        report_to_wandb(self.run, outcome, self.on_event)
        return outcome

    def _make(self) -> Made | None:
        """Train; None when there is nothing to be gained."""
        name = str(read_json(self.run.job)["name"])
        if self.options.method == "head":
            return make_head(self, self.run, name)
        result = self._in_child()
        options = self.options
        keep_pace(self.settings, options, self.run, str(result.get("device", "CPU")))
        if result["stopped"]:
            raise Cancelled
        write_json(self.run.path / "trained.json", result)
        start = _card_of(self.settings, result["started"])
        people = len(self.run.read_split().people)
        origin = _origin(start, result, people)
        card = trained_card(name, self.run.model, result, options.chip_padding, *origin)
        kept = start if options.anchor_weight else None
        return Made(card, kept)

    def _in_child(self) -> dict[str, Any]:
        """Train; begun again, from its last checkpoint, where chips went from the cache meanwhile."""
        require_tensorflow("going on with this training")
        self.on_event(Progress("start", 0, 0))  # TensorFlow takes its time.
        split, chip = self.run.read_split(), training_chip(self.options)
        samples = (*split.train, *split.validate, *split.held)
        make_missing(self.settings, samples, chip)
        while True:
            try:
                return train_in_child(self.run, self.on_event, self.cancel)
            except FacecamError:
                if not make_missing(self.settings, samples, chip):
                    raise

    def _judged(self, made: Made) -> tuple[ModelCard, Measured]:
        """Compare the exported network, give it its threshold, and put it into `weights/`."""
        chosen = self.run.read_split()
        chip = training_chip(self.options)
        others = self._strangers(chosen, made)
        measured = made.measured or measure(
            self, made.card, self.run.model, chosen, chip, others, made.space_of
        )
        card = made.card
        if card.threshold is None or measured.threshold is not None:
            card = calibrated(card, measured, chosen, made.space_of)
        if made.judged is not None or card is not made.card:  # Measured here, on the chips of the training.
            card = replace(card, alignment=photo_alignment(self.settings))
        store_network(components.open_weights(self.settings), self.run, card)
        self._choose_precision(card, measured)
        if card.threshold is None:
            self.on_event(
                Notice(
                    f"{card.name} has no threshold: the photos kept aside are too few to find one",
                    f"Calibrate it: python main.py models calibrate {card.name} --photos DIR",
                )
            )
        return card, measured

    def _choose_precision(self, card: ModelCard, measured: Measured) -> None:
        size = (card.input.width, card.input.height)
        probes_of = measured.samples[:_PROBES]
        make_missing(self.settings, probes_of, training_chip(self.options))
        chips = [read_chip(sample.chip) for sample in probes_of]
        probes = [cv2.resize(chip, size, interpolation=cv2.INTER_AREA) for chip in chips]
        choose_precision(
            components.open_weights(self.settings).path(card.name) / card.file,
            [np.stack(probes).astype(np.float32)] if probes else [],
            unit_vectors=True,
        )

    def _strangers(self, chosen: Split, made: Made) -> tuple[Sample, ...]:
        """Photos of other people to try both models on; none where the user named no folder of them."""
        options = self.options
        if options.stranger_photos is None or made.judged is not None:
            return ()
        own = {one.digest for one in chosen.train + chosen.validate + chosen.held}
        return strangers_in(self, options.stranger_photos, own, training_chip(options))

    def _caution(self, card: ModelCard, made: Made, measured: Measured) -> str:
        """Why the model is not put in use by itself, in one sentence; "" if nothing speaks against it."""
        if harm := measured.drift_harm(card.threshold):
            return harm
        if measured.strangers is not None and made.judged is None:
            return _harm(card, measured.strangers)
        if self.options.method == "head":
            return self._caution_of_head(card, made)
        if card.threshold is not None and knows_no_strangers(made.card, self.run.read_split(), made.space_of):
            return f"The threshold of {card.name} was found on people it was trained on: strangers may pass."
        return _untried(card)

    def _caution_of_head(self, card: ModelCard, made: Made) -> str:
        if made.space_of is None or made.space_of.name != base_of(self.settings, "auto"):
            return _untried(card)  # No better than the network below it.
        if made.judged is None:
            return (
                f"{card.name} could not be tried on strangers: that takes {JUDGING_PHOTOS} photos of "
                f"{JUDGING_PEOPLE} people."
            )
        return _harm(card, made.judged.strangers)

    def _maybe_deploy(self, card: ModelCard, outcome: TrainOutcome) -> bool:
        wish, gate, caution = self.options.deploy, outcome.gate, outcome.caution
        for report in (gate, outcome.strangers):
            if report is not None:
                self.on_event(Notice(report.text, ""))
        if wish == "never":
            return False  # As asked; what can be done with it, its outcome says, if it is kept at all.
        if caution:
            cure = f"Try it on photos of other people: models calibrate {card.name} --photos DIR"
            # Where it was tried on them, trying it again helps nothing.
            self.on_event(Notice(caution, "" if outcome.strangers is not None else cure))
        if card.threshold is None:
            self.on_event(Notice(f"{card.name} is not put in use: without threshold it accepts nobody.", ""))
            return False
        if wish == "better" and (gate is None or not gate.passes or caution):
            how = f"python main.py models deploy {card.name}, then people rebuild"
            stays = components.open_weights(self.settings).deployed()
            self.on_event(
                Notice(f"{card.name} is kept in weights/; {stays} stays in use.", f"To use it anyway: {how}")
            )
            return False
        deploy_model(self.settings, card.name, self.on_event, self.cancel)
        return True


def _untried(card: ModelCard) -> str:
    return f"Nobody has tried {card.name} on strangers: it may give the name of somebody you know to more of them."


def _harm(card: ModelCard, report: StrangersReport) -> str:
    other = report.deployed.model
    if not report.harmless:
        return f"Where {card.name} lets no more strangers in than {other}, it misses more known people."
    if report.gains:
        return ""
    return f"Where as many strangers get a name, {card.name} does not surely miss fewer known people than {other}."


def _existing(folder: Path) -> RunFolder:
    run = RunFolder(folder)
    if not run.job.is_file():
        raise ConfigError(f"{folder} is not a run", hint="See the runs with `python main.py runs list`.")
    if CheckpointFolder(run.checkpoints).paths() and has_lost_photos(run):
        raise ConfigError(
            f"{folder.name} was training on photos of somebody who was deleted, and cannot go on without them",
            hint="Start a new training.",
        )
    return run


def _card_of(settings: Settings, model: str) -> ModelCard | None:
    try:
        return components.open_weights(settings).card(model)
    except WeightsError:
        return None  # Started from random weights, a file or a run.


def _origin(start: ModelCard | None, result: Mapping[str, Any], people: int) -> tuple[str, str]:
    """(lineage, licence) of trained weights."""
    trained = f"trained here on the user's photos of {counted(people, 'person')}"
    if start is None:
        # Not in which folder, which may be called after somebody: cards are handed on.
        return f"{trained}, from {Path(str(result['started'])).name}", "the user's own"
    return f"{trained}, from {start.name}: {start.lineage}", start.licence
