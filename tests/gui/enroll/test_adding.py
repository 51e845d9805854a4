"""Photos by drop and dialog: for whom, what became of them, and how the user helps."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu

from facecam.core.errors import DataError
from facecam.core.types import Box, Identity
from facecam.engine.faces.photo_embeddings import PhotoFace
from facecam.engine.tools.face_groups import FaceGroupToName, FacesToName
from facecam.gui.enroll.dialogs.face_dialog import FaceDialog
from facecam.gui.enroll.dialogs.questions import GroupsQuestion
from facecam.gui.enroll.lists.verdict_list import button_rect
from facecam.gui.enroll.lists.verdict_model import headline
from facecam.gui.enroll.service import Resemblance
from facecam.gui.widgets.name_dialog import PersonNameDialog
from tests.gui.enroll.conftest import Stage
from tests.gui.enroll.fakes import BOX


def drop(stage: Stage, *paths: str) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    # A file manager may propose to move: what is dropped is copied all the same.
    action = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(5, 5), action, data, buttons, keys)
    stage.tab.dragEnterEvent(enter)
    if enter.isAccepted():
        event = QDropEvent(QPointF(5, 5), action, data, buttons, keys)
        stage.tab.dropEvent(event)
        assert event.dropAction() == Qt.DropAction.CopyAction


def words(stage: Stage) -> list[str]:
    return [headline(row) for row in stage.tab.adding.result.model.rows]


def test_dropped_for_the_chosen_person(stage: Stage) -> None:
    stage.choose("Bea")
    drop(stage, "/p/good-1.jpg", "/p/blurred-2.jpg", "/p/broken-3.heic")
    stage.settle()
    assert stage.service.calls == [("enroll", "Bea", ["good-1.jpg", "blurred-2.jpg", "broken-3.heic"])]
    assert words(stage) == ["Good", "Blurred", "Cannot be read"]
    result = stage.tab.adding.result
    assert result.title.text() == "Bea is recognised now" and result.summary.text() == "Photos used: 1 of 3"
    assert stage.changes == 1 and stage.tab.person.summary.text().startswith("2 photos")


def test_dropped_for_nobody_asks_who_it_is(stage: Stage) -> None:
    drop(stage, "/p/Grace Hopper")
    dialog = stage.dialog(PersonNameDialog)
    assert dialog.line.text() == "Grace Hopper"  # type: ignore[attr-defined]
    dialog.accept()
    stage.settle()
    assert stage.service.calls == [("enroll", "Grace Hopper", ["good-1.jpg", "good-2.jpg"])]
    assert stage.tab.person.name.text() == "Grace Hopper"


def test_a_known_name_adds_to_that_person(stage: Stage) -> None:
    drop(stage, "/p/good-1.jpg")
    dialog = stage.dialog(PersonNameDialog)
    dialog.line.setText(" zoë ")  # type: ignore[attr-defined]
    assert "will be added" in dialog.remark.text()  # type: ignore[attr-defined]
    dialog.accept()
    stage.settle()
    assert stage.service.calls == [("enroll", "Zoë", ["good-1.jpg"])]


@pytest.mark.parametrize("one_person", [False, True])
def test_a_folder_of_folders(stage: Stage, one_person: bool) -> None:
    stage.choose("Ada")
    drop(stage, "/p/Grace", "/p/Alan")
    dialog = stage.dialog(GroupsQuestion)
    (dialog.one_button if one_person else dialog.accept_button).click()  # type: ignore[attr-defined]
    stage.settle()
    enrolled = [call[1] for call in stage.service.calls]
    assert enrolled == (["Ada"] if one_person else ["Grace", "Alan"])
    if not one_person:
        assert "People enrolled: 2 of 2" in stage.tab.adding.result.summary.text()


def test_the_user_says_which_face(stage: Stage) -> None:
    stage.choose("Ada")
    drop(stage, "/p/good-1.jpg", "/p/several-2.jpg")
    stage.settle()
    view, row = stage.tab.adding.result.list, stage.tab.adding.result.model.rows[1]
    assert row.cure == "choose face"
    spot = button_rect(view.visualRect(view.model().index(1, 0)), row, view.font()).center()
    stage.qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    dialog = stage.dialog(FaceDialog)
    stage.qtbot.keyClick(dialog, Qt.Key.Key_1)
    dialog.accept()
    stage.settle()
    # The leftmost one; the picture shown was half the original's size.
    assert ("chosen", "several-2.jpg", Box(10, 20, 50, 60)) in stage.service.calls
    assert words(stage) == ["Good", "Good"]
    assert stage.tab.adding.result.summary.text() == "Photos used: 2 of 2"


def test_the_menu_of_a_row_does_what_its_button_does(stage: Stage) -> None:
    stage.choose("Ada")
    drop(stage, "/p/good-1.jpg", "/p/several-1.jpg")
    stage.settle()
    view = stage.tab.adding.result.list
    place = view.visualRect(view.model().index(1, 0)).center()
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place))
    QApplication.sendEvent(view.viewport(), asked)
    (menu,) = view.findChildren(QMenu)
    (action,) = menu.actions()
    assert action.text() == "Choose face…"
    action.trigger()
    stage.dialog(FaceDialog).reject()


def test_the_user_says_it_is_the_same_person(stage: Stage) -> None:
    stage.choose("Ada")
    drop(stage, "/p/unlike-1.jpg")
    stage.settle()
    assert stage.tab.adding.result.title.text() == "No photo of Ada could be used"
    view = stage.tab.adding.result.list
    view.setCurrentIndex(view.model().index(0, 0))
    stage.qtbot.keyClick(view, Qt.Key.Key_Return)
    stage.settle()
    assert ("chosen", "unlike-1.jpg", BOX) in stage.service.calls and words(stage) == ["Good"]
    assert stage.tab.adding.result.title.text() == "Ada is recognised now"


def test_nothing_new(stage: Stage) -> None:
    stage.choose("Ada")
    drop(stage, "/p/again-1.jpg")
    stage.settle()
    assert stage.tab.adding.result.title.text() == "No new photos of Ada" and stage.changes == 0


def test_somebody_who_looks_like_somebody_known_is_merged(stage: Stage) -> None:
    stage.service.resembles = Resemblance(Identity("id-Ada", "Ada"), 74.0)
    drop(stage, "/p/good-1.jpg")
    dialog = stage.dialog(PersonNameDialog)
    dialog.line.setText("Ada L.")  # type: ignore[attr-defined]
    dialog.accept()
    stage.settle()
    result = stage.tab.adding.result
    assert not result.alike.isHidden()
    assert "74 %" in result._alike_help.text() and "0.11" not in result._alike_help.text()
    result.same.click()
    stage.settle()
    assert stage.service.calls[-1] == ("merge", "Ada", ["Ada L."]) and result.alike.isHidden()
    assert stage.tab.person.name.text() == "Ada"


def test_progress_and_cancel(stage: Stage) -> None:
    stage.choose("Ada")
    stage.service.may_go_on.clear()
    drop(stage, "/p/blurred-1.jpg", "/p/good-2.jpg")
    adding = stage.tab.adding
    stage.until(lambda: words(stage)[:1] == ["Blurred"])
    assert words(stage)[1] == "Waiting…" and adding.busy and not adding.result.progress.isHidden()
    drop(stage, "/p/good-3.jpg")
    assert len(adding.result.model.rows) == 2, "one thing at a time"
    adding.result.cancel.click()
    stage.settle()
    assert adding.currentWidget() is adding.add and not adding.busy
    assert stage.texts[-1] == "Cancelled."


def test_a_fault_of_the_disk_is_shown(stage: Stage) -> None:
    stage.service.fault = DataError("the disk is full", hint="Free some space.")
    stage.choose("Ada")
    drop(stage, "/p/good-1.jpg")
    stage.settle()
    assert stage.texts == ["The disk is full"] and not stage.tab.adding.busy
    result = stage.tab.adding.result
    assert (
        result.summary.text() == "Photos used: 0 of 1"
        and result.title.text() == "No photo of Ada could be used"
    )


def test_what_is_no_file_is_not_welcome(stage: Stage) -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.jpg")])
    event = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()
    stage.tab.dragEnterEvent(event)
    assert not event.isAccepted()


def test_an_empty_folder(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.service, "groups", lambda paths: ())
    stage.tab.adding.add_paths([Path("/p/empty")])
    stage.settle()
    assert "no pictures" in stage.texts[-1]


def test_escape_leaves_the_result(stage: Stage) -> None:
    stage.choose("Ada")
    drop(stage, "/p/good-1.jpg")
    stage.settle()
    stage.qtbot.keyClick(stage.tab.adding, Qt.Key.Key_Escape)
    assert stage.tab.adding.currentWidget() is stage.tab.adding.add


def test_choosing_somebody_else_makes_room(stage: Stage) -> None:
    stage.choose("Ada")
    drop(stage, "/p/good-1.jpg")
    stage.settle()
    stage.choose("Bea")
    assert stage.tab.adding.currentWidget() is stage.tab.adding.add


# ---------------------------------------------------------------------- consent


def test_somebody_new_is_asked_what_they_agree_to(stage: Stage) -> None:
    drop(stage, "/p/good-1.jpg")
    dialog = stage.dialog(PersonNameDialog)
    dialog.line.setText("Grace")  # type: ignore[attr-defined]
    assert dialog.consent.isVisible()  # type: ignore[attr-defined]
    dialog.consent.setText("  the door of the workshop ")  # type: ignore[attr-defined]
    dialog.accept()
    stage.settle()
    assert stage.service.consents == ["the door of the workshop"]


def test_nobody_has_to_answer_and_who_is_known_is_not_asked(stage: Stage) -> None:
    drop(stage, "/p/good-1.jpg")
    dialog = stage.dialog(PersonNameDialog)
    dialog.consent.setText("typed before the name")  # type: ignore[attr-defined]
    dialog.line.setText("zoë")  # type: ignore[attr-defined]
    assert not dialog.consent.isVisible()  # type: ignore[attr-defined]
    dialog.accept()
    stage.settle()
    assert stage.service.consents == [None]


def test_a_household_switches_the_question_off(stage: Stage) -> None:
    stage.context.preferences.ask_consent = False
    drop(stage, "/p/good-1.jpg")
    dialog = stage.dialog(PersonNameDialog)
    dialog.line.setText("Grace")  # type: ignore[attr-defined]
    assert not dialog.consent.isVisible()  # type: ignore[attr-defined]
    dialog.accept()
    stage.settle()
    assert stage.service.consents == [None]


def test_several_people_at_once_are_asked_once_and_only_who_is_new(stage: Stage) -> None:
    drop(stage, "/p/Grace", "/p/zoë", "/p/Alan")
    dialog = stage.dialog(GroupsQuestion)
    assert dialog.consent.isVisible()  # type: ignore[attr-defined]
    dialog.consent.setText("the choir")  # type: ignore[attr-defined]
    dialog.accept()
    stage.settle()
    enrolled = [call[1] for call in stage.service.calls]
    given = dict(zip(enrolled, stage.service.consents, strict=True))
    assert given == {"Grace": "the choir", "zoë": None, "Alan": "the choir"}


@pytest.mark.parametrize("asked", [True, False])
def test_several_people_who_are_known_or_of_a_household_are_not_asked(stage: Stage, asked: bool) -> None:
    stage.context.preferences.ask_consent = asked
    drop(stage, *(("/p/Ada", "/p/Zoë") if asked else ("/p/Grace", "/p/Alan")))
    dialog = stage.dialog(GroupsQuestion)
    assert not dialog.consent.isVisible()  # type: ignore[attr-defined]
    dialog.accept()
    stage.settle()
    assert stage.service.consents == [None, None]


def test_the_faces_of_a_film_dropped_among_photos_are_offered_to_be_named(stage: Stage) -> None:
    photos = tuple(PhotoFace(Path(f"/p/good-{one}.jpg"), Box(10, 10, 40, 40), 1, 1) for one in range(2))
    stage.service.to_name = FacesToName((FaceGroupToName(photos),), 2, 0)
    stage.choose("Ada")
    drop(stage, "/p/good-1.jpg", "/p/birthday.MP4")
    stage.settle()
    assert stage.service.calls == [("name", ["good-1.jpg", "birthday.MP4"])]
    page = stage.tab.adding.naming.page
    assert stage.tab.adding.currentWidget() is page and len(page.rows) == 1
