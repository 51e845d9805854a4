"""Many people and many photos: chosen, deleted, merged, moved, split, enrolled and taken back in one go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLabel

from facecam.gui.enroll.dialogs.photo_dialog import PhotoDialog
from facecam.gui.enroll.dialogs.questions import KeptQuestion, Question
from facecam.gui.enroll.dialogs.split_dialog import SplitDialog
from facecam.gui.enroll.lists.photo_grid import photos_in
from facecam.gui.enroll.service import EnrollRequest
from facecam.gui.widgets.name_dialog import PersonNameDialog
from tests.gui.enroll.conftest import Stage
from tests.gui.enroll.fakes import entry


def choose(stage: Stage, *names: str) -> None:
    """Choose people as with Ctrl held down."""
    view, flag = stage.tab.people.view, QItemSelectionModel.SelectionFlag
    view.selectionModel().clear()
    for name in names:
        view.selectionModel().select(view.model().index(stage.names().index(name), 0), flag.Select)
    stage.settle()


def choose_photos(stage: Stage, *rows: int) -> None:
    grid, flag = stage.tab.person.grid, QItemSelectionModel.SelectionFlag
    for row in rows:
        grid.selectionModel().select(grid.model().index(row, 0), flag.Select)


def text_of(dialog: Any) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_many_people_are_deleted_by_one_key_and_one_undo(stage: Stage) -> None:
    choose(stage, "Ada", "Bea", "Dora")
    assert "3 people chosen" in text_of(stage.tab.person)
    stage.qtbot.keyClick(stage.tab.people.view, Qt.Key.Key_Delete)
    dialog: Any = stage.dialog(Question)
    assert "Delete 3 people?" in text_of(dialog) and "Ada, Bea, Dora" in text_of(dialog)
    assert "12 photos" in text_of(dialog)
    dialog.accept_button.click()
    stage.settle()
    assert stage.names() == ["Zoë"] and stage.messages[-1].text == "3 people were deleted."
    assert stage.service.calls == [("delete", "Ada", ["Ada", "Bea", "Dora"])]
    stage.tab.changes.undo()
    stage.settle()
    assert stage.names() == ["Ada", "Bea", "Dora", "Zoë"] and not stage.tab.people.undo.isEnabled()


def test_many_people_become_one(stage: Stage) -> None:
    choose(stage, "Ada", "Bea", "Zoë")
    stage.tab._with_chosen(stage.tab.changes.merge)
    dialog: Any = stage.dialog(KeptQuestion)
    dialog.people.setCurrentRow(1)
    dialog.accept_button.click()
    stage.settle()
    assert stage.service.calls == [("merge", "Bea", ["Ada", "Zoë"])]
    assert stage.messages[-1].text == "2 people are Bea now."


def test_many_photos_are_removed(stage: Stage) -> None:
    stage.choose("Ada")
    choose_photos(stage, 0, 1, 2)
    assert stage.tab.person.detail.text() == "3 photos chosen"
    stage.tab.person.remove.click()
    dialog: Any = stage.dialog(Question)
    assert "Remove 3 photos of Ada?" in text_of(dialog)
    dialog.accept_button.click()
    stage.settle()
    assert len(stage.tab.person.photos.cards) == 6
    stage.tab.changes.undo()
    stage.settle()
    assert len(stage.tab.person.photos.cards) == 9


def test_photos_are_moved_by_the_menu(stage: Stage) -> None:
    stage.choose("Ada")
    choose_photos(stage, 0, 1)
    stage.tab.person.grid.deeds["photo_move"].trigger()
    dialog: Any = stage.dialog(PersonNameDialog)
    dialog.line.setText("Zoë")
    dialog.accept_button.click()
    stage.settle()
    assert stage.service.calls == [("move", "Ada", "Zoë", ["good-0.jpg", "good-1.jpg"])]
    assert stage.tab.person.name.text() == "Ada" and len(stage.tab.person.photos.cards) == 7
    assert stage.messages[-1].text == "2 photos moved from Ada to Zoë."


def test_photos_are_dragged_to_somebody(stage: Stage) -> None:
    stage.choose("Ada")
    choose_photos(stage, 3)
    data = stage.tab.person.photos.mimeData(stage.tab.person.grid.selectionModel().selectedIndexes())
    assert photos_in(data) == (Path("/data/Ada/good-3.jpg"),)
    view = stage.tab.people.view
    place = view.visualRect(view.model().index(stage.names().index("Bea"), 0)).center()
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, buttons, keys)
    view.dropEvent(event)
    stage.settle()
    assert event.isAccepted() and stage.service.calls == [("move", "Ada", "Bea", ["good-3.jpg"])]
    event = QDropEvent(QPointF(QPoint(5, 2000)), Qt.DropAction.CopyAction, data, buttons, keys)
    view.dropEvent(event)
    stage.settle()
    assert len(stage.service.calls) == 1


def test_a_photo_is_seen_large_and_stands_for_the_person(stage: Stage) -> None:
    stage.choose("Ada")
    choose_photos(stage, 1)
    stage.tab.person.grid.deeds["photo_open"].trigger()
    dialog: Any = stage.dialog(PhotoDialog)
    stage.settle()
    assert dialog.photo.name == "good-1.jpg" and "2 faces" in dialog.words.text()
    stage.qtbot.keyClick(dialog, Qt.Key.Key_Right)
    stage.settle()
    assert dialog.photo.name == "good-2.jpg" and "3 / 9" in dialog.words.text()
    dialog.accept()
    stage.tab.person.grid.deeds["photo_portrait"].trigger()
    stage.settle()
    assert stage.service.calls == [("portrait", "Ada", "good-1.jpg")]
    assert stage.messages[-1].action is not None


def test_what_needs_one_photo_is_not_offered_for_two(stage: Stage) -> None:
    stage.choose("Ada")
    deeds = stage.tab.person.grid.deeds
    assert not any(action.isEnabled() for action in deeds.values())
    choose_photos(stage, 0, 1)
    assert deeds["photo_move"].isEnabled() and not deeds["photo_open"].isEnabled()
    keys = {action.shortcut().toString() for action in deeds.values()}
    assert len(keys) == len(deeds) and "" not in keys


def test_a_mixed_person_is_split(stage: Stage) -> None:
    photos = stage.service.people[1].photos
    stage.service.mixed = (photos[:5], photos[5:7], photos[7:])
    stage.choose("Ada")
    assert stage.tab.person.mixed.isVisible()
    assert stage.tab.person.mixed.text.text() == "These look like 3 people"
    assert stage.tab.person.summary.text() == "9 photos · several people?"
    stage.tab.person.mixed.look.click()
    dialog: Any = stage.dialog(SplitDialog)
    assert [line.text() for line in dialog.lines] == ["Ada", "", ""] and not dialog.accept_button.isEnabled()
    dialog.lines[1].setText("zoë")
    dialog.lines[2].setText("Eve")
    assert dialog.parts == [("Zoë", photos[5:7]), ("Eve", photos[7:])]
    stage.service.mixed = ()
    dialog.accept_button.click()
    stage.settle()
    assert stage.service.calls == [("split", "Ada", ["Zoë", "Eve"])]
    assert "Ada was split into 3 people." in stage.texts and not stage.tab.person.mixed.isVisible()


def test_it_is_right(stage: Stage) -> None:
    photos = stage.service.people[1].photos
    stage.service.mixed = (photos[:5], photos[5:])
    stage.choose("Ada")
    stage.tab.person.mixed.look.click()
    dialog: Any = stage.dialog(SplitDialog)
    dialog.right.click()
    stage.settle()
    assert stage.service.calls == [("confirm", "Ada", [photo.name for photo in photos])]


def test_enrolling_many_is_one_undo(stage: Stage) -> None:
    names = [f"Mistake {number}" for number in range(60)]
    stage.tab.adding.enrolling.enroll([EnrollRequest(name, (Path(f"/x/good-{name}.jpg"),)) for name in names])
    stage.settle()
    assert len(stage.names()) == 64 and stage.tab.adding.result.undo.isVisible()
    assert "60 people were enrolled" in stage.tab.people.undo.toolTip()
    stage.tab.adding.result.undo.click()
    stage.settle()
    assert stage.service.calls[-1] == ("take back", names)
    assert stage.names() == ["Ada", "Bea", "Dora", "Zoë"]


def test_two_photos_of_two_people_are_told_when_enrolling(stage: Stage) -> None:
    stage.service.mixed = ((Path("/data/Eve/a.jpg"),), (Path("/data/Eve/b.jpg"),))
    stage.tab._on_named("Eve")
    stage.tab.adding.add_paths([Path("/x/good-1.jpg"), Path("/x/good-2.jpg")])
    stage.settle()
    result = stage.tab.adding.result
    assert result.mixed.isVisible() and result.mixed.text.text() == "These look like 2 people"
    result.mixed.look.click()
    dialog: Any = stage.dialog(SplitDialog)
    dialog.lines[1].setText("Fay")
    dialog.accept_button.click()
    stage.settle()
    assert stage.service.calls[-1] == ("split", "Eve", ["Fay"])


def test_folders_copied_into_data_are_enrolled_all(stage: Stage) -> None:
    assert not stage.tab.people.enroll_all.isVisible()
    stage.service.people += [entry("Eve", 2, vectors=0), entry("Fay", 3, vectors=0)]
    stage.tab.reload()
    stage.settle()
    button = stage.tab.people.enroll_all
    assert button.isVisible() and button.text() == "&Enroll all 3"
    button.click()
    stage.settle()
    assert [call[1] for call in stage.service.calls] == ["Dora", "Eve", "Fay"]


def test_results_are_summed_up_and_filtered(stage: Stage) -> None:
    stage.tab._on_named("Ada")
    names = ("good-1", "blurred-1", "blurred-2", "none-1", "again-1")
    stage.tab.adding.add_paths([Path(f"/x/{name}.jpg") for name in names])
    stage.settle()
    result = stage.tab.adding.result
    assert result.reasons.text() == "2 × Blurred, 1 × No face, 1 × Already there"
    assert result.only_troubled.text() == "Only what needs &attention (3)"
    result.only_troubled.click()
    assert [result.list.isRowHidden(row) for row in range(5)] == [True, False, False, False, True]
    result.only_troubled.click()
    assert not any(result.list.isRowHidden(row) for row in range(5))


def test_results_of_many_stand_person_by_person(stage: Stage) -> None:
    photos = {"Eve": ("good-1", "blurred-1"), "Fay": ("good-2",), "Gus": ("none-1",)}
    requests = [
        EnrollRequest(name, tuple(Path(f"/x/{name}/{one}.jpg") for one in ones))
        for name, ones in photos.items()
    ]
    stage.tab.adding.enrolling.enroll(requests)
    stage.settle()
    result = stage.tab.adding.result
    assert [getattr(line, "path", Path(line.person)).name for line in result.model.lines] == [
        "Eve", "good-1.jpg", "blurred-1.jpg", "Fay", "good-2.jpg", "Gus", "none-1.jpg",
    ]  # fmt: skip
    heads = [result.model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in (0, 3, 5)]
    assert heads == ["Eve: Photos used: 1 of 2", "Fay: Photos used: 1 of 1", "Gus: Photos used: 0 of 1"]
    result.only_troubled.click()
    assert [result.list.isRowHidden(row) for row in range(7)] == [
        False, True, False, True, True, False, False,
    ]  # fmt: skip
    assert not result.list.grab().isNull()


def test_cancel_says_what_was_kept(stage: Stage) -> None:
    requests = [EnrollRequest(name, (Path(f"/x/good-{name}.jpg"),)) for name in ("Eve", "Fay", "Gus")]
    stage.tab.adding.enrolling.enroll(requests)
    enroll = stage.service.enroll

    def stop_at_second(request: EnrollRequest, *rest: Any) -> Any:
        if request.name == "Fay":
            stage.service.may_go_on.clear()
        return enroll(request, *rest)

    stage.settle()
    stage.tab.changes.undo_enrollment()
    stage.settle()
    stage.service.enroll = stop_at_second  # type: ignore[method-assign]
    stage.tab.adding.enrolling.enroll(requests)
    stage.until(lambda: ("enroll", "Fay", ["good-Fay.jpg"]) in stage.service.calls[-1:])
    stage.tab.adding.cancel()
    stage.settle()
    assert stage.messages[-1].text == "Cancelled. People kept: 1 of 3."
    assert stage.names() == ["Ada", "Bea", "Dora", "Eve", "Zoë"]
    stage.tab.adding.result.undo.click()
    stage.settle()
    assert stage.names() == ["Ada", "Bea", "Dora", "Zoë"]


def test_the_result_of_somebody_new_stays_to_be_read(stage: Stage) -> None:
    stage.tab.adding.enrolling.enroll([EnrollRequest("Eve", (Path("/x/good-1.jpg"),))])
    stage.settle()
    assert stage.tab.person.name.text() == "Eve" and stage.tab.adding.result.isVisible()
    stage.choose("Ada")
    assert stage.tab.adding.currentWidget() is stage.tab.adding.add


def test_nobody_chosen_any_more(stage: Stage) -> None:
    choose(stage, "Ada", "Bea")
    stage.tab.people.view.selectionModel().clear()
    stage.settle()
    assert "Nobody chosen" in text_of(stage.tab.person)
