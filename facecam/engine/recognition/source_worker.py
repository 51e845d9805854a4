"""Thread that works through a source for a window; what it makes waits in a one-slot mailbox."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Generic, TypeVar

from facecam.core.events import CancelToken
from facecam.core.mailbox import Mailbox
from facecam.vision.sources.protocol import FrameSource

T = TypeVar("T")


class SourceWorker(ABC, Generic[T]):
    """A source being worked through in a thread of its own.

    The window connects `notify` to a queued signal without arguments and takes `results.take()` when it
    rings; a slow window skips results instead of lagging.

    Args:
        source: an open source; the worker closes it.
        name: of the thread.
        notify: called from the thread when a result arrives in the empty mailbox.
        on_finished: called from the thread at the end, with the error that ended it or None.
    """

    def __init__(
        self,
        source: FrameSource,
        name: str,
        notify: Callable[[], None],
        on_finished: Callable[[BaseException | None], None],
    ) -> None:
        self.results: Mailbox[T] = Mailbox()
        self.source = source
        self._notify, self._on_finished = notify, on_finished
        self._cancel = CancelToken()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """End soon; does not wait."""
        self._cancel.cancel()

    def stop(self, timeout_s: float = 3.0) -> bool:
        """End, wait for the thread and close the source; returns whether the thread ended in time."""
        self._cancel.cancel()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        self.source.close()
        return not self._thread.is_alive()

    @abstractmethod
    def _play(self) -> None:
        """Work until the source ends or `_cancel` says so; in the thread."""

    def _put(self, result: T) -> None:
        if self.results.put(result):
            self._notify()

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            self._play()
        except Exception as caught:  # Handed to the window, which shows it.
            error = caught
        finally:
            self.results.close()
            self._ended(error)

    def _ended(self, error: BaseException | None) -> None:
        self._on_finished(error)
