"""Run view, the right side during a training and after it: progress, result, curves, log, map."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QPlainTextEdit,
    QSizePolicy,
    QWidget,
)

from facecam.core.errors import FacecamError
from facecam.core.events import Event, Metrics, Notice
from facecam.gui.core.translation import engine_text
from facecam.gui.core.window_words import without_commands
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.train.controller import EPOCH_STAGES, TrainingPace
from facecam.gui.train.results.curves import Curves
from facecam.gui.train.results.map_view import BeforeAfter
from facecam.gui.train.results.result_card import ResultCard
from facecam.gui.train.words import duration_words, stage_words
from facecam.gui.widgets.card import Card
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import below, beside, fill, held, scrolling, vertical
from facecam.gui.widgets.progress import ProgressBar

if TYPE_CHECKING:
    from facecam.engine.training_jobs.request import GalleryInfo, Projection, TrainOutcome

_MOST_LOG_LINES = 2000
_CLOCK_MS = 1000
_LEAST_LOG_PX = 96


class RunView(QWidget):
    """One training from its start to the decision; `result` has the buttons of the decision."""

    trouble_heard = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._pace = TrainingPace()
        self._stage = ""
        self._told: list[Metrics] = []
        self._past_follows = False
        self._head = label(role="heading")
        self._clock = label(role="muted")
        self._bar = ProgressBar(self.tr("Progress of the training"))
        self._progress = Card(margin_px=GRID_PX + GRID_PX // 2)
        self.result = ResultCard()
        self.curves = Curves()
        self.log = QPlainTextEdit(readOnly=True)
        self.log.setMaximumBlockCount(_MOST_LOG_LINES)
        self.log.setAccessibleName(self.tr("Log of the training"))
        self.log.setPlaceholderText(self.tr("What happens is written here."))
        self.map = BeforeAfter()
        self._ticker = QTimer(self, interval=_CLOCK_MS)
        self._ticker.timeout.connect(self._show_clock)
        # Inside a card the frame of the field would be a second one.
        self.log.setFrameShape(QFrame.Shape.NoFrame)
        self.log.setMinimumHeight(_LEAST_LOG_PX)
        self.log.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._arrange()

    def begin(self, pace: TrainingPace, *, curves: bool, past_follows: bool = False) -> None:
        """A training starts; a layer that is found in one go has no curves, one that goes on has some already."""
        self._past_follows = past_follows
        self._curve_card.setVisible(curves)
        self._pace, self._stage, self._told = pace, "", []
        self.curves.clear()
        self.log.clear()
        self.result.hide()
        self._map_card.hide()
        self._progress.show()
        self._head.setText(self.tr("Starting…"))
        self._bar.show_progress()
        self._ticker.start()
        self._show_clock()

    def show_past(self, told: Sequence[Metrics]) -> None:
        """What a continued training told before it was stopped; what it tells now comes after it."""
        earlier, self._told, self._past_follows = self._told, [], False
        self.curves.show_past(told)
        for event in earlier:
            self.curves.hear(event)

    def hear(self, event: Event) -> None:
        """An event of the training."""
        if isinstance(event, Metrics):
            self.curves.hear(event)
            if self._past_follows:
                self._told.append(event)
        elif isinstance(event, Notice):
            self._write(engine_text(event.text))
            # What asks for something to be done, here and not in a terminal, is more than a line of the log.
            if event.hint and without_commands(event.hint) == event.hint:
                self._write(f"    {engine_text(event.hint)}")
                self.trouble_heard.emit(event)

    def show_progress(self, stage: str, done: int, total: int) -> None:
        """How far the present stage is."""
        if stage != self._stage:
            self._stage = stage
            if stage not in EPOCH_STAGES:
                self._write(stage_words(stage))
        self._head.setText(self._head_words(stage, done, total))
        if stage in EPOCH_STAGES and self._pace.epochs:
            self._bar.show_progress(round(1000 * self._pace.share), 1000)
        else:
            # What is done, and yet goes on, moves.
            self._bar.show_progress(done, total if done < total else 0)
        self._show_clock()

    def show_stopping(self) -> None:
        """Stop was pressed."""
        self._head.setText(self.tr("Stopping after the present step…"))

    def show_outcome(self, outcome: TrainOutcome) -> None:
        """It has ended."""
        self._end()
        self.result.show_outcome(outcome)
        self.result.show()

    def show_fault(self, error: FacecamError, *, resumable: bool) -> None:
        """It has failed."""
        self._end()
        self._write(f"{engine_text(error.message)}: {engine_text(error.hint)}")
        self.result.show_fault(error, resumable=resumable)
        self.result.show()

    def show_projections(self, before: Projection, after: Projection) -> None:
        """The maps of the photos before and after."""
        self._map_card.show()
        self.map.show_projections(before, after)

    def show_deployed(self, info: GalleryInfo) -> None:
        """The new model is in use."""
        self.result.show_deployed(info.people, info.left_out)
        self._write(self.tr("{0} is in use now").format(info.model))

    def _end(self) -> None:
        self._ticker.stop()
        self._progress.hide()

    def _head_words(self, stage: str, done: int, total: int) -> str:
        if stage in EPOCH_STAGES and self._pace.epochs:
            epoch = min(self._pace.epoch + 1, self._pace.epochs)
            return self.tr("Training, epoch {0} of {1}").format(epoch, self._pace.epochs)
        words = stage_words(stage)
        return f"{words}: {done} / {total}" if total > 1 else words

    def _show_clock(self) -> None:
        remaining_s = self._pace.remaining_s(time.monotonic())
        words = self.tr("about {0} to go").format(duration_words(remaining_s)) if remaining_s else ""
        self._clock.setText(words)

    def _write(self, line: str) -> None:
        self.log.appendPlainText(f"{datetime.now():%H:%M:%S}  {line}")

    def _arrange(self) -> None:
        fill(self._progress.body, beside((self._head, 1), self._clock), self._bar)
        self._curve_card = Card(margin_px=GRID_PX + GRID_PX // 2)
        self._curve_card.body.addWidget(self.curves)
        self._map_card = Card(margin_px=GRID_PX + GRID_PX // 2)
        self._map_card.body.addWidget(self.map)
        log_card = Card(margin_px=GRID_PX + GRID_PX // 2)
        fill(log_card.body, label(self.tr("Log"), "heading"), (self.log, 1))
        lower = beside((log_card, 2), (self._map_card, 3), spacing=GRID_PX)
        parts = (self._progress, self.result, (self._curve_card, 3), (lower, 2))
        vertical(self, scrolling(held(below(*parts, margins=0, spacing=GRID_PX))), margins=0)
