"""Empty state: what a place shows while it has nothing to show."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import IconLabel, label
from facecam.gui.widgets.layouts import beside, fill, vertical

_ICON_PX = 56
_TEXT_WIDTH_PX = 440


class EmptyState(QWidget):
    """An icon, what is missing, what to do next, and the button for it.

    Args:
        icon: file in `assets/icons` without ending.
        title: what is missing, a few words.
        text: what to do next, a sentence or two.
        action: words of the button; none without.
    """

    acted = Signal()

    def __init__(self, icon: str, title: str, text: str = "", action: str = "") -> None:
        super().__init__()
        self._icon = IconLabel(icon, _ICON_PX)
        self._title = label(title, "heading", wrap=True)
        self._text = label(text, "muted", wrap=True)
        self.button = push_button(action, kind="primary")
        self.button.clicked.connect(self.acted)
        self._arrange()
        self.set_text(title, text, action)

    def set_text(self, title: str, text: str = "", action: str = "") -> None:
        """Say something else in the same place."""
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.button.setText(action)
        self.button.setVisible(bool(action))
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)

    def set_icon(self, name: str) -> None:
        """Show another icon."""
        self._icon.show_icon(name)

    def _arrange(self) -> None:
        buttons = beside(0, self.button, 0, spacing=GRID_PX)
        column = vertical(self, 2, margins=3 * GRID_PX, spacing=GRID_PX)
        for part in (self._icon, self._title, self._text):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            part.setMaximumWidth(_TEXT_WIDTH_PX)
            column.addLayout(_centered(part))
        column.addSpacing(GRID_PX)
        fill(column, buttons, 3)


def _centered(part: QWidget) -> QHBoxLayout:
    return beside(1, (part, 100), 1)
