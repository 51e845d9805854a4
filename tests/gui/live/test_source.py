"""Starting, losing, ending and changing what is watched."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt

from facecam.core.config import Settings
from facecam.core.errors import CameraError, DataError
from facecam.core.events import Notice, ignore
from facecam.core.types import Embeddings
from facecam.engine import components
from facecam.engine.live import opening
from facecam.gallery.gallery import Gallery
from facecam.gui.core.cameras import CameraChoice
from facecam.gui.live.bar.source_menu import short_name
from facecam.gui.live.engine_service import EngineLiveService, LiveRequest
from tests.gui.live.conftest import LiveStudio
from tests.gui.live.fakes import ADA, EVE, FakeService, known, sample, sighting, view


def page(live: LiveStudio) -> object:
    (shown,) = [one for one in (live.tab.stage, live.tab.no_picture) if one.isVisible()]
    return shown


def test_without_a_camera_the_place_says_so_and_offers_the_rest(live: LiveStudio) -> None:
    live.tab.activate()
    assert page(live) is live.tab.no_picture and live.state == "idle"
    words = live.tab.no_picture.words
    assert (
        words.accessibleName() == "No camera was found" and "network camera" in words.accessibleDescription()
    )
    assert live.tab.no_picture.demo.isVisible() and live.tab.no_picture.file.isVisible()
    live.tab.no_picture.demo.click()
    live.qtbot.waitUntil(lambda: live.service.requests == [LiveRequest("demo")])


def test_the_first_camera_begins_by_itself_also_when_plugged_in_later(live: LiveStudio) -> None:
    live.tab.activate()
    live.qtbot.wait(60)
    assert live.service.requests == []
    live.service.found = (CameraChoice("0", "Logi C920"), CameraChoice("2", "Other"))
    live.qtbot.waitUntil(lambda: live.service.requests == [LiveRequest("0")])
    assert "Logi C920" in live.tab.bar.source.toolTip()


def test_cameras_are_looked_for_only_while_the_tab_is_shown(live: LiveStudio) -> None:
    live.tab.activate()
    live.qtbot.waitUntil(lambda: live.service.looked >= 2)
    live.tab.deactivate()
    live.qtbot.wait(50)
    looked = live.service.looked
    live.qtbot.wait(120)
    assert live.service.looked == looked


def test_while_opening_a_bar_moves_and_then_the_picture_is_there(live: LiveStudio) -> None:
    live.service.gate.clear()
    live.tab.activate(source="0")
    assert live.state == "opening" and live.tab.no_picture.loading and page(live) is live.tab.no_picture
    assert not live.tab.bar.snapshot.isEnabled()
    live.service.gate.set()
    live.qtbot.waitUntil(lambda: bool(live.service.runs) and live.run.started == 1)
    live.give(view(known()))
    assert live.state == "playing" and page(live) is live.tab.stage
    assert live.tab.bar.play.accessibleName() == "Stop" and live.tab.bar.snapshot.isEnabled()


@pytest.mark.parametrize(
    "error",
    [
        CameraError(
            "camera 0 is busy or does not deliver pictures", hint="Close other programs that use it."
        ),
        CameraError("this user may not use camera 0 (/dev/video0)", hint="Join the group of the device."),
        DataError("there is no file or folder x.mp4", hint="Check the spelling of the path."),
    ],
)
def test_what_cannot_be_opened_says_why_and_can_be_tried_again(
    live: LiveStudio, error: CameraError | DataError
) -> None:
    live.service.open_error = error
    live.tab.activate(source="0")
    live.qtbot.waitUntil(lambda: live.state == "failed")
    words = live.tab.no_picture.words
    assert words.accessibleName() == error.message[0].upper() + error.message[1:]
    assert words.accessibleDescription() == error.hint
    assert words.button.isVisible() and live.tab.no_picture.file.isVisible()
    assert live.messages == [], "said once, in the place of the picture"
    live.service.open_error = None
    words.button.click()
    live.qtbot.waitUntil(lambda: bool(live.service.runs))


def test_a_lost_camera_is_said_in_the_picture_and_comes_back(live: LiveStudio) -> None:
    run = live.watch()
    run.state = "lost"
    live.qtbot.waitUntil(lambda: live.state == "lost")
    assert live.tab.stage._message[0] == "Camera 0 stopped delivering pictures"
    assert page(live) is live.tab.stage
    run.listener.notice(Notice("camera 0 stopped delivering pictures", "Check the cable."))
    run.state = "playing"
    live.give(view(known()))
    assert live.state == "playing" and live.tab.stage._message[0] == ""
    live.qtbot.wait(50)
    assert live.messages == [], "no banner for what the picture says"


def test_other_notices_reach_the_user(live: LiveStudio) -> None:
    run = live.watch("/pictures")
    run.live = False
    run.listener.notice(Notice("a.jpg is not readable", "Save it again."))
    assert live.told().text.casefold() == "a.jpg is not readable"


def test_stopping_lets_go_in_the_background_and_starting_goes_on(live: LiveStudio) -> None:
    run = live.watch("0")
    live.tab.bar.play.click()
    assert live.state == "idle" and page(live) is live.tab.stage, "the last picture stays"
    live.qtbot.waitUntil(lambda: run.stopped == 1)
    assert run.stopped_in is not threading.main_thread()
    live.tab.deactivate()
    live.tab.activate()
    assert live.state == "idle", "what the user stopped stays stopped"
    live.tab.bar.play.click()
    live.qtbot.waitUntil(lambda: len(live.service.runs) == 2)
    assert live.service.requests[-1] == LiveRequest("0")


def test_another_tab_ends_the_source_and_coming_back_begins_it_again(live: LiveStudio) -> None:
    run = live.watch("0")
    live.tab.deactivate()
    live.qtbot.waitUntil(lambda: run.stopped == 1)
    live.tab.activate()
    live.qtbot.waitUntil(lambda: len(live.service.runs) == 2)


def test_changing_quickly_ends_every_run_that_was_opened(live: LiveStudio) -> None:
    live.service.gate.clear()
    for source in ("0", "1", "2", "demo"):
        live.tab.activate(source=source)
    live.service.gate.set()
    live.qtbot.waitUntil(lambda: any(run.started for run in live.service.runs))
    live.qtbot.waitUntil(lambda: sum(run.stopped for run in live.service.runs) == len(live.service.runs) - 1)
    (running,) = [run for run in live.service.runs if not run.stopped]
    assert running is live.tab.controller.run and running.started == 1
    assert all(run.started == 0 for run in live.service.runs if run is not running)


def test_stopping_while_opening_ends_what_opens(live: LiveStudio) -> None:
    live.service.gate.clear()
    live.tab.activate(source="0")
    live.qtbot.waitUntil(lambda: bool(live.service.requests))
    live.tab.bar.play.click()
    live.service.gate.set()
    live.qtbot.waitUntil(lambda: bool(live.service.runs) and live.run.stopped == 1)
    assert live.run.started == 0 and live.state == "idle"


def test_a_view_of_an_earlier_run_is_not_shown(live: LiveStudio) -> None:
    old = live.watch("0")
    live.watch("1")
    shown = live.tab.stage.view
    old.give(view(known()))
    live.qtbot.wait(50)
    assert live.tab.stage.view is shown


def test_a_film_that_is_over_is_called_as_it_is_written(live: LiveStudio) -> None:
    run = live.watch("/films/Our Summer.MP4")
    run.description, run.live = "Our Summer.MP4", False
    run.listener.finish(None)
    live.qtbot.waitUntil(lambda: live.state == "ended")
    assert live.tab.strip.text == "Our Summer.MP4 is over."


def test_a_clip_that_is_over_can_be_played_again(live: LiveStudio) -> None:
    run = live.watch("demo")
    run.description, run.live = "demo clip", False
    run.listener.finish(None)
    live.qtbot.waitUntil(lambda: live.state == "ended")
    assert page(live) is live.tab.stage, "the last picture stays"
    assert live.tab.strip.text == "The demo clip is over."
    assert live.tab.bar.play.accessibleName() == "Start"
    live.tab.strip.button.click()
    live.qtbot.waitUntil(lambda: len(live.service.runs) == 2)
    live.qtbot.waitUntil(lambda: run.stopped == 1)


def test_a_source_that_breaks_says_why(live: LiveStudio) -> None:
    run = live.watch("a.mp4")
    run.listener.finish(DataError("the disk went away", hint="Plug it in."))
    live.qtbot.waitUntil(lambda: live.state == "failed")
    assert live.tab.no_picture.words.accessibleName() == "The disk went away"


def test_a_bug_in_recognition_is_reported_not_swallowed(live: LiveStudio) -> None:
    found: list[BaseException] = []
    live.context.bug_found.connect(found.append)
    error = RuntimeError("boom")
    live.watch().listener.finish(error)
    live.qtbot.waitUntil(lambda: found == [error])
    assert live.state == "failed"


def test_a_detector_chosen_in_the_settings_holds_and_is_shown(live: LiveStudio) -> None:
    live.context.preferences.put("live.detector", "mtcnn")
    live.watch("demo")
    live.context.set_settings(replace(live.context.settings, detector="blaze"))
    live.qtbot.waitUntil(lambda: len(live.service.runs) == 2)
    assert live.tab.bar.detector.currentData() == "blaze"
    assert live.tab.settings.request("demo").detector == "blaze"
    live.context.set_settings(replace(live.context.settings, strangers=0.1))
    assert live.tab.bar.detector.currentData() == "blaze"


def test_detector_and_size_are_asked_for_and_remembered(live: LiveStudio) -> None:
    live.watch("0")
    box = live.tab.bar.detector
    box.setCurrentIndex(box.findData("hog+"))
    box.activated.emit(box.currentIndex())
    live.qtbot.waitUntil(lambda: live.service.requests[-1] == LiveRequest("0", "hog", True))
    box.setCurrentIndex(box.findData("mtcnn"))
    box.activated.emit(box.currentIndex())
    live.qtbot.waitUntil(lambda: live.service.requests[-1] == LiveRequest("0", "mtcnn"))
    assert live.context.preferences.text("live.detector", "") == "mtcnn"


def test_another_model_is_opened_anew(live: LiveStudio) -> None:
    live.watch("0")
    live.context.model_changed.emit()
    live.qtbot.waitUntil(lambda: len(live.service.runs) == 2)
    assert live.service.forgotten_models == 1


def test_people_changed_elsewhere_are_looked_for_at_once(live: LiveStudio) -> None:
    run = live.watch("0")
    live.context.people_changed.emit()
    assert run.hurried == 1


def test_shutting_down_waits_for_what_is_being_opened(live: LiveStudio) -> None:
    live.service.gate.clear()
    live.tab.activate(source="0")
    live.qtbot.waitUntil(lambda: bool(live.service.requests))
    threading.Timer(0.1, live.service.gate.set).start()
    live.tab.shut_down()
    assert live.run.stopped == 1 and live.run.started == 0


def test_the_run_knows_how_large_it_is_shown(live: LiveStudio) -> None:
    run = live.watch()
    size = live.tab.stage.size()
    assert run.screen == (size.width(), size.height())
    live.tab.resize(960, 600)
    live.qtbot.waitUntil(lambda: run.screen == (live.tab.stage.width(), live.tab.stage.height()))


def test_names_of_sources_tell_no_password() -> None:
    cameras = (CameraChoice("0", "Logi C920"),)
    assert short_name("0", cameras) == "Logi C920"
    assert short_name("/home/me/film.mp4") == "film.mp4"
    assert short_name("rtsp://me:secret@10.0.0.5/live?token=1") == "rtsp://10.0.0.5/live"


def test_the_menu_offers_cameras_demo_file_folder_and_address(
    live: LiveStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = live.tab.bar.source
    source.set_cameras((CameraChoice("0", "A & B"),))
    menu = source.menu()
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == ["A && B", "&Demo clip", "&File…", "F&older of pictures…", "&Address…"]
    chosen: list[str] = []
    source.chosen.disconnect(live.tab.watch)
    source.chosen.connect(chosen.append)
    target = "facecam.gui.live.bar.source_menu"
    monkeypatch.setattr(
        "facecam.gui.core.file_questions.QFileDialog.getOpenFileName", lambda *_: ("/a.mp4", "")
    )
    monkeypatch.setattr(
        "facecam.gui.core.file_questions.QFileDialog.getExistingDirectory", lambda *_: "/folder"
    )
    monkeypatch.setattr(f"{target}.QInputDialog.getText", lambda *_: (" rtsp://x ", True))
    for action in menu.actions():
        action.trigger()
    assert chosen == ["0", "demo", str(Path("/a.mp4")), str(Path("/folder")), "rtsp://x"]
    source.set_cameras(())
    menu.aboutToShow.emit()
    assert not menu.actions()[0].isEnabled()


def test_full_screen_shows_only_the_picture_and_comes_back(live: LiveStudio) -> None:
    live.watch()
    live.tab.bar.full_screen.click()
    full = live.tab.stage.window()
    assert full is not live.tab.window() and full.isVisible()
    live.give(view(known()))
    live.qtbot.keyClick(live.tab.stage, Qt.Key.Key_Escape)
    assert live.tab.stage.window() is live.tab.window()
    assert page(live) is live.tab.stage
    live.tab.bar.full_screen.click()
    live.tab.deactivate()
    assert live.tab.stage.window() is live.tab.window()


def test_service_is_a_service(service: FakeService) -> None:
    """What the fakes offer is what the engine's service offers."""
    from facecam.core.config import Settings
    from facecam.engine.live.session import LiveSession
    from facecam.gui.live.engine_service import EngineLiveService

    real = EngineLiveService(Settings)
    wanted = {name for name in dir(EngineLiveService) if not name.startswith("_")}
    assert wanted <= set(dir(service))
    assert real.unknown_groups() == () and real.sightings() == ()
    used = {"views", "status", "live", "names", "people", "threshold", "recording", "check_now", "ignore"}
    used |= {"reject", "accept"}
    assert used <= set(dir(LiveSession))


