"""A window without a screen, folders and preferences of its own, and no thread left behind."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partialmethod
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QObject, Qt, QTranslator
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget
from pytestqt.qtbot import QtBot

from facecam.core.config import Settings
from facecam.gui.app import maintenance
from facecam.gui.core import jobs
from facecam.gui.core.collector import Collector
from facecam.gui.core.context import AppContext
from facecam.gui.core.preferences import Preferences
from facecam.gui.enroll.pages import people_pane
from facecam.gui.live import controller
from facecam.gui.live.bar import threshold
from facecam.gui.theme.theme import theme
from facecam.gui.train.results import chart
from facecam.gui.train.setup import planner


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The name the application goes by."""
    return ["facecam"]


_BETWEEN_LOOKS_MS, _QUICK_LOOKS = 10, 20


class _PatientBot(QtBot):
    """Waits a minute, not five seconds, for what takes an instant: the machine may be busy with other work.

    Its first looks are a millisecond apart, not ten: most of what is waited for is there after one.
    """

    waitSignal = partialmethod(QtBot.waitSignal, timeout=60_000)
    waitSignals = partialmethod(QtBot.waitSignals, timeout=60_000)
    waitActive = partialmethod(QtBot.waitActive, timeout=60_000)
    _looks = 0

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = 60_000) -> None:
        """As that of pytest-qt."""
        self._looks = 0
        super().waitUntil(callback, timeout=timeout)

    def wait(self, ms: int) -> None:
        """As that of pytest-qt, which waits between two looks."""
        self._looks += 1
        super().wait(1 if ms == _BETWEEN_LOOKS_MS and self._looks <= _QUICK_LOOKS else ms)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """As that of pytest-qt, more patient."""
    return _PatientBot(request)


#: How long the window waits for a user's next key, or between two looks, ms: an instant in tests, which would idle.
_PAUSES = (
    (chart, "_REDRAW_MS"),
    (controller, "STATUS_INTERVAL_MS"),
    (jobs, "EVENT_INTERVAL_MS"),
    (maintenance, "_SETTLE_MS"),
    (people_pane, "_SEARCH_PAUSE_MS"),
    (planner, "_SETTLE_MS"),
    (threshold, "_SETTLE_MS"),
)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in _PAUSES:
        monkeypatch.setattr(module, name, 10)


@pytest.fixture(autouse=True)
def _plain_window(qapp: QApplication) -> Iterator[None]:
    """English, light, and afterwards the same again."""
    theme().apply("light")
    yield
    for translator in qapp.findChildren(QTranslator):
        QCoreApplication.removeTranslator(translator)
    QLocale.setDefault(QLocale.c())


@pytest.fixture(autouse=True, scope="module")
def _what_is_there_stays() -> None:
    """Rubbish is looked for after each test: in what came since its module was begun, or that takes longest."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_widget_ends_in_another_thread(qapp: QApplication) -> Iterator[None]:
    """As in the program; what is left of a test is cleared away here."""
    collector = Collector(qapp)
    yield
    collector.stop()


class _Strays(QObject):
    """What was shown as a window of its own, and is none."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A part shown before it is put where it belongs stands alone on the screen for a moment."""
        is_part = isinstance(watched, QWidget) and not isinstance(watched, QDialog | QMainWindow)
        if event.type() == QEvent.Type.Show and is_part and watched.windowType() == Qt.WindowType.Window:
            self.found.append(type(watched).__qualname__)
        return False


@pytest.fixture
def strays(qapp: QApplication) -> Iterator[list[str]]:
    """The names of parts that were shown before they had a place; stays empty."""
    watch = _Strays()
    qapp.installEventFilter(watch)
    yield watch.found
    qapp.removeEventFilter(watch)


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    """Preferences in a file of the test."""
    return Preferences(tmp_path / "window.ini")


@pytest.fixture
def empty_settings(tmp_path: Path) -> Settings:
    """Folders in which there is nothing, no models either."""
    return replace(
        Settings(), data=tmp_path / "data", database=tmp_path / "database", weights=tmp_path / "weights"
    )


@pytest.fixture
def context(empty_settings: Settings, preferences: Preferences, tmp_path: Path) -> Iterator[AppContext]:
    """A context on empty folders; afterwards none of its threads may be left."""
    made = AppContext(empty_settings, preferences, settings_file=tmp_path / "facecam.toml")
    yield made
    assert made.shut_down(), [job.name for job in made.jobs]
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("facecam-job")]
    assert not left
