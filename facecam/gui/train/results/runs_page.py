"""Runs page, the earlier trainings: what they were, how they compared, and a way to use or continue them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from facecam.gui.theme.theme import GRID_PX
from facecam.gui.train.words import duration_words, percent, state_words
from facecam.gui.widgets.empty_state import EmptyState
from facecam.gui.widgets.icon_button import push_button

if TYPE_CHECKING:
    from facecam.engine.training_jobs.request import RunSummary
    from facecam.training.gate.verification import ModelScores

_RATE = 0.01
_ROW_PX, _COLUMNS = 32, 7


class RunsPage(QWidget):
    """A table of runs, newest first."""

    deploy_wanted = Signal(str)
    resume_wanted = Signal(object)
    show_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._in_use = ""
        self._empty = EmptyState(
            "chart", self.tr("No training yet"), self.tr("Each training and its figures will be listed here.")
        )
        self._table = QTreeWidget()
        self._table.setRootIsDecorated(False)
        self._table.setUniformRowHeights(True)
        self._table.setAccessibleName(self.tr("Earlier trainings"))
        self._table.setHeaderLabels(
            [
                self.tr("When"),
                self.tr("Kind"),
                self.tr("State"),
                self.tr("New"),
                self.tr("Then in use"),
                self.tr("Model"),
                self.tr("Took"),
            ]
        )
        self._table.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self._table.currentItemChanged.connect(self._refresh)
        self._deploy = push_button(
            self.tr("&Deploy this model"), self.tr("Use it from now on; the gallery is made anew")
        )
        self._resume = push_button(self.tr("&Continue"), self.tr("Goes on where it ended"))
        self._map = push_button(self.tr("Show the m&ap"), self.tr("The map of the photos before and after"))
        self._deploy.clicked.connect(lambda: self._on(self._deploy))
        self._resume.clicked.connect(lambda: self._on(self._resume))
        self._map.clicked.connect(lambda: self._on(self._map))
        self._arrange()

    def show_runs(self, runs: Sequence[RunSummary], in_use: str = "") -> None:
        """Fill the table; `in_use` is the model that Live uses."""
        self._in_use = in_use
        self._table.clear()
        for run in runs:
            self._table.addTopLevelItem(self._item(run))
        self._stack.setCurrentWidget(self._page if runs else self._empty)
        first = self._table.topLevelItem(0)
        if first is not None:
            self._table.setCurrentItem(first)
        self._refresh()

    @property
    def chosen(self) -> RunSummary | None:
        """The run that is marked."""
        item = self._table.currentItem()
        run: RunSummary | None = None if item is None else item.data(0, Qt.ItemDataRole.UserRole)
        return run

    def _item(self, run: RunSummary) -> QTreeWidgetItem:
        gate = run.gate
        state = state_words(run.state)
        if run.model is not None and run.model == self._in_use:
            state = self.tr("{0}, in use").format(state)
        item = QTreeWidgetItem(
            [
                _when(run.started),
                run.preset,
                state,
                _figure(gate.candidate) if gate else "–",
                _figure(gate.deployed) if gate else "–",
                run.model or "–",
                duration_words(run.seconds) if run.seconds else "–",
            ]
        )
        item.setData(0, Qt.ItemDataRole.UserRole, run)
        item.setSizeHint(_COLUMNS - 1, QSize(0, _ROW_PX))
        item.setToolTip(0, str(run.folder))
        if gate:
            item.setToolTip(3, gate.text)
        return item

    def _refresh(self) -> None:
        run = self.chosen
        self._deploy.setEnabled(run is not None and run.model not in (None, self._in_use))
        self._resume.setEnabled(run is not None and run.resumable)
        self._map.setEnabled(run is not None and run.model is not None)

    def _on(self, button: QWidget) -> None:
        run = self.chosen
        if run is None:
            return
        if button is self._deploy and run.model is not None:
            self.deploy_wanted.emit(run.model)
        elif button is self._resume:
            self.resume_wanted.emit(run)
        elif button is self._map:
            self.show_wanted.emit(run)

    def _arrange(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(GRID_PX)
        foot.addStretch(1)
        for button in (self._map, self._resume, self._deploy):
            foot.addWidget(button)
        self._page = QWidget()
        column = QVBoxLayout(self._page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._table, 1)
        column.addLayout(foot)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)


def _figure(scores: ModelScores) -> str:
    tar = scores.tar_at_far.get(_RATE)
    return f"{scores.auc:.4f}" if tar is None else percent(tar)


def _when(started: str) -> str:
    moment = QDateTime.fromString(started, Qt.DateFormat.ISODate)
    return (
        QLocale().toString(moment.toLocalTime(), QLocale.FormatType.ShortFormat)
        if moment.isValid()
        else started
    )
