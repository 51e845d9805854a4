"""Video files, frame by frame, nothing skipped."""

from __future__ import annotations

import codecs
import math
import re
import stat
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from facecam.core.closing import Closable
from facecam.core.errors import DataError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.paths import printable, readable_os_errors
from facecam.core.types import Frame, ImageArray
from facecam.vision.sources.capture import (
    Capture,
    decoder_threads,
    openable,
    opened_by_ffmpeg,
    prepare_opencv,
    read_capture,
    rgb_of,
    stated_fps,
    stated_frame_count,
)
from facecam.vision.sources.film_header import stated_codec, stated_size
from facecam.vision.sources.film_shape import (
    as_shown,
    pixel_aspect,
    refuse_oversized,
    refuse_oversized_capture,
)
from facecam.vision.sources.protocol import SourceStatus

#: Counts in file headers may be estimates (duration × rate): a shortfall of 2 % is not a broken file.
_TOLERATED_SHORTFALL = 0.02
#: Frames further apart than this may be a slide show, or damage: at the end their number tells.
_GAP_S = 0.5
#: How far behind a place that cannot be decoded the next frame is looked for first.
_PASS_OVER_S = 0.5
#: Where decoding begins to find a frame, seconds before it: films can be entered at some frames only.
_BACK_S = (0.5, 2.0, 8.0, 30.0)
#: Up to here a film is decoded from its beginning where nothing else leads to the place.
_NEAR_BEGINNING_S = 60.0
#: Two time stamps of one frame differ by less.
_SAME_MOMENT_S = 1e-3
_USUAL_FPS = 25.0
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

    def opened() -> cv2.VideoCapture:
        return opened_by_ffmpeg(address, [cv2.CAP_PROP_N_THREADS, decoder_threads()])

    capture = opened()
    if not capture.isOpened():
        raise DataError(
            f"{printable(str(path))} is not a video facecam can read",
            hint="If it should be one, it may be cut off: copy it again, or convert it to mp4.",
        )
    refuse_oversized_capture(capture, printable(str(path)))
    try:
        return VideoSource(capture, description or name, on_event=on_event, reopen=opened)
    except DataError as error:
        raise _with_codec(path, error) from error


def _with_codec(path: Path, error: DataError) -> DataError:
    """What could not be decoded, by its name: a copy in another codec helps, another ending does not."""
    with readable_os_errors("read", path), open(path, "rb") as file:
        codec = stated_codec(file)
    if codec is None:
        return error
    return DataError(
        f"no picture of {printable(path.name)} can be decoded: its codec is {codec}",
        hint="Either it is damaged, or this computer cannot play the codec; a copy in H.264 can be played: "
        "`ffmpeg -i FILM -c:v libx264 COPY.mp4`.",
    )


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


