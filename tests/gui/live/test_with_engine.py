"""The tab with the real engine: the demo clip as camera, names given and taken in the window."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from facecam.core.config import Settings
from facecam.core.errors import CameraError, DataError
from facecam.core.events import EventSink
from facecam.engine import components
from facecam.engine.demo import Demo
from facecam.engine.live.session import LiveSession
from facecam.engine.live.view import SeenFace
from facecam.engine.photos.library import PhotoLibrary
from facecam.gui.core.context import AppContext, Message
from facecam.gui.core.preferences import Preferences
from facecam.gui.live.engine_service import EngineLiveService
from facecam.gui.live.tab import LiveTab
from facecam.gui.measuring.heartbeat import Heartbeat
from facecam.vision.draw.timed_recorder import TimedRecorder
from facecam.vision.sources.live import LiveSource
from facecam.vision.sources.video import open_video

#: Loading models and a clip on two busy cores.
PATIENCE_MS = 60_000
#: No noisy machine, but a freeze: p99 is 10 to 30 ms where nothing else runs.
FREEZE_MS = 1000.0


@pytest.fixture
def lively(
    qtbot: QtBot, settings: Settings, preferences: Preferences, demo: Demo, tmp_path: Path
) -> Iterator[LiveTab]:
    """A tab on real models and empty folders."""
    before = set(threading.enumerate())
    context = AppContext(settings, preferences, settings_file=tmp_path / "facecam.toml")
    tab = LiveTab(context, EngineLiveService(lambda: context.settings))
    qtbot.addWidget(tab)
    tab.resize(960, 600)
    tab.show()
    yield tab
    tab.shut_down()
    assert context.shut_down()
    names = [one.name for one in set(threading.enumerate()) - before if one.name.startswith("facecam")]
    assert not names, f"threads left behind: {names}"


def faces(tab: LiveTab) -> tuple[SeenFace, ...]:
    return tab.stage.view.faces if tab.stage.view else ()


def wait_for_face(qtbot: QtBot, tab: LiveTab, wanted: Callable[[SeenFace], bool]) -> SeenFace:
    """A face of the clip that fits; the clip is played again until there is one."""
    found: list[SeenFace] = []

    def look() -> bool:
        if tab.controller.state.kind == "ended":
            tab.controller.restart()
        found.extend(face for face in faces(tab) if wanted(face))
        return bool(found)

    qtbot.waitUntil(look, timeout=PATIENCE_MS)
    return found[0]


def test_a_stranger_is_named_recognized_and_rejected_in_the_window(qtbot: QtBot, lively: LiveTab) -> None:
    settings = lively._context.settings
    told: list[Message] = []
    lively._context.message_shown.connect(told.append)
    lively.activate(source="demo")
    lively._context.preferences.keep_log = True
    stranger = wait_for_face(qtbot, lively, lambda face: face.state == "unknown" and bool(face.samples))
    qtbot.waitUntil(lambda: "Nobody is enrolled" in lively.strip.text or bool(told), timeout=PATIENCE_MS)
    lively.actions_.name_face("Somebody", stranger.samples)
    qtbot.waitUntil(lambda: any("Somebody is known now" in one.text for one in told), timeout=PATIENCE_MS)
    known = wait_for_face(qtbot, lively, lambda face: face.state == "known")
    assert known.identity is not None and known.identity.name == "Somebody" and known.percent > 50
    assert len(PhotoLibrary(settings.data).photos_of("Somebody")) >= 1
    qtbot.waitUntil(lambda: any("Somebody" in name for name in lively.side.here.names), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: lively.side.log.model.rowCount() > 0, timeout=PATIENCE_MS)
    lively.actions_.rejecting.reject(known.identity, known)
    qtbot.waitUntil(lambda: any("not be taken" in one.text for one in told), timeout=PATIENCE_MS)
    gallery = components.open_store(settings).load()
    assert gallery is not None and len(gallery.rejections_of("Somebody")) == len(known.samples)


def test_the_window_answers_while_a_film_is_recognized_recorded_and_changed(
    qtbot: QtBot, lively: LiveTab, tmp_path: Path
) -> None:
    lively.activate(source="demo")
    wait_for_face(qtbot, lively, lambda face: True)
    heart = Heartbeat()
    heart.start()
    run = lively.controller.run
    assert run is not None
    run.record(tmp_path / "film.mp4")
    lively.bar.threshold.slider.setValue(lively.bar.threshold.slider.minimum())
    lively._context.preferences.stage_panel = True
    qtbot.waitUntil(lambda: run.recording is not None and run.recording.seconds > 1.0, timeout=PATIENCE_MS)
    lively.watch("demo")  # again: the run before is ended, its film completed
    wait_for_face(qtbot, lively, lambda face: lively.controller.run is not run)
    report = heart.stop()
    assert report.p99_ms < FREEZE_MS, report
    with open_video(tmp_path / "film.mp4") as film:
        assert film.frame_count is not None and film.frame_count > 20


def test_after_a_recording_that_could_not_be_completed_the_next_source_opens_at_once(
    qtbot: QtBot, lively: LiveTab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Message] = []
    lively._context.message_shown.connect(told.append)
    lively.activate(source="demo")
    wait_for_face(qtbot, lively, lambda face: True)
    run = lively.controller.run
    assert run is not None
    run.record(tmp_path / "film.mp4")

    def fails(self: TimedRecorder) -> None:
        close(self)
        raise DataError("film.mp4 could not be completed", hint="The disk may be full.")

    close = TimedRecorder.close
    monkeypatch.setattr(TimedRecorder, "close", fails)
    lively.watch("demo")
    qtbot.waitUntil(lambda: lively.controller.state.kind in ("playing", "failed"), timeout=PATIENCE_MS)
    assert lively.controller.state.kind == "playing"
    assert [(one.text, one.hint) for one in told if "film.mp4" in one.text] == [
        ("film.mp4 could not be completed", "The disk may be full.")
    ]


def test_starting_and_stopping_again_and_again_leaves_nothing(qtbot: QtBot, lively: LiveTab) -> None:
    lively.activate(source="demo")
    wait_for_face(qtbot, lively, lambda face: True)
    qtbot.waitUntil(lambda: len(_own_threads()) >= 1)
    most = 0
    for _ in range(6):
        lively.controller.restart()
        qtbot.waitUntil(
            lambda: lively.controller.state.kind == "playing" and lively.stage.view is not None,
            timeout=PATIENCE_MS,
        )
        most = max(most, len([one for one in _own_threads() if "recognise" in one.name]))
    assert most == 1, "one source at a time"
    lively.controller.stop()
    qtbot.waitUntil(lambda: not [one for one in _own_threads() if "job" not in one.name], timeout=PATIENCE_MS)


def _own_threads() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name.startswith(("facecam", "capture"))]


def test_a_missing_model_is_said_in_the_place_of_the_picture(
    qtbot: QtBot, lively: LiveTab, tmp_path: Path
) -> None:
    lively._context.set_settings(replace(lively._context.settings, model="no-such-model"))
    lively.activate(source="demo")
    qtbot.waitUntil(lambda: lively.controller.state.kind == "failed", timeout=PATIENCE_MS)
    assert "no-such-model" in lively.no_picture.words.accessibleName()
    assert lively.no_picture.words.accessibleDescription()


def test_a_camera_that_does_not_exist_is_said_with_its_cure(qtbot: QtBot, lively: LiveTab) -> None:
    lively.activate(source="93")
    qtbot.waitUntil(lambda: lively.controller.state.kind == "failed", timeout=PATIENCE_MS)
    assert "camera 93" in lively.no_picture.words.accessibleName().lower()


class Plug:
    """A camera that can be pulled out; implements `Capture` and opens itself."""

    def __init__(self, demo: Demo) -> None:
        with open_video(demo.clip) as film:
            frame = film.read()
        assert frame is not None
        self.picture = np.ascontiguousarray(frame.image[:, :, ::-1])
        self.plugged, self.blocks = True, False
        self.noise = np.random.default_rng(0)
        self.awake = threading.Event()

    def __call__(self) -> Plug:
        if not self.plugged:
            raise CameraError("there is no camera 0", hint="Plug it in.")
        return self

    def read(self) -> tuple[bool, np.ndarray | None]:
        if not self.plugged and self.blocks:
            self.awake.wait(30)
        time.sleep(0.03)
        picture = self.picture.copy()
        picture[:8, :8] = self.noise.integers(0, 255, (8, 8, 3), np.uint8)  # no sensor repeats itself
        return (True, picture) if self.plugged else (False, None)

    def get(self, property_id: int) -> float:
        return 0.0

    def release(self) -> None:
        """Nothing to let go of."""


@pytest.mark.parametrize("blocks", [False, True])
def test_a_camera_that_is_pulled_out_is_said_and_comes_back(
    qtbot: QtBot, lively: LiveTab, demo: Demo, monkeypatch: pytest.MonkeyPatch, blocks: bool
) -> None:
    plug = Plug(demo)
    plug.blocks = blocks

    def open_plug(spec: str, *, on_event: EventSink, **more: object) -> LiveSource:
        return LiveSource(plug, "camera 0", on_event=on_event, watch_stills=True)

    monkeypatch.setattr("facecam.engine.live.opening.open_source", open_plug)
    told: list[Message] = []
    lively._context.message_shown.connect(told.append)
    lively.activate(source="0")
    wait_for_face(qtbot, lively, lambda face: True)
    plug.plugged = False
    qtbot.waitUntil(lambda: lively.controller.state.kind == "lost", timeout=PATIENCE_MS)
    assert "Camera 0 stopped delivering pictures" in lively.stage._message[0]
    plug.plugged = True
    plug.awake.set()
    qtbot.waitUntil(lambda: lively.controller.state.kind == "playing", timeout=PATIENCE_MS)
    assert lively.stage._message[0] == "" and told == []


def test_a_film_is_searched_stepped_and_wound_and_a_face_of_a_held_picture_named(
    qtbot: QtBot, lively: LiveTab
) -> None:
    """The demo clip: held at its first unknown face, a frame back and forward, named while it stands still."""
    lively.activate(source="demo")
    qtbot.waitUntil(lambda: lively.stage.view is not None, timeout=PATIENCE_MS)
    bar = lively.film_bar
    assert bar.isVisible() and bar.time_text.endswith("/ 0:10")
    lively.controller.toggle_pause()
    lively.controller.seek(2.0)
    qtbot.waitUntil(lambda: frame_index(lively) == 48, timeout=PATIENCE_MS)
    bar.back.click()
    qtbot.waitUntil(lambda: frame_index(lively) == 47, timeout=PATIENCE_MS)
    bar.forward.click()
    qtbot.waitUntil(lambda: frame_index(lively) == 48, timeout=PATIENCE_MS)
    (unknown,) = faces(lively)
    assert unknown.state == "unknown" and lively.controller.paused
    lively.actions_.name_face("Somebody", unknown.samples)
    qtbot.waitUntil(lambda: [face.state for face in faces(lively)] == ["known"], timeout=PATIENCE_MS)
    assert frame_index(lively) == 48 and lively.controller.paused, "named in the picture that is held"
    bar.unknown.click()  # the next one, who is somebody else
    qtbot.waitUntil(lambda: lively.controller.paused and frame_index(lively) > 48, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: any(face.state == "unknown" for face in faces(lively)), timeout=PATIENCE_MS)
    assert 60 <= frame_index(lively) <= 66, "where the second scene begins"
    run = lively.controller.run
    assert run is not None and run.appearances is not None
    lanes = run.appearances.all()
    assert [one.identity and one.identity.name for one in lanes] == ["Somebody", None]


def frame_index(tab: LiveTab) -> int:
    """The number of the frame shown; −1 before the first."""
    return tab.stage.view.frame.index if tab.stage.view is not None else -1


def test_two_films_side_by_side_change_places_and_keep_their_own_visitors(
    qtbot: QtBot, lively: LiveTab, demo: Demo, tmp_path: Path
) -> None:
    other = tmp_path / "other.mp4"
    shutil.copy(demo.clip, other)
    lively.activate(source="demo")
    wait_for_face(qtbot, lively, lambda face: True)
    lively.bar.add.chosen.emit(str(other))
    (tile,) = lively.more.tiles
    qtbot.waitUntil(lambda: tile.stage.view is not None, timeout=PATIENCE_MS)
    (run,) = lively.more.runs()
    large = lively.controller.run
    assert isinstance(run, LiveSession) and isinstance(large, LiveSession)
    assert run.embedder is large.embedder and run.detector is not large.detector
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert lively.controller.run is run and "other.mp4" in lively.bar.source.toolTip()
    shown = lively.stage.view
    qtbot.waitUntil(
        lambda: lively.stage.view is not shown and run.source is not large.source, timeout=PATIENCE_MS
    )
    lively.controller.toggle_pause()
    assert run.paused and not large.paused
    seen = tile.stage.view
    qtbot.waitUntil(lambda: tile.stage.view is not seen or large.at_end, timeout=PATIENCE_MS)
    lively.more.close(tile)
    qtbot.waitUntil(lambda: large.stopped, timeout=PATIENCE_MS)
    assert lively.controller.state.kind == "playing" and not run.stopped
