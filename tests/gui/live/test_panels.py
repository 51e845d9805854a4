"""Around the picture: strictness, who is here, the tray, the log, pictures and films, what is amiss."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QSlider, QTabWidget, QToolTip, QWidget

from facecam.core.errors import DataError, GalleryError
from facecam.core.types import Identity
from facecam.engine.recognition.threshold_prices import Prices
from facecam.gallery.storage.audit_trail import AuditTrail
from facecam.gui.live.bar.threshold import meaning_text
from facecam.gui.live.name_dialog import FaceNameDialog
from facecam.gui.live.times import duration
from facecam.gui.widgets.thumbnail import Thumbnail
from tests.gui import sight
from tests.gui.live.conftest import LiveStudio
from tests.gui.live.fakes import EVE, MORNING, FakeRun, face, group, known, sighting, view, visitor


def cell(live: LiveStudio, row: int, column: int) -> str:
    model = live.tab.side.log.model
    return str(model.data(model.index(row, column)))


# ---------------------------------------------------------------------- strictness


@pytest.mark.parametrize(
    ("prices", "words"),
    [
        (Prices(0.001, 0.031), "strangers named: 0.1 % · known people missed: 3.1 %"),
        (Prices(0.333, 0.0, own=True), "strangers named: 33 % · known people missed: under 0.1 %"),
        (Prices(0.1), "strangers named: 10.0 %"),
        (Prices(), "distance below 0.155"),
    ],
)
def test_a_threshold_is_said_in_words(prices: Prices, words: str) -> None:
    from PySide6.QtCore import QLocale

    QLocale.setDefault(QLocale("en_US"))
    assert meaning_text(prices, 0.155) == words


def test_the_ends_are_named_and_both_prices_are_said_while_dragging(live: LiveStudio) -> None:
    live.watch()
    control = live.tab.bar.threshold
    names = [one.text() for one in control.findChildren(QLabel) if one.isVisible()]
    assert names.index("strict") < names.index("lenient")
    control.slider.setSliderDown(True)
    control.slider.setValue(310)
    for text in (QToolTip.text(), control.slider.toolTip()):
        assert "strangers named: 2.0 %" in text and "known people missed: 50 %" in text
    assert "your people" in control.slider.toolTip()


def test_the_slider_acts_at_once_and_leads_back_to_the_recommended_place(live: LiveStudio) -> None:
    """The fake accepts a share of threshold / 15.5: 0.155 is 1 in 100, 0.31 is 1 in 50."""
    run = live.watch()
    control = live.tab.bar.threshold
    assert control.value == pytest.approx(0.155) and "strangers" in control.words.text()
    assert "1.0 %" in control.words.text()
    assert not control.reset.isEnabled()
    control.slider.setValue(310)
    assert "2.0 %" in control.words.text()
    live.qtbot.waitUntil(lambda: run.thresholds == [pytest.approx(0.31)])
    control.reset.click()
    assert run.thresholds[-1] is None and control.value == pytest.approx(0.155)
    live.qtbot.wait(100)
    assert len(run.thresholds) == 2


def test_ones_own_strictness_is_kept_for_this_model_only(
    live: LiveStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.watch("0")
    live.tab.bar.threshold.slider.setValue(100)
    live.qtbot.waitUntil(lambda: live.run.thresholds == [pytest.approx(0.1)])
    again = live.watch("1")
    assert again.thresholds == [pytest.approx(0.1)]
    assert live.tab.bar.threshold.value == pytest.approx(0.1)
    monkeypatch.setattr(FakeRun, "model_id", "other@2")
    assert live.watch("0").thresholds == []
    assert live.tab.bar.threshold.value == pytest.approx(0.155)


def test_a_damaged_preference_is_no_threshold(live: LiveStudio) -> None:
    for text in ("test-model@1 nonsense", "test-model@1 -3", "x"):
        live.context.preferences.put("live.threshold", text)
        assert live.watch().thresholds == []


def test_keys_move_the_slider(live: LiveStudio) -> None:
    run = live.watch()
    live.qtbot.keyClick(live.tab.bar.threshold.slider, Qt.Key.Key_Right)
    live.qtbot.waitUntil(lambda: run.thresholds == [pytest.approx(0.156)])


# ---------------------------------------------------------------------- now here


def test_who_is_here_since_when(live: LiveStudio) -> None:
    live.watch()
    live.give(view(known(), here=[visitor(), visitor(None)]))
    live.qtbot.waitUntil(lambda: len(live.tab.side.here.names) == 2)
    assert live.tab.side.here.names[0] == "Ada, since 09:30:00 · 97 %"
    assert live.tab.side.here.names[1].startswith("Unknown faces, since")
    live.give(view(here=[visitor(EVE, 55.0)]))
    live.qtbot.waitUntil(lambda: len(live.tab.side.here.names) == 1)
    assert live.tab.side.here.names[0].endswith("55 %")
    live.tab.bar.play.click()
    assert live.tab.side.here.names == ()


def test_the_panel_folds_and_stays_folded(live: LiveStudio) -> None:
    live.watch()
    before = live.tab.stage.width()
    live.tab.bar.side.click()
    assert not live.tab.side.isVisible()
    live.qtbot.waitUntil(lambda: live.tab.stage.width() > before + 200)
    assert live.context.preferences.flag("live.side", True) is False


# ---------------------------------------------------------------------- the tray


def rows_of(live: LiveStudio, text: str, count: int) -> list[QAbstractButton]:
    """The buttons of the tray's rows in the order they came; Qt shows a new row a little later."""
    live.qtbot.waitUntil(lambda: len(sight.buttons(live.tab.side.tray, text)) == count)
    return sight.buttons(live.tab.side.tray, text)