class VideoSource(Closable):
    """A video, frame by frame. Implements `FrameSource` and `SeekableSource`.

    `Frame.captured_at` is media time, seconds from the beginning. Frames are
    upright, with square pixels, and at most `MAX_FRAME_SIDE_PX` wide and high.
    What is damaged in the middle is passed over.

    Args:
        capture: an opened capture, owned from now on.
        description: what it is, in words.
        on_event: hears a `Notice`, once, when parts of the video cannot be decoded or its end is missing.
        reopen: opens the same again, for films that cannot be wound back to their beginning.

    Raises:
        DataError: not a single frame can be decoded.
    """

    live = False

    def __init__(
        self,
        capture: Capture,
        description: str,
        *,
        on_event: EventSink = ignore,
        reopen: Callable[[], Capture] | None = None,
    ) -> None:
        self.description = description
        self.fps = stated_fps(capture)
        self.frame_count = stated_frame_count(capture)
        self._capture: Capture | None = capture
        self._reopen = reopen
        self._on_event = on_event
        self._using_capture = threading.Lock()
        self._closed = False
        self._ended = False
        self._next_index = 0
        self._last_time_s = 0.0
        self._jumped_to_s: float | None = 0.0
        self._was_sought = self._told = False
        self._gap_at_s: float | None = None
        self._end_s: float | None = None
        self._ahead: deque[Frame] = deque()
        first = self._decode()
        if first is None:
            self.close()
            raise DataError(
                f"no picture of {description} can be decoded",
                hint="Its format may be unsupported, or it is damaged: convert it to mp4.",
            )
        self._first_s = first.captured_at
        self._ahead.append(first)

    @property
    def duration_s(self) -> float | None:
        """Seconds, by the stated number of frames and their rate; None where either is not stated.

        Once the end was reached it is known, whatever was stated: sound may go on for longer.
        """
        if self._end_s is not None:
            return self._end_s
        if self.frame_count is None or self.fps is None:
            return None
        return self.frame_count / self.fps

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
            frame = self._ahead.popleft() if self._ahead else None
            if frame is None and not self.ended:
                frame = self._decode() or self._beyond_damage()
            if self._closed:
                self._release()
                return None
            if frame is None and not self._ended:
                self._ended = True
                self._report_end()
                self._end_s = self._last_time_s + 1 / (self.fps or _USUAL_FPS)
            return frame

    # --- going to a place

    def seek(self, time_s: float) -> None:
        """Let the next `read` give the frame shown at a media time; the last one beyond the end."""
        half_s = 0.5 / (self.fps or _USUAL_FPS)
        with self._using_capture:
            self._wind(time_s, lambda frame: frame.captured_at >= time_s - half_s, keep=1)

    def seek_before(self, time_s: float) -> None:
        """Let the next `read` give the last frame before a media time; the first if there is none."""
        with self._using_capture:
            self._wind(time_s, lambda frame: frame.captured_at >= time_s - _SAME_MOMENT_S, keep=2)

    def _wind(self, time_s: float, there: Callable[[Frame], bool], keep: int) -> None:
        """Put what is to be read next into `_ahead`: the frame that is `there`, and as many before it as to keep."""
        self._was_sought = True
        found: list[Frame] = []
        latest_s = max(self._first_s, time_s if keep == 1 else time_s - _SAME_MOMENT_S)
        for back_s in _BACK_S:
            if not self._jump(max(0.0, time_s - back_s)):
                return
            found, entered_s = self._decoded_until(there, keep)
            # A film may be cut into pieces so long that it can only be entered behind the place.
            if found and entered_s <= latest_s:
                break
        else:
            if time_s <= _NEAR_BEGINNING_S or not found:
                found = self._from_the_beginning(there, keep) or found
        self._ahead = deque(found)
        self._ended = False

    def _decoded_until(self, there: Callable[[Frame], bool], keep: int) -> tuple[list[Frame], float]:
        """The last frames up to the one that is `there`, and the time of the first that was decoded."""
        last: deque[Frame] = deque(maxlen=keep)
        entered_s: float | None = None
        while (frame := self._decode()) is not None:
            entered_s = frame.captured_at if entered_s is None else entered_s
            last.append(frame)
            if there(frame):
                break
        return list(last), entered_s or 0.0

    def _from_the_beginning(self, there: Callable[[Frame], bool], keep: int) -> list[Frame]:
        """For streams written to a file, in which only the parts after the first can be gone to."""
        if self._reopen is None or self._capture is None:
            return []
        again = self._reopen()
        if not getattr(again, "isOpened", lambda: True)():
            return []
        self._capture.release()
        self._capture, self._jumped_to_s, self._next_index = again, 0.0, 0
        return self._decoded_until(there, keep)[0]

    def _jump(self, time_s: float) -> bool:
        place = getattr(self._capture, "set", None)
        if place is None:
            return False
        self._ahead.clear()
        self._jumped_to_s = time_s
        place(cv2.CAP_PROP_POS_MSEC, time_s * 1000)
        return True

    # --- decoding

    def _decode(self) -> Frame | None:
        picture = read_capture(self._capture) if self._capture is not None else None
        if picture is None:
            return None
        time_s = self._media_time()
        index, self._next_index = self._next_index, self._next_index + 1
        self._last_time_s = time_s
        return Frame(self._shown(picture), index, time_s)

    def _shown(self, picture: np.ndarray) -> ImageArray:
        assert self._capture is not None
        # Asked for every frame: television switches between 4:3 and 16:9 in the middle.
        return as_shown(rgb_of(picture), pixel_aspect(self._capture))

    def _media_time(self) -> float:
        """The container's time stamp where it advances, else one frame after the last."""
        assert self._capture is not None
        stamp = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        jumped_to_s, self._jumped_to_s = self._jumped_to_s, None
        if jumped_to_s is not None:
            time_s = stamp if math.isfinite(stamp) and stamp > 0 else 0.0 if jumped_to_s < 1 else jumped_to_s
            if jumped_to_s:  # Frames are counted from the beginning, by their rate.
                self._next_index = round(time_s * (self.fps or _USUAL_FPS))
            elif self._was_sought:
                self._next_index = 0
            return time_s
        usual_s = 1 / (self.fps or _USUAL_FPS)
        if stamp <= self._last_time_s:
            return self._last_time_s + usual_s
        if stamp - self._last_time_s > _GAP_S and self._gap_at_s is None:
            self._gap_at_s = self._last_time_s
        return stamp

    # --- damage

    def _beyond_damage(self) -> Frame | None:
        """The next frame behind a place at which nothing can be decoded; None at the end."""
        end_s, from_s, index = self.duration_s, self._last_time_s, self._next_index
        if end_s is None:
            return None
        passed_s = _PASS_OVER_S
        while from_s + passed_s < end_s and not self._closed:
            if not self._jump(from_s + passed_s):
                return None
            frame = self._decode()
            if frame is not None and frame.captured_at > from_s:
                self._gap_at_s = from_s if self._gap_at_s is None else self._gap_at_s
                self._tell_damage(f"passed over {frame.captured_at - from_s:.1f} s that cannot be decoded")
                return frame
            passed_s += max(_PASS_OVER_S, 0.25 * passed_s)
        # Nothing more: what was given counts as before.
        self._last_time_s, self._next_index, self._jumped_to_s = from_s, index, None
        return None

    def _tell_damage(self, what: str) -> None:
        if self._told:
            return
        self._told = True
        minutes, seconds = divmod(self._gap_at_s or 0.0, 60)
        self._on_event(
            Notice(
                f"the video is damaged at {minutes:.0f}:{seconds:04.1f}: {what}: {self.description}",
                "Copy it again from where it came, if you can; the rest is used.",
            )
        )

    def _report_end(self) -> None:
        stated, given = self.frame_count, self._next_index
        if self._was_sought or self._told or stated is None:
            return
        missing = stated - given
        if missing <= max(2, stated * _TOLERATED_SHORTFALL):
            return
        end_s = self.duration_s or 0.0
        if self._gap_at_s is not None and self._last_time_s > end_s - 2 * _GAP_S:
            self._tell_damage(f"{missing} of its {stated} frames cannot be decoded")
            return
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
        self._ahead.clear()
        if self._capture is not None:
            self._capture.release()
            self._capture = None
