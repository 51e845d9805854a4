"""Response times of the window while Live plays the demo."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer

from facecam.core.config import Settings
from facecam.core.errors import DependencyError
from facecam.core.events import CancelToken, ignore
from facecam.gui.app.application import make_application
from facecam.gui.app.demo_profile import fill_demo_profile
from facecam.gui.app.tabs import PLANS, TabPlan
from facecam.gui.app.window import MainWindow
from facecam.gui.core.context import AppContext
from facecam.gui.core.preferences import Preferences
from facecam.gui.measuring.heartbeat import Heartbeat, HeartbeatReport
from facecam.gui.theme.theme import theme

_READY_TIMEOUT_S = 60.0
#: Opening the models is over by then; what is measured is Live as it runs on.
_SETTLE_S = 3.0


def measure_live(settings: Settings, seconds: float) -> HeartbeatReport:
    """Play the demo in Live for a while and measure how long the GUI thread does not answer.

    Raises:
        DependencyError: the window did not get ready.
    """
    with demo_window(settings) as window:
        window.show_tab("live", {"source": "demo"})
        pass_time(_SETTLE_S)
        heartbeat = Heartbeat()
        heartbeat.start()
        pass_time(seconds)
        return heartbeat.stop()


@contextmanager
def demo_window(settings: Settings, plans: tuple[TabPlan, ...] = PLANS) -> Iterator[MainWindow]:
    """The window on a profile of its own with the demo people, ready; closed in the end.

    Raises:
        DependencyError: it did not get ready.
        FacecamError: the demo material or a model is missing.
    """
    make_application()
    theme().apply("light")
    with tempfile.TemporaryDirectory(prefix="facecam-") as folder:
        own = fill_demo_profile(settings, Path(folder), ignore, CancelToken())
        window = MainWindow(AppContext(own, Preferences(Path(folder) / "window.ini")), plans)
        window.show()
        window.warm_up()
        wait_ready(window)
        yield window
        window.close()


def pass_time(seconds: float) -> None:
    """Let the event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def wait_ready(window: MainWindow) -> None:
    """Let the event loop run until the window is ready.

    Raises:
        DependencyError: it does not get ready.
    """
    end_s = time.monotonic() + _READY_TIMEOUT_S
    while not window.ready:
        if time.monotonic() > end_s:
            raise DependencyError("the window did not get ready", hint="Run `python main.py doctor`.")
        pass_time(0.05)
