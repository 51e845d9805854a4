"""Cameras and network streams: which there are, and how each is opened."""

from __future__ import annotations

import os
import re
import socket
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

import cv2

from facecam.core.errors import CameraError
from facecam.core.events import EventSink, ignore
from facecam.core.paths import printable
from facecam.vision.sources.camera_format import CameraFormat
from facecam.vision.sources.capture import (
    Capture,
    decoder_threads,
    openable,
    opened_by_ffmpeg,
    prepare_opencv,
    stated_frame_count,
)
from facecam.vision.sources.film_shape import refuse_oversized_capture
from facecam.vision.sources.live import STREAM_TIMINGS, LiveSource, await_release
from facecam.vision.sources.protocol import FrameSource
from facecam.vision.sources.video import VideoSource

#: The way in to cameras. The same one lists and opens, because each numbers cameras in its own order.
#: Windows: DirectShow, since virtual cameras appear there only.
_BACKENDS = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}
_DEVICES = Path("/dev")
_SYSTEM_CLASS = Path("/sys/class/video4linux")
_UDEV_DATABASE = Path("/run/udev/data")
_OPEN_TIMEOUT_S = 5.0
_READ_TIMEOUT_MS = 2000
#: Patience for an answer at a reconnection. Where packets are lost, the system asks again after 1, 3
#: and 7 s only, and OpenCV waits for all of them; a new question each second is answered sooner.
_ANSWER_TIMEOUT_S = 1.0
#: An opening again that takes longer by this than the last ones is given up and begun anew: the other end may have
#: forgotten it, and OpenCV opens one after the other, so nothing can be tried beside it. A camera that has become
#: slower gets more time at every eighth attempt, and all there is at every 64th, about each 90 s.
_LATE_S, _LATER_S = 0.4, 1.0
_LATER_EVERY, _PATIENT_EVERY = 8, 64
_LAST = 3
_PORTS = {"http": 80, "https": 443, "rtsp": 554, "rtsps": 322}


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """A camera of this computer.

    Attributes:
        index: its number, as in `--source 0`.
        name: what it calls itself.
        path: the device file or system identifier; may be empty.
    """

    index: int
    name: str
    path: str


def list_cameras() -> list[CameraInfo]:
    """All cameras by number. None is opened: that would disturb programs that use one."""
    found = _linux_cameras() if sys.platform.startswith("linux") else _other_cameras()
    return sorted(found, key=lambda camera: camera.index)


def _linux_cameras() -> Iterator[CameraInfo]:
    # cv2_enumerate_cameras would open each device to ask what it can do; the kernel's
    # and udev's files say it too.
    for device in _DEVICES.glob("video*"):
        number = device.name.removeprefix("video")
        if number.isdigit() and _takes_pictures(device.name):
            name = _first_line(_SYSTEM_CLASS / device.name / "name") or device.name
            yield CameraInfo(int(number), printable(name), str(device))


def _takes_pictures(device_name: str) -> bool:
    """Whether a video device captures; webcams have a second one that only carries metadata."""
    number = _first_line(_SYSTEM_CLASS / device_name / "dev")
    for line in _lines(_UDEV_DATABASE / f"c{number}"):
        if line.startswith("E:ID_V4L_CAPABILITIES="):
            return ":capture:" in line
    # Without udev (containers): the first device of a camera is the one that captures.
    return _first_line(_SYSTEM_CLASS / device_name / "index") in ("", "0")


def _first_line(path: Path) -> str:
    lines = _lines(path)
    return lines[0].strip() if lines else ""


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _other_cameras() -> Iterator[CameraInfo]:
    backend = _BACKENDS.get(sys.platform)
    if backend is None:
        return
    try:
        from cv2_enumerate_cameras import enumerate_cameras
    except ImportError:
        return  # cameras can still be opened by number
    for camera in enumerate_cameras(backend):
        yield CameraInfo(
            int(camera.index), printable(camera.name or f"camera {camera.index}"), camera.path or ""
        )


def cameras_in_words() -> str:
    """One sentence with the cameras found, for hints."""
    found = ", ".join(f"{camera.index} ({camera.name})" for camera in list_cameras())
    return f"Cameras found: {found}." if found else "No camera was found."


def open_camera(
    index: int, *, wanted: CameraFormat = CameraFormat(), on_event: EventSink = ignore
) -> FrameSource:
    """Open a camera by number, in the format that is wanted or the nearest it has.

    Raises:
        CameraError: it is missing, not permitted, busy or does not answer.
    """
    description = f"camera {index}"
    await_release(description)
    return LiveSource(camera_opener(index, wanted), description, on_event=on_event, watch_stills=True)


def camera_opener(index: int, wanted: CameraFormat = CameraFormat()) -> Callable[[], Capture]:
    """What opens camera `index`, with a different `CameraError` for each way it can fail."""

    def open_it() -> Capture:
        _check_device(index)
        prepare_opencv()
        capture = cv2.VideoCapture(index, _BACKENDS.get(sys.platform, cv2.CAP_ANY))
        if not capture.isOpened():
            raise _not_opened(index)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # the newest picture, not the one of five frames ago
        return wanted.applied(capture)

    return open_it


