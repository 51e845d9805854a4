"""Faces of strangers are fetched from the Train tab: asked first, shown, stopped, gone on with, and then used."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from facecam.gui.core.context import AppContext, Message
from facecam.gui.train.tab import TrainTab
from facecam.gui.widgets.look_dialog import Question
from tests.gui.train.fakes import FakeTrainService


def question_of(tab: TrainTab) -> Question:
    return next(one for one in tab.findChildren(Question) if one.isVisible())


def test_they_are_fetched_on_request_and_the_training_uses_them(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    messages: list[Message] = []
    context.message_shown.connect(messages.append)
    tab.show()
    tab.side.open_form()
    row = tab.side.strangers
    row.get.click()
    said = " ".join(one.text() for one in question_of(tab).findChildren(QLabel))
    assert "40 MB" in said and "unitedstates.github.io" in said and "public domain" in said
    question_of(tab).cancel_button.click()
    assert not context.busy_with and service.strangers == 0
    tab.strangers.fetch()
    assert context.busy_with == ("Getting faces of strangers",) and row.get.isHidden()
    tab.deactivate()  # Another tab is shown.
    service.one_more.release(2)
    qtbot.waitUntil(lambda: row._words.text() == "2 of 4 strangers" and row._bar.value() == 2)
    row.stop.click()
    qtbot.waitUntil(lambda: not context.busy_with)
    assert not row.get.isHidden() and service.strangers == 2 and not messages
    tab.strangers.fetch()
    service.one_more.release(2)
    qtbot.waitUntil(lambda: not context.busy_with)
    assert messages[-1].text == "Faces of 4 stranger(s) are there; trained models are tried on them."
    options = tab.side.options
    assert options is not None and options.stranger_photos == Path("/strangers")


def test_what_goes_wrong_is_said_and_it_can_be_asked_again(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    from facecam.core.errors import DataError

    def broken(on_event: object, cancel: object) -> None:
        raise DataError("could not fetch it", hint="Check the network connection.")

    service.fetch_strangers = broken  # type: ignore[assignment, method-assign]
    with qtbot.waitSignal(context.message_shown) as shown:
        tab.strangers.fetch()
    assert shown.args[0].level == "fault" and shown.args[0].hint
    assert not context.busy_with and not tab.side.strangers.get.isHidden()
