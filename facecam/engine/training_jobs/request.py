"""Training request and outcome: the values between engine, command line and window."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from facecam.core.config import Settings
from facecam.core.events import CancelToken, EventSink, Notice
from facecam.core.types import FloatArray
from facecam.engine.audit.findings import Finding, PersonHealth
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import NETWORK_PRESET
from facecam.training.gate.strangers import StrangersReport
from facecam.training.gate.verification import GateReport


@dataclass(frozen=True, slots=True)
class TrainingWork:
    """What every step of a training is given.

    Attributes:
        settings: folders, detector, device, the model in use.
        on_event: gets progress and notices.
        cancel: asked between photos or batches.
    """

    settings: Settings
    on_event: EventSink
    cancel: CancelToken


@dataclass(frozen=True, slots=True)
class TrainRequest:
    """One training.

    Attributes:
        options: of all phases.
        preset: name of the preset, whose phases are used.
        name: of the model to be made; None: from preset and number.
        resume: folder of a run to be continued; the other fields then come from there.
        tfrecords: folder of TFRecord files to train on instead of `data/`.
    """

    options: TrainOptions = field(default_factory=TrainOptions)
    preset: str = NETWORK_PRESET
    name: str | None = None
    resume: Path | None = None
    tfrecords: Path | None = None


@dataclass(frozen=True, slots=True)
class DataSummary:
    """All photos in `data/`.

    Attributes:
        people: by name.
        warnings: of everybody, and those about two people; nothing is ever changed or deleted.
        digest: of all photos and names: equal digests, equal data.
    """

    people: tuple[PersonHealth, ...]
    warnings: tuple[Finding, ...]
    digest: str

    @property
    def people_count(self) -> int:
        """How many people."""
        return len(self.people)

    @property
    def photos_count(self) -> int:
        """How many photos."""
        return sum(person.photos for person in self.people)

    @property
    def usable_count(self) -> int:
        """How many of them can be used."""
        return sum(person.usable for person in self.people)


@dataclass(frozen=True, slots=True)
class TimeEstimate:
    """How long a training will take, roughly.

    Attributes:
        seconds: the estimate.
        device: `CPU` or `GPU …`.
        why: one sentence on why there, for people.
    """

    seconds: float
    device: str
    why: str


@dataclass(frozen=True, slots=True)
class TrainOutcome:
    """What became of a training.

    Attributes:
        run: its folder.
        model: the model in `weights/` it made; None when stopped before there was one.
        gate: the comparison with the model in use; None without photos kept aside.
        deployed: whether the new model is now in use.
        stopped: whether the user stopped it.
        notices: what should be read.
        caution: why the model should not be put in use unseen, one sentence; empty where nothing is against it.
        unusable: photos that could not be used, for want of a face or because they cannot be read.
        strangers: how it treats people it does not know, beside the model in use; None where nobody found out.
        usable: whether it can be put in use at all: without a threshold it names nobody.
    """

    run: Path
    model: str | None
    gate: GateReport | None
    deployed: bool
    stopped: bool
    notices: tuple[Notice, ...] = ()
    caution: str = ""
    unusable: int = 0
    strangers: StrangersReport | None = None
    usable: bool = True


@dataclass(frozen=True, slots=True)
class GalleryInfo:
    """The database after it was rebuilt for a model.

    Attributes:
        model: in use.
        people: how many are known.
        vectors: how many vectors they have.
        left_out: people without usable photos, by name.
    """

    model: str
    people: int
    vectors: int
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """A map of vectors.

    Attributes:
        points: float32 (N, 2).
        people: whose each point is, N names.
    """

    points: FloatArray
    people: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.points.dtype != np.float32 or self.points.shape != (len(self.people), 2):
            raise ValueError(
                f"expected points float32 ({len(self.people)}, 2). "
                f"Received: {self.points.dtype} {self.points.shape}"
            )


RunState = Literal["running", "finished", "stopped", "failed", "interrupted"]


@dataclass(frozen=True, slots=True)
class RunSummary:
    """A run as lists show it.

    Attributes:
        folder: `runs/<date>-<preset>-<n>`.
        preset: its preset.
        started: ISO 8601, UTC.
        state: `interrupted` means that the process is gone without a word.
        epoch: epochs completed.
        epochs: epochs planned; 0 for a quick training, which has none.
        model: made by it; None so far.
        people: that took part in training.
        photos: that took part, those kept aside included.
        gate: the comparison; None if there was none.
        deployed: whether its model was put in use.
        seconds: duration so far.
        resumable: whether `train --resume` can continue it.
    """

    folder: Path
    preset: str
    started: str
    state: RunState
    epoch: int
    epochs: int
    model: str | None
    people: int
    photos: int
    gate: GateReport | None
    deployed: bool
    seconds: float
    resumable: bool
