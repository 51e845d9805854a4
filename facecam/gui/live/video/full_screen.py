"""Full screen: the picture alone, and back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from facecam.gui.widgets.layouts import vertical


class FullScreen(QWidget):
    """A black window that borrows a widget.

    Args:
        content: what it shows; taken out of its place.
        give_back: puts it there again.
    """

    def __init__(self, content: QWidget, give_back: Callable[[], None]) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self._give_back: Callable[[], None] | None = give_back
        self.setWindowTitle("facecam")
        self.setStyleSheet("background: black;")
        vertical(self, content, margins=0)
        content.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape and F11 lead back."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F11):
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Give the widget back first: it must not die with this window."""
        give_back, self._give_back = self._give_back, None
        if give_back is not None:
            give_back()
        super().closeEvent(event)
