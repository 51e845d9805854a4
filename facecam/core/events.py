"""Events of long-running functions, and the token that stops them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from facecam.core.errors import FacecamError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` units of `stage`; `total` is 0 while unknown."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """Named numbers at a step of a stage."""

    stage: str
    step: int
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should read; `hint` says what to do, or is empty."""

    text: str
    hint: str = ""


Event = Progress | Metrics | Notice
EventSink = Callable[[Event], None]


def ignore(event: Event) -> None:
    """The event sink for callers who do not want to hear anything."""


class Cancelled(Exception):
    """Raised by `CancelToken.check`. The user's wish, not an error."""


class CancelToken:
    """A request to stop, safe to set from any thread.

    Example:
        >>> token = CancelToken()
        >>> token.cancel()
        >>> token.cancelled
        True
    """

    def __init__(self) -> None:
        self._event = threading.Event()

    def cancel(self) -> None:
        """Ask for a stop."""
        self._event.set()

    @property
    def cancelled(self) -> bool:
        """Whether a stop was asked for."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise `Cancelled` if a stop was asked for."""
        if self.cancelled:
            raise Cancelled

    def wait(self, timeout_s: float) -> bool:
        """Sleep up to `timeout_s`, waking at once on a stop; returns `cancelled`."""
        return self._event.wait(timeout_s)


#: Of whoever is never stopped; nobody else's to cancel.
NEVER: Final = CancelToken()


def progressing(
    items: Collection[T], stage: str, on_event: EventSink, cancel: CancelToken = NEVER
) -> Iterator[T]:
    """The items, one after the other: before each `cancel` is asked and `Progress` told, and after the last."""
    for done, item in enumerate(items):
        cancel.check()
        on_event(Progress(stage, done, len(items)))
        yield item
    on_event(Progress(stage, len(items), len(items)))


@contextlib.contextmanager
def faults_told(on_event: EventSink, *kinds: type[FacecamError], what: str = "") -> Iterator[None]:
    """What goes wrong in the block is said, and what comes after it goes on.

    Args:
        on_event: gets the notice.
        kinds: of errors; any, if not given.
        what: what comes of it, before the error and a colon.
    """
    caught = kinds or (FacecamError,)
    try:
        yield
    except caught as error:
        on_event(Notice(f"{what}: {error.message}" if what else error.message, error.hint))


@contextlib.contextmanager
def repeating(every_s: float, work: Callable[[], object], name: str) -> Iterator[None]:
    """Do something every so often while the block runs, in a thread of its own, whose name is given."""
    cancel = CancelToken()

    def repeat() -> None:
        while not cancel.wait(every_s):
            work()

    thread = threading.Thread(target=repeat, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        cancel.cancel()
        thread.join()
