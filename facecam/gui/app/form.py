"""Settings forms: a page, its rows with help below them, boxes of choices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QWidget

from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.labels import label

#: Of a combo box in our stylesheet; the words beside it are centred in that.
_FIELD_HEIGHT_PX = 32
#: Narrowest field, and help below it.
_HELP_WIDTH_PX = 52 * GRID_PX


def form_page() -> tuple[QWidget, QFormLayout]:
    """An empty page, and its rows."""
    page = QWidget()
    form = QFormLayout(page)
    form.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
    form.setHorizontalSpacing(3 * GRID_PX)
    form.setVerticalSpacing(GRID_PX // 2)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return page, form


def form_row(form: QFormLayout, title: str, widget: QWidget, help_text: str) -> None:
    """Add a field with its title beside it and its help below."""
    widget.setToolTip(help_text)
    form.addRow(title, widget)
    words = form.labelForField(widget)
    words.setMinimumSize(words.sizeHint().width() + GRID_PX, _FIELD_HEIGHT_PX)
    form.addRow("", _help(help_text))


def _help(text: str) -> QLabel:
    """Never cut: a tab widget does not ask its pages how high wrapped words are."""
    made = label(text, "small", wrap=True)
    made.ensurePolished()
    made.setMinimumWidth(_HELP_WIDTH_PX)
    room = QRect(0, 0, _HELP_WIDTH_PX, 1000)
    made.setMinimumHeight(made.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, text).height())
    return made


def check_box(words: str, tip: str, checked: bool) -> QCheckBox:
    """A box to tick, with words of its own."""
    box = QCheckBox(words)
    box.setToolTip(tip)
    box.setChecked(checked)
    return box


def choice(choices: Iterable[tuple[Any, str]], current: Any) -> QComboBox:
    """A box of (value, words), with one chosen."""
    box = QComboBox()
    for value, text in choices:
        box.addItem(text, value)
    box.setCurrentIndex(max(box.findData(current), 0))
    return box
