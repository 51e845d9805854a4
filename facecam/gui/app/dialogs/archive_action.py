"""Background work on an archive of everything of the user's: what backing up and restoring share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from facecam.core.events import CancelToken, EventSink
from facecam.gui.core.context import AppContext

T = TypeVar("T")


class ArchiveAction(QObject):
    """Does one thing at a time in the background, and says what became of it.

    Args:
        context: does the work and says what became of it.
        window: owner of the dialogs.
    """

    #: Under which the window is busy meanwhile.
    busy_key = ""

    def __init__(self, context: AppContext, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window

    def _begin(
        self, work: Callable[[EventSink, CancelToken], T], done: Callable[[T], None], busy: str, name: str
    ) -> None:
        """Preferences are written before: they are in the archive, or about to be replaced by it."""
        self._context.preferences.save()
        self._context.set_busy(self.busy_key, busy)
        self._context.run(
            work,
            done=done,
            ended=self._end,
            on_event=self._context.show_event,
            owner=self._context,
            name=name,
        )

    def _end(self) -> None:
        self._context.set_busy(self.busy_key, "")
