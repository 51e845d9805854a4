"""Sources: files, folders and streams made by the tests, and cameras played by fakes with every fault."""

from __future__ import annotations

import http.server
import os
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from facecam.core.errors import CameraError, DataError, FacecamError
from facecam.core.events import Event, Notice
from facecam.core.types import Frame
from facecam.vision.sources import camera, open
from facecam.vision.sources.camera import CameraInfo, list_cameras, open_address, without_password
from facecam.vision.sources.capture import Capture, openable, rgb_of
from facecam.vision.sources.folder import FolderSource
from facecam.vision.sources.live import STREAM_TIMINGS, CameraTimings, LiveSource, await_release
from facecam.vision.sources.open import open_source, open_sources, require_source
from facecam.vision.sources.protocol import FrameSource
from facecam.vision.sources.still_watch import StillWatch
from facecam.vision.sources.video import VideoSource

FAST = CameraTimings(
    lost_after_s=0.8,
    failing_s=0.2,
    first_frame_s=1.5,
    frozen_after_s=0.2,
    reconnect_first_s=0.02,
    reconnect_max_s=0.08,
    open_limit_s=1.5,
    close_wait_s=0.3,
)
#: Nothing is lost however long the machine is busy with other work.
PATIENT = replace(FAST, lost_after_s=60.0, first_frame_s=60.0, failing_s=60.0, open_limit_s=60.0)


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    assert until(lambda: not capture_threads()), f"left running: {capture_threads()}"


def capture_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("capture ")]


def until(condition: Callable[[], object], timeout_s: float = 60.0) -> bool:
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.005)
    return bool(condition())


def texts(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Notice)]


# --- fakes

Step = np.ndarray | threading.Event | Exception | None
MOVING = [np.full((6, 8, 3), (value, 0, 255 - value), np.uint8) for value in range(256)]
STILL = np.full((6, 8, 3), 77, np.uint8)


def moving(count: int = 10**9) -> Iterator[Step]:
    return (MOVING[number % 256] for number in range(count))


def still() -> Iterator[Step]:
    return (STILL.copy() for _ in range(10**9))


def then(*parts: Iterator[Step] | Step) -> Iterator[Step]:
    for part in parts:
        if isinstance(part, Iterator):
            yield from part
        else:
            yield part


class FakeCapture:
    """Plays a step each 3 ms: a picture, None (read gives False), an error, an Event (blocks until set)."""

    def __init__(self, steps: Iterator[Step]) -> None:
        self.steps = steps
        self.reads = 0
        self.released = threading.Event()
        self.released_at = float("inf")

    def read(self) -> tuple[bool, np.ndarray | None]:
        assert not self.released.is_set(), "read after release"
        time.sleep(0.003)
        self.reads += 1
        step = next(self.steps, None)
        if isinstance(step, threading.Event):
            step.wait(60)
            return False, None
        if isinstance(step, Exception):
            raise step
        return step is not None, step

    def get(self, property_id: int) -> float:
        return {cv2.CAP_PROP_FPS: 30.0}.get(property_id, 0.0)

    def release(self) -> None:
        assert not self.released.is_set(), "released twice"
        self.released_at = time.monotonic()
        self.released.set()


class FakeDevice:
    """Each opening plays the next script; an exception among them is raised; the last one repeats."""

    def __init__(self, *scripts: Callable[[], Iterator[Step]] | Exception) -> None:
        self.scripts = list(scripts)
        self.captures: list[FakeCapture] = []
        self.attempts: list[float] = []

    def __call__(self) -> Capture:
        self.attempts.append(time.monotonic())
        script = self.scripts.pop(0) if len(self.scripts) > 1 else self.scripts[0]
        if isinstance(script, Exception):
            raise script
        self.captures.append(FakeCapture(script()))
        return self.captures[-1]


def live(
    device: Callable[[], Capture],
    events: list[Event] | None = None,
    watch_stills: bool = False,
    timings: CameraTimings = FAST,
) -> LiveSource:
    sink = events.append if events is not None else lambda event: None
    return LiveSource(device, "camera 0", on_event=sink, timings=timings, watch_stills=watch_stills)


def read_until(opened: FrameSource, condition: Callable[[], object], timeout_s: float = 60.0) -> bool:
    """Read like a live loop does until `condition`."""

    def step() -> object:
        opened.read(0.02)
        return condition()

    return until(step, timeout_s)


# --- live sources


def test_a_camera_gives_rgb_frames_with_rising_numbers_and_times() -> None:
    begun = time.monotonic()
    with live(FakeDevice(moving), timings=PATIENT) as opened:
        frames = [opened.read(60) for _ in range(5)]
    assert all(isinstance(frame, Frame) for frame in frames)
    for frame in frames:
        assert frame is not None
        value = frame.index % 256
        assert frame.image[0, 0].tolist() == [
            255 - value,
            0,
            value,
        ]  # the fake gives (value, 0, 255 − value) BGR
    numbers = [frame.index for frame in frames if frame]
    moments = [frame.captured_at for frame in frames if frame]
    assert numbers == sorted(set(numbers)) and moments == sorted(moments)
    assert begun < moments[0] and moments[-1] < time.monotonic()
    assert (
        opened.live and opened.fps == 30 and opened.frame_count is None and opened.description == "camera 0"
    )


