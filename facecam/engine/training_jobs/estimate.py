"""Estimate of a training's duration: from what trainings took on this device, a second of trying, or a table."""

from __future__ import annotations

import contextlib
import os
import statistics
import tempfile
import threading
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import DataError, FacecamError
from facecam.core.events import NEVER, CancelToken, Event, Metrics
from facecam.core.extras import why_no_card
from facecam.core.private import make_private_folder
from facecam.engine.places import user_cache_folder
from facecam.engine.runs.people import document_of
from facecam.engine.training_jobs.request import DataSummary, TimeEstimate
from facecam.engine.training_jobs.worker_process import train_in_child
from facecam.runtime.compiled import processor_name, processor_precisions
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import Preset
from facecam.training.data.chips import write_chip
from facecam.training.data.sample import Sample
from facecam.training.data.split import Split
from facecam.training.run.folder import RunFolder, write_json
from facecam.training.trainer.records import column, read_metrics

#: Forward and backward pass of one picture on one core in float32, ms, by backbone at its own input size. dlib-resnet,
#: resnet50 and resnet8-crops were measured, the others follow from their multiplications.
_STEP_MS: Final = {
    "resnet50": 195.0,
    "resnet8": 3.0,
    "resnet8-crops": 13.0,
    "resnet18": 70.0,
    "resnet34": 135.0,
    "resnet101": 370.0,
    "inception-v3": 240.0,
    "inception-resnet-v1": 160.0,
    "inception-resnet-v2": 360.0,
    "squeezenet": 35.0,
    "mobilefacenet": 65.0,
    "dfc-vae": 25.0,
    "dlib-resnet": 55.0,
    "tiny": 1.0,
}
#: Input sizes other than 112 px.
_OWN_PX: Final = {
    "resnet8": 64,
    "resnet8-crops": 128,
    "inception-v3": 139,
    "inception-resnet-v1": 160,
    "inception-resnet-v2": 139,
    "dlib-resnet": 150,
    "dfc-vae": 64,
}
_BFLOAT16_GAIN: Final = 2.5
#: Of a step in which most layers only compute forwards.
_FROZEN_SHARE: Final = 0.5
#: Starting the process, comparing and rebuilding, s.
_AROUND_S: Final = 40.0
_HEAD_S_PER_PHOTO: Final = 0.05
#: Looking at a photo for the first time, s, on one core.
_PHOTO_S: Final = 0.25
#: What a trial on noise does without.
_OF_A_TRIAL: Final[dict[str, Any]] = {
    "start": "random",
    "epochs": 1000,
    "batches_per_epoch": 500,
    "max_minutes": 3.0,
    "pool": "online",
    "anchor_weight": 0.0,
    "generic_faces": None,
    "interpolation": "off",
    "tensorboard": False,
    "wandb": False,
}
#: One trial at a time, however quickly somebody changes options.
_TRYING: Final = threading.Lock()
#: First steps, which take longer, and how long the others are watched.
_WARM_UP_STEPS: Final = 2
_WATCHED_S: Final = 1.0


class Pace(NamedTuple):
    """How fast a network learns here: `CPU` or `GPU …`, a sentence on why there, ms per photo."""

    device: str
    why: str
    photo_ms: float


def estimate(
    settings: Settings, options: TrainOptions, summary: DataSummary, *, cancel: CancelToken = NEVER
) -> TimeEstimate:
    """How long, where, and why there; a graphics card nobody has measured yet is tried for a second.

    Args:
        settings: device.
        options: what is trained.
        summary: on what.
        cancel: ends the trial.
    """
    cores = max(1, os.cpu_count() or 1)
    photos = max(1, round(summary.usable_count * (1 - options.hold_out_share)))
    prepare_s = summary.photos_count * _PHOTO_S / cores
    if options.method == "head":
        seconds = 5.0 + prepare_s + photos * _HEAD_S_PER_PHOTO
        return TimeEstimate(seconds, "CPU", "A small layer is trained on vectors: the processor is enough.")
    with _TRYING:
        pace = _kept_pace(settings, options)
        if pace is None and settings.device != "cpu" and not why_no_card():
            pace = measure_pace(settings, options, cancel)
    device, why, photo_ms = pace or _from_table(settings, options, cores)
    faces = float(photos)
    if options.batches_per_epoch is not None:
        everybody = sum(min(person.usable, options.photos_per_person) for person in summary.people)
        faces = options.batches_per_epoch * float(min(options.photos_in_batch, everybody))
    if options.generic_faces is not None and options.anchor_weight:
        faces *= 1 + options.generic_share
    training_s = faces * options.epochs * photo_ms / 1000
    if options.max_minutes is not None:
        training_s = min(training_s, options.max_minutes * 60)
    return TimeEstimate(_AROUND_S + prepare_s + training_s, device, why)


