"""The window as a whole: opens on anything, says what is wrong, and leaves nothing behind."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import CancelToken, EventSink
from facecam.core.types import Embeddings, Identity
from facecam.embedding.embedder import Embedder
from facecam.engine.components import open_store
from facecam.engine.diagnostics import overview
from facecam.engine.diagnostics.overview import take_overview
from facecam.engine.recognition import gallery_alignment
from facecam.gallery.gallery import Gallery
from facecam.gui.app.dialogs.help_dialog import HelpDialog
from facecam.gui.app.header import Header
from facecam.gui.app.maintenance import Housekeeping
from facecam.gui.app.status_line import StatusLine
from facecam.gui.app.tabs import PLANS
from facecam.gui.app.welcome import WelcomePage
from facecam.gui.app.window import MainWindow, fitted
from facecam.gui.core.context import AppContext
from facecam.gui.core.preferences import Preferences
from facecam.gui.enroll.changes import _Step
from facecam.gui.widgets.banner import Banner
from facecam.gui.widgets.card import ChoiceCard
from facecam.gui.widgets.icon_button import IconButton
from facecam.gui.widgets.look_dialog import Question
from tests.engine.fixtures import models_opened_once
from tests.gui.sight import in_sight, named, part, read_aloud

__all__ = ["models_opened_once"]

Open = Callable[..., MainWindow]
WRITTEN_BY_0_3_0 = Path(__file__).parents[2] / "fixtures" / "v0_3_0"


@pytest.fixture
def open_window(qtbot: QtBot, preferences: Preferences, tmp_path: Path) -> Iterator[Open]:
    """Opens a window on settings and waits until it is ready; closes it afterwards."""
    opened: list[MainWindow] = []

    def make(settings: Settings) -> MainWindow:
        context = AppContext(settings, preferences, settings_file=tmp_path / "facecam.toml")
        window = MainWindow(context)
        opened.append(window)
        qtbot.addWidget(window)
        window.show()
        window.warm_up()
        qtbot.waitUntil(lambda: window.ready, timeout=60_000)
        return window

    yield make
    for window in opened:
        window.close()
        window.context.deleteLater()


def texts(window: MainWindow) -> str:
    return "\n".join(one.text() for one in window.findChildren(QLabel) if one.isVisible())


def model_button(window: MainWindow) -> IconButton:
    """The one that says which network recognises faces."""
    [found] = [one for one in window.findChildren(IconButton) if one.accessibleName().startswith("Model: ")]
    return found


def enroll_by_another_model(settings: Settings) -> None:
    vectors = np.eye(2, 128, dtype=np.float32)
    gallery = Gallery.empty("other-model", 128).add_all([("Ada", Embeddings(vectors, "other-model"))])
    open_store(settings).update(lambda _: gallery, start_over=True)


def test_a_newcomer_is_led_to_enrollment(open_window: Open, settings: Settings, qtbot: QtBot) -> None:
    window = open_window(settings)
    page = window.findChild(WelcomePage)
    assert page is not None and page.isVisible()
    assert "0 people" in texts(window) or "0 person(s)" in texts(window)
    button = next(one for one in page.findChildren(QPushButton) if one.property("kind") == "primary")
    button.click()
    assert window.current_tab is not None and not page.isVisible()
    assert type(window.current_tab).__name__ == "EnrollTab"


def test_the_welcome_is_shown_once(open_window: Open, settings: Settings, preferences: Preferences) -> None:
    preferences.put("welcomed", True)
    window = open_window(settings)
    assert window.findChild(WelcomePage) is None and window.current_tab is not None


def test_every_tab_opens_and_is_remembered(
    open_window: Open, settings: Settings, preferences: Preferences, strays: list[str]
) -> None:
    window = open_window(settings)
    seen = []
    for plan in PLANS:
        window.context.go_to(plan.name)
        seen.append(type(window.current_tab).__name__)
        assert preferences.text("tab", "") == plan.name
    assert seen == ["EnrollTab", "TrainTab", "LiveTab"]
    assert strays == []


def test_without_models_it_opens_and_offers_the_cure(open_window: Open, empty_settings: Settings) -> None:
    window = open_window(empty_settings)
    assert "There is no model 'dlib-ResNet'" in texts(window)
    assert any("Repair" in one.text() for one in window.findChildren(QPushButton) if one.isVisible())


def test_a_damaged_model_is_said(open_window: Open, settings: Settings, tmp_path: Path) -> None:
    import shutil

    weights = tmp_path / "weights"
    shutil.copytree(settings.weights / "dlib-resnet", weights / "dlib-resnet")
    with open(weights / "dlib-resnet" / "model.bin", "r+b") as file:
        file.write(b"\0" * 64)
    window = open_window(replace(settings, weights=weights))
    assert "is not the file its card describes" in texts(window)


def test_people_of_another_model_are_offered_a_rebuild(
    open_window: Open, settings: Settings, qtbot: QtBot
) -> None:
    enroll_by_another_model(settings)
    window = open_window(settings)
    assert "enrolled with another model" in texts(window)
    assert "gallery of another model" in texts(window)
    rebuild = next(one for one in window.findChildren(QPushButton) if "Rebuild now" in one.text())
    with qtbot.waitSignal(window.context.message_shown, timeout=60_000) as shown:
        rebuild.click()
    # There are no photos to rebuild from: that is said, and the old database is as it was.
    assert "No usable photos" in shown.args[0].text
    loaded = open_store(settings).load()
    assert loaded is not None and [one.name for one in loaded.identities] == ["Ada"]


def test_a_change_under_way_is_not_taken_for_a_fault(
    open_window: Open, settings: Settings, qtbot: QtBot
) -> None:
    window, go_on = open_window(settings), threading.Event()
    keeping = window.housekeeping
    keeping._start(lambda on_event, cancel: int(go_on.wait(60)), "Changing the model", lambda _: None)
    with qtbot.assertNotEmitted(keeping.overview_taken, wait=300):
        keeping.look()  # Half of it is done: the people are of another model now.
    with qtbot.waitSignal(keeping.overview_taken, timeout=60_000):
        go_on.set()


def test_people_of_another_alignment_are_offered_a_rebuild_once(
    open_window: Open, settings: Settings, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the version before wrote, and photos to make it anew from: one press, and it is up to date."""
    for name in ("data", "database"):
        shutil.copytree(WRITTEN_BY_0_3_0 / name, getattr(settings, name))
    monkeypatch.setattr(gallery_alignment, "OWN_LANDMARKS", frozenset({"hog"}))
    monkeypatch.setattr(Embedder, "alignment_of", lambda *_: "five+dlib")
    window = open_window(replace(settings, detector="hog"))
    assert "enrolled with another detector" in texts(window)
    assert "gallery of another detector" in texts(window)
    rebuild = next(one for one in window.findChildren(QPushButton) if "Rebuild now" in one.text())
    with qtbot.waitSignal(window.context.message_shown, timeout=60_000) as shown:
        rebuild.click()
    assert "up to date again" in shown.args[0].text
    qtbot.waitUntil(lambda: "gallery up to date" in texts(window), timeout=60_000)
    loaded = open_store(settings).load()
    assert loaded is not None and loaded.alignment == "five+dlib" and len(loaded) == 3


