"""Runs page, the earlier trainings: what they were, how they compared, and a way to use or continue them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, Qt, Signal
from PySide6.QtWidgets import QWidget

from facecam.gui.core.translation import engine_text
from facecam.gui.train.words import duration_words, model_figure, preset_words, state_words
from facecam.gui.widgets.empty_state import EmptyState
from facecam.gui.widgets.flow_layout import FlowLayout
from facecam.gui.widgets.icon_button import offer_by_menu, push_button
from facecam.gui.widgets.layouts import below, held, stacked, vertical
from facecam.gui.widgets.table import Table

if TYPE_CHECKING:
    from facecam.engine.training_jobs.request import RunSummary

_ROW_PX = 32


class RunsPage(QWidget):
    """A table of runs, newest first."""

    deploy_wanted = Signal(str)
    resume_wanted = Signal(object)
    show_wanted = Signal(object)
    try_wanted = Signal(str)
    #: Two runs or more.
    compare_wanted = Signal(object)
    delete_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._in_use = ""
        self._empty = EmptyState(
            "chart", self.tr("No training yet"), self.tr("Each training and its figures will be listed here.")
        )
        which = [self.tr("When"), self.tr("Kind"), self.tr("State")]
        how = [self.tr("New"), self.tr("Then in use"), self.tr("Model"), self.tr("Took")]
        self._table = Table(which + how, _ROW_PX)
        self._table.setAccessibleName(self.tr("Earlier trainings"))
        self._table.currentItemChanged.connect(self._refresh)
        self._table.setSelectionMode(Table.SelectionMode.ExtendedSelection)
        self._table.itemSelectionChanged.connect(self._refresh)
        self._show = push_button(self.tr("Sho&w"), self.tr("Its curves, settings and map"))
        self._compare = push_button(
            self.tr("C&ompare"),
            self.tr("Those that are marked, side by side; mark several with Ctrl or Shift"),
        )
        self._delete = push_button(
            self.tr("De&lete…"), self.tr("Delete the records; the model stays"), kind="danger"
        )
        self._resume = push_button(self.tr("&Continue"), self.tr("Goes on where it ended"))
        self._try = push_button(
            self.tr("Tr&y it live"), self.tr("Beside the model in use, before you decide")
        )
        self._deploy = push_button(
            self.tr("&Deploy this model"), self.tr("Use it from now on; the gallery is made anew")
        )
        self._buttons = (self._delete, self._compare, self._show, self._resume, self._try, self._deploy)
        self._table.itemActivated.connect(lambda *_: self._on(self._show))
        for button in self._buttons:
            button.clicked.connect(lambda _=False, button=button: self._on(button))
        offer_by_menu(self._table, self._buttons)
        self._arrange()

    def show_runs(self, runs: Sequence[RunSummary], in_use: str = "") -> None:
        """Fill the table; `in_use` is the model that Live uses."""
        self._in_use = in_use
        self._table.clear()
        for run in runs:
            self._add(run)
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

    def _add(self, run: RunSummary) -> None:
        gate = run.gate
        state = state_words(run.state)
        if run.model is not None and run.model == self._in_use:
            state = self.tr("{0}, in use").format(state)
        scores = [model_figure(one) for one in (gate.candidate, gate.deployed)] if gate else ["–", "–"]
        took = duration_words(run.seconds) if run.seconds else "–"
        words = [_when(run.started), preset_words(run.preset), state, *scores, run.model or "–", took]
        item = self._table.add_row(words, run)
        item.setToolTip(0, str(run.folder))
        if gate:
            item.setToolTip(3, engine_text(gate.text))

    @property
    def marked(self) -> tuple[RunSummary, ...]:
        """The runs that are marked, as they stand."""
        rows = sorted(self._table.selectedItems(), key=self._table.indexOfTopLevelItem)
        return tuple(item.data(0, Qt.ItemDataRole.UserRole) for item in rows)

    def _refresh(self) -> None:
        run, marked = self.chosen, self.marked
        one = run is not None and len(marked) < 2
        other = run is not None and run.model not in (None, self._in_use)
        for button in (self._deploy, self._try):
            button.setEnabled(one and other)
        self._resume.setEnabled(one and run is not None and run.resumable)
        self._show.setEnabled(one)
        self._compare.setEnabled(len(marked) > 1)
        self._delete.setEnabled(bool(marked) and all(each.state != "running" for each in marked))

    def _on(self, button: QWidget) -> None:
        run = self.chosen
        if run is None:
            return
        if button is self._deploy and run.model is not None:
            self.deploy_wanted.emit(run.model)
        elif button is self._try and run.model is not None:
            self.try_wanted.emit(run.model)
        elif button is self._resume:
            self.resume_wanted.emit(run)
        elif button is self._show:
            self.show_wanted.emit(run)
        elif button is self._compare:
            self.compare_wanted.emit(self.marked)
        elif button is self._delete:
            self.delete_wanted.emit(self.marked)

    def _arrange(self) -> None:
        self._page = held(below((self._table, 1), FlowLayout(*self._buttons), margins=0))
        self._stack = stacked(self._empty, self._page)
        vertical(self, self._stack, margins=0)


def _when(started: str) -> str:
    moment = QDateTime.fromString(started, Qt.DateFormat.ISODate)
    return (
        QLocale().toString(moment.toLocalTime(), QLocale.FormatType.ShortFormat)
        if moment.isValid()
        else started
    )
