"""Placeholder of the picture while there is none."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from facecam.gui.core.translation import engine_text, sentence
from facecam.gui.live.controller import RunState
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.empty_state import EmptyState
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import beside, held, vertical
from facecam.gui.widgets.progress import ProgressBar


class NoPicture(QWidget):
    """Loading, no camera, a fault with its cure, or stopped; each with what can be done."""

    def __init__(self) -> None:
        super().__init__()
        self.words = EmptyState("no-camera", "")
        self.demo = push_button(self.tr("Play the &demo clip"), self.tr("Three people, two of them known"))
        self.file = push_button(self.tr("&Open a file…"), self.tr("A video or a picture"))
        self._busy = _Busy()
        self._buttons = held(beside(1, self.demo, self.file, 1, margins=(0, GRID_PX, 0, 0)))
        column = self.words.layout()
        if isinstance(column, QVBoxLayout):  # below its own buttons, above the last stretch
            column.insertWidget(column.count() - 1, self._buttons)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.words)
        self._stack.addWidget(self._busy)

    def show_state(self, state: RunState, has_source: bool) -> None:
        """Say what is the matter.

        Args:
            state: of the source.
            has_source: whether something was chosen, so that it can be tried (again).
        """
        self._stack.setCurrentIndex(1 if state.kind == "opening" else 0)
        if state.kind == "failed":
            self.words.set_icon("no-camera")
            self.words.set_text(
                sentence(engine_text(state.text)), engine_text(state.hint), self.tr("&Try again")
            )
        elif has_source:
            self.words.set_icon("live")
            self.words.set_text(self.tr("Stopped"), "", self.tr("&Start"))
        else:
            self.words.set_icon("no-camera")
            self.words.set_text(
                self.tr("No camera was found"),
                self.tr(
                    "Plug one in and it appears by itself, or watch a video, a folder or a network camera."
                ),
            )

    @property
    def loading(self) -> bool:
        """Whether the moving bar is shown."""
        return self._stack.currentIndex() == 1


class _Busy(QWidget):
    """A bar that moves while models and source are opened."""

    def __init__(self) -> None:
        super().__init__()
        bar = ProgressBar(self.tr("Opening"), 240)
        bar.show_progress()
        words = label(self.tr("Opening the models and the source…"), "muted")
        middle = Qt.AlignmentFlag.AlignHCenter
        vertical(self, 1, (words, 0, middle), (bar, 0, middle), 1, spacing=GRID_PX)
