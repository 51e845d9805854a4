"""First paint of a window, as a signal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget


class FirstPaint(QObject):
    """Calls back once, after the first paint has been handed to the screen."""

    def __init__(self, window: QWidget, painted: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._painted = window, painted
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Wait for the first paint event of the window itself."""
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            # In the next turn of the event loop: then the backing store has been flushed.
            QTimer.singleShot(0, self._painted)
        return False
