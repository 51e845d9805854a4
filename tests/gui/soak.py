"""Everything in the window at once, for a long time: `python -m tests.gui.soak 45`. Not part of the suite.

Live plays a film over and over while tabs are switched, people are enrolled, taken back, deleted and fetched back,
trainings are started and stopped, theme and language change. Prints resident memory and how long the window's thread
did not answer, once a round; exit code 0 if every step was reached.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from facecam.benchmark.live_memory import resident_mb
from facecam.core.config import Settings
from facecam.gui.app.application import run_window
from facecam.gui.app.dialogs.settings_dialog import SettingsDialog
from facecam.gui.app.window import MainWindow
from facecam.gui.core import translation
from facecam.gui.enroll.dialogs.questions import Question
from facecam.gui.measuring.heartbeat import Heartbeat
from facecam.gui.theme.theme import theme
from tests.conftest import SHARED_DATA
from tests.gui.end_to_end import _own_weights
from tests.gui.hand import Condition, Hand, Script, Steps, dialog, say
from tests.gui.visits import CLIP, PORTRAITS, _enroll, looks, names_in

_WATCHED_S, _TRAINED_S = 15.0, 6.0
_SHARED_FILM = SHARED_DATA / "clips" / "short_hamilton_clip.mp4"
#: Rounds in which caches fill say nothing about growth.
_WARM_UP_SHARE = 0.25


def everything(window: Any, folder: Path, minutes: float) -> Steps:
    """Rounds until the time is over."""
    yield "ready", lambda: window.ready
    hand, end_s = Hand(), time.monotonic() + 60 * minutes
    album = looks(folder / "album")
    for portrait in PORTRAITS[:2]:
        yield from _enroll(window, hand, portrait.name, album[portrait.name][:4])
    rounds: list[tuple[float, float]] = []
    while time.monotonic() < end_s:
        # A change of the theme is one stop of 0.2 to 0.3 s of a core, and would hide all others.
        theme().apply(("light", "dark")[len(rounds) % 2])
        translation.install(_application(), ("en", "de")[len(rounds) % 2])
        yield "dressed", lambda: True
        heartbeat = Heartbeat()
        heartbeat.start()
        yield from _one_round(window, hand, album, len(rounds))
        report = heartbeat.stop()
        heartbeat.deleteLater()
        rounds.append((hand.seconds / 3600, resident_mb()))
        widgets = len(QApplication.allWidgets())
        say(
            f"{hand.seconds / 60:5.1f} min  {rounds[-1][1]:6.1f} MB  {widgets} widgets  "
            f"stalls: 99 % under {report.p99_ms:.1f} ms, worst {report.worst_ms:.0f} ms"
        )
    settled = np.array(rounds[int(len(rounds) * _WARM_UP_SHARE) :])
    if len(settled) > 3:
        line, covariance = np.polyfit(settled[:, 0], settled[:, 1], 1, cov=True)
        say(f"{len(rounds)} rounds, slope {line[0]:+.1f} ± {np.sqrt(covariance[0, 0]):.1f} MB per hour")


def _one_round(window: Any, hand: Hand, album: dict[str, list[Path]], number: int) -> Steps:
    film = _SHARED_FILM if _SHARED_FILM.exists() and number % 2 else CLIP
    hand.choose_tab(window, "live")
    yield from _watch(window.current_tab, hand, str(film))
    yield from _people(window, hand, album)
    yield from _training(window, hand)
    yield from _settings(window)


def _watch(tab: Any, hand: Hand, film: str) -> Steps:
    """A film, paused for a moment and begun again whenever it is over."""
    tab.watch(film)
    yield "it can be paused", lambda: tab.stage.view is not None and tab.bar.pause.isEnabled()
    hand.click(tab.bar.pause)
    yield "the film stands", lambda: tab.controller.paused
    hand.click(tab.bar.pause)
    passed = _passed(_WATCHED_S)

    def watched() -> bool:
        if not tab.controller.active:
            tab.watch(film)
        return bool(passed())

    yield "watched", watched


def _people(window: Any, hand: Hand, album: dict[str, list[Path]]) -> Steps:
    """Somebody is enrolled and taken back, another is deleted and fetched back."""
    hand.choose_tab(window, "enroll")
    tab, who = window.current_tab, PORTRAITS[2].name
    yield "the list", lambda: len(names_in(window)) == 2 and not tab.adding.busy
    yield from _enroll(window, hand, who, album[who][:4])
    tab.changes.undo()
    yield "taken back", lambda: who not in names_in(window)
    other = tab.people.model.everybody[0]
    tab.changes.delete(other)
    yield "asked before deleting", lambda: dialog(Question)
    hand.click(dialog(Question).accept_button)
    yield "deleted", lambda: len(names_in(window)) == 1
    tab.changes.undo()
    yield "fetched back", lambda: len(names_in(window)) == 2


def _training(window: Any, hand: Hand) -> Steps:
    hand.choose_tab(window, "train")
    tab = window.current_tab
    start = tab.side.start.start_button
    yield "a training can start", lambda: start.isEnabled() and tab.side.start.estimate_s > 0
    hand.click(start)
    ended, waited = (lambda: not tab.controller.running), _passed(_TRAINED_S)
    yield "training for a while", lambda: ended() or waited()
    tab.controller.stop()
    yield "the training has ended", ended
    tab.show_page("test")
    tab.show_page("runs")
    yield "looked at earlier runs", _passed(1.0)
    tab.show_page("training")


def _settings(window: Any) -> Steps:
    window._on_command("settings")
    yield "settings", lambda: dialog(SettingsDialog)
    QTest.keyClick(dialog(SettingsDialog), Qt.Key.Key_Escape)
    yield "closed", lambda: dialog(SettingsDialog) is None


def _passed(seconds: float) -> Condition:
    end_s = time.monotonic() + seconds
    return lambda: time.monotonic() > end_s


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application


def main(minutes: float) -> int:
    """Run it; 0 if every step was reached."""
    with tempfile.TemporaryDirectory(prefix="facecam-soak-") as name:
        folder, outcome, kept = Path(name), list[int](), list[Script]()
        settings = replace(Settings(), data=folder / "data", database=folder / "database")
        settings = replace(settings, weights=_own_weights(settings.weights, folder / "weights"))

        def begin(window: MainWindow) -> None:
            kept.append(Script(window, everything(window, folder, minutes), outcome.append, folder / "shots"))

        run_window(settings, settings_file=folder / "facecam.toml", on_first_paint=begin)
    return max(outcome, default=1)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 45.0))