def test_opened_models_serve_other_people_and_not_another_detector(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What does not choose a model is no reason to open them again."""
    from facecam.core.config import Settings
    from facecam.gui.live import engine_service

    opened: list[Settings] = []

    def open_models(settings: Settings) -> object:
        opened.append(settings)
        return object()

    monkeypatch.setattr(engine_service, "open_models", open_models)
    service = engine_service.EngineLiveService(Settings)
    own = Settings(data=tmp_path / "data", database=tmp_path / "database", weights=tmp_path / "weights")
    first = service._models_for(own)
    others = replace(own, data=tmp_path / "theirs", threshold=0.3, strangers=0.1, normalize="off")
    assert service._models_for(others) is first
    assert service._models_for(replace(own, detector="hog")) is not first
    assert len(opened) == 2


def test_what_a_source_still_adds_while_it_ends_is_forgotten_too(tmp_path: Path) -> None:
    """Everybody was erased: the faces in view are unknown now, and their visit ends in the log."""
    from facecam.core.config import Settings
    from facecam.engine.visits.table import open_visits
    from facecam.gui.live.engine_service import EngineLiveService

    settings = Settings(data=tmp_path / "data", database=tmp_path / "database", weights=tmp_path / "weights")
    service = EngineLiveService(lambda: settings)
    service.keep_log(True)
    service._desk.log.begin("camera 0", 1)

    class LastLook:
        def stop(self) -> None:
            service._desk.unknowns.observe(7, [sample()], 0.1)
            service._desk.log._come((1, None), None)
            service._desk.log.end(1)

    last = LastLook()
    service._runs.add(last)  # type: ignore[arg-type]
    service.forget_everybody()
    assert service.unknown_groups() == () and service.sightings() == ()
    assert not list(open_visits(settings).read())


class BusyPool:
    """All four threads of the window's pool, kept busy from `begin` to `end`."""

    def __init__(self, live: LiveStudio) -> None:
        self._live, self._free, self._at_work = live, threading.Event(), threading.Semaphore(0)

    def begin(self) -> None:
        for _ in range(4):
            self._live.context.run(self._occupy, done=lambda _: None)
        for _ in range(4):
            assert self._at_work.acquire(timeout=60)

    def end(self) -> None:
        self._free.set()

    def _occupy(self, on_event: object, cancel: object) -> None:
        self._at_work.release()
        assert self._free.wait(60)


@pytest.fixture
def pool(live: LiveStudio) -> Iterator[BusyPool]:
    busy = BusyPool(live)
    yield busy
    busy.end()


def test_a_run_ends_though_its_successor_was_cancelled_before_its_turn(
    live: LiveStudio, pool: BusyPool
) -> None:
    run = live.watch("0")
    pool.begin()
    live.tab.activate(source="1")
    live.tab.controller.stop()
    pool.end()
    live.qtbot.waitUntil(lambda: run.stopped == 1)
    assert len(live.service.runs) == 1 and live.state == "idle"


def test_a_successor_takes_over_what_the_cancelled_one_should_have_ended(
    live: LiveStudio, pool: BusyPool
) -> None:
    run = live.watch("0")
    pool.begin()
    for source in ("1", "0"):
        live.tab.activate(source=source)
    pool.end()
    live.qtbot.waitUntil(lambda: len(live.service.runs) == 2)
    assert run.stopped == 1 and [one.source for one in live.service.requests] == ["0", "0"]


def test_closing_ends_what_a_waiting_job_should_have_ended(live: LiveStudio, pool: BusyPool) -> None:
    run = live.watch("0")
    pool.begin()
    live.tab.activate(source="1")
    threading.Timer(0.2, pool.end).start()
    live.tab.shut_down()
    assert run.stopped == 1


def test_the_demo_clip_is_made_where_it_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []
    monkeypatch.setattr(opening, "DEMO_FOLDER", tmp_path)
    monkeypatch.setattr(opening.Demo, "prepare", lambda demo, on_event: made.append(demo.folder))
    monkeypatch.setattr(opening, "open_source", lambda source, *, demo_clip, **_: demo_clip)
    assert opening.open_frames("demo", ignore) == tmp_path / "clip.mp4" and made == [tmp_path]
    opening.open_frames("0", ignore)
    assert made == [tmp_path]


def test_a_look_at_live_follows_who_was_deleted_by_another_program(live: LiveStudio) -> None:
    followed = live.service.followed
    live.tab.deactivate()
    live.tab.activate()
    live.qtbot.waitUntil(lambda: live.service.followed == followed + 1)


def test_visits_of_whoever_is_gone_are_not_shown(empty_settings: Settings) -> None:
    service = EngineLiveService(lambda: empty_settings)
    service._desk.log.keep(None, [sighting(1, ADA), sighting(2, EVE), sighting(3, None)])
    service._log_kept = True
    nothing = Embeddings(np.eye(1, 8, dtype=np.float32), "test-model@1")
    service.forget_who_is_gone()
    assert len(service.sightings()) == 3, "no database says nothing"
    ada = Gallery.empty("test-model@1", 8).add_all([(ADA, nothing)])
    components.open_store(empty_settings).update(lambda gallery: ada)
    service.forget_who_is_gone()
    assert [one.identity for one in service.sightings()] == [None, ADA]