def test_a_slow_reader_gets_the_newest_frame_and_none_twice() -> None:
    device = FakeDevice(moving)
    with live(device, timings=PATIENT) as opened:
        first = opened.read(60)
        (capture,) = device.captures
        before = capture.reads
        assert first is not None and until(lambda: capture.reads > before + 10)
        taken = capture.reads
        second = opened.read(60)
    assert second is not None and second.index > first.index + 5
    assert second.index >= taken - 3, "the last two may be on their way"


def test_read_returns_none_after_its_time_out() -> None:
    gate = threading.Event()
    with live(FakeDevice(lambda: then(moving(1), gate, moving())), timings=PATIENT) as opened:
        assert opened.read(60) is not None
        start = time.monotonic()
        assert opened.read(timeout_s=0.05) is None
        assert 0.04 < time.monotonic() - start < 30
        assert opened.status.state == "playing"
        gate.set()


def test_a_driver_that_says_no_is_a_loss_and_the_camera_comes_back() -> None:
    events: list[Event] = []
    device = FakeDevice(lambda: moving(5), CameraError("gone", hint="plug"), moving)
    with live(device, events) as opened:
        assert read_until(opened, lambda: opened.status.state == "lost")
        assert opened.status.detail == "camera 0 stopped delivering pictures"
        assert read_until(opened, lambda: opened.status.state == "playing")
        assert read_until(opened, lambda: len(events) == 2)
        after = opened.read()
    assert after is not None and after.index >= 5, "the numbers go on"
    assert texts(events) == ["camera 0 stopped delivering pictures", "camera 0 delivers pictures again"]
    assert isinstance(events[0], Notice)
    assert events[0].hint == "Check the cable; facecam reconnects by itself."
    assert device.captures[0].released.is_set()


def test_a_single_bad_frame_is_no_loss() -> None:
    events: list[Event] = []
    patient = replace(PATIENT, failing_s=FAST.failing_s)
    with live(FakeDevice(lambda: then(moving(3), None, None, moving())), events, timings=patient) as opened:
        assert read_until(opened, lambda: (frame := opened.read()) is not None and frame.index > 20)
    assert events == []


def test_an_opencv_error_while_reading_is_a_loss_not_a_crash() -> None:
    events: list[Event] = []
    device = FakeDevice(lambda: then(moving(3), iter([cv2.error("bad data")] * 1000)), moving)
    with live(device, events) as opened:
        assert read_until(opened, lambda: len(events) == 2)


def test_a_read_that_blocks_is_superseded_and_lets_go_when_it_wakes() -> None:
    events: list[Event] = []
    gate = threading.Event()
    device = FakeDevice(lambda: then(moving(3), gate, moving()), moving)
    with live(device, events) as opened:
        assert read_until(opened, lambda: opened.status.state == "lost")
        assert read_until(opened, lambda: len(device.captures) == 2 and opened.status.state == "playing")
        assert not device.captures[0].released.is_set(), "still blocked inside the driver"
        gate.set()
        assert until(device.captures[0].released.is_set)
        assert until(lambda: len(capture_threads()) == 1)
        assert opened.read() is not None
    assert texts(events) == ["camera 0 stopped delivering pictures", "camera 0 delivers pictures again"]


def test_status_alone_notices_a_block() -> None:
    gate = threading.Event()
    with live(FakeDevice(lambda: then(moving(3), gate), moving)) as opened:
        assert opened.read() is not None
        assert until(lambda: opened.status.state == "lost")
        gate.set()


def test_a_frame_from_before_the_loss_does_not_turn_up_after_it() -> None:
    gate = threading.Event()
    device = FakeDevice(lambda: then(moving(3), gate), CameraError("gone", hint="plug"))
    with live(device) as opened:
        assert until(lambda: opened.status.state == "lost")
        assert opened.read(timeout_s=0.05) is None
        gate.set()


def test_a_driver_that_always_blocks_does_not_pile_up_threads() -> None:
    gate = threading.Event()
    device = FakeDevice(lambda: then(moving(1), gate))
    with live(device) as opened:
        assert read_until(opened, lambda: len(capture_threads()) == 4)
        read_until(opened, lambda: False, timeout_s=1.2)
        assert len(capture_threads()) == 4, "one at work and the three that may hang"
        assert opened.status.state == "lost"
        gate.set()


def test_a_camera_that_opens_but_gives_nothing_becomes_lost() -> None:
    device = FakeDevice(lambda: iter(()))
    with live(device) as opened:
        assert opened.status.state == "opening"
        assert opened.read(timeout_s=0.01) is None
        assert read_until(opened, lambda: opened.status.state == "lost")


