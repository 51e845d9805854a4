"""Training page: what to do first, then how it goes, then what came of it."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget

from facecam.core.errors import FacecamError
from facecam.core.events import Notice
from facecam.gui.core.context import AppContext
from facecam.gui.core.translation import engine_text, sentence
from facecam.gui.train.controller import TrainController
from facecam.gui.train.engine_service import EngineTrainService
from facecam.gui.train.results.run_view import RunView
from facecam.gui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from facecam.engine.training_jobs.request import GalleryInfo, Projection, TrainOutcome

_TROUBLE = "train.trouble"


class TrainingPage(QStackedWidget):
    """Follows the controller.

    Args:
        context: runs jobs and shows messages.
        service: the engine.
        controller: the training.
    """

    def __init__(self, context: AppContext, service: EngineTrainService, controller: TrainController) -> None:
        super().__init__()
        self._context, self._service, self._controller = context, service, controller
        self._view: RunView | None = None
        self._shown: TrainOutcome | FacecamError | None = None
        self.deployed = False
        self.welcome = EmptyState("train", "")
        self.welcome.acted.connect(lambda: context.go_to("enroll"))
        self.show_welcome(enough=True)
        self.addWidget(self.welcome)
        controller.state_changed.connect(self._on_state)
        self._warm_up()

    @property
    def view(self) -> RunView:
        """Curves, log, result and map; made when first needed, since charts take their time."""
        if self._view is None:
            view, controller = RunView(), self._controller
            controller.event_heard.connect(view.hear)
            controller.progress_changed.connect(self._on_progress)
            controller.deployed.connect(self._on_deployed)
            view.result.deploy_button.clicked.connect(controller.deploy)
            view.result.keep_button.clicked.connect(controller.keep)
            view.result.try_button.clicked.connect(self._on_try)
            view.result.close_button.clicked.connect(controller.reset)
            view.trouble_heard.connect(self._on_trouble)
            self.addWidget(view)
            self._view = view
        return self._view

    def begin(self, *, curves: bool) -> None:
        """A training has been started."""
        self._context.withdraw(_TROUBLE)
        self._shown, self.deployed = None, False
        request = self._controller.request
        resumed = None if request is None else request.resume
        self.view.begin(self._controller.pace, curves=curves, past_follows=resumed is not None)
        self.setCurrentWidget(self.view)
        if resumed is not None:
            self._load_past(resumed)

    def show_in_use(self, model: str) -> None:
        """A model is in use; if it is the one just trained, there is nothing left to decide until it no longer is."""
        outcome = self._controller.outcome
        if outcome is None or self._controller.deploying or self.deployed == (outcome.model == model):
            return
        self.deployed = not self.deployed
        if self.deployed:
            self.view.result.show_in_use()
        else:
            self.view.result.show_outcome(outcome)

    def show_welcome(self, *, enough: bool) -> None:
        """What to do first, with or without enough people."""
        if enough:
            words = self.tr(
                "A training makes a new model from your photos. The model in use stays until you have seen both "
                "figures side by side and decided. Choose a card on the left, then Start."
            )
            self.welcome.set_text(self.tr("Teach it your people"), words)
            return
        self.welcome.set_text(
            self.tr("Nobody to train on yet"),
            self.tr("Enroll at least two people, with four photos each or more; ten are good."),
            self.tr("Enroll people"),
        )

    def offer_to_continue(self, possible: bool) -> None:
        """Whether a failed training can be continued."""
        error = self._controller.error
        if self._controller.state == "failed" and error is not None:
            self.view.result.show_fault(error, resumable=possible)

    def _on_state(self) -> None:
        controller = self._controller
        if controller.state == "stopping":
            self.view.show_stopping()
        elif controller.deploying:
            self.view.result.show_deploying(0, 0)
        elif controller.outcome is not None:
            self._on_outcome(controller.outcome)
        elif controller.error is not None:
            self._on_fault(controller.error)
        elif not controller.running:
            self.setCurrentWidget(self.welcome)

    def _on_outcome(self, outcome: TrainOutcome) -> None:
        if self._shown is outcome:
            if not self.deployed:
                self.view.result.show_failed_to_deploy()
            return
        self._shown = outcome
        self.view.show_outcome(outcome)
        if outcome.model is not None:
            self._load_map(outcome.run)

    def _on_fault(self, error: FacecamError) -> None:
        if self._shown is not error:
            self._shown = error
            self.view.show_fault(error, resumable=False)

    def _on_deployed(self, info: GalleryInfo) -> None:
        self.deployed = True
        self.view.show_deployed(info)
        if not self.isVisible():
            self._context.show_notice(self.tr("{0} is in use now, also by Live.").format(info.model))

    def _on_progress(self, stage: str, done: int, total: int) -> None:
        if self._controller.deploying:
            self.view.result.show_deploying(done, total)
        elif self._controller.state == "running":
            self.view.show_progress(stage, done, total)

    def _on_trouble(self, notice: Notice) -> None:
        self._context.show_warning(sentence(engine_text(notice.text)), engine_text(notice.hint), key=_TROUBLE)

    def _on_try(self) -> None:
        outcome = self._controller.outcome
        if outcome is not None and outcome.model is not None:
            self._context.go_to("live", trial=outcome.model)

    def _load_past(self, run: Path) -> None:
        """The curves of a training that goes on begin where it began."""
        self._context.run(
            lambda on_event, cancel: self._service.metrics_of(run), done=self.view.show_past, owner=self
        )

    def _load_map(self, run: Path) -> None:
        def show(maps: tuple[Projection, Projection] | None) -> None:
            if maps is not None:
                self.view.show_projections(*maps)

        self._context.run(lambda on_event, cancel: self._service.projections(run), done=show, owner=self)

    def _warm_up(self) -> None:
        """The first chart needs it; a second of importing must not hold up the window then."""

        self._context.run(lambda on_event, cancel: importlib.import_module("pyqtgraph"), owner=self)
