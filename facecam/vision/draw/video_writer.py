"""Writing what is shown to a video file."""

from __future__ import annotations

import logging
import math
import os
import secrets
import shutil
from pathlib import Path

import cv2
import numpy as np

from facecam.core.closing import Closable
from facecam.core.errors import DataError
from facecam.core.held_files import patiently
from facecam.core.paths import free_name, fsync, fsync_folder, printable, readable_os_errors
from facecam.core.private import private_opener
from facecam.core.types import ImageArray, check_image
from facecam.vision.images.crop import letterboxed
from facecam.vision.sources.capture import openable, prepare_opencv, stated_frame_count

#: Codecs that come with OpenCV's own packages on every system, by the ending of the file.
CODECS = {".mp4": "mp4v", ".m4v": "mp4v", ".mov": "mp4v", ".mkv": "mp4v", ".avi": "MJPG"}
#: What remains free when recording stops: finishing a file takes room too.
MIN_FREE_BYTES = 32 * 2**20
_CHECK_SPACE_EVERY_FRAMES = 25
_DEFAULT_FPS = 25.0

_log = logging.getLogger(__name__)


class VideoRecorder(Closable):
    """A video being recorded.

    The frames go to a hidden file `.NAME.XXXXXXXX.part.EXT` beside the target,
    which takes the target's name on `close`: nothing that is half written ever
    bears it, and a video that was there before stays until then. A killed
    program leaves the `.part` file, which may be deleted.

    Args:
        path: where to; its ending (`CODECS`) decides the format.
        size: (width, height) of the video, px. Odd sizes get a doubled last
            row or column, since the codec needs even ones.
        fps: frames per second; 25 where the source does not know its own.
        overwrite: False refuses to replace a file that exists.
        private: whether only this user may read it, see `core.private`.

    Raises:
        DataError: unknown ending, folder missing or not writable, target
            exists (unless `overwrite`) or is a folder.

    Example:
        `with VideoRecorder(Path("out.mp4"), (640, 360), 25) as recorder: recorder.write(image)`
    """

    def __init__(
        self,
        path: Path,
        size: tuple[int, int],
        fps: float | None,
        *,
        overwrite: bool = True,
        private: bool = False,
    ) -> None:
        if min(size) < 1:
            raise ValueError(f"expected a size (width, height) of at least 1×1 px. Received: {size}")
        self.path = path
        self.frames_written = 0
        self._size = size
        self._even_size = (size[0] + size[0] % 2, size[1] + size[1] % 2)
        codec = _codec_for(path)
        _check_target(path, overwrite)
        self._part = path.with_name(f".{path.stem[:40]}.{secrets.token_hex(4)}.part{path.suffix}")
        self._opener = private_opener if private else None
        self._writer: cv2.VideoWriter | None = self._open(codec, fps)

    def _open(self, codec: str, fps: float | None) -> cv2.VideoWriter:
        openable(str(self._part))
        with readable_os_errors("write", self.path), open(self._part, "xb", opener=self._opener):
            pass  # says in words what OpenCV would keep to itself
        prepare_opencv()
        sane_fps = fps if fps is not None and math.isfinite(fps) and 0.1 <= fps <= 240 else _DEFAULT_FPS
        fourcc = cv2.VideoWriter.fourcc(*codec)
        writer = cv2.VideoWriter(
            str(self._part.absolute()), cv2.CAP_FFMPEG, fourcc, sane_fps, self._even_size
        )
        if not writer.isOpened():
            self._part.unlink(missing_ok=True)
            if shutil.disk_usage(self._part.parent).free < MIN_FREE_BYTES:
                raise DataError(
                    f"could not write {printable(self.path)}: the disk is nearly full",
                    hint="Free some space, or record to another disk.",
                )
            raise DataError(
                f"no encoder can write {printable(self.path)} at {self._size[0]}×{self._size[1]} px",
                hint="Record to an .avi file, or a smaller picture.",
            )
        return writer

    def write(self, image: ImageArray) -> None:
        """Append a frame, uint8 (H, W, 3) RGB; one of another size is fitted in, with black bars.

        Raises:
            DataError: the disk is nearly full; what was recorded has been saved.
            ValueError: not an RGB picture, or the recorder is closed.
        """
        check_image(image)
        if self._writer is None:
            raise ValueError("expected an open recorder. Received: a frame after close()")
        if self.frames_written % _CHECK_SPACE_EVERY_FRAMES == 0:
            self._stop_before_disk_is_full()
        self._writer.write(_padded(letterboxed(image, self._size), self._even_size))
        self.frames_written += 1

    def _stop_before_disk_is_full(self) -> None:
        with readable_os_errors("write", self.path):
            free_bytes = shutil.disk_usage(self._part.parent).free
        if free_bytes >= MIN_FREE_BYTES:
            return
        self.close()
        kept = (
            f"its first {self.frames_written} frames are saved"
            if self.frames_written
            else "nothing was saved"
        )
        raise DataError(
            f"recording {printable(self.path)} stopped because the disk is nearly full; {kept}",
            hint="Free some space, or record to another disk.",
        )

    def close(self) -> None:
        """Finish the file and give it its name; without frames there is none. Calling it again does nothing.

        Raises:
            DataError: the file could not be completed (disk full). If its
                beginning can be played, it is kept as `NAME-incomplete.EXT`, or with a number.
        """
        if self._writer is None:
            return
        self._writer.release()
        self._writer = None
        if self.frames_written == 0:
            self._part.unlink(missing_ok=True)
            return
        frames_kept = _playable_frames(self._part)
        # Matroska states its length as a duration, from which the count may come out one less.
        if frames_kept >= self.frames_written - 1 and frames_kept:
            self._rename_to(self.path)
        else:
            raise self._incomplete(frames_kept)

    def _rename_to(self, path: Path) -> None:
        with readable_os_errors("save", path):
            _flush_to_disk(self._part)
            patiently(os.replace, self._part, path)
            fsync_folder(path.parent)

    def _incomplete(self, frames_kept: int) -> DataError:
        """Save what can be played, under a name of its own, and say so."""
        if frames_kept:
            rescued = free_name(self.path.with_stem(f"{self.path.stem}-incomplete"))
            self._rename_to(rescued)
            outcome = f"{frames_kept} of {self.frames_written} frames are in {printable(rescued.name)}"
        else:
            self._part.unlink(missing_ok=True)
            outcome = "nothing could be saved"
        return DataError(
            f"{printable(self.path)} could not be completed; {outcome}",
            hint="The disk may be full: free some space, or record to another disk.",
        )


