"""Card: a surface with a thin border."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame

from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.labels import set_look
from facecam.gui.widgets.layouts import vertical


class Card(QFrame):
    """A frame with a column on the grid: `body` takes the content.

    Args:
        kind: `card`, or another look of the stylesheet's frames.
        margin_px: around the content.
    """

    def __init__(self, *, kind: str = "card", margin_px: int = 2 * GRID_PX) -> None:
        super().__init__()
        self.setProperty("kind", kind)
        self.body = vertical(self, margins=margin_px, spacing=GRID_PX)


class ChoiceCard(Card):
    """A card that can be chosen by mouse, Space and Return."""

    chosen = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setProperty("hot", True)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_chosen(self, chosen: bool) -> None:
        """Show whether it is the chosen one."""
        set_look(self, "chosen", chosen)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click chooses."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit()
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Return choose."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit()
        else:
            super().keyPressEvent(event)
