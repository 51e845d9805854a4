"""The left side: photos, presets, settings."""

from __future__ import annotations

import dataclasses
import threading
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QStyle,
    QStyleOptionComboBox,
)
from pytestqt.qtbot import QtBot

from facecam.core.errors import DataError
from facecam.core.events import CancelToken, EventSink, Progress
from facecam.engine.audit.findings import FindingKind
from facecam.engine.training_jobs.request import DataSummary, TimeEstimate
from facecam.gui.core import translation
from facecam.gui.core.context import AppContext
from facecam.gui.core.preferences import Preferences
from facecam.gui.train.data.warnings_dialog import WarningsDialog
from facecam.gui.train.setup.options_form import OptionsForm
from facecam.gui.train.setup.side_panel import WIDTH_PX, TrainingSidePanel
from facecam.gui.train.tab import TrainTab
from facecam.gui.train.words import duration_words
from facecam.gui.widgets.card import ChoiceCard
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import presets
from tests.gui import sight
from tests.gui.train.fakes import FakeTrainService, summary, warning


def warning_buttons(tab: TrainTab) -> list[QAbstractButton]:
    return [one for one in sight.buttons(tab.side.data) if " × " in one.text()]


def test_messages_leave_the_start_free(qtbot: QtBot, tab: TrainTab, context: AppContext) -> None:
    tab.resize(1280, 700)
    with qtbot.waitSignal(context.controls_moved):
        tab.show()
    qtbot.waitUntil(lambda: tab.clearance_px > tab.side.start.height() > 40)
    start = tab.side.start.start_button
    assert start.mapTo(tab, start.rect().bottomLeft()).y() > tab.height() - tab.clearance_px


def test_the_tab_key_goes_from_top_to_bottom(qtbot: QtBot, tab: TrainTab) -> None:
    tab.resize(1280, 800)
    tab.show()
    cards = tab.side.findChildren(ChoiceCard)
    assert len(cards) == 3
    places: list[int] = []
    part = tab.side.data.nextInFocusChain()
    while part is not tab.side.data:
        by_key = part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isVisible()
        if by_key and tab.side.isAncestorOf(part) and not isinstance(part, QScrollArea):
            places.append(part.mapTo(tab.side, QPoint()).y())
        part = part.nextInFocusChain()
    assert len(places) > 5 and places == sorted(places)


@pytest.fixture(params=["en", "de"])
def panel(
    request: pytest.FixtureRequest, qtbot: QtBot, qapp: QApplication, preferences: Preferences
) -> TrainingSidePanel:
    """The left side by itself, with the presets, in each language."""
    translation.install(qapp, request.param)
    made = TrainingSidePanel(preferences)
    qtbot.addWidget(made)
    made.presets.show_presets(presets())
    return made


def test_no_warning_about_the_photos_makes_the_panel_wider(panel: TrainingSidePanel) -> None:
    """In one row, since what is below would be pushed."""
    panel.resize(WIDTH_PX, 500)
    panel.show()
    kinds = get_args(FindingKind)
    heights = set()
    for kind in kinds:
        found = [warning(kind)] * 12 + [warning(other) for other in kinds if other != kind]
        panel.data.show_summary(summary(warnings=found))
        QApplication.processEvents()
        heights.add(panel.data.height())
        assert panel._scroll.widget().width() <= panel._scroll.viewport().width()
    assert len(heights) == 1


def test_the_photos_in_figures(tab: TrainTab) -> None:
    assert "3 person(s) · 18 photo(s) | 15 usable face(s)" in sight.words(tab.side.data)


