"""Guided photos in the tab: start, hints, skip, again, finish, cancel, and everything that can go wrong."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from facecam.core.errors import CameraError
from facecam.engine.enrollment.guide_session import Shot
from facecam.gui.widgets.name_dialog import PersonNameDialog
from tests.gui.enroll.conftest import Stage
from tests.gui.enroll.fakes import PICTURE, FakeGuide

SHOTS = (Shot("front", PICTURE, 0.9), Shot("left", PICTURE, 0.8))


def started(stage: Stage, name: str = "Ada") -> FakeGuide:
    stage.choose(name)
    stage.tab.adding.add.start.click()
    stage.until(lambda: stage.service.guides and stage.service.guides[-1].calls)
    return stage.service.guides[-1]


def test_from_the_first_hint_to_the_person(stage: Stage) -> None:
    guide = started(stage)
    assert stage.service.calls == [("open", "0")] and guide.calls == ["start"]
    page = stage.tab.adding.guide
    guide.show("turn left", "left", taken=("front", "smile"))
    stage.until(lambda: "to the left" in page.hint.text())
    page.picture.grab()
    guide.shots = SHOTS
    guide.end()
    stage.settle()
    assert stage.service.calls[-1] == ("shots", "Ada", ["front", "left"])
    assert stage.tab.adding.result.title.text() == "Ada is recognised now" and stage.changes == 1
    assert stage.context.preferences.text("enroll.camera", "") == "0"


def test_somebody_new_is_asked_for_the_name_first(stage: Stage) -> None:
    stage.tab.adding.add.start.click()
    dialog = stage.dialog(PersonNameDialog)
    dialog.line.setText("Grace 😀")  # type: ignore[attr-defined]
    dialog.accept()
    stage.until(lambda: stage.service.guides)
    assert "Grace 😀" in stage.tab.adding.guide.title.text()


def test_the_buttons(stage: Stage) -> None:
    guide, page = started(stage), stage.tab.adding.guide
    assert not page.skip.isEnabled() and not page.finish.isEnabled(), "there is no picture yet"
    guide.show("hold still", hold=0.5)
    stage.until(page.skip.isEnabled)
    assert not page.redo.isEnabled()
    page.skip.click()
    guide.show("smile", "smile", taken=("front",), skipped=("left",))
    stage.until(page.redo.isEnabled)
    page.redo.click()
    guide.shots = SHOTS[:1]
    page.finish.click()
    stage.settle()
    assert guide.calls == ["start", "skip", "redo", "ask_to_stop"]
    assert stage.service.calls[-1] == ("shots", "Ada", ["front"])


def test_cancel_keeps_nothing(stage: Stage) -> None:
    guide = started(stage)
    guide.shots = SHOTS
    guide.show("hold still")
    stage.qtbot.keyClick(stage.tab.adding, Qt.Key.Key_Escape)
    stage.settle()
    assert guide.calls[-1] == "stop" and stage.tab.adding.currentWidget() is stage.tab.adding.add
    assert not any(call[0] == "shots" for call in stage.service.calls) and not stage.tab.adding.busy


def test_another_tab_needs_the_camera(stage: Stage) -> None:
    guide = started(stage)
    stage.tab.deactivate()
    stage.settle()
    assert "stop" in guide.calls and "stopped" in stage.texts[-1]


def test_closing_the_window_lets_the_camera_go(stage: Stage) -> None:
    guide = started(stage)
    stage.tab.shut_down()
    assert guide.calls[-1] == "stop" and stage.service.closed == 1


def test_a_camera_that_does_not_open(stage: Stage) -> None:
    stage.service.fault = CameraError("camera 0 is busy", hint="Close other programs.")
    stage.choose("Ada")
    stage.tab.adding.add.start.click()
    stage.settle()
    assert stage.texts == ["Camera 0 is busy"]
    assert stage.tab.adding.currentWidget() is stage.tab.adding.add and not stage.tab.adding.busy


def test_a_camera_that_is_lost_and_comes_back(stage: Stage) -> None:
    guide, page = started(stage), stage.tab.adding.guide
    guide.show("hold still", state="lost")
    stage.until(lambda: "stopped delivering" in page.hint.text())
    guide.show("hold still")
    stage.until(lambda: page.hint.text() == "Hold still")


def test_an_end_by_an_error_keeps_what_was_taken(stage: Stage) -> None:
    guide = started(stage)
    guide.shots = SHOTS
    guide.end(CameraError("camera 0 is gone", hint="Connect it."))
    stage.settle()
    assert stage.texts == ["Camera 0 is gone"] and stage.service.calls[-1][0] == "shots"


def test_a_film_without_a_face(stage: Stage) -> None:
    started(stage).end()
    stage.settle()
    assert stage.texts == ["No photo was taken."]


def test_no_camera(stage: Stage) -> None:
    stage.service.camera_list = ()
    add = stage.tab.adding.add
    add.refresh.click()
    stage.settle()
    assert not add.start.isEnabled() and "No camera" in add.no_camera.text()
    add.choose_source("/films/me.mp4")
    assert add.start.isEnabled() and add.spec == "/films/me.mp4" and add.no_camera.isHidden()


@pytest.mark.parametrize("hint", ["get ready", "chin up", "turn right"])
def test_the_overlay_is_painted(stage: Stage, hint: str) -> None:
    guide, page = started(stage), stage.tab.adding.guide
    guide.show(hint, "up", countdown_s=1.5, hold=0.4, give_up_s=3.0)  # type: ignore[arg-type]
    stage.until(lambda: page.picture.image is not None)
    plain, page._view = page.picture.grab().toImage(), None
    assert page.picture.grab().toImage() != plain
