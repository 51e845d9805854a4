"""Bridge between the threads of a run and the GUI thread; nothing else knows both."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from facecam.core.events import Event


class LiveBridge(QObject):
    """One per run; its signals are queued into the GUI thread, where it lives.

    The notify carries nothing: who hears it takes the newest view out of the
    mailbox, and those in between are skipped instead of queueing up.
    """

    view_waiting = Signal()
    finished = Signal()
    noticed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.ended = False
        self.error: BaseException | None = None

    def notify(self) -> None:
        """From the recognition thread: a view waits."""
        self.view_waiting.emit()

    def finish(self, error: BaseException | None) -> None:
        """From the recognition thread: the source has ended."""
        self.error, self.ended = error, True
        self.finished.emit()

    def notice(self, event: Event) -> None:
        """From any thread."""
        self.noticed.emit(event)
