"""Models in the window: a known one in two clicks, compared before anything changes, used, deleted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtWidgets import QCheckBox, QPushButton, QTreeWidget, QWidget
from pytestqt.qtbot import QtBot

from facecam.core.config import Settings, load_settings
from facecam.engine import components
from facecam.engine.models import published as module
from facecam.engine.models.choice import ModelChoice
from facecam.engine.models.published_catalog import PUBLISHED
from facecam.gui.app.dialogs.models_dialog import Compared, ModelsDialog
from facecam.gui.app.dialogs.models_table import ModelsTable
from facecam.gui.core.context import AppContext
from facecam.gui.core.preferences import Preferences
from tests.engine.fixtures import Heads, heads
from tests.engine.models.test_custom import crowd, here
from tests.engine.models.test_published import published_as, put, sha256, zipped
from tests.engine.studio import save
from tests.gui.sight import button, buttons, in_sight, words
from tests.runtime.tiny import onnx_embedder, onnx_grid_detector
from tests.runtime.web import WebServer, broken_off, serving, whole

__all__ = ["heads", "here"]
PATIENCE_MS = 60_000
YUNET, SFACE = onnx_grid_detector((1, 1, 4, 10)), onnx_embedder(seed=1)


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    """Gives stand-ins for YuNet, SFace and, on terms and in an archive, w600k-mbf."""
    with serving(monkeypatch) as running:
        packed = zipped(**{"w600k_mbf.onnx": SFACE})
        for name, content, inside in (
            ("yunet", YUNET, YUNET),
            ("sface", SFACE, SFACE),
            ("w600k-mbf", packed, SFACE),
        ):
            entry = replace(
                PUBLISHED[name].file, url=f"{running.url}/{name}", size=len(content), sha256=sha256(content)
            )
            monkeypatch.setitem(PUBLISHED, name, published_as(name, entry, inside))
        real = module.download
        monkeypatch.setattr(
            module, "download", lambda *given, **named: real(*given, **{**named, "backoff_s": 0.0})
        )
        yield running


class Shelf:
    """The dialog, opened, and its list."""

    def __init__(self, qtbot: QtBot, context: AppContext) -> None:
        self.qtbot, self.context = qtbot, context
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.dialog = ModelsDialog(context, self.window)
        self.dialog.show()
        self.wait(lambda: bool(self.names()))

    @property
    def table(self) -> QTreeWidget:
        return self.dialog.findChild(QTreeWidget)

    def names(self) -> list[str]:
        return [
            self.table.topLevelItem(row).data(0, 256).name for row in range(self.table.topLevelItemCount())
        ]

    def choose(self, name: str) -> None:
        self.table.setCurrentItem(self.table.topLevelItem(self.names().index(name)))

    def state(self, name: str) -> str:
        return self.table.topLevelItem(self.names().index(name)).text(3)

    def wait(self, until: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(until, timeout=PATIENCE_MS)

    def says(self, text: str) -> None:
        self.wait(lambda: text in words(self.dialog) and not self.context.jobs)

    def press(self, text: str) -> None:
        pressed = button(self.dialog, text)
        self.wait(pressed.isEnabled)  # The list is read anew after each change.
        pressed.click()


@pytest.fixture
def shelf(
    qtbot: QtBot, here: Settings, web: WebServer, preferences: Preferences, tmp_path: Path
) -> Iterator[Shelf]:
    """A model of one's own is in use; nothing was fetched yet."""
    put(here, "in-use", tmp_path)
    components.open_weights(here).deploy("in-use")
    context = AppContext(here, preferences, settings_file=tmp_path / "facecam.toml")
    yield Shelf(qtbot, context)
    assert context.shut_down()


