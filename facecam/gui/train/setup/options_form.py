"""Options form, all settings of a training folded out: groups, help and checks come from the declaration."""

from __future__ import annotations

import dataclasses
from typing import Any

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from facecam.core.config import value_type
from facecam.core.errors import ConfigError
from facecam.gui.core.preferences import Preferences
from facecam.gui.core.translation import engine_text
from facecam.gui.theme.icons import set_icon
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.train.setup.option_field import OptionField
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import below, beside, held, vertical
from facecam.training.config.options import TrainOptions

#: The window asks after each training whether its model is to be used.
_ASKED_LATER = ("deploy",)


class OptionsForm(QWidget):
    """Shows options and lets them be changed; every change is checked at once.

    Args:
        options: to begin with.
        preferences: remember the folders files were chosen from.
    """

    changed = Signal()

    def __init__(self, options: TrainOptions, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        #: The last options that could be meant.
        self._preset = self.options = options
        #: What is wrong with what is shown.
        self.error: ConfigError | None = None
        self._fields: dict[str, OptionField] = {}
        self._sections: list[_Section] = []
        self._columns = 0
        self._complaint = label(role="fault", wrap=True)
        self._help = label(role="muted", wrap=True)
        self._arrange()
        self.show_options(options)

    @property
    def error_text(self) -> str:
        """What is wrong and what to do, in the window's language; empty: nothing."""
        error = self.error
        return "" if error is None else f"{engine_text(error.message)}. {engine_text(error.hint)}"

    @property
    def changes(self) -> int:
        """How many settings differ from the preset."""
        return sum(self._differs(name) for name in self._fields)

    def field(self, name: str) -> OptionField:
        """The row of a setting."""
        return self._fields[name]

    def add_below(self, name: str, widget: QWidget) -> None:
        """Put something that belongs to a setting below its row."""
        self._fields[name].add_below(widget)

    def show_options(self, options: TrainOptions) -> None:
        """Show a preset's options."""
        self._preset = self.options = options
        for name, field in self._fields.items():
            field.set_value(getattr(options, name))
        self._check()

    def set_columns(self, count: int) -> None:
        """Sections one below the other (1), or in two columns of about the same length (2)."""
        if count == self._columns:
            return
        self._columns = count
        self._row.setSpacing(3 * GRID_PX if count > 1 else 0)
        self._row.setStretch(0, 1)
        self._row.setStretch(1, 1 if count > 1 else 0)
        for place in self._places:
            while place.takeAt(0) is not None:
                pass
        half = sum(section.rows for section in self._sections) / 2 if count > 1 else float("inf")
        above = 0
        for section in self._sections:
            self._places[int(above >= half)].addWidget(section)
            above += section.rows
            if count > 1:
                section.unfold()  # There is room for all of them.
        for place in self._places:
            place.addStretch(1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The field with the focus has its help below."""
        if event.type() == QEvent.Type.FocusIn:
            field = next((one for one in self._fields.values() if one.editor is watched), None)
            if field is not None:
                self._help.setText(f"{field.title}: {field.help}")
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        self._places = [below(spacing=GRID_PX // 2), below(spacing=GRID_PX // 2)]
        self._row = beside(*self._places)
        vertical(self, self._complaint, self._help, self._row, margins=0, spacing=GRID_PX // 2)
        for group, fields in self._grouped().items():
            section = _Section(engine_text(group), open_=not self._sections)
            for field in fields:
                self._add(field, section)
            self._sections.append(section)
        self.set_columns(1)

    def _add(self, declared: dataclasses.Field[Any], section: _Section) -> None:
        kind = value_type(type(self.options), declared.name)
        field = OptionField(declared, kind, self, self._preferences)
        field.changed.connect(self._check)
        field.editor.installEventFilter(self)
        self._fields[declared.name] = field
        section.add(field.row)

    def _grouped(self) -> dict[str, list[dataclasses.Field[Any]]]:
        groups: dict[str, list[dataclasses.Field[Any]]] = {}
        for declared in dataclasses.fields(self.options):
            if declared.name not in _ASKED_LATER:
                groups.setdefault(declared.metadata.get("group") or "More", []).append(declared)
        return groups

    def _check(self) -> None:
        try:
            values = {name: field.value() for name, field in self._fields.items()}
            self.options, self.error = dataclasses.replace(self._preset, **values), None
        except ConfigError as error:
            self.error = error
        self._complaint.setText(self.error_text)
        self._complaint.setVisible(self.error is not None)
        for name, field in self._fields.items():
            field.mark(changed=self._differs(name), wrong=self._is_wrong(name))
        self.changed.emit()

    def _differs(self, name: str) -> bool:
        try:
            return bool(self._fields[name].value() != getattr(self._preset, name))
        except ConfigError:
            return True

    def _is_wrong(self, name: str) -> bool:
        return self.error is not None and self.error.message.startswith(f"--{name.replace('_', '-')} ")


class _Section(QWidget):
    """A heading that folds its rows."""

    def __init__(self, title: str, *, open_: bool) -> None:
        super().__init__()
        self._head = QToolButton()
        self._head.setText(title)
        self._head.setCheckable(True)
        self._head.setChecked(open_)
        self._head.setProperty("kind", "labelled")
        self._head.setToolButtonStyle(self._head.toolButtonStyle().ToolButtonTextBesideIcon)
        self._head.setAccessibleName(title)
        self._head.setToolTip(self.tr("Show or hide these settings"))
        self._head.toggled.connect(self._on_toggled)
        self._column = below(margins=(GRID_PX, 0, 0, GRID_PX), spacing=GRID_PX // 2)
        self._rows = held(self._column)
        vertical(self, self._head, self._rows, margins=0, spacing=GRID_PX // 2)
        self._on_toggled(open_)

    def unfold(self) -> None:
        """Show the rows."""
        self._head.setChecked(True)

    @property
    def rows(self) -> int:
        """How many settings it has."""
        return self._column.count()

    def add(self, row: QWidget) -> None:
        """One more row."""
        self._column.addWidget(row)

    def _on_toggled(self, open_: bool) -> None:
        self._rows.setVisible(open_)
        set_icon(self._head, "chevron-down" if open_ else "chevron-right", "muted")
