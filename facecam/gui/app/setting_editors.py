"""Editors of declared settings, chosen by type."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFileDialog,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from facecam.core.config import MOST_DAYS, TIMES, Settings, value_type
from facecam.core.errors import ConfigError
from facecam.core.home import expanded
from facecam.core.server_address import folder_or_address
from facecam.gui.app.form import choice
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


@dataclass(frozen=True, slots=True)
class Editor:
    """A widget, and what the user chose in it; that raises ConfigError for what cannot be meant."""

    widget: QWidget
    value: Callable[[], Any]


def editor_for(field: dataclasses.Field[Any], value: Any, parent: QWidget) -> Editor:
    """The editor for a field of `Settings`."""
    kind = value_type(Settings, field.name)
    if kind is Path:
        return _folder_editor(value, parent, takes_address=field.name == "database")
    if field.metadata["choices"]:
        return _choice_editor(
            [(one, option_value(field.name, one)) for one in field.metadata["choices"]], value
        )
    if field.name == "strangers":  # As people say it: one in so many.
        words = QCoreApplication.translate("SettingEditor", "about 1 in {0}")
        return _share_editor(_SHARES, value, words, lambda share: 1 / share)
    if field.name == "strangers_expected":
        words = QCoreApplication.translate("SettingEditor", "{0} of 100")
        return _share_editor(_EXPECTED, value, words, lambda share: 100 * share)
    if kind is bool:
        check = QCheckBox()
        check.setChecked(value)
        return Editor(check, check.isChecked)
    if kind is str:
        line = QLineEdit(value)
        return Editor(line, lambda: line.text().strip())
    return _number_editor(field, kind, value)


def _word(key: str) -> str:
    return QCoreApplication.translate("SettingEditor", _WORDS.get(key, key))


def _choice_editor(choices: Iterable[tuple[Any, str]], value: Any) -> Editor:
    box = choice(choices, value)
    return Editor(box, box.currentData)


def _share_editor(
    offered: tuple[float, ...], value: float, words: str, number: Callable[[float], float]
) -> Editor:
    """Shares in words that hold a whole number."""
    shares = sorted({*offered, value})
    return _choice_editor(
        [(share, words.format(QLocale().toString(round(number(share))))) for share in shares], value
    )


def _number_editor(field: dataclasses.Field[Any], kind: type, value: Any) -> Editor:
    """A spin box; the step below the least value means "automatic" where None is allowed."""
    least, most, step = (kind(limit) for limit in _RANGES[field.name])
    optional = field.default is None
    box: QDoubleSpinBox | QSpinBox = QDoubleSpinBox(decimals=3) if kind is float else QSpinBox()
    floor = least - step if optional else least
    box.setRange(floor, most)
    box.setSingleStep(step)
    box.setValue(floor if value is None else value)
    if optional:
        box.setSpecialValueText(_word(_NOTHING.get(field.name, "auto")))
    unit = field.metadata["unit"]
    if unit and unit != "squared_l2":
        box.setSuffix(f" {_word(unit)}")
    # Style sheets have no say about the room inside a spin box.
    box.lineEdit().setTextMargins(GRID_PX - 2, 0, 0, 0)

    def chosen() -> float | int | None:
        number = box.value()
        if optional and number < least:
            return None
        return round(number, 4) if kind is float else int(number)

    return Editor(box, chosen)


def _folder_editor(value: Path | str, parent: QWidget, *, takes_address: bool) -> Editor:
    line, holder = QLineEdit(str(value)), QWidget()
    title = QCoreApplication.translate("SettingEditor", "Choose a folder")
    browse = IconButton("folder", title)
    holder.setFocusProxy(line)
    horizontal(holder, (line, 1), browse, margins=0, spacing=GRID_PX // 2)

    def choose() -> None:
        if chosen := QFileDialog.getExistingDirectory(parent, title, line.text()):
            line.setText(str(Path(chosen)))  # Qt writes / on Windows, too.

    def folder() -> Path | str:
        text = line.text().strip()
        if not text or "\0" in text:
            raise ConfigError("a folder is missing", hint="Choose a folder for each of the three.")
        place = folder_or_address(text) if takes_address else expanded(text)
        return place if isinstance(place, str) else expanded(place)

    browse.clicked.connect(choose)
    return Editor(holder, folder)