def test_warnings_by_kind_the_grave_ones_first(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    service.data = summary(warnings=[warning(), warning("suspicious label"), warning(person="Alan")])
    tab.side.data.refresh_wanted.emit()
    before = tab.side.presets.mapTo(tab, QPoint())
    qtbot.waitUntil(lambda: len(warning_buttons(tab)) == 1)
    assert warning_buttons(tab)[0].text() == "1 × suspicious labels"
    [other] = sight.button(tab.side.data, "1 more").menu().actions()
    assert other.text() == "2 × duplicates"
    assert tab.side.presets.mapTo(tab, QPoint()) == before, "warnings push nothing"
    other.trigger()
    dialog = tab.window().findChild(WarningsDialog)
    assert dialog is not None and dialog.windowTitle() == "2 × duplicates"
    qtbot.waitUntil(lambda: all(not one._picture.isNull() for one in _thumbs(dialog)))
    assert len(_thumbs(dialog)) == 2
    dialog.accept()


def test_nothing_of_another_model_is_said_while_photos_are_looked_at_anew(tab: TrainTab) -> None:
    card = tab.side.data
    card.show_summary(summary(warnings=[warning(), warning("suspicious label")]))
    QApplication.processEvents()
    below = tab.side.presets.mapTo(tab, QPoint())
    card.show_progress(0, 0)
    QApplication.processEvents()
    assert not warning_buttons(tab) and not sight.buttons(card, "1 more")
    assert tab.side.presets.mapTo(tab, QPoint()) == below


def _thumbs(dialog: WarningsDialog) -> list[object]:
    from facecam.gui.widgets.thumbnail import Thumbnail

    return dialog.findChildren(Thumbnail)


def test_photos_that_cannot_be_looked_at(qtbot: QtBot, tab: TrainTab, service: FakeTrainService) -> None:
    service.data = DataError("could not read /data", hint="Check the path.")
    tab.side.data.refresh_wanted.emit()
    qtbot.waitUntil(lambda: "could not be looked at" in sight.words(tab.side.data))
    assert "Check the path." in sight.words(tab.side.data)
    assert not tab.side.start.start_button.isEnabled()
    assert sight.button(tab.side.data, "Look at the photos again").isEnabled()


def test_nobody_there_leads_to_enroll(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    service.data = summary(0)
    tab.side.data.refresh_wanted.emit()
    qtbot.waitUntil(lambda: bool(sight.buttons(tab.side.data, "Enroll people")))
    with qtbot.waitSignal(context.tab_wanted) as wanted:
        tab.training.welcome.button.click()
    assert wanted.args[0] == "enroll"


def test_changed_people_are_looked_at_again(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, context: AppContext
) -> None:
    before = service.surveys
    context.people_changed.emit()
    qtbot.waitUntil(lambda: service.surveys == before + 1)
    tab.deactivate()
    context.people_changed.emit()
    assert service.surveys == before + 1
    tab.activate()
    qtbot.waitUntil(lambda: service.surveys == before + 2)


def test_cards_are_chosen_by_mouse_and_keyboard(qtbot: QtBot, tab: TrainTab) -> None:
    picker = tab.side.presets
    assert picker.preset is not None and picker.preset.name == "fine-tune"
    (quick,) = [one.title for one in presets() if one.name == "quick"]
    qtbot.mouseClick(sight.named(picker, ChoiceCard, quick), Qt.MouseButton.LeftButton)
    assert picker.preset.name == "quick" and tab.side.options.method == "head"  # type: ignore[union-attr]
    qtbot.keyClick(sight.named(picker, ChoiceCard, "Recipes"), Qt.Key.Key_Space)
    assert picker.preset.name == "scratch"


def test_settings_fold_out_and_are_checked_at_once(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService
) -> None:
    tab.side.open_form()
    form = tab.side.form
    assert form is not None
    line = form.field("learning_rate").editor
    assert isinstance(line, QLineEdit)
    line.setText("-1")
    assert tab.side.options is None and not tab.side.start.start_button.isEnabled()
    assert sight.words(tab.side.start) == '"Learning rate" is -1.0. Give a number from 0 to 100.'
    line.setText("much")
    assert "\"Learning rate\" is 'much'. Give a number." in form.error_text
    line.setText("3e-5")
    assert tab.side.options is not None and tab.side.options.learning_rate == 3e-5
    assert sight.button(tab.side, "More settings").text() == "&More settings · 1 changed"
    qtbot.waitUntil(lambda: service.estimated[-1].learning_rate == 3e-5)
    sight.button(tab.side, "Reset").click()
    assert form.changes == 0 and line.text() == "0.0001"


def test_the_time_of_other_settings_is_not_shown(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trying a graphics card takes long: neither what was known before is shown, nor what comes too late."""
    slow, fast = service.all_presets[0], service.all_presets[1]
    seconds, answer = {"network": 3600.0, "head": 10.0}, threading.Event()

    def estimate(options: TrainOptions, summary: DataSummary) -> TimeEstimate:
        service.estimated.append(options)
        if options.method == "network":
            assert answer.wait(60)
        return replace(service.time, seconds=seconds[options.method])

    monkeypatch.setattr(service, "estimate", estimate)
    start = tab.side.start
    tab.side.presets.choose(fast)
    assert start.start_button.text() == "&Start" and "being estimated" in sight.words(start)
    qtbot.waitUntil(lambda: "10 s" in start.start_button.text())
    tab.side.presets.choose(slow)
    assert start.start_button.text() == "&Start"
    qtbot.waitUntil(lambda: service.estimated[-1].method == "network")
    tab.side.presets.choose(fast)
    qtbot.waitUntil(lambda: "10 s" in start.start_button.text())
    answer.set()
    qtbot.waitUntil(lambda: not tab._context.jobs)
    assert "10 s" in start.start_button.text()


def test_every_setting_has_an_editor_with_help_and_keeps_its_value(
    qtbot: QtBot, preferences: Preferences
) -> None:
    form = OptionsForm(TrainOptions(), preferences)
    qtbot.addWidget(form)
    for one in presets():
        form.show_options(one.options)
        assert form.error is None and form.options == one.options and form.changes == 0
    names = {declared.name for declared in dataclasses.fields(TrainOptions)} - {"deploy"}
    for field in map(form.field, names):
        assert field.editor.toolTip() and sight.read_aloud(field.editor)[0] and field.help


def test_each_kind_of_editor_changes_its_option(qtbot: QtBot, preferences: Preferences) -> None:
    form = OptionsForm(TrainOptions(), preferences)
    qtbot.addWidget(form)
    form.field("flip").editor.setChecked(False)  # type: ignore[attr-defined]
    box = form.field("mining").editor
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("batch_hard"))
    form.field("max_minutes").editor.setText("12,5")  # type: ignore[attr-defined]
    form.field("generic_faces").editor.setText("/some/where")  # type: ignore[attr-defined]
    form.field("patience_epochs").editor.setText("3")  # type: ignore[attr-defined]
    options = form.options
    assert (options.flip, options.mining, options.max_minutes, options.patience_epochs) == (
        False, "batch_hard", 12.5, 3,
    )  # fmt: skip
    assert str(options.generic_faces) == str(Path("/some/where")) and form.changes == 5
    form.field("max_minutes").editor.setText("")  # type: ignore[attr-defined]
    assert form.options.max_minutes is None


def test_a_combination_that_cannot_be_meant_is_said(qtbot: QtBot, preferences: Preferences) -> None:
    form = OptionsForm(TrainOptions(), preferences)
    qtbot.addWidget(form)
    box = form.field("schedule").editor
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("file"))
    assert '"Schedule" file needs a file' in form.error_text


def test_durations_are_as_exact_as_an_estimate_can_be() -> None:
    given = [1, 33, 58, 370, 3600, 7900]
    assert [duration_words(one) for one in given] == ["5 s", "35 s", "1 min", "6 min", "1 h", "2 h 10 min"]


def test_a_training_can_start_while_the_photos_are_looked_at(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = threading.Event()

    def slow(on_event: EventSink, cancel: CancelToken) -> DataSummary:
        on_event(Progress("photos", 1, 1514))
        if cancel.wait(60):
            stopped.set()
        cancel.check()
        return summary()

    monkeypatch.setattr(service, "survey", slow)
    tab.side.data.refresh_wanted.emit()
    button = tab.side.start.start_button
    qtbot.waitUntil(lambda: "of 1514" in tab.side.data._detail.text() and button.isEnabled())
    button.click()
    qtbot.waitUntil(service.started.is_set)
    assert stopped.wait(30), "two would be slower than one"
    qtbot.waitUntil(lambda: "Not all photos" in tab.side.data._figures.text())
    service.finish()
    monkeypatch.undo()
    qtbot.waitUntil(lambda: "18 photo" in tab.side.data._figures.text())


def test_nobody_starts_while_it_is_not_known_whether_there_are_photos(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = threading.Event()

    def slow(on_event: EventSink, cancel: CancelToken) -> DataSummary:
        there.wait(60)
        return summary()

    monkeypatch.setattr(service, "survey", slow)
    tab.side.data.refresh_wanted.emit()
    assert not tab.side.start.start_button.isEnabled()
    there.set()
    qtbot.waitUntil(tab.side.start.start_button.isEnabled)


def test_the_settings_use_the_width_of_a_large_screen(qtbot: QtBot, tab: TrainTab) -> None:
    tab.show()
    tab.resize(1920, 1000)
    narrow = tab.side.width()
    tab.side.open_form()
    qtbot.waitUntil(lambda: tab.side.width() > 1.5 * narrow)
    form = tab.side.form
    assert form is not None
    columns = lambda: {one.mapTo(form, one.rect().topLeft()).x() for one in form._sections}  # noqa: E731
    qtbot.waitUntil(lambda: len(columns()) == 2)
    tab.resize(1280, 700)
    qtbot.waitUntil(lambda: tab.side.width() == narrow)
    qtbot.waitUntil(lambda: len(columns()) == 1)


def test_the_cards_do_not_move_when_the_photos_have_been_looked_at(
    qtbot: QtBot, tab: TrainTab, service: FakeTrainService, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab.show()
    card = next(iter(tab.side.presets._cards.values()))
    qtbot.waitUntil(lambda: card.height() > 0)
    at = lambda: card.mapTo(tab, card.rect().topLeft()).y()  # noqa: E731
    before, there = at(), threading.Event()

    def slow(on_event: EventSink, cancel: CancelToken) -> DataSummary:
        there.wait(60)
        return summary()

    monkeypatch.setattr(service, "survey", slow)
    tab.side.data.refresh_wanted.emit()
    qtbot.wait(50)
    assert at() == before
    there.set()
    qtbot.waitUntil(lambda: "18 photo" in tab.side.data._figures.text())
    assert at() == before


def test_a_recipe_says_on_whose_photos_it_trains(qtbot: QtBot, tab: TrainTab) -> None:
    assert tab.side.presets._whose.text() == "Trains on yours: 3 person(s), 18 photo(s)."
    for preset in presets():
        assert "The same 35 people" not in preset.description


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_name_of_no_setting_is_cut(
    qtbot: QtBot, qapp: QApplication, preferences: Preferences, language: str
) -> None:
    translation.install(qapp, language)
    form = OptionsForm(TrainOptions(), preferences)
    qtbot.addWidget(form)
    names = [field.name for field in dataclasses.fields(TrainOptions) if field.name != "deploy"]
    cut = {form.field(name).title for name in names if _is_cut(form.field(name)._label)}
    assert cut == set()


def _is_cut(name: QLabel) -> bool:
    return name.fontMetrics().horizontalAdvance(name.text()) > name.width()


def test_no_choice_of_a_setting_is_cut(panel: TrainingSidePanel) -> None:
    panel.open_form()
    panel.show()
    for section in panel.findChildren(OptionsForm)[0]._sections:
        section.unfold()
    QApplication.processEvents()
    boxes = panel.findChildren(OptionsForm)[0].findChildren(QComboBox)
    assert len(boxes) > 10
    cut = {text for box in boxes for text in map(box.itemText, range(box.count())) if _is_wider(text, box)}
    assert cut == set()


def _is_wider(text: str, box: QComboBox) -> bool:
    option = QStyleOptionComboBox()
    box.initStyleOption(option)
    part = QStyle.SubControl.SC_ComboBoxEditField
    room = box.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, box)
    return box.fontMetrics().horizontalAdvance(text) > room.width()


def test_folders_of_photos_are_asked_for_where_they_were_chosen_last(
    qtbot: QtBot, preferences: Preferences, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began: list[str] = []

    def choose(parent: object, title: str, folder: str) -> str:
        began.append(folder)
        return str(tmp_path / "faces")

    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getExistingDirectory", choose)
    for _ in range(2):
        form = OptionsForm(TrainOptions(), preferences)
        qtbot.addWidget(form)
        form.field("generic_faces")._on_browse()
        assert form.options.generic_faces == tmp_path / "faces"
    assert began[1] == str(tmp_path)
