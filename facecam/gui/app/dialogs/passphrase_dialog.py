"""A new passphrase, typed twice."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QWidget

from facecam.core.encryption.sealing import LEAST_LETTERS
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import fill, vertical
from facecam.gui.widgets.look_dialog import button_box


class PassphraseDialog(QDialog):
    """Asks for a passphrase twice, and says what is wrong with it.

    Args:
        title: of the window.
        warning: what losing it means.
        parent: over which it opens.
    """

    def __init__(self, title: str, warning: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.first, self.second = self._line(self.tr("Passphrase")), self._line(self.tr("The same again"))
        self.remark = label("", "muted", wrap=True)
        self.buttons = button_box(self, QDialogButtonBox.StandardButton.Save)
        self.column = vertical(self, label(warning, wrap=True), margins=2 * GRID_PX, spacing=GRID_PX)
        fill(self.column, self.first, self.second, self.remark, self.buttons)
        self.setMinimumWidth(380)
        self._look()

    @property
    def passphrase(self) -> str:
        """What was typed."""
        return self.first.text()

    def _line(self, text: str) -> QLineEdit:
        line = passphrase_line(text)
        line.textChanged.connect(self._look)
        return line

    def _look(self) -> None:
        typed, again = self.first.text(), self.second.text()
        fault = ""
        if len(typed) < LEAST_LETTERS:
            # `tr` of a class below this one would fill in the number, and then find no such text here.
            fault = QCoreApplication.translate(
                "PassphraseDialog",
                "At least %n letter(s); four or five words are better.",
                "",
                LEAST_LETTERS,
            )
        elif typed != again:
            fault = self.tr("Type the same in both lines.")
        self.remark.setText(fault)
        self.buttons.button(QDialogButtonBox.StandardButton.Save).setEnabled(not fault)


def passphrase_line(text: str) -> QLineEdit:
    """A line whose letters nobody sees; `text` says what belongs into it."""
    line = QLineEdit()
    line.setEchoMode(QLineEdit.EchoMode.Password)
    line.setPlaceholderText(text)
    line.setAccessibleName(text)
    return line