def test_unknown_faces_are_one_click_away_from_a_name(live: LiveStudio) -> None:
    live.watch()
    live.service.show_groups(group(4), group(2, samples=1))
    live.qtbot.waitUntil(lambda: live.tab.side.tray.numbers == (4, 2))
    (tabs,) = sight.in_sight(live.tab.side, QTabWidget)
    assert tabs.tabBar().accessibleName() == "Unknown faces and log"
    assert tabs.tabText(0) == "&Unknown (2)"
    rows_of(live, "Name…", 2)[0].click()
    live.qtbot.waitUntil(lambda: bool(live.tab.findChildren(FaceNameDialog)))
    (asked,) = live.tab.findChildren(FaceNameDialog)
    asked.line.setText("Zoë")
    asked.accept()
    live.qtbot.waitUntil(lambda: ("forget", 4) in live.service.done)
    assert ("name", "Zoë", 3) in live.service.done
    live.qtbot.waitUntil(lambda: live.tab.side.tray.numbers == (2,))


def test_groups_can_be_forgotten_one_by_one_or_all(live: LiveStudio) -> None:
    live.watch()
    live.service.show_groups(group(1), group(2), group(3))
    live.qtbot.waitUntil(lambda: live.tab.side.tray.numbers == (1, 2, 3))
    rows_of(live, "Forget this face", 3)[1].click()
    live.qtbot.waitUntil(lambda: live.tab.side.tray.numbers == (1, 3))
    forget_all = sight.button(live.tab.side.tray, "Forget all unknown faces now")
    forget_all.click()
    live.qtbot.waitUntil(lambda: live.tab.side.tray.numbers == ())
    assert not forget_all.isEnabled()


def test_the_order_follows_who_was_seen_last(live: LiveStudio) -> None:
    live.watch()
    live.service.show_groups(group(1), group(2))
    live.qtbot.waitUntil(lambda: live.tab.side.tray.numbers == (1, 2))
    live.service.show_groups(group(3), group(2), group(1))
    live.qtbot.waitUntil(lambda: live.tab.side.tray.numbers == (3, 2, 1))

    def heights() -> list[int]:
        """Of the faces in the order they came."""
        named = sight.buttons(live.tab.side.tray, "Name…")
        return [one.mapTo(live.tab.side.tray, QPoint()).y() for one in named]

    live.qtbot.waitUntil(lambda: len(heights()) == 3 and heights() == sorted(heights(), reverse=True))


def test_how_long_faces_are_kept_is_the_users_choice(live: LiveStudio) -> None:
    assert live.service.minutes == 10
    box = sight.named(live.tab.side.tray, QComboBox, "Keep unknown faces for")
    box.setCurrentIndex(box.findData(60))
    assert live.service.minutes == 60 == live.context.preferences.unknown_minutes
    live.context.preferences.unknown_minutes = 0
    assert live.service.minutes == 0 and box.currentData() == 0 and box.currentText() == "not kept"


# ---------------------------------------------------------------------- the log


