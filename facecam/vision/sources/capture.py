"""Captures: what all users of OpenCV's cameras, streams and films share."""

from __future__ import annotations

import logging
import math
import os
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Protocol

import cv2
import numpy as np

from facecam.core.errors import DataError
from facecam.core.paths import printable
from facecam.core.types import ImageArray

#: A container that states no or an absurd count (live streams: about −9e18) has none.
_MAX_FRAME_COUNT = 10**9
#: The containers and streams that are played, by FFmpeg's names. Not among them: whatever names other
#: files or addresses (concat, dash, sdp, imf …), and devices. hls is for streams; files of text are refused.
# fmt: off
_FORMATS = (
    "mov", "matroska", "avi", "mpeg", "mpegts", "mpegvideo", "ogg", "asf", "flv", "live_flv", "mjpeg", "mpjpeg",
    "m4v", "h263", "h264", "hevc", "vvc", "av1", "obu", "ivf", "vc1", "dv", "mxf", "gxf", "nut", "rm", "wtv", "nuv",
    "yuv4mpegpipe", "swf", "gif", "apng", "jpeg_pipe", "png_pipe", "rtsp", "hls", "aac", "mp3", "ac3", "eac3", "webvtt",
)
# fmt: on

_OPTIONS: Final = "OPENCV_FFMPEG_CAPTURE_OPTIONS"

_opening = threading.Lock()
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
    """Silence OpenCV's and FFmpeg's own messages, shorten V4L2's wait of 10 s, and name the formats allowed.

    OpenCV reads these variables at its first capture, so this comes before
    each; what the user has set is kept. Of FFmpeg's options only those are set
    that may apply to whatever is played in this process.
    """
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    os.environ.setdefault("OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", "1")
    # Without options of the user's, OpenCV itself asks for TCP.
    options = os.environ.get(_OPTIONS, "rtsp_flags;prefer_tcp")
    if "format_whitelist" not in options:
        os.environ[_OPTIONS] = f"{options}|format_whitelist;{','.join(_FORMATS)}"
    if "OPENCV_LOG_LEVEL" not in os.environ:
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def opened_by_ffmpeg(address: str, limits: Sequence[int], *, again: bool = False) -> cv2.VideoCapture:
    """A film or stream as FFmpeg opens it, open or not.

    Args:
        address: or an absolute path.
        limits: properties and their values by turns.
        again: a stream that was open before: it is not watched for 20 frames to find out how many it has a second.
    """
    # It takes its options from the environment. OpenCV opens one after the other anyway: nobody waits longer.
    with _opening:
        usual = os.environ.get(_OPTIONS, "")
        if again and "fpsprobesize" not in usual:
            os.environ[_OPTIONS] = f"{usual}|fpsprobesize;2"
        try:
            return cv2.VideoCapture(address, cv2.CAP_FFMPEG, limits)
        finally:
            os.environ[_OPTIONS] = usual


def decoder_threads() -> int:
    """Threads for decoding: each holds frames of its own, and more than four gain nothing at 30 frames/s."""
    return min(4, os.cpu_count() or 1)


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
