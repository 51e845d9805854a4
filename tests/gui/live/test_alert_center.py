"""Being told of people: everything off at first, set in Settings, heard on desktop and by sound."""

from __future__ import annotations

import errno
import os
import sys
import threading
import wave
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QDialogButtonBox, QLineEdit, QSystemTrayIcon

from facecam.core.errors import DataError
from facecam.engine.live.alert_actions import AlertTargets
from facecam.engine.live.alerts import Alert, AlertRule, AlertWatch
from facecam.engine.live.state import LiveState
from facecam.gui.app.alert_page import AlertPage
from facecam.gui.app.dialogs.settings_dialog import SettingsDialog
from facecam.gui.live import alert_center
from tests.engine.live.test_film_transport import result
from tests.gui.live.conftest import LiveStudio
from tests.gui.live.fakes import ADA, MORNING
from tests.gui.sight import named, part, words

_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Qt does it elsewhere")


class Desktop:
    """Programs of a desktop that note what they were asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.notes = folder, folder / "notes"

    def install(self, name: str, code: int = 0) -> None:
        """One that ends with a code."""
        program = self.folder / name
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" {name} "$@" >> "{self.notes}"\nexit {code}\n')
        program.chmod(0o755)

    @property
    def heard(self) -> list[str]:
        """What they were asked for."""
        return self.notes.read_text(encoding="utf-8").splitlines() if self.notes.exists() else []


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    """A desktop with a bus, and no other programs than those that are installed."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)
    return Desktop(folder)


