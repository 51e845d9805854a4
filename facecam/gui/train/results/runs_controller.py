"""Earlier trainings: read for their page, shown, compared and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from facecam.core.events import CancelToken, EventSink
from facecam.gui.core.context import AppContext
from facecam.gui.train.engine_service import EngineTrainService
from facecam.gui.train.results.run_dialogs import CompareDialog, RunDialog
from facecam.gui.train.results.runs_page import RunsPage
from facecam.gui.widgets.look_dialog import Question

if TYPE_CHECKING:
    from facecam.engine.training_jobs.request import RunSummary


class RunsController(QObject):
    """Keeps the page of earlier runs true, and does what its buttons say.

    Args:
        context: runs jobs.
        service: the engine.
        page: the list.
    """

    loaded = Signal(object, str)

    def __init__(self, context: AppContext, service: EngineTrainService, page: RunsPage) -> None:
        super().__init__(page)
        self._context, self._service, self._page = context, service, page
        page.show_wanted.connect(self.show)
        page.compare_wanted.connect(self.compare)
        page.delete_wanted.connect(self.ask_and_delete)
        page.try_wanted.connect(lambda model: context.go_to("live", trial=model))

    def load(self) -> None:
        """Read all runs anew."""
        service = self._service
        self._context.run(
            lambda on_event, cancel: (service.runs(on_event), service.model_in_use()),
            done=self._on_runs,
            on_event=self._context.show_event,
            owner=self,
        )

    def show(self, run: RunSummary) -> None:
        """The curves, settings and map of a run."""
        service = self._service
        self._context.run(
            lambda on_event, cancel: (
                service.metrics_of(run.folder),
                service.options_of(run.folder),
                service.projections(run.folder) if run.model is not None else None,
            ),
            done=lambda found: RunDialog(run.folder.name, *found, self._page.window()).open(),
            owner=self,
        )

    def compare(self, runs: Sequence[RunSummary]) -> None:
        """Runs side by side."""
        folders, service = [run.folder for run in runs], self._service
        self._context.run(
            lambda on_event, cancel: (service.compare(folders), [service.metrics_of(one) for one in folders]),
            done=lambda found: CompareDialog(*found, self._page.window()).open(),
            owner=self,
        )

    def ask_and_delete(self, runs: Sequence[RunSummary]) -> None:
        """Delete the records of runs, if that is meant."""
        lines = [
            self.tr("%n training(s) will be deleted.", "", len(runs)),
            self.tr("Curves, settings, maps and checkpoints go for good. The models they made stay."),
        ]
        if any(run.resumable for run in runs):
            lines.append(self.tr("What was not finished cannot be continued any more."))
        title, window = self.tr("Delete trainings?"), self._page.window()
        if Question(title, lines, self.tr("&Delete"), parent=window).confirmed():
            self.delete(runs)

    def delete(self, runs: Sequence[RunSummary]) -> None:
        """Delete the records of runs."""

        def work(on_event: EventSink, cancel: CancelToken) -> None:
            for run in runs:
                cancel.check()
                self._service.delete_run(run.folder)

        self._context.run(work, ended=self.load, owner=self)

    def _on_runs(self, found: tuple[tuple[RunSummary, ...], str]) -> None:
        self._page.show_runs(*found)
        self.loaded.emit(*found)
