"""A Live tab on a fake service."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from facecam.gui.core.context import AppContext, Message
from facecam.gui.live import side_panel_updater
from facecam.gui.live.bar import camera_watch
from facecam.gui.live.tab import LiveTab
from tests.gui.live.fakes import FakeRun, FakeService, view


class LiveStudio:
    """The tab, its service, and what it told the user."""

    def __init__(self, qtbot: QtBot, context: AppContext, service: FakeService, tab: LiveTab) -> None:
        self.qtbot, self.context, self.service, self.tab = qtbot, context, service, tab
        self.messages: list[Message] = []
        self.wanted_tabs: list[str] = []
        context.message_shown.connect(self.messages.append)
        context.tab_wanted.connect(lambda name, what: self.wanted_tabs.append(name))

    @property
    def run(self) -> FakeRun:
        return self.service.run

    @property
    def state(self) -> str:
        return self.tab.controller.state.kind

    def watch(self, source: str = "0", **more: object) -> FakeRun:
        """Watch something until its first (empty) view is shown."""
        opened = len(self.service.runs)
        self.tab.activate(source=source)
        self.qtbot.waitUntil(lambda: len(self.service.runs) > opened and self.run.started == 1)
        self.give(view())
        return self.run

    def give(self, *views: object) -> None:
        """Hand views over and wait until the last is shown."""
        for shown in views:
            self.run.give(shown)  # type: ignore[arg-type]
        self.qtbot.waitUntil(lambda: self.tab.stage.view is views[-1])

    def told(self) -> Message:
        """The next message to the user."""
        self.qtbot.waitUntil(lambda: bool(self.messages))
        return self.messages.pop(0)


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def live(
    qtbot: QtBot, context: AppContext, service: FakeService, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LiveStudio]:
    """Shown at 1280×760; its timers run fast."""
    monkeypatch.setattr(camera_watch, "INTERVAL_MS", 30)
    monkeypatch.setattr(side_panel_updater, "INTERVAL_MS", 20)
    tab = LiveTab(context, service)
    qtbot.addWidget(tab)
    tab.resize(1280, 760)
    tab.show()
    yield LiveStudio(qtbot, context, service, tab)
    service.gate.set()
    tab.shut_down()