def _from_table(settings: Settings, options: TrainOptions, cores: int) -> Pace:
    """Where nobody has measured: what the processor would take."""
    photo_ms = _STEP_MS[options.backbone] / cores
    if options.input_px is not None:
        photo_ms *= (options.input_px / _OWN_PX.get(options.backbone, 112)) ** 2
    if options.freeze != "none":
        photo_ms *= _FROZEN_SHARE
    if options.arithmetic == "mixed_bfloat16" or (
        options.arithmetic == "auto" and "bf16" in processor_precisions()
    ):
        photo_ms /= _BFLOAT16_GAIN
    if settings.device == "cpu":
        return Pace("CPU", "Training on the processor, as asked for.", photo_ms)
    reason = why_no_card()
    if not reason:
        return Pace("CPU", "As on the processor: nobody has measured the graphics card yet.", photo_ms)
    return Pace("CPU", f"Training on the processor: {reason}.", photo_ms)


# ---------------------------------------------------------------------- measured


def measure_pace(settings: Settings, options: TrainOptions, cancel: CancelToken = NEVER) -> Pace | None:
    """Train on noise for a second, in the process and on the device of a real training; kept for the next time.

    Returns:
        How fast it went; None where it cannot be tried: the training itself will say why.

    Raises:
        Cancelled: asked to stop.
    """
    tried, enough = replace(options, **_OF_A_TRIAL), CancelToken()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        run, chip = RunFolder(Path(folder)), Path(folder) / "noise.png"
        write_chip(chip, np.random.default_rng(0).integers(0, 256, (150, 150, 3), np.uint8))
        people, photos = range(tried.people_in_batch), range(tried.photos_per_person)
        samples = tuple(Sample(f"{one}", chip, f"{one}-{two}", chip) for one in people for two in photos)
        job = {"weights": str(settings.weights), "device": settings.device, "generic": [], "name": "trial"}
        run.write_plan(Preset("trial", "", "", tried), tried, Split(samples, (), (), "photo"), job)
        try:
            result = train_in_child(run, _TrialTime(enough, cancel), enough)
        except FacecamError:
            return None
        cancel.check()
        keep_pace(settings, options, run, str(result.get("device", "CPU")))
    return _kept_pace(settings, options)


class _TrialTime:
    """Hears of steps, and stops the trial once they were watched long enough, or when somebody else stops it."""

    def __init__(self, enough: CancelToken, cancel: CancelToken) -> None:
        self._enough, self._cancel, self._since_s = enough, cancel, 0.0

    def __call__(self, event: Event) -> None:
        if isinstance(event, Metrics) and event.step > _WARM_UP_STEPS:
            self._since_s = self._since_s or time.monotonic()
        watched = self._since_s and time.monotonic() - self._since_s > _WATCHED_S
        if watched or self._cancel.cancelled:
            self._enough.cancel()


def keep_pace(settings: Settings, options: TrainOptions, run: RunFolder, device: str) -> None:
    """Remember how fast a training went on its device, for the estimates of the next."""
    rows = [row for row in read_metrics(run.metrics) if row["stage"] == "train"]
    steps_s = [after - before for before, after in pairwise(column(rows, "seconds"))][_WARM_UP_STEPS - 1 :]
    if not steps_s or statistics.median(steps_s) <= 0:
        return
    photos = min(options.photos_in_batch, len(run.read_split().train))
    entry = {"device": device, "photo_ms": statistics.median(steps_s) * 1000 / photos}
    with contextlib.suppress(DataError, OSError):  # Without it the next estimate is less exact, no more.
        make_private_folder(_pace_file().parent)
        write_json(_pace_file(), {**document_of(_pace_file()), _key(settings, options): entry})


def _pace_file() -> Path:
    return user_cache_folder().parent / "training-pace.json"


def _key(settings: Settings, options: TrainOptions) -> str:
    """All that the pace depends on."""
    names = ("backbone", "input_px", "freeze", "arithmetic", "threads", "photos_in_batch", "xla")
    where = f"{processor_name()}, {os.cpu_count()}, {settings.device}"
    return ", ".join([where, *(f"{getattr(options, name)}" for name in names)])


def _kept_pace(settings: Settings, options: TrainOptions) -> Pace | None:
    try:
        kept = document_of(_pace_file())[_key(settings, options)]
        device, photo_ms = str(kept["device"]), float(kept["photo_ms"])
    except (TypeError, KeyError, ValueError):
        return None  # Not measured, or by another version.
    where = "processor" if device == "CPU" else "graphics card"
    return Pace(device, f"Training on the {where}; its speed was measured.", photo_ms)
