"""Messages float: the newest in sight, a fault beside it, nothing below them is moved."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from facecam.gui.core.context import Message
from facecam.gui.widgets import banner as messages
from facecam.gui.widgets.banner import Banner
from facecam.gui.widgets.look_dialog import Question, show
from tests.gui.sight import read_aloud


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    """A page of 900×600 with something on it."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.addWidget(QLabel("what is below"))
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


@pytest.fixture
def banner(page: QWidget) -> Banner:
    return Banner(page)


def words(banner: Banner) -> list[str]:
    return [one.text() for one in banner.findChildren(QLabel) if one.text() and one.isVisibleTo(banner)]


def texts(banner: Banner) -> list[str]:
    return [one.text for one in banner.shown]


def button_of(banner: Banner) -> QPushButton:
    [button] = [one for one in banner.findChildren(QPushButton) if one.isVisibleTo(banner)]
    return button


def test_nothing_to_say_is_not_there(banner: Banner) -> None:
    assert banner.isHidden() and banner.message is None


def test_messages_float_and_move_nothing(page: QWidget, banner: Banner) -> None:
    [below] = [one for one in page.findChildren(QLabel) if one.text() == "what is below"]
    before = below.geometry()
    banner.stand_on(lambda: 50)
    for number in range(3):
        banner.show_message(Message(f"message {number}", "A hint that is long enough to be broken. " * 4))
    assert below.geometry() == before
    assert page.rect().contains(banner.geometry()) and banner.geometry().bottom() < 600 - 50
    floor = [50]
    banner.stand_on(lambda: floor[0])
    floor[0] = 90
    banner.place()
    assert banner.geometry().bottom() < 600 - 90
    page.resize(500, 400)
    assert page.rect().contains(banner.geometry())


def test_a_later_message_is_not_hidden_by_a_warning(banner: Banner) -> None:
    banner.show_message(Message("the training warns", level="warning", key="train.trouble"))
    banner.show_message(Message("60 people were enrolled.", action=("&Undo", lambda: None)))
    assert texts(banner) == ["the training warns", "60 people were enrolled."]
    assert {"the training warns", "60 people were enrolled."} <= set(words(banner))


def test_a_fault_stays_in_sight_whatever_comes_after(banner: Banner) -> None:
    banner.show_message(Message("disk full", level="fault"))
    for number in range(9):
        banner.show_message(Message(f"news {number}"))
    assert texts(banner) == ["disk full", "news 7", "news 8"]
    assert "7 more" in words(banner)


def test_closing_uncovers_what_waits(banner: Banner) -> None:
    for name in ("one", "two", "three", "four"):
        banner.show_message(Message(name, "hint"))
    assert texts(banner) == ["two", "three", "four"]
    banner.close_message()
    assert texts(banner) == ["one", "two", "three"]


def test_the_same_message_is_not_shown_twice(banner: Banner) -> None:
    for _ in range(3):
        banner.show_message(Message("camera 0 is busy", "Close the other program."))
    banner.close_message()
    assert banner.message is None


def test_of_two_that_say_the_same_the_one_with_a_key_stays(banner: Banner) -> None:
    keyed = Message("the server does not answer", "Check it.", key="gallery")
    for messages_ in ((keyed, replace(keyed, key="")), (replace(keyed, key=""), keyed)):
        for one in messages_:
            banner.show_message(one)
        assert texts(banner) == [keyed.text]
        banner.withdraw("gallery")
        assert banner.message is None


def test_a_key_replaces_and_withdraws(banner: Banner) -> None:
    banner.show_message(Message("10 %", key="rebuild"))
    banner.show_message(Message("90 %", key="rebuild"))
    banner.show_message(Message("other"))
    banner.withdraw("rebuild")
    banner.withdraw("")
    assert texts(banner) == ["other"]
    banner.close_message()
    assert banner.message is None


def test_the_button_closes_and_acts(banner: Banner, qtbot: QtBot) -> None:
    done: list[str] = []
    banner.show_message(Message("stale", "rebuild", "warning", ("&Rebuild now", lambda: done.append("yes"))))
    button = button_of(banner)
    assert read_aloud(button)[0] == "Rebuild now"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert done == ["yes"] and banner.message is None


def test_an_action_may_show_the_next_message(banner: Banner, qtbot: QtBot) -> None:
    again = Message("again", key="k")
    banner.show_message(Message("first", key="k", action=("&Go", lambda: banner.show_message(again))))
    qtbot.mouseClick(button_of(banner), Qt.MouseButton.LeftButton)
    assert banner.message is again


def test_escape_closes(banner: Banner, qtbot: QtBot) -> None:
    banner.show_message(Message("x"))
    qtbot.keyClick(banner, Qt.Key.Key_Escape)
    assert banner.isHidden()