def test_attempts_to_reconnect_back_off_to_the_longest_pause() -> None:
    device = FakeDevice(lambda: moving(2), CameraError("gone", hint="plug"))
    with live(device) as opened:
        assert read_until(opened, lambda: len(device.attempts) >= 12)
    pauses = np.diff(device.attempts[1:12])
    expected = np.array([0.04, *[0.08] * 9])
    assert (pauses >= expected * 0.9).all()
    # Else the last would be 20 s long. The machine may be busy at one of them.
    assert pauses[-3:].min() < 2.5, "the longest pause does not double"


def test_after_a_return_the_pauses_start_short_again() -> None:
    gone = CameraError("gone", hint="plug")
    device = FakeDevice(lambda: moving(2), *[gone] * 6, lambda: moving(2), moving)
    timings = replace(FAST, reconnect_max_s=60.0)
    with LiveSource(device, "camera 0", on_event=lambda event: None, timings=timings) as opened:
        assert read_until(opened, lambda: len(device.attempts) == 9)
    assert device.attempts[8] - device.captures[1].released_at < 2.5  # 0.02, not 2.56


def test_a_frozen_camera_is_opened_again_and_cured() -> None:
    events: list[Event] = []
    device = FakeDevice(lambda: then(moving(3), still()), moving)
    with live(device, events, watch_stills=True) as opened:
        assert read_until(opened, lambda: len(events) == 2)
        assert opened.status.state == "playing"
    assert texts(events) == ["camera 0 shows a frozen picture", "camera 0 delivers pictures again"]
    assert device.captures[0].released.is_set()


def test_a_camera_that_shows_a_still_is_opened_again_once_only() -> None:
    events: list[Event] = []
    device = FakeDevice(still)
    with live(device, events, watch_stills=True, timings=PATIENT) as opened:
        assert read_until(opened, lambda: len(device.attempts) == 2)
        read_until(opened, lambda: False, timeout_s=0.7)  # three times the limit and more
        assert opened.status.state == "playing" and "does not change" in opened.status.detail
        assert opened.read() is not None
    assert len(device.attempts) == 2
    assert texts(events) == ["camera 0 shows a frozen picture"]


def test_a_stream_may_show_a_still() -> None:
    events: list[Event] = []
    device = FakeDevice(still)
    with live(device, events, timings=PATIENT) as opened:
        read_until(opened, lambda: False, timeout_s=0.4)
    assert len(device.attempts) == 1 and events == []


def test_still_watch_with_the_real_limit() -> None:
    watch = StillWatch(2.0)
    dark, light = np.zeros((40, 40, 3), np.uint8), np.ones((40, 40, 3), np.uint8)
    almost = dark.copy()
    almost[3, 3, 0] = 1  # one value of one pixel, off the coarse grid
    assert [watch.frozen(dark.copy(), now) for now in (0.0, 1.0, 2.0)] == [False] * 3
    assert not watch.frozen(almost, 2.1), "noise: the picture lives"
    assert not watch.frozen(almost, 4.0)
    assert watch.frozen(almost, 4.2)
    assert watch.still_shows(almost) and not watch.still_shows(light)
    assert not watch.frozen(almost, 60.0), "said once"
    slides = [(70, light), (75, light), (80, dark), (80.5, light), (89, light)]
    # A slide show that changes every 10 s is not called frozen at each slide …
    assert not any(watch.frozen(picture, now) for now, picture in slides)
    # … but after more than 2 s of life the next standstill counts again.
    assert not any(watch.frozen((light, dark)[step % 2], 100 + step * 0.5) for step in range(8))
    assert not watch.frozen(dark, 104.0)
    assert watch.frozen(dark, 106.1)


def test_default_timings_notice_every_loss_within_two_seconds() -> None:
    timings = CameraTimings()
    assert (
        max(timings.lost_after_s, timings.failing_s + 1.0, timings.frozen_after_s) <= 2.0
    )  # 1 s: V4L2's select
    assert timings.close_wait_s < 1


@pytest.mark.parametrize("timings", [CameraTimings(), STREAM_TIMINGS])
def test_default_timings_find_every_source_again_within_three_seconds(timings: CameraTimings) -> None:
    opening_s = 1.0  # of FFmpeg at a stream of 15 frames/s; an attempt that nobody answers takes as long
    assert timings.reconnect_first_s <= timings.reconnect_max_s
    assert timings.reconnect_max_s + 2 * opening_s <= 3.0
    assert STREAM_TIMINGS.first_frame_s + timings.reconnect_max_s <= 3.0


def test_a_camera_that_cannot_be_opened_at_the_start_is_an_error() -> None:
    with pytest.raises(CameraError, match="no camera") as caught:
        live(FakeDevice(CameraError("there is no camera 7", hint="Plug it in.")))
    assert caught.value.hint == "Plug it in."


