"""A picture that stands still: paused, gone on, drawn in, and what is no face."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from facecam.core.errors import EnrollmentError
from facecam.core.types import Box
from facecam.engine.faces.drawn_box import UNSURE
from facecam.engine.live.view import SeenNoFace
from facecam.engine.photos.no_faces import NoFace
from facecam.gui.live.name_dialog import FaceNameDialog
from facecam.gui.live.video.video_view import LiveStage
from tests.gui.live.conftest import LiveStudio
from tests.gui.live.fakes import face, known, view


def drag(qtbot: QtBot, stage: LiveStage, box: Box) -> None:
    """Draw a box, px of the frame."""
    to_widget = stage.frame_to_widget()
    corners = [
        to_widget.map(QPointF(*spot)).toPoint() for spot in ((box.left, box.top), (box.right, box.bottom))
    ]
    qtbot.mousePress(stage, Qt.MouseButton.LeftButton, pos=corners[0])
    qtbot.mouseMove(stage, (corners[0] + corners[1]) / 2)
    qtbot.mouseMove(stage, corners[1])
    stage.grab()
    qtbot.mouseRelease(stage, Qt.MouseButton.LeftButton, pos=corners[1])


def name_dialog(live: LiveStudio) -> FaceNameDialog:
    def found() -> list[FaceNameDialog]:
        return [one for one in live.tab.findChildren(FaceNameDialog) if one.isVisible()]

    live.qtbot.waitUntil(lambda: bool(found()))
    return found()[0]


def test_the_button_and_the_space_key_hold_the_picture_and_let_it_go_on(live: LiveStudio) -> None:
    live.watch()
    bar, stage = live.tab.bar, live.tab.stage
    assert bar.pause.isEnabled() and not live.run.paused
    bar.pause.click()
    assert live.run.paused and bar.pause.isChecked() and bar.pause.accessibleName() == "Go on"
    assert "Space" in bar.pause.toolTip()
    stage.setFocus()
    live.qtbot.keyClick(stage, Qt.Key.Key_Space)
    assert not live.run.paused and not bar.pause.isChecked() and bar.pause.accessibleName() == "Pause"
    live.qtbot.keyClick(stage, Qt.Key.Key_Space)
    assert live.run.paused and live.state == "playing"


def test_nothing_can_be_held_while_nothing_plays(live: LiveStudio) -> None:
    assert not live.tab.bar.pause.isEnabled()
    live.watch()
    live.tab.bar.play.click()
    assert not live.tab.bar.pause.isEnabled() and not live.tab.bar.pause.isChecked()
    live.tab.controller.toggle_pause()
    assert not live.tab.controller.paused


def test_a_camera_that_is_lost_meanwhile_leaves_the_held_picture(live: LiveStudio) -> None:
    live.watch()
    live.tab.bar.pause.click()
    live.run.state = "lost"
    live.tab.controller._on_watch()
    assert live.state == "playing"
    live.tab.bar.pause.click()
    live.tab.controller._on_watch()
    assert live.state == "lost" and not live.tab.bar.pause.isEnabled()


def test_faces_are_clicked_on_a_held_picture_as_on_a_running_one(
    live: LiveStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr(live.tab.actions_, "open_face_menu", lambda chosen, where: opened.append(chosen))
    live.watch()
    ada = known()
    live.give(view(ada))
    live.tab.bar.pause.click()
    spot = live.tab.stage.frame_to_widget().map(QPointF(140, 100)).toPoint()
    live.qtbot.mouseClick(live.tab.stage, Qt.MouseButton.LeftButton, pos=spot)
    assert opened == [ada]


def test_a_box_drawn_on_a_held_picture_is_named_and_marked(live: LiveStudio) -> None:
    live.watch()
    live.give(view(size=(640, 480)))
    live.tab.bar.pause.click()
    drag(live.qtbot, live.tab.stage, Box(300, 100, 380, 200))
    dialog = name_dialog(live)
    looked = live.service.done[0]
    assert looked[0] == "look"
    assert looked[1] == pytest.approx((300, 100, 380, 200), abs=2) or live.context.preferences.mirror
    dialog.line.setText("Grace")
    dialog.accept()
    live.qtbot.waitUntil(lambda: ("name", "Grace", 1) in live.service.done)
    live.qtbot.waitUntil(lambda: [name for _, name in live.tab.stage._named] == ["Grace"])
    live.tab.stage.grab()
    message = live.told()
    assert "Grace" in message.text and message.action is not None
    message.action[1]()
    live.qtbot.waitUntil(lambda: not live.tab.stage._named)
    assert ("undo naming", "Grace") in live.service.done


def test_several_boxes_are_named_one_after_the_other_and_go_with_the_picture(live: LiveStudio) -> None:
    live.watch()
    live.give(view(size=(640, 480)))
    live.tab.bar.pause.click()
    for number, name in enumerate(("Grace", "Hedy")):
        drag(live.qtbot, live.tab.stage, Box(100 + 200 * number, 100, 180 + 200 * number, 200))
        dialog = name_dialog(live)
        dialog.line.setText(name)
        dialog.accept()
        live.qtbot.waitUntil(lambda count=number + 1: len(live.tab.stage._named) == count)  # type: ignore[misc]
    live.tab.bar.pause.click()
    assert live.tab.stage._named == []


def test_a_box_that_is_no_face_is_said_in_two_lines(live: LiveStudio) -> None:
    live.watch()
    live.tab.bar.pause.click()
    live.service.fault = EnrollmentError(
        "the box is too small to hold a face: 9 × 9 px", hint="Draw it larger."
    )
    drag(live.qtbot, live.tab.stage, Box(100, 60, 112, 72))
    message = live.told()
    assert "too small" in message.text and message.hint == "Draw it larger."
    assert not live.tab.findChildren(QDialog) and live.tab.stage._searched is None


def test_less_sure_is_said(live: LiveStudio) -> None:
    live.watch()
    live.tab.bar.pause.click()
    live.service.less_sure = UNSURE
    drag(live.qtbot, live.tab.stage, Box(100, 60, 180, 150))
    dialog = name_dialog(live)
    assert "less sure" in dialog.note.text() and dialog.note.isVisible()
    assert live.tab.stage._searched is None
    dialog.reject()


def test_nothing_is_drawn_while_the_picture_runs(live: LiveStudio) -> None:
    live.watch()
    drawn: list[object] = []
    live.tab.stage.box_drawn.connect(drawn.append)
    drag(live.qtbot, live.tab.stage, Box(100, 60, 180, 150))
    assert drawn == []


def test_a_box_does_not_leave_the_picture(live: LiveStudio) -> None:
    live.watch()
    live.tab.bar.pause.click()
    drawn: list[Box] = []
    live.tab.stage.box_drawn.disconnect()
    live.tab.stage.box_drawn.connect(drawn.append)
    stage = live.tab.stage
    start = stage.frame_to_widget().map(QPointF(160, 120)).toPoint()
    live.qtbot.mousePress(stage, Qt.MouseButton.LeftButton, pos=start)
    live.qtbot.mouseMove(stage, QPoint(stage.width() + 50, stage.height() + 50))
    live.qtbot.mouseRelease(
        stage, Qt.MouseButton.LeftButton, pos=QPoint(stage.width() - 1, stage.height() - 1)
    )
    (box,) = drawn
    assert box.left >= -0.5 and box.right <= 320.5 and box.bottom == pytest.approx(240, abs=1)


def test_no_face_is_remembered_undone_and_found_again_on_a_held_picture(
    live: LiveStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.watch()
    shown = view(face("unknown"))
    live.give(shown)
    live.tab.actions_.view = shown
    menu = live.tab.actions_.face_menu(shown.faces[0])
    (denying,) = [action for action in menu.actions() if "no face" in action.text().replace("&", "")]
    denying.trigger()
    live.qtbot.waitUntil(lambda: live.run.marked == [1])
    message = live.told()
    assert message.action is not None
    message.action[1]()
    live.qtbot.waitUntil(lambda: live.service.done == [("unmark", "m1")])
    live.qtbot.waitUntil(lambda: live.run.hurried > 0)

    opened: list[SeenNoFace] = []
    monkeypatch.setattr(live.tab.actions_, "open_no_face_menu", lambda marked, where: opened.append(marked))
    marked = SeenNoFace(Box(100, 60, 180, 140), NoFace("m1", "source x", Box(0.3, 0.25, 0.55, 0.6)))
    live.give(replace(view(), no_faces=(marked,)))
    stage = live.tab.stage
    spot = stage.frame_to_widget().map(QPointF(140, 100)).toPoint()
    live.qtbot.mouseClick(stage, Qt.MouseButton.LeftButton, pos=spot)
    assert opened == [], "not while the picture runs: nothing is seen there"
    live.tab.bar.pause.click()
    stage.grab()
    live.qtbot.mouseClick(stage, Qt.MouseButton.LeftButton, pos=spot)
    assert opened == [marked]


def test_the_last_picture_of_a_film_can_be_drawn_in(live: LiveStudio) -> None:
    live.watch("film.mp4")
    live.run.listener.finish(None)
    live.qtbot.waitUntil(lambda: live.state == "ended")
    assert live.tab.controller.still and not live.tab.bar.pause.isEnabled()
    drag(live.qtbot, live.tab.stage, Box(100, 60, 180, 150))
    name_dialog(live).reject()


def test_all_marks_can_be_forgotten_and_put_back(live: LiveStudio) -> None:
    live.watch()
    live.tab.actions_.forget_no_faces()
    message = live.told()
    assert message.text.startswith("2 mark") and message.action is not None
    message.action[1]()
    live.qtbot.waitUntil(lambda: live.service.done == [("forget no faces",), ("mark again", 2)])
    live.qtbot.waitUntil(lambda: live.run.hurried >= 2)
