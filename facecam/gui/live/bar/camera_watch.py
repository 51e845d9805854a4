"""Camera watch: which cameras there are, looked for again and again while Live is shown."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from facecam.gui.core.cameras import CameraChoice
from facecam.gui.core.context import AppContext
from facecam.gui.core.jobs import no_job
from facecam.gui.live.engine_service import EngineLiveService

#: By the system's lists, never by opening a camera.
INTERVAL_MS = 2000


class CameraWatch(QObject):
    """Tells when a camera was plugged in or taken away.

    Args:
        context: background work.
        service: lists the cameras.
        parent: owner.
    """

    changed = Signal(tuple)

    def __init__(self, context: AppContext, service: EngineLiveService, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._service = context, service
        self._cameras: tuple[CameraChoice, ...] = ()
        self._looking = no_job()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Look now, and again and again."""
        self._look()
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()

    def _look(self) -> None:
        if self._looking.pending:
            return
        self._looking = self._context.run(
            lambda on_event, cancel: self._service.cameras(),
            done=self._on_found,
            failed=lambda error: self._on_found(()),
            owner=self,
        )

    def _on_found(self, cameras: tuple[CameraChoice, ...]) -> None:
        if cameras != self._cameras:
            self._cameras = cameras
            self.changed.emit(cameras)