def test_an_opening_that_hangs_is_an_error_and_lets_go_when_it_wakes() -> None:
    gate, device = threading.Event(), FakeDevice(moving)

    def hanging() -> Capture:
        gate.wait(60)
        return device()

    start = time.monotonic()
    with pytest.raises(CameraError, match="did not answer"):
        live(hanging)
    assert time.monotonic() - start < 30
    gate.set()
    assert until(lambda: device.captures and device.captures[0].released.is_set())


def test_close_does_not_wait_for_a_blocked_driver_and_may_be_called_again() -> None:
    gate = threading.Event()
    device = FakeDevice(lambda: then(moving(3), gate))
    opened = live(device)
    assert opened.read() is not None
    time.sleep(0.05)  # now it blocks
    start = time.monotonic()
    opened.close()
    opened.close()
    assert time.monotonic() - start < 30
    assert opened.ended and opened.status.state == "ended" and opened.read() is None
    gate.set()
    assert until(device.captures[0].released.is_set)


def test_close_wakes_a_reader_in_another_thread() -> None:
    opened = live(FakeDevice(lambda: iter(())), timings=PATIENT)
    results: list[Frame | None] = []
    reader = threading.Thread(target=lambda: results.append(opened.read(timeout_s=120)))
    reader.start()
    time.sleep(0.02)
    opened.close()
    reader.join(30)  # less than any patience here
    assert results == [None]


def test_two_cameras_at_once_do_not_disturb_each_other() -> None:
    gate = threading.Event()
    blocking = FakeDevice(lambda: then(moving(2), gate), moving)
    with live(FakeDevice(moving), timings=PATIENT) as one, live(blocking) as other:
        assert read_until(other, lambda: other.status.state == "lost")
        assert one.read(60) is not None and one.status.state == "playing"
        gate.set()


def test_a_camera_just_being_let_go_of_is_waited_for() -> None:
    """One part of the window stops while another already opens: without waiting it would be busy."""
    opened = live(FakeDevice(moving))
    assert not await_release("camera 0", 0.1), "it is in use"
    assert await_release("camera 1", 0.0)
    threading.Timer(0.2, opened.close).start()
    assert await_release("camera 0", 60.0)
    assert not opened.holds_device


def test_pictures_of_any_kind_become_rgb() -> None:
    assert rgb_of(np.full((2, 3), 9, np.uint8))[0, 0].tolist() == [9, 9, 9]
    assert rgb_of(np.full((2, 3, 1), 9, np.uint8)).shape == (2, 3, 3)
    assert rgb_of(np.full((2, 3, 4), (1, 2, 3, 0), np.uint8))[0, 0].tolist() == [3, 2, 1]
    assert rgb_of(np.full((2, 4, 2), (235, 128), np.uint8))[0, 0].tolist() == [255, 255, 255]
    assert rgb_of(np.full((2, 3), 65535, np.uint16))[0, 0].tolist() == [255, 255, 255]


# --- which cameras there are


