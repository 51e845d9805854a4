"""A training from the photos to the model in use, step by step."""

from __future__ import annotations

import contextlib
import datetime
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import filelock
import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, WeightsError
from facecam.core.events import Cancelled, CancelToken, Event, EventSink, Notice, ignore
from facecam.core.paths import readable_os_errors
from facecam.engine import parts
from facecam.engine.run_records import environment, write_outcome
from facecam.engine.training_child import train_in_child
from facecam.engine.training_data import chips_of_faces, prepare_photos, say_what_is_left_out
from facecam.engine.training_deploy import deploy_model
from facecam.engine.training_gate import Measured, calibrated, candidate_card, measure
from facecam.engine.training_head import BASE_FILE, HEAD_FILE, Made, make_head
from facecam.engine.training_noise import without_noise
from facecam.engine.training_pictures import draw_run
from facecam.engine.training_tfrecords import split_of_tfrecords
from facecam.engine.training_words import TrainOutcome, TrainRequest
from facecam.runtime.card import ModelCard, check_model_name
from facecam.runtime.precision import choose_precision
from facecam.training.chips import read_chip
from facecam.training.gate import GateReport
from facecam.training.options import TrainOptions
from facecam.training.preset import Preset, find_preset
from facecam.training.run_folder import RunFolder, new_run_folder, phases_of, read_json, write_json
from facecam.training.split import Sample, Split, split
from facecam.vision.picture import list_pictures

LOCK_FILE: Final = ".lock"
KEPT_FILES: Final = ("weights.npz", HEAD_FILE, BASE_FILE)
_PROBES = 4


def runs_folder(settings: Settings) -> Path:
    """`runs/` beside `weights/`."""
    return settings.weights.absolute().parent / "runs"


