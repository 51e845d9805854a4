"""Encryption by the window: on, another passphrase, off, and the question at the start."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from facecam.core.encryption import data_keys, sealing, unlocking
from facecam.core.vault import Lock
from facecam.engine import components
from facecam.engine.transactions.encryption import turn_on
from facecam.gui.app.dialogs.encryption_dialog import EncryptionDialog, UnlockDialog, unlocked
from facecam.gui.app.dialogs.passphrase_dialog import PassphraseDialog
from facecam.gui.app.dialogs.settings_dialog import SettingsDialog
from facecam.gui.core.context import AppContext, Message
from facecam.gui.widgets.look_dialog import Question
from tests.gallery.factories import circle_gallery

PHRASE, OTHER = "four words nobody guesses", "another four words"


@pytest.fixture
def people(context: AppContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppContext:
    """Ada Lovelace and Bea are enrolled."""
    monkeypatch.setattr(sealing, "COST", (4, 8, 1))
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "cache"))
    monkeypatch.delenv(unlocking.PASSPHRASE_VARIABLE, raising=False)
    folders = {name: tmp_path / name for name in ("data", "database", "weights")}
    context.set_settings(replace(context.settings, **folders))
    components.open_store(context.settings).update(
        lambda _: circle_gallery({"Ada Lovelace": (0,), "Bea": (90,)})
    )
    return context


@pytest.fixture
def messages(people: AppContext) -> list[Message]:
    shown: list[Message] = []
    people.message_shown.connect(shown.append)
    return shown


def opened(qtbot: QtBot, context: AppContext) -> EncryptionDialog:
    dialog = EncryptionDialog(context)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def typed(dialog: EncryptionDialog, phrase: str) -> None:
    asked = dialog.findChild(PassphraseDialog)
    assert asked is not None and asked.isVisible()
    asked.first.setText(phrase)
    asked.second.setText(phrase)
    asked.accept()


def names_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and b"Ada Lovelace" in path.read_bytes()]


def test_on_another_passphrase_and_off(
    qtbot: QtBot, people: AppContext, messages: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    database = people.settings.database
    dialog = opened(qtbot, people)
    assert "off" in dialog.words.text() and "back up" in dialog.words.text()
    assert dialog.with_keyring.isVisible() and not dialog.off.isVisible()
    dialog.with_passphrase.click()
    typed(dialog, PHRASE)
    qtbot.waitUntil(lambda: messages[-1].text == "Encryption is on.")
    assert names_in(database) == [] and not people.busy_with
    data_keys.forget_keys()
    unlocking.unlock_with(database, PHRASE)
    dialog = opened(qtbot, people)
    assert "passphrase" in dialog.words.text() and not dialog.with_keyring.isVisible()
    dialog.change.click()
    typed(dialog, OTHER)
    qtbot.waitUntil(lambda: "was changed" in messages[-1].text)
    data_keys.forget_keys()
    unlocking.unlock_with(database, OTHER)
    dialog = opened(qtbot, people)
    dialog.off.click()
    question = dialog.findChild(Question)
    assert question is not None
    for letter in "dy":  # A letter alone is no answer.
        qtbot.keyClick(question, letter)
    assert question.isVisible()
    question.accept_button.click()
    qtbot.waitUntil(lambda: messages[-1].text == "Encryption is off.")
    assert names_in(database)
    assert {one.key for one in messages} == {"encryption"}, (
        "what is done takes the place of what is being done"
    )


def test_without_a_keyring_it_is_said(
    qtbot: QtBot, people: AppContext, messages: list[Message], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    opened(qtbot, people).with_keyring.click()
    qtbot.waitUntil(lambda: messages[-1].level == "fault")
    assert "keyring" in messages[-1].text and messages[-1].hint and not people.busy_with
    assert names_in(people.settings.database)


def test_the_start_asks_until_it_is_right(qtbot: QtBot, people: AppContext) -> None:
    database = people.settings.database
    assert unlocked(database), "nothing to ask"
    turn_on(people.settings, Lock(PHRASE))
    assert unlocked(database), "known already"
    data_keys.forget_keys()
    unlocking.ask_with(lambda what: PHRASE, is_person=False)
    assert unlocked(database), "a file has it"
    dialog = UnlockDialog(database)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.line.setText("wrong words")
    dialog.buttons.accepted.emit()
    assert dialog.isVisible() and "passphrase" in dialog.fault.text()
    qtbot.waitUntil(lambda: dialog.fault.height() >= dialog.fault.heightForWidth(dialog.fault.width()))
    dialog.line.setText(PHRASE)
    dialog.buttons.accepted.emit()
    assert not dialog.isVisible() and dialog.result() == UnlockDialog.DialogCode.Accepted
    assert components.open_store(people.settings).load() is not None


def test_whoever_does_not_know_it_sees_no_window(
    qtbot: QtBot, people: AppContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_on(people.settings, Lock(PHRASE))
    data_keys.forget_keys()
    monkeypatch.setattr(UnlockDialog, "exec", lambda self: UnlockDialog.DialogCode.Rejected)
    assert not unlocked(people.settings.database)


def test_the_settings_lead_there(qtbot: QtBot, people: AppContext) -> None:
    settings = SettingsDialog(people)
    qtbot.addWidget(settings)
    settings.encrypt.click()
    dialog = settings.findChild(EncryptionDialog)
    assert dialog is not None and dialog.isVisible()
    dialog.reject()
