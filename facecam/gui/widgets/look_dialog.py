"""Look-only dialog, in which nothing is changed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import push_button


class LookDialog(QDialog):
    """Something to look at above a row with *Close*; it deletes itself when closed.

    Args:
        title: of the window.
        size_px: (width, height).
        parent: over which it stands.

    Attributes:
        column: takes what is looked at.
    """

    def __init__(self, title: str, size_px: tuple[int, int], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.resize(*size_px)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)

    def add_foot(self, note: QWidget | None = None, *buttons: QWidget) -> None:
        """The last row: a note on the left, buttons, *Close*. To be called last: so the Tab key goes, too."""
        foot = QHBoxLayout()
        if note is not None:
            foot.addWidget(note)
        foot.addStretch(1)
        close = push_button(self.tr("&Close"), kind="primary")
        close.clicked.connect(self.accept)
        for button in (*buttons, close):
            foot.addWidget(button)
        self.column.addLayout(foot)
