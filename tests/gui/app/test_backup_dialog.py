"""Backup from the window: asked for twice, done in the background, and said."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from facecam.core.config import Settings
from facecam.core.encryption import sealing
from facecam.engine.tools.backup import back_up
from facecam.engine.tools.restore import restore
from facecam.gui.app.dialogs.backup_dialog import BackupAction, BackupPassphraseDialog
from facecam.gui.app.dialogs.restore_dialog import RestoreAction, RestoreDialog
from facecam.gui.core import translation
from facecam.gui.core.context import AppContext, Message

PHRASE = "four words nobody guesses"


@pytest.fixture
def messages(context: AppContext) -> list[Message]:
    shown: list[Message] = []
    context.message_shown.connect(shown.append)
    return shown


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sealing, "COST", (4, 8, 1))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_the_passphrase_is_typed_twice(qtbot: QtBot) -> None:
    dialog = BackupPassphraseDialog()
    qtbot.addWidget(dialog)
    save = dialog.buttons.button(QDialogButtonBox.StandardButton.Save)
    assert not save.isEnabled() and "letter" in dialog.remark.text()
    dialog.first.setText(PHRASE)
    assert not save.isEnabled() and "both" in dialog.remark.text()
    dialog.second.setText(PHRASE)
    assert save.isEnabled() and dialog.passphrase == PHRASE and dialog.remark.text() == ""
    assert dialog.first.echoMode() == dialog.first.EchoMode.Password


def test_it_asks_in_german_too(qtbot: QtBot, qapp: QApplication) -> None:
    translation.install(qapp, "de")
    dialog = BackupPassphraseDialog()
    qtbot.addWidget(dialog)
    assert dialog.remark.text().startswith("Mindestens 8 Zeichen")


def test_a_backup_is_made_and_said(
    context: AppContext,
    messages: list[Message],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file, window = tmp_path / "mine.facecam", QWidget()
    qtbot.addWidget(window)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(file), ""))
    action = BackupAction(context, window)
    action.ask()
    dialog = window.findChild(BackupPassphraseDialog)
    assert dialog is not None and dialog.isVisible()
    dialog.first.setText(PHRASE)
    dialog.second.setText(PHRASE)
    dialog.accept()
    qtbot.waitUntil(lambda: len(messages) == 2)
    assert messages[1].text.startswith("Backed up to mine.facecam") and not context.busy_with
    other = tmp_path / "other"
    settings = Settings(data=other / "data", database=other / "database", weights=other / "weights")
    assert restore(settings, file, PHRASE, other / "facecam.toml").people == 0


def test_what_cannot_be_written_is_said(
    context: AppContext, messages: list[Message], qtbot: QtBot, tmp_path: Path
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    BackupAction(context, window).back_up(tmp_path / "no" / "such" / "folder.facecam", PHRASE, runs=False)
    qtbot.waitUntil(lambda: len(messages) == 2)
    assert messages[1].level == "fault" and messages[1].hint and not context.busy_with


def test_nobody_is_asked_for_a_passphrase_of_nothing(
    context: AppContext, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    BackupAction(context, window).ask()
    assert window.findChild(BackupPassphraseDialog) is None


def person(settings: Settings, name: str) -> Path:
    """Somebody's folder, with a file in it."""
    folder = settings.data / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "photo.jpg").write_bytes(name.encode())
    return folder


@pytest.fixture
def backup(context: AppContext, tmp_path: Path) -> Path:
    """A backup with Ada in it, and Bea here now."""
    ada = person(context.settings, "Ada")
    file = tmp_path / "mine.facecam"
    back_up(context.settings, file, PHRASE, context.settings_file)
    shutil.rmtree(ada)
    person(context.settings, "Bea")
    return file


def test_a_backup_is_put_back_once_it_is_said_what_goes(
    context: AppContext, messages: list[Message], qtbot: QtBot, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(backup), ""))
    RestoreAction(context, window).ask()
    dialog = window.findChild(RestoreDialog)
    assert dialog is not None and dialog.isVisible() and not dialog.restore.isEnabled()
    dialog.line.setText(PHRASE)
    with qtbot.waitSignal(context.people_changed):
        dialog.restore.click()
    qtbot.waitUntil(lambda: not context.busy_with)
    assert sorted(path.name for path in context.settings.data.iterdir() if path.is_dir()) == ["Ada"]
    assert messages[-1].text.startswith("Restored, as of 20") and "start it again" in messages[-1].hint


@pytest.mark.parametrize("damage", ["another passphrase", "cut"])
def test_a_backup_that_cannot_be_used_replaces_nothing(
    context: AppContext, messages: list[Message], qtbot: QtBot, backup: Path, damage: str
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    if damage == "cut":
        backup.write_bytes(backup.read_bytes()[:-40])
    RestoreAction(context, window).restore(backup, PHRASE if damage == "cut" else "five other words for all")
    qtbot.waitUntil(lambda: bool(messages))
    assert messages[-1].level == "fault" and messages[-1].hint and not context.busy_with
    assert sorted(path.name for path in context.settings.data.iterdir() if path.is_dir()) == ["Bea"]
