"""Application start: Qt, theme, language, the window."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from facecam.core.config import Settings
from facecam.core.encryption import data_keys
from facecam.gui.app.bug_report import BugReporter, install_qt_messages
from facecam.gui.app.first_paint import FirstPaint
from facecam.gui.app.window import MainWindow
from facecam.gui.core import translation
from facecam.gui.core.collector import Collector
from facecam.gui.core.context import AppContext
from facecam.gui.theme.theme import theme

_PLUGIN_PATH = "QT_QPA_PLATFORM_PLUGIN_PATH"
#: The GUI thread waits at most this long for Python's lock while another thread computes in Python, s.
_SWITCH_S = 0.002


def run_window(
    settings: Settings,
    *,
    settings_file: Path | None = None,
    on_first_paint: Callable[[MainWindow], None] | None = None,
) -> int:
    """Show the window until it is closed; returns the exit code.

    Without a display two lines on stderr and exit code 2, whatever Qt's own idea of it is.

    Args:
        settings: in force at the start.
        settings_file: where the settings dialog writes; None: `home.settings_path`.
        on_first_paint: called when the window has been painted for the first time.
    """
    application = make_application()
    context = AppContext(settings, settings_file=settings_file)
    translation.install(application, context.preferences.language)
    theme().apply(context.preferences.theme)
    if not _unlocked(settings.database):
        return 0
    window = MainWindow(context)
    reporter = BugReporter(context, window)
    reporter.install()
    window.report_wanted.connect(reporter.ask)
    quitter = _SignalQuitter(window.close_unasked)
    # A dialog that is still open must not keep the program alive.
    window.closed.connect(application.quit)

    def painted() -> None:
        if on_first_paint is not None:
            on_first_paint(window)
        window.warm_up()

    first = FirstPaint(window, painted)
    window.show()
    try:
        return application.exec()
    finally:
        first.deleteLater()
        quitter.close()
        reporter.remove()


def _unlocked(database: Path) -> bool:
    if not (database / data_keys.KEY_FILE).exists():
        return True  # Most people's: the question and its cryptography are not even loaded.
    from facecam.gui.app.dialogs.encryption_dialog import unlocked

    return unlocked(database)


def make_application() -> QApplication:
    """The one application object, whoever imported OpenCV before; only its thread collects garbage."""
    install_qt_messages()
    # opencv-python points Qt at its own plugins, which are another Qt's.
    if "cv2" in os.environ.get(_PLUGIN_PATH, ""):
        del os.environ[_PLUGIN_PATH]
    sys.setswitchinterval(_SWITCH_S)
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(["facecam"])
    if application.findChild(Collector) is None:
        Collector(application)
    application.setApplicationName("facecam")
    application.setApplicationDisplayName("facecam")
    QGuiApplication.setDesktopFileName("facecam")
    return application


class _SignalQuitter(QObject):
    """Ctrl-C and a polite kill close the window as a click would."""

    def __init__(self, quit_: Callable[[], object]) -> None:
        super().__init__()
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._quit = quit_
        self._notifier = QSocketNotifier(self._reader.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._on_signal)
        self._before = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._handlers = {
            number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)
        }

    def close(self) -> None:
        """Give the signals back."""
        signal.set_wakeup_fd(self._before)
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._notifier.setEnabled(False)
        self._reader.close()
        self._writer.close()

    def _on_signal(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._reader.recv(64)
        self._quit()