def _codec_for(path: Path) -> str:
    codec = CODECS.get(path.suffix.lower())
    if codec is None:
        raise DataError(
            f"cannot tell the video format of {printable(path)} from its ending",
            hint=f"Use a name that ends in {', '.join(CODECS)}.",
        )
    return codec


def _check_target(path: Path, overwrite: bool) -> None:
    name = printable(path)
    if path.is_dir():
        raise DataError(f"{name} is a folder, not a video", hint="Name a file inside it.")
    if path.exists() and not overwrite:
        raise DataError(f"{name} exists already", hint="Choose another name, or remove that file first.")


def _padded(image: ImageArray, even_size: tuple[int, int]) -> np.ndarray:
    """`image` as BGR, its last row and column doubled where the codec needs it."""
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    right, bottom = even_size[0] - image.shape[1], even_size[1] - image.shape[0]
    return cv2.copyMakeBorder(bgr, 0, bottom, 0, right, cv2.BORDER_REPLICATE) if right or bottom else bgr


def _playable_frames(path: Path) -> int:
    """Number of frames of a written video, 0 if it cannot be played. OpenCV's writer reports no faults."""
    capture = cv2.VideoCapture(str(path.absolute()), cv2.CAP_FFMPEG)
    try:
        if not capture.isOpened() or not capture.read()[0]:
            return 0
        stated = stated_frame_count(capture)
        if stated is not None:
            return stated
        frames = 1  # cut off before the count was written
        while capture.grab():
            frames += 1
        return frames
    finally:
        capture.release()


def _flush_to_disk(path: Path) -> None:
    with open(path, "r+b") as file:  # Windows flushes only what is open for writing
        fsync(file.fileno())
