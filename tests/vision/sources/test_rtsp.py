"""A real RTSP stream, its outages, and how patiently an address is opened again."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from facecam.core.errors import CameraError
from facecam.core.events import Event, Notice
from facecam.vision.sources import camera
from facecam.vision.sources.open import open_source
from facecam.vision.sources.protocol import FrameSource
from tests.vision.sources.rtsp_server import OUTAGES, Outage, RtspCamera


def read_until(source: FrameSource, wanted: Callable[[], bool]) -> bool:
    end = time.monotonic() + 60
    while not wanted() and time.monotonic() < end:
        source.read(0.05)
    return wanted()


@pytest.mark.parametrize("outage", OUTAGES)
def test_an_rtsp_camera_is_back_after_an_outage(outage: Outage) -> None:
    events: list[Event] = []
    with RtspCamera() as device, open_source(device.address, on_event=events.append) as opened:
        frame = opened.read()
        assert frame is not None and frame.image.shape == (48, 64, 3) and opened.live
        device.fail(outage)
        assert read_until(opened, lambda: opened.status.state == "lost")
        device.recover()
        assert read_until(opened, lambda: opened.status.state == "playing")
        assert read_until(opened, lambda: len(events) == 2)
    said = [one.text.removeprefix(device.address) for one in events if isinstance(one, Notice)]
    assert said == [" stopped delivering pictures", " delivers pictures again"]


class Opened:
    """Stands in for OpenCV: opens after a while by a clock of its own, however short the patience."""

    now = 0.0
    takes: float
    patience: list[int]

    def __init__(self, _address: str, _backend: int, limits: list[int]) -> None:
        type(self).patience.append(limits[1])
        type(self).now += min(self.takes, limits[1] / 1000)

    def isOpened(self) -> bool:
        return True

    def get(self, _property: int) -> float:
        return 0.0

    def set(self, *_: float) -> bool:
        return True

    def release(self) -> None:
        pass


def test_a_stream_that_is_opened_again_is_not_watched_for_a_second_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """FFmpeg looks at 20 frames to find out how many there are a second; who was here before knows."""
    options: list[str] = []
    real = camera.cv2.VideoCapture

    def opened(*arguments: object) -> object:
        options.append(os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"])
        return real(*arguments)

    with RtspCamera() as device:
        monkeypatch.setattr(camera.cv2, "VideoCapture", opened)
        with open_source(device.address) as source:
            first = source.fps
            device.fail("gone")
            assert read_until(source, lambda: source.status.state == "lost")
            device.recover()
            assert read_until(source, lambda: source.status.state == "playing")
            assert source.fps == first == pytest.approx(25, abs=1)
    assert "fpsprobesize" not in options[0] and options[-1] == f"{options[0]}|fpsprobesize;2"
    assert os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] == options[0]


def test_an_opening_again_is_given_up_when_it_is_late_and_some_take_their_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Opened.takes, Opened.patience, Opened.now = 0.5, [], 0.0
    monkeypatch.setattr(camera.cv2, "VideoCapture", Opened)
    monkeypatch.setattr(camera.time, "monotonic", lambda: Opened.now)
    monkeypatch.setattr(camera, "_await_answer", lambda _address, _patience_s: None)
    opener = camera.address_opener("rtsp://10.0.0.5/live")
    opener()
    Opened.takes = 4.0
    for _ in range(63):
        with pytest.raises(CameraError):
            opener()
    opener()
    Opened.takes = 4.3
    opener()
    assert Opened.patience == [5000, *([*[900] * 7, 1500] * 8)[:63], 5000, 4400]


def test_a_camera_that_takes_connections_and_says_nothing_does_not_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        camera._await_answer(f"http://127.0.0.1:{port}/live", 0.1)
        with pytest.raises(CameraError, match="does not answer"):
            camera._await_answer(f"rtsp://ada:s3cret@127.0.0.1:{port}/live", 0.1)


def test_a_camera_that_says_nothing_does_not_hold_up_another() -> None:
    """OpenCV opens one address after the other."""
    with (
        RtspCamera() as device,
        socket.create_server(("127.0.0.1", 0)) as silent,
        ThreadPoolExecutor(1) as pool,
    ):
        waiting = pool.submit(camera.address_opener(f"rtsp://127.0.0.1:{silent.getsockname()[1]}/live"))
        held, _ = silent.accept()
        camera.address_opener(device.address)().release()
        assert not waiting.done()
        held.close()
        with pytest.raises(CameraError):
            waiting.result()
