"""Background jobs whose results arrive in the GUI thread."""

from __future__ import annotations

import collections
import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from shiboken6 import isValid

from facecam.core.errors import FacecamError
from facecam.core.events import Cancelled, CancelToken, Event, EventSink, Progress

T = TypeVar("T")
_log = logging.getLogger(__name__)

#: Events are handed over ten times a second, however many there are.
EVENT_INTERVAL_MS = 100
_MAX_THREADS = 4
_IDLE_S = 5.0


@dataclass(frozen=True, slots=True)
class Callbacks(Generic[T]):
    """Who hears of a job, all in the GUI thread: `ended`, then exactly one of the first four."""

    done: Callable[[T], None]
    failed: Callable[[FacecamError], None]
    cancelled: Callable[[], None]
    broken: Callable[[BaseException], None]
    ended: Callable[[], None]
    on_event: Callable[[Event], None] | None
    owner: QObject | None


class Job:
    """A piece of work that was handed to the pool."""

    def __init__(self, name: str, token: CancelToken) -> None:
        self.name = name
        #: Whether it is not answered yet; for the GUI thread.
        self.pending = True
        self._token = token
        self._finished = threading.Event()

    def cancel(self) -> None:
        """Ask for a stop; `done` and `failed` will not be called any more."""
        self._token.cancel()

    @property
    def running(self) -> bool:
        """Whether the work has not ended yet."""
        return not self._finished.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Wait for the work itself, not for its callbacks; for the end of the program and for tests."""
        return self._finished.wait(timeout_s)

    def end(self) -> None:
        """It has ended without an answer."""
        self.pending = False
        self._finished.set()


def no_job() -> Job:
    """What stands for a job before the first one is begun."""
    job = Job("nothing", CancelToken())
    job.end()
    return job


class JobRunner(QObject):
    """A few threads, and one notification into the GUI thread."""

    _rang = Signal()
    busy_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: set[threading.Thread] = set()
        self._idle = 0
        self._jobs: set[Job] = set()
        self._closed = False
        self._answers: collections.deque[Callable[[], None]] = collections.deque()
        self._rang.connect(self._on_rang, Qt.ConnectionType.QueuedConnection)

    def run(self, work: Callable[[EventSink, CancelToken], T], callbacks: Callbacks[T]) -> Job:
        """Do `work` in a thread of the pool."""
        token = CancelToken()
        job = Job(getattr(work, "__qualname__", "work"), token)
        mail = _EventMail(callbacks, self._post) if callbacks.on_event else None
        with self._lock:
            if self._closed:
                token.cancel()
                job.end()
                return job
            self._jobs.add(job)
        self._queue.put(lambda: self._perform(job, work, token, callbacks, mail))
        self._start_thread()
        self.busy_changed.emit()
        return job

    @property
    def jobs(self) -> tuple[Job, ...]:
        """What is running or waiting."""
        with self._lock:
            return tuple(self._jobs)

    def shut_down(self, timeout_s: float = 5.0) -> bool:
        """Cancel everything and wait; returns whether no thread is left. Callbacks do not come any more."""
        with self._lock:
            self._closed = True
            jobs, threads = tuple(self._jobs), tuple(self._threads)
        for job in jobs:
            job.cancel()
        for _ in threads:
            self._queue.put(_leave)
        end = time.monotonic() + timeout_s
        for thread in threads:
            thread.join(max(end - time.monotonic(), 0.0))
        self._answers.clear()
        return not any(thread.is_alive() for thread in threads)

    def _start_thread(self) -> None:
        with self._lock:
            if self._idle >= self._queue.qsize() or len(self._threads) >= _MAX_THREADS:
                return
            thread = threading.Thread(target=self._serve, name="facecam-job", daemon=True)
            self._threads.add(thread)
        thread.start()

    def _serve(self) -> None:
        try:
            while True:
                with self._lock:
                    self._idle += 1
                try:
                    task = self._queue.get(timeout=_IDLE_S)
                except queue.Empty:
                    task = _leave
                with self._lock:
                    self._idle -= 1
                    if task is _leave and (self._closed or self._queue.empty()):
                        self._threads.discard(threading.current_thread())
                        return
                task()
                # What the work held may be widgets, which only the GUI thread may take apart: the last
                # reference goes there.
                held, task = [task], _leave
                self._post(held.clear)
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())

    def _perform(
        self,
        job: Job,
        work: Callable[[EventSink, CancelToken], T],
        token: CancelToken,
        callbacks: Callbacks[T],
        mail: _EventMail | None,
    ) -> None:
        answer: Callable[[], None]
        try:
            token.check()
            result = work(mail.put if mail else _unheard, token)
            answer = lambda: callbacks.done(result)  # noqa: E731
        except Cancelled:
            token.cancel()
            answer = callbacks.cancelled
        except FacecamError as error:
            fault = error
            answer = lambda: callbacks.failed(fault)  # noqa: E731
        except BaseException as error:  # A bug of ours: shown by the report, never swallowed.
            bug = error
            answer = lambda: callbacks.broken(bug)  # noqa: E731
        self._post(lambda: self._finish(job, token, callbacks, mail, answer))
        job._finished.set()

    def _finish(
        self,
        job: Job,
        token: CancelToken,
        callbacks: Callbacks[Any],
        mail: _EventMail | None,
        answer: Callable[[], None],
    ) -> None:
        with self._lock:
            self._jobs.discard(job)
        if mail:
            mail.deliver()
        job.pending = False
        if _alive(callbacks.owner):
            callbacks.ended()
            (callbacks.cancelled if token.cancelled else answer)()
        self.busy_changed.emit()

    def _post(self, answer: Callable[[], None]) -> None:
        self._answers.append(answer)
        with self._lock:
            if self._closed:
                return
        self._rang.emit()

    def _on_rang(self) -> None:
        # One at a time: a callback that raises must not take the next one's turn.
        if self._answers:
            self._answers.popleft()()


class _EventMail:
    """Events of a job on their way: the newest progress of each stage, and every metric and notice."""

    def __init__(self, callbacks: Callbacks[Any], post: Callable[[Callable[[], None]], None]) -> None:
        self._callbacks, self._post = callbacks, post
        self._lock = threading.Lock()
        self._waiting: list[Event] = []
        self._called = False

    def put(self, event: Event) -> None:
        """From the working thread."""
        with self._lock:
            if isinstance(event, Progress):
                self._waiting = [
                    other
                    for other in self._waiting
                    if not (isinstance(other, Progress) and other.stage == event.stage)
                ]
            self._waiting.append(event)
            if self._called:
                return
            self._called = True
        self._post(lambda: QTimer.singleShot(EVENT_INTERVAL_MS, self.deliver))

    def deliver(self) -> None:
        """In the GUI thread."""
        with self._lock:
            events, self._waiting, self._called = self._waiting, [], False
        if self._callbacks.on_event is None or not _alive(self._callbacks.owner):
            return
        for event in events:
            self._callbacks.on_event(event)


def _leave() -> None:
    """Tells a thread to end."""


def _unheard(event: Event) -> None:
    """Nobody listens to this job."""


def _alive(owner: QObject | None) -> bool:
    return owner is None or isValid(owner)
