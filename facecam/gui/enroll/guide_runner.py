"""Bridge between the guide's thread and the window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from facecam.core.errors import FacecamError
from facecam.core.events import CancelToken, EventSink
from facecam.gui.core.context import AppContext
from facecam.gui.enroll.engine_service import EngineEnrollService

if TYPE_CHECKING:
    from facecam.engine.enrollment.guide import Pose
    from facecam.engine.enrollment.guide_session import GuidedSession


class GuideRunner(QObject):
    """One guide at a time. All signals arrive in the GUI thread.

    Args:
        context: opens the source in its pool.
        service: the door to the engine.
        parent: owner.
    """

    view_came = Signal(object)
    #: The shots, and the error that ended the guide or None.
    ended = Signal(object, object)
    failed = Signal(object)
    _rang = Signal(int)
    _finished = Signal(int, object)

    def __init__(
        self, context: AppContext, service: EngineEnrollService, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._service = context, service
        self._handle: GuidedSession | None = None
        self._number = 0
        self._opening = False
        self._rang.connect(self._on_rang, Qt.ConnectionType.QueuedConnection)
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        """Whether a guide is opening or running."""
        return self._opening or self._handle is not None

    def start(self, spec: str, poses: Sequence[Pose]) -> None:
        """Open a source and begin."""
        self.cancel()
        self._number += 1
        number, self._opening = self._number, True

        def work(on_event: EventSink, cancel: CancelToken) -> GuidedSession:
            handle = self._service.open_guide(
                spec, poses, lambda: self._rang.emit(number), lambda error: self._finished.emit(number, error)
            )
            if cancel.cancelled:
                handle.stop()
            return handle

        self._context.run(
            work,
            done=lambda handle: self._on_open(handle, number),
            failed=lambda error: self._on_failed(error, number),
            owner=self,
        )

    def skip(self) -> None:
        """Leave the current pose out."""
        if self._handle is not None:
            self._handle.skip()

    def redo(self) -> None:
        """Take the last photo again."""
        if self._handle is not None:
            self._handle.redo()

    def finish(self) -> None:
        """End now and keep what was taken: `ended` follows."""
        if self._handle is not None:
            self._handle.ask_to_stop()

    def cancel(self) -> None:
        """End and forget; no signal follows."""
        self._number += 1
        self._opening = False
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.ask_to_stop()
            # Waiting for a camera's driver is no work for the GUI thread.
            self._context.run(lambda on_event, cancel: handle.stop(), owner=self)

    def shut_down(self) -> None:
        """End before the window goes."""
        self._number += 1
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.stop(timeout_s=2.0)

    def _on_open(self, handle: GuidedSession, number: int) -> None:
        if number != self._number:
            self._context.run(lambda on_event, cancel: handle.stop(), owner=self)
            return
        self._opening = False
        self._handle = handle
        handle.start()

    def _on_failed(self, error: FacecamError, number: int) -> None:
        if number == self._number:
            self._opening = False
            self.failed.emit(error)

    def _on_rang(self, number: int) -> None:
        if number != self._number or self._handle is None:
            return
        view = self._handle.results.take()
        if view is not None:
            self.view_came.emit(view)

    def _on_finished(self, number: int, error: BaseException | None) -> None:
        if number != self._number or self._handle is None:
            return
        handle, self._handle = self._handle, None
        self.ended.emit(handle.shots, error)
