"""What nobody caught becomes a report, in every thread; what has a cure becomes a banner."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from facecam.core.errors import CameraError
from facecam.core.events import Cancelled
from facecam.engine.places import ROOT
from facecam.gui.app.bug_report import BugDialog, BugReporter, RecentLog, report_text
from facecam.gui.core.context import AppContext


def a_bug() -> Exception:
    try:
        raise ZeroDivisionError("in the middle")
    except ZeroDivisionError as error:
        return error


@pytest.fixture
def reporter(context: AppContext, qtbot: QtBot) -> Iterator[BugReporter]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    made = BugReporter(context, window)
    made.install()
    made.window = window  # type: ignore[attr-defined]
    yield made
    made.remove()


def dialogs(reporter: BugReporter) -> list[BugDialog]:
    return reporter.window.findChildren(BugDialog)  # type: ignore[attr-defined, no-any-return]


def test_the_report_says_where_and_with_what(qtbot: QtBot) -> None:
    log = RecentLog()
    log.handle(logging.LogRecord("facecam.x", logging.INFO, "", 0, "opened %s", ("a camera",), None))
    text = report_text(a_bug(), log)
    for part in ("facecam 0.", "Python 3.", "Qt 6.", "openvino", "in the middle", "a_bug", "opened a camera"):
        assert part in text


def test_the_log_keeps_the_last_lines_only() -> None:
    log = RecentLog()
    for number in range(250):
        log.handle(logging.LogRecord("facecam", logging.INFO, "", 0, f"line {number}", None, None))
    assert len(log.lines) == 100 and log.lines[-1].endswith("line 249")


def test_the_report_is_copied(qtbot: QtBot) -> None:
    dialog = BugDialog("the report")
    qtbot.addWidget(dialog)
    dialog.show()
    copy = next(one for one in dialog.findChildren(QPushButton) if "Copy" in one.text())
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "the report" and copy.text() == "Copied"


def test_a_bug_in_the_window_is_shown_once(reporter: BugReporter, capsys: pytest.CaptureFixture[str]) -> None:
    error = a_bug()
    for _ in range(3):
        sys.excepthook(type(error), error, error.__traceback__)
    assert len(dialogs(reporter)) == 1
    shown = dialogs(reporter)[0].findChild(QPlainTextEdit)
    assert shown is not None and "in the middle" in shown.toPlainText()
    assert "in the middle" in capsys.readouterr().err
    dialogs(reporter)[0].close()
    sys.excepthook(type(error), error, error.__traceback__)
    assert len(dialogs(reporter)) == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_in_a_thread_is_shown_too(reporter: BugReporter, qtbot: QtBot) -> None:
    error = a_bug()

    def fail() -> None:
        # pytest puts its own hook in place while a test runs.
        reporter._on_thread_exception(
            threading.ExceptHookArgs((type(error), error, error.__traceback__, threading.current_thread()))
        )

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(dialogs(reporter)) == 1)


def test_a_fault_with_a_cure_and_a_stop_are_no_bugs(
    reporter: BugReporter, context: AppContext, qtbot: QtBot
) -> None:
    error = CameraError("camera 0 is busy", hint="Close the other program.")
    with qtbot.waitSignal(context.message_shown):
        sys.excepthook(type(error), error, None)
    sys.excepthook(Cancelled, Cancelled(), None)
    assert dialogs(reporter) == []


def test_ctrl_c_closes_the_window(reporter: BugReporter) -> None:
    window: QWidget = reporter.window  # type: ignore[attr-defined]
    window.show()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert window.isHidden()


def test_the_hooks_are_given_back(context: AppContext, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    reporter = BugReporter(context, window)
    reporter.install()
    reporter.remove()
    assert sys.excepthook is sys.__excepthook__


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a display that is not there is X11's")
def test_a_display_that_is_not_there_is_two_lines(tmp_path: os.PathLike[str]) -> None:
    """DISPLAY is set but nobody answers: Qt itself would abort with a core dump."""
    environment = {**os.environ, "DISPLAY": ":9731", "QT_QPA_PLATFORM": "xcb"}
    environment.pop("WAYLAND_DISPLAY", None)
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py")], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    lines = done.stderr.splitlines()
    assert done.returncode == 2 and len(lines) == 2, done.stderr
    assert lines[0].startswith("facecam: the window cannot be opened") and "command line" in lines[1]


def test_a_problem_is_reported_when_the_user_wants(qtbot: QtBot, reporter: BugReporter) -> None:
    reporter.ask()
    qtbot.waitUntil(lambda: bool(dialogs(reporter)), timeout=60_000)
    [dialog] = dialogs(reporter)
    assert dialog.windowTitle() == "Report a problem"
    report = dialog.findChild(QPlainTextEdit)
    assert report is not None and not report.isReadOnly()
    text = report.toPlainText()
    assert "facecam 0." in text and "Traceback" not in text
    assert re.search(r"^(ok|note|missing): ", text, re.MULTILINE), "what doctor finds"
    dialog.reject()
