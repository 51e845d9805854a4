"""One message at a time, the worst first, each with its cure."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from facecam.gui.core.context import Message
from facecam.gui.widgets.banner import Banner


@pytest.fixture
def banner(qtbot: QtBot) -> Banner:
    made = Banner()
    qtbot.addWidget(made)
    return made


def words(banner: Banner) -> list[str]:
    return [one.text() for one in banner.findChildren(QLabel) if one.text() and not one.isHidden()]


def test_nothing_to_say_takes_no_room(banner: Banner) -> None:
    assert banner.isHidden() and banner.message is None


def test_faults_come_before_warnings_before_news(banner: Banner) -> None:
    news, warning, fault = (Message(level, level=level) for level in ("info", "warning", "fault"))
    for message in (news, fault, warning):
        banner.show_message(message)
    seen = []
    while banner.message is not None:
        seen.append(banner.message)
        banner.close_message()
    assert seen == [fault, warning, news] and banner.isHidden()


def test_the_newest_of_a_kind_is_shown_and_the_others_are_counted(banner: Banner) -> None:
    for name in ("one", "two", "three"):
        banner.show_message(Message(name, "hint"))
    assert banner.message is not None and banner.message.text == "three"
    assert "2 more" in words(banner)


def test_the_same_message_is_not_shown_twice(banner: Banner) -> None:
    for _ in range(3):
        banner.show_message(Message("camera 0 is busy", "Close the other program."))
    banner.close_message()
    assert banner.message is None


def test_a_key_replaces_and_withdraws(banner: Banner) -> None:
    banner.show_message(Message("10 %", key="rebuild"))
    banner.show_message(Message("90 %", key="rebuild"))
    banner.show_message(Message("other"))
    banner.withdraw("rebuild")
    banner.withdraw("")
    assert banner.message == Message("other") or (banner.message and banner.message.text == "other")
    banner.close_message()
    assert banner.message is None


def test_the_button_closes_and_acts(banner: Banner, qtbot: QtBot) -> None:
    done: list[str] = []
    banner.show_message(Message("stale", "rebuild", "warning", ("&Rebuild now", lambda: done.append("yes"))))
    button = banner.findChild(QPushButton)
    assert button is not None and button.accessibleName() == "Rebuild now"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["yes"] and banner.message is None


def test_an_action_may_show_the_next_message(banner: Banner, qtbot: QtBot) -> None:
    again = Message("again", key="k")
    banner.show_message(Message("first", key="k", action=("&Go", lambda: banner.show_message(again))))
    button = banner.findChild(QPushButton)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert banner.message is again


def test_escape_closes(banner: Banner, qtbot: QtBot) -> None:
    banner.show_message(Message("x"))
    qtbot.keyClick(banner, Qt.Key.Key_Escape)
    assert banner.isHidden()


def test_markup_is_shown_and_not_obeyed(banner: Banner) -> None:
    banner.show_message(Message("<b>Ada</b> & co", "<img src=x>"))
    assert {"<b>Ada</b> & co", "<img src=x>"} <= set(words(banner))
    assert all(
        one.textFormat() == Qt.TextFormat.PlainText for one in banner.findChildren(QLabel) if one.text()
    )


def test_a_flood_does_not_grow_for_ever(banner: Banner) -> None:
    for number in range(500):
        banner.show_message(Message(f"message {number}"))
    assert "19 more" in words(banner)
    assert banner.accessibleName() == "message 499"
