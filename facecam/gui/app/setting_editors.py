"""Editors of declared settings, chosen by type."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from facecam.core.config import MOST_DAYS, TIMES, Settings, value_type
from facecam.core.errors import ConfigError
from facecam.core.server_address import is_address
from facecam.gui.core.marked import QT_TRANSLATE_NOOP
from facecam.gui.core.option_values import option_value
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import IconButton
from facecam.gui.widgets.layouts import horizontal

#: Units, and what a number means that is not given.
_WORDS = {
    "auto": QT_TRANSLATE_NOOP("SettingEditor", "automatic"),
    "always": QT_TRANSLATE_NOOP("SettingEditor", "always"),
    "days": QT_TRANSLATE_NOOP("SettingEditor", "days"),
}
#: Shares of strangers offered.
_SHARES = (0.001, 0.01, 0.03, 0.1)
#: Shares of strangers among the faces offered.
_EXPECTED = (0.05, 0.2, 0.5, 0.8, 0.95)

#: Least, most, step of numbers: what `Settings` checks, and no more.
_RANGES: dict[str, tuple[float, float, float]] = {
    "upsample": (0, 3, 1),
    "min_face_px": (10, 2000, 10),
    "threshold": (0.01, 4.0, 0.01),
    **dict.fromkeys(TIMES, (1, MOST_DAYS, 1)),
}
#: What a number that is None means, where it is not found by itself.
_NOTHING = dict.fromkeys(TIMES, "always")


class Editor(Protocol):
    """A widget with a value."""

    widget: QWidget

    def value(self) -> Any:
        """What the user chose.

        Raises:
            ConfigError: nothing that can be meant.
        """


def editor_for(field: dataclasses.Field[Any], value: Any, parent: QWidget) -> Editor:
    """The editor for a field of `Settings`."""
    kind = value_type(Settings, field.name)
    if kind is Path:
        return _FolderEditor(value, parent, takes_address=field.name == "database")
    if field.metadata["choices"]:
        return _ChoiceEditor(field.name, field.metadata["choices"], value)
    if field.name == "strangers":
        return _ShareEditor(value)
    if field.name == "strangers_expected":
        return _ExpectedEditor(value)
    if kind is bool:
        return _FlagEditor(value)
    if kind is str:
        return _TextEditor(value)
    optional = field.default is None
    return _NumberEditor(field, kind, value, optional)


def _word(key: str) -> str:
    return QCoreApplication.translate("SettingEditor", _WORDS.get(key, key))


class _ChoiceEditor:
    def __init__(self, name: str, choices: tuple[str, ...], value: str) -> None:
        self.widget: QWidget = QComboBox()
        self._box = self.widget
        assert isinstance(self._box, QComboBox)
        for choice in choices:
            self._box.addItem(option_value(name, choice), choice)
        self._box.setCurrentIndex(max(self._box.findData(value), 0))

    def value(self) -> str:
        assert isinstance(self._box, QComboBox)
        return str(self._box.currentData())


class _ShareEditor:
    """Shares as people say them: one in so many."""

    def __init__(self, value: float) -> None:
        box = QComboBox()
        for share in sorted({*_SHARES, value}):
            words = QCoreApplication.translate("SettingEditor", "about 1 in {0}")
            box.addItem(words.format(QLocale().toString(round(1 / share))), share)
        box.setCurrentIndex(box.findData(value))
        self._box = box
        self.widget: QWidget = box

    def value(self) -> float:
        return float(self._box.currentData())


class _ExpectedEditor(_ShareEditor):
    """Shares of a hundred."""

    def __init__(self, value: float) -> None:
        box = QComboBox()
        for share in sorted({*_EXPECTED, value}):
            words = QCoreApplication.translate("SettingEditor", "{0} of 100")
            box.addItem(words.format(QLocale().toString(round(100 * share))), share)
        box.setCurrentIndex(box.findData(value))
        self._box = box
        self.widget = box


class _TextEditor:
    def __init__(self, value: str) -> None:
        self._line = QLineEdit(value)
        self.widget: QWidget = self._line

    def value(self) -> str:
        return self._line.text().strip()


class _FlagEditor:
    def __init__(self, value: bool) -> None:
        self._check = QCheckBox()
        self._check.setChecked(value)
        self.widget: QWidget = self._check

    def value(self) -> bool:
        return self._check.isChecked()


class _NumberEditor:
    """A spin box; the step below the least value means "automatic" where None is allowed."""

    def __init__(self, field: dataclasses.Field[Any], kind: type, value: Any, optional: bool) -> None:
        least, most, step = _RANGES[field.name]
        self._optional, self._least, self._kind = optional, least, kind
        box = QDoubleSpinBox() if kind is float else QSpinBox()
        floor = least - step if optional else least
        if isinstance(box, QDoubleSpinBox):
            box.setDecimals(3)
            box.setRange(floor, most)
            box.setSingleStep(step)
            box.setValue(floor if value is None else value)
        else:
            box.setRange(int(floor), int(most))
            box.setSingleStep(int(step))
            box.setValue(int(floor if value is None else value))
        if optional:
            box.setSpecialValueText(_word(_NOTHING.get(field.name, "auto")))
        unit = field.metadata["unit"]
        if unit and unit != "squared_l2":
            box.setSuffix(f" {_word(unit)}")
        # Style sheets have no say about the room inside a spin box.
        box.lineEdit().setTextMargins(GRID_PX - 2, 0, 0, 0)
        self._box = box
        self.widget: QWidget = box

    def value(self) -> float | int | None:
        chosen = self._box.value()
        if self._optional and chosen < self._least:
            return None
        return round(chosen, 4) if self._kind is float else int(chosen)


class _FolderEditor:
    def __init__(self, value: Path | str, parent: QWidget, *, takes_address: bool) -> None:
        self._parent, self._takes_address = parent, takes_address
        self._line = QLineEdit(str(value))
        browse = IconButton("folder", QCoreApplication.translate("SettingEditor", "Choose a folder"))
        browse.clicked.connect(self._on_browse)
        self.widget: QWidget = QWidget()
        self.widget.setFocusProxy(self._line)
        horizontal(self.widget, (self._line, 1), browse, margins=0, spacing=GRID_PX // 2)

    def value(self) -> Path | str:
        text = self._line.text().strip()
        if not text or "\0" in text:
            raise ConfigError("a folder is missing", hint="Choose a folder for each of the three.")
        return text if self._takes_address and is_address(text) else Path(text).expanduser()

    def _on_browse(self) -> None:
        title = QCoreApplication.translate("SettingEditor", "Choose a folder")
        chosen = QFileDialog.getExistingDirectory(self._parent, title, self._line.text())
        if chosen:
            self._line.setText(chosen)
