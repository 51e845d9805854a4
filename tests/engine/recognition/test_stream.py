"""Streams: files lose no frame, cameras show the newest, sessions stop in time and hand errors on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest

from facecam.core.events import CancelToken
from facecam.core.types import Frame, FrameResult
from facecam.engine.recognition.recognizer import StreamRecognizer
from facecam.engine.recognition.stream import RecognitionStream, recognize_stream
from tests.engine.fakes import Actor, FakeSource, NoChange, Stage, eventually

WATCH: Any = NoChange()


def film(stage: Stage, count: int, step_s: float = 0.04) -> list[Frame]:
    return [stage.frame(Actor(0), index=index, at_s=index * step_s) for index in range(count)]


def slowed(recognizer: StreamRecognizer, pause_s: float) -> StreamRecognizer:
    process = recognizer.process

    def slow(frame: Frame) -> FrameResult:
        time.sleep(pause_s)
        return process(frame)

    recognizer.process = slow  # type: ignore[method-assign]
    return recognizer


def _close(results: Iterator[FrameResult]) -> None:
    assert isinstance(results, Generator)
    results.close()


def decoders() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "facecam-decode"]


@pytest.fixture
def new_decoders() -> Callable[[], set[threading.Thread]]:
    """Threads that decode since this test began."""
    before = set(decoders())
    return lambda: set(decoders()) - before


# ---------------------------------------------------------------------- recognise_stream


def test_of_a_file_every_frame_comes_in_order_however_slow_recognition_is() -> None:
    stage = Stage()
    source = FakeSource(film(stage, 30))
    results = recognize_stream(source, slowed(stage.recognizer({"Ada": [0]}), 0.002), WATCH)
    assert [result.frame.index for result in results] == list(range(30))


def test_of_a_camera_the_newest_frame_comes_each_time() -> None:
    """A frame every 5 ms, 40 ms to recognise one: about every 8th is seen, none twice, none old."""
    stage = Stage()
    source = FakeSource(film(stage, 100), live=True, period_s=0.005)
    results = recognize_stream(source, slowed(stage.recognizer({}), 0.04), WATCH)
    seen = [result.frame.index for result in results]
    assert seen == sorted(set(seen)) and seen[-1] == 99
    assert 4 <= len(seen) <= 20


def test_a_new_face_of_a_camera_is_undecided_at_first_and_one_of_a_file_never() -> None:
    """Half certain, a frame each 0.2 s of their time, of which a camera's may be skipped."""

    def states(*, live: bool) -> list[str]:
        stage = Stage()
        frames = [stage.frame(Actor(10), index=index, at_s=index * 0.2) for index in range(30)]
        source = FakeSource(frames, live=live, period_s=0.02)
        results = recognize_stream(source, stage.recognizer({"Ada": [0]}), WATCH)
        return [face.state for result in results for face in result.faces]

    assert states(live=False) == ["known"] * 30
    seen = states(live=True)
    assert seen[0] == "undecided" and seen[-1] == "known" and 1 <= seen.count("undecided") <= 2


def test_a_camera_that_is_silent_for_a_while_is_waited_for() -> None:
    stage = Stage()
    source = FakeSource(film(stage, 3), live=True, period_s=0.4)
    seen = [result.frame.index for result in recognize_stream(source, stage.recognizer({}), WATCH)]
    assert seen == [0, 1, 2]


@pytest.mark.parametrize("live", [False, True])
def test_no_more_frames_than_asked_for(live: bool) -> None:
    stage = Stage()
    source = FakeSource(film(stage, 20), live=live, period_s=0.02)
    results = recognize_stream(source, stage.recognizer({}), WATCH, max_frames=3)
    assert len(list(results)) == 3
    assert stage.detected == 3


@pytest.mark.parametrize("live", [False, True])
def test_a_cancelled_stream_ends_after_the_frame_in_hand(live: bool) -> None:
    stage, cancel = Stage(), CancelToken()
    source = FakeSource(film(stage, 20), live=live, period_s=0.001)
    count = 0
    for _ in recognize_stream(source, stage.recognizer({}), WATCH, cancel=cancel):
        count += 1
        if count == 2:
            cancel.cancel()
    assert count == 2


