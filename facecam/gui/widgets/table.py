"""Tables to read: rows under titles, each perhaps with what it stands for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem


class Table(QTreeWidget):
    """Columns as wide as their words.

    Args:
        titles: of the columns.
        row_px: height of the rows; 0: the style's.
    """

    def __init__(self, titles: Sequence[str], row_px: int = 0) -> None:
        super().__init__()
        self._row_px = row_px
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setHeaderLabels(titles)
        self.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)

    def add_row(self, words: Sequence[str], stands_for: object = None) -> QTreeWidgetItem:
        """A row at the end; `stands_for` is its `Qt.ItemDataRole.UserRole`."""
        item = QTreeWidgetItem(words)
        item.setData(0, Qt.ItemDataRole.UserRole, stands_for)
        if self._row_px:
            # Of the last column, which is as wide as there is room.
            item.setSizeHint(len(words) - 1, QSize(0, self._row_px))
        self.addTopLevelItem(item)
        return item