@pytest.fixture
def linux_devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Devices 0 (webcam), 1 (its metadata), 2 (another), 3 (an output), 10 (unknown). Opening one blocks."""
    devices, classes, udev = tmp_path / "dev", tmp_path / "class", tmp_path / "udev"
    for folder in (devices, classes, udev):
        folder.mkdir()
    for number, name, place in ((0, "HD Webcam", "0"), (1, "HD Webcam", "1"), (2, "Logitech BRIO\n", "3")):
        (classes / f"video{number}").mkdir()
        (classes / f"video{number}" / "name").write_text(f"{name}\n")
        (classes / f"video{number}" / "index").write_text(f"{place}\n")
        (classes / f"video{number}" / "dev").write_text(f"81:{number}\n")
    (udev / "c81:2").write_text("E:ID_V4L_VERSION=2\nE:ID_V4L_CAPABILITIES=:capture:\n")
    (classes / "video3").mkdir()
    (classes / "video3" / "dev").write_text("81:3\n")
    (udev / "c81:3").write_text("E:ID_V4L_CAPABILITIES=:video_output:\n")
    for number in (0, 1, 2, 3, 10):
        os.mkfifo(devices / f"video{number}")
    (devices / "video-codec").touch()
    monkeypatch.setattr(camera, "_DEVICES", devices)
    monkeypatch.setattr(camera, "_SYSTEM_CLASS", classes)
    monkeypatch.setattr(camera, "_UDEV_DATABASE", udev)
    monkeypatch.setattr(sys, "platform", "linux")
    return devices


needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")


@needs_pipes
@pytest.mark.timeout(60)
def test_cameras_are_listed_without_being_opened(linux_devices: Path) -> None:
    assert list_cameras() == [
        CameraInfo(0, "HD Webcam", str(linux_devices / "video0")),
        CameraInfo(2, "Logitech BRIO", str(linux_devices / "video2")),
        CameraInfo(10, "video10", str(linux_devices / "video10")),
    ]
    assert camera.cameras_in_words() == "Cameras found: 0 (HD Webcam), 2 (Logitech BRIO), 10 (video10)."


class ClosedCapture:
    def __init__(self, *arguments: object) -> None:
        self.arguments = arguments

    def isOpened(self) -> bool:
        return False


@needs_pipes
def test_missing_forbidden_and_busy_cameras_are_told_apart(
    linux_devices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", ClosedCapture)
    told = []
    for index, may_use in ((7, True), (0, False), (0, True)):
        monkeypatch.setattr(os, "access", lambda *_, may_use=may_use: may_use)
        with pytest.raises(CameraError) as caught:
            open_source(str(index))
        told.append((caught.value.message, caught.value.hint))
    (missing, plug), (forbidden, join), (busy, stop) = told
    assert missing == "there is no camera 7" and "0 (HD Webcam)" in plug
    assert "may not use camera 0" in forbidden and "usermod" in join
    assert "busy" in busy and "other programs" in stop


@pytest.mark.parametrize("platform", ["win32", "darwin", "sunos"])
def test_elsewhere_the_same_back_end_lists_and_opens(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import cv2_enumerate_cameras

    asked: list[int] = []

    def found(backend: int) -> list[CameraInfo]:
        asked.append(backend)
        return [CameraInfo(0, "FaceTime", "id-0")]

    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(cv2_enumerate_cameras, "enumerate_cameras", found)
    monkeypatch.setattr(cv2, "VideoCapture", ClosedCapture)
    if platform == "sunos":
        assert list_cameras() == [] and asked == []
        return
    assert list_cameras() == [CameraInfo(0, "FaceTime", "id-0")]
    assert asked == [cv2.CAP_DSHOW if platform == "win32" else cv2.CAP_AVFOUNDATION]
    with pytest.raises(CameraError, match="there is no camera 3"):
        open_source("3")
    with pytest.raises(CameraError, match="busy"):
        open_source("0")


@pytest.fixture
def three_cameras(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Cameras by name; the numbers of those that were opened."""
    opened: list[int] = []
    found = [
        CameraInfo(0, "HD Webcam", ""),
        CameraInfo(2, "HD Webcam Pro", ""),
        CameraInfo(4, "Kamera Zoë", ""),
    ]
    monkeypatch.setattr(camera, "list_cameras", lambda: found)
    monkeypatch.setattr(camera, "open_camera", lambda index, **_: opened.append(index))
    return opened


def test_cameras_are_found_by_number_device_and_name(
    three_cameras: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for spec in ("0", " 12 ", "/dev/video3", "hd webcam", "PRO", "zoë", "Kamera"):
        open_source(spec)
    assert three_cameras == [0, 12, 3, 0, 2, 4, 4]


@pytest.mark.parametrize(
    ("spec", "kind", "words"),
    [
        ("webcam", CameraError, "fits several cameras"),
        ("nobody", CameraError, "no file, folder, address or camera"),
        ("", CameraError, "empty name"),
        ("  ", CameraError, "empty name"),
        ("films/nothing.xyz", DataError, "no file or folder films/nothing.xyz"),
        ("nothing.mp4", DataError, "no file or folder nothing.mp4"),
        ("nothing.jpg", DataError, "no file or folder"),
        ("a\0b", CameraError, "no file"),
        ("ftp://host/film.mp4", DataError, "ftp://"),
        ("file:///etc/passwd", DataError, "file://"),
    ],
)
def test_what_fits_nothing_is_refused_and_what_may_be_a_camera_with_those_found(
    three_cameras: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    spec: str,
    kind: type,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(kind) as caught:
        open_source(spec)
    assert isinstance(caught.value, FacecamError)
    assert words in caught.value.message
    found = "0 (HD Webcam), 2 (HD Webcam Pro), 4 (Kamera Zoë)"
    assert (found in caught.value.hint) == (kind is CameraError)
    assert three_cameras == []


# --- video files


def write_clip(path: Path, frames: int = 30, size: tuple[int, int] = (64, 48), codec: str = "MJPG") -> Path:
    """A clip whose frame n is red with brightness 8·n, at 25 per second."""
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*codec), 25.0, size)
    assert writer.isOpened()
    for number in range(frames):
        writer.write(np.full((size[1], size[0], 3), (0, 0, number * 8), np.uint8))
    writer.release()
    return path


def all_frames(opened: FrameSource) -> list[Frame]:
    frames = []
    while (frame := opened.read()) is not None:
        frames.append(frame)
    assert opened.ended and opened.status.state == "ended" and opened.read() is None
    return frames