def test_it_is_not_said_with_every_look(
    open_window: Open, settings: Settings, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("data", "database"):
        shutil.copytree(WRITTEN_BY_0_3_0 / name, getattr(settings, name))
    monkeypatch.setattr(gallery_alignment, "OWN_LANDMARKS", frozenset({"hog"}))
    window = open_window(replace(settings, detector="hog"))
    said: list[str] = []
    window.context.message_shown.connect(lambda message: said.append(message.text))
    with qtbot.waitSignal(window.housekeeping.overview_taken, timeout=60_000):
        window.housekeeping.look()
    assert not [text for text in said if "another detector" in text]


def test_people_changed_elsewhere_are_read_again_once(
    open_window: Open, settings: Settings, qtbot: QtBot
) -> None:
    """Another window on the same folder, the command line, another station."""
    enroll_by_another_model(settings)
    window = open_window(settings)
    keeping, told = window.housekeeping, window.context.people_changed
    keeping._others.setInterval(20)
    qtbot.waitUntil(lambda: bool(keeping._seen))
    with qtbot.waitSignal(told):
        open_store(settings).update(lambda gallery: gallery.remove(gallery.people[0].identity))
    qtbot.waitUntil(lambda: bool(keeping._seen))
    with qtbot.assertNotEmitted(told, wait=200):
        pass


def test_a_change_made_here_is_not_told_twice(open_window: Open, settings: Settings, qtbot: QtBot) -> None:
    enroll_by_another_model(settings)
    window = open_window(settings)
    keeping, context = window.housekeeping, window.context
    qtbot.waitUntil(lambda: keeping.overview is not None)
    keeping._ask_for_others()
    qtbot.waitUntil(lambda: bool(keeping._seen))
    context.set_busy("enrolling", "Enrolling people")
    open_store(settings).update(lambda gallery: gallery.remove(gallery.people[0].identity))
    keeping._ask_for_others()
    assert not keeping._asking.pending
    context.set_busy("enrolling", "")
    context.people_changed.emit()
    with qtbot.assertNotEmitted(context.people_changed, wait=200):
        keeping._ask_for_others()
        qtbot.waitUntil(lambda: bool(keeping._seen))


def test_a_damaged_database_is_said(open_window: Open, settings: Settings) -> None:
    enroll_by_another_model(settings)
    for file in settings.database.rglob("*.npy"):
        file.write_bytes(b"not numpy")
    window = open_window(settings)
    assert "gallery damaged" in texts(window)


def test_remembered_rubbish_does_not_stop_the_start(
    open_window: Open, settings: Settings, preferences: Preferences
) -> None:
    preferences.put("tab", "no such tab")
    preferences.put_state("window", QByteArray(b"rubbish"))
    window = open_window(settings)
    assert window.width() >= 760, "the screen of the tests has 800"


@pytest.mark.parametrize(
    ("room", "least"), [(QSize(1366, 768), QSize(1280, 700)), (QSize(911, 512), QSize(880, 460))]
)
def test_the_first_window_fits_on_the_screen_with_its_title_bar(
    open_window: Open, settings: Settings, monkeypatch: pytest.MonkeyPatch, room: QSize, least: QSize
) -> None:
    """Below the edge of a small screen, or of large letters, would be half of the controls of Live."""

    class LaptopScreen:
        def availableSize(self) -> QSize:
            return room

        def availableGeometry(self) -> QRect:
            return QRect(QPoint(0, 0), room)

    monkeypatch.setattr(MainWindow, "screen", lambda self: LaptopScreen())
    window = open_window(settings)
    assert least.width() <= window.width() <= min(1280, room.width())
    assert least.height() <= window.height() <= room.height() - 28


def test_the_place_of_the_window_is_remembered(
    open_window: Open, settings: Settings, preferences: Preferences
) -> None:
    window = open_window(settings)
    window.resize(1000, 700)
    window.close()
    assert not preferences.state("window").isEmpty()
    again = open_window(settings)
    assert again.height() == 700  # The screen of the tests is narrower than the window.


def test_closing_asks_while_something_runs_and_stops_it(
    open_window: Open, settings: Settings, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    window = open_window(settings)
    started, stopped = threading.Event(), threading.Event()

    def work(on_event: EventSink, cancel: CancelToken) -> None:
        started.set()
        if cancel.wait(60):
            stopped.set()

    window.context.run(work, done=lambda _: None)
    window.context.set_busy("test", "Training")
    qtbot.waitUntil(started.is_set, timeout=30_000)  # The pool may still be warming the models up.
    asked: list[str] = []

    def answer(accept: bool) -> Callable[[Question], bool]:
        def confirmed(question: Question) -> bool:
            asked.append(question.findChildren(QLabel)[1].text())
            return accept

        return confirmed

    monkeypatch.setattr(Question, "confirmed", answer(False))
    assert not window.close() and window.isVisible() and not stopped.is_set()
    monkeypatch.setattr(Question, "confirmed", answer(True))
    assert window.close() and stopped.wait(60)
    assert asked == ["Still running: Training"] * 2


def test_a_signal_closes_without_asking(open_window: Open, settings: Settings) -> None:
    window = open_window(settings)
    window.context.set_busy("test", "Training")
    told: list[bool] = []
    window.closed.connect(lambda: told.append(True))
    window.close_unasked()
    assert told == [True] and not window.isVisible()


def test_no_thread_is_left(open_window: Open, settings: Settings) -> None:
    before = {one.name for one in threading.enumerate()}
    window = open_window(settings)
    for plan in PLANS:
        window.context.go_to(plan.name)
    window.close()
    left = {one.name for one in threading.enumerate()} - before
    assert not {name for name in left if name.startswith("facecam")}


def test_full_screen_and_the_panel_of_stages(open_window: Open, settings: Settings, qtbot: QtBot) -> None:
    window = open_window(settings)
    window.toggle_full_screen()
    assert window.isFullScreen()
    window.toggle_full_screen()
    assert not window.isFullScreen()
    before = window.context.preferences.stage_panel
    window._toggle_panel()
    assert window.context.preferences.stage_panel is not before


def test_the_demo_leaves_the_users_folders_alone(
    open_window: Open, settings: Settings, demo: object, qtbot: QtBot
) -> None:
    window = open_window(settings)
    with qtbot.waitSignal(window.demo.entered, timeout=60_000):
        window.demo.enter()
    assert window.context.settings.data != settings.data
    own = window.context.settings.data
    qtbot.waitUntil(lambda: "2 p" in texts(window))
    window.demo.leave()
    assert window.context.settings == settings
    assert not settings.data.exists() and not settings.database.exists() and not own.exists()


def test_controls_of_the_frame_can_be_read_aloud(open_window: Open, settings: Settings) -> None:
    window = open_window(settings)
    buttons = [
        one for one in in_sight(part(window, Header), QToolButton) if one.parent() is part(window, Header)
    ]
    assert len(buttons) >= 3
    for button in buttons:
        assert read_aloud(button)[0] and button.toolTip()
    assert part(window, Header).tabs.accessibleName()
    assert all(part(window, Header).tabs.tabToolTip(index) for index in range(3))


def test_work_has_ended_before_the_tabs_shut_down(
    open_window: Open, settings: Settings, preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> None:
    preferences.put("welcomed", True)
    window, started, ended = open_window(settings), threading.Event(), threading.Event()
    seen: list[tuple[bool, bool]] = []

    def work(on_event: EventSink, cancel: CancelToken) -> None:
        started.set()
        cancel.wait(60)
        ended.set()

    window.context.run(work, done=lambda _: None)
    assert started.wait(60)
    tab: Any = window.current_tab

    def look() -> None:
        seen.append((ended.is_set(), any(job.running for job in window.context.jobs)))

    monkeypatch.setattr(tab, "shut_down", look)
    window.close_unasked()
    assert seen == [(True, False)]


def test_a_trained_model_is_told_from_what_it_was_made_of(open_window: Open, settings: Settings) -> None:
    window = open_window(settings)
    overview = take_overview(settings)
    original = next(one for one in overview.models if one.in_use)
    trained = replace(original, name="a-1", title=f"{original.title}, with a head for 5 people")
    models = (trained, replace(original, in_use=False), *(one for one in overview.models if not one.in_use))
    part(window, Header).show_models(replace(overview, model=trained, models=models))
    assert model_button(window).text().startswith("a-1 ")
    actions = [one.text() for one in model_button(window).menu().actions()]
    assert actions[0] == f"a-1 · {trained.title}" and original.title in actions
    part(window, Header).show_models(overview)
    assert model_button(window).text().startswith("dlib-ResNet ")


@pytest.mark.parametrize(
    "screen", [QRect(0, 0, 1366, 728), QRect(0, 24, 1280, 776), QRect(1920, 0, 1280, 800)]
)
def test_the_window_is_whole_on_the_screen_it_is_on(screen: QRect) -> None:
    for frame in (QRect(0, 0, 1282, 840), QRect(300, 300, 1280, 800), QRect(-50, -9, 1920, 1080)):
        assert screen.contains(fitted(frame, screen)), frame
    inside = QRect(screen.left() + 10, screen.top() + 10, 900, 600)
    assert fitted(inside, screen) == inside


def test_a_training_is_seen_from_every_tab(open_window: Open, empty_settings: Settings) -> None:
    window = open_window(empty_settings)
    window.show_tab("live")
    tabs, training = part(window, Header).tabs, part(part(window, StatusLine), QPushButton)
    window.context.activity_changed.emit("Training, about 4 min left", 43, 100)
    assert tabs.tabText(1) == "Train · 43 %" and "4 min" in tabs.tabToolTip(1)
    assert training.isVisible() and "43" in training.text()
    training.click()
    assert tabs.currentIndex() == 1, "a click goes to it"
    window.context.activity_changed.emit("", 0, 0)
    assert tabs.tabText(1) == "Train" and not training.isVisible()


def test_messages_float_over_the_tab_and_above_its_controls(
    open_window: Open, empty_settings: Settings, qtbot: QtBot
) -> None:
    window = open_window(empty_settings)
    window.show_tab("live")
    live = window.current_tab
    assert live is not None
    before = live.geometry()
    window.context.show_notice("Something happened.")
    banner = part(window, Banner)
    assert banner.isVisible() and live.geometry() == before
    bar = live.bar  # type: ignore[attr-defined]
    assert banner.mapToGlobal(banner.rect().bottomLeft()).y() < bar.mapToGlobal(bar.rect().topLeft()).y()


def test_help_and_the_report_are_in_the_menu(
    open_window: Open, empty_settings: Settings, qtbot: QtBot
) -> None:
    window = open_window(empty_settings)
    actions = {one.text().replace("&", ""): one for one in named(window, IconButton, "More").menu().actions()}
    assert {"Help…", "Keyboard…", "Report a problem…"} <= set(actions)
    actions["Help…"].trigger()
    [page] = window.findChildren(HelpDialog)
    text = page.page.toPlainText()
    assert "Ctrl+Z" in text and "Try it live" in text and "Report a problem" in text
    page.accept()
    with qtbot.waitSignal(window.report_wanted):
        actions["Report a problem…"].trigger()


@pytest.mark.parametrize(("card", "tab"), [(0, 0), (1, 2), (2, 1)])
def test_the_steps_of_the_first_page_lead_there(
    open_window: Open, empty_settings: Settings, qtbot: QtBot, card: int, tab: int
) -> None:
    window = open_window(empty_settings)
    [page] = window.findChildren(WelcomePage)
    qtbot.mouseClick(page.findChildren(ChoiceCard)[card], Qt.MouseButton.LeftButton)
    assert part(window, Header).tabs.currentIndex() == tab and window.current_tab is not None


def test_a_change_undone_by_key_takes_its_offer_along(
    open_window: Open, empty_settings: Settings, qtbot: QtBot
) -> None:
    window = open_window(empty_settings)
    window.show_tab("enroll")
    changes = window.current_tab.changes  # type: ignore[union-attr]
    changes._record(_Step("Ada was deleted", lambda: Identity("1", "Ada")), "")
    shown = lambda: [one.text for one in part(window, Banner).shown]  # noqa: E731
    assert "Ada was deleted." in shown()
    changes.undo()
    qtbot.waitUntil(lambda: "Taken back: Ada was deleted." in shown())
    assert "Ada was deleted." not in shown()


def test_nothing_said_of_people_outlives_their_erasure(open_window: Open, empty_settings: Settings) -> None:
    window = open_window(empty_settings)
    window.context.show_notice("Ada was deleted.")
    assert "Ada was deleted." in [one.text for one in part(window, Banner).shown]
    window.context.erased.emit()
    assert not part(window, Banner).shown and not part(window, Banner).isVisible()


def test_a_look_that_failed_is_not_the_last(
    context: AppContext, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Settings] = []

    def fail_once(settings: Settings) -> object:
        looks.append(settings)
        if len(looks) == 1:
            raise DataError("the folder cannot be read", hint="Look again.")
        return take_overview(settings)

    monkeypatch.setattr(overview, "take_overview", fail_once)
    keeping = Housekeeping(context, context)
    keeping.look()
    qtbot.waitUntil(lambda: len(looks) == 1 and not context.jobs)
    with qtbot.waitSignal(keeping.overview_taken):
        keeping.look()
