"""The page of the settings on whom to be told of, and how."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from facecam.engine.live.alert_actions import AlertTargets
from facecam.gui.app.form import check_box, choice, form_page, form_row
from facecam.gui.core.preferences import ALERT_MINUTES, Preferences
from facecam.gui.widgets.layouts import vertical


class AlertPage(QWidget):
    """Everything is off until it is chosen.

    Args:
        preferences: where it is kept.
    """

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        page, form = form_page()
        vertical(self, page, margins=0)
        self.people = QLineEdit(preferences.alert_people)
        self.command = QLineEdit(preferences.alert_command)
        self.address = QLineEdit(preferences.alert_address)
        self.strangers = check_box(
            self.tr("Somebody &unknown"),
            self.tr("Of all faces without a name, as of one"),
            preferences.alert_strangers,
        )
        self.desktop = check_box(
            self.tr("Show a &notification"),
            self.tr("As other programs do on this desktop"),
            preferences.alert_desktop,
        )
        self.sound = check_box(
            self.tr("Make a s&ound"), self.tr("A short tone, or the system's own"), preferences.alert_sound
        )
        minutes = preferences.alert_minutes
        self.pause = choice(
            tuple((str(one), self.tr("%n minute(s)", "", one)) for one in sorted({*ALERT_MINUTES, minutes})),
            str(minutes),
        )
        form_row(
            form,
            self.tr("Of these &people"),
            self.people,
            self.tr("Names with semicolons between them, as in Live: Ada; Eve"),
        )
        form.addRow("", self.strangers)
        form.addRow(self.tr("Then"), self.desktop)
        form.addRow("", self.sound)
        form_row(
            form,
            self.tr("&Run"),
            self.command,
            self.tr("A program and its words; {name}, {time} and {source} are filled in. No shell reads it"),
        )
        form_row(
            form,
            self.tr("&Send to"),
            self.address,
            self.tr("An address beginning with http:// or https://; gets name, time and source, no picture"),
        )
        form_row(
            form,
            self.tr("&Quiet for"),
            self.pause,
            self.tr("Whoever was in the picture within this time is not told of again"),
        )

    def check(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            ConfigError: a command or an address that is none.
        """
        AlertTargets(self.command.text().strip(), self.address.text().strip()).check()

    def apply(self) -> None:
        """Keep what was chosen."""
        kept = self._preferences
        kept.alert_people, kept.alert_strangers = self.people.text().strip(), self.strangers.isChecked()
        kept.alert_desktop, kept.alert_sound = self.desktop.isChecked(), self.sound.isChecked()
        kept.alert_command, kept.alert_address = self.command.text().strip(), self.address.text().strip()
        kept.alert_minutes = int(self.pause.currentData())
