"""The tab in its window: keys, small windows, and what a crashed window left behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from facecam.engine.transactions.trash import FOLDER, Trash, settle
from facecam.gui.app.maintenance import Housekeeping
from facecam.gui.core.context import AppContext
from facecam.gui.widgets.name_dialog import PersonNameDialog
from tests.gui.enroll.conftest import Stage

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_the_keys_work_as_soon_as_the_tab_is_shown(stage: Stage) -> None:
    stage.tab.activateWindow()
    stage.until(lambda: QApplication.activeWindow() is stage.tab)
    stage.tab.activate()
    assert stage.tab.people.view.hasFocus() and stage.tab.people.entry is None, "focus chooses nobody"
    stage.qtbot.keyClick(stage.tab.people.view, Qt.Key.Key_F, CONTROL)
    assert stage.tab.people.search.hasFocus()
    stage.qtbot.keyClick(stage.tab.people.search, Qt.Key.Key_N, CONTROL)
    stage.dialog(PersonNameDialog).reject()
    stage.choose("Ada")
    stage.tab.changes._do(lambda: stage.service.rename(stage.service.people[1].identity, "X"), "x", None)
    stage.settle()
    stage.tab.activateWindow()
    stage.until(lambda: QApplication.activeWindow() is stage.tab)
    stage.tab.people.view.setFocus()
    stage.qtbot.keyClick(stage.tab.people.view, Qt.Key.Key_Z, CONTROL)
    stage.settle()
    assert stage.names() == ["Ada", "Bea", "Dora", "Zoë"]


@pytest.mark.parametrize(("width", "visible"), [(900, False), (1400, True)])
def test_the_camera_gets_the_room_it_needs(stage: Stage, width: int, visible: bool) -> None:
    stage.choose("Ada")
    stage.tab.resize(width, 600)
    stage.tab.adding.add.start.click()
    stage.until(lambda: stage.service.guides and stage.service.guides[-1].calls)
    assert stage.tab.person.isVisible() == visible
    stage.tab.adding.cancel()
    assert stage.tab.person.isVisible()


def test_the_panes_take_their_share_until_somebody_moves_them(stage: Stage) -> None:
    splitter = stage.tab._splitter
    stage.tab.resize(900, 600)
    small = splitter.sizes()
    stage.tab.resize(1800, 600)
    assert splitter.sizes()[0] > small[0] and splitter.sizes()[2] > small[2]
    splitter.splitterMoved.emit(250, 1)
    before = splitter.sizes()
    stage.tab.resize(1700, 600)
    assert abs(splitter.sizes()[0] - before[0]) <= 20


def test_the_window_deletes_what_a_crashed_one_had_removed(qtbot: QtBot, context: AppContext) -> None:
    """Photos, and what records of trainings say of the person: before anybody looks at the tab."""
    data: Path = context.settings.data
    (data / "Ada").mkdir(parents=True)
    record = context.settings.weights.parent / "runs" / "2026-01-31-test-1" / "data.json"
    record.parent.mkdir(parents=True)
    record.write_text(json.dumps({"train": [{"person": name, "sha256": "?"} for name in ("Ada", "Bea")]}))
    trash = Trash(data)
    settle(trash.put([data / "Ada"]), {"id": "1", "name": "Ada", "digests": []})
    assert trash._lock is not None
    trash._lock.release()  # As the system does when a process dies.
    told: list[None] = []
    context.people_changed.connect(lambda: told.append(None))
    keeping = Housekeeping(context)
    keeping.look()
    qtbot.waitUntil(lambda: not (data / FOLDER).exists())
    qtbot.waitUntil(lambda: not context.jobs)
    assert [one["person"] for one in json.loads(record.read_text())["train"]] == ["Bea"]
    assert told