def _check_device(index: int) -> None:
    if not sys.platform.startswith("linux"):
        return  # no device files; asked only after opening failed
    device = _DEVICES / f"video{index}"
    if not device.exists():
        raise _missing(index)
    if not os.access(device, os.R_OK | os.W_OK):
        raise CameraError(
            f"this user may not use camera {index} ({device})",
            hint="Join the group of the device: `sudo usermod -aG video $USER`, then log in again.",
        )


def _missing(index: int) -> CameraError:
    return CameraError(
        f"there is no camera {index}", hint=f"Plug it in, or choose another. {cameras_in_words()}"
    )


def _not_opened(index: int) -> CameraError:
    cameras = list_cameras()
    if cameras and index not in [camera.index for camera in cameras] and not sys.platform.startswith("linux"):
        return _missing(index)
    if sys.platform == "darwin":
        cure = (
            "Allow this program under System Settings > Privacy > Camera, and close other programs using it."
        )
    else:
        cure = f"Close other programs that use it (video calls, browsers). {cameras_in_words()}"
    return CameraError(f"camera {index} is busy or does not deliver pictures", hint=cure)


def open_address(address: str, *, on_event: EventSink = ignore) -> FrameSource:
    """Open a stream by its address; a video file behind http(s) plays like a file.

    Raises:
        CameraError: nothing answers there, or no video.
        DataError: the address is not valid Unicode, or its pictures are too large.
    """
    opener = address_opener(openable(address))
    description = without_password(address)
    if address.lower().startswith("http"):
        first = opener()
        if stated_frame_count(first) is not None:
            return VideoSource(first, description, on_event=on_event)
        opener = _after(first, opener)
    cure = "Check the network and the camera; facecam reconnects by itself."
    return LiveSource(opener, description, on_event=on_event, cure=cure, timings=STREAM_TIMINGS)


def _after(first: Capture, opener: Callable[[], Capture]) -> Callable[[], Capture]:
    """An opener that gives `first`, already open, the first time."""
    waiting = [first]
    return lambda: waiting.pop() if waiting else opener()


def address_opener(address: str) -> Callable[[], Capture]:
    """What opens `address` within a few seconds or raises `CameraError`; `DataError` for oversized pictures."""

    took_s: deque[float] = deque(maxlen=_LAST)
    first_s, late = 0.0, 0

    def open_it() -> Capture:
        nonlocal first_s, late
        patience_s, again = _OPEN_TIMEOUT_S, bool(took_s)
        _await_answer(address, _ANSWER_TIMEOUT_S if again else _OPEN_TIMEOUT_S)
        if again:
            late += 1
            if late % _PATIENT_EVERY:
                extra_s = _LATE_S if late % _LATER_EVERY else _LATER_S
                patience_s = min(patience_s, max(first_s, *took_s) + extra_s)
        prepare_opencv()
        limits = [
            cv2.CAP_PROP_OPEN_TIMEOUT_MSEC,
            round(1000 * patience_s),
            cv2.CAP_PROP_READ_TIMEOUT_MSEC,
            _READ_TIMEOUT_MS,
            cv2.CAP_PROP_N_THREADS,
            decoder_threads(),
        ]
        began = time.monotonic()
        capture = opened_by_ffmpeg(address, limits, again=again)
        took = time.monotonic() - began
        # One that was broken off while it waited for a first picture is called open, too.
        if not capture.isOpened() or (again and took >= 0.99 * patience_s):
            capture.release()
            raise _no_answer(address)
        took_s.append(took)
        # The first is the slow one: later ones may have to wait as long for a picture that stands alone.
        first_s, late = first_s or took, 0
        refuse_oversized_capture(capture, without_password(address))
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        return capture

    return open_it


def _no_answer(address: str) -> CameraError:
    return CameraError(
        f"{without_password(address)} does not answer, or not with video",
        hint="Check the address, user name and password, and that the device is switched on.",
    )


def _await_answer(address: str, patience_s: float) -> None:
    """Knock at the device's port before OpenCV does, which would wait longer for a lost packet and opens nothing else
    meanwhile.

    Raises:
        CameraError: nobody answers in time.
    """
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or _PORTS[parts.scheme.lower()]
    except (ValueError, KeyError):
        return  # passwords with unescaped signs: OpenCV may understand it
    if host is None or (parts.scheme.lower().startswith("http") and getproxies()):
        return  # a proxy stands between
    try:
        with socket.create_connection((host, port), patience_s) as device:
            if parts.scheme.lower() == "rtsp":  # It may hang, and take connections all the same.
                device.sendall(f"OPTIONS rtsp://{host}:{port}/ RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode())
                device.recv(1)
    except (OSError, UnicodeError) as error:
        raise _no_answer(address) from error


def without_password(address: str) -> str:
    """`address` fit to be shown: user name, password and query (tokens) left out.

    Example:
        >>> without_password("rtsp://me:secret@10.0.0.5/live?token=1")
        'rtsp://10.0.0.5/live'
    """
    # Up to the last @, wherever: unescaped passwords hold slashes and question marks.
    return printable(re.split(r"[?#]", re.sub(r"//.*@", "//", address))[0])
