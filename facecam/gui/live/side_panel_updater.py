"""Updater of the lists beside the picture, a few times a second: nobody reads faster."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from facecam.core.errors import FacecamError
from facecam.engine.recognition.face_blur import BlurRule, blur_rule
from facecam.gui.core.context import AppContext
from facecam.gui.live.actions import LiveActions
from facecam.gui.live.controller import LiveController
from facecam.gui.live.engine_service import EngineLiveService
from facecam.gui.live.side.side_panel import LiveSidePanel
from facecam.gui.live.video.video_view import LiveStage

INTERVAL_MS = 400


class Lists(QObject):
    """Who is here, the tray, the log.

    Args:
        context: preferences and messages.
        service: the tray and the log.
        controller: the running source.
        actions: what the buttons in the lists do.
        stage: shows the newest view.
        side: shows the lists.
    """

    refreshed = Signal()

    def __init__(
        self,
        context: AppContext,
        service: EngineLiveService,
        controller: LiveController,
        actions: LiveActions,
        stage: LiveStage,
        side: LiveSidePanel,
    ) -> None:
        super().__init__(side)
        self._context, self._service, self._controller = context, service, controller
        self._actions, self._stage, self._side = actions, stage, side
        self._versions: tuple[int, tuple[int, BlurRule] | None] = (-1, None)
        self._log_fault: FacecamError | None = None
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.refresh)
        side.tray.named.connect(self._on_named)
        side.tray.dismissed.connect(service.forget_unknown)
        side.tray.cleared.connect(service.clear_unknowns)
        side.log.export.clicked.connect(actions.export_log)
        side.log.clear.clicked.connect(actions.clear_log)
        context.preferences.changed.connect(self._on_preference)
        context.settings_changed.connect(actions.keep_log)  # perhaps beside another database
        side.log.off.acted.connect(self._on_keep_log)
        service.keep_unknowns_for(context.preferences.unknown_minutes)
        self._follow_log()

    def start(self) -> None:
        """The lists can be seen."""
        self._timer.start()
        self._context.run(
            lambda on_event, cancel: self._service.forget_who_is_gone(),
            failed=lambda error: None,  # Live says what is wrong with the people.
            owner=self,
        )

    def stop(self) -> None:
        """They cannot."""
        self._timer.stop()

    def refresh(self) -> None:
        """Show what has changed since."""
        view = self._stage.view
        shown = self._controller.active or self._controller.still
        here = view.here if view is not None and shown else ()
        if view is not None and self._controller.still:
            # Nobody leaves while time stands still; after a jump some of them are elsewhere in the film.
            seen = {face.identity for face in view.faces if face.state in ("known", "unknown")}
            here = tuple(one for one in here if one.identity in seen)
        self._side.here.show_visitors(here)
        self._tell_log_fault()
        blur = blur_rule(self._context.settings)
        versions = (self._service.log_version, (self._service.unknowns_version, blur))
        if versions[0] != self._versions[0]:
            self._side.log.show_entries(self._service.sightings())
        if versions[1] != self._versions[1]:
            groups = self._service.unknown_groups()
            self._side.tray.show_groups(groups, blur)
            self._side.set_unknown_count(len(groups))
        self._versions = versions
        self.refreshed.emit()

    def _tell_log_fault(self) -> None:
        fault = self._service.log_fault
        if fault is not None and fault is not self._log_fault:
            self._context.show_error(fault)
        self._log_fault = fault

    def _on_named(self, number: int) -> None:
        for group in self._service.unknown_groups():
            if group.number == number:
                self._actions.ask_name(group.samples, lambda: self._service.forget_unknown(number))

    def _on_preference(self, key: str) -> None:
        if key == "unknown_minutes":
            self._service.keep_unknowns_for(self._context.preferences.unknown_minutes)
        elif key == "keep_log":
            self._follow_log()

    def _on_keep_log(self) -> None:
        self._context.preferences.keep_log = True

    def _follow_log(self) -> None:
        self._side.log.set_kept(self._context.preferences.keep_log)
        self._actions.keep_log()
