"""Restoring from the window: which backup, its passphrase, and whether what is here may go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from facecam.core.events import CancelToken, EventSink
from facecam.gui.app.dialogs.passphrase_dialog import passphrase_line
from facecam.gui.core.context import AppContext
from facecam.gui.core.file_questions import FileQuestion, Place
from facecam.gui.core.translation import filled
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import IN_DIALOG, fill, vertical
from facecam.gui.widgets.look_dialog import button_box, show

if TYPE_CHECKING:
    from facecam.engine.tools.restore import RestoreReport

_WIDTH_PX = 48 * GRID_PX


class RestoreDialog(QDialog):
    """Says what will go, and asks for the passphrase."""

    def __init__(self, file: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Restore a backup"))
        self.line = passphrase_line(self.tr("Passphrase of the backup"))
        self.restore = push_button(self.tr("&Replace everything"), kind="danger")
        self.restore.setEnabled(False)
        self.line.textChanged.connect(lambda text: self.restore.setEnabled(bool(text)))
        words = self.tr(
            "People, photos, trainings and settings that are here now go, and those of {name} take their place. "
            "This cannot be taken back: back up what is here first, if you may want it."
        )
        column = vertical(self, margins=IN_DIALOG, spacing=GRID_PX)
        fill(column, label(words.format(name=file.name), wrap=True), self.line)
        column.addWidget(button_box(self, self.restore))
        self.setMinimumWidth(_WIDTH_PX)


class RestoreAction(QObject):
    """Asks, and restores in the background; nothing is replaced unless all of the backup is sound.

    Args:
        context: does the work and says what became of it.
        window: owner of the dialogs.
    """

    def __init__(self, context: AppContext, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window

    def ask(self) -> None:
        """Which backup, then the passphrase, then go."""
        question = FileQuestion(self._context.preferences, "backups", Place.DocumentsLocation)
        file = question.file(
            self._window,
            self.tr("Restore from"),
            self.tr("Backups") + " (*.facecam);;" + self.tr("All files (*)"),
        )
        if file is None:
            return
        dialog = RestoreDialog(file, self._window)
        show(dialog, lambda: self.restore(file, dialog.line.text()))

    def restore(self, file: Path, passphrase: str) -> None:
        """Do it."""
        context = self._context
        settings, settings_file = context.settings, context.settings_file

        def work(on_event: EventSink, cancel: CancelToken) -> RestoreReport:
            from facecam.engine.tools.restore import restore

            return restore(
                settings, file, passphrase, settings_file, replace=True, on_event=on_event, cancel=cancel
            )

        context.erased.emit()  # Live ends, and nothing of what goes can be taken back any more.
        context.preferences.save()  # They are about to be replaced.
        context.run(
            work,
            done=self._on_done,
            ended=self._on_ended,
            on_event=context.show_event,
            owner=context,
            busy=("restore", self.tr("Restoring")),
        )

    def _on_ended(self) -> None:
        self._context.people_changed.emit()
        self._context.model_changed.emit()

    def _on_done(self, report: RestoreReport) -> None:
        people = self.tr("%n person(s)", "", report.people)
        text = filled(self.tr("Restored, as of %1: %2."), report.made[:16].replace("T", " "), people)
        self._context.show_notice(
            text,
            self.tr("Close facecam and start it again: its settings were restored, too."),
        )
