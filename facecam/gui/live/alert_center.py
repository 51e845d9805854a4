"""Alert center: desktop, sound, and what the engine sets going, when somebody has come."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTemporaryDir, QTimer, Signal
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from facecam.core.errors import FacecamError
from facecam.engine.live.alert_actions import AlertTargets
from facecam.engine.live.alerts import Alert, AlertRule
from facecam.gui.core.context import AppContext
from facecam.gui.live.alert_programs import FirstThatWorks, notification_commands, sound_commands
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
        self._folder: QTemporaryDir | None = None
        self._said: set[str] = set()
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
            self._play()
        if preferences.alert_desktop:
            text = (
                self.tr("{name} is here.").format(name=alert.identity.name)
                if alert.identity
                else self.tr("Somebody unknown is here.")
            )
            commands = notification_commands(text, alert.source)
            self._run(commands, lambda: self._notify(text, alert.source))

    def _play(self) -> None:
        if self._folder is None:
            self._folder = QTemporaryDir()
        commands: list[list[str]] = []
        with contextlib.suppress(OSError):  # The disk is full: then there is the bell.
            commands = sound_commands(Path(self._folder.path()))
        self._run(commands, self._beep if commands else QApplication.beep)

    def _run(self, commands: Sequence[Sequence[str]], otherwise: Callable[[], object]) -> None:
        if commands:
            FirstThatWorks(commands, otherwise, self)
        else:
            otherwise()

    def _beep(self) -> None:
        """Where nothing plays: the bell may be heard, but nobody knows."""
        QApplication.beep()
        self._say_once(
            self.tr("no sound can be played on this computer"),
            self.tr("Choose a notification or a command in Settings, Tell me, instead."),
        )

    def _notify(self, text: str, source: str) -> None:
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            self._say_once(
                self.tr("this desktop shows no notifications"),
                self.tr("Choose a sound or a command in Settings, Tell me, instead."),
            )
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(icon("facecam"), self)
        self._tray.show()
        self._tray.showMessage(text, source, icon("facecam"))

    def _say_once(self, problem: str, cure: str) -> None:
        if problem not in self._said:
            self._said.add(problem)
            self._context.show_error(FacecamError(problem, hint=cure))

    def shut_down(self) -> None:
        """Take the icon away; tell no more."""
        self._service.watch_for(AlertRule(), AlertTargets(), self._alerted.emit, self._failed.emit)
        for running in self.findChildren(FirstThatWorks):
            running.stop()
        if self._tray is not None:
            self._tray.hide()
