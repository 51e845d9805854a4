"""Video files, frame by frame, nothing skipped. Also what all users of OpenCV's captures share."""

from __future__ import annotations

import logging
import math
import os
import stat
import threading
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import cv2
import numpy as np

from facecam.core.errors import DataError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.paths import printable, readable_os_errors
from facecam.core.types import Frame, ImageArray
from facecam.vision.source import SourceStatus

#: Counts in file headers may be estimates (duration × rate): a shortfall of 2 % is not a broken file.
_TOLERATED_SHORTFALL = 0.02
#: A container that states no or an absurd count (live streams: about −9e18) has none.
_MAX_FRAME_COUNT = 10**9

_log = logging.getLogger(__name__)


class Capture(Protocol):
    """The part of `cv2.VideoCapture` that facecam uses, so that tests can stand in for a camera."""

    def read(self) -> tuple[bool, np.ndarray | None]:
        """(True, BGR or grey picture), or (False, anything) when none could be had."""
        ...

    def get(self, property_id: int) -> float:
        """A property by its `cv2.CAP_PROP_*` number."""
        ...

    def release(self) -> None:
        """Let go of the device."""
        ...


@lru_cache(maxsize=1)
def prepare_opencv() -> None:
    """Silence OpenCV's and FFmpeg's own messages and shorten V4L2's wait of 10 s.

    OpenCV reads these variables at its first capture, so this comes before
    each; what the user has set is kept. FFmpeg's options are not touched:
    they would also apply to the files played in this process.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "1")
    if "OPENCV_LOG_LEVEL" not in os.environ:
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def read_capture(capture: Capture) -> np.ndarray | None:
    """The next picture as OpenCV gives it, or None."""
    try:
        got, picture = capture.read()
    except cv2.error as error:
        _log.debug("capture: %s", error)
        return None
    return picture if got and picture is not None and picture.size else None


def rgb_of(picture: np.ndarray) -> ImageArray:
    """A capture's picture, BGR, BGRA, YUYV or grey of 8 or 16 bits, as uint8 (H, W, 3) RGB."""
    if picture.dtype == np.uint16:
        picture = cv2.convertScaleAbs(picture, alpha=1 / 257)
    channels = 1 if picture.ndim == 2 else picture.shape[2]
    code = {
        1: cv2.COLOR_GRAY2RGB,
        2: cv2.COLOR_YUV2RGB_YUYV,  # what a webcam sends where the driver does not convert it
        3: cv2.COLOR_BGR2RGB,
        4: cv2.COLOR_BGRA2RGB,
    }[channels]
    return np.asarray(cv2.cvtColor(picture, code), np.uint8)


def stated_fps(capture: Capture) -> float | None:
    """Frames per second as the capture states them; None where it says nothing believable."""
    fps = capture.get(cv2.CAP_PROP_FPS)
    return fps if math.isfinite(fps) and 0 < fps <= 1000 else None


def stated_frame_count(capture: Capture) -> int | None:
    """Number of frames as the capture states it; None for streams without end."""
    count = capture.get(cv2.CAP_PROP_FRAME_COUNT)
    return int(count) if math.isfinite(count) and 1 <= count <= _MAX_FRAME_COUNT else None


def open_video(path: Path, *, on_event: EventSink = ignore, description: str | None = None) -> VideoSource:
    """Open a video file. A rotation stated in the file (telephones) is honoured: OpenCV turns the frames.

    Raises:
        DataError: missing, not permitted, not a video, or without a single readable frame.
    """
    name = printable(path.name)
    _check_readable(path)
    # Absolute: a relative "a:b.mp4" would be taken for an address. FFmpeg only: other back-ends
    # would take "face01.mp4" for the first of numbered pictures.
    address = openable(str(path.absolute()))
    prepare_opencv()
    capture = cv2.VideoCapture(address, cv2.CAP_FFMPEG)
    if not capture.isOpened():
        raise DataError(
            f"{printable(str(path))} is not a video facecam can read",
            hint="If it should be one, it may be cut off: copy it again, or convert it to mp4.",
        )
    return VideoSource(capture, description or name, on_event=on_event)


