"""Erasing everything by the window: what goes is listed, it is asked twice, and then it is gone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from facecam.engine import components
from facecam.engine.people.list import roster
from facecam.engine.places import user_cache_folder
from facecam.gui.app.dialogs.erasure_dialog import ErasureDialog
from facecam.gui.app.dialogs.settings_dialog import SettingsDialog
from facecam.gui.core.context import AppContext, Message
from tests.gallery.factories import circle_gallery


@pytest.fixture
def people(context: AppContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppContext:
    """Ada and Bea are enrolled."""
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "cache"))
    folders = {name: tmp_path / name for name in ("data", "database", "weights")}
    context.set_settings(replace(context.settings, **folders))
    components.open_store(context.settings).update(lambda _: circle_gallery({"Ada": (0,), "Bea": (90,)}))
    return context


def opened(qtbot: QtBot, context: AppContext) -> ErasureDialog:
    dialog = ErasureDialog(context)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog._planned is not None)
    return dialog


def test_it_says_what_goes_and_asks_again(
    qtbot: QtBot, people: AppContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chips = user_cache_folder().parent / "chips"
    chips.mkdir(parents=True)
    (chips / "digests.json").write_text("{}")
    dialog = opened(qtbot, people)
    assert "computed of faces, with exports in the database folder: 1 file" in dialog.words.text()
    assert dialog.erase.property("kind") == "danger"
    assert "Ada, Bea" in dialog.words.text() and "What stays" in dialog.words.text()
    dialog.grab()
    monkeypatch.setattr(ErasureDialog, "_confirmed", lambda self: False)
    dialog.erase.click()
    assert len(roster(people.settings)) == 2 and dialog.erase.isEnabled()
    told: list[Message] = []
    heard: list[str] = []
    people.message_shown.connect(told.append)
    people.message_shown.connect(lambda message: heard.append("said"))
    people.erased.connect(lambda: heard.append("erased"))
    people.people_changed.connect(lambda: heard.append("people"))
    monkeypatch.setattr(ErasureDialog, "_confirmed", lambda self: True)
    dialog.erase.click()
    qtbot.waitUntil(lambda: bool(told))
    assert roster(people.settings) == () and heard == ["erased", "people", "said"]
    assert "erased" in told[0].text and dialog.result()


def test_where_there_is_nothing_nothing_can_be_erased(
    qtbot: QtBot, context: AppContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "no cache"))
    folders = {name: tmp_path / f"no {name}" for name in ("data", "database", "weights")}
    context.set_settings(replace(context.settings, **folders))
    dialog = opened(qtbot, context)
    assert "nothing to erase" in dialog.words.text() and not dialog.erase.isEnabled()


def test_the_settings_lead_there(qtbot: QtBot, people: AppContext) -> None:
    dialog = SettingsDialog(people)
    qtbot.addWidget(dialog)
    dialog.erase.click()
    (asked,) = dialog.findChildren(ErasureDialog)
    qtbot.waitUntil(lambda: asked._planned is not None)
    asked.reject()
    assert len(roster(people.settings)) == 2
