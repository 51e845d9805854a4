"""A film or folder in the window: its line, keys, speed, marks; dropped on a tab; stopped; a log that is off."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from facecam.core.errors import CameraError
from facecam.core.types import Frame
from facecam.engine.live.appearances import Appearances
from facecam.engine.live.view import LiveView
from facecam.engine.visits.log import SightingLog
from facecam.gui.core.cameras import CameraChoice
from facecam.gui.live.bar.camera_dialog import CameraDialog
from facecam.gui.live.video.face_painter import look_of
from facecam.gui.live.video.timeline import Lane, Timeline
from tests.engine.live.test_film_transport import result
from tests.gui.live.conftest import LiveStudio
from tests.gui.live.fakes import EVE, FakeRun, face, known, sighting, view, visitor


def at(time_s: float, *faces: object) -> LiveView:
    shown = view(*faces)  # type: ignore[arg-type]
    return replace(shown, frame=Frame(shown.frame.image, round(time_s * 25), time_s))


def film(live: LiveStudio, duration_s: float = 90.0, pictures: int | None = None) -> FakeRun:
    """A run that can be wound, shown with its first view."""
    make = live.service.open

    def opened(*asked: object) -> FakeRun:
        run = make(*asked)  # type: ignore[arg-type]
        run.live, run.seekable, run.duration_s, run.pictures = False, True, duration_s, pictures
        run.appearances = Appearances(duration_s, None if pictures else 25.0)
        return run

    live.service.open = opened  # type: ignore[method-assign, assignment]
    return live.watch("/films/a.mp4")


def drop(widget: object, *paths: str) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(path) for path in paths])
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    widget.dropEvent(event)  # type: ignore[attr-defined]


def test_messages_make_room_for_a_line_that_comes_later(live: LiveStudio, qtbot: QtBot) -> None:
    live.watch()
    with qtbot.waitSignal(live.tab._context.controls_moved):
        film(live)
    height = live.tab.clearance_px
    live.tab.film_bar.setFixedHeight(live.tab.film_bar.height() + 20)
    qtbot.waitUntil(lambda: live.tab.clearance_px == height + 20)


def test_the_keys_are_the_pictures_once_it_is_there(live: LiveStudio) -> None:
    live.tab.bar.source.setFocus()
    run = film(live, 5.0, 5)
    live.qtbot.waitUntil(live.tab.stage.hasFocus)
    live.qtbot.mouseClick(live.tab.film_bar.forward, Qt.MouseButton.LeftButton)
    live.qtbot.keyClick(live.tab.focusWidget(), Qt.Key.Key_Left)
    assert [what for what, _ in run.wound] == ["step", "step"] and run.wound[-1][1] == -1


def test_a_film_is_where_it_was_after_a_look_at_another_tab(live: LiveStudio) -> None:
    run = film(live)
    live.give(at(42.0))
    run.pause()
    live.tab.deactivate()
    live.tab.activate()
    live.qtbot.waitUntil(lambda: len(live.service.runs) == 2 and live.run.started == 1)
    assert live.run.wound == [("seek", 42.0)] and live.run.paused
    live.give(at(42.0))
    live.tab.watch("/films/b.mp4")
    live.qtbot.waitUntil(lambda: len(live.service.runs) == 3 and live.run.started == 1)
    assert live.run.wound == [], "another film begins at its beginning"


def test_the_marks_of_a_film_stay_after_a_look_at_another_tab(live: LiveStudio) -> None:
    run = film(live)
    run.appearances.update(result(2.0, "Ada"))  # type: ignore[union-attr]
    live.qtbot.wait(300)  # Marks are drawn a few times a second.
    live.give(at(42.0))
    live.qtbot.waitUntil(lambda: len(live.tab.film_bar.timeline.lanes) == 1)
    live.tab.deactivate()
    live.tab.activate()
    live.qtbot.waitUntil(lambda: len(live.service.runs) == 2 and live.run.started == 1)
    assert [lane.name for lane in live.tab.film_bar.timeline.lanes] == ["Ada"]


def test_space_at_the_end_of_a_film_plays_it_again(live: LiveStudio) -> None:
    run = film(live)
    live.give(at(90.0))
    run.pause()
    run.at_end = True
    run.listener.finish(None)
    live.qtbot.waitUntil(lambda: live.tab.controller.state.kind == "ended")
    live.qtbot.keyClick(live.tab.stage, Qt.Key.Key_Space)
    assert run.wound == [("seek", 0.0)] and not run.paused


def test_while_time_stands_still_only_who_is_in_the_picture_is_here(live: LiveStudio) -> None:
    run = film(live)
    here = [visitor(), visitor(EVE)]
    live.give(view(known(EVE), here=here))
    live.qtbot.waitUntil(lambda: len(live.tab.side.here.names) == 2)
    run.pause()
    live.qtbot.waitUntil(lambda: [name[:3] for name in live.tab.side.here.names] == ["Eve"])


def test_at_the_end_of_a_film_who_is_in_its_last_picture_is_here(live: LiveStudio) -> None:
    run = film(live)
    live.give(view(known(EVE), here=[visitor(), visitor(EVE)]))
    run.listener.finish(None)
    live.qtbot.waitUntil(lambda: live.tab.controller.state.kind == "ended")
    live.qtbot.waitUntil(lambda: [name[:3] for name in live.tab.side.here.names] == ["Eve"])
    live.tab.controller.stop()
    live.qtbot.waitUntil(lambda: not live.tab.side.here.names)


def test_after_a_change_of_model_nothing_of_the_film_is_left(live: LiveStudio) -> None:
    run = film(live)
    run.listener.finish(None)
    live.qtbot.waitUntil(lambda: live.tab.controller.state.kind == "ended")
    assert live.tab.film_bar.isVisible()
    live.context.model_changed.emit()
    assert not live.tab.film_bar.isVisible(), "its marks have the names that the other model gave"


def test_the_line_at_the_end_leaves_faces_and_other_messages_free(live: LiveStudio) -> None:
    run, before = film(live), live.tab.clearance_px
    with live.qtbot.waitSignal(live.tab._context.controls_moved):
        run.listener.finish(None)
    strip = live.tab.strip
    live.qtbot.waitUntil(strip.isVisible)
    assert strip.geometry().top() > strip.parentWidget().height() / 2
    assert strip.width() < 400, "as wide as its words"
    assert live.tab.clearance_px > before + strip.height()


def test_a_camera_has_no_line_and_a_film_has_one_that_follows_it(live: LiveStudio) -> None:
    live.watch()
    assert live.tab.film_bar.isHidden()
    film(live)
    bar = live.tab.film_bar
    assert bar.isVisible() and bar.timeline.isVisible()
    live.give(at(12.0))
    assert bar.time_text == "0:12 / 1:30" and bar.timeline.position_s == 12.0


def test_a_click_a_drag_and_keys_wind_the_film(live: LiveStudio) -> None:
    run, timeline = film(live), live.tab.film_bar.timeline
    middle = QPoint(round(timeline._x_at(45.0)), 8)
    live.qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=middle)
    assert run.wound[-1] == ("seek", pytest.approx(45.0, abs=0.2))
    assert timeline.position_s == pytest.approx(45.0, abs=0.2), "the handle follows at once"
    live.give(at(45.0))
    for key, wanted_s in (
        (Qt.Key.Key_Right, 50.0),
        (Qt.Key.Key_Left, 45.0),
        (Qt.Key.Key_PageDown, 75.0),
        (Qt.Key.Key_Home, 0.0),
        (Qt.Key.Key_Left, 0.0),
        (Qt.Key.Key_End, 90.0),
    ):
        live.qtbot.keyClick(timeline, key)
        assert run.wound[-1] == ("seek", pytest.approx(wanted_s, abs=0.2))


def test_buttons_and_keys_step_slow_and_search(live: LiveStudio) -> None:
    run, bar, stage = film(live), live.tab.film_bar, live.tab.stage
    bar.back.click()
    bar.forward.click()
    assert run.wound == [("step", -1), ("step", 1)] and live.tab.bar.pause.isChecked()
    stage.setFocus()
    for key in (Qt.Key.Key_Comma, Qt.Key.Key_Period, Qt.Key.Key_Minus, Qt.Key.Key_Minus, Qt.Key.Key_Plus):
        live.qtbot.keyClick(stage, key)
    assert run.wound[2:] == [("step", -1), ("step", 1), ("speed", 0.5), ("speed", 0.25), ("speed", 0.5)]
    assert bar.speed.currentData() == 0.5
    live.qtbot.keyClick(stage, Qt.Key.Key_N)
    assert run.wound[-1][0] == "unknown" and not live.tab.bar.pause.isChecked()
    run.pause()  # it was found
    live.give(at(30.0, face()))
    assert live.tab.bar.pause.isChecked(), "the search has ended with the picture held"


def test_the_arrows_go_through_a_folder_and_up_and_down_choose_a_face(live: LiveStudio) -> None:
    run, stage = film(live, 4.0, 4), live.tab.stage
    live.give(at(1.0, known(), face(track=2, left=200)))
    assert live.tab.film_bar.time_text == "2 of 4"
    stage.setFocus()
    live.qtbot.keyClick(stage, Qt.Key.Key_Right)
    live.qtbot.keyClick(stage, Qt.Key.Key_Left)
    assert run.wound == [("step", 1), ("step", -1)]
    live.qtbot.keyClick(stage, Qt.Key.Key_Down)
    assert stage._chosen == 1
    live.qtbot.keyClick(stage, Qt.Key.Key_Up)
    assert stage._chosen == 2


def test_marks_say_who_is_where(live: LiveStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facecam.gui.live.film._MARKS_S", 0.0)
    run = film(live)
    assert run.appearances is not None
    for tenth in range(100):
        run.appearances.update(result(tenth * 0.1, "Ada", None))
    for number in range(5):
        run.appearances.update(result(20.0 + number, f"Guest {number}"))
    live.give(at(24.0))
    lanes = live.tab.film_bar.timeline.lanes
    assert [lane.name for lane in lanes][0] == "Ada" and lanes[-1].unknown
    assert [lane.name for lane in lanes][-2] == "4 more" and len(lanes) == 4
    assert live.tab.film_bar.timeline.words_at(5.0) == "0:05: Ada, unknown"
    live.tab.grab()


def test_a_film_that_is_over_is_wound_back_and_plays_again(live: LiveStudio) -> None:
    run = film(live)
    live.give(at(80.0))
    run.at_end, run.duration_s = True, 80.04
    run.listener.finish(None)
    live.qtbot.waitUntil(lambda: live.state == "ended")
    assert live.tab.film_bar.time_text == "1:20 / 1:20", "at its end the length is known"
    assert live.tab.film_bar.isEnabled() and live.tab.strip.text != ""
    live.give(at(80.0))
    assert live.state == "ended", "its last picture drawn anew does not play it"
    run.at_end = False
    live.give(at(10.0))
    assert live.state == "playing" and live.tab.strip.text == ""


def test_a_single_picture_is_shown_and_has_no_line(live: LiveStudio) -> None:
    run = film(live, 1.0, 1)
    run.description = "our_summer.jpg"
    run.listener.finish(None)
    live.qtbot.waitUntil(lambda: live.state == "ended")
    assert live.tab.strip.text == "our_summer.jpg is shown."
    assert live.tab.film_bar.isHidden()


def test_the_line_of_a_film_goes_when_another_source_cannot_be_opened(live: LiveStudio) -> None:
    film(live)
    assert live.tab.film_bar.isVisible()
    live.service.open_error = CameraError("camera 3 is busy", hint="Close other programs that use it.")
    live.tab.bar.source.chosen.emit("3")
    live.qtbot.waitUntil(lambda: live.state == "failed")
    assert live.tab.film_bar.isHidden()


def test_of_a_folder_all_pictures_were_shown(live: LiveStudio) -> None:
    run = film(live, 5.0, 5)
    run.description = "summer"
    run.listener.finish(None)
    live.qtbot.waitUntil(lambda: live.state == "ended")
    assert live.tab.strip.text == "All pictures of summer were shown."


def test_stopping_keeps_the_picture_and_its_faces_can_be_named(live: LiveStudio) -> None:
    live.watch()
    shown = view(face())
    live.give(shown)
    live.tab.bar.play.click()
    assert live.state == "idle" and live.tab.stage.view is shown and live.tab.stage.isVisible()
    live.tab.actions_.view = shown
    entries = {
        action.text().replace("&", ""): action.isEnabled()
        for action in live.tab.actions_.face_menu(shown.faces[0]).actions()
    }
    assert entries == {"This is…": True, "Ignore this face": False, "This is no face": False}
    live.tab.grab()
    assert live.tab.bar.threshold.words.text()
    live.context.model_changed.emit()
    assert live.tab.stage.view is None, "names of another model do not stay"
    assert not live.tab.bar.threshold.words.text() and not live.tab.bar.threshold.isEnabled(), "nor prices"


def test_a_film_dropped_on_live_plays_and_of_several_it_is_said(live: LiveStudio, tmp_path: Path) -> None:
    live.watch()
    drop(live.tab, str(tmp_path / "b.mp4"))
    live.qtbot.waitUntil(lambda: live.service.requests[-1].source == str(tmp_path / "b.mp4"))
    assert live.messages == []
    drop(live.tab, str(tmp_path / "c.jpg"), str(tmp_path / "d.jpg"))
    live.qtbot.waitUntil(lambda: live.service.requests[-1].source == str(tmp_path / "c.jpg"))
    assert "c.jpg" in live.told().text


def test_no_log_kept_is_said_and_can_be_changed(live: LiveStudio) -> None:
    live.service.show_log(sighting())
    assert not live.tab.side.log.kept
    live.tab.side.log.off.button.click()
    assert live.context.preferences.keep_log and live.tab.side.log.kept
    live.qtbot.waitUntil(lambda: live.service.kept[-1] is True)
    live.context.preferences.keep_log = False
    assert not live.tab.side.log.kept


def test_what_was_seen_before_a_log_was_wanted_is_not_in_it() -> None:
    log = SightingLog()
    log.update(result(0.0, "Ada"), lambda match: 90.0)
    log.update(result(0.1, "Ada"), lambda match: 90.0)
    log.end()
    log.clear()
    log.keep(lambda visit: None, [sighting(4)])
    assert [one.number for one in log.entries()] == [4]


def test_the_timeline_alone(qtbot: QtBot) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(400, 60)
    timeline.show_film(0.0, False)
    timeline.grab()
    low = timeline.sizeHint().height()
    timeline.show_film(10.0, False)
    timeline.show_marks(((0.0, 5.0),), [Lane("Ada", ((0.0, 2.0), (3.0, 4.0)))])
    assert timeline.sizeHint().height() > low
    timeline.show_position(99.0)
    assert timeline.position_s == 10.0
    timeline.grab()


def test_whom_to_blur_changes_while_it_plays(live: LiveStudio) -> None:
    live.watch()
    opened = len(live.service.runs)
    live.context.set_settings(replace(live.context.settings, blur_faces="strangers"))
    assert live.run.blurs == ["strangers"] and len(live.service.runs) == opened
    live.context.set_settings(replace(live.context.settings, upsample=1))
    live.qtbot.waitUntil(lambda: len(live.service.runs) == opened + 1)


def test_a_blurred_face_has_no_name_in_the_window() -> None:
    assert look_of(replace(known(), hidden=True)).name is None
    assert look_of(known()).name == "Ada"


def test_size_rate_rotation_and_exposure_are_remembered_for_each_camera(live: LiveStudio) -> None:
    live.service.found = (CameraChoice("0", "Front/Cam"), CameraChoice("1", "Door"))
    live.watch()
    live.qtbot.waitUntil(lambda: len(live.tab.bar.source.cameras) == 2)
    live.tab.bar.source._fill()
    assert any("Size, rate" in action.text() for action in live.tab.bar.source._menu.actions())
    opened = len(live.service.runs)
    live.tab._ask_format("Front/Cam")
    (dialog,) = live.tab.findChildren(CameraDialog)
    for box, wanted in (
        (dialog.size_box, "1280x720"),
        (dialog.rate_box, "@15"),
        (dialog.turn_box, "r180"),
        (dialog.exposure_box, "e-1"),
    ):
        box.setCurrentIndex(box.findData(wanted))
    dialog.grab()
    dialog.accept()
    live.qtbot.waitUntil(lambda: len(live.service.runs) > opened)
    assert live.service.requests[-1].camera_format == "1280x720@15r180e-1"
    live.watch("1")
    assert live.service.requests[-1].camera_format == "", "the other one as it likes"
    live.tab.bar.source.set_cameras(())
    assert live.tab.settings.request("0").camera_format == "1280x720@15r180e-1", (
        "before cameras were looked for"
    )
    again = CameraDialog(live.context.preferences, "Front/Cam")
    live.qtbot.addWidget(again)
    assert again.size_box.currentData() == "1280x720" and again.turn_box.currentText() == "180°"
