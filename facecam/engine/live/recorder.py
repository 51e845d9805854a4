"""Recording what is shown, in a thread of its own, in step with the clock."""

from __future__ import annotations

import queue
import threading
from pathlib import Path

from facecam.core.errors import FacecamError
from facecam.core.words import ENGLISH, LabelWords
from facecam.engine.live.view import LiveView, annotated_view, plain_view
from facecam.vision.draw.timed_recorder import TimedRecorder

#: Frames waiting to be written; a disk that cannot follow costs frames, not memory.
_WAITING = 4
#: A gap longer than this (a lost camera) is left out of the video, shorter ones show the last picture.
_LONGEST_GAP_S = 2.0
_DEFAULT_FPS = 25.0
_HIGHEST_FPS = 30.0


class LiveRecording:
    """Writes views to a video whose time is that of the frames, whatever rate they come at.

    Args:
        path: the video; its ending decides the format, see `VideoRecorder`.
        fps: frames per second of the source, or None.
        annotated: with boxes and names, or the plain picture.
        words: what stands above faces without a name.

    Raises:
        DataError: the ending is unknown, or the file exists already.
    """

    def __init__(
        self, path: Path, fps: float | None, *, annotated: bool = True, words: LabelWords = ENGLISH
    ) -> None:
        self.path = path
        self._annotated, self._words = annotated, words
        self._queue: queue.Queue[LiveView | None] = queue.Queue(_WAITING)
        self._error: FacecamError | None = None
        fps = min(fps or _DEFAULT_FPS, _HIGHEST_FPS)
        self._recorder = TimedRecorder(path, fps, longest_gap_s=_LONGEST_GAP_S, overwrite=False, private=True)
        self._thread = threading.Thread(target=self._run, name="facecam-record", daemon=True)
        self._thread.start()

    @property
    def seconds(self) -> float:
        """Length of the video so far."""
        return self._recorder.seconds

    @property
    def error(self) -> FacecamError | None:
        """Why recording ended by itself, or None."""
        return self._error

    def put(self, view: LiveView) -> None:
        """Hand over a view; never waits. One that finds the queue full is left out."""
        try:
            self._queue.put_nowait(view)
        except queue.Full:
            pass  # The next frame fills the gap: the video stays in step.

    def close(self) -> float:
        """Finish the file; returns its length in seconds. Takes a moment: not for a GUI thread.

        Raises:
            DataError: the file could not be completed.
        """
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()
        if self._error is not None:
            raise self._error
        return self.seconds

    def _run(self) -> None:
        try:
            self._write_all()
        except FacecamError as error:
            self._error = error
            self._drain()
        finally:
            self._finish()

    def _write_all(self) -> None:
        while (view := self._queue.get()) is not None:
            picture = annotated_view(view, self._words) if self._annotated else plain_view(view)
            self._recorder.write(picture, view.frame.captured_at)

    def _drain(self) -> None:
        while self._queue.get() is not None:
            pass

    def _finish(self) -> None:
        try:
            self._recorder.close()
        except FacecamError as error:
            self._error = self._error or error
