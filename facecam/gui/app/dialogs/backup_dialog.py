"""Backup from the window: where to, with which passphrase, and what became of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QCheckBox, QWidget

from facecam.core.events import CancelToken, EventSink
from facecam.gui.app.dialogs.passphrase_dialog import PassphraseDialog
from facecam.gui.core.context import AppContext
from facecam.gui.core.file_questions import FileQuestion, Place
from facecam.gui.core.translation import filled
from facecam.gui.widgets.look_dialog import may_replace, show

if TYPE_CHECKING:
    from facecam.engine.tools.backup import BackupReport


class BackupPassphraseDialog(PassphraseDialog):
    """Also asks whether trainings are in it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Passphrase of the backup"),
            self.tr(
                "Without the passphrase nobody can open the backup, you neither. Write it down somewhere safe."
            ),
            parent,
        )
        self.runs = QCheckBox(self.tr("&Trainings too (may be large)"))
        self.runs.setToolTip(
            self.tr("Records and checkpoints of trainings; models you trained are always in it")
        )
        self.runs.setChecked(True)
        self.column.insertWidget(self.column.indexOf(self.buttons), self.runs)


class BackupAction(QObject):
    """Asks, and backs up in the background.

    Args:
        context: does the work and says what became of it.
        window: owner of the dialogs.
    """

    def __init__(self, context: AppContext, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window

    def ask(self) -> None:
        """Where to, then the passphrase, then go."""
        question = FileQuestion(self._context.preferences, "backups", Place.DocumentsLocation)
        proposal = f"facecam-{datetime.now():%Y%m%d}.facecam"
        file = question.target(
            self._window,
            self.tr("Back up to"),
            proposal,
            self.tr("Backups") + " (*.facecam)",
            lambda path: may_replace(path, self._window),
        )
        if file is None:
            return
        dialog = BackupPassphraseDialog(self._window)

        def accepted() -> None:
            self.back_up(file, dialog.passphrase, runs=dialog.runs.isChecked())

        show(dialog, accepted)

    def back_up(self, file: Path, passphrase: str, *, runs: bool) -> None:
        """Do it."""
        context = self._context
        settings, settings_file = context.settings, context.settings_file

        def work(on_event: EventSink, cancel: CancelToken) -> BackupReport:
            from facecam.engine.tools.backup import back_up

            return back_up(
                settings, file, passphrase, settings_file, runs=runs, on_event=on_event, cancel=cancel
            )

        context.preferences.save()  # They are in it, too.
        context.run(
            work,
            done=self._on_done,
            on_event=context.show_event,
            owner=context,
            busy=("backup", self.tr("Backing up")),
        )
        context.show_notice(self.tr("Backing up; you can go on working."))

    def _on_done(self, report: BackupReport) -> None:
        people = self.tr("%n person(s)", "", report.people)
        text = filled(self.tr("Backed up to %1: %2."), report.path.name, people)
        self._context.show_notice(text, self.tr("To put it back, the passphrase is needed: keep both apart."))
