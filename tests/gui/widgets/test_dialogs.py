"""Every dialog has its buttons in the desktop's order, and is gone once it is closed."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

import facecam.gui
from facecam.core.types import Box
from facecam.engine.people.list import RosterEntry
from facecam.gui.app.bug_report import BugDialog
from facecam.gui.app.dialogs.about import AboutDialog
from facecam.gui.app.dialogs.backup_dialog import BackupPassphraseDialog
from facecam.gui.app.dialogs.encryption_dialog import EncryptionDialog, UnlockDialog
from facecam.gui.app.dialogs.erasure_dialog import ErasureDialog
from facecam.gui.app.dialogs.help_dialog import HelpDialog
from facecam.gui.app.dialogs.restore_dialog import RestoreDialog
from facecam.gui.app.dialogs.settings_dialog import SettingsDialog
from facecam.gui.core.context import AppContext
from facecam.gui.enroll.dialogs.face_dialog import FaceDialog
from facecam.gui.enroll.dialogs.questions import GroupsQuestion, KeptQuestion, MergeQuestion, removal_question
from facecam.gui.enroll.dialogs.split_dialog import SplitDialog
from facecam.gui.enroll.service import FaceChoices
from facecam.gui.live.bar.camera_dialog import CameraDialog
from facecam.gui.live.name_dialog import FaceNameDialog
from facecam.gui.theme.theme import theme
from facecam.gui.widgets.face_cache import FaceCache
from facecam.gui.widgets.look_dialog import LookDialog, Question, show
from facecam.gui.widgets.name_dialog import PersonNameDialog
from facecam.gui.widgets.shortcuts import ShortcutSheet
from tests.gui.enroll.fakes import entry
from tests.gui.live.fakes import sample

Make = Callable[[AppContext, QWidget, Path], QDialog]
_PICTURE = np.zeros((60, 80, 3), np.uint8)
#: Return closes these: what they do cannot be taken back, or only while the window is open.
_CAUTIOUS = {"removal", "erasure"}
_FACES = FaceChoices(Path("/x/a.jpg"), _PICTURE, (Box(1, 1, 20, 20), Box(30, 1, 50, 20)), 1.0)


def ada() -> RosterEntry:
    return entry("Ada")


def split(context: AppContext, window: QWidget, folder: Path) -> QDialog:
    faces: FaceCache[Path] = FaceCache(context, lambda path: None, window)
    return SplitDialog("Ada", [[Path("/x/a.jpg")], [Path("/x/b.jpg")]], ["Ada"], faces, window)


MADE: dict[str, Make] = {
    "bug": lambda context, window, folder: BugDialog("report", window),
    "about": lambda context, window, folder: AboutDialog(context, window),
    "backup": lambda context, window, folder: BackupPassphraseDialog(window),
    "encryption": lambda context, window, folder: EncryptionDialog(context, window),
    "unlock": lambda context, window, folder: UnlockDialog(folder),
    "erasure": lambda context, window, folder: ErasureDialog(context, window),
    "help": lambda context, window, folder: HelpDialog(window),
    "restore": lambda context, window, folder: RestoreDialog(folder / "a.facecam", window),
    "settings": lambda context, window, folder: SettingsDialog(context, window),
    "face": lambda context, window, folder: FaceDialog("Ada", _FACES, window),
    "name": lambda context, window, folder: PersonNameDialog("new", ["Ada"], "", window),
    "groups": lambda context, window, folder: GroupsQuestion([("Ada", 2)], "", window),
    "removal": lambda context, window, folder: removal_question("Ada", ["a.jpg"], True, window),
    "merge": lambda context, window, folder: MergeQuestion(ada(), [entry("Bea")], window),
    "kept": lambda context, window, folder: KeptQuestion([ada(), entry("Bea")], window),
    "split": split,
    "camera": lambda context, window, folder: CameraDialog(context.preferences, "Front", window),
    "face of live": lambda context, window, folder: FaceNameDialog([sample()], ["Ada"], window, "Far away"),
    "keyboard": lambda context, window, folder: ShortcutSheet(window),
}


@pytest.mark.parametrize("name", MADE)
def test_what_ends_a_dialog_stands_where_the_desktop_has_it(
    name: str, qtbot: QtBot, context: AppContext, tmp_path: Path, strays: list[str]
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = MADE[name](context, window, tmp_path)
    show(dialog)
    assert strays == []
    (box,) = dialog.findChildren(QDialogButtonBox)
    roles = QDialogButtonBox.ButtonRole
    ends = [one for one in box.buttons() if box.buttonRole(one) == roles.RejectRole]
    assert len(ends) == 1, "one button closes it without doing anything, or closes it alone"
    words = {"cancel", "close", "ok", "save", ends[0].text().replace("&", "").lower()}
    others = {button for button in dialog.findChildren(QPushButton) if button not in box.buttons()}
    assert [one.text() for one in others if one.text().replace("&", "").lower() in words] == []
    default = [one for one in dialog.findChildren(QPushButton) if one.isDefault()]
    does = [one for one in box.buttons() if box.buttonRole(one) == roles.AcceptRole]
    assert name in _CAUTIOUS or default == (does or default), "Return does it"
    ends[0].click()
    qtbot.waitUntil(lambda: not shiboken6.isValid(dialog))


@pytest.mark.parametrize("accept", [True, False])
def test_a_question_is_answered_by_its_buttons_and_by_no_letter(qtbot: QtBot, accept: bool) -> None:
    """In Qt's own box of messages "d" alone would delete."""
    window = QWidget()
    qtbot.addWidget(window)
    question = Question("Sure?", ["It goes."], "&Delete", parent=window, keep="&Keep it")
    assert question.accept_button.shortcut().toString() == "Alt+D"
    assert question.cancel_button.shortcut().toString() == "Alt+K"

    seen: list[bool] = []

    def press() -> None:
        for letter in "dky":
            qtbot.keyClick(question.focusWidget() or question, letter)
        seen.append(question.isVisible())
        (question.accept_button if accept else question.cancel_button).click()

    QTimer.singleShot(0, press)
    assert question.confirmed() is accept and seen == [True]


def test_no_box_answers_to_a_letter() -> None:
    sources = Path(facecam.gui.__path__[0]).rglob("*.py")
    assert [file.name for file in sources if "QMessageBox" in file.read_text(encoding="utf-8")] == []


def test_there_is_no_other_dialog() -> None:
    """Those for looking share one row of buttons."""
    for found in pkgutil.walk_packages(facecam.gui.__path__, "facecam.gui."):
        if "measuring" not in found.name and "process" not in found.name:
            importlib.import_module(found.name)
    kinds, waiting = set(), [QDialog]
    while waiting:
        waiting += (below := waiting.pop().__subclasses__())
        kinds |= {one for one in below if one.__module__.startswith("facecam.") and not one.__subclasses__()}
    named = {one for one in kinds if not issubclass(one, LookDialog) and not one.__name__.startswith("_")}
    here = {value for value in globals().values() if isinstance(value, type) and issubclass(value, QDialog)}
    assert {one.__name__ for one in named - here} == set()


def test_another_theme_leaves_return_with_cancel(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    question = Question("Delete Ada?", ["All her photos go."], "&Delete", parent=window)
    question.open()
    qtbot.waitUntil(question.cancel_button.hasFocus)
    theme().apply("dark")
    assert question.cancel_button.hasFocus() and question.cancel_button.isDefault()
    assert not question.accept_button.isDefault()
