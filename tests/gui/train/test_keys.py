"""The tab by keyboard: no two buttons in sight share a letter, and everything has a name."""

from __future__ import annotations

import re
from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

from facecam.gui.app.tabs import PLANS
from facecam.gui.train.tab import TrainTab
from tests.gui.sight import read_aloud
from tests.gui.train.fakes import FakeTrainService, gate, run_summary


def letters(tab: TrainTab) -> Counter[str]:
    """Mnemonics of what can be seen, with those of the tab bar."""
    texts = [button.text() for button in tab.findChildren(QAbstractButton) if button.isVisibleTo(tab)]
    texts += [plan.title for plan in PLANS]
    return Counter(found[1].lower() for text in texts if (found := re.search(r"&(\w)", text)))


def test_no_two_buttons_in_sight_share_a_letter(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    service.all_runs = (run_summary(), run_summary(state="finished", model="fine-tune-1", gate=gate()))
    tab.activate()
    qtbot.waitUntil(lambda: tab.side.start.resume_button.isVisibleTo(tab))
    tab.side.open_form()
    assert tab.side.form is not None
    tab.side.form.field("epochs").editor.setText("3")  # type: ignore[attr-defined]
    seen = {"welcome": letters(tab)}
    tab.tester.test(0.01)
    seen["waiting"] = letters(tab)
    qtbot.waitUntil(lambda: not tab._context.jobs)
    for page in ("test", "runs"):
        tab.show_page(page)
        seen[page] = letters(tab)
    tab.start()
    qtbot.waitUntil(service.started.is_set)
    seen["running"] = letters(tab)
    service.finish()
    qtbot.waitUntil(lambda: not tab.controller.running)
    seen["result"] = letters(tab)
    twice = {place: [key for key, count in keys.items() if count > 1] for place, keys in seen.items()}
    assert {place: keys for place, keys in twice.items() if keys} == {}


def test_everything_that_takes_the_focus_has_a_name(qtbot: QtBot, tab: TrainTab) -> None:
    tab.side.open_form()
    tab.tester.test(0.01)
    qtbot.waitUntil(lambda: not tab._context.jobs)
    kinds = (QAbstractButton, QComboBox, QLineEdit, QTreeWidget)
    nameless = [
        widget
        for kind in kinds
        for widget in tab.findChildren(kind)
        if widget.isVisibleTo(tab) and _can_have_focus(widget) and not read_aloud(widget)[0]
    ]
    assert nameless == []


def _can_have_focus(widget: QWidget) -> bool:
    # Buttons inside scroll bars and tables are Qt's own.
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.objectName()[:3] != "qt_"