def test_the_log_shows_visits_and_can_be_exported_and_emptied(
    live: LiveStudio, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    live.watch()
    assert not live.tab.side.log.export.isEnabled()
    live.service.show_log(sighting(2, None), sighting(1, left=MORNING + timedelta(seconds=75)))
    live.qtbot.waitUntil(lambda: live.tab.side.log.model.rowCount() == 2)
    assert [cell(live, 0, column) for column in range(3)] == ["unknown", "09:30:00", "here"]
    assert [cell(live, 1, column) for column in range(3)] == ["Ada", "09:30:00", "1:15"]
    path = tmp_path / "log.csv"
    monkeypatch.setattr(
        "facecam.gui.core.file_questions.QFileDialog.getSaveFileName", lambda *_: (str(path), "")
    )
    live.tab.side.log.export.click()
    told = live.told()
    assert ("export", path, "unknown") in live.service.done and str(tmp_path) in told.hint
    live.tab.side.log.clear.click()
    live.qtbot.waitUntil(lambda: live.tab.side.log.model.rowCount() == 0)


def test_the_log_is_written_down_only_if_wanted_and_a_fault_is_told_once(live: LiveStudio) -> None:
    live.watch()
    live.qtbot.waitUntil(lambda: live.service.kept == [False])
    live.context.preferences.keep_log = True
    live.qtbot.waitUntil(lambda: live.service.kept == [False, True])
    live.service.log_fault = DataError("could not write sightings.jsonl", hint="The disk is full.")
    assert live.told().hint == "The disk is full."
    live.qtbot.wait(80)
    assert live.messages == []


def test_an_export_that_is_not_wanted_writes_nothing(
    live: LiveStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facecam.gui.core.file_questions.QFileDialog.getSaveFileName", lambda *_: ("", ""))
    live.tab.actions_.export_log()
    live.qtbot.wait(30)
    assert live.service.done == []


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (7.4, "0:07"), (75, "1:15"), (3723, "1:02:03")])
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


# ---------------------------------------------------------------------- pictures and films


def test_a_picture_is_saved_with_names_or_plain(live: LiveStudio) -> None:
    live.watch()
    live.tab.bar.snapshot.click()
    told = live.told()
    kind, annotated, path = live.service.done[-1]
    assert (kind, annotated) == ("snapshot", True) and path.suffix == ".png" and path.name in told.text
    plain = live.tab.bar.snapshot.menu().actions()[1]
    plain.trigger()
    live.qtbot.waitUntil(lambda: len(live.service.done) == 2)
    assert live.service.done[-1][1] is False and live.service.done[-1][2] != path


def test_a_full_disk_is_said(live: LiveStudio) -> None:
    live.watch()
    live.service.fault = DataError("could not write x.png: No space left", hint="The disk is full.")
    live.tab.bar.snapshot.click()
    assert live.told().level == "fault"


