"""The Train tab: photos and presets on the left, training, test and earlier runs on the right."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from facecam.core.errors import FacecamError
from facecam.core.events import CancelToken, Event, EventSink, Notice, Progress
from facecam.gui.context import AppContext
from facecam.gui.theme import GRID_PX
from facecam.gui.train.controller import Pace, TrainController
from facecam.gui.train.run_view import RunView
from facecam.gui.train.runs_page import RunsPage
from facecam.gui.train.service import TrainService
from facecam.gui.train.side_panel import SidePanel
from facecam.gui.train.tester import Tester
from facecam.gui.train.warnings_dialog import WarningsDialog
from facecam.gui.translate import engine_text
from facecam.gui.widgets.empty_state import EmptyState
from facecam.gui.widgets.icon_button import push_button

if TYPE_CHECKING:
    from facecam.engine.training_words import (
        DataSummary,
        GalleryInfo,
        Projection,
        RunSummary,
        TimeEstimate,
        TrainRequest,
    )
    from facecam.training.preset import Preset

#: Typing settles before the estimate is made anew.
_SETTLE_MS = 250
_GOODBYE_S = 20.0
_COLLAPSE_KEY = "train.trouble"


class TrainTab(QWidget):
    """Everything about training in one place.

    Args:
        context: shared by all tabs.
        service: the engine.
    """

    def __init__(self, context: AppContext, service: TrainService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._service = context, service
        self._summary: DataSummary | None = None
        self._stale = True
        self._surveying = False
        self._active = False
        self.controller = TrainController(context, service, self)
        self.side = SidePanel()
        self._run_view: RunView | None = None
        self.tester = Tester(context, service)
        self.runs_page = RunsPage()
        self.welcome = EmptyState("train", "")
        self._show_welcome(enough=True)
        self._training = QStackedWidget()
        self._pages = QStackedWidget()
        self._switch: dict[str, QPushButton] = {}
        self._soon = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._soon.timeout.connect(self._estimate)
        self._arrange()
        self._connect()
        self._load_presets()
        self._warm_up()

    @property
    def run_view(self) -> RunView:
        """The right side of a training; made when first needed, since charts take their time."""
        if self._run_view is None:
            view = self._run_view = RunView()
            controller = self.controller
            controller.event_heard.connect(view.hear)
            controller.progress_changed.connect(self._on_progress)
            controller.deployed.connect(self._on_deployed)
            view.result.deploy_wanted.connect(controller.deploy)
            view.result.keep_wanted.connect(controller.keep)
            view.result.close_wanted.connect(controller.reset)
            view.trouble_heard.connect(self._on_trouble)
            self._training.addWidget(view)
        return self._run_view

    # ------------------------------------------------------------------ what the window asks

    def activate(self, **what: object) -> None:
        """Look at the photos if they may have changed; `page` may be `training`, `test` or `runs`."""
        self._active = True
        self.show_page(str(what.get("page", "")))
        if self._stale:
            self._survey()
        self._load_runs()

    def deactivate(self) -> None:
        """Another tab is shown; a training goes on."""
        self._active = False

    def shut_down(self) -> None:
        """Stop a training; it can be continued after the next start."""
        self.controller.shut_down(_GOODBYE_S)

    def show_page(self, name: str) -> None:
        """`training`, `test` or `runs`; anything else stays where it is."""
        if name in self._switch:
            self._switch[name].setChecked(True)

    # ------------------------------------------------------------------ photos

    def _survey(self) -> None:
        if self._surveying or self.controller.running:
            return
        self._surveying, self._stale = True, False
        self.side.data.show_progress(0, 0)
        self._refresh_start()
        self._context.run(
            self._service.survey,
            done=self._on_summary,
            failed=self._on_survey_failed,
            cancelled=self._on_survey_cancelled,
            on_event=self._on_survey_event,
            owner=self,
            name=self.tr("Looking at the photos"),
        )

    def _on_survey_event(self, event: Event) -> None:
        if isinstance(event, Progress) and self._surveying:
            self.side.data.show_progress(event.done, event.total)

    def _on_summary(self, summary: DataSummary) -> None:
        self._surveying, self._summary = False, summary
        self.side.data.show_summary(summary)
        self._show_welcome(enough=summary.people_count >= 2)
        self._refresh_start()
        self._estimate()
        if self._stale and self._active:
            self._survey()

    def _show_welcome(self, *, enough: bool) -> None:
        if enough:
            self.welcome.set_text(self.tr("Teach it your people"), self._welcome_words())
        else:
            self.welcome.set_text(
                self.tr("Nobody to train on yet"),
                self.tr("Enroll at least two people, with four photos each or more; ten are good."),
                self.tr("&Enroll people"),
            )

    def _on_survey_failed(self, error: FacecamError) -> None:
        self._surveying, self._summary = False, None
        self.side.data.show_failure(f"{engine_text(error.message)}. {engine_text(error.hint)}")
        self._refresh_start()

    def _on_survey_cancelled(self) -> None:
        self._surveying, self._stale = False, True

    def _on_people_changed(self) -> None:
        self._stale = True
        if self._active:
            self._survey()

    def _show_warnings(self, kind: str) -> None:
        if self._summary is not None:
            chosen = [one for one in self._summary.warnings if one.kind == kind]
            WarningsDialog(self._context, self._service, chosen, self).open()

    # ------------------------------------------------------------------ presets and estimate

    def _load_presets(self) -> None:
        self._context.run(
            lambda on_event, cancel: self._service.presets(),
            done=self._on_presets,
            owner=self,
            name="presets",
        )

    def _warm_up(self) -> None:
        """The first chart needs it; a second of importing must not hold up the window then."""

        def work(on_event: EventSink, cancel: CancelToken) -> None:
            importlib.import_module("pyqtgraph")

        self._context.run(work, done=lambda _: None, owner=self, name="charts")

    def _on_presets(self, presets: tuple[Preset, ...]) -> None:
        self.side.presets.show_presets(presets)

    def _on_options(self) -> None:
        self._refresh_start()
        self._soon.start()

    def _estimate(self) -> None:
        options, summary = self.side.options, self._summary
        if options is None or summary is None or not summary.usable_count:
            self.side.start.show_estimate(None)
            return
        self._context.run(
            lambda on_event, cancel: self._service.estimate(options, summary),
            done=self._on_estimate,
            owner=self,
            name="estimate",
        )

    def _on_estimate(self, estimate: TimeEstimate) -> None:
        self.side.start.show_estimate(estimate)

    def _refresh_start(self) -> None:
        self.side.start.block(self._why_blocked())

    def _why_blocked(self) -> str:
        if self._surveying:
            return self.tr("The photos are being looked at.")
        if self._summary is None:
            return self.tr("The photos have not been looked at.")
        trainable = sum(person.usable >= 2 for person in self._summary.people)
        if trainable < 2:
            return self.tr("It takes two people with two usable photos each.")
        if self.side.options is None:
            return self.side.error_text or self.tr("One moment…")
        return ""

    # ------------------------------------------------------------------ a training

    def start(self) -> None:
        """Train with what is chosen."""
        from facecam.engine.training_words import TrainRequest

        options, preset = self.side.options, self.side.presets.preset
        if options is None or preset is None or self._why_blocked():
            return
        # The window shows both figures and asks; only the command line decides by itself.
        request = TrainRequest(options=replace(options, deploy="never"), preset=preset.name)
        epochs = sum(phase.options(options).epochs for phase in preset.phases) or options.epochs
        self._begin(request, Pace(self.side.start.estimate_s, epochs=epochs))

    def resume(self, run: RunSummary) -> None:
        """Continue a run."""
        from facecam.engine.training_words import TrainRequest

        pace = Pace(epoch=run.epoch, epochs=run.epochs)
        self._begin(TrainRequest(preset=run.preset, resume=run.folder), pace)

    def _begin(self, request: TrainRequest, pace: Pace) -> None:
        self._context.withdraw(_COLLAPSE_KEY)
        view = self.run_view
        self.controller.start(request, pace)
        view.begin(self.controller.pace, curves=request.options.method != "head")
        self._training.setCurrentWidget(self.run_view)
        self.show_page("training")

    def _on_state(self) -> None:
        controller = self.controller
        running = controller.running
        self.side.start.show_running(running, controller.state == "stopping")
        self.side.set_locked(running)
        if controller.state == "stopping":
            self.run_view.show_stopping()
        if controller.deploying:
            self.run_view.result.show_deploying(0, 0)
        elif controller.state in ("finished", "stopped") and controller.outcome is not None:
            self._on_ended(controller)
        elif controller.state == "stopped":
            self._training.setCurrentWidget(self.welcome)
        elif controller.state == "failed" and controller.error is not None:
            self._on_failed(controller.error)
        elif controller.state == "idle":
            self._training.setCurrentWidget(self.welcome)

    def _on_ended(self, controller: TrainController) -> None:
        assert controller.outcome is not None
        if self._shown_outcome is not controller.outcome:
            self._shown_outcome = controller.outcome
            self.run_view.show_outcome(controller.outcome)
            if controller.outcome.model is not None:
                self._load_map(controller.outcome.run)
            self._load_runs()
        elif not controller.outcome.deployed and not self._deployed_now:
            self.run_view.result.show_failed_to_deploy()

    _shown_outcome: object = None
    _shown_error: object = None
    _deployed_now = False

    def _on_failed(self, error: FacecamError) -> None:
        if self._shown_error is not error:
            self._shown_error = error
            self._load_runs()
            self.run_view.show_fault(error, resumable=False)

    def _on_deployed(self, info: GalleryInfo) -> None:
        self._deployed_now = True
        self.run_view.show_deployed(info)
        if self._pages.currentWidget() is not self._training:
            self._context.show_notice(self.tr("{0} is in use now, also by Live").format(info.model))
        self._load_runs()

    def _on_progress(self, stage: str, done: int, total: int) -> None:
        if self.controller.deploying:
            self.run_view.result.show_deploying(done, total)
        elif self.controller.state == "running":
            self.run_view.show_progress(stage, done, total)

    def _on_trouble(self, notice: Notice) -> None:
        self._context.show_warning(engine_text(notice.text), engine_text(notice.hint), key=_COLLAPSE_KEY)

    def _load_map(self, run: Path) -> None:
        self._context.run(
            lambda on_event, cancel: self._service.projections(run), done=self._on_map, owner=self, name="map"
        )

    def _on_map(self, maps: tuple[Projection, Projection] | None) -> None:
        if maps is not None:
            self.run_view.show_projections(*maps)

    # ------------------------------------------------------------------ earlier runs

    def _load_runs(self) -> None:
        self._context.run(
            lambda on_event, cancel: self._service.runs(), done=self._on_runs, owner=self, name="runs"
        )

    def _on_runs(self, runs: tuple[RunSummary, ...]) -> None:
        self.runs_page.show_runs(runs)
        newest = runs[0] if runs else None
        # Only the newest: whoever trained again since has no use for an older half.
        resumable = newest if newest is not None and newest.resumable else None
        self.side.start.show_resumable(resumable)
        if self.controller.state == "failed" and self.controller.error is not None:
            self.run_view.result.show_fault(self.controller.error, resumable=resumable is not None)

    def _show_run(self, run: RunSummary) -> None:
        self._training.setCurrentWidget(self.run_view)
        self._load_map(run.folder)
        self.show_page("training")

    # ------------------------------------------------------------------ arranging

    def _connect(self) -> None:
        side, controller = self.side, self.controller
        side.data.refresh_wanted.connect(self._survey)
        side.data.enroll_wanted.connect(lambda: self._context.go_to("enroll"))
        side.data.warnings_wanted.connect(self._show_warnings)
        side.options_changed.connect(self._on_options)
        side.start.start_wanted.connect(self.start)
        side.start.stop_wanted.connect(controller.stop)
        side.start.resume_wanted.connect(self.resume)
        controller.state_changed.connect(self._on_state)
        self.runs_page.deploy_wanted.connect(controller.use)
        self.runs_page.resume_wanted.connect(self.resume)
        self.runs_page.show_wanted.connect(self._show_run)
        self._context.people_changed.connect(self._on_people_changed)
        self._context.settings_changed.connect(self._on_people_changed)
        self.welcome.acted.connect(lambda: self._context.go_to("enroll"))

    def _arrange(self) -> None:
        self._training.addWidget(self.welcome)
        head = QHBoxLayout()
        head.setSpacing(GRID_PX)
        group = QButtonGroup(self)
        for name, words, tip, page in (
            (
                "training",
                self.tr("T&raining"),
                self.tr("Curves, result and map of a training"),
                self._training,
            ),
            (
                "test",
                self.tr("Test on &my people"),
                self.tr("Who is known, who is confused"),
                self.tester.page,
            ),
            ("runs", self.tr("Earlier &runs"), self.tr("All trainings so far"), self.runs_page),
        ):
            button = push_button(words, tip)
            button.setCheckable(True)
            self._switch[name] = button
            group.addButton(button)
            head.addWidget(button)
            self._pages.addWidget(page)
            button.toggled.connect(lambda on, page=page: self._pages.setCurrentWidget(page) if on else None)
        head.addStretch(1)
        self._switch["training"].setChecked(True)
        right = QVBoxLayout()
        right.setContentsMargins(GRID_PX // 2, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        right.setSpacing(GRID_PX)
        right.addLayout(head)
        right.addWidget(self._pages, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.side)
        row.addLayout(right, 1)

    def _welcome_words(self) -> str:
        return self.tr(
            "A training makes a new model from your photos. The model in use stays until you have seen both "
            "figures side by side and decided. Choose a card on the left, then Start."
        )
