"""Pictures of the window for the documentation: `make screenshots`.

Runs off screen on a profile of its own, filled with the demo people, so that every picture can be made
again and shows nobody's own photos.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QPointF, QSize
from PySide6.QtGui import QHoverEvent
from PySide6.QtWidgets import QApplication, QDialog, QTabBar, QWidget

from facecam.core.config import Settings
from facecam.core.events import CancelToken, ignore
from facecam.gui.app.application import make_application
from facecam.gui.app.demo_profile import fill_demo_profile
from facecam.gui.app.window import MainWindow
from facecam.gui.core import translation
from facecam.gui.core.context import AppContext, TabName
from facecam.gui.core.images import to_qimage
from facecam.gui.core.preferences import Preferences
from facecam.gui.live.tab import LiveTab
from facecam.gui.measuring.response import pass_time, wait_ready
from facecam.gui.theme.theme import ThemeName, theme
from facecam.gui.train.tab import TrainTab

SMALL, LARGE = QSize(1280, 800), QSize(1920, 1080)
THEMES: tuple[ThemeName, ...] = ("light", "dark")
#: Until models are open and pictures have been read.
_SETTLE_S = 3.0
#: Until all photos of somebody have been looked at.
_READ_S = 8.0
#: Longest wait for the scene of the demo clip that shows all three.
_LIVE_S, _POLL_S = 60.0, 0.2
_TRAIN_S = 300.0
#: A face new in the picture has no name for a moment.
_DECIDED_S = 0.8
#: Of the demo clip.
_SCENE_FRAMES, _EVERY_FRAMES = 60, 7
_log = logging.getLogger(__name__)


def take_screenshots(folder: Path, language: str = "en") -> list[Path]:
    """Write `window-*.png`; returns the paths.

    Args:
        folder: made if it is not there.
        language: `en` or `de`; German words are longer, a good test of the layout.

    Raises:
        FacecamError: the demo material or a model is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    camera = _Camera(folder)
    with (
        tempfile.TemporaryDirectory(prefix="facecam-shots-") as profile,
        opened_window(Path(profile), language) as window,
    ):
        for name in THEMES:
            theme().apply(name)
            for tab in ("enroll", "train", "live"):
                _show(window, tab)
                camera.take(window, f"{tab}-{name}")
        _train(window)
        for name in THEMES:
            theme().apply(name)
            pass_time(_SETTLE_S)
            camera.take(window, f"trained-{name}")
        theme().apply("light")
        window.resize(LARGE)
        _show(window, "live")
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
        nowhere = QPointF(-1, -1)
        for bar in widget.findChildren(QTabBar):
            # Off screen the pointer is said to be at the first tab, which would look as if it were.
            QApplication.sendEvent(bar, QHoverEvent(QEvent.Type.HoverLeave, nowhere, nowhere, nowhere))
        widget.grab().save(str(path))
        self.taken.append(path)


@contextmanager
def opened_window(profile: Path, language: str) -> Iterator[MainWindow]:
    """The window on a profile of its own, made in a folder, with the demo people enrolled."""
    application = make_application()
    translation.install(application, language)
    theme().apply("light")
    # Models of its own: the picture of a finished training must not leave one behind.
    shutil.copytree(Settings().weights, profile / "weights")
    own = replace(Settings(), weights=profile / "weights")
    settings = fill_demo_profile(own, profile, ignore, CancelToken())
    _add_photos(settings, profile)
    preferences = Preferences(profile / "window.ini")
    preferences.put("welcomed", True)
    context = AppContext(settings, preferences, settings_file=profile / "facecam.toml")
    window = MainWindow(context)
    window.resize(SMALL)
    window.show()
    window.warm_up()
    wait_ready(window)
    window.resize(SMALL)  # The screen that is not there is said to be smaller.
    yield window
    window.close()


def _add_photos(settings: Settings, profile: Path) -> None:
    """More photos of the demo people: frames of the clip, whose scenes show one portrait after the other."""
    from facecam.engine.demo import Demo
    from facecam.engine.enrollment.enroller import Enroller
    from facecam.engine.places import DEMO_FOLDER
    from facecam.vision.sources.open import open_source

    demo = Demo(DEMO_FOLDER)
    portraits = demo.portraits()
    photos: dict[str, list[Path]] = {portrait.name: [] for portrait in portraits if portrait.enrolled}
    with contextlib.closing(open_source(str(demo.clip))) as clip:
        while (frame := clip.read(timeout_s=5)) is not None:
            scene = frame.index // _SCENE_FRAMES
            name = portraits[scene].name if scene < len(portraits) else ""
            if name in photos and frame.index % _EVERY_FRAMES == 0:
                photos[name].append(profile / f"{name} {frame.index}.png")
                to_qimage(frame.image).save(str(photos[name][-1]))
    enroller = Enroller(settings)
    for name, paths in photos.items():
        enroller.enroll(name, paths, distinct=True)


def _show(window: MainWindow, tab: TabName) -> None:
    what: dict[str, object] = {"source": "demo"} if tab == "live" else {}
    if tab == "enroll":
        what = {"person": _first_person(window)}
    window.show_tab(tab, what)
    pass_time(_SETTLE_S if tab == "live" else _READ_S)
    if tab == "live":
        _wait_for_three(window)
    if tab == "train":
        wait_for_plan(window)


def _wait_for_three(window: MainWindow) -> None:
    """The last scene of the demo clip shows two known people and the stranger side by side."""
    tab = window.current_tab
    assert isinstance(tab, LiveTab)
    wait(lambda: len(tab.side.here.names) == 3, _LIVE_S)
    pass_time(_DECIDED_S)


def wait_for_plan(window: MainWindow) -> None:
    """Until the Train tab, which is shown, knows what a training would take."""
    tab = window.current_tab
    assert isinstance(tab, TrainTab)
    wait(lambda: tab.side.start.estimate_s > 0, _LIVE_S)


def _train(window: MainWindow) -> None:
    """A real training of the chosen kind, until it is over."""
    _show(window, "train")
    tab = window.current_tab
    assert isinstance(tab, TrainTab)
    tab.start()
    wait(lambda: not tab.controller.running, _TRAIN_S)
    pass_time(_READ_S)


def wait(met: Callable[[], bool], longest_s: float) -> None:
    """Let the window live until something is so, or the time is over, s."""
    end_s = time.monotonic() + longest_s
    while not met() and time.monotonic() < end_s:
        pass_time(_POLL_S)
    pass_time(_POLL_S)


def _first_person(window: MainWindow) -> str:
    from facecam.engine.people.directory import list_people

    return list_people(window.context.settings)[0].identity.name


def _dialogs(window: MainWindow) -> tuple[tuple[str, Callable[[], QDialog]], ...]:
    from facecam.gui.app.dialogs.about import AboutDialog
    from facecam.gui.app.dialogs.settings_dialog import SettingsDialog
    from facecam.gui.widgets.shortcuts import ShortcutSheet

    context = window.context
    return (
        ("settings", lambda: SettingsDialog(context, window)),
        ("settings-recognition", lambda: SettingsDialog(context, window, page=1)),
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
    newcomer.resize(SMALL)
    pass_time(_SETTLE_S)
    camera.take(newcomer, "welcome")
    newcomer.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    for written in take_screenshots(
        Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"), *sys.argv[2:3]
    ):
        _log.info("%s", written)
