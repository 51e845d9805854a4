"""Somebody else of the same name: a button, and then a line for what tells the two apart."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.layouts import vertical

#: As much as fits below a name.
_MOST_LETTERS = 60


class NamesakeLine(QWidget):
    """Shown where a name is typed that somebody has; what is written stands in brackets after the name."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.button = push_button(
            self.tr("Somebody else of this &name…"),
            self.tr("Two people are called the same: say what tells them apart"),
            kind="plain",
        )
        self.line = QLineEdit()
        self.line.setMaxLength(_MOST_LETTERS)
        self.line.setPlaceholderText(self.tr("What tells them apart: place, family, team"))
        self.line.setAccessibleName(self.tr("What tells them apart"))
        self.line.setToolTip(self.tr("Stands below the name in lists, and in brackets behind it elsewhere"))
        self.line.hide()
        vertical(self, self.button, self.line, margins=0)
        self.button.clicked.connect(self._on_button)
        self.line.textChanged.connect(self.changed)

    @property
    def is_asked(self) -> bool:
        """Whether it is somebody else, of whom something has to be said."""
        return not self.isHidden() and not self.line.isHidden()

    def completed(self, name: str) -> str:
        """`name` with what tells its bearer apart; as it is where that is not asked."""
        remark = " ".join(self.line.text().split()).strip("()")
        return f"{name} ({remark})" if self.is_asked and remark else name

    def set_wanted(self, wanted: bool) -> None:
        """Whether somebody has the name typed."""
        self.setVisible(wanted)
        if not wanted:
            self.button.show()
            self.line.clear()
            self.line.hide()

    def _on_button(self) -> None:
        self.button.hide()
        self.line.show()
        self.line.setFocus()
        self.changed.emit()
