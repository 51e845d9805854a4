"""Backup from the window: where to, with which passphrase, and what became of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from facecam.core.events import CancelToken, Event, EventSink, Notice
from facecam.gui.core.context import AppContext
from facecam.gui.core.file_questions import FileQuestion, Place
from facecam.gui.core.translation import engine_text, sentence
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.labels import label

if TYPE_CHECKING:
    from facecam.engine.tools.backup import BackupReport

#: As the engine demands.
_LEAST_LETTERS = 8
_BUSY_KEY = "backup"


class PassphraseDialog(QDialog):
    """Asks for a passphrase twice, and says what is wrong with it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Passphrase of the backup"))
        self.first, self.second = (
            self._line(self.tr("Passphrase")),
            self._line(self.tr("The same again")),
        )
        self.runs = QCheckBox(self.tr("&Trainings too (may be large)"))
        self.runs.setToolTip(
            self.tr("Records and checkpoints of trainings; models you trained are always in it")
        )
        self.runs.setChecked(True)
        self.remark = label("", "muted", wrap=True)
        button = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(button.Save | button.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX, 2 * GRID_PX)
        column.setSpacing(GRID_PX)
        warning = self.tr(
            "Without the passphrase nobody can open the backup, you neither. Write it down somewhere safe."
        )
        for part in (
            label(warning, wrap=True),
            self.first,
            self.second,
            self.remark,
            self.runs,
            self.buttons,
        ):
            column.addWidget(part)
        self.setMinimumWidth(380)
        self._look()

    @property
    def passphrase(self) -> str:
        """What was typed."""
        return self.first.text()

    def _line(self, text: str) -> QLineEdit:
        line = QLineEdit()
        line.setEchoMode(QLineEdit.EchoMode.Password)
        line.setPlaceholderText(text)
        line.setAccessibleName(text)
        line.textChanged.connect(self._look)
        return line

    def _look(self) -> None:
        typed, again = self.first.text(), self.second.text()
        fault = ""
        if len(typed) < _LEAST_LETTERS:
            fault = self.tr("At least %n letter(s); four or five words are better.", "", _LEAST_LETTERS)
        elif typed != again:
            fault = self.tr("Type the same in both lines.")
        self.remark.setText(fault)
        self.buttons.button(QDialogButtonBox.StandardButton.Save).setEnabled(not fault)


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
            self._window, self.tr("Back up to"), proposal, self.tr("Backups") + " (*.facecam)"
        )
        if file is None:
            return
        dialog = PassphraseDialog(self._window)
        dialog.finished.connect(dialog.deleteLater)

        def accepted() -> None:
            self.back_up(file, dialog.passphrase, runs=dialog.runs.isChecked())

        dialog.accepted.connect(accepted)
        dialog.setModal(True)
        dialog.show()

    def back_up(self, file: Path, passphrase: str, *, runs: bool) -> None:
        """Do it."""
        settings, settings_file = self._context.settings, self._context.settings_file

        def work(on_event: EventSink, cancel: CancelToken) -> BackupReport:
            from facecam.engine.tools.backup import back_up

            return back_up(
                settings, file, passphrase, settings_file, runs=runs, on_event=on_event, cancel=cancel
            )

        self._context.preferences.save()
        self._context.set_busy(_BUSY_KEY, self.tr("Backing up"))
        self._context.show_notice(self.tr("Backing up; you can go on working."))
        self._context.run(
            work,
            done=self._on_done,
            failed=self._on_failed,
            cancelled=self._end,
            on_event=self._on_event,
            owner=self._context,
            name=self.tr("backup"),
        )

    def _end(self) -> None:
        self._context.set_busy(_BUSY_KEY, "")

    def _on_done(self, report: BackupReport) -> None:
        self._end()
        people = self.tr("%n person(s)", "", report.people)
        text = self.tr("Backed up to %1: %2.").replace("%1", report.path.name).replace("%2", people)
        self._context.show_notice(text, self.tr("To put it back, the passphrase is needed: keep both apart."))

    def _on_failed(self, error: object) -> None:
        self._end()
        self._context.show_error(error)  # type: ignore[arg-type]

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Notice):
            self._context.show_notice(sentence(engine_text(event.text)), engine_text(event.hint))