@pytest.mark.parametrize(("name", "codec"), [("a.avi", "MJPG"), ("a.mp4", "mp4v"), ("Zoë 李.mkv", "mp4v")])
def test_every_frame_of_a_video_comes_once_in_order(tmp_path: Path, name: str, codec: str) -> None:
    events: list[Event] = []
    with open_source(str(write_clip(tmp_path / name, codec=codec)), on_event=events.append) as opened:
        assert (
            not opened.live and opened.fps == 25 and opened.frame_count == 30 and opened.description == name
        )
        assert opened.status.state == "playing" and not opened.ended
        frames = all_frames(opened)
    assert [frame.index for frame in frames] == list(range(30))
    assert np.allclose([frame.captured_at for frame in frames], np.arange(30) / 25, atol=0.002)
    reds = [int(frame.image[24, 32, 0]) for frame in frames]
    assert np.abs(np.array(reds) - np.arange(30) * 8).max() <= 6
    assert max(int(frame.image[24, 32, 2]) for frame in frames) < 12, "red first: RGB"
    assert events == []


def test_a_cut_off_video_gives_what_it_has_and_a_notice(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "cut.avi")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    events: list[Event] = []
    with open_source(str(path), on_event=events.append) as opened:
        frames = all_frames(opened)
    assert 1 <= len(frames) < 25
    assert texts(events) == [f"the video ends early after frame {len(frames)} of 30: cut.avi"]


def test_a_rotation_stated_in_the_file_is_honoured(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "phone.mp4", frames=3, codec="mp4v")
    content = bytearray(path.read_bytes())
    matrix = content.index(b"tkhd") + 4 + 40  # ISO 14496-12, track header box of version 0
    content[matrix : matrix + 36] = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 48 << 16, 0, 1 << 30)
    path.write_bytes(content)
    with open_source(str(path)) as opened:
        frame = opened.read()
    assert frame is not None and frame.image.shape == (64, 48, 3)


def test_the_name_of_a_file_is_never_taken_for_something_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ["http:a.avi", "face01.avi", "%03d.avi", " padded .avi", "-x.avi", "concat:b.avi"]
    for name in names if os.name != "nt" else names[1:5]:
        write_clip(tmp_path / "made.avi", frames=2).rename(name)
        with open_source(name) as opened:
            assert len(all_frames(opened)) == 2, name


