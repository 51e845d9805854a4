"""One of something for every thread: what is made for one call at a time, as detectors and requests are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")


class PerThread(Generic[Made]):
    """One of something for every thread, made when a thread first asks.

    Args:
        make: makes it.
    """

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make, self._own = make, threading.local()

    def here(self) -> Made:
        """That of this thread."""
        if not hasattr(self._own, "made"):
            self._own.made = self._make()
        made: Made = self._own.made
        return made
