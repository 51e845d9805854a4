"""Keys are declared once, do not collide, and are shown."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from facecam.gui.core import translation
from facecam.gui.widgets.shortcuts import ENTRIES, OTHERS, ShortcutSheet, install, key, with_key


def test_no_two_keys_collide_and_all_are_valid() -> None:
    assert len({entry.id for entry in ENTRIES}) == len(ENTRIES)
    everywhere = [entry.keys for entry in ENTRIES if entry.where == "window"]
    for place in ("enroll", "train", "live"):
        here = everywhere + [entry.keys for entry in ENTRIES if entry.where == place]
        assert len(set(here)) == len(here), place
    for entry in ENTRIES:
        assert not QKeySequence(entry.keys).isEmpty() and entry.text


def test_the_keys_of_the_window() -> None:
    wanted = {
        "enroll": "Ctrl+1",
        "train": "Ctrl+2",
        "live": "Ctrl+3",
        "settings": "Ctrl+,",
        "fullscreen": "F11",
    }
    assert {name: key(f"window.{name}").toString() for name in wanted} == wanted
    assert key("live.panel").toString() == "F12"
    assert with_key("Settings", "window.settings") == "Settings (Ctrl+,)"
    with pytest.raises(KeyError):
        key("window.unheard-of")


def test_a_key_acts_wherever_the_focus_is(qtbot: QtBot) -> None:
    window, field = QWidget(), QLineEdit()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(field)
    acted: list[str] = []
    install(window, "window.live", lambda: acted.append("live"))
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert acted == ["live"]


def test_the_sheet_shows_every_key(qtbot: QtBot) -> None:
    sheet = ShortcutSheet()
    qtbot.addWidget(sheet)
    texts = {one.text() for one in sheet.findChildren(QLabel)}
    for entry in ENTRIES:
        assert entry.text in texts
        assert QKeySequence(entry.keys).toString(QKeySequence.SequenceFormat.NativeText) in texts
    for keys, text, _ in OTHERS:
        assert text in texts and QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) in texts


def test_no_words_are_cut_on_a_small_screen(qtbot: QtBot, qapp: QApplication) -> None:
    translation.install(qapp, "de")
    sheet = ShortcutSheet()
    qtbot.addWidget(sheet)
    sheet.show()
    sheet.resize(sheet.width(), 300)
    qtbot.wait(50)
    cut = [one.text() for one in sheet.findChildren(QLabel) if one.height() < one.heightForWidth(one.width())]
    assert cut == []


def test_the_sheet_fits_on_the_screen_with_its_button(qtbot: QtBot) -> None:
    """A laptop with large letters has 911 x 512."""
    sheet = ShortcutSheet()
    qtbot.addWidget(sheet)
    sheet.show()
    room = sheet.screen().availableSize()
    assert sheet.width() <= room.width() and sheet.height() <= room.height()
    assert sheet.minimumSizeHint().width() < 600 and sheet.minimumSizeHint().height() < 400
