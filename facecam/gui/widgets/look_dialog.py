"""What dialogs have in common: how they are shown, their row of buttons; and the one in which nothing is changed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QWidget

from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.layouts import beside, vertical


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
        self.column = vertical(self, margins=2 * GRID_PX)

    def add_foot(self, note: QWidget | None = None, *buttons: QPushButton) -> None:
        """The last row: a note on the left, buttons, *Close*. To be called last: so the Tab key goes, too."""
        self.column.addLayout(beside(note or QWidget(), (button_box(self, None, *buttons), 1)))


def button_box(dialog: QDialog, accept: QPushButton | None, *others: QPushButton) -> QDialogButtonBox:
    """Buttons of a dialog, each at the place and in the order of the desktop.

    Args:
        dialog: what they end.
        accept: does it, beside *Cancel*, and with Return; None: there is *Close* alone.
        others: do something else.
    """
    kinds, roles = QDialogButtonBox.StandardButton, QDialogButtonBox.ButtonRole
    box = QDialogButtonBox(kinds.Close if accept is None else kinds.Cancel, dialog)
    if accept is not None:
        box.addButton(accept, roles.AcceptRole)
        accept.setDefault(True)
    for button in others:
        box.addButton(button, roles.ActionRole)
    box.accepted.connect(dialog.accept)
    box.rejected.connect(dialog.reject)
    return box


def show(dialog: QDialog) -> None:
    """Open a dialog over its window; when it is closed it is gone, or each opening would cost memory for good."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
