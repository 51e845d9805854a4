"""The dialog says what is in force, checks, and writes only what was changed."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from facecam.core.config import load_settings
from facecam.gallery.storage.audit_trail import AuditTrail
from facecam.gui.app.alert_page import AlertPage
from facecam.gui.app.dialogs.settings_dialog import SettingsDialog
from facecam.gui.core import translation
from facecam.gui.core.context import AppContext
from facecam.gui.theme.theme import theme
from tests.gui.sight import named, part, read_aloud, words


@pytest.fixture
def dialog(context: AppContext, qtbot: QtBot) -> SettingsDialog:
    made = SettingsDialog(context)
    qtbot.addWidget(made)
    made.show()
    return made


def press_ok(dialog: SettingsDialog) -> None:
    buttons = dialog.findChild(QDialogButtonBox)
    assert buttons is not None
    buttons.button(QDialogButtonBox.StandardButton.Ok).click()


def field(dialog: SettingsDialog, title: str) -> Any:
    """The control of a title, of whichever kind it is."""
    return named(dialog, QWidget, title)


def titled(form: QFormLayout) -> list[QWidget]:
    """Controls that have a title beside them."""
    items = [form.itemAt(row, QFormLayout.ItemRole.FieldRole) for row in range(form.rowCount())]
    labels = [(one.widget(), form.labelForField(one.widget())) for one in items if one is not None]
    return [control for control, label in labels if isinstance(label, QLabel) and label.text()]


def choose(widget: QWidget, value: str | float) -> None:
    assert isinstance(widget, QComboBox)
    assert widget.findData(value) >= 0
    widget.setCurrentIndex(widget.findData(value))


def test_it_shows_what_is_in_force_and_ok_alone_changes_nothing(
    dialog: SettingsDialog, context: AppContext, qtbot: QtBot
) -> None:
    assert dialog.wanted_settings() == context.settings
    with qtbot.assertNotEmitted(context.settings_changed):
        press_ok(dialog)
    assert dialog.isHidden() and not context.settings_file.exists()


def test_a_change_is_in_force_at_once_and_after_the_next_start(
    dialog: SettingsDialog, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    context.settings_file.write_text("# mine\nupsample = 1\n", encoding="utf-8")
    choose(field(dialog, "Detector"), "mtcnn")
    folder = field(dialog, "Photos of people").findChild(QLineEdit)
    assert folder is not None
    folder.setText(str(tmp_path / "Fotos ä"))
    with qtbot.waitSignal(context.settings_changed):
        press_ok(dialog)
    assert context.settings.detector == "mtcnn" and context.settings.data == tmp_path / "Fotos ä"
    qtbot.waitUntil(lambda: "detector" in context.settings_file.read_text(encoding="utf-8"))
    assert context.settings_file.read_text(encoding="utf-8").startswith("# mine\nupsample = 1\n")
    again = load_settings({}, context.settings_file)
    assert again.detector == "mtcnn" and again.data == tmp_path / "Fotos ä"


def test_automatic_numbers_stay_automatic_and_chosen_ones_are_taken(dialog: SettingsDialog) -> None:
    assert dialog.wanted_settings().threshold is None and dialog.wanted_settings().min_face_px is None
    field(dialog, "Accept a name below").setValue(0.25)
    field(dialog, "Smallest face").setValue(40)
    wanted = dialog.wanted_settings()
    assert (wanted.threshold, wanted.min_face_px) == (0.25, 40)


def test_an_empty_folder_is_refused_in_words(dialog: SettingsDialog, context: AppContext) -> None:
    folder = field(dialog, "Models").findChild(QLineEdit)
    assert folder is not None
    before = context.settings
    folder.setText("  ")
    press_ok(dialog)
    assert dialog.isVisible() and context.settings == before
    assert "a folder is missing" in words(dialog)


def test_a_file_that_cannot_be_written_is_said(
    dialog: SettingsDialog, context: AppContext, qtbot: QtBot, tmp_path: Path
) -> None:
    context.settings_file = tmp_path / "nowhere" / "facecam.toml"
    choose(field(dialog, "Detector"), "cnn")
    with qtbot.waitSignal(context.message_shown) as shown:
        press_ok(dialog)
    assert "facecam.toml" in shown.args[0].text and shown.args[0].hint


def test_people_who_film_mirrors_switch_names_twice_on(dialog: SettingsDialog, context: AppContext) -> None:
    twice = field(dialog, "Name a person twice")
    assert isinstance(twice, QCheckBox) and not twice.isChecked() and "irrors" in twice.toolTip()
    twice.setChecked(True)
    press_ok(dialog)
    assert context.settings.same_person_twice


def test_only_people_seen_to_be_alive_can_be_asked_for(dialog: SettingsDialog, context: AppContext) -> None:
    wanted = [
        field(dialog, title) for title in ("Only people seen to be alive", "Ask them to blink and turn")
    ]
    for box in wanted:
        assert isinstance(box, QCheckBox) and not box.isChecked()
        box.setChecked(True)
    assert "no login" in wanted[0].toolTip()
    press_ok(dialog)
    assert context.settings.require_live and context.settings.live_challenge


def test_the_windows_own_settings(dialog: SettingsDialog, context: AppContext) -> None:
    choose(field(dialog, "Theme"), "dark")
    choose(field(dialog, "Language"), "de")
    choose(field(dialog, "Keep unknown faces"), "60")
    log = next(
        box for box in dialog.findChildren(QCheckBox) if box.text().endswith("&log of who was seen when")
    )
    log.setChecked(True)
    press_ok(dialog)
    preferences = context.preferences
    assert (preferences.theme, preferences.language) == ("dark", "de")
    assert preferences.unknown_minutes == 60 and preferences.keep_log and preferences.ask_consent
    assert theme().dark


def test_a_household_need_not_be_asked_for_consent(dialog: SettingsDialog, context: AppContext) -> None:
    asking = next(box for box in dialog.findChildren(QCheckBox) if "&agree to" in box.text())
    assert asking.isChecked() and asking.toolTip()
    asking.setChecked(False)
    press_ok(dialog)
    assert not context.preferences.ask_consent


def test_every_control_has_a_name_a_help_and_a_page(dialog: SettingsDialog) -> None:
    pages = dialog.findChild(QTabWidget)
    assert pages.tabBar().accessibleName() == "Settings"
    assert pages is not None and pages.count() == 7
    assert pages.tabBar().accessibleName() == "Settings"
    controls = [one for form in dialog.findChildren(QFormLayout) for one in titled(form)]
    assert len(controls) > 20
    for control in controls:
        name = read_aloud(control)[0]
        assert name and control.toolTip(), control
        assert "--" not in control.toolTip(), name


def test_a_written_file_is_toml(context: AppContext) -> None:
    from facecam.core.parameter_file import save_settings

    save_settings(context.settings_file, {"data": Path('a "b" \\ c\u2028'), "threshold": 0.2})
    read = tomllib.loads(context.settings_file.read_text(encoding="utf-8"))
    assert read == {"data": 'a "b" \\ c\u2028', "threshold": 0.2}


def words_height(one: QLabel) -> int:
    """What the text itself takes, without the space around it that a page may take away, px."""
    room = QRect(0, 0, one.width(), 1000)
    return one.fontMetrics().boundingRect(room, Qt.TextFlag.TextWordWrap, one.text()).height()


@pytest.mark.parametrize("language", ["en", "de"])
def test_no_help_is_cut(context: AppContext, qtbot: QtBot, language: str) -> None:
    application = QApplication.instance()
    assert application is not None
    translation.install(application, language)
    try:
        theme().apply("light")
        dialog = SettingsDialog(context)
        qtbot.addWidget(dialog)
        dialog.show()
        pages = dialog.findChild(QTabWidget)
        assert pages is not None
        for index in range(pages.count()):
            pages.setCurrentIndex(index)
            page = pages.widget(index)
            qtbot.waitUntil(page.isVisible)
            words = [one.text() for one in (*page.findChildren(QLabel), *page.findChildren(QAbstractButton))]
            words += [pages.tabText(one) for one in range(pages.count())]
            keys = [QKeySequence.mnemonic(one).toString() for one in words if one]
            twice = {key for key in keys if key and keys.count(key) > 1}
            assert not twice, (pages.tabText(index), twice)
            qtbot.wait(50)
            cut = [
                one.text()
                for one in page.findChildren(QLabel)
                if one.wordWrap()
                and (one.height() < words_height(one) or one.geometry().right() > page.width())
            ]
            assert not cut
        assert dialog.height() <= 768 - 40, "a small laptop's screen"
    finally:
        translation.install(application, "en")


def test_a_threshold_is_written_into_the_audit_trail(
    dialog: SettingsDialog, context: AppContext, qtbot: QtBot
) -> None:
    field(dialog, "Accept a name below").setValue(0.25)
    press_ok(dialog)
    trail = AuditTrail(context.settings.database)
    qtbot.waitUntil(lambda: len(trail.read()) == 1)
    assert dict(trail.read()[0].details) == {"value": 0.25, "kind": "settings"}


def test_the_share_that_the_threshold_follows_is_written_into_the_audit_trail(
    dialog: SettingsDialog, context: AppContext, qtbot: QtBot
) -> None:
    choose(field(dialog, "Strangers who may get a name"), 0.01)
    press_ok(dialog)
    assert context.settings.strangers == 0.01
    trail = AuditTrail(context.settings.database)
    qtbot.waitUntil(lambda: len(trail.read()) == 1)
    assert dict(trail.read()[0].details) == {"value": 0.01, "kind": "strangers"}


def test_times_are_days_or_always(dialog: SettingsDialog, context: AppContext) -> None:
    box = field(dialog, "Keep visits of people")
    assert isinstance(box, QSpinBox) and box.text() == "always"
    box.setValue(30)
    assert box.text() == "30 days"
    press_ok(dialog)
    assert context.settings.keep_visits_days == 30 and context.settings.keep_runs_days is None


def test_the_gallery_may_be_on_a_server(dialog: SettingsDialog, context: AppContext, qtbot: QtBot) -> None:
    line = field(dialog, "Gallery").findChild(QLineEdit)
    assert line is not None
    folder, address = context.settings.database, "postgresql://ada@db.example/faces"
    line.setText("postgresql://ada:secret@db.example/faces")
    press_ok(dialog)
    assert "password" in words(dialog) and "secret" not in words(dialog) and dialog.isVisible()
    line.setText("mysql://ada:secret@db.example/faces")
    press_ok(dialog)
    assert "no address of a PostgreSQL server" in words(dialog) and "secret" not in words(dialog)
    line.setText(address)
    press_ok(dialog)
    assert context.settings.server == address and context.settings.database == folder
    qtbot.waitUntil(context.settings_file.exists)
    again = load_settings({}, context.settings_file)
    assert again.server == address
    shown = SettingsDialog(context)
    qtbot.addWidget(shown)
    assert shown.wanted_settings() == context.settings
    line = field(shown, "Gallery").findChild(QLineEdit)
    assert line is not None and line.text() == address
    line.setText(str(folder))
    assert shown.wanted_settings().server == "" and shown.wanted_settings().database == folder


def test_names_that_nobody_has_are_said_when_they_are_chosen(
    dialog: SettingsDialog, context: AppContext, qtbot: QtBot
) -> None:
    part(dialog, AlertPage).people.setText("Adda Lovelace")
    with qtbot.waitSignal(context.message_shown) as said:
        press_ok(dialog)
    assert "Adda Lovelace" in said.args[0].text and "`" not in said.args[0].hint
    part(dialog, AlertPage).strangers.setChecked(True)
    with qtbot.assertNotEmitted(context.message_shown, wait=200):
        press_ok(dialog)


def test_letters_twice_as_large_fit_the_screen_and_no_line_lies_on_another(
    context: AppContext, qapp: QApplication, qtbot: QtBot
) -> None:
    usual = qapp.font()
    large = QFont(usual)
    large.setPointSizeF(2 * usual.pointSizeF())
    qapp.setFont(large)
    try:
        dialog = SettingsDialog(context, page=5)
        qtbot.addWidget(dialog)
        dialog.show()
        assert dialog.height() <= dialog.screen().availableSize().height()
        shown = [one for one in dialog.findChildren(QWidget) if one.isVisible() and not one.children()]
        lines = [one for one in shown if isinstance(one, QLabel | QAbstractButton) and one.text()]
        assert len(lines) > 10
        for line in lines:
            if isinstance(line, QLabel) and line.wordWrap():
                assert line.height() >= line.heightForWidth(line.width()), line.text()
    finally:
        qapp.setFont(usual)
