"""Pictures of the window for the documentation: `make screenshots`.

Runs off screen on a profile of its own, filled with the demo people, so that every picture can be made
again and shows nobody's own photos.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QDialog, QWidget

from facecam.core.config import Settings
from facecam.core.events import CancelToken, ignore
from facecam.gui import translate
from facecam.gui.app import make_application
from facecam.gui.context import AppContext, TabName
from facecam.gui.demo_profile import fill_demo_profile
from facecam.gui.measure import pass_time, wait_ready
from facecam.gui.preferences import Preferences
from facecam.gui.theme import ThemeName, theme
from facecam.gui.window import MainWindow

SMALL, LARGE = QSize(1280, 800), QSize(1920, 1080)
THEMES: tuple[ThemeName, ...] = ("light", "dark")
#: Until models are open and pictures have been read.
_SETTLE_S = 3.0
#: Into the demo clip, where somebody is recognised.
_LIVE_S = 8.0
_log = logging.getLogger(__name__)


def take_screenshots(folder: Path) -> list[Path]:
    """Write `window-*.png`; returns the paths.

    Raises:
        FacecamError: the demo material or a model is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    camera = _Camera(folder)
    with tempfile.TemporaryDirectory(prefix="facecam-shots-") as profile, _opened(Path(profile)) as window:
        for name in THEMES:
            theme().apply(name)
            for tab in ("enroll", "train", "live"):
                _show(window, tab)
                camera.take(window, f"{tab}-{name}")
        theme().apply("light")
        window.resize(LARGE)
        pass_time(_SETTLE_S)
        camera.take(window, "live-large")
        window.resize(SMALL)
        for title, make in _dialogs(window):
            dialog = make()
            dialog.show()
            pass_time(_SETTLE_S)
            camera.take(dialog, title)
            dialog.close()
        _welcome(window, camera)
    return camera.taken


class _Camera:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.taken: list[Path] = []

    def take(self, widget: QWidget, name: str) -> None:
        path = self._folder / f"window-{name}.png"
        widget.grab().save(str(path))
        self.taken.append(path)


@contextmanager
def _opened(profile: Path) -> Iterator[MainWindow]:
    application = make_application()
    translate.install(application, "en")
    theme().apply("light")
    settings = fill_demo_profile(Settings(), profile, ignore, CancelToken())
    preferences = Preferences(profile / "window.ini")
    preferences.put("welcomed", True)
    context = AppContext(settings, preferences, settings_file=profile / "facecam.toml")
    window = MainWindow(context)
    window.resize(SMALL)
    window.show()
    window.warm_up()
    wait_ready(window)
    yield window
    window.close()


def _show(window: MainWindow, tab: TabName) -> None:
    what: dict[str, object] = {"source": "demo"} if tab == "live" else {}
    if tab == "enroll":
        what = {"person": _first_person(window)}
    window.show_tab(tab, what)
    pass_time(_LIVE_S if tab == "live" else _SETTLE_S)


def _first_person(window: MainWindow) -> str:
    from facecam.engine.people import list_people

    return list_people(window.context.settings)[0].identity.name


def _dialogs(window: MainWindow) -> tuple[tuple[str, Callable[[], QDialog]], ...]:
    from facecam.gui.about import AboutDialog
    from facecam.gui.settings_dialog import SettingsDialog
    from facecam.gui.shortcuts import ShortcutSheet

    context = window.context
    return (
        ("settings", lambda: SettingsDialog(context, window)),
        ("about", lambda: AboutDialog(context, window)),
        ("keyboard", lambda: ShortcutSheet(window)),
    )


def _welcome(window: MainWindow, camera: _Camera) -> None:
    """What a newcomer sees: the same profile without people."""
    settings = window.context.settings
    empty = replace(settings, data=settings.data / "none", database=settings.database / "none")
    preferences = Preferences(settings.data.parent / "newcomer.ini")
    newcomer = MainWindow(AppContext(empty, preferences))
    newcomer.resize(SMALL)
    newcomer.show()
    newcomer.warm_up()
    wait_ready(newcomer)
    pass_time(_SETTLE_S)
    camera.take(newcomer, "welcome")
    newcomer.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for written in take_screenshots(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images")):
        _log.info("%s", written)
