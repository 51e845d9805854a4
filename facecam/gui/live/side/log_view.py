"""Visit log: who was seen when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStackedLayout,
    QTableView,
    QWidget,
)

from facecam.engine.visits.log import Sighting
from facecam.gui.live.times import clock, duration
from facecam.gui.theme.theme import GRID_PX, color
from facecam.gui.widgets.empty_state import EmptyState
from facecam.gui.widgets.icon_button import IconButton, offer_by_menu, push_button
from facecam.gui.widgets.layouts import below, beside, held

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class LogModel(QAbstractTableModel):
    """Visits, newest first."""

    def __init__(self) -> None:
        super().__init__()
        self._entries: Sequence[Sighting] = ()

    def show_entries(self, entries: Sequence[Sighting]) -> None:
        """Replace what is shown."""
        self.beginResetModel()
        self._entries = entries
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """A row per visit."""
        return 0 if parent.isValid() else len(self._entries)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        """Name, came, stayed."""
        return 0 if parent.isValid() else 3

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Titles of the columns."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Name"), self.tr("Came"), self.tr("Stayed"))[section]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts, tooltips, and the warm colour for strangers."""
        entry = self._entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts(entry)[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and entry.identity is None:
            return color("unknown")
        if role == Qt.ItemDataRole.ToolTipRole:
            words = [self._texts(entry)[0], entry.source]
            return "\n".join(words + ([f"{entry.percent:.0f} %"] if entry.identity else []))
        return None

    def _texts(self, entry: Sighting) -> tuple[str, str, str]:
        name = entry.identity.name if entry.identity else self.tr("unknown")
        stayed = (
            duration((entry.left - entry.came).total_seconds()) if entry.left else self.tr("here", "still")
        )
        return name, clock(entry.came), stayed


class LogView(QWidget):
    """The table, and what can be done with it."""

    def __init__(self) -> None:
        super().__init__()
        self.model = LogModel()
        self._table = QTableView()
        self._table.setModel(self.model)
        self._table.setAccessibleName(self.tr("Who was seen when"))
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.verticalHeader().hide()
        self._table.setShowGrid(False)
        self._table.setTabKeyNavigation(False)
        self._table.setWordWrap(False)
        header = self._table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for section in (1, 2):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.ResizeToContents)
        self._table.verticalHeader().setDefaultSectionSize(28)
        self.export = push_button(
            self.tr("Export…"), self.tr("Save the log as CSV for a spreadsheet"), icon="download"
        )
        self.clear = IconButton("delete", self.tr("Empty the log"))
        offer_by_menu(self._table, (self.export, self.clear))
        buttons = beside(self.export, 1, self.clear)
        self._kept = held(below((self._table, 1), buttons, margins=0, spacing=GRID_PX))
        self.off = EmptyState(
            "list",
            self.tr("No log is kept"),
            self.tr("Who was seen when is not remembered; it is forgotten with the picture."),
            self.tr("&Keep a log"),
        )
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(self._kept)
        self._pages.addWidget(self.off)
        self.show_entries(())

    @property
    def kept(self) -> bool:
        """Whether the log is shown, not that there is none."""
        return self._pages.currentWidget() is self._kept

    def set_kept(self, kept: bool) -> None:
        """Whether a log is kept at all; where it is not, that is said instead."""
        self._pages.setCurrentIndex(0 if kept else 1)

    def show_entries(self, entries: Sequence[Sighting]) -> None:
        """Show these visits."""
        self.model.show_entries(entries)
        for button in (self.export, self.clear):
            button.setEnabled(bool(entries))
