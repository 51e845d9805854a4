"""Testing on one's own people, in the window."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QProgressDialog, QPushButton, QTreeWidget
from pytestqt.qtbot import QtBot

from facecam.core.errors import DataError
from facecam.core.events import Cancelled, CancelToken, EventSink, Progress
from facecam.core.types import ImageArray
from facecam.gui.core.context import AppContext, Message
from facecam.gui.train.data.photos_dialog import PhotosDialog
from facecam.gui.train.results import self_test_controller
from facecam.gui.train.results.chart import Chart
from facecam.gui.train.results.plots_dialog import PlotsDialog
from facecam.gui.train.tab import TrainTab
from tests.gui import sight
from tests.gui.train.fakes import FakeTrainService, report


def made_report(qtbot: QtBot, tab: TrainTab) -> None:
    tab.show_page("test")
    page = tab.tester.page
    qtbot.mouseClick(sight.button(page, "Test now"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "suggested threshold" in sight.words(page))


def test_the_paragraph_the_figures_and_who_is_confused(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    made_report(qtbot, tab)
    page = tab.tester.page
    assert service.targets == [0.01]
    assert "12 people were tested with 180 photos." in sight.words(page)
    assert "97.8 % | known people named rightly" in sight.words(page)
    assert "0.132 | suggested threshold" in sight.words(page)
    (chart,) = sight.in_sight(page, Chart)
    assert chart.last("fpir") == 1.0
    confusions = sight.named(page, QTreeWidget, "Who is confused with whom")
    assert sight.rows(confusions, 0, 1, 2, 3)[0] == ["Ada Lovelace", "Grace Hopper", "2", "3"]
    head, first = confusions.headerItem(), confusions.topLevelItem(0)
    assert [head.textAlignment(column) & Qt.AlignmentFlag.AlignRight for column in (2, 3)] == [
        first.textAlignment(column) & Qt.AlignmentFlag.AlignRight for column in (2, 3)
    ]
    confusions.itemActivated.emit(first, 0)
    dialog = page.findChild(PhotosDialog)
    assert dialog is not None and dialog.windowTitle() == "Ada Lovelace, taken for Grace Hopper"
    dialog.accept()


def test_the_suggested_threshold_is_applied(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    made_report(qtbot, tab)
    page = tab.tester.page
    with qtbot.waitSignal(context.people_changed):
        sight.button(page, "Use threshold 0.132").click()
    assert service.applied == [0.132] and service.applied_scores == ["squared_l2"]
    assert not sight.button(page, "In use: 0.132").isEnabled()


def test_what_was_found_of_another_model_leaves_the_screen(
    qtbot: QtBot, tab: TrainTab, context: AppContext
) -> None:
    made_report(qtbot, tab)
    context.model_changed.emit()
    page = tab.tester.page
    assert "suggested threshold" not in sight.words(page) and sight.button(page, "Test now").isEnabled()
    page.show_nothing()  # As after a test that was stopped.
    assert "suggested threshold" not in sight.words(page)


def test_a_cure_that_misses_many_known_people_is_not_the_green_button(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    made_report(qtbot, tab)
    page, usual = tab.tester.page, report()
    assert page._apply_button.property("kind") == "primary" and usual.suggested is not None
    missed = replace(usual.suggested.fnir, value=usual.in_use.fnir.value + 0.33)
    page.show_report(replace(usual, suggested=replace(usual.suggested, fnir=missed)))
    assert page._apply_button.property("kind") == ""
    assert page._apply_button.text() == "Use t&hreshold 0.132: 33 % more missed"
    page.show_report(usual)
    assert page._apply_button.property("kind") == "primary"


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
    qtbot.waitUntil(lambda: not tab.window().findChildren(QProgressDialog))  # It goes with the next events.
    assert page.findChild(PlotsDialog) is None


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
    assert dialog.focusWidget() is dialog.pages.tabBar() and close.text().replace("&", "") == "Close"
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
    targets = sight.named(page, QComboBox, "Share of strangers that may get a name")
    targets.setCurrentIndex(targets.findData(0.03))
    targets.activated.emit(targets.currentIndex())
    qtbot.waitUntil(lambda: service.targets == [0.01, 0.03])
    qtbot.waitUntil(lambda: "suggested threshold" in sight.words(page))


def test_too_few_people_have_no_threshold_to_apply(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    service.test_result = report(suggested=False)
    made_report(qtbot, tab)
    assert not sight.buttons(tab.tester.page, "Use threshold")
    assert "– | suggested threshold" in sight.words(tab.tester.page)


def test_a_test_that_cannot_be_made_says_why(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    shown: list[Message] = []
    context.message_shown.connect(shown.append)
    service.test_result = DataError("a test needs two people", hint="Enroll somebody else.")
    tab.tester.test(0.01)
    qtbot.waitUntil(lambda: bool(shown))
    assert shown[0].hint == "Enroll somebody else."
    assert sight.button(tab.tester.page, "Test now")
