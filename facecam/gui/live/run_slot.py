"""Slot of the current run, handed over between the threads of the window."""

from __future__ import annotations

import threading

from facecam.engine.live.session import LiveSession


class RunSlot:
    """An opened run that waits for the GUI thread, and the one before it, which waits for its end.

    Each is taken out once, by whoever comes first, and whoever takes it has to end it.

    Args:
        previous: the run before.
    """

    def __init__(self, previous: LiveSession | None = None) -> None:
        self._lock = threading.Lock()
        self._run: LiveSession | None = None
        self._previous = previous

    def put(self, run: LiveSession) -> None:
        """Leave an opened run here."""
        with self._lock:
            self._run = run

    def take(self) -> LiveSession | None:
        """The opened run; None if there is none, or somebody has it."""
        with self._lock:
            run, self._run = self._run, None
        return run

    def take_previous(self) -> LiveSession | None:
        """The run before; None if there is none, or somebody has it."""
        with self._lock:
            previous, self._previous = self._previous, None
        return previous
