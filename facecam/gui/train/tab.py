"""Train tab: photos and presets on the left, training, test and earlier runs on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QStackedWidget, QWidget

from facecam.core.errors import FacecamError
from facecam.gui.core.context import AppContext
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.train.controller import TrainController, TrainingPace
from facecam.gui.train.engine_service import EngineTrainService
from facecam.gui.train.results.run_view import RunView
from facecam.gui.train.results.runs_controller import RunsController
from facecam.gui.train.results.runs_page import RunsPage
from facecam.gui.train.results.self_test_controller import Tester
from facecam.gui.train.results.training_page import TrainingPage
from facecam.gui.train.setup.planner import Planner
from facecam.gui.train.setup.side_panel import TrainingSidePanel
from facecam.gui.train.setup.strangers import StrangersFetcher
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.layouts import below, horizontal

if TYPE_CHECKING:
    from facecam.engine.training_jobs.request import DataSummary, RunSummary, TrainRequest

_GOODBYE_S = 20.0


class TrainTab(QWidget):
    """Everything about training in one place.

    Args:
        context: shared by all tabs.
        service: the engine.
    """

    def __init__(self, context: AppContext, service: EngineTrainService) -> None:
        super().__init__()
        self._context, self._service = context, service
        self.controller = TrainController(context, service, self)
        self.side = TrainingSidePanel(context.preferences)
        self.planner = Planner(context, service, self.side, self)
        self.strangers = StrangersFetcher(context, service, self.side.strangers)
        self.training = TrainingPage(context, service, self.controller)
        self.tester = Tester(context, service)
        self.runs_page = RunsPage()
        self.runs = RunsController(context, service, self.runs_page)
        self._pages = QStackedWidget()
        self._switch: dict[str, QPushButton] = {}
        self._arrange()
        self._connect()

    @property
    def run_view(self) -> RunView:
        """Curves, log, result and map of a training."""
        return self.training.view

    def activate(self, **what: object) -> None:
        """Look at the photos if they may have changed; `page` may be `training`, `test` or `runs`."""
        self.show_page(str(what.get("page", "")))
        self.planner.set_active(True)
        self.runs.load()

    def deactivate(self) -> None:
        """Another tab is shown; a training goes on."""
        self.planner.set_active(False)

    @property
    def clearance_px(self) -> int:
        """Height of the button that starts, which messages leave free, and with it those of the earlier runs."""
        return self.side.start.height() + 2 * GRID_PX

    def shut_down(self) -> None:
        """Stop a training; it can be continued after the next start."""
        self.controller.shut_down(_GOODBYE_S)
        if any(job.running for job in self._context.jobs):
            return  # It may be using what was removed: the next start tidies up.
        try:
            self._service.close()
        except FacecamError as error:
            self._context.show_error(error)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The settings use the width there is."""
        super().resizeEvent(event)
        self.side.use_width(event.size().width())

    def show_page(self, name: str) -> None:
        """`training`, `test` or `runs`; anything else stays where it is."""
        if name in self._switch:
            self._switch[name].setChecked(True)

    def start(self) -> None:
        """Train with what is chosen."""
        planned = self.planner.request()
        if planned is not None:
            self._begin(*planned)

    def resume(self, run: RunSummary) -> None:
        """Continue a run."""
        from facecam.engine.training_jobs.request import TrainRequest

        pace = TrainingPace(epoch=run.epoch, epochs=run.epochs)
        self._begin(TrainRequest(preset=run.preset, resume=run.folder), pace)

    def _begin(self, request: TrainRequest, pace: TrainingPace) -> None:
        if self.controller.running:
            return
        self.controller.start(request, pace)
        self.training.begin(curves=request.options.method != "head")
        self.show_page("training")

    def _on_state(self) -> None:
        running = self.controller.running
        self.side.start.show_running(running, self.controller.state == "stopping")
        self.side.set_locked(running)
        self.planner.set_training(running)
        if not running:
            self.runs.load()

    def _on_summary(self, summary: DataSummary) -> None:
        self.training.show_welcome(enough=summary.people_count >= 2)

    def _on_runs(self, runs: tuple[RunSummary, ...], in_use: str) -> None:
        self.training.show_in_use(in_use)
        # Only the newest: whoever trained again since has no use for an older half.
        resumable = runs[0] if runs and runs[0].resumable else None
        self.side.start.show_resumable(resumable)
        self.training.offer_to_continue(resumable is not None)

    def _connect(self) -> None:
        side, controller = self.side, self.controller
        side.data.enroll.clicked.connect(lambda: self._context.go_to("enroll"))
        side.start.start_button.clicked.connect(self.start)
        side.start.stop_button.clicked.connect(controller.stop)
        side.start.moved.connect(self._context.controls_moved)
        side.start.resume_wanted.connect(self.resume)
        self.strangers.fetched.connect(side.use_strangers)
        controller.state_changed.connect(self._on_state)
        self._context.model_changed.connect(self.runs.load)
        self.planner.summary_taken.connect(self._on_summary)
        self.runs_page.deploy_wanted.connect(controller.use)
        self.runs_page.resume_wanted.connect(self.resume)
        self.runs.loaded.connect(self._on_runs)

    # ------------------------------------------------------------------ arranging

    def _arrange(self) -> None:
        margins = (GRID_PX // 2, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        right = below(self._made_switch(), (self._pages, 1), margins=margins, spacing=GRID_PX)
        horizontal(self, self.side, (right, 1), margins=0, spacing=0)

    def _made_switch(self) -> QHBoxLayout:
        head, group = QHBoxLayout(), QButtonGroup(self)
        head.setSpacing(GRID_PX)
        for name, words, tip, page in (
            (
                "training",
                self.tr("Tra&ining"),
                self.tr("Curves, result and map of a training"),
                self.training,
            ),
            (
                "test",
                self.tr("Test on my &people"),
                self.tr("Who is known, who is confused"),
                self.tester.page,
            ),
            ("runs", self.tr("Earlier r&uns"), self.tr("All trainings so far"), self.runs_page),
        ):
            button = push_button(words, tip)
            button.setCheckable(True)
            button.toggled.connect(lambda on, page=page: self._pages.setCurrentWidget(page) if on else None)
            self._switch[name] = button
            self._pages.addWidget(page)
            group.addButton(button)
            head.addWidget(button)
        head.addStretch(1)
        self._switch["training"].setChecked(True)
        return head
