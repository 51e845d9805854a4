"""Names of all kinds, and faces to click on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from facecam.core.types import Box
from facecam.gui.enroll.dialogs.face_dialog import FaceDialog
from facecam.gui.enroll.service import FaceChoices
from facecam.gui.live.name_dialog import FaceNameDialog
from facecam.gui.widgets.name_dialog import PersonNameDialog, Purpose
from tests.gui.enroll.fakes import PICTURE


def typed(qtbot: QtBot, text: str, purpose: Purpose = "new", first: str = "") -> PersonNameDialog:
    dialog = PersonNameDialog(purpose, ["Ada", "Zoë"], first)
    qtbot.addWidget(dialog)
    dialog.line.setText(text)
    return dialog


@pytest.mark.parametrize(
    "name", ["Grace", "😀", "مريم", "../../etc/passwd", "CON", "a.", "名前", "O'Brien; DROP"]
)
def test_names_that_are_fine(qtbot: QtBot, name: str) -> None:
    dialog = typed(qtbot, f"  {name} ")
    assert dialog.accept_button.isEnabled() and dialog.name == name and not dialog.is_known


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u200d", "a\u2028b", "\x1b[31m"])
def test_names_that_are_none(qtbot: QtBot, name: str) -> None:
    assert not typed(qtbot, name).accept_button.isEnabled()


def test_a_very_long_name_is_cut_at_three_hundred_letters(qtbot: QtBot) -> None:
    dialog = typed(qtbot, "x" * 400)
    assert len(dialog.name) == 300 and "shortened" in dialog.remark.text()


@pytest.mark.parametrize("text", ["ada\u200b", "A\u00adda", "\u00a0ADA"])
def test_a_name_that_looks_like_a_known_one_is_that_one(qtbot: QtBot, text: str) -> None:
    dialog = typed(qtbot, text)
    assert dialog.is_known and dialog.name == "Ada" and "added to them" in dialog.remark.text()
    renamed = typed(qtbot, text, "rename", "Zoë")
    assert not renamed.accept_button.isEnabled() and "Merge" in renamed.remark.text()


def test_of_two_who_differ_in_case_only_the_spelling_decides(qtbot: QtBot) -> None:
    for name in ("Ada", "ada"):
        dialog = PersonNameDialog("new", ["Ada", "ada"], name)
        qtbot.addWidget(dialog)
        assert dialog.is_known and dialog.name == name


def test_a_known_name_is_found_however_it_is_written(qtbot: QtBot) -> None:
    dialog = typed(qtbot, "zoe\u0308".upper())
    assert dialog.is_known and dialog.name == "Zoë" and "Add" in dialog.accept_button.text()


def test_renaming_refuses_the_name_of_somebody_else(qtbot: QtBot) -> None:
    assert not typed(qtbot, "ada", "rename", "Zoë").accept_button.isEnabled()
    own = typed(qtbot, "ZOË", "rename", "Zoë")
    assert own.accept_button.isEnabled() and own.name == "ZOË"


def test_two_people_of_one_name_are_told_apart_in_brackets(qtbot: QtBot) -> None:
    dialog = typed(qtbot, "ada")
    dialog.show()
    assert dialog.namesake.isVisible() and dialog.name == "Ada"
    dialog.namesake.button.click()
    assert not dialog.accept_button.isEnabled() and "tells the two apart" in dialog.remark.text()
    dialog.namesake.line.setText("  the lab)")
    assert dialog.name == "ada (the lab)" and dialog.accept_button.text() == "&Next"
    dialog.line.setText("Grace")
    assert not dialog.namesake.isVisible() and dialog.name == "Grace"
    dialog.line.setText("Ada")
    assert dialog.name == "Ada", "as if nothing had been asked"


def test_live_tells_two_people_of_one_name_apart_too(qtbot: QtBot) -> None:
    dialog = FaceNameDialog([], ["Ada", "Zoë"])
    qtbot.addWidget(dialog)
    dialog.show()
    save = dialog.accept_button
    dialog.line.setText("Ada")
    dialog.namesake.button.click()
    assert not save.isEnabled()
    dialog.namesake.line.setText("the lab")
    assert save.isEnabled() and dialog.name == "Ada (the lab)" and save.text() == "&Enroll"


@pytest.fixture
def faces() -> FaceChoices:
    return FaceChoices(Path("a.jpg"), PICTURE, (Box(50, 10, 70, 30), Box(5, 10, 25, 30)), 0.5)


def test_a_click_chooses(qtbot: QtBot, faces: FaceChoices) -> None:
    dialog = FaceDialog("Ada", faces)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.index is None and not dialog.accept_button.isEnabled()
    spot = dialog.picture.to_widget().map(60.0, 20.0)
    qtbot.mouseClick(dialog.picture, Qt.MouseButton.LeftButton, pos=QPoint(round(spot[0]), round(spot[1])))
    assert dialog.index == 0 and dialog.accept_button.isEnabled()
    dialog.picture.pointed.emit(dialog.picture.to_widget().map(QPointF(40.0, 55.0)))
    assert dialog.index == 0, "a click beside the faces changes nothing"
    dialog.picture.grab()


def test_keys_choose_from_left_to_right(qtbot: QtBot, faces: FaceChoices) -> None:
    dialog = FaceDialog("Ada", faces)
    qtbot.addWidget(dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_2)
    assert dialog.index == 0
    qtbot.keyClick(dialog, Qt.Key.Key_Right)
    assert dialog.index == 1
    qtbot.keyClick(dialog, Qt.Key.Key_9)
    assert dialog.index == 1
