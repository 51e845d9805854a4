"""Testing on one's own people, in the window."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressDialog, QPushButton
from pytestqt.qtbot import QtBot

from facecam.core.errors import DataError
from facecam.core.events import Cancelled, CancelToken, EventSink, Progress
from facecam.core.types import ImageArray
from facecam.gui.core.context import AppContext, Message
from facecam.gui.train.data.photos_dialog import PhotosDialog
from facecam.gui.train.results import self_test_controller
from facecam.gui.train.results.plots_dialog import PlotsDialog
from facecam.gui.train.tab import TrainTab
from tests.gui.train.fakes import FakeTrainService, report


def made_report(qtbot: QtBot, tab: TrainTab) -> None:
    tab.show_page("test")
    page = tab.tester.page
    qtbot.mouseClick(page._empty.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page._stack.currentWidget() is page._result)


def test_the_paragraph_the_figures_and_who_is_confused(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    made_report(qtbot, tab)
    page = tab.tester.page
    assert service.targets == [0.01]
    assert page._words.text().startswith("12 people were tested with 180 photos.")
    assert page._known_now._value.text() == "97.8 %"
    assert page._suggested._value.text() == "0.132"
    assert page._chart.last("fpir") == 1.0
    first = page._confusions.topLevelItem(0)
    assert first is not None
    assert [first.text(column) for column in range(4)] == ["Ada Lovelace", "Grace Hopper", "2", "3"]
    page._confusions.itemActivated.emit(first, 0)
    dialog = page.findChild(PhotosDialog)
    assert dialog is not None and dialog.windowTitle() == "Ada Lovelace, taken for Grace Hopper"
    dialog.accept()


def test_the_suggested_threshold_is_applied(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    made_report(qtbot, tab)
    page = tab.tester.page
    with qtbot.waitSignal(context.people_changed):
        page._apply_button.click()
    assert service.applied == [0.132] and service.applied_scores == ["squared_l2"]
    assert page._apply_button.text() == "In use: 0.132" and not page._apply_button.isEnabled()


def test_plots_that_take_long_have_progress_and_can_be_cancelled(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_test_controller, "_PATIENCE_MS", 0)
    heard = threading.Event()

    def plots(on_event: EventSink, cancel: CancelToken) -> tuple[tuple[str, ImageArray], ...]:
        on_event(Progress("photos", 30, 100))
        while not cancel.wait(0.01):
            heard.set()
        raise Cancelled

    monkeypatch.setattr(service, "plots", plots)
    made_report(qtbot, tab)
    page = tab.tester.page
    page.plots_button.click()
    qtbot.waitUntil(heard.is_set)
    [bar] = tab.window().findChildren(QProgressDialog)
    qtbot.waitUntil(lambda: (bar.value(), bar.maximum()) == (30, 100) and bar.isVisible())
    [button] = bar.findChildren(QPushButton)
    button.click()
    qtbot.waitUntil(page.plots_button.isEnabled)
    assert page.findChild(PlotsDialog) is None and not tab.window().findChildren(QProgressDialog)


def test_plots_are_shown_under_tabs(qtbot: QtBot, tab: TrainTab) -> None:
    made_report(qtbot, tab)
    page = tab.tester.page
    page.plots_button.click()
    qtbot.waitUntil(lambda: page.findChild(PlotsDialog) is not None)
    dialog = page.findChild(PlotsDialog)
    assert dialog is not None and page.plots_button.isEnabled()
    titles = [dialog.pages.tabText(index) for index in range(dialog.pages.count())]
    assert titles == ["ROC", "Two taken for one", "Map (PCA)"]
    close = dialog.findChild(QPushButton)
    assert dialog.focusWidget() is dialog.pages.tabBar() and close.text() == "&Close"
    dialog.accept()


def test_a_fault_while_drawing_is_shown_and_the_button_works_again(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    made_report(qtbot, tab)
    page = tab.tester.page
    service.test_result = DataError("nobody has two photos", hint="Add photos.")
    with qtbot.waitSignal(context.message_shown):
        page.plots_button.click()
    assert page.plots_button.isEnabled() and page.findChild(PlotsDialog) is None


def test_another_share_of_strangers_is_tested_anew(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    made_report(qtbot, tab)
    page = tab.tester.page
    page._targets.setCurrentIndex(page._targets.findData(0.03))
    page._targets.activated.emit(page._targets.currentIndex())
    qtbot.waitUntil(lambda: service.targets == [0.01, 0.03])
    qtbot.waitUntil(lambda: tab.tester._job is None)


def test_too_few_people_have_no_threshold_to_apply(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    service.test_result = report(suggested=False)
    made_report(qtbot, tab)
    assert not tab.tester.page._apply_button.isVisibleTo(tab)
    assert tab.tester.page._suggested._value.text() == "–"


def test_a_test_that_cannot_be_made_says_why(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    shown: list[Message] = []
    context.message_shown.connect(shown.append)
    service.test_result = DataError("a test needs two people", hint="Enrol somebody else.")
    tab.tester.test(0.01)
    qtbot.waitUntil(lambda: bool(shown))
    assert shown[0].hint == "Enrol somebody else."
    assert tab.tester.page._stack.currentWidget() is tab.tester.page._empty
