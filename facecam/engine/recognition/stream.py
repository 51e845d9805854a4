"""Recognition of a stream: as an iterator, or in threads for a window."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Generator
from typing import Any, Generic, TypeVar, cast

from facecam.core.errors import FacecamError
from facecam.core.events import CancelToken, EventSink, Notice, ignore
from facecam.core.mailbox import Mailbox
from facecam.core.types import Frame, FrameResult
from facecam.engine.recognition.debounce import NewTrackFilter
from facecam.engine.recognition.recognizer import GalleryWatch, StreamRecognizer
from facecam.gallery.gallery import OtherModelError
from facecam.vision.sources.protocol import FrameSource

T = TypeVar("T")

#: Frames of a file decoded ahead, so that decoding and recognition overlap.
_AHEAD = 3
_READ_TIMEOUT_S = 0.25
_OTHER_MODEL_HINT = (
    "Start again to use the model in use now, or make the database anew: python main.py people rebuild"
)
#: While paused, changes are looked for this often.
_REST_S = 0.05
#: How long the end waits for a read that hangs (a network drive) before it goes on without.
_GOODBYE_S = 0.5


def recognize_stream(
    source: FrameSource,
    recognizer: StreamRecognizer,
    watch: GalleryWatch,
    *,
    cancel: CancelToken | None = None,
    max_frames: int | None = None,
    on_event: EventSink = ignore,
) -> Generator[FrameResult, None, None]:
    """Recognise frame after frame until the source ends.

    A file is taken frame by frame, nothing skipped; a camera gives its newest
    frame each time. While a camera is lost nothing is yielded and the source
    reconnects; its notices say so. Changes of the database take effect within
    a second. Faces that have just come into a camera's or stream's view are
    undecided, see `NewTrackFilter`; those of a file never are, since a later frame may
    settle an earlier one.

    Args:
        source: an open source; the caller closes it.
        recognizer: made for this stream.
        watch: the watch over its gallery.
        cancel: stops the iteration between two frames.
        max_frames: stop after that many.
        on_event: gets a notice when a changed gallery cannot be used.
    """
    cancel = cancel or CancelToken()
    follower = _GalleryFollower(recognizer, watch, on_event)
    return _recognized(source, recognizer, follower, cancel, max_frames)


def _recognized(
    source: FrameSource,
    recognizer: StreamRecognizer,
    gallery: _GalleryFollower,
    cancel: CancelToken,
    max_frames: int | None = None,
) -> Generator[FrameResult, None, None]:
    new_faces = NewTrackFilter() if source.live else None
    # Closed here and not by the garbage collector, which an error being looked at would hold off.
    with contextlib.closing(
        _newest(source, cancel) if source.live else _decoded_ahead(source, cancel)
    ) as frames:
        for count, frame in enumerate(frames, start=1):
            gallery.follow()
            result = recognizer.process(frame)
            yield new_faces.held(result, recognizer.embedder.card) if new_faces else result
            if cancel.cancelled or (max_frames is not None and count >= max_frames):
                return


class _GalleryFollower:
    """Hands a changed gallery to the recognizer; says a fault once, not every second."""

    def __init__(self, recognizer: StreamRecognizer, watch: GalleryWatch, on_event: EventSink) -> None:
        self._recognizer, self._watch, self._on_event = recognizer, watch, on_event
        self._said = ""

    def follow(self) -> bool:
        """Whether there was a change that the recognizer now knows."""
        try:
            matcher = self._watch.changed()
        except OtherModelError as error:
            # Whom the database does not know any more must not be named, and of the others nothing can be told.
            self._recognizer.use_matcher(self._watch.nobody())
            self._say(f"{error.message}; nobody is named", _OTHER_MODEL_HINT)
            return True
        except FacecamError as error:
            # The people already loaded stay usable; stopping the camera would help nobody.
            self._say(error.message, error.hint)
            return False
        if matcher is not None:
            self._said = ""
            self._recognizer.use_matcher(matcher)
        return matcher is not None

    def _say(self, text: str, hint: str) -> None:
        if text != self._said:
            self._on_event(Notice(text, hint))
            self._said = text


def _newest(source: FrameSource, cancel: CancelToken) -> Generator[Frame, None, None]:
    while not cancel.cancelled and not source.ended:
        frame = source.read(timeout_s=_READ_TIMEOUT_S)
        if frame is not None:
            yield frame


def _decoded_ahead(source: FrameSource, cancel: CancelToken) -> Generator[Frame, None, None]:
    """The frames of a file, decoded in a thread of their own."""
    ahead: queue.Queue[Frame | BaseException | None] = queue.Queue(_AHEAD)
    stop = threading.Event()

    def put(item: Frame | BaseException | None) -> bool:
        while not stop.is_set():
            try:
                ahead.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def decode() -> None:
        try:
            while (frame := source.read(timeout_s=_READ_TIMEOUT_S)) is not None or not source.ended:
                if frame is not None and not put(frame):
                    return
            put(None)
        except BaseException as error:  # Raised again in the thread that reads the queue.
            put(error)

    thread = threading.Thread(target=decode, name="facecam-decode", daemon=True)
    thread.start()
    try:
        while not cancel.cancelled:
            try:
                item = ahead.get(timeout=0.1)
            except queue.Empty:
                continue
            if item is None:
                return
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop.set()
        thread.join(timeout=_GOODBYE_S)


class Pacer:
    """Holds frames back until their time, so that a file somebody watches plays at its own speed.

    Args:
        cancel: ends a wait at once.
    """

    def __init__(self, cancel: CancelToken) -> None:
        self._cancel = cancel
        self._started_s: float | None = None

    def wait_for(self, media_s: float) -> None:
        """Sleep until `media_s` (s), counted from the first frame asked for, is due."""
        if self._started_s is None:
            self._started_s = time.monotonic() - media_s
        self._cancel.wait(max(0.0, self._started_s + media_s - time.monotonic()))

    def go_on_from_here(self) -> None:
        """What is asked for next is due at once: time stood still for a while."""
        self._started_s = None


def _as_it_is(result: FrameResult) -> FrameResult:
    return result


class RecognitionStream(Generic[T]):
    """Recognition in a thread, for a window: results wait in a one-slot mailbox.

    The window connects `notify` to a queued signal without arguments and
    takes `results.take()` when it rings; a slow window skips results instead
    of lagging. Files are played at their own speed. While it is paused the last
    result stays, and is put out again when something about it has changed.

    Args:
        source: an open source; the session closes it.
        recognizer: made for this stream.
        watch: the watch over its gallery.
        notify: called from the recognition thread when a result arrives in the empty mailbox.
        on_finished: called from that thread at the end, with the error that ended it or None.
        on_event: gets notices.
        prepare: makes what is put into the mailbox of every result, in the recognition thread; also
            of those that a slow window then skips. As it is, if not given.
    """

    def __init__(
        self,
        source: FrameSource,
        recognizer: StreamRecognizer,
        watch: GalleryWatch,
        *,
        notify: Callable[[], None],
        on_finished: Callable[[BaseException | None], None] = lambda error: None,
        on_event: EventSink = ignore,
        prepare: Callable[[FrameResult], T] = cast(Any, _as_it_is),
    ) -> None:
        self.results: Mailbox[T] = Mailbox()
        self._prepare = prepare
        self.source = source
        self._recognizer, self._watch = recognizer, watch
        self._notify, self._on_finished, self._on_event = notify, on_finished, on_event
        self._cancel = CancelToken()
        self._paused, self._touched = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, name="facecam-recognise", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> bool:
        """End, wait for the thread and close the source; returns whether the thread ended in time."""
        self._cancel.cancel()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        self.source.close()
        return not self._thread.is_alive()

    @property
    def paused(self) -> bool:
        """Whether time stands still."""
        return self._paused.is_set()

    def pause(self) -> None:
        """Stay with the frame that is shown, or the first one that will be."""
        self._paused.set()

    def resume(self) -> None:
        """Go on: a file where it stopped, a camera with its newest frame."""
        self._paused.clear()

    def touch(self) -> None:
        """While paused: show the frame again, since something about it has changed."""
        self._touched.set()

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            self._play()
        except Exception as caught:  # Handed to the window, which shows it.
            error = caught
        finally:
            self.results.close()
            self._on_finished(error)

    def _play(self) -> None:
        pacer = Pacer(self._cancel)
        follower = _GalleryFollower(self._recognizer, self._watch, self._on_event)
        results = _recognized(self.source, self._recognizer, follower, self._cancel)
        with contextlib.closing(results):
            for result in results:
                if not self.source.live:
                    pacer.wait_for(result.frame.captured_at)
                self._show(result)
                if self._paused.is_set():
                    self._rest(result, follower)
                    pacer.go_on_from_here()

    def _show(self, result: FrameResult) -> None:
        if self.results.put(self._prepare(result)):
            self._notify()

    def _rest(self, result: FrameResult, follower: _GalleryFollower) -> None:
        """Stand still until it goes on; people who are enrolled meanwhile are known in the frame shown."""
        while self._paused.is_set() and not self._cancel.cancelled:
            touched = self._touched.is_set()
            self._touched.clear()
            if touched:
                self._show(self._recognizer.again(result))  # What is wished for takes effect in `prepare` …
            if follower.follow() or touched:
                self._show(self._recognizer.again(result))  # … and is seen afterwards.
            self._cancel.wait(_REST_S)
        if self.source.live:
            self._recognizer.start_anew()
