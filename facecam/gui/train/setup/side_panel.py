"""Side panel, left: the photos, the kind of training, all settings folded away, the start button."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from facecam.gui.core.preferences import Preferences
from facecam.gui.theme.icons import set_icon
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.train.data.data_card import DataCard
from facecam.gui.train.setup.options_form import OptionsForm
from facecam.gui.train.setup.preset_picker import PresetPicker
from facecam.gui.train.setup.start_bar import StartBar
from facecam.gui.train.setup.strangers import StrangersRow
from facecam.gui.widgets.icon_button import IconButton, push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import Gap, below, beside, held, scrolling, vertical
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import Preset

WIDTH_PX = 396
#: Of a window so wide the settings take two columns.
_WIDE_FROM_PX, _TWO_COLUMNS_PX = 1600, 784


class TrainingSidePanel(QWidget):
    """Says `options_changed` whenever other options are in force, or none that can be meant.

    Args:
        preferences: remember the folders files were chosen from.
    """

    options_changed = Signal()

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self.data = DataCard()
        self.presets = PresetPicker()
        self.start = StartBar()
        self.strangers = StrangersRow(self)
        self.strangers.hide()
        self.form: OptionsForm | None = None
        self._tab_px = 0
        self._more = IconButton(
            "chevron-right", self.tr("All settings of the training"), text=self.tr("&More settings")
        )
        self._more.setCheckable(True)
        self._reset = push_button(
            self.tr("&Reset"), self.tr("Back to the settings of the card"), kind="plain"
        )
        self._form_place = QVBoxLayout()
        self._more.toggled.connect(self._on_more)
        self._reset.clicked.connect(self._on_reset)
        self._reset.hide()
        self.presets.chosen.connect(self._on_preset)
        self._arrange()

    @property
    def options(self) -> TrainOptions | None:
        """What would be trained; None while there is none, or something cannot be meant."""
        if self.form is not None:
            return None if self.form.error else self.form.options
        return None if self.presets.preset is None else self.presets.preset.options

    @property
    def error_text(self) -> str:
        """What is wrong with the settings; empty: nothing."""
        return "" if self.form is None else self.form.error_text

    def set_locked(self, locked: bool) -> None:
        """While a training runs nothing of it can be changed."""
        for part in (self.presets, self._more, self._reset):
            part.setEnabled(not locked)
        if self.form is not None:
            self.form.setEnabled(not locked)

    def use_width(self, tab_px: int) -> None:
        """Take more of a wide tab while the settings are folded out."""
        self._tab_px = tab_px
        wide = tab_px >= _WIDE_FROM_PX and self._more.isChecked()
        if self.form is not None:
            self.form.set_columns(2 if wide else 1)
        self.setFixedWidth(_TWO_COLUMNS_PX if wide else WIDTH_PX)

    def use_strangers(self, folder: Path) -> None:
        """Have the model tried on the faces in a folder."""
        if self.form is not None:
            line = self.form.field("stranger_photos").editor
            assert isinstance(line, QLineEdit)
            line.setText(str(folder))

    def open_form(self) -> None:
        """Fold the settings out."""
        self._more.setChecked(True)

    def _on_preset(self, preset: Preset) -> None:
        if self.form is not None:
            self.form.show_options(preset.options)
        elif self._more.isChecked():
            self._on_more(True)
        self._show_changes()
        self.options_changed.emit()

    def _on_more(self, open_: bool) -> None:
        if self.form is None and self.presets.preset is not None:
            self.form = OptionsForm(self.presets.preset.options, self._preferences)
            self.form.changed.connect(self._on_form)
            self.form.add_below("stranger_photos", self.strangers)
            self.strangers.show()
            self._form_place.addWidget(self.form)
        if self.form is not None:
            self.form.setVisible(open_)
        self.use_width(self._tab_px)
        if open_:
            # Once the form has its place: bring its head to the top.
            QTimer.singleShot(0, self._scroll_to_form)
        set_icon(self._more, "chevron-down" if open_ else "chevron-right")

    def _scroll_to_form(self) -> None:
        self._scroll.verticalScrollBar().setValue(self._more.pos().y() - GRID_PX)

    def _on_reset(self) -> None:
        if self.form is not None and self.presets.preset is not None:
            self.form.show_options(self.presets.preset.options)

    def _on_form(self) -> None:
        self._show_changes()
        self.options_changed.emit()

    def _show_changes(self) -> None:
        changes = 0 if self.form is None else self.form.changes
        words = self.tr("&More settings")
        if changes:
            words += " · " + self.tr("%n changed", "", changes)
        self._more.setText(words)
        self._reset.setVisible(bool(changes))

    def _arrange(self) -> None:
        column = below(
            label(self.tr("Your photos"), "muted"),
            self.data,
            Gap(GRID_PX),
            label(self.tr("What to train"), "muted"),
            self.presets,
            beside(self._more, self._reset, 1),
            self._form_place,
            1,
            margins=(2 * GRID_PX, 2 * GRID_PX, GRID_PX + GRID_PX // 2, GRID_PX),
            spacing=GRID_PX,
        )
        self._scroll = scrolling(held(column))
        foot = QFrame()
        foot.setProperty("kind", "bar")
        vertical(foot, self.start, margins=(2 * GRID_PX, GRID_PX, 2 * GRID_PX, GRID_PX + GRID_PX // 2))
        vertical(self, (self._scroll, 1), foot, margins=0, spacing=0)
        self.use_width(0)
