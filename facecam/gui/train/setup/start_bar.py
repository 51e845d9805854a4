"""Start bar: start, stop, go on, with an honest estimate and the device on the button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from facecam.gui.core.translation import engine_text
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.train.words import duration_words, preset_words
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import beside, vertical

if TYPE_CHECKING:
    from facecam.engine.training_jobs.request import RunSummary, TimeEstimate


class StartBar(QWidget):
    """One main button, and a second to continue an unfinished run."""

    resume_wanted = Signal(object)
    #: It grew or shrank.
    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._estimate: TimeEstimate | None = None
        self._pending = False
        self._blocked = self.tr("One moment…")
        self._running = self._stopping = False
        self._run: RunSummary | None = None
        tip = self.tr("Train a new model; the model in use stays until you decide")
        self.start_button = push_button("", tip, icon="play", kind="primary")
        self.stop_button = push_button(
            self.tr("&Stop"), self.tr("Ends after the present step; it can be continued")
        )
        self.resume_button = push_button("", icon="undo")
        self._why = label(role="muted", wrap=True)
        self.resume_button.clicked.connect(self._on_resume)
        self._arrange()
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What floats above it makes room."""
        super().resizeEvent(event)
        self.moved.emit()

    @property
    def estimate_s(self) -> float:
        """The estimate on the button; 0 without one."""
        return 0.0 if self._estimate is None else self._estimate.seconds

    def show_estimate(self, estimate: TimeEstimate | None, *, pending: bool = False) -> None:
        """Put the time on the button and the device above it; None: not known, but soon if `pending`."""
        self._estimate, self._pending = estimate, pending
        self._refresh()

    def block(self, why: str) -> None:
        """Say why no training can start; empty: it can."""
        self._blocked = why
        self._refresh()

    def show_resumable(self, run: RunSummary | None) -> None:
        """Offer to continue a run."""
        self._run = run
        self._refresh()

    def show_running(self, running: bool, stopping: bool) -> None:
        """Whether a training is under way, and asked to end."""
        self._running, self._stopping = running, stopping
        self._refresh()

    def _refresh(self) -> None:
        self.start_button.setVisible(not self._running)
        self.start_button.setEnabled(not self._blocked)
        self.start_button.setText(self._start_words())
        self.stop_button.setVisible(self._running)
        self.stop_button.setEnabled(not self._stopping)
        self.stop_button.setText(self.tr("Stopping…") if self._stopping else self.tr("&Stop"))
        self._refresh_resume()
        why = self._blocked
        if not why and self._estimate is not None:
            why = f"{self._estimate.device} · {engine_text(self._estimate.why)}"
        elif not why and self._pending:
            why = self.tr("How long it takes is being estimated…")
        self._why.setText(why)
        self._why.setVisible(bool(why) and not self._running)

    def _refresh_resume(self) -> None:
        run = self._run
        self.resume_button.setVisible(run is not None and not self._running)
        if run is not None:
            words = self.tr("Co&ntinue {0} (epoch {1} of {2})")
            self.resume_button.setText(words.format(preset_words(run.preset), run.epoch, run.epochs))
            self.resume_button.setToolTip(self.tr("Goes on where {0} ended").format(run.folder.name))

    def _start_words(self) -> str:
        if self._estimate is None or self._blocked:
            return self.tr("&Start")
        return self.tr("&Start · about {0}").format(duration_words(self._estimate.seconds))

    def _on_resume(self) -> None:
        if self._run is not None:
            self.resume_wanted.emit(self._run)

    def _arrange(self) -> None:
        row = beside((self.start_button, 1), (self.stop_button, 1), spacing=GRID_PX)
        # The button stays at the edge, under the mouse, when the reason comes or goes.
        vertical(self, self._why, self.resume_button, row, margins=0, spacing=GRID_PX // 2)
