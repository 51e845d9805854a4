"""A recording in step with the time of its frames, whatever rate they come at."""

from __future__ import annotations

from pathlib import Path

from facecam.core.closing import Closable
from facecam.core.types import ImageArray
from facecam.vision.draw.video_writer import VideoRecorder

_DEFAULT_FPS = 25.0


class TimedRecorder(Closable):
    """Doubles and leaves out frames so that a video takes as long as what it shows.

    Args:
        path: the video; its ending decides the format, see `VideoRecorder`.
        fps: frames per second of the video; 25 where the source does not know its own.
        longest_gap_s: a gap longer than this is left out of the video, a shorter one shows the last picture.
        overwrite: False refuses to replace a file that exists.
        private: whether only this user may read it, see `core.private`.

    Raises:
        DataError: with the first frame, as `VideoRecorder`.

    Example:
        `with TimedRecorder(Path("out.mp4"), 25) as film: film.write(image, at_s=0.0)`
    """

    def __init__(
        self,
        path: Path,
        fps: float | None,
        *,
        longest_gap_s: float = 2.0,
        overwrite: bool = True,
        private: bool = False,
    ) -> None:
        self._path, self._fps = path, fps or _DEFAULT_FPS
        self._longest_gap_s, self._overwrite, self._private = longest_gap_s, overwrite, private
        self._recorder: VideoRecorder | None = None
        self._started_s = self._last_s = 0.0
        self._last: ImageArray | None = None
        self._written = 0

    @property
    def seconds(self) -> float:
        """Length of the video so far."""
        return self._written / self._fps

    def write(self, image: ImageArray, at_s: float) -> None:
        """Append a frame, uint8 (H, W, 3) RGB, that was taken at `at_s` (s, by any clock).

        Raises:
            DataError: the file cannot be written, or the disk is nearly full.
        """
        if self._recorder is None:
            height, width = image.shape[:2]  # known with the first frame only
            self._recorder = VideoRecorder(
                self._path, (width, height), self._fps, overwrite=self._overwrite, private=self._private
            )
            self._started_s = at_s
        elif not 0 <= at_s - self._last_s <= self._longest_gap_s:
            # The clock of the frames jumped, or nothing came for long: go on from here.
            self._started_s += at_s - self._last_s - 1 / self._fps
        due = round((at_s - self._started_s) * self._fps) + 1
        self._write_until(self._last, due - 1)
        self._write_until(image, due)
        self._last_s, self._last = at_s, image

    def _write_until(self, image: ImageArray | None, count: int) -> None:
        while image is not None and self._recorder is not None and self._written < count:
            self._recorder.write(image)
            self._written += 1

    def close(self) -> None:
        """Finish the file; without frames there is none. Calling it again does nothing.

        Raises:
            DataError: it could not be completed.
        """
        if self._recorder is not None:
            self._recorder.close()
