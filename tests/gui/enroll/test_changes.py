"""Rename, merge, delete, remove: asked, done, told to everybody, taken back."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from facecam.core.errors import DataError
from facecam.core.types import Identity
from facecam.engine.runs.trained_on import TrainedOn
from facecam.gui.enroll.dialogs.questions import MergeQuestion, Question
from facecam.gui.widgets.name_dialog import PersonNameDialog
from tests.gui.enroll.conftest import Stage


def text_of(dialog: Any) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_delete_says_what_goes_and_can_be_taken_back(stage: Stage) -> None:
    stage.choose("Ada")
    stage.qtbot.keyClick(stage.tab.people.view, Qt.Key.Key_Delete)
    dialog: Any = stage.dialog(Question)
    text = text_of(dialog)
    for words in (
        "Delete Ada?",
        f"9 photos in {Path('/data/Ada')}",
        "1 other file",
        "9 face vectors",
        "every saved copy",
    ):
        assert words in text, text
    dialog.accept_button.click()
    stage.settle()
    assert stage.names() == ["Bea", "Dora", "Zoë"] and stage.changes == 1
    assert stage.tab.people.entry is None
    assert stage.messages[-1].text == "Ada was deleted." and stage.messages[-1].action is not None
    stage.messages[-1].action[1]()
    stage.settle()
    assert "Ada" in stage.names() and stage.tab.person.name.text() == "Ada" and stage.changes == 2
    assert not stage.tab.people.undo.isEnabled()


def test_what_a_training_has_learnt_is_named_before_and_after(stage: Stage) -> None:
    stage.service.stays = TrainedOn("Ada", ("quick-1",), ("2026-01-31-quick-1",))
    stage.choose("Ada")
    stage.tab.person.delete.click()
    dialog: Any = stage.dialog(Question)
    assert "Photos of Ada were used to train quick-1" in text_of(dialog)
    dialog.accept_button.click()
    stage.settle()
    hint = stage.messages[-1].hint
    assert "Photos of Ada were used to train quick-1" in hint and "`" not in hint, (
        "a window has no command line"
    )


def test_nothing_is_deleted_unless_it_is_said(stage: Stage) -> None:
    stage.choose("Ada")
    stage.tab.person.delete.click()
    dialog: Any = stage.dialog(Question)
    assert dialog.cancel_button.isDefault()
    stage.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    stage.settle()
    assert stage.service.calls == [] and "Ada" in stage.names()


def test_rename_by_f2_and_undo_by_keyboard(stage: Stage) -> None:
    stage.choose("Ada")
    stage.qtbot.keyClick(stage.tab.people.view, Qt.Key.Key_F2)
    dialog: Any = stage.dialog(PersonNameDialog)
    assert dialog.line.text() == "Ada" and dialog.line.selectedText() == "Ada"
    dialog.line.setText("Ada Lovelace")
    dialog.accept_button.click()
    stage.settle()
    assert "Ada Lovelace" in stage.names() and stage.tab.person.name.text() == "Ada Lovelace"
    assert "Ada is called Ada Lovelace now" in stage.tab.people.undo.toolTip()
    stage.tab.people.undo.click()
    stage.settle()
    assert "Ada" in stage.names()


def test_a_name_the_engine_refuses(stage: Stage) -> None:
    stage.choose("Ada")
    stage.tab.person.edit.click()
    dialog: Any = stage.dialog(PersonNameDialog)
    dialog.line.setText("Refused")
    dialog.accept_button.click()
    stage.settle()
    assert stage.texts == ["The name cannot be given"] and "Ada" in stage.names() and stage.changes == 0


def test_merge_asks_with_whom(stage: Stage) -> None:
    stage.choose("Bea")
    stage.tab.person.merge.click()
    dialog: Any = stage.dialog(MergeQuestion)
    assert not dialog.accept_button.isEnabled() and dialog.people.count() == 3
    dialog.search.setText("ad")
    dialog.people.setCurrentRow(0)
    dialog.accept_button.click()
    stage.settle()
    assert stage.service.calls == [("merge", "Ada", ["Bea"])] and stage.tab.person.name.text() == "Ada"


def test_remove_a_photo_and_take_it_back(stage: Stage) -> None:
    stage.choose("Zoë")
    grid = stage.tab.person.grid
    grid.setCurrentIndex(grid.model().index(1, 0))
    assert "good-1.jpg" in stage.tab.person.detail.text()
    stage.qtbot.keyClick(grid, Qt.Key.Key_Delete)
    dialog: Any = stage.dialog(Question)
    assert "Remove this photo of Zoë?" in text_of(dialog)
    dialog.accept_button.click()
    stage.settle()
    assert len(stage.tab.person.photos.cards) == 2
    stage.tab.changes.undo()
    stage.settle()
    assert len(stage.tab.person.photos.cards) == 3


def test_steps_are_taken_back_one_by_one(stage: Stage) -> None:
    for name in ("Ada", "Bea"):
        stage.choose(name)
        stage.tab.person.delete.click()
        dialog: Any = stage.dialog(Question)
        dialog.accept_button.click()
        stage.settle()
    assert stage.names() == ["Dora", "Zoë"]
    stage.tab.changes.undo()
    stage.settle()
    assert stage.names() == ["Bea", "Dora", "Zoë"]
    stage.tab.changes.undo()
    stage.settle()
    stage.tab.changes.undo()
    assert len(stage.names()) == 4


def test_closing_forgets_for_good(stage: Stage) -> None:
    stage.tab.shut_down()
    assert stage.service.closed == 1


def test_an_undo_that_failed_can_be_tried_again(stage: Stage) -> None:
    attempts: list[int] = []

    def undo() -> Identity:
        attempts.append(1)
        if len(attempts) == 1:
            raise DataError("the disk is full", hint="Free some space.")
        return Identity("", "Dora")

    stage.tab.changes._do(lambda: undo, "Dora was deleted", None)
    stage.settle()
    stage.tab.changes.undo()
    stage.settle()
    assert stage.texts[-1] == "The disk is full" and stage.tab.people.undo.isEnabled()
    stage.tab.changes.undo()
    stage.settle()
    assert len(attempts) == 2 and not stage.tab.people.undo.isEnabled()


def test_nothing_is_thrown_away_under_a_job(stage: Stage) -> None:
    go_on = threading.Event()
    stage.context.run(lambda on_event, cancel: go_on.wait(60), done=lambda _: None)
    stage.tab.shut_down()
    assert stage.service.closed == 0
    go_on.set()
    stage.settle()


def test_what_was_erased_is_not_offered_back(stage: Stage) -> None:
    stage.choose("Ada")
    stage.tab.person.delete.click()
    dialog: Any = stage.dialog(Question)
    dialog.accept_button.click()
    stage.settle()
    assert stage.tab.people.undo.isEnabled() and "Ada" in stage.tab.people.undo.toolTip()
    stage.context.erased.emit()
    assert not stage.tab.people.undo.isEnabled() and "Ada" not in stage.tab.people.undo.toolTip()


def test_whoever_was_begun_is_erased_with_the_others(stage: Stage) -> None:
    stage.tab._on_named("Grace")
    assert stage.tab.adding._target == "Grace"
    stage.context.erased.emit()
    assert stage.tab.adding._target == ""
