"""Faces drawn by hand, and what is no face, in the Enroll tab."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from facecam.core.types import Box
from facecam.gui.enroll.dialogs.face_dialog import FaceDialog
from facecam.gui.enroll.lists.verdict_model import VerdictRow, cure_words
from facecam.gui.enroll.service import FaceChoices
from tests.gui.enroll.conftest import Stage
from tests.gui.enroll.fakes import PICTURE


def drag(qtbot: QtBot, widget: QWidget, start: tuple[float, float], end: tuple[float, float]) -> None:
    """With the left button, from and to px of the picture."""
    to_widget = widget.to_widget()  # type: ignore[attr-defined]
    first, last = (QPoint(*(round(value) for value in to_widget.map(*spot))) for spot in (start, end))
    qtbot.mousePress(widget, Qt.MouseButton.LeftButton, pos=first)
    qtbot.mouseMove(widget, (first + last) / 2)
    qtbot.mouseMove(widget, last)
    qtbot.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=last)


@pytest.fixture
def dialog(qtbot: QtBot) -> FaceDialog:
    faces = FaceChoices(Path("/x/two.jpg"), PICTURE, (Box(50, 10, 70, 30), Box(5, 10, 25, 30)), 0.5)
    made = FaceDialog("Ada", faces)
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_box_is_drawn_and_drawing_again_changes_it(qtbot: QtBot, dialog: FaceDialog) -> None:
    drag(qtbot, dialog.picture, (30, 30), (44, 50))
    assert dialog.index is None and dialog.box is not None
    assert dialog.box.iou(Box(60, 60, 88, 100)) > 0.9, "px of the original, twice as large"
    assert dialog.accept_button.isEnabled()
    drag(qtbot, dialog.picture, (60, 50), (40, 34))
    assert dialog.box is not None and dialog.box.iou(Box(80, 68, 120, 100)) > 0.9, "from any corner"
    qtbot.keyClick(dialog, Qt.Key.Key_1)
    assert dialog.index == 1 and dialog.box == Box(10, 20, 50, 60), "a found face is taken instead"
    dialog.picture.grab()


def test_a_box_stays_in_the_picture_and_a_tiny_one_is_said_to_be_too_small(
    qtbot: QtBot, dialog: FaceDialog
) -> None:
    drag(qtbot, dialog.picture, (60, 40), (300, 300))
    assert dialog.box is not None
    assert dialog.box.right == pytest.approx(160, abs=2) and dialog.box.bottom == pytest.approx(120, abs=2)
    drag(qtbot, dialog.picture, (30, 30), (35, 36))
    assert not dialog.accept_button.isEnabled() and "too small" in dialog._words.text()
    qtbot.keyClick(dialog.picture, Qt.Key.Key_Return)
    assert dialog.isVisible(), "Return does not take it either"


def test_a_click_with_a_trembling_hand_is_a_click(qtbot: QtBot, dialog: FaceDialog) -> None:
    spot = QPoint(*(round(value) for value in dialog.picture.to_widget().map(60.0, 20.0)))
    qtbot.mousePress(dialog.picture, Qt.MouseButton.LeftButton, pos=spot)
    qtbot.mouseMove(dialog.picture, spot + QPoint(2, 1))
    qtbot.mouseRelease(dialog.picture, Qt.MouseButton.LeftButton, pos=spot + QPoint(2, 1))
    assert dialog.index == 0


def test_a_photo_without_a_face_asks_for_a_box(qtbot: QtBot) -> None:
    dialog = FaceDialog("Ada", FaceChoices(Path("/x/none.jpg"), PICTURE, (), 1.0))
    qtbot.addWidget(dialog)
    dialog.show()
    assert "Draw a box" in dialog._words.text()
    assert not dialog.accept_button.isEnabled() and not dialog.no_face_button.isEnabled()
    drag(qtbot, dialog.picture, (10, 10), (60, 50))
    assert dialog.accept_button.isEnabled()


def test_the_face_chosen_before_is_pointed_out(qtbot: QtBot) -> None:
    faces = FaceChoices(Path("/x/two.jpg"), PICTURE, (Box(50, 10, 70, 30), Box(5, 10, 25, 30)), 1.0, chosen=1)
    dialog = FaceDialog("Ada", faces)
    qtbot.addWidget(dialog)
    assert dialog.index == 1


def test_no_face_is_remembered_and_can_be_taken_back_by_a_click_on_it(stage: Stage) -> None:
    stage.choose("Ada")
    stage.tab.adding.add_paths([Path("/p/several-1.jpg")])
    stage.settle()
    (row,) = stage.tab.adding.enrolling.model.rows
    stage.tab.adding.enrolling.cure(row)
    dialog = stage.dialog(FaceDialog)
    assert isinstance(dialog, FaceDialog)
    stage.qtbot.keyClick(dialog, Qt.Key.Key_2)
    assert dialog.no_face_button.text() == "&No face"
    dialog.no_face_button.click()
    stage.settle()
    assert stage.service.no_faces == [Box(100, 20, 140, 60)]
    assert dialog.isVisible() and dialog.index is None and not dialog.accept_button.isEnabled()
    dialog.picture.grab()
    spot = dialog.picture.to_widget().map(60.0, 20.0)
    stage.qtbot.mouseClick(
        dialog.picture, Qt.MouseButton.LeftButton, pos=QPoint(round(spot[0]), round(spot[1]))
    )
    assert dialog.no_face_button.text() == "It &is a face" and dialog.no_face_button.isEnabled()
    dialog.no_face_button.click()
    stage.settle()
    assert stage.service.no_faces == [] and dialog._faces.no_faces == ()


def test_a_photo_shown_anew_has_forgotten_the_face_that_was_chosen(dialog: FaceDialog, qtbot: QtBot) -> None:
    qtbot.keyClick(dialog, Qt.Key.Key_1)
    assert dialog.index == 1
    dialog.show_faces(FaceChoices(dialog.photo, PICTURE, (), 0.5, (Box(5, 10, 25, 30),)))
    assert dialog.index is None and dialog.box is None and not dialog.accept_button.isEnabled()


def test_a_photo_in_which_no_face_was_found_is_enrolled_by_a_box(stage: Stage) -> None:
    stage.choose("Ada")
    stage.tab.adding.add_paths([Path("/p/none-1.jpg")])
    stage.settle()
    model = stage.tab.adding.enrolling.model
    (row,) = model.rows
    assert row.cure == "draw face"
    stage.tab.adding.enrolling.cure(row)
    dialog = stage.dialog(FaceDialog)
    assert isinstance(dialog, FaceDialog)
    drag(stage.qtbot, dialog.picture, (20, 15), (50, 45))
    dialog.accept_button.click()
    stage.settle()
    (call,) = [one for one in stage.service.calls if one[0] == "chosen"]
    assert call[2].iou(Box(40, 30, 100, 90)) > 0.9
    assert model.rows[0].verdict is not None and model.rows[0].verdict.used


def test_another_face_of_a_used_photo_can_be_chosen_there_and_on_the_page(stage: Stage) -> None:
    stage.choose("Ada")
    stage.tab.adding.add_paths([Path("/p/good-1.jpg")])
    stage.settle()
    (row,) = stage.tab.adding.enrolling.model.rows
    assert row.cure == "other face" and cure_words(row.cure)
    grid = stage.tab.person.grid
    grid.setCurrentIndex(grid.model().index(0, 0))
    assert stage.tab.person.which.isVisible()
    stage.tab.person.which.click()
    dialog = stage.dialog(FaceDialog)
    stage.qtbot.keyClick(dialog, Qt.Key.Key_2)
    dialog.accept_button.click()  # type: ignore[attr-defined]
    stage.settle()
    assert ("chosen", "good-0.jpg", Box(100, 20, 140, 60)) in stage.service.calls
    assert len(stage.tab.adding.enrolling.model.rows) == 1, "no row is added for a photo of the page"


def test_photos_of_the_camera_are_gone_and_offer_no_face_to_choose() -> None:
    from facecam.engine.photos.quality import PhotoVerdict

    verdict = PhotoVerdict(Path("/tmp/gone/webcam-front.jpg"), "no face")
    assert VerdictRow(verdict.path, "Ada", verdict, final=True, stays=False).cure == ""