def test_the_list_says_what_each_is_good_for_its_size_state_and_licence(shelf: Shelf) -> None:
    row = shelf.table.topLevelItem(shelf.names().index("auraface"))
    assert [row.text(column) for column in range(5)] == [
        "AuraFace", "tells faces apart: large, for commercial use too", "261 MB", "to be fetched", "Apache-2.0",
    ]  # fmt: skip
    shelf.choose("in-use")
    assert shelf.state("in-use") == "in use" and not buttons(shelf.dialog, "Delete")


def test_two_clicks_fetch_try_and_compare_and_change_nothing(shelf: Shelf, web: WebServer) -> None:
    web.give(whole(SFACE))
    shelf.choose("sface")
    shelf.press("Get it")
    shelf.says("It is here now. Nothing has changed yet.")
    assert "The models were not compared: " in words(shelf.dialog)
    assert "before it was tried on about 15 people" in words(shelf.dialog)
    shelf.wait(lambda: shelf.state("sface") == "here, not calibrated")
    assert not button(shelf.dialog, "Use it").isEnabled() and shelf.state("in-use") == "in use"
    assert components.open_weights(shelf.context.settings).deployed() == "in-use"


def test_calibrated_on_a_folder_it_is_put_to_use_by_a_click(
    shelf: Shelf, web: WebServer, tmp_path: Path
) -> None:
    shelf.dialog._photos = crowd(tmp_path / "people", 20, 3)
    web.give(whole(SFACE))
    shelf.choose("sface")
    shelf.press("Get it")
    shelf.says("It is here now")
    shelf.wait(lambda: shelf.state("sface") == "here")
    wanted: list[str] = []
    shelf.context.model_wanted.connect(wanted.append)
    shelf.press("Use it")
    assert wanted == ["sface"]
    shelf.wait(lambda: not shelf.window.findChildren(ModelsDialog))


def test_what_was_compared_is_said_of_both(shelf: Shelf) -> None:
    def report(missed: float) -> SimpleNamespace:
        point = SimpleNamespace(fnir=SimpleNamespace(value=missed), fpir=SimpleNamespace(value=0.01))
        return SimpleNamespace(suggested=point)

    reports = {"in-use": report(0.012), "sface": report(0.025), "new": SimpleNamespace(suggested=None)}
    shelf.dialog._on_got(Compared("sface", "in-use", False, True, reports))
    assert shelf.dialog._result.text().splitlines() == [
        "in-use (in use): 1.2 % of known faces missed where 1.0 % of strangers get a name",
        "sface: 2.5 % of known faces missed where 1.0 % of strangers get a name",
        "new: too few people and photos to say",
        "It is here now. Nothing has changed yet.",
    ]


def test_terms_are_shown_and_kept_to_before_anything_is_fetched(shelf: Shelf, web: WebServer) -> None:
    shelf.choose("w600k-mbf")
    assert "non-commercial research only" in words(shelf.dialog)
    assert not button(shelf.dialog, "Get it").isEnabled()
    (terms,) = in_sight(shelf.dialog, QCheckBox)
    terms.setChecked(True)
    web.give(whole(zipped(**{"w600k_mbf.onnx": SFACE})))
    shelf.press("Get it")
    shelf.says("It is here now")
    shelf.choose("scrfd-500m")
    assert not button(shelf.dialog, "Get it").isEnabled(), "each on its own terms"


def test_a_detector_is_compared_on_a_folder_and_used_from_then_on(
    shelf: Shelf, web: WebServer, heads: Heads, tmp_path: Path
) -> None:
    for name, picture in heads.items():
        save(picture, tmp_path / "people" / name / "0.png")
    shelf.dialog._photos = tmp_path / "people"
    web.give(broken_off(YUNET, 500, ETag='"a"'), whole(YUNET, ETag='"a"'))
    shelf.choose("yunet")
    shelf.press("Get it")
    shelf.says("centerface (in use): a face in 3 of 3 photo")
    assert web.ranges()[1] == "bytes=500-", "resumed"
    assert shelf.context.settings.detector == "centerface"
    shelf.press("Use it")
    assert shelf.context.settings.detector == "yunet"
    shelf.wait(lambda: (tmp_path / "facecam.toml").is_file())
    assert load_settings({}, tmp_path / "facecam.toml").detector == "yunet"


