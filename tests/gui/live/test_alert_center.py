"""Being told of people: everything off at first, set in Settings, heard on desktop and by sound."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QSystemTrayIcon

from facecam.core.errors import ConfigError, DataError
from facecam.engine.live.alert_actions import AlertTargets
from facecam.engine.live.alerts import Alert, AlertRule, AlertWatch
from facecam.engine.live.state import LiveState
from facecam.gui.app.alert_page import AlertPage
from facecam.gui.app.dialogs.settings_dialog import SettingsDialog
from tests.engine.live.test_film_transport import result
from tests.gui.live.conftest import LiveStudio
from tests.gui.live.fakes import ADA, MORNING


def test_nothing_is_told_until_it_is_wanted(live: LiveStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    beeps: list[int] = []
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append(1))
    assert live.service.watched == (AlertRule(pause_s=300.0), AlertTargets())
    live.tab._alerts.tell(Alert(ADA, MORNING, "camera 0"))
    assert beeps == [] and live.messages == []


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


def test_a_desktop_without_notifications_is_said_once(
    live: LiveStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", lambda: False)
    live.context.preferences.put("alerts.desktop", True)
    for _ in range(3):
        live.tab._alerts.tell(Alert(None, MORNING, "camera 0"))
    assert "no notifications" in live.told().text and live.messages == []


def test_an_address_that_is_none_keeps_the_settings_open(live: LiveStudio) -> None:
    dialog = SettingsDialog(live.context)
    live.qtbot.addWidget(dialog)
    dialog._alerts.address.setText("home.example/door")
    with pytest.raises(ConfigError):
        dialog._alerts.check()
    dialog.accept()
    assert "http://" in dialog._fault.text() and not dialog.result()
    assert live.context.preferences.text("alerts.address", "") == ""


def test_chosen_people_to_blur_must_be_named(live: LiveStudio) -> None:
    dialog = SettingsDialog(live.context)
    live.qtbot.addWidget(dialog)
    whom, names = dialog._editors["blur_faces"].widget, dialog._editors["blur_people"].widget
    assert isinstance(whom, QComboBox) and isinstance(names, QLineEdit)
    whom.setCurrentIndex(whom.findData("all-but"))
    dialog.accept()
    assert "Nobody is chosen" in dialog._fault.text() and "--" not in dialog._fault.text()
    names.setText("Ada")
    dialog.accept()
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
