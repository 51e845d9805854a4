"""Recognition of a stream: as an iterator, or in threads for a window."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Generator
from typing import cast

from facecam.core.errors import FacecamError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, ignore
from facecam.core.types import Frame, FrameResult
from facecam.engine.recognition.debounce import NewTrackFilter
from facecam.engine.recognition.recognizer import GalleryWatch, StreamRecognizer
from facecam.engine.recognition.source_worker import SourceWorker, T
from facecam.engine.recognition.transport import Pacer, Place, Transport
from facecam.engine.recognition.working_size import working_size_px
from facecam.gallery.gallery import OtherModelError
from facecam.vision.sources.protocol import FrameSource, SeekableSource

#: Frames of a file decoded ahead, so that decoding and recognition overlap.
_AHEAD = 3
_READ_TIMEOUT_S = 0.25
_OTHER_MODEL_HINT = (
    "Start again to use the model in use now, or make the database anew: python main.py people rebuild"
)
#: While paused, changes are looked for this often.
_REST_S = 0.05
#: A film played faster than it was made leaves out frames that are late by more than this.
_LATE_S = 0.1
#: While something is searched for, a frame is shown this often.
_GLIMPSE_S = 0.3
#: How long the end waits for a read that hangs (a network drive) before it goes on without.
_GOODBYE_S = 0.5


def recognize_stream(
    source: FrameSource,
    recognizer: StreamRecognizer,
    watch: GalleryWatch,
    *,
    cancel: CancelToken = NEVER,
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
    follower = _GalleryFollower(recognizer, watch, on_event)
    return _recognized(source, recognizer, follower, cancel, max_frames)


def _recognized(
    source: FrameSource,
    recognizer: StreamRecognizer,
    gallery: _GalleryFollower,
    cancel: CancelToken,
    max_frames: int | None = None,
    skip: Callable[[Frame], bool] = lambda frame: False,
) -> Generator[FrameResult, None, None]:
    # Here for everybody: window, command line and library must see the same faces.
    recognizer.search_in(working_size_px(recognizer.detector, live=source.live))
    new_faces = NewTrackFilter() if source.live else None
    # Closed here and not by the garbage collector, which an error being looked at would hold off.
    with contextlib.closing(
        _newest(source, cancel) if source.live else _decoded_ahead(source, cancel)
    ) as frames:
        for count, frame in enumerate(frames, start=1):
            gallery.follow()
            if skip(frame):
                continue
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


class RecognitionStream(SourceWorker[T]):
    """Recognition in a thread, for a window.

    Files are played at their own speed. While it is paused the last
    result stays, and is put out again when something about it has changed. A
    film or folder that is over stays with its last result, can be wound back,
    and goes on then.

    Args:
        source: an open source; the session closes it.
        recognizer: made for this stream.
        watch: the watch over its gallery.
        notify: called from the recognition thread when a result arrives in the empty mailbox.
        on_finished: called from that thread at the end, with the error that ended it or None; again at the
            next end if a film was wound back.
        on_event: gets notices.
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
    ) -> None:
        super().__init__(source, "facecam-recognise", notify, on_finished)
        self._recognizer, self._watch, self._on_event = recognizer, watch, on_event
        self._transport, self._touched = Transport(), threading.Event()
        self._pacer = Pacer(self._cancel, lambda: self._transport.urgent)
        self._shown: FrameResult | None = None
        self._shown_s = 0.0
        self._at_end = False
        self._told_anew = False

    @property
    def paused(self) -> bool:
        """Whether time stands still."""
        return self._transport.paused

    @property
    def at_end(self) -> bool:
        """Whether a film or folder stands at its end, and could be wound back."""
        return self._at_end

    @property
    def seekable(self) -> bool:
        """Whether the source can go to any place."""
        return not self.source.live and isinstance(self.source, SeekableSource)

    @property
    def searching(self) -> bool:
        """Whether frames are passed by until one is as wanted."""
        return self._transport.searching

    @property
    def speed(self) -> float:
        """Media seconds a second at which a file is played."""
        return self._pacer.speed

    def play_at(self, speed: float) -> None:
        """Play a file slower or faster; frames are left out only when recognition cannot follow beyond 1."""
        self._pacer.speed = speed

    def pause(self) -> None:
        """Stay with the frame that is shown, or the first one that will be."""
        self._transport.pause()

    def resume(self) -> None:
        """Go on: a file where it stopped, a camera with its newest frame."""
        self._transport.resume()

    def seek(self, time_s: float) -> None:
        """Go to a media time (s), where `seekable`; a paused film stays paused there."""
        if self.seekable:
            self._transport.go_to(Place(time_s))

    def step(self, direction: int) -> None:
        """Pause one frame further (1) or back (−1), where `seekable`."""
        if self.seekable and not (direction > 0 and self._at_end):
            self._transport.step(direction)

    def search(self, wanted: Callable[[FrameResult], bool]) -> None:
        """Go on without waiting until a result is as wanted, and pause there; `wanted` sees each once, in order."""
        if self.seekable and not self._at_end:
            self._transport.search(wanted)

    def touch(self) -> None:
        """While paused: show the frame again, since something about it has changed."""
        self._touched.set()

    def _prepare(self, result: FrameResult) -> T:
        """What is put into the mailbox of every result, in the thread; also of those that a slow window then skips."""
        return cast(T, result)

    def _not_found(self) -> None:
        """The end came before what `search` wanted; in the thread."""

    def _ended(self, error: BaseException | None) -> None:
        if not self._at_end:
            super()._ended(error)

    def _play(self) -> None:
        follower = _GalleryFollower(self._recognizer, self._watch, self._on_event)
        while not self._cancel.cancelled:
            self._play_on(follower)
            if not self.seekable or self._cancel.cancelled:
                return
            if not self._transport.jumping:
                self._stay_at_end(follower)
            shown = self._shown
            place = self._transport.take_place(None if shown is None else shown.frame.captured_at)
            if place is not None and isinstance(self.source, SeekableSource):
                place.go(self.source)
                self._recognizer.start_anew()
                self._pacer.go_on_from_here()

    def _play_on(self, follower: _GalleryFollower) -> None:
        """Until the end, or until another place is asked for; the first frame is shown in any case."""
        live, first = self.source.live, True
        results = _recognized(self.source, self._recognizer, follower, self._cancel, skip=self._is_too_late)
        with contextlib.closing(results):
            for result in results:
                searched = self._transport.searching
                if searched and self._transport.passes(result):
                    self._pass_by(result)
                elif searched or live or first or self._is_due(result, follower):
                    self._show(self._recognizer.again(result) if self._told_anew else result)
                self._told_anew = False  # While the last frame stood still, after this one was recognized.
                if first:
                    self._pacer.late_s(result.frame.captured_at)  # Time is counted from here.
                if live and self.paused:
                    self._rest(result, follower)
                    self._recognizer.start_anew()
                first = False
                if self._transport.jumping or self._cancel.cancelled:
                    return

    def _is_too_late(self, frame: Frame) -> bool:
        """Whether a frame is left out, since the film is to be played faster than recognition can follow."""
        if self.source.live or self._pacer.speed <= 1 or self._transport.urgent:
            return False
        return self._pacer.late_s(frame.captured_at) > _LATE_S

    def _is_due(self, result: FrameResult, follower: _GalleryFollower) -> bool:
        """Wait until a frame of a file is to be shown; False if another place is asked for meanwhile."""
        while not self._cancel.cancelled:
            if self._transport.jumping:
                return False
            if self._transport.take_step():
                return True
            if self.paused and self._shown is not None:
                self._rest(self._shown, follower)
                self._pacer.go_on_from_here()
            elif self._transport.searching:  # Asked for while this one was waiting.
                if not self._transport.passes(result):
                    return True
                self._pass_by(result)
                return False
            elif self._pacer.wait_for(result.frame.captured_at):
                return True
        return False

    def _show(self, result: FrameResult) -> None:
        self._shown, self._shown_s = result, time.monotonic()
        self._put(self._prepare(result))

    def _pass_by(self, result: FrameResult) -> None:
        """A frame that is not waited for: seen now and then, so that the way of the search can be followed."""
        if time.monotonic() - self._shown_s > _GLIMPSE_S:
            self._show(result)
        else:
            self._prepare(result)

    def _stay_at_end(self, follower: _GalleryFollower) -> None:
        if self._transport.give_up():
            self._not_found()
        self._at_end = True
        self._on_finished(None)
        if self._shown is not None:
            self._rest(self._shown, follower)
        if not self._cancel.cancelled:
            self._at_end = False

    def _rest(self, result: FrameResult, follower: _GalleryFollower) -> None:
        """Stand still until it goes on; people who are enrolled meanwhile are known in the frame shown."""
        while not self._cancel.cancelled and not self._transport.jumping:
            if not self._at_end and (not self.paused or self._transport.stepping):
                return
            touched = self._touched.is_set()
            if touched:
                self._touched.clear()  # Only then: what is wished for between the two lines would not be seen.
                self._show(self._recognizer.again(result))  # What is wished for takes effect in `prepare` …
            if follower.follow() or touched:
                self._show(self._recognizer.again(result))  # … and is seen afterwards.
                self._told_anew = True
            self._cancel.wait(_REST_S)
