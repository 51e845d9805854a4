"""Video files, frame by frame, nothing skipped."""

from __future__ import annotations

import codecs
import math
import re
import stat
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2
import numpy as np

from facecam.core.errors import DataError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.paths import printable, readable_os_errors
from facecam.core.types import Frame, ImageArray
from facecam.vision.sources.capture import (
    Capture,
    decoder_threads,
    openable,
    prepare_opencv,
    read_capture,
    rgb_of,
    stated_fps,
    stated_frame_count,
)
from facecam.vision.sources.film_header import stated_size
from facecam.vision.sources.film_shape import (
    as_shown,
    pixel_aspect,
    refuse_oversized,
    refuse_oversized_capture,
)
from facecam.vision.sources.protocol import SourceStatus

#: Counts in file headers may be estimates (duration × rate): a shortfall of 2 % is not a broken file.
_TOLERATED_SHORTFALL = 0.02
_TEXT_SAMPLE_BYTES = 4096
_CONTROL_CHARACTER = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def open_video(path: Path, *, on_event: EventSink = ignore, description: str | None = None) -> VideoSource:
    """Open a video file.

    A rotation stated in the file (telephones) is honoured: OpenCV turns the
    frames. Pixels that are not square (tapes, television) are made square.

    Raises:
        DataError: missing, not permitted, not a video, or without a single readable frame.
    """
    name = printable(path.name)
    _check_readable(path)
    _check_content(path)
    # Absolute: a relative "a:b.mp4" would be taken for an address. FFmpeg only: other back-ends
    # would take "face01.mp4" for the first of numbered pictures.
    address = openable(str(path.absolute()))
    prepare_opencv()
    capture = cv2.VideoCapture(address, cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, decoder_threads()])
    if not capture.isOpened():
        raise DataError(
            f"{printable(str(path))} is not a video facecam can read",
            hint="If it should be one, it may be cut off: copy it again, or convert it to mp4.",
        )
    refuse_oversized_capture(capture, printable(str(path)))
    return VideoSource(capture, description or name, on_event=on_event)


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


def _check_content(path: Path) -> None:
    """Refuse what no decoder should be given: playlists, and frames that are too large."""
    with readable_os_errors("read", path), open(path, "rb") as file:
        if _is_text(file.read(_TEXT_SAMPLE_BYTES)):
            raise DataError(
                f"{printable(str(path))} is text, not a video",
                hint="If it is a list of films, name one of the films in it.",
            )
        file.seek(0)
        size = stated_size(file)
    if size is not None:
        refuse_oversized(*size, printable(str(path)))


def _is_text(head: bytes) -> bool:
    """Whether a file begins as text does: UTF-8 without control characters; films have both within 4 kB."""
    head = head.removeprefix(codecs.BOM_UTF8)
    if _CONTROL_CHARACTER.search(head):
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


class VideoSource:
    """A video, frame by frame. Implements `FrameSource`.

    `Frame.captured_at` is media time, seconds from the beginning. Frames are
    upright, with square pixels, and at most `MAX_FRAME_SIDE_PX` wide and high.

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
        return Frame(self._shown(picture), index, self._last_time_s)

    def _shown(self, picture: np.ndarray) -> ImageArray:
        assert self._capture is not None
        # Asked for every frame: television switches between 4:3 and 16:9 in the middle.
        return as_shown(rgb_of(picture), pixel_aspect(self._capture))

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
