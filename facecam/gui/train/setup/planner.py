"""Training planner: what there is to train on, with which options, how long it takes, and whether it may start."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from facecam.core.errors import FacecamError
from facecam.core.events import Event, Progress
from facecam.gui.core.context import AppContext
from facecam.gui.core.jobs import no_job
from facecam.gui.core.translation import engine_text
from facecam.gui.train.controller import TrainingPace
from facecam.gui.train.data.warnings_dialog import WarningsDialog
from facecam.gui.train.engine_service import EngineTrainService
from facecam.gui.train.setup.side_panel import TrainingSidePanel

if TYPE_CHECKING:
    from facecam.engine.training_jobs.request import DataSummary, TimeEstimate, TrainRequest

#: Typing settles before the estimate is made anew.
_SETTLE_MS = 250
_LEAST_PEOPLE, _LEAST_PHOTOS = 2, 2


class Planner(QObject):
    """Looks at the photos when they may have changed, and keeps the left side up to date.

    Args:
        context: runs jobs.
        service: the engine.
        side: the left side.
        parent: owner; callbacks end with it.
    """

    summary_taken = Signal(object)

    def __init__(
        self, context: AppContext, service: EngineTrainService, side: TrainingSidePanel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._context, self._service, self._side = context, service, side
        self._summary: DataSummary | None = None
        self._stale, self._active, self._training = True, False, False
        self._photos = 0
        self._survey = no_job()
        self._soon = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._soon.timeout.connect(self._estimate)
        side.data.refresh_wanted.connect(self.look)
        side.data.warnings_wanted.connect(self._show_warnings)
        side.options_changed.connect(self._on_options)
        for changed in (context.people_changed, context.settings_changed):
            changed.connect(self._on_photos_changed)
        self._load_presets()

    def set_active(self, active: bool) -> None:
        """Whether the tab is shown: only then are changed photos looked at."""
        self._active = active
        self._look_if_stale()

    def set_training(self, training: bool) -> None:
        """While a training runs the photos are left alone."""
        self._training = training
        self._look_if_stale()

    def look(self) -> None:
        """Look at the photos now."""
        if self._survey.pending or self._training:
            return
        self._stale, self._photos = False, 0
        self._survey = self._context.run(
            self._service.survey,
            done=self._on_summary,
            failed=self._on_failed,
            cancelled=self._on_cancelled,
            on_event=self._on_event,
            owner=self,
        )
        self._side.data.show_progress(0, 0)
        self._refresh_start()

    def request(self) -> tuple[TrainRequest, TrainingPace] | None:
        """What Start would do, and what is known of its pace; None while it may not start."""
        from facecam.engine.training_jobs.request import TrainRequest

        options, preset = self._side.options, self._side.presets.preset
        if options is None or preset is None or self.why_blocked():
            return None
        self._survey.cancel()  # The training looks at the rest itself; what was seen is remembered.
        epochs = sum(phase.options(options).epochs for phase in preset.phases) or options.epochs
        if options.method == "head":
            epochs = 0  # It has none: how far it is nobody knows.
        # The window shows both figures and asks; only the command line decides by itself.
        request = TrainRequest(options=replace(options, deploy="never"), preset=preset.name)
        return request, TrainingPace(self._side.start.estimate_s, epochs=epochs)

    def why_blocked(self) -> str:
        """Why no training can start; empty: it can."""
        if self._survey.pending:
            # Whoever cannot wait finds out by the training whether these are enough.
            if self._photos < _LEAST_PEOPLE * _LEAST_PHOTOS:
                return self.tr("The photos are being looked at.")
        elif self._summary is None:
            return self.tr("The photos have not been looked at.")
        elif sum(one.usable >= _LEAST_PHOTOS for one in self._summary.people) < _LEAST_PEOPLE:
            return self.tr("It takes two people with two usable photos each.")
        if self._side.options is None:
            return self._side.error_text or self.tr("One moment…")
        return ""

    # ------------------------------------------------------------------ photos

    def _look_if_stale(self) -> None:
        if self._active and self._stale:
            self.look()

    def _on_photos_changed(self) -> None:
        self._stale = True
        self._look_if_stale()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._side.data.show_progress(event.done, event.total)
            if event.stage == "photos" and not self._photos:
                self._photos = event.total
                self._refresh_start()

    def _on_summary(self, summary: DataSummary) -> None:
        self._summary = summary
        self._side.data.show_summary(summary)
        self._side.presets.show_data(summary.people_count, summary.photos_count)
        self.summary_taken.emit(summary)
        self._refresh_start()
        self._estimate()
        self._look_if_stale()

    def _on_failed(self, error: FacecamError) -> None:
        self._summary = None
        self._side.data.show_failure(f"{engine_text(error.message)}. {engine_text(error.hint)}")
        self._refresh_start()

    def _on_cancelled(self) -> None:
        self._stale = True
        self._side.data.show_stopped()
        self._refresh_start()

    def _show_warnings(self, kind: str) -> None:
        if self._summary is not None:
            chosen = [one for one in self._summary.warnings if one.kind == kind]
            WarningsDialog(self._context, self._service, chosen, self._side.window()).open()

    # ------------------------------------------------------------------ options and time

    def _load_presets(self) -> None:
        self._context.run(
            lambda on_event, cancel: self._service.presets(), done=self._side.presets.show_presets, owner=self
        )

    def _on_options(self) -> None:
        self._side.start.show_estimate(None, pending=self._summary is not None)
        self._refresh_start()
        self._soon.start()

    def _refresh_start(self) -> None:
        self._side.start.block(self.why_blocked())

    def _estimate(self) -> None:
        options, summary = self._side.options, self._summary
        if options is None or summary is None or not summary.usable_count:
            self._side.start.show_estimate(None)
            return

        def show(estimate: TimeEstimate) -> None:
            # Trying a graphics card takes so long that others are in force.
            if options == self._side.options:
                self._side.start.show_estimate(estimate)

        self._context.run(
            lambda on_event, cancel: self._service.estimate(options, summary),
            done=show,
            owner=self,
        )
