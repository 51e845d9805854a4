"""What dialogs have in common: how they are shown, their row of buttons; one to look at, and one that asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QVBoxLayout, QWidget

from facecam.gui.core.translation import filled
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import IN_DIALOG, beside, fill, vertical


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


class Question(QDialog):
    """A heading, lines that say exactly what will happen, and two buttons. The one that changes nothing is the default.

    Not Qt's box of messages: in that, a letter alone presses the button it is the mnemonic of.

    Args:
        title: the question.
        lines: what will happen.
        action: words of the button that does it.
        kind: its look.
        parent: owner.
        keep: words of the other; empty: *Cancel*.
    """

    def __init__(
        self,
        title: str,
        lines: Sequence[str],
        action: str,
        kind: str = "danger",
        parent: QWidget | None = None,
        *,
        keep: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("facecam")
        self.accept_button = push_button(action, lines[0] if lines else "", kind=kind)
        buttons = button_box(self, self.accept_button)
        self.cancel_button = buttons.button(QDialogButtonBox.StandardButton.Cancel)
        if keep:
            self.cancel_button.setText(keep)
        column = vertical(self, label(title, "heading", wrap=True), margins=IN_DIALOG, spacing=GRID_PX)
        for line in lines:
            column.addWidget(label(line, wrap=True))
        column.addSpacing(GRID_PX)
        self.body = QVBoxLayout()
        fill(column, self.body, buttons)
        self.setMinimumWidth(420)
        self.cancel_button.setDefault(True)
        self.cancel_button.setFocus()

    def confirmed(self) -> bool:
        """Ask, and wait for the answer."""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return self.exec() == QDialog.DialogCode.Accepted


def may_replace(path: Path, parent: QWidget) -> bool:
    """Ask whether a file that is there may be overwritten."""
    translate = QCoreApplication.translate
    title = filled(translate("Question", "Replace %1?"), path.name)
    lines = [translate("Question", "The file that has this name now is lost."), str(path.parent)]
    return Question(title, lines, translate("Question", "&Replace"), parent=parent).confirmed()


def button_box(
    dialog: QDialog, accept: QPushButton | QDialogButtonBox.StandardButton | None, *others: QPushButton
) -> QDialogButtonBox:
    """Buttons of a dialog, each at the place and in the order of the desktop.

    Args:
        dialog: what they end.
        accept: does it, beside *Cancel*, and with Return; perhaps one of Qt's own. None: there is *Close* alone.
        others: do something else.
    """
    kinds, roles = QDialogButtonBox.StandardButton, QDialogButtonBox.ButtonRole
    if isinstance(accept, kinds):
        # Without an owner, however early it is made, the Tab key comes to it as it lies: last.
        box = QDialogButtonBox(accept | kinds.Cancel)
    else:
        box = QDialogButtonBox(kinds.Close if accept is None else kinds.Cancel, dialog)
    if isinstance(accept, QPushButton):
        box.addButton(accept, roles.AcceptRole)
        accept.setDefault(True)
    for button in others:
        box.addButton(button, roles.ActionRole)
    box.accepted.connect(dialog.accept)
    box.rejected.connect(dialog.reject)
    return box


def show(dialog: QDialog, accepted: Callable[[], None] | None = None) -> None:
    """Open a dialog over its window; when it is closed it is gone, or each opening would cost memory for good.

    Args:
        dialog: of any kind.
        accepted: called when it was answered with yes.
    """
    if accepted is not None:
        dialog.accepted.connect(accepted)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