@pytest.fixture
def by_qt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Qt notifies and beeps by itself."""
    for name in ("notification_commands", "sound_commands"):
        monkeypatch.setattr(alert_center, name, lambda *_: [])


@_LINUX
def test_a_desktop_without_a_tray_is_asked_for_the_notification(live: LiveStudio, desktop: Desktop) -> None:
    desktop.install("gdbus")
    live.context.preferences.put("alerts.desktop", True)
    live.tab._alerts.tell(Alert(ADA, MORNING, 'a <b> & "c".mp4'))
    live.qtbot.waitUntil(lambda: "-1" in desktop.heard)
    assert desktop.heard[-5:] == ['"Ada is here."', r'"a &lt;b&gt; &amp; \"c\".mp4"', "[]", "{}", "-1"]
    assert "org.freedesktop.Notifications.Notify" in desktop.heard and live.messages == []


@_LINUX
@pytest.mark.parametrize(
    ("program", "wanted", "words"),
    [("gdbus", "alerts.desktop", "no notifications"), ("aplay", "alerts.sound", "No sound")],
)
def test_where_nobody_shows_or_plays_it_that_is_said_once(
    live: LiveStudio, desktop: Desktop, program: str, wanted: str, words: str
) -> None:
    desktop.install(program, 1)
    live.context.preferences.put(wanted, True)
    for _ in range(3):
        live.tab._alerts.tell(Alert(None, MORNING, "camera 0"))
    live.qtbot.waitUntil(lambda: desktop.heard.count(program) == 3)
    live.qtbot.waitUntil(lambda: not live.tab._alerts.findChildren(alert_center.FirstThatWorks))
    assert words in live.told().text and live.messages == []


@_LINUX
def test_without_a_bus_none_is_started_for_it(
    live: LiveStudio, desktop: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop.install("gdbus")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    live.context.preferences.put("alerts.desktop", True)
    live.tab._alerts.tell(Alert(ADA, MORNING, "camera 0"))
    assert "no notifications" in live.told().text and desktop.heard == []


@_LINUX
def test_the_sound_is_a_tone_that_the_first_player_that_works_plays(
    live: LiveStudio, desktop: Desktop
) -> None:
    desktop.install("pw-play", 1)
    desktop.install("aplay")
    live.context.preferences.put("alerts.sound", True)
    live.tab._alerts.tell(Alert(ADA, MORNING, "camera 0"))
    live.qtbot.waitUntil(lambda: len(desktop.heard) == 5)
    failed, tone, player, quiet, same = desktop.heard
    assert (failed, player, quiet, same) == ("pw-play", "aplay", "--quiet", tone)
    with wave.open(tone) as file:
        assert 0.2 < file.getnframes() / file.getframerate() < 0.5
        assert len(set(file.readframes(2000))) > 50, "silence"
    assert live.messages == []


@_LINUX
def test_where_the_tone_has_no_room_there_is_the_bell(
    live: LiveStudio, desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    rung: list[bool] = []
    monkeypatch.setattr("facecam.gui.live.alert_programs.write_tone", full)
    monkeypatch.setattr(QApplication, "beep", lambda: rung.append(True))
    desktop.install("aplay")
    live.context.preferences.put("alerts.sound", True)
    live.tab._alerts.tell(Alert(ADA, MORNING, "camera 0"))
    assert rung == [True] and desktop.heard == [] and live.messages == []


def test_nothing_is_told_until_it_is_wanted(live: LiveStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    beeps: list[int] = []
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append(1))
    assert live.service.watched == (AlertRule(pause_s=300.0), AlertTargets())
    live.tab._alerts.tell(Alert(ADA, MORNING, "camera 0"))
    assert beeps == [] and live.messages == []


@pytest.mark.usefixtures("by_qt")
def test_what_is_set_reaches_the_engine_and_what_it_finds_is_told(
    live: LiveStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    beeps: list[int] = []
    shown: list[tuple[str, str]] = []
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append(1))
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: True)
    monkeypatch.setattr(QSystemTrayIcon, "supportsMessages", lambda: True)
    monkeypatch.setattr(
        QSystemTrayIcon, "showMessage", lambda tray, title, text, _: shown.append((title, text))
    )
    page = AlertPage(live.context.preferences)
    live.qtbot.addWidget(page)
    page.people.setText(" Ada; Eve ")
    page.strangers.setChecked(True)
    page.desktop.setChecked(True)
    page.sound.setChecked(True)
    page.command.setText("say '{name}'")
    page.address.setText("https://home.example/door")
    page.pause.setCurrentIndex(page.pause.findData("15"))
    page.check()
    page.apply()
    wanted = (
        AlertRule("Ada; Eve", True, 900.0),
        AlertTargets("say '{name}'", "https://home.example/door"),
    )
    live.qtbot.waitUntil(lambda: live.service.watched == wanted)
    for who in (ADA, None):
        alert = Alert(who, MORNING, "camera 0")
        thread = threading.Thread(target=live.service.heard, args=[alert])
        thread.start()
        thread.join()
    live.qtbot.waitUntil(lambda: len(shown) == 2)
    assert shown == [("Ada is here.", "camera 0"), ("Somebody unknown is here.", "camera 0")]
    assert len(beeps) == 2
    live.service.failed(DataError("the command of an alert, say, cannot be started", hint="Try it."))
    assert "say" in live.told().text


@pytest.mark.usefixtures("by_qt")
def test_a_desktop_without_notifications_is_said_once(
    live: LiveStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)
    live.context.preferences.put("alerts.desktop", True)
    for _ in range(3):
        live.tab._alerts.tell(Alert(None, MORNING, "camera 0"))
    assert "no notifications" in live.told().text and live.messages == []


def press_ok(dialog: SettingsDialog) -> None:
    part(dialog, QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok).click()


def test_an_address_that_is_none_keeps_the_settings_open(live: LiveStudio) -> None:
    dialog = SettingsDialog(live.context)
    live.qtbot.addWidget(dialog)
    part(dialog, AlertPage).address.setText("home.example/door")
    press_ok(dialog)
    assert "http://" in words(dialog) and not dialog.result()
    assert live.context.preferences.text("alerts.address", "") == ""


def test_chosen_people_to_blur_must_be_named(live: LiveStudio) -> None:
    dialog = SettingsDialog(live.context)
    live.qtbot.addWidget(dialog)
    whom, names = named(dialog, QComboBox, "Blur faces of"), named(dialog, QLineEdit, "Chosen people")
    whom.setCurrentIndex(whom.findData("all-but"))
    press_ok(dialog)
    assert "Nobody is chosen" in words(dialog) and "--" not in words(dialog)
    names.setText("Ada")
    press_ok(dialog)
    live.qtbot.waitUntil(lambda: live.context.settings.blur_people == "Ada")
    file = live.context.settings_file
    live.qtbot.waitUntil(
        lambda: file.is_file() and 'blur_faces = "all-but"' in file.read_text(encoding="utf-8")
    )


def test_the_state_tells_what_its_watch_finds() -> None:
    desk, told = LiveState(), []
    desk.alert(result(0.0, None), "x")
    desk.tell_alerts(AlertWatch(AlertRule(strangers=True)), told.append)
    desk._alerts = (_Hasty(AlertRule(strangers=True)), told.append)
    desk.alert(result(0.0, None), "camera 0")
    assert [one.source for one in told] == ["camera 0"]
    desk.tell_alerts(None, told.append)
    desk.alert(result(0.0, None), "camera 0")
    assert len(told) == 1


class _Hasty(AlertWatch):
    """Tells of a face at once."""

    def _is_news(self, key: str | None, at_s: float) -> bool:
        return True