def test_whoever_leaves_early_leaves_no_thread_behind(new_decoders: Callable[[], set[object]]) -> None:
    stage = Stage()
    results = recognize_stream(FakeSource(film(stage, 100)), stage.recognizer({}), WATCH)
    next(results)
    assert len(new_decoders()) == 1
    _close(results)
    assert eventually(lambda: not new_decoders())


@pytest.mark.parametrize("live", [False, True])
def test_an_error_of_the_source_arrives_after_the_frames_before_it(live: bool) -> None:
    stage = Stage()
    source = FakeSource(film(stage, 3), live=live, period_s=0.03, fault=RuntimeError("the file broke off"))
    seen = []
    with pytest.raises(RuntimeError, match="broke off"):
        for result in recognize_stream(source, stage.recognizer({}), WATCH):
            seen.append(result.frame.index)
    assert seen == ([0, 1, 2] if not live else [*sorted({*seen} - {2}), 2]), "a camera's may be overtaken"


def test_an_empty_source_gives_nothing() -> None:
    assert list(recognize_stream(FakeSource([]), Stage().recognizer({}), WATCH)) == []


def test_files_are_decoded_while_recognition_works_but_not_far_ahead() -> None:
    """Memory: a film is never held whole."""
    stage = Stage()
    source = FakeSource(film(stage, 50))
    results = recognize_stream(source, stage.recognizer({}), WATCH)
    next(results)
    assert eventually(lambda: len(source.given) >= 3)
    time.sleep(0.05)
    assert len(source.given) <= 6
    _close(results)


# ---------------------------------------------------------------------- LiveSession


class Window:
    """What a window does: counts rings, takes results, remembers how it ended."""

    def __init__(self) -> None:
        self.rings = 0
        self.finished: list[BaseException | None] = []
        self.threads: set[str] = set()

    def notify(self) -> None:
        self.rings += 1
        self.threads.add(threading.current_thread().name)

    def session(
        self, source: FakeSource, recognizer: StreamRecognizer, watch: Any = WATCH, **options: Any
    ) -> RecognitionStream:
        return RecognitionStream(
            source, recognizer, watch, notify=self.notify, on_finished=self.finished.append, **options
        )


def test_a_slow_window_skips_and_sees_the_newest_at_the_end() -> None:
    stage, window = Stage(), Window()
    source = FakeSource(film(stage, 60), live=True, period_s=0.003)
    session = window.session(source, stage.recognizer({"Ada": [0]}))
    session.start()
    seen: list[int] = []
    while (result := session.results.take(timeout_s=60)) is not None:
        seen.append(result.frame.index)
        time.sleep(0.03)
    assert seen == sorted(set(seen)) and seen[-1] == 59 and len(seen) < 40
    assert window.finished == [None] and session.results.closed
    assert window.threads == {"facecam-recognise"}
    assert session.stop()
    assert source.closed


def test_the_doorbell_rings_once_for_results_nobody_fetches() -> None:
    stage, window = Stage(), Window()
    session = window.session(FakeSource(film(stage, 10, step_s=0.0)), stage.recognizer({}))
    session.start()
    assert eventually(lambda: bool(window.finished))
    assert window.rings == 1
    newest = session.results.take()
    assert newest is not None and newest.frame.index == 9
    assert session.stop()


def test_a_file_is_played_at_its_own_speed() -> None:
    stage, window = Stage(), Window()
    session = window.session(FakeSource(film(stage, 6, step_s=0.06)), stage.recognizer({}))
    started_s = time.monotonic()
    session.start()
    assert eventually(lambda: bool(window.finished))
    assert 0.29 <= time.monotonic() - started_s < 30
    session.stop()


@pytest.mark.parametrize(
    "source",
    [
        lambda stage: FakeSource(film(stage, 50, step_s=30.0)),
        lambda stage: FakeSource(film(stage, 3), live=True, period_s=0.001, ends=False),
        lambda stage: FakeSource(film(stage, 3), live=True, period_s=3600.0),
    ],
    ids=["file between two frames", "camera without frames", "camera that is lost"],
)
def test_a_session_stops_in_time_whatever_it_waits_for(source: Callable[[Stage], FakeSource]) -> None:
    stage, window = Stage(), Window()
    given = source(stage)
    session = window.session(given, stage.recognizer({}))
    session.start()
    assert eventually(lambda: window.rings > 0)
    started_s = time.monotonic()
    assert session.stop()
    assert time.monotonic() - started_s < 15
    assert given.closed and window.finished == [None] and session.results.closed
    assert session.stop(), "stopping again does nothing"