def test_files_that_are_no_videos(tmp_path: Path) -> None:
    (tmp_path / "garbage.mp4").write_bytes(b"garbage" * 500)
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "words.txt").write_text("words")
    whole = write_clip(tmp_path / "whole.mp4", codec="mp4v").read_bytes()
    (tmp_path / "cut.mp4").write_bytes(whole[: len(whole) // 2])
    for name, words in (
        ("garbage.mp4", "not a video"),
        ("empty.mp4", "is empty"),
        ("words.txt", "not a video"),
        ("cut.mp4", "not a video"),
    ):
        with pytest.raises(DataError) as caught:
            open_source(str(tmp_path / name))
        assert words in caught.value.message and name in caught.value.message and caught.value.hint


def test_a_video_without_a_readable_frame_is_an_error(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "hollow.avi", frames=3)
    content = bytearray(path.read_bytes())
    begin, end = content.index(b"movi") + 4, content.rindex(b"idx1")
    content[begin:end] = bytes(end - begin)
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"hollow\.avi"):
        open_source(str(path))
    capture = FakeCapture(iter(()))
    with pytest.raises(DataError, match="no picture of x"):
        VideoSource(capture, "x")
    assert capture.released.is_set()


@needs_pipes
@pytest.mark.timeout(60)
def test_pipes_are_refused_without_waiting(tmp_path: Path) -> None:
    for name in ("pipe.mp4", "pipe.jpg", "pipe"):
        os.mkfifo(tmp_path / name)
        with pytest.raises(DataError):
            open_source(str(tmp_path / name))


def test_a_name_that_is_not_unicode_is_refused_before_it_reaches_opencv(tmp_path: Path) -> None:
    """OpenCV 5.0 dies of a segmentation fault when handed such a string."""
    with pytest.raises(DataError, match="not valid Unicode"):
        openable("/films/\udcff.mp4")
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.avi"))
    try:
        write_clip(tmp_path / "made.avi", frames=1).rename(path)
    except OSError:
        pytest.skip("this file system has Unicode names only")
    with pytest.raises(DataError, match="not valid Unicode"):
        open_source(str(path))
    with pytest.raises(DataError, match="not valid Unicode"):
        open_source("http://127.0.0.1:1/\udcff")


def test_time_goes_on_where_the_container_states_none() -> None:
    opened = VideoSource(FakeCapture(moving(4)), "stampless")
    assert np.allclose([frame.captured_at for frame in all_frames(opened)], np.arange(4) / 30)


def test_closing_a_video_does_not_wait_for_a_read_in_another_thread() -> None:
    gate = threading.Event()
    capture = FakeCapture(then(moving(1), gate))
    opened = VideoSource(capture, "slow")
    assert opened.read() is not None
    results: list[Frame | None] = []
    reader = threading.Thread(target=lambda: results.append(opened.read()))
    reader.start()
    time.sleep(0.02)
    start = time.monotonic()
    opened.close()
    opened.close()
    assert time.monotonic() - start < 30 and not capture.released.is_set()
    gate.set()
    reader.join(60)
    assert results == [None] and capture.released.is_set() and opened.ended


def test_the_demo_clip(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "x.avi", frames=2)
    with open_source("demo", demo_clip=clip) as opened:
        assert opened.description == "demo clip" and len(all_frames(opened)) == 2
    for missing in (None, tmp_path / "missing.mp4"):
        with pytest.raises(DataError, match="demo clip"):
            open_source("demo", demo_clip=missing)


def test_a_real_clip_is_read_to_its_end(shared_data: Path) -> None:
    events: list[Event] = []
    with open_source(str(shared_data / "clips/short_hamilton_clip.mp4"), on_event=events.append) as opened:
        frames = sum(1 for _ in iter(opened.read, None))
    assert frames == opened.frame_count == 275 and events == []


# --- pictures and folders


def test_a_folder_is_played_in_the_order_of_file_managers(tmp_path: Path) -> None:
    wanted = ["1.png", "02.PNG", "2.png", "10.png", "a.png", "B9.png", "b10 a.png", "b10.png"]
    for name in wanted:
        Image.new("RGB", (8, 8)).save(tmp_path / name)
    with open_source(str(tmp_path)) as source:
        played = [frame.name for _ in wanted if (frame := source.read()) is not None]
    assert played == wanted


def test_a_folder_gives_a_frame_per_readable_picture(tmp_path: Path) -> None:
    for name, color in (("b.png", (0, 255, 0)), ("a.png", (255, 0, 0)), ("d.png", (0, 0, 255))):
        Image.new("RGB", (6, 4), color).save(tmp_path / name)
    (tmp_path / "c.jpg").write_bytes(b"broken")
    (tmp_path / "notes.txt").write_text("no picture")
    events: list[Event] = []
    with open_source(str(tmp_path), on_event=events.append) as opened:
        assert not opened.live and opened.fps is None and opened.frame_count == 4
        frames = all_frames(opened)
    assert [(frame.name, frame.index) for frame in frames] == [("a.png", 0), ("b.png", 1), ("d.png", 3)]
    assert [frame.image[0, 0].tolist() for frame in frames] == [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
    assert [frame.captured_at for frame in frames] == [0.0, 1.0, 3.0]
    (text,) = texts(events)
    assert "c.jpg" in text


def test_a_single_picture_is_a_source_of_one_frame(tmp_path: Path) -> None:
    Image.new("RGB", (6, 4)).save(tmp_path / "one.png")
    (tmp_path / "one.png").rename(tmp_path / "without_ending")
    with open_source(str(tmp_path / "without_ending")) as opened:
        assert [frame.name for frame in all_frames(opened)] == ["without_ending"]
    (tmp_path / "broken.jpg").write_bytes(b"broken")
    with pytest.raises(DataError, match=r"broken\.jpg"):
        open_source(str(tmp_path / "broken.jpg"))


def test_a_folder_without_pictures_and_a_closed_folder(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no pictures"):
        open_source(str(tmp_path))
    Image.new("RGB", (6, 4)).save(tmp_path / "one.png")
    opened = FolderSource([tmp_path / "one.png"], "folder")
    opened.close()
    assert opened.read() is None and opened.ended


# --- addresses


class Pages(http.server.BaseHTTPRequestHandler):
    """`/live`: long MJPEG; `/ends`: 10 pictures; `/stalls`: 10, then silence; `/clip.avi`: a file."""

    clip = b""
    leave = threading.Event()

    def do_GET(self) -> None:
        if self.path == "/clip.avi":
            self.send_response(200)
            self.send_header("Content-Length", str(len(self.clip)))
            self.end_headers()
            self.wfile.write(self.clip)
        elif self.path in ("/live", "/ends", "/stalls"):
            self._send_pictures(500 if self.path == "/live" else 10)
            if self.path == "/stalls":
                self.leave.wait(60)
        else:
            self.send_error(404)

    def _send_pictures(self, count: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=next")
        self.end_headers()
        for number in range(count):
            jpeg = cv2.imencode(".jpg", np.full((48, 64, 3), (0, 0, number % 250), np.uint8))[1].tobytes()
            head = f"--next\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}\r\n\r\n"
            try:
                self.wfile.write(head.encode() + jpeg + b"\r\n")
            except OSError:
                return  # the reader has gone
            time.sleep(0.01)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    Pages.leave.clear()
    Pages.clip = write_clip(tmp_path / "served.avi").read_bytes()
    httpd = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=httpd.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    Pages.leave.set()
    httpd.shutdown()
    httpd.server_close()
    thread.join(60)


def test_several_are_opened_at_once_and_none_stays_open_where_one_cannot_be(
    server: str, tmp_path: Path
) -> None:
    film = write_clip(tmp_path / "a.avi")
    first, second = open_sources([f"{server}/live", str(film)])
    assert first.live and not second.live
    first.close()
    second.close()
    with pytest.raises(DataError, match=r"nowhere\.mp4"):
        open_sources([f"{server}/live", str(tmp_path / "nowhere.mp4")])


def test_what_names_nothing_is_refused_without_opening_anything(tmp_path: Path) -> None:
    for fitting in ("demo", "7", "/dev/video7", str(tmp_path), "rtsp://127.0.0.1:1/live"):
        require_source(fitting)
    for wrong in ("nope", "", "nope.mp4", "ftp://127.0.0.1/x"):
        with pytest.raises(FacecamError):
            require_source(wrong)


def test_a_video_file_behind_http_plays_like_a_file(server: str) -> None:
    with open_source(f"{server}/clip.avi") as opened:
        assert not opened.live and opened.frame_count == 30
        assert len(all_frames(opened)) == 30


def test_an_mjpeg_stream_is_live(server: str) -> None:
    with open_source(f"{server}/live") as opened:
        assert opened.live and opened.frame_count is None
        first, later = opened.read(), opened.read()
        assert first is not None and later is not None and later.index > first.index
        assert first.image.shape == (48, 64, 3) and first.image[..., 2].max() < 12
        assert opened.status.state == "playing"


def test_a_stream_that_ends_is_lost_and_found_again(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[Event] = []
    monkeypatch.setattr(
        camera, "LiveSource", lambda *given, **named: LiveSource(*given, **{**named, "timings": FAST})
    )
    with open_address(f"{server}/ends", on_event=events.append) as opened:
        assert read_until(opened, lambda: len(events) >= 2)
    assert texts(events)[0].endswith("/ends stopped delivering pictures")
    assert texts(events)[1].endswith("/ends delivers pictures again")


def test_a_program_may_end_while_a_stream_blocks(server: str) -> None:
    """Python unwinds threads at its end; one that is inside OpenCV then would abort the process."""
    program = (
        "import sys, time; from facecam.vision.sources import camera, open as source\n"
        "camera._READ_TIMEOUT_MS = 500\n"
        "class Slow:\n"
        "    def __del__(self, sleep=time.sleep): sleep(1)\n"
        "slow = Slow()  # is cleared away, taking its time, when Python no longer lets threads run\n"
        "stream = source.open_source(sys.argv[1])\n"
        "while (frame := stream.read()) is not None and frame.index < 9: pass\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, f"{server}/stalls"], check=False, timeout=240, capture_output=True
    )
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_an_answer_is_asked_for_before_opencv_waits_for_one(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where packets are lost, OpenCV takes five seconds to say so."""
    asked: list[tuple[tuple[str, int], float]] = []

    def silent(place: tuple[str, int], timeout_s: float) -> object:
        asked.append((place, timeout_s))
        raise TimeoutError("timed out")

    monkeypatch.setattr(camera.socket, "create_connection", silent)
    opener = camera.address_opener(f"{server}/live")
    with pytest.raises(CameraError, match="does not answer"):
        opener()
    monkeypatch.setattr(camera, "getproxies", lambda: {"http": "http://proxy:3128"})
    opener().release()
    monkeypatch.setattr(camera, "getproxies", dict)
    with pytest.raises(CameraError, match="does not answer"):
        opener()
    place = "127.0.0.1", int(server.rpartition(":")[2])
    assert asked == [(place, 5.0), (place, 1.0)], "behind a proxy the device itself need not answer"


@pytest.mark.parametrize("scheme", ["http", "rtsp"])
def test_where_nothing_answers_the_error_does_not_tell_the_password(scheme: str) -> None:
    with pytest.raises(CameraError) as caught:
        open_source(f"{scheme}://ada:s3cret@127.0.0.1:1/stream?token=t0ken")
    assert caught.value.message.startswith(f"{scheme}://127.0.0.1:1/stream does not answer")
    assert "s3cret" not in caught.value.hint


def test_an_http_error_is_an_error(server: str) -> None:
    with pytest.raises(CameraError, match="does not answer, or not with video"):
        open_source(f"{server}/missing")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtsp://me:secret@10.0.0.5/live?token=1", "rtsp://10.0.0.5/live"),
        ("rtsp://me:p@ss/w?rd#1@cam:554/1", "rtsp://cam:554/1"),
        ("http://cam/video", "http://cam/video"),
    ],
)
def test_passwords_are_never_shown(address: str, shown: str) -> None:
    assert without_password(address) == shown


def test_opencv_is_silent(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "garbage.mp4").write_bytes(b"garbage" * 500)
    with pytest.raises(DataError):
        open_source(str(tmp_path / "garbage.mp4"))
    with pytest.raises(CameraError):
        open_source("http://127.0.0.1:1/x")
    assert capfd.readouterr().err == ""


def test_the_module_knows_every_ending_once() -> None:
    from facecam.vision.images.read import PICTURE_ENDINGS

    assert not open.VIDEO_ENDINGS & PICTURE_ENDINGS
