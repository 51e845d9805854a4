"""Self-test controller: runs the test on one's own people and stores its threshold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QProgressDialog

from facecam.core.events import Event, Progress
from facecam.core.heap import trim_heap
from facecam.core.types import ImageArray
from facecam.gui.core.context import AppContext
from facecam.gui.core.jobs import no_job
from facecam.gui.core.translation import figure
from facecam.gui.train.data.photos_dialog import PhotosDialog
from facecam.gui.train.engine_service import EngineTrainService
from facecam.gui.train.results.plots_dialog import PlotsDialog
from facecam.gui.train.results.self_test_page import SelfTestPage

if TYPE_CHECKING:
    from facecam.engine.evaluation.open_set_report import SelfTestReport


#: What is drawn sooner needs no bar.
_PATIENCE_MS = 400


class Tester(QObject):
    """Owns the page and the job behind it.

    Args:
        context: runs jobs.
        service: the engine.
    """

    def __init__(self, context: AppContext, service: EngineTrainService) -> None:
        super().__init__()
        self._context, self._service = context, service
        self._job = no_job()
        self._score = ""
        self._plotting: QProgressDialog | None = None
        self.page = SelfTestPage()
        self.page.test_wanted.connect(self.test)
        self.page.stop_wanted.connect(self.stop)
        self.page.apply_wanted.connect(self.apply)
        self.page.photos_wanted.connect(self._show_photos)
        self.page.plots_wanted.connect(self.plot)
        context.model_changed.connect(self._on_model_changed)

    def test(self, target: float) -> None:
        """Test now."""
        if self._job.pending:
            return
        self.page.show_running()
        self._job = self._context.run(
            lambda on_event, cancel: self._service.self_test(target, on_event, cancel),
            done=self._on_report,
            ended=self.page.show_nothing,
            on_event=self._on_event,
            owner=self.page,
        )

    def stop(self) -> None:
        """Stop; what was seen of the photos is remembered."""
        self._job.cancel()

    def plot(self) -> None:
        """Draw curves, wrong pairs and maps, and show them; takes minutes where there are many photos."""
        self.page.plots_button.setEnabled(False)
        self._plotting = QProgressDialog(
            self.tr("Looking at the photos…"), self.tr("Cancel"), 0, 0, self.page.window()
        )
        self._plotting.setWindowTitle(self.tr("Plots of my people"))
        self._plotting.setAutoClose(False)
        self._plotting.setAutoReset(False)
        self._plotting.setMinimumDuration(_PATIENCE_MS)
        job = self._context.run(
            self._service.plots,
            done=self._show_plots,
            ended=self._on_plots_over,
            on_event=self._on_plots_event,
            owner=self.page,
        )
        self._plotting.canceled.connect(job.cancel)

    def apply(self, threshold: float) -> None:
        """Store the threshold that the report on the page suggests."""
        score = self._score
        self._context.run(
            lambda on_event, cancel: self._service.apply_threshold(threshold, score),
            done=lambda _: self._on_applied(threshold),
            owner=self.page,
        )

    def _on_model_changed(self) -> None:
        self.stop()
        self.page.forget()

    def _on_applied(self, threshold: float) -> None:
        self.page.show_applied(threshold)
        self._context.show_notice(
            self.tr("The threshold {0} is in use now, also by Live.").format(figure(threshold))
        )
        self._context.people_changed.emit()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.page.show_running(event.done, event.total)

    def _on_report(self, report: SelfTestReport) -> None:
        self._score = report.score
        self.page.show_report(report)

    def _show_plots(self, plots: tuple[tuple[str, ImageArray], ...]) -> None:
        dialog = PlotsDialog(plots, self.page)
        # Once it is gone, with its pictures.
        dialog.destroyed.connect(lambda: QTimer.singleShot(0, trim_heap))
        dialog.open()

    def _on_plots_event(self, event: Event) -> None:
        if self._plotting is None or not isinstance(event, Progress):
            return
        if event.stage == "plots":
            self._plotting.setLabelText(self.tr("Drawing…"))
        self._plotting.setMaximum(event.total)
        self._plotting.setValue(event.done)

    def _on_plots_over(self) -> None:
        self.page.plots_button.setEnabled(True)
        plotting, self._plotting = self._plotting, None
        if plotting is not None:
            plotting.canceled.disconnect()
            plotting.close()
            plotting.deleteLater()

    def _show_photos(self, title: str, photos: Sequence[Path]) -> None:
        PhotosDialog(self._context, self._service, title, photos, self.page).open()
