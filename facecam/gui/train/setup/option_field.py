"""Option field: one setting of a training, its name, an editor that fits its type, its help."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from facecam.core.errors import ConfigError
from facecam.core.home import expanded
from facecam.gui.core.file_questions import FileQuestion, Place
from facecam.gui.core.option_values import option_value
from facecam.gui.core.preferences import Preferences
from facecam.gui.core.translation import engine_text, option_title, short_figure
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import IconButton
from facecam.gui.widgets.labels import label, set_look
from facecam.gui.widgets.layouts import below, beside, held

_NAME_WIDTH_PX = 144


class OptionField(QObject):
    """A row of the form.

    Args:
        field: of `TrainOptions`; its metadata give help, unit and choices.
        kind: its type without `| None`.
        parent: owner.
        preferences: remember the folders files were chosen from.
    """

    changed = Signal()

    def __init__(
        self, field: dataclasses.Field[Any], kind: type, parent: QWidget, preferences: Preferences
    ) -> None:
        super().__init__(parent)
        self._files = FileQuestion(preferences, f"training {field.name}", Place.HomeLocation)
        self.name, self._kind = field.name, kind
        self.help = engine_text(field.metadata["help"])
        self._choices: tuple[str, ...] = field.metadata["choices"]
        self._unit: str = field.metadata["unit"]
        self.title = option_title(field.name)
        self._label = label(self.title)
        self._label.setFixedWidth(_NAME_WIDTH_PX)
        self.editor = self._made(parent)
        self._label.setBuddy(self.editor)
        self.row = self._arranged(parent)
        for part in (self._label, self.editor):
            part.setToolTip(self.help)

    def value(self) -> Any:
        """What the user chose.

        Raises:
            ConfigError: it is not of the type.
        """
        if isinstance(self.editor, QCheckBox):
            return self.editor.isChecked()
        if isinstance(self.editor, QComboBox):
            return self.editor.currentData()
        assert isinstance(self.editor, QLineEdit)
        return self._parsed(self.editor.text().strip())

    def set_value(self, value: Any) -> None:
        """Show a value; says nothing."""
        with QSignalBlocker(self.editor):
            if isinstance(self.editor, QCheckBox):
                self.editor.setChecked(bool(value))
            elif isinstance(self.editor, QComboBox):
                self.editor.setCurrentIndex(max(0, self.editor.findData(value)))
            elif isinstance(self.editor, QLineEdit):
                self.editor.setText("" if value is None else _shown(value))

    def mark(self, *, changed: bool, wrong: bool) -> None:
        """Show that it differs from the preset, or cannot be meant."""
        set_look(self._label, "role", "fault" if wrong else "accent" if changed else "")
        set_look(self.editor, "fault", wrong)

    def _made(self, parent: QWidget) -> QWidget:
        if self._choices:
            box = QComboBox()
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            for choice in self._choices:
                box.addItem(option_value(self.name, choice), choice)
            box.currentIndexChanged.connect(self.changed)
            return box
        if self._kind is bool:
            check = QCheckBox()
            check.toggled.connect(self.changed)
            return check
        line = QLineEdit()
        line.setPlaceholderText(self.tr("automatic"))
        line.setMinimumWidth(GRID_PX)
        line.textChanged.connect(self.changed)
        return line

    def _arranged(self, parent: QWidget) -> QWidget:
        row = beside(self._label, (self.editor, 1), margins=0, spacing=GRID_PX)
        if self._unit:
            row.addWidget(label(engine_text(self._unit), "muted"))
        if self._kind is Path:
            browse = IconButton("folder", self.tr("Choose…"))
            browse.clicked.connect(self._on_browse)
            row.addWidget(browse)
        self._column = below(held(row), margins=0, spacing=0)
        return held(self._column)

    def add_below(self, widget: QWidget) -> None:
        """Put something that belongs to the setting below its row."""
        self._column.addWidget(widget)

    def _on_browse(self) -> None:
        assert isinstance(self.editor, QLineEdit)
        ask = self._files.file if self.name.endswith("_file") else self._files.directory
        if (chosen := ask(self.editor, self.title)) is not None:
            self.editor.setText(str(chosen))

    def _parsed(self, text: str) -> Any:
        if not text:
            return None
        if self._kind is Path:
            return expanded(text)
        if self._kind is str:
            return text
        try:
            return self._kind(text.replace(",", ".") if self._kind is float else text)
        except ValueError:
            flag = f"--{self.name.replace('_', '-')}"  # As the engine says it; the window shows the title.
            wanted = "a whole number" if self._kind is int else "a number"
            raise ConfigError(f"{flag} is {text!r}", hint=f"Give {wanted}.") from None


def _shown(value: Any) -> str:
    return short_figure(value) if isinstance(value, float) else str(value)