def test_news_goes_by_itself_what_can_be_done_later_and_what_is_wrong_not_at_all(
    page: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "_NEWS_MS", 20)
    monkeypatch.setattr(messages, "_OFFER_MS", 800)
    banner = Banner(page)
    banner.show_message(Message("deleted", action=("&Undo", lambda: None)))
    banner.show_message(Message("a warning", level="warning"))
    banner.show_message(Message("news"))
    qtbot.waitUntil(lambda: texts(banner) == ["deleted", "a warning"])
    qtbot.waitUntil(lambda: texts(banner) == ["a warning"])


def test_markup_is_shown_and_not_obeyed(banner: Banner) -> None:
    banner.show_message(Message("<b>Ada</b> & co", "<img src=x>"))
    assert {"<b>Ada</b> & co", "<img src=x>"} <= set(words(banner))
    assert all(
        one.textFormat() == Qt.TextFormat.PlainText for one in banner.findChildren(QLabel) if one.text()
    )


def test_a_flood_does_not_grow_for_ever_and_loses_no_fault(banner: Banner) -> None:
    banner.show_message(Message("disk full", level="fault"))
    for number in range(500):
        banner.show_message(Message(f"message {number}"))
    assert "17 more" in words(banner) and texts(banner)[0] == "disk full"
    assert banner.accessibleName() == "message 499"


def test_a_longer_text_in_the_place_of_a_shorter_one_is_not_cut(qtbot: QtBot, banner: Banner) -> None:
    banner.show_message(Message("short", "hint", key="one"))
    qtbot.wait(20)
    banner.show_message(Message("Words that take more than one line of the message. " * 3, "hint", key="one"))
    qtbot.wait(20)
    shown = [one for one in banner.findChildren(QLabel) if one.text() and one.isVisibleTo(banner)]
    assert shown and all(one.height() >= one.heightForWidth(one.width()) for one in shown)


def test_over_a_dialog_it_is_seen_and_survives_it(page: QWidget, banner: Banner, qtbot: QtBot) -> None:
    """As with Settings open while something ends: above its buttons, and in the window again afterwards."""
    banner.show_message(Message("before", level="warning"))
    for closed in (True, False):
        dialog = Question("Sure?", ["It goes."] * 8, "&Go", parent=page)
        show(dialog)
        banner.show_message(Message("encrypted"))
        assert banner.parentWidget() is dialog and banner.isVisible() and words(banner) == ["encrypted"]
        buttons = dialog.accept_button.mapTo(dialog, QPoint())
        assert dialog.rect().contains(banner.geometry()) and banner.geometry().bottom() < buttons.y()
        dialog.close() if closed else dialog.deleteLater()
        qtbot.waitUntil(lambda gone=dialog: not shiboken6.isValid(gone))
        assert banner.parentWidget() is page and banner.isVisible()
        assert texts(banner) == ["before", "encrypted"]


def test_news_that_has_no_room_among_faults_brings_none_of_them_over_a_question(
    page: QWidget, banner: Banner, qtbot: QtBot
) -> None:
    for number in range(20):
        banner.show_message(Message(f"Fault {number}.", level="fault"))
    dialog = Question("Sure?", ["It goes."], "&Go", parent=page)
    show(dialog)
    banner.show_message(Message("Since.", level="info"))
    assert banner.parentWidget() is page and "Since." not in words(banner)
    dialog.close()
    qtbot.waitUntil(lambda: not shiboken6.isValid(dialog))


def test_a_low_question_is_not_covered_by_what_is_said(page: QWidget, banner: Banner, qtbot: QtBot) -> None:
    """Such as whether to quit while a training tells of photos."""
    dialog = Question("Sure?", ["It goes.", "For good."], "&Go", parent=page)
    show(dialog)
    banner.show_message(Message("Since.", "Do it again."))
    assert banner.parentWidget() is page and words(banner)[0] == "Since."
    dialog.close()
    qtbot.waitUntil(lambda: not shiboken6.isValid(dialog))
    assert banner.isVisible()


def test_what_was_said_before_a_question_does_not_cover_it(
    page: QWidget, banner: Banner, qtbot: QtBot
) -> None:
    banner.show_message(Message("Before.", level="info"))
    dialog = Question("Sure?", ["It goes."] * 8, "&Go", parent=page)
    show(dialog)
    banner.show_message(Message("Since.", level="info"))
    assert banner.parentWidget() is dialog and words(banner) == ["Since."]
    banner.close_message()
    assert banner.parentWidget() is page and banner.message is not None and banner.message.text == "Before."
    dialog.close()
    qtbot.waitUntil(lambda: not shiboken6.isValid(dialog))
    assert banner.isVisible()
