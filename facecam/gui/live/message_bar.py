"""Message bar above the picture: what is amiss with the people, and the button for it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label, set_look


class MessageBar(QFrame):
    """Hidden while all is well."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._act: Callable[[], None] = _nothing
        self._text = label(wrap=True)
        self.button = push_button(" ")
        self.button.clicked.connect(self._on_clicked)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID_PX, GRID_PX // 2, GRID_PX, GRID_PX // 2)
        row.addWidget(self._text, 1)
        row.addWidget(self.button)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty while hidden."""
        return self._text.text() if not self.isHidden() else ""

    def say(
        self, text: str, action: str = "", act: Callable[[], None] | None = None, *, warning: bool = False
    ) -> None:
        """Show a line, with a button if `action` has words."""
        set_look(self, "kind", "banner-warning" if warning else "banner-info")
        self._text.setText(text)
        self._act = act or _nothing
        self.button.setText(action)
        self.button.setAccessibleName(action.replace("&", ""))
        self.button.setVisible(bool(action))
        self.show()

    def _on_clicked(self) -> None:
        self._act()


def _nothing() -> None:
    """No button, nothing to do."""