def test_recording_shows_a_red_dot_and_the_time(
    live: LiveStudio, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("facecam.gui.live.actions.saved_folder", lambda place: tmp_path / "facecam")
    run = live.watch()
    live.tab.bar.record.click()
    live.qtbot.waitUntil(lambda: run.recording is not None)
    path = run.recording.path
    assert path.parent == tmp_path / "facecam" and path.parent.is_dir() and path.suffix == ".mp4"
    live.give(view(known()))
    assert live.tab.stage._recording == "1:05"
    assert live.tab.bar.record.accessibleName() == "End the recording"
    picture = live.tab.stage.grab().toImage()
    place = live.tab.stage.picture_rect()
    near = [
        picture.pixelColor(int(place.left()) + x, int(place.top()) + y) for x in range(60) for y in range(50)
    ]
    assert any(dot.red() > 230 and dot.green() < 110 for dot in near)
    live.tab.bar.record.click()
    told = live.told()
    assert "1:05" in told.text and path.name in told.text
    assert live.tab.stage._recording == "" and not live.tab.bar.record.isChecked()


@pytest.mark.parametrize("end", ["the film is over", "stop", "another source", "another tab"])
def test_however_a_recording_ends_it_is_said_where_it_is(
    live: LiveStudio, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, end: str
) -> None:
    monkeypatch.setattr("facecam.gui.live.actions.saved_folder", lambda place: tmp_path / "facecam")
    run = live.watch()
    live.tab.bar.record.click()
    live.qtbot.waitUntil(lambda: run.recording is not None)
    name = run.recording.path.name
    {
        "the film is over": lambda: run.listener.finish(None),
        "stop": live.tab.bar.play.click,
        "another source": lambda: live.tab.watch("demo"),
        "another tab": live.tab.deactivate,
    }[end]()
    told = live.told()
    assert told.text == f"Recorded 1:05: {name}." and told.hint == str(tmp_path / "facecam")
    assert told.action is not None and told.action[0] == "Show &folder"
    live.qtbot.waitUntil(lambda: not live.tab.bar.record.isChecked())
    assert run.recording is None and live.messages == []


def test_strangers_who_are_blurred_are_so_in_the_lists_too(live: LiveStudio) -> None:
    rng = np.random.default_rng(3)
    picture = rng.integers(0, 255, (60, 60, 3), np.uint8)
    run = live.watch()
    stranger = replace(visitor(None), picture=picture)
    looks = tuple(replace(one, picture=picture) for one in group(1).samples)
    live.service.show_groups(replace(group(1), samples=looks))
    live.give(view(face(), here=[stranger]))

    def contrasts() -> list[float]:
        shown = sight.in_sight(live.tab.side, Thumbnail)
        return [float(sight.from_qimage(one.grab().toImage())[12:28, 12:28].std()) for one in shown]

    live.qtbot.waitUntil(lambda: len(contrasts()) == 4 and min(contrasts()) > 25)
    live.context.set_settings(replace(live.context.settings, blur_faces="strangers"))
    live.give(view(face(), here=[replace(stranger, picture=None, hidden=True)]))
    assert run.blurs == ["strangers"]
    live.qtbot.waitUntil(lambda: max(contrasts()[1:]) < 25)
    live.qtbot.waitUntil(lambda: live.tab.side.here.findChild(Thumbnail)._picture.isNull())
    live.context.set_settings(replace(live.context.settings, blur_faces="nobody"))
    live.qtbot.waitUntil(lambda: min(contrasts()[1:]) > 25)


def test_a_recording_that_breaks_off_is_told(live: LiveStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    run = live.watch()
    run.record(Path("/x.mp4"))
    live.tab.bar.show_recording(True)
    error = DataError("recording stopped because the disk is nearly full", hint="Free some space.")

    def failing() -> None:
        run.recording = None
        raise error

    monkeypatch.setattr(run, "stop_recording", failing)
    run.recording.error = error
    told = live.told()
    assert told.level == "fault" and "nearly full" in told.text
    assert not live.tab.bar.record.isChecked()


def test_a_recording_is_completed_when_the_source_changes(live: LiveStudio) -> None:
    run = live.watch()
    run.stop_error = DataError("x.mp4 could not be completed", hint="The disk may be full.")
    live.tab.bar.play.click()
    assert "could not be completed" in live.told().text


# ---------------------------------------------------------------------- speed


def test_the_speed_panel_is_off_until_asked_for(live: LiveStudio) -> None:
    live.watch()
    live.give(view(known()))
    assert live.tab.stage._panel == ()
    live.context.preferences.stage_panel = True  # what F12 does
    assert live.tab.bar.panel.isChecked()
    live.give(view(known()))
    lines = live.tab.stage._panel
    assert lines[0] == "24.0 frames/s · 320×240" and lines[1].startswith("latency ")
    assert any(line.startswith("detect 20") for line in lines)
    live.tab.bar.panel.click()
    assert live.tab.stage._panel == () and not live.context.preferences.stage_panel


# ---------------------------------------------------------------------- what is amiss


def test_nobody_enrolled_leads_to_enroll(live: LiveStudio) -> None:
    live.service.people = 0
    live.watch()
    assert "Nobody is enrolled" in live.tab.strip.text
    live.tab.strip.button.click()
    assert live.wanted_tabs == ["enroll"]
    live.run.people = 2
    live.qtbot.waitUntil(lambda: live.tab.strip.text == "")


def test_a_gallery_of_another_model_can_be_rebuilt_here(live: LiveStudio) -> None:
    run = live.watch()
    live.service.gate.clear()
    live.service.left_out = ("Eve",)
    run.gallery_error = GalleryError("the database was made by the model 'a', not by 'b'", hint="Rebuild.")
    live.qtbot.waitUntil(lambda: "made by the model" in live.tab.strip.text)
    assert live.tab.strip.property("kind") == "banner-warning"
    live.tab.strip.button.click()
    live.qtbot.waitUntil(lambda: "3 of 12" in live.tab.strip.text)
    assert not live.tab.strip.button.isVisible()
    live.service.gate.set()
    told = live.told()
    assert "12" in told.text and "Eve" in told.hint
    live.qtbot.waitUntil(lambda: live.tab.strip.text == "")
    assert run.hurried >= 1


def test_a_rebuild_that_fails_says_why(live: LiveStudio) -> None:
    run = live.watch()
    live.service.fault = GalleryError("no usable photos", hint="Put photos into data/.")
    run.gallery_error = GalleryError("made by another model", hint="Rebuild.")
    live.tab.people.rebuild()
    assert live.told().text.casefold() == "no usable photos"
    live.qtbot.waitUntil(lambda: "another model" in live.tab.strip.text)


# ---------------------------------------------------------------------- for everybody


@pytest.mark.parametrize("size", [(1280, 760), (960, 520), (900, 500)])
def test_everything_fits(live: LiveStudio, size: tuple[int, int]) -> None:
    live.watch()
    live.tab.resize(*size)
    live.qtbot.wait(20)
    assert live.tab.width() == size[0], "nothing forces the window to be wider"
    bar = live.tab.bar
    for widget in bar.findChildren(QWidget):
        if widget.isVisibleTo(bar) and widget.parent() in (bar, bar.threshold):
            left = widget.mapTo(live.tab, widget.rect().topLeft()).x()
            assert left >= 0 and left + widget.width() <= size[0], widget
    assert live.tab.stage.height() >= size[1] * 0.7


def test_every_control_can_be_reached_named_and_explained(live: LiveStudio) -> None:
    live.watch()
    live.service.show_groups(group(1))
    live.service.show_log(sighting())
    live.qtbot.waitUntil(lambda: live.tab.side.tray.numbers == (1,))
    for kind in (QAbstractButton, QComboBox, QSlider):
        for control in live.tab.findChildren(kind):
            if control.objectName().startswith("qt_") or control.parent().inherits("QTabBar"):
                continue
            if control.inherits("QTableCornerButton") or not control.isVisibleTo(live.tab):
                continue
            assert control.accessibleName() or control.text(), control
            assert control.toolTip() or control.accessibleDescription() or control.text(), control
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control


def test_long_names_and_five_hundred_people_do_not_stretch_the_panel(live: LiveStudio) -> None:
    live.watch()
    width = live.tab.side.width()
    crowd = [
        visitor(Identity(str(number), f"{number} " + "Wolfeschlegelsteinhausen " * 9)) for number in range(40)
    ]
    live.give(view(here=crowd))
    live.service.show_log(*(sighting(number, Identity("1", "x" * 300)) for number in range(500)))
    live.qtbot.waitUntil(lambda: live.tab.side.log.model.rowCount() == 500)
    assert live.tab.side.width() == width and live.tab.width() == 1280


def test_a_threshold_set_by_hand_is_in_the_audit_trail_once(
    live: LiveStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    trail = AuditTrail(live.context.settings.database)
    live.tab.settings._settled.setInterval(50)
    run = live.watch()
    for place in (200, 250, 310):
        live.tab.bar.threshold.slider.setValue(place)
    live.qtbot.waitUntil(lambda: run.thresholds == [pytest.approx(0.31)])
    live.qtbot.waitUntil(lambda: len(trail.read()) == 1)
    (line,) = trail.read()
    assert (line.what, line.people) == ("threshold", ())
    assert dict(line.details) == {"value": pytest.approx(0.31), "kind": "live"}


def test_a_threshold_set_right_before_the_window_closes_is_in_the_audit_trail(live: LiveStudio) -> None:
    run = live.watch()
    live.tab.bar.threshold.slider.setValue(310)
    live.qtbot.waitUntil(lambda: run.thresholds == [pytest.approx(0.31)])
    live.tab.shut_down()
    (line,) = AuditTrail(live.context.settings.database).read()
    assert dict(line.details) == {"value": pytest.approx(0.31), "kind": "live"}


@pytest.mark.parametrize(("width", "wrapped"), [(960, True), (1366, False), (1920, False)])
def test_the_bar_wraps_where_it_is_narrow_and_nothing_is_cut(
    live: LiveStudio, width: int, wrapped: bool
) -> None:
    live.watch()
    live.tab.resize(width, 700)
    bar = live.tab.bar
    live.qtbot.waitUntil(lambda: bar.width() == width and bar.wrapped == wrapped)
    live.qtbot.waitUntil(lambda: bar.threshold.height() > 0)
    for part in (bar.source, bar.play, bar.pause, bar.detector, bar.threshold, bar.mirror, bar.side):
        place = part.mapTo(bar, part.rect().topLeft())
        assert bar.rect().contains(part.rect().translated(place)), part
        assert part.width() >= part.minimumSizeHint().width()


def test_the_line_about_the_people_lies_over_the_picture_and_does_not_move_it(live: LiveStudio) -> None:
    run = live.watch()
    before = live.tab.stage.geometry(), live.tab.stage.mapToGlobal(live.tab.stage.rect().topLeft())
    run.people = 0
    live.qtbot.waitUntil(lambda: "Nobody is enrolled" in live.tab.strip.text)
    after = live.tab.stage.geometry(), live.tab.stage.mapToGlobal(live.tab.stage.rect().topLeft())
    assert after == before and live.tab.strip.isVisible()
    assert live.tab.trial.pictures.rect().contains(live.tab.strip.geometry())