@pytest.mark.parametrize("what", ["another file", "zeros", "no server"])
def test_what_is_no_good_is_said_in_two_lines_and_nothing_changes(
    shelf: Shelf, web: WebServer, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    if what == "zeros":
        zeros = onnx_grid_detector((1, 1, 4, 10), zeros=True)
        entry = replace(PUBLISHED["yunet"].file, size=len(zeros), sha256=sha256(zeros))
        monkeypatch.setitem(PUBLISHED, "yunet", replace(PUBLISHED["yunet"], file=entry))
        web.give(whole(zeros))
    elif what == "another file":
        web.give(*[whole(b"x" * len(YUNET))] * 4)
    else:
        web.give(*[broken_off(YUNET, 500)] * 4)
    shelf.choose("yunet")
    shelf.press("Get it")
    shelf.wait(lambda: not shelf.context.jobs)
    said = shelf.dialog._result.text()
    assert len(said.splitlines()) == 2 and shelf.dialog._result.property("role") == "fault", said
    shelf.wait(lambda: shelf.state("yunet") == "to be fetched")
    assert components.open_weights(shelf.context.settings).names() == ["in-use"]


def test_it_can_be_stopped_and_closed_meanwhile(
    shelf: Shelf, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = threading.Event()

    def slow(*given: Any, cancel: Any, **named: Any) -> None:
        begun.set()
        while not cancel.cancelled:
            cancel.wait(0.02)
        cancel.check()

    monkeypatch.setattr(module, "download", slow)
    shelf.choose("sface")
    shelf.press("Get it")
    assert begun.wait(60) and "Getting a model" in shelf.context.busy_with
    shelf.press("Cancel")
    shelf.says("Stopped. Nothing has changed.")
    shelf.press("Get it")
    shelf.dialog.close()
    shelf.wait(lambda: not shelf.context.jobs)
    assert not shelf.context.busy_with


def test_a_model_that_is_not_in_use_is_deleted_with_what_was_fetched(shelf: Shelf, web: WebServer) -> None:
    settings = shelf.context.settings
    web.give(whole(YUNET))
    shelf.choose("yunet")
    shelf.press("Get it")
    shelf.says("It is here now")
    shelf.wait(lambda: len(buttons(shelf.dialog, "Delete this model")) == 1)
    shelf.dialog.delete("yunet")
    shelf.says("yunet was deleted.")
    shelf.wait(lambda: shelf.state("yunet") == "to be fetched")
    assert not list((settings.weights / "published").glob("*.onnx"))
    shelf.dialog.delete("in-use")
    shelf.says("in-use is in use.")
    assert components.open_weights(settings).names() == ["in-use"]


def test_two_models_trained_from_one_are_told_apart_by_their_names(qtbot: QtBot) -> None:
    title = "dlib-ResNet: dlib's face recognition network"
    shipped = ModelChoice(
        "dlib-resnet", title, False, 1, "CC0-1.0", True, "", here=True, in_use=True, shipped=True
    )
    trained = replace(shipped, name="quick-1", title=f"{title}, with a head for 2 people", shipped=False)
    table = ModelsTable()
    qtbot.addWidget(table)
    table.show_models([shipped, trained])
    rows = [table.topLevelItem(row) for row in range(2)]
    assert [one.text(0) for one in rows if one] == ["dlib-ResNet", "quick-1"]


def test_nothing_can_be_done_before_the_list_is_there(context: AppContext, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = ModelsDialog(context, window)
    dialog.show()
    shown = [one.text() for one in dialog.findChildren(QPushButton) if one.isVisible() and one.isEnabled()]
    assert sorted(shown) == ["Close", "Try it on a &folder…"]
    qtbot.waitUntil(lambda: dialog.findChild(ModelsTable).topLevelItemCount() > 0)
