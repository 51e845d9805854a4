"""One-slot hand-over between threads: the newest item wins."""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Holds at most one item, so that a slow reader skips instead of lagging.

    Example:
        >>> box: Mailbox[int] = Mailbox()
        >>> box.put(1), box.put(2)
        (True, False)
        >>> box.take()
        2
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._item: T | None = None
        self._closed = False

    def put(self, item: T) -> bool:
        """Replace the item; returns whether the box was empty (tell the reader)."""
        with self._condition:
            was_empty = self._item is None
            self._item = item
            self._condition.notify_all()
            return was_empty

    def take(self, timeout_s: float | None = 0.0) -> T | None:
        """Take the item out, waiting up to `timeout_s` (None: until put or closed)."""
        with self._condition:
            self._condition.wait_for(lambda: self._item is not None or self._closed, timeout_s)
            item, self._item = self._item, None
            return item

    def close(self) -> None:
        """Wake every waiting reader; what is inside can still be taken."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        with self._condition:
            return self._closed
