"""Faces of strangers for the setting that asks for their photos: the button below it, and the job that fetches them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from facecam.core.events import Event, Progress
from facecam.gui.core.context import AppContext
from facecam.gui.core.jobs import no_job
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.train.engine_service import EngineTrainService
from facecam.gui.widgets.icon_button import IconButton, push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import below, beside, held, vertical
from facecam.gui.widgets.look_dialog import Question, show
from facecam.gui.widgets.progress import ProgressBar

if TYPE_CHECKING:
    from facecam.engine.models.portraits import Portraits


class StrangersRow(QWidget):
    """A button; while they come how far it is, and a way to stop."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.get = push_button(
            self.tr("Get &faces of strangers…"),
            self.tr(
                "Portraits everybody may use, to try trained models on people who must not be recognised"
            ),
            icon="people",
            kind="plain",
        )
        self.stop = IconButton("close", self.tr("Stop; what has come is kept"))
        self._words = label(role="muted")
        self._bar = ProgressBar(self.tr("Getting faces of strangers"))
        self._going = held(below(beside((self._words, 1), self.stop), self._bar, margins=0, spacing=0))
        vertical(self, beside(self.get, 1), self._going, margins=(0, 0, 0, GRID_PX // 2), spacing=0)
        self.show_progress(None)

    def show_progress(self, progress: Progress | None) -> None:
        """How far it is; None: nothing is being fetched."""
        self.get.setVisible(progress is None)
        self._going.setVisible(progress is not None)
        if progress is not None:
            self._words.setText(self.tr("{0} of {1} strangers").format(progress.done, progress.total or "…"))
            self._bar.show_progress(progress.done, progress.total)


class StrangersFetcher(QObject):
    """Asks, and fetches in the background: it goes on while other tabs are shown, and where it was stopped.

    Args:
        context: runs the job and says what became of it.
        service: the engine.
        row: the button.
    """

    #: Now they are all there: the folder.
    fetched = Signal(object)

    def __init__(self, context: AppContext, service: EngineTrainService, row: StrangersRow) -> None:
        super().__init__(row)
        self._context, self._service, self._row = context, service, row
        self._job = no_job()
        row.get.clicked.connect(self.ask)
        row.stop.clicked.connect(self.stop)

    def ask(self) -> None:
        """Say what would be fetched, from where, and whose it is."""
        lines = [
            self.tr(
                "Official portraits of the members of the US Congress: some 540 people, one photo each, 40 MB, from "
                "unitedstates.github.io. They are in the public domain: everybody may use them."
            ),
            self.tr(
                "A trained model is then tried on them: none of them may get the name of one of your people. "
                "They are not enrolled."
            ),
            self.tr(
                "It takes some minutes, and goes on in the background; what has come is not fetched again."
            ),
        ]
        question = Question(
            self.tr("Get faces of strangers?"), lines, self.tr("&Get them"), "primary", self._row.window()
        )
        question.accept_button.setDefault(True)
        question.accept_button.setFocus()
        show(question, self.fetch)

    def fetch(self) -> None:
        """Fetch those that are not there yet."""
        if self._job.pending:
            return
        words = self.tr("Getting faces of strangers")
        self._row.show_progress(Progress("portraits", 0, 0))
        self._job = self._context.run(
            self._service.fetch_strangers,
            done=self._on_done,
            ended=lambda: self._row.show_progress(None),
            on_event=self._on_event,
            owner=self,
            busy=("strangers", words),
        )

    def stop(self) -> None:
        """Not now."""
        self._job.cancel()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._row.show_progress(event)

    def _on_done(self, found: Portraits) -> None:
        self._context.show_notice(
            self.tr("Faces of %n stranger(s) are there; trained models are tried on them.", "", found.people)
        )
        self.fetched.emit(found.folder)