def openable(text: str) -> str:
    """`text`, refused if it is no valid Unicode: given such a string, OpenCV brings the process down.

    Raises:
        DataError: it holds bytes that are not UTF-8, or a NUL.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise DataError(
            f"the name {printable(text)} holds bytes that are not valid Unicode",
            hint="Rename the file or folder.",
        ) from error
    if "\0" in text:
        raise DataError(f"{printable(text)} is not a file name", hint="Check the spelling of the path.")
    return text


def _check_readable(path: Path) -> None:
    """Say what is wrong with a file in words; OpenCV would only say that it did not open."""
    openable(str(path))
    with readable_os_errors("read", path):
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise DataError(
                f"{printable(str(path))} is not a file", hint="Name a video file, a picture or a folder."
            )
        with open(path, "rb"):
            pass
    if status.st_size == 0:
        raise DataError(f"{printable(str(path))} is empty", hint="Copy it again from where it came.")


class VideoSource:
    """A video, frame by frame. Implements `FrameSource`.

    `Frame.captured_at` is media time, seconds from the beginning.

    Args:
        capture: an opened capture, owned from now on.
        description: what it is, in words.
        on_event: hears a `Notice` when the video ends before its stated end.

    Raises:
        DataError: not a single frame can be decoded.
    """

    live = False

    def __init__(self, capture: Capture, description: str, *, on_event: EventSink = ignore) -> None:
        self.description = description
        self.fps = stated_fps(capture)
        self.frame_count = stated_frame_count(capture)
        self._capture: Capture | None = capture
        self._on_event = on_event
        self._using_capture = threading.Lock()
        self._closed = False
        self._ended = False
        self._next_index = 0
        self._last_time_s = 0.0
        self._ahead = self._decode()
        if self._ahead is None:
            self.close()
            raise DataError(
                f"no picture of {description} can be decoded",
                hint="Its format may be unsupported, or it is damaged: convert it to mp4.",
            )

    @property
    def ended(self) -> bool:
        """Whether the last frame was given, or `close` called."""
        return self._ended or self._closed

    @property
    def status(self) -> SourceStatus:
        """`playing` until the last frame was given, then `ended`."""
        if self.ended:
            return SourceStatus("ended", f"{self.description} has ended")
        return SourceStatus("playing", f"playing {self.description}")

    def read(self, timeout_s: float = 1.0) -> Frame | None:
        """The next frame, or None at the end. `timeout_s` has no meaning here."""
        with self._using_capture:
            frame, self._ahead = self._ahead, None
            if frame is None and not self.ended:
                frame = self._decode()
            if self._closed:
                self._release()
                return None
            if frame is None and not self._ended:
                self._ended = True
                self._report_end()
            return frame

    def _decode(self) -> Frame | None:
        picture = read_capture(self._capture) if self._capture is not None else None
        if picture is None:
            return None
        index, self._next_index = self._next_index, self._next_index + 1
        self._last_time_s = self._media_time(index)
        return Frame(rgb_of(picture), index, self._last_time_s)

    def _media_time(self, index: int) -> float:
        """The container's time stamp where it advances, else one frame after the last."""
        assert self._capture is not None
        stamp = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        if index == 0:
            return stamp if math.isfinite(stamp) and stamp > 0 else 0.0
        return stamp if stamp > self._last_time_s else self._last_time_s + 1 / (self.fps or 25.0)

    def _report_end(self) -> None:
        stated, given = self.frame_count, self._next_index
        if stated is not None and stated - given > max(2, stated * _TOLERATED_SHORTFALL):
            self._on_event(
                Notice(
                    f"the video ends early after frame {given} of {stated}: {self.description}",
                    "It is damaged or cut off; what came before was used.",
                )
            )

    def close(self) -> None:
        """Let go of the file. If another thread is just reading, that thread lets go when it is done."""
        if self._closed:
            return
        self._closed = True
        if self._using_capture.acquire(timeout=0.5):
            try:
                self._release()
            finally:
                self._using_capture.release()

    def _release(self) -> None:
        self._ahead = None
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
