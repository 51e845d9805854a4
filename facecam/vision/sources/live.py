"""Frames from something that can be unplugged: the newest wins, a loss is seen and mended.

A capture thread owns the device and puts its frames into a mailbox. Every
such thread holds a `_Lease`; when the thread blocks inside the driver, its
lease is revoked, another thread takes over, and the old one lets go of its
capture if it ever wakes.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from facecam.core.closing import Closable
from facecam.core.errors import CameraError, FacecamError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.mailbox import Mailbox
from facecam.core.types import Frame
from facecam.vision.sources.capture import Capture, read_capture, rgb_of, stated_fps
from facecam.vision.sources.film_shape import as_shown, pixel_aspect
from facecam.vision.sources.protocol import SourceStatus
from facecam.vision.sources.still_watch import StillWatch

Opener = Callable[[], Capture]
_Phase = Literal["opening", "waiting", "starting", "delivering"]

#: More threads than this are never left hanging in a driver.
_MAX_STUCK_THREADS = 3
_PAUSE_AFTER_FAILED_READ_S = 0.02
_STOPPED = "stopped delivering pictures"
_FROZEN = "shows a frozen picture"

#: How long the program's end is put off for threads inside a driver; streams give up after 2 s.
_EXIT_WAIT_S = 3.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CameraTimings:
    """How patient a live source is, all in seconds.

    Attributes:
        lost_after_s: without a new frame, the source is lost.
        failing_s: the same where the driver says outright that there is none.
        first_frame_s: patience for the first frame after opening; some cameras wake up slowly. Streams
            have decoded one while they were opened, so `STREAM_TIMINGS` waits less.
        frozen_after_s: of pixel-identical frames, then the picture is frozen.
        reconnect_first_s: pause before the first attempt to reconnect …
        reconnect_max_s: … doubled after each, up to this. However long the loss was, the source is back
            within this and the time that opening takes: 3 s altogether. What an attempt took counts as pause.
        open_limit_s: patience for opening.
        close_wait_s: how long `close` waits for the capture thread.
    """

    lost_after_s: float = 1.7
    failing_s: float = 0.5
    first_frame_s: float = 5.0
    frozen_after_s: float = 1.7
    reconnect_first_s: float = 0.5
    reconnect_max_s: float = 1.0
    open_limit_s: float = 10.0
    close_wait_s: float = 0.5


#: For addresses: a connection that is lost again before its first frame is tried anew at once.
STREAM_TIMINGS = CameraTimings(first_frame_s=1.7)


@dataclass(frozen=True, slots=True, eq=False)
class _Shot:
    """A picture as OpenCV gave it; only those that are read are converted to RGB."""

    picture: np.ndarray
    index: int
    captured_at: float
    pixel_aspect: float

    def frame(self) -> Frame:
        """The picture as it is shown: RGB, square pixels."""
        return Frame(as_shown(rgb_of(self.picture), self.pixel_aspect), self.index, self.captured_at)


class _Lease:
    """The right of one capture thread to deliver, and what that thread is busy with.

    Phases: `opening`, `waiting` for the next attempt, `starting` (opened, no
    frame yet), `delivering`. `since` is when the phase, or its last frame, began.
    """

    def __init__(self, phase: _Phase) -> None:
        self.revoked = threading.Event()
        self.thread: threading.Thread | None = None
        self.enter(phase)

    def enter(self, phase: _Phase) -> None:
        self._entered = (phase, time.monotonic())  # one assignment: other threads never see half of it

    @property
    def phase(self) -> _Phase:
        return self._entered[0]

    @property
    def since(self) -> float:
        return self._entered[1]

    def due_at(self, timings: CameraTimings) -> float:
        """When the thread counts as blocked."""
        phase, since = self._entered
        patience_s: dict[_Phase, float] = {
            "opening": timings.open_limit_s,
            "waiting": timings.reconnect_max_s + timings.open_limit_s,
            "starting": timings.first_frame_s,
            "delivering": timings.lost_after_s,
        }
        return since + patience_s[phase]


_sources: weakref.WeakSet[LiveSource] = weakref.WeakSet()
_threads: weakref.WeakSet[threading.Thread] = weakref.WeakSet()


@atexit.register
def _leave_drivers() -> None:
    """At the program's end, get the capture threads out of OpenCV.

    Python ends the threads that remain by unwinding them; inside OpenCV that
    runs into C++ code that aborts the whole process.
    """
    for source in list(_sources):
        source.close()
    deadline = time.monotonic() + _EXIT_WAIT_S
    for thread in list(_threads):
        thread.join(max(0.0, deadline - time.monotonic()))


def await_release(description: str, timeout_s: float = 2.0) -> bool:
    """Wait until no source of this process holds a device any more; returns whether that is so.

    Another part of the program may just be letting go of it, which takes a
    moment: without waiting, the device would be called busy.

    Args:
        description: as given to `LiveSource`.
        timeout_s: patience.
    """
    deadline = time.monotonic() + timeout_s
    while any(source.description == description and source.holds_device for source in list(_sources)):
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)
    return True


class LiveSource(Closable):
    """A camera or stream. Implements `FrameSource`.

    The source is lost when its driver says so, when no frame comes for
    `lost_after_s` (noticed by whoever calls `read` or asks for `status`), or
    when a watched picture freezes; it is then opened again until `close`.
    `Frame.captured_at` is `time.monotonic()`; `Frame.index` counts captured
    frames, so gaps show how many were skipped.

    Args:
        opener: opens the device; raises `CameraError` when it cannot. Called
            in the capture thread, again for each attempt to reconnect.
        description: what it is, in words, beginning a sentence ("camera 0").
        on_event: hears a `Notice` on loss and return, from the thread that noticed.
        timings: how patient to be.
        watch_stills: whether pixel-identical frames mean a frozen picture.
        cure: what the user can do about a loss.

    Raises:
        CameraError: it cannot be opened at the first attempt.
    """

    live = True
    frame_count: int | None = None

    def __init__(
        self,
        opener: Opener,
        description: str,
        *,
        on_event: EventSink = ignore,
        timings: CameraTimings | None = None,
        watch_stills: bool = False,
        cure: str = "Check the cable; facecam reconnects by itself.",
    ) -> None:
        self.description = description
        self.fps: float | None = None
        self._opener, self._on_event, self._cure = opener, on_event, cure
        self._timings = timings or CameraTimings()
        self._stills = StillWatch(self._timings.frozen_after_s) if watch_stills else None
        self._mailbox: Mailbox[_Shot] = Mailbox()
        self._lock = threading.Lock()
        self._status = SourceStatus("opening", f"opening {description}")
        self._closed = False
        self._captured = 0
        self._stuck: list[threading.Thread] = []
        self._opened = threading.Event()
        self._opening_error: FacecamError | None = None
        self._lease = self._start_thread("opening")
        _sources.add(self)
        self._await_opening()

    # --- for the user of the source

    @property
    def ended(self) -> bool:
        """Whether `close` was called; a live source does not end by itself."""
        return self._closed

    @property
    def holds_device(self) -> bool:
        """Whether the capture thread may still have the device open; for a moment also after `close`."""
        thread = self._lease.thread
        return thread is not None and thread.is_alive()

    @property
    def status(self) -> SourceStatus:
        """What it is doing now; may be asked from any thread."""
        self._notice_block()
        return self._status

    def read(self, timeout_s: float = 1.0) -> Frame | None:
        """The newest frame not yet returned, or None when none came within `timeout_s`."""
        deadline = time.monotonic() + timeout_s
        while not self._closed:
            blocked_at = self._notice_block()
            now = time.monotonic()
            shot = self._mailbox.take(max(0.0, min(deadline, blocked_at) - now))
            if shot is not None:
                return shot.frame()
            if time.monotonic() >= deadline:
                return None
        return None

    def close(self) -> None:
        """Let go of the device. A thread blocked in the driver lets go when it wakes."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._status = SourceStatus("ended", f"{self.description} was closed")
            self._lease.revoked.set()
        self._mailbox.close()
        self._mailbox.take()
        thread = self._lease.thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(self._timings.close_wait_s)

    # --- the watch over the capture thread

    def _start_thread(self, phase: _Phase) -> _Lease:
        lease = _Lease(phase)
        lease.thread = threading.Thread(
            target=self._capture_loop, args=(lease,), name=f"capture {self.description}", daemon=True
        )
        _threads.add(lease.thread)
        lease.thread.start()
        return lease

    def _await_opening(self) -> None:
        if not self._opened.wait(self._timings.open_limit_s):
            self.close()
            raise CameraError(
                f"{self.description} did not answer within {self._timings.open_limit_s:.0f} s",
                hint="Check that it is switched on and not used by another program, then repeat.",
            )
        if self._opening_error is not None:
            self.close()
            raise self._opening_error

    def _notice_block(self) -> float:
        """Supersede a capture thread that blocks; returns when to look again."""
        with self._lock:
            lease = self._lease
            due_at = lease.due_at(self._timings)
            if self._closed or time.monotonic() < due_at:
                return due_at
            self._stuck = [thread for thread in self._stuck if thread.is_alive()]
            if len(self._stuck) < _MAX_STUCK_THREADS and lease.thread is not None:
                lease.revoked.set()
                self._stuck.append(lease.thread)
                self._lease = self._start_thread("waiting")
            else:
                lease.enter(lease.phase)  # enough threads hang: wait for this one
            due_at = self._lease.due_at(self._timings)
            notice = self._lose(_STOPPED)
        self._tell(notice)
        return due_at

    def _lose(self, what_happened: str) -> Notice | None:
        """Note a loss, under the lock; returns what to tell afterwards: one notice per loss."""
        if self._status.state == "lost":
            return None
        self._mailbox.take()  # a frame from before the loss must not turn up long after it
        text = f"{self.description} {what_happened}"
        self._status = SourceStatus("lost", text)
        return Notice(text, self._cure)

    def _tell(self, notice: Notice | None) -> None:
        if notice is not None:
            self._on_event(notice)

    # --- the capture thread

    def _capture_loop(self, lease: _Lease) -> None:
        timings = self._timings
        delay_s = timings.reconnect_first_s
        if lease.phase == "waiting":  # Of another thread that hangs: its device may still be in use.
            lease.revoked.wait(delay_s)
        while not lease.revoked.is_set():
            began = time.monotonic()
            capture = self._open(lease)
            end = self._pump(capture, lease) if capture is not None else "failed"
            if end == "frozen":
                continue  # opening it again at once is the cure
            if end == "lost":
                began, delay_s = time.monotonic(), timings.reconnect_first_s
            lease.enter("waiting")
            lease.revoked.wait(max(0.0, began + delay_s - time.monotonic()))
            delay_s = min(2 * delay_s, timings.reconnect_max_s)

    def _open(self, lease: _Lease) -> Capture | None:
        lease.enter("opening")
        try:
            capture = self._opener()
        except FacecamError as error:
            _log.debug("opening %s: %s", self.description, error)
            if not self._opened.is_set():
                self._opening_error = error  # for the thread that waits in the constructor
                self._opened.set()
            return None
        self.fps = self.fps or stated_fps(capture)  # A stream that is opened again has hardly been looked at.
        self._opened.set()
        return capture

    def _pump(self, capture: Capture, lease: _Lease) -> Literal["failed", "lost", "frozen"]:
        """Deliver frames until there are none; `failed` when there was not a single one."""
        lease.enter("starting")
        aspect: float | None = None
        try:
            while not lease.revoked.is_set():
                picture = read_capture(capture)
                if picture is None:
                    if self._failing_too_long(lease):
                        break
                    lease.revoked.wait(_PAUSE_AFTER_FAILED_READ_S)
                elif self._is_frozen(picture, lease):
                    return "frozen"
                else:
                    # Streams know it with their first picture; asked once, since a driver may take its time.
                    aspect = aspect or pixel_aspect(capture)
                    self._deliver(picture, aspect, lease)
            return "lost" if lease.phase == "delivering" else "failed"
        finally:
            capture.release()

    def _failing_too_long(self, lease: _Lease) -> bool:
        patience_s = self._timings.failing_s if lease.phase == "delivering" else self._timings.first_frame_s
        if time.monotonic() - lease.since < patience_s:
            return False
        self._lose_unless_revoked(lease, _STOPPED)
        return True

    def _is_frozen(self, picture: np.ndarray, lease: _Lease) -> bool:
        if self._stills is None or lease.revoked.is_set():
            return False
        if not self._stills.frozen(picture, time.monotonic()):
            return False
        self._lose_unless_revoked(lease, _FROZEN)
        return True

    def _lose_unless_revoked(self, lease: _Lease, what_happened: str) -> None:
        with self._lock:
            notice = None if lease.revoked.is_set() else self._lose(what_happened)
        self._tell(notice)

    def _deliver(self, picture: np.ndarray, aspect: float, lease: _Lease) -> None:
        notice = None
        with self._lock:
            if lease.revoked.is_set():
                return
            lease.enter("delivering")
            if self._status.state != "playing":
                notice = self._return(picture)
            self._mailbox.put(_Shot(picture, self._captured, lease.since, aspect))
            self._captured += 1
        self._tell(notice)

    def _return(self, picture: np.ndarray) -> Notice | None:
        """Note that frames come (again), under the lock; returns what to tell afterwards."""
        was, froze = self._status.state, self._status.detail.endswith(_FROZEN)
        still = froze and self._stills is not None and self._stills.still_shows(picture)
        detail = " (the picture does not change)" if still else ""
        self._status = SourceStatus("playing", f"{self.description} delivers pictures{detail}")
        if was == "opening" or still:
            return None
        return Notice(f"{self.description} delivers pictures again")
