"""Encryption from the window: turned on and off, another passphrase, and the question at the start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget

from facecam.core.encryption import data_keys, unlocking
from facecam.core.errors import FacecamError
from facecam.core.events import CancelToken, EventSink
from facecam.core.vault import Lock
from facecam.gui.app.dialogs.passphrase_dialog import PassphraseDialog, passphrase_line
from facecam.gui.core.context import AppContext
from facecam.gui.core.translation import engine_text, sentence
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import IN_DIALOG, fill, vertical
from facecam.gui.widgets.look_dialog import Question, button_box, show

_BUSY_KEY = "encryption"
_WIDTH_PX = 56 * GRID_PX


class EncryptionDialog(QDialog):
    """Says how things are, and offers what can be done.

    Args:
        context: does the work and says what became of it.
        parent: over which it opens.
    """

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setWindowTitle(self.tr("Encryption"))
        self.words = label("", wrap=True)
        self.words.setMinimumWidth(_WIDTH_PX)
        self.with_passphrase = push_button(
            self.tr("Turn on with a &passphrase…"), self.tr("Asked for whenever facecam is started")
        )
        self.with_keyring = push_button(
            self.tr("Turn on with the system's &keyring"), self.tr("Opens when you log in; nothing to type")
        )
        self.change = push_button(
            self.tr("&Change the passphrase…"), self.tr("At once: nothing is encrypted anew")
        )
        self.off = push_button(self.tr("Turn &off…"), self.tr("Decrypts everything and forgets the key"))
        self.with_passphrase.clicked.connect(lambda: self._ask(self._turn_on))
        self.with_keyring.clicked.connect(lambda: self._turn_on(Lock()))
        self.change.clicked.connect(lambda: self._ask(self._change_lock))
        self.off.clicked.connect(self._ask_off)
        column = vertical(self, margins=IN_DIALOG, spacing=GRID_PX)
        fill(column, self.words, self.with_passphrase, self.with_keyring, self.change, self.off)
        column.addWidget(button_box(self, None))
        self._look()

    def _look(self) -> None:
        try:
            about = data_keys.about_key(self._context.settings.database / data_keys.KEY_FILE)
        except FacecamError as error:
            about = None
            self._context.show_error(error)
        is_on = about is not None
        for button in (self.with_passphrase, self.with_keyring):
            button.setVisible(not is_on)
        for button in (self.change, self.off):
            button.setVisible(is_on)
        self.words.setText(self._words_of(about))

    def _words_of(self, about: dict[str, Any] | None) -> str:
        what = self.tr(
            "Gallery, copied photos, face chips, the log and records of trainings. Photos that you put into the "
            "folders yourself stay as they are, and so do recordings, exports and models."
        )
        if about is None:
            head = self.tr("Encryption is off. It would protect:")
            lost = self.tr("Without the key nobody can read them, you neither: back up everything first.")
            return f"{head}\n\n{what}\n\n{lost}"
        if about["wrap"]["kind"] == "keyring":
            head = self.tr("Encryption is on, with a key from the system's keyring. It protects:")
        else:
            head = self.tr("Encryption is on, with a passphrase. It protects:")
        return f"{head}\n\n{what}"

    def _ask(self, then: Callable[[Lock], None]) -> None:
        warning = self.tr(
            "Without the passphrase nobody can read what is encrypted, you neither. Write it down somewhere safe."
        )
        dialog = PassphraseDialog(self.tr("Passphrase"), warning, self)
        show(dialog, lambda: then(Lock(dialog.passphrase)))

    def _ask_off(self) -> None:
        title, lines = self.tr("Decrypt everything?"), [self.tr("Whoever has the disk can read it then.")]
        question = Question(title, lines, self.tr("&Decrypt"), parent=self)
        show(question, self._turn_off)

    def _turn_on(self, lock: Lock) -> None:
        settings = self._context.settings

        def work(on_event: EventSink, cancel: CancelToken) -> str:
            from facecam.engine.transactions.encryption import turn_on

            return turn_on(settings, lock, on_event=on_event, cancel=cancel).state

        self._run(work, self.tr("Encrypting; you can go on working."), self.tr("Encryption is on."))

    def _turn_off(self) -> None:
        settings = self._context.settings

        def work(on_event: EventSink, cancel: CancelToken) -> str:
            from facecam.engine.transactions.encryption import turn_off

            return turn_off(settings, on_event=on_event, cancel=cancel).state

        self._run(work, self.tr("Decrypting; you can go on working."), self.tr("Encryption is off."))

    def _change_lock(self, lock: Lock) -> None:
        settings = self._context.settings

        def work(on_event: EventSink, cancel: CancelToken) -> str:
            from facecam.engine.transactions.encryption import change_lock

            change_lock(settings, lock, on_event)
            return ""

        self._run(work, "", self.tr("The passphrase was changed."))

    def _run(self, work: Callable[[EventSink, CancelToken], str], begun: str, done: str) -> None:
        context = self._context

        def failed(error: FacecamError) -> None:
            context.withdraw(_BUSY_KEY)
            context.show_error(error)

        if begun:
            context.show_notice(begun, key=_BUSY_KEY)
        context.run(
            work,
            done=lambda _: context.show_notice(done, key=_BUSY_KEY),
            failed=failed,
            ended=context.people_changed.emit,
            on_event=context.show_event,
            owner=context,
            busy=(_BUSY_KEY, self.tr("Encryption")),
        )
        self.accept()


class UnlockDialog(QDialog):
    """Asks for the passphrase until it is the right one, or nobody wants to type it.

    Args:
        database: which is encrypted.
    """

    def __init__(self, database: Path) -> None:
        super().__init__()
        self._database = database
        self.setWindowTitle("facecam")
        self.line = passphrase_line(self.tr("Passphrase"))
        self.fault = label("", "fault", wrap=True)
        self.buttons = button_box(self, QDialogButtonBox.StandardButton.Ok)
        self._column = column = vertical(self, margins=IN_DIALOG, spacing=GRID_PX)
        words = label(self.tr("Your people are encrypted. Which passphrase opens them?"), wrap=True)
        fill(column, words, self.line, self.fault, self.buttons)
        self.fault.hide()
        self.setMinimumWidth(_WIDTH_PX)

    def accept(self) -> None:
        """Only with the right one."""
        try:
            unlocking.unlock_with(self._database, self.line.text())
        except FacecamError as error:
            self.fault.setText(f"{sentence(engine_text(error.message))}\n{engine_text(error.hint)}")
            self.fault.show()
            # Of wrapped words Qt asks for fewer lines than there are.
            self.resize(self.width(), self._column.totalHeightForWidth(self.width()))
            self.line.selectAll()
            return
        super().accept()


def unlocked(database: Path) -> bool:
    """Ask for the passphrase where one is needed; returns whether the window may open."""
    try:
        if not unlocking.wants_passphrase(database):
            return True
    except FacecamError:
        return True  # A damaged key file: the window says so, wherever it is needed.
    unlocking.ask_with(None)  # Nobody looks at the terminal.
    return UnlockDialog(database).exec() == QDialog.DialogCode.Accepted
