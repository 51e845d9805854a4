"""A line to search a list with, by keyboard too."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

_TO_LIST = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SearchLine(QLineEdit):
    """Down and Enter go to the list, Escape clears."""

    list_wanted = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """An Escape with nothing to clear is left to whoever else wants it."""
        if event.key() in _TO_LIST:
            self.list_wanted.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)
            return
        event.accept()