def run_training(
    settings: Settings,
    request: TrainRequest,
    *,
    on_event: EventSink = ignore,
    cancel: CancelToken | None = None,
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
    token = cancel or CancelToken()
    notices: list[Notice] = []

    def heard(event: Event) -> None:
        if isinstance(event, Notice):
            notices.append(event)
        on_event(event)

    resumed = request.resume
    run = _plan(settings, request, heard, token) if resumed is None else _existing(resumed)
    with _held(run):
        return _Run(settings, run, heard, token).carry_out(notices)


@dataclass(frozen=True, slots=True)
class _Run:
    settings: Settings
    run: RunFolder
    on_event: EventSink
    cancel: CancelToken

    def carry_out(self, notices: list[Notice]) -> TrainOutcome:
        """Train and what follows; how it ended is written down whatever happens."""
        started_s = time.monotonic()
        self.run.outcome.unlink(missing_ok=True)
        try:
            outcome = self._trained(notices)
        except Cancelled:
            outcome = TrainOutcome(self.run.path, None, None, False, True, tuple(notices))
        except Exception as error:
            write_outcome(self.run, "failed", seconds=time.monotonic() - started_s, error=str(error))
            raise
        state = "stopped" if outcome.stopped else "finished"
        write_outcome(
            self.run,
            state,
            seconds=time.monotonic() - started_s,
            model=outcome.model,
            gate=outcome.gate,
            deployed=outcome.deployed,
        )
        return outcome

    def _trained(self, notices: list[Notice]) -> TrainOutcome:
        made = self._make()
        if made is None:
            return TrainOutcome(self.run.path, None, None, False, False, tuple(notices))
        card, measured = self._judged(made)
        draw_run(self.run, measured, self.on_event)
        gate = measured.report
        deployed = self._maybe_deploy(card, gate)
        return TrainOutcome(self.run.path, card.name, gate, deployed, False, tuple(notices))

    def _make(self) -> Made | None:
        """Train; None when there is nothing to be gained."""
        name = str(read_json(self.run.job)["name"])
        if self.run.read_config().options.method == "head":
            return make_head(self.settings, self.run, name, self.on_event, self.cancel)
        result = train_in_child(self.run, self.on_event, self.cancel)
        if result["stopped"]:
            raise Cancelled
        write_json(self.run.path / "trained.json", result)
        start = _card_of(self.settings, result["started"])
        people = len(self.run.read_split().people)
        card = candidate_card(name, self.run.model, result, *_origin(start, result, people))
        kept = start if self.run.read_config().options.anchor_weight else None
        return Made(card, kept)

    def _judged(self, made: Made) -> tuple[ModelCard, Measured]:
        """Compare the exported network, give it its threshold, and put it into `weights/`."""
        folder, chosen = self.run.model, self.run.read_split()
        store = parts.open_weights(self.settings)
        measured = measure(self.settings, made.card, folder, chosen, self.on_event, self.cancel)
        card = made.card
        if card.threshold is None:
            card = calibrated(card, measured, chosen, made.space_of)
        store.add(card.name, {file: folder / file for file in card.sha256}, card)
        _keep_weights(folder, store.path(card.name))
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
        chips = [read_chip(sample.chip) for sample in measured.samples[:_PROBES]]
        probes = [cv2.resize(chip, size, interpolation=cv2.INTER_AREA) for chip in chips]
        choose_precision(
            parts.open_weights(self.settings).path(card.name) / card.file,
            [np.stack(probes).astype(np.float32)] if probes else [],
            unit_vectors=True,
        )

    def _maybe_deploy(self, card: ModelCard, gate: GateReport | None) -> bool:
        wish = self.run.read_config().options.deploy
        if gate is not None:
            self.on_event(Notice(gate.text, ""))
        if wish == "never" or (wish == "better" and (gate is None or not gate.passes)):
            how = f"python main.py models deploy {card.name}, then people rebuild"
            self.on_event(
                Notice(
                    f"{card.name} is kept in weights/, the model in use stays.", f"To use it anyway: {how}"
                )
            )
            return False
        if card.threshold is None:
            self.on_event(Notice(f"{card.name} is not put in use: without threshold it accepts nobody.", ""))
            return False
        deploy_model(self.settings, card.name, self.on_event, self.cancel)
        return True


def _plan(settings: Settings, request: TrainRequest, on_event: EventSink, cancel: CancelToken) -> RunFolder:
    """Prepare the photos and write down what is going to be done."""
    options, preset = request.options, find_preset(request.preset)
    name = _model_name(settings, request, preset)
    chosen = _split(settings, request, on_event, cancel)
    generic = _generic_chips(settings, options, on_event, cancel)
    run = new_run_folder(runs_folder(settings), datetime.date.today().isoformat(), preset.name)
    job = {
        "preset": preset.name,
        "name": name,
        "started": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "weights": str(settings.weights.absolute()),
        "device": settings.device,
        "generic": [str(path) for path in generic],
        "epochs": sum(phase.options(options).epochs for phase in phases_of(preset)),
    }
    run.write_plan(preset, options, chosen, job)
    write_json(run.environment, environment())
    return run


def _split(settings: Settings, request: TrainRequest, on_event: EventSink, cancel: CancelToken) -> Split:
    """Which photos are trained on, and which are kept aside."""
    options = request.options
    if request.tfrecords is not None:
        return split_of_tfrecords(settings, request.tfrecords, on_event=on_event, cancel=cancel)
    prepared = prepare_photos(settings, on_event=on_event, cancel=cancel)
    say_what_is_left_out(prepared, on_event)
    people: Mapping[str, Sequence[Sample]] = prepared.people
    if options.noise_percentile is not None:
        people = without_noise(settings, people, options.noise_percentile, on_event, cancel)
    chosen = split(people, options)
    taking_part = [one.person for one in chosen.train + chosen.validate + chosen.held]
    _say_who_is_left_out(people, taking_part, on_event)
    return chosen


def _existing(folder: Path) -> RunFolder:
    run = RunFolder(folder)
    if not run.job.is_file():
        raise ConfigError(f"{folder} is not a run", hint="See the runs with `python main.py runs list`.")
    return run


def _model_name(settings: Settings, request: TrainRequest, preset: Preset) -> str:
    taken = set(parts.open_weights(settings).names())
    if request.name is None:
        return next(name for n in range(1, 100_000) if (name := f"{preset.name}-{n}") not in taken)
    try:
        check_model_name(request.name)
    except ValueError as error:
        raise ConfigError(f"--name: {error}", hint="Use small letters, digits and dashes.") from error
    if request.name in taken:
        raise ConfigError(
            f"there is a model {request.name!r} already",
            hint="Choose another --name, or remove that model first.",
        )
    return request.name


def _say_who_is_left_out(
    people: Mapping[str, Sequence[Sample]], taking_part: Sequence[str], on_event: EventSink
) -> None:
    missing = [name for name in people if name not in set(taking_part)]
    if missing:
        names = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        on_event(
            Notice(
                f"Too few photos to train on: {names}.", "They stay recognisable; add photos and train again."
            )
        )


def _generic_chips(
    settings: Settings, options: TrainOptions, on_event: EventSink, cancel: CancelToken
) -> list[Path]:
    if options.generic_faces is None:
        return []
    if not options.generic_faces.is_dir():
        raise ConfigError(
            f"--generic-faces {options.generic_faces} is not a folder",
            hint="Name a folder of photos of faces.",
        )
    photos = list_pictures(options.generic_faces, recursive=True, on_event=on_event)
    return chips_of_faces(settings, photos, on_event=on_event, cancel=cancel)


@contextlib.contextmanager
def _held(run: RunFolder) -> Iterator[None]:
    """Nobody else works on this run; the lock falls with this process."""
    lock = filelock.FileLock(run.path / LOCK_FILE, timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise ConfigError(
            f"{run.path.name} is being trained already", hint="Wait for it, or stop it where it was started."
        ) from error
    try:
        yield
    finally:
        lock.release()


def is_held(folder: Path) -> bool:
    """Whether some process is working on a run."""
    lock = filelock.FileLock(folder / LOCK_FILE, timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        return True
    except OSError:
        return False  # A folder that cannot be written is not being trained in.
    lock.release()
    return False


def _card_of(settings: Settings, model: str) -> ModelCard | None:
    try:
        return parts.open_weights(settings).card(model)
    except WeightsError:
        return None  # Started from random weights, a file or a run.


def _origin(start: ModelCard | None, result: Mapping[str, Any], people: int) -> tuple[str, str]:
    """(lineage, licence) of trained weights."""
    trained = f"trained here on the user's photos of {people} people"
    if start is None:
        return f"{trained}, from {result['started']}", "the user's own"
    return f"{trained}, from {start.name}: {start.lineage}", start.licence


def _keep_weights(folder: Path, model: Path) -> None:
    """What a later training can start from, beside the deployable network."""
    with readable_os_errors("keep the weights in", model):
        for name in KEPT_FILES:
            if (folder / name).is_file():
                shutil.copyfile(folder / name, model / name)
