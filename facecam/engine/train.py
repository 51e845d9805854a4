"""Training a model on the photos in `data/`, comparing it and putting it in use.

TensorFlow is only ever loaded by a child process: a crash there costs a run, never the program or the
model in use.
"""

from __future__ import annotations

from collections.abc import Callable

from facecam.engine.training_words import (
    DataSummary,
    DataWarning,
    GalleryInfo,
    PersonData,
    Projection,
    RunSummary,
    TimeEstimate,
    TrainOutcome,
    TrainRequest,
)
from facecam.training.gate import GateReport, Scores
from facecam.training.options import TrainOptions
from facecam.training.preset import Phase, Preset, presets

__all__ = [
    "DataSummary",
    "DataWarning",
    "GalleryInfo",
    "GateReport",
    "PersonData",
    "Phase",
    "Preset",
    "Projection",
    "RunSummary",
    "Scores",
    "TimeEstimate",
    "TrainOptions",
    "TrainOutcome",
    "TrainRequest",
    "presets",
]

OnFinished = Callable[[TrainOutcome | None, BaseException | None], None]
