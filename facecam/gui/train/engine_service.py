"""Training service: the tab's only door to the engine. What is heavy is imported by the first job."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale

from facecam.core.config import Settings
from facecam.core.errors import DataError, FacecamError
from facecam.core.events import CancelToken, EventSink, Metrics, ignore
from facecam.core.types import ImageArray
from facecam.engine import components
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import Preset, presets
from facecam.vision.images.read import read_picture

if TYPE_CHECKING:
    from facecam.engine.evaluation.open_set_report import SelfTestReport
    from facecam.engine.models.portraits import Portraits
    from facecam.engine.people.cures import PhotoCure, PhotoCures
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

_SMALL_PX = 192


class EngineTrainService:
    """Everything the tab asks of the engine; may take long: called in jobs only, never in the GUI thread.

    Args:
        settings: gives the settings in force.
    """

    def __init__(self, settings: Callable[[], Settings]) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._cures: list[tuple[object, PhotoCures]] = []

    def survey(self, on_event: EventSink, cancel: CancelToken) -> DataSummary:
        """The photos as they are."""
        from facecam.engine.training_jobs.survey import survey

        return survey(self._settings(), on_event, cancel)

    def presets(self) -> tuple[Preset, ...]:
        """All of them, the default first."""
        return presets()

    def estimate(self, options: TrainOptions, summary: DataSummary) -> TimeEstimate:
        """How long, and where."""
        from facecam.engine.training_jobs.estimate import estimate

        return estimate(self._settings(), options, summary)

    def train(self, request: TrainRequest, on_event: EventSink, cancel: CancelToken) -> TrainOutcome:
        """Train until done or cancelled."""
        from facecam.engine.training_jobs.run import run_training

        return run_training(self._settings(), request, on_event=on_event, cancel=cancel)

    def deploy(self, model: str, on_event: EventSink, cancel: CancelToken) -> GalleryInfo:
        """Use a model from now on."""
        from facecam.engine.training_jobs.history import deploy_model

        return deploy_model(self._settings(), model, on_event, cancel)

    def keep(self, run: Path) -> None:
        """Note that a run's model is not to be used."""
        from facecam.engine.training_jobs.history import keep

        keep(run)

    def runs(self, on_event: EventSink = ignore) -> tuple[RunSummary, ...]:
        """All trainings so far, newest first; a notice of each that cannot be read."""
        from facecam.engine.training_jobs.history import runs

        return runs(self._settings(), on_event)

    def metrics_of(self, run: Path) -> tuple[Metrics, ...]:
        """The figures of a run."""
        from facecam.engine.training_jobs.history import metrics_of

        return metrics_of(run)

    def options_of(self, run: Path) -> Mapping[str, str]:
        """The settings of a run."""
        from facecam.engine.training_jobs.history import options_of

        return options_of(run)

    def compare(self, runs: Sequence[Path]) -> RunComparison:
        """Runs side by side."""
        from facecam.engine.training_jobs.history import compare_runs

        return compare_runs(self._settings(), [str(run) for run in runs])

    def delete_run(self, run: Path) -> None:
        """Delete a run for good."""
        from facecam.engine.runs.removal import delete_run

        delete_run(self._settings(), run.name)

    def model_in_use(self) -> str:
        """The name of the model that Live uses."""
        settings = self._settings()
        return settings.model or components.open_weights(settings).deployed()

    def projections(self, run: Path) -> tuple[Projection, Projection] | None:
        """The maps before and after."""
        from facecam.engine.training_jobs.plots import read_projections

        try:
            return read_projections(run)
        except FacecamError:
            return None  # Maps were not wanted, or there was no disk space for them: said by the training.

    def fetch_strangers(self, on_event: EventSink, cancel: CancelToken) -> Portraits:
        """Fetch faces of strangers, to where trainings find them."""
        from facecam.engine.models.portraits import fetch_portraits

        return fetch_portraits(self._settings(), on_event=on_event, cancel=cancel)

    def self_test(self, target: float, on_event: EventSink, cancel: CancelToken) -> SelfTestReport:
        """Test on the people in `data/`."""
        from facecam.engine.evaluation.open_set import self_test
        from facecam.engine.evaluation.open_set_report import SelfTestOptions

        options = SelfTestOptions(target=target)
        return self_test(self._settings(), options, on_event=on_event, cancel=cancel)

    def apply_threshold(self, threshold: float, score: str = "squared_l2") -> None:
        """Store a threshold with the database; `score`: what it is one of."""
        from facecam.engine.evaluation.open_set import apply_threshold

        apply_threshold(self._settings(), threshold, score=score)

    def plots(self, on_event: EventSink, cancel: CancelToken) -> tuple[tuple[str, ImageArray], ...]:
        """Curves, wrong pairs and maps of the photos in `data/`, by name."""
        from facecam.engine.evaluation.verification_plots import own_plots

        artist = ("facecam.gui.train.results.plots_process", QLocale().name()[:2])
        return own_plots(self._settings(), on_event=on_event, cancel=cancel, artist=artist)

    def small_picture(self, photo: Path) -> ImageArray | None:
        """A small picture of a photo; None if it cannot be read."""
        try:
            return read_picture(photo, max_side_px=_SMALL_PX)
        except DataError:
            return None

    # ------------------------------------------------------------------ mending photos

    def face_picture(self, photo: Path) -> ImageArray | None:
        """A small picture of the face in a photo of the library."""
        try:
            return self._mending().face_of_photo(photo)
        except (FacecamError, ValueError):
            return self.small_picture(photo)  # Without a model, or not of the library.

    def mend(self, cure: PhotoCure) -> Callable[[], object]:
        """Do what was offered about photos."""
        return self._mending().carry_out(cure)

    def close(self) -> None:
        """Delete for good what was removed."""
        with self._lock:
            cures, self._cures = self._cures, []
        for _, one in cures:
            one.close()

    def _mending(self) -> PhotoCures:
        from facecam.engine.people.cures import PhotoCures

        settings = self._settings()
        key = (settings, settings.model or components.open_weights(settings).deployed())
        with self._lock:
            # What was done with other settings can still be taken back.
            if not self._cures or self._cures[-1][0] != key:
                self._cures.append((key, PhotoCures(settings)))
            return self._cures[-1][1]
