"""Alert center: desktop, sound, and what the engine sets going, when somebody has come."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from facecam.core.errors import FacecamError
from facecam.engine.live.alert_actions import AlertTargets
from facecam.engine.live.alerts import Alert, AlertRule
from facecam.gui.core.context import AppContext
from facecam.gui.live.engine_service import EngineLiveService
from facecam.gui.theme.icons import icon


class AlertCenter(QObject):
    """Keeps the engine's rule as the preferences have it, and tells what it finds.

    Args:
        context: preferences and messages.
        service: the engine.
        parent: owner.
    """

    #: From the engine's threads.
    _alerted = Signal(object)
    _failed = Signal(object)

    def __init__(self, context: AppContext, service: EngineLiveService, parent: QObject) -> None:
        super().__init__(parent)
        self._context, self._service = context, service
        self._tray: QSystemTrayIcon | None = None
        self._said_none = False
        # Several preferences change at once.
        self._later = QTimer(self, interval=0, singleShot=True)
        self._later.timeout.connect(self._apply)
        self._alerted.connect(self.tell)
        self._failed.connect(context.show_error)
        context.preferences.changed.connect(self._on_preference)
        self._apply()

    def _on_preference(self, key: str) -> None:
        if key.startswith("alerts."):
            self._later.start()

    def _apply(self) -> None:
        preferences = self._context.preferences
        pause_s = preferences.alert_minutes * 60.0
        rule = AlertRule(preferences.alert_people, preferences.alert_strangers, pause_s)
        targets = AlertTargets(preferences.alert_command, preferences.alert_address)
        self._service.watch_for(rule, targets, self._alerted.emit, self._failed.emit)

    def tell(self, alert: Alert) -> None:
        """By desktop and sound, where that is wanted."""
        preferences = self._context.preferences
        if preferences.alert_sound:
            QApplication.beep()
        if preferences.alert_desktop:
            text = (
                self.tr("{name} is here.").format(name=alert.identity.name)
                if alert.identity
                else self.tr("Somebody unknown is here.")
            )
            self._notify(text, alert.source)

    def _notify(self, text: str, source: str) -> None:
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            if not self._said_none:
                self._said_none = True
                self._context.show_error(
                    FacecamError(
                        self.tr("this desktop shows no notifications"),
                        hint=self.tr("Choose a sound or a command in Settings, Tell me, instead."),
                    )
                )
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(icon("facecam"), self)
        self._tray.show()
        self._tray.showMessage(text, source, icon("facecam"))

    def shut_down(self) -> None:
        """Take the icon away; tell no more."""
        self._service.watch_for(AlertRule(), AlertTargets(), self._alerted.emit, self._failed.emit)
        if self._tray is not None:
            self._tray.hide()
