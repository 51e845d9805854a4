"""Bug report: text to copy when something goes wrong that should not be able to, instead of a crash."""

from __future__ import annotations

import collections
import logging
import os
import platform
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler, qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from facecam import __version__
from facecam.core.errors import FacecamError
from facecam.core.events import Cancelled, CancelToken, EventSink
from facecam.gui.core.context import AppContext
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets.icon_button import push_button
from facecam.gui.widgets.labels import label
from facecam.gui.widgets.layouts import IN_DIALOG, fill, vertical
from facecam.gui.widgets.look_dialog import button_box, show

_log = logging.getLogger(__name__)
_qt_log = logging.getLogger("facecam.qt")
_KEPT_LINES = 100
_PACKAGES = ("numpy", "openvino", "opencv-python", "PySide6_Essentials")


class RecentLog(logging.Handler):
    """The last hundred lines of the log, for the report."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self.lines: collections.deque[str] = collections.deque(maxlen=_KEPT_LINES)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(self.format(record))


def report_text(error: BaseException | None, log: RecentLog | None = None, findings: str = "") -> str:
    """What somebody who mends the program wants to know. Holds no photos, names or vectors by itself.

    Args:
        error: what went wrong; None: the user tells it.
        log: its last lines are added.
        findings: what `doctor` says.
    """
    from importlib.metadata import version

    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    lines = [
        f"facecam {__version__}, Python {platform.python_version()}, Qt {qVersion()}",
        f"{platform.platform()}, {QGuiApplication.platformName()}, {os.cpu_count()} processors",
        packages,
    ]
    if error is not None:
        lines += ["", "".join(traceback.format_exception(error)).rstrip()]
    if findings:
        lines += ["", findings]
    if log is not None and log.lines:
        lines += ["", "Last lines of the log:", *log.lines]
    return "\n".join(lines)


class BugDialog(QDialog):
    """Says sorry, shows the report and copies it.

    Args:
        text: the report.
        parent: over which it stands.
        fault: whether something went wrong in facecam; else the user has something to tell.
    """

    def __init__(self, text: str, parent: QWidget | None = None, *, fault: bool = True) -> None:
        super().__init__(parent)
        self._fault = fault
        self.setWindowTitle(self.tr("Something went wrong") if fault else self.tr("Report a problem"))
        self.resize(90 * GRID_PX, 56 * GRID_PX)
        self._report = QPlainTextEdit(text)
        self._report.setReadOnly(True)
        self._report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._report.setAccessibleName(self.tr("Report"))
        self._copy = push_button(
            self.tr("&Copy the report"),
            self.tr("Puts the report on the clipboard"),
            icon="copy",
            kind="primary",
        )
        self._copy.clicked.connect(self._on_copy)
        self._arrange()

    def _arrange(self) -> None:
        column = vertical(self, margins=IN_DIALOG, spacing=GRID_PX)
        heading = self.tr("That is a fault in facecam, not in what you did.")
        words = self.tr(
            "Your people and photos are as they were. The window goes on working. "
            "Please send us this report; it stays on this computer until you do."
        )
        if not self._fault:
            heading = self.tr("Tell us what happened, and add this.")
            words = self.tr(
                "What you did, what you expected, what you saw; and the report below, which says how this computer and "
                "facecam are set up. It holds no photos and stays on this computer until you send it. Names of files "
                "may be in its last lines: take out what is nobody's business."
            )
            self._report.setReadOnly(False)
        fill(
            column,
            label(heading, "heading"),
            label(words, "muted", wrap=True),
            (self._report, 1),
            button_box(self, None, self._copy),
        )

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report.toPlainText())
        self._copy.setText(self.tr("Copied"))


class BugReporter:
    """Catches what nobody caught, in every thread, and shows one dialog at a time."""

    def __init__(self, context: AppContext, window: QWidget) -> None:
        self._context, self._window = context, window
        self._log = RecentLog()
        self._dialog: BugDialog | None = None
        self._seen: set[str] = set()
        context.bug_found.connect(self.show)

    def install(self) -> None:
        """Take the hooks of Python."""
        root = logging.getLogger("facecam")
        root.setLevel(logging.INFO)
        root.addHandler(self._log)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def remove(self) -> None:
        """Give the hooks back."""
        logging.getLogger("facecam").removeHandler(self._log)
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def show(self, error: BaseException) -> None:
        """The dialog; the same fault, as of a timer, is shown once, and after the window none."""
        text = report_text(error, self._log)
        where = traceback.format_exception(error)[-2:]
        if self._dialog is not None or "".join(where) in self._seen or not self._window.isVisible():
            return
        self._seen.add("".join(where))
        self._dialog = BugDialog(text, self._window)
        self._dialog.finished.connect(self._on_closed)
        show(self._dialog)

    def ask(self) -> None:
        """The user wants to tell of a problem: the same report, with what doctor finds."""
        settings = self._context.settings

        def work(on_event: EventSink, cancel: CancelToken) -> str:
            from facecam.engine.diagnostics.doctor import examine

            return "\n".join(
                f"{check.state}: {check.subject}: {check.detail}"
                for check in examine(settings, ask_tensorflow=False)
            )

        self._context.run(work, done=self._on_findings)

    def _on_findings(self, findings: str) -> None:
        if self._dialog is None and self._window.isVisible():
            self._dialog = BugDialog(report_text(None, self._log, findings), self._window, fault=False)
            self._dialog.finished.connect(self._on_closed)
            show(self._dialog)

    def _on_closed(self) -> None:
        self._dialog = None

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        self._pass_on(error)

    def _on_thread_exception(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self._pass_on(arguments.exc_value)

    def _pass_on(self, error: BaseException) -> None:
        # Signals: from a thread of its own this arrives in the GUI thread.
        if isinstance(error, FacecamError):
            self._context.show_error(error)
        elif not isinstance(error, Cancelled):
            traceback.print_exception(error)
            self._context.show_bug(error)


def install_qt_messages() -> None:
    """Qt's own messages into the log; where it cannot open a window, two lines and exit code 2."""
    qInstallMessageHandler(_on_qt_message)


def _on_qt_message(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
    text = (message or "").strip()
    if kind == QtMsgType.QtFatalMsg:
        # Qt would abort now, with a core dump and no cure.
        sys.stderr.write(
            f"facecam: the window cannot be opened: {text.splitlines()[0] if text else 'no reason given'}\n"
            "  Start it on a desktop, or use the command line: python main.py --help\n"
        )
        sys.stderr.flush()
        os._exit(2)
    levels = {QtMsgType.QtCriticalMsg: logging.ERROR, QtMsgType.QtWarningMsg: logging.INFO}
    _qt_log.log(levels.get(kind, logging.DEBUG), "%s", text)