class StuckSource(FakeSource):
    """A file on a network drive that has gone away: `read` hangs until the source is closed."""

    def read(self, timeout_s: float = 1.0) -> Frame | None:
        if self.given:
            eventually(lambda: self.closed)
            return None
        return super().read(timeout_s)


def test_a_session_stops_in_time_though_a_file_hangs() -> None:
    stage, window = Stage(), Window()
    source = StuckSource(film(stage, 3))
    session = window.session(source, stage.recognizer({}))
    session.start()
    assert eventually(lambda: window.rings > 0)
    assert session.stop(timeout_s=20.0), "the thread that shows results must not wait for the one that reads"
    assert eventually(lambda: window.finished == [None])


def test_an_error_of_recognition_is_handed_to_the_window() -> None:
    stage, window = Stage(), Window()
    recognizer = stage.recognizer({})
    recognizer.process = lambda frame: 1 / 0  # type: ignore[assignment, method-assign, return-value]
    source = FakeSource(film(stage, 5))
    session = window.session(source, recognizer)
    session.start()
    assert eventually(lambda: bool(window.finished))
    assert isinstance(window.finished[0], ZeroDivisionError) and len(window.finished) == 1
    assert session.results.closed
    assert session.stop() and source.closed
    window.finished.clear()


@pytest.mark.parametrize("where", ["stream", "session"])
def test_no_thread_decodes_on_while_somebody_looks_at_the_error(
    where: str, new_decoders: Callable[[], set[object]]
) -> None:
    """A kept error keeps its traceback, and that keeps every generator in it half run."""
    stage, window = Stage(), Window()
    recognizer = stage.recognizer({})
    recognizer.process = lambda frame: 1 / 0  # type: ignore[assignment, method-assign, return-value]
    source = FakeSource(film(stage, 50))
    kept: list[BaseException | None] = window.finished
    if where == "session":
        session = window.session(source, recognizer)
        session.start()
        assert eventually(lambda: bool(kept))
        session.stop()
    else:
        with pytest.raises(ZeroDivisionError) as caught:
            list(recognize_stream(source, recognizer, WATCH))
        kept.append(caught.value)
    try:
        assert eventually(lambda: not new_decoders())
    finally:
        kept.clear()


def test_an_error_of_the_source_is_handed_to_the_window() -> None:
    stage, window = Stage(), Window()
    source = FakeSource(film(stage, 2), live=True, period_s=0.001, fault=OSError("unplugged"))
    session = window.session(source, stage.recognizer({}))
    session.start()
    assert eventually(lambda: bool(window.finished))
    assert isinstance(window.finished[0], OSError)
    session.stop()


def test_a_session_that_never_began_can_be_stopped() -> None:
    """The window is closed while the models load."""
    stage, window = Stage(), Window()
    source = FakeSource(film(stage, 2))
    session = window.session(source, stage.recognizer({}))
    assert session.stop()
    assert source.closed


# ---------------------------------------------------------------------- speed


def test_twice_as_fast_leaves_frames_out_where_recognition_is_slow_and_once_does_not() -> None:
    seen = []
    for speed in (1.0, 2.0):
        stage, window = Stage(), Window()
        session = window.session(FakeSource(film(stage, 40)), slowed(stage.recognizer({}), 0.06))
        session.play_at(speed)
        session.start()
        assert eventually(lambda: bool(window.finished))  # noqa: B023
        seen.append(stage.detected)
        assert session.stop()
    assert seen[0] == 40 and 8 <= seen[1] < 36


def test_a_source_that_cannot_be_wound_is_left_alone() -> None:
    stage, window = Stage(), Window()
    session = window.session(FakeSource(film(stage, 5)), stage.recognizer({}))
    session.start()
    session.seek(0.1)
    session.step(-1)
    session.search(lambda result: True)
    assert not session.seekable and not session.paused
    assert eventually(lambda: window.finished == [None]) and not session.at_end
    assert session.stop() and stage.detected == 5
