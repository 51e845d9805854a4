"""Training service: the tab's only door to the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from facecam.core.events import CancelToken, EventSink, Metrics
from facecam.core.types import ImageArray

if TYPE_CHECKING:
    from facecam.engine.evaluation.open_set_report import SelfTestReport
    from facecam.engine.people.cures import PhotoCure
    from facecam.engine.training_jobs.history import RunComparison
    from facecam.engine.training_jobs.request import (
        DataSummary,
        GalleryInfo,
        Projection,
        RunSummary,
        TimeEstimate,
        TrainOutcome,
        TrainRequest,
    )
    from facecam.training.config.options import TrainOptions
    from facecam.training.config.preset import Preset


class TrainService(Protocol):
    """Everything here may take long: called in jobs only, never in the GUI thread."""

    def survey(self, on_event: EventSink, cancel: CancelToken) -> DataSummary:
        """The photos as they are."""

    def presets(self) -> tuple[Preset, ...]:
        """All of them, the default first."""

    def estimate(self, options: TrainOptions, summary: DataSummary) -> TimeEstimate:
        """How long a training will take, and where it will run."""

    def train(self, request: TrainRequest, on_event: EventSink, cancel: CancelToken) -> TrainOutcome:
        """Train until done or cancelled.

        Raises:
            FacecamError: what went wrong; the model in use is as it was.
        """

    def deploy(self, model: str, on_event: EventSink, cancel: CancelToken) -> GalleryInfo:
        """Use a model from now on and make the gallery anew with it."""

    def keep(self, run: Path) -> None:
        """Note that a run's model is not to be used."""

    def runs(self) -> tuple[RunSummary, ...]:
        """All trainings so far, newest first."""

    def metrics_of(self, run: Path) -> tuple[Metrics, ...]:
        """The figures of a run, in the order in which they came."""

    def options_of(self, run: Path) -> Mapping[str, str]:
        """The settings of a run, by name."""

    def compare(self, runs: Sequence[Path]) -> RunComparison:
        """Runs side by side."""

    def delete_run(self, run: Path) -> None:
        """Delete a run for good; the model that it made stays."""

    def model_in_use(self) -> str:
        """The name of the model that Live uses."""

    def projections(self, run: Path) -> tuple[Projection, Projection] | None:
        """The maps of the vectors before and after; None where none were drawn."""

    def self_test(self, target: float, on_event: EventSink, cancel: CancelToken) -> SelfTestReport:
        """Test on the people in `data/`; `target` is the share of strangers' photos that may get a name."""

    def apply_threshold(self, threshold: float, score: str = "squared_l2") -> None:
        """Store a threshold with the database; `score`: what it is one of, see `SelfTestReport`."""

    def plots(self, on_event: EventSink, cancel: CancelToken) -> tuple[tuple[str, ImageArray], ...]:
        """Curves, wrong pairs and maps of the photos in `data/`, by name."""

    def small_picture(self, photo: Path) -> ImageArray | None:
        """A small picture of a photo; None if it cannot be read."""

    def face_picture(self, photo: Path) -> ImageArray | None:
        """A small picture of the face in a photo of the library; of the photo if it has none; None if unreadable."""

    def mend(self, cure: PhotoCure) -> Callable[[], object]:
        """Do what was offered about photos; returns what takes it back."""

    def close(self) -> None:
        """Delete for good what was removed; quick, called when the window closes."""
