"""The tab on a fake service."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from facecam.engine.people.list import RosterEntry
from facecam.gui.core.context import AppContext, Message
from facecam.gui.enroll.tab import EnrollTab
from tests.gui.enroll.fakes import FakeService, entry


class Stage:
    """The tab, its service, and what it told the window."""

    def __init__(self, qtbot: QtBot, context: AppContext, service: FakeService) -> None:
        self.qtbot, self.context, self.service = qtbot, context, service
        self.tab = EnrollTab(context, service)
        self.messages: list[Message] = []
        self.changes = 0
        context.message_shown.connect(self.messages.append)
        context.people_changed.connect(self._count)
        qtbot.addWidget(self.tab)
        self.tab.resize(1200, 700)
        self.tab.show()
        self.tab.activate()
        self.settle()

    def _count(self) -> None:
        self.changes += 1

    def until(self, condition: Callable[[], object]) -> None:
        """Wait until it is so."""
        self.qtbot.waitUntil(lambda: bool(condition()))

    def settle(self) -> None:
        """Wait until all background work has ended."""
        self.until(lambda: not self.context.jobs)
        QApplication.processEvents()
        self.until(lambda: not self.context.jobs)

    def dialog(self, kind: type[QDialog] = QDialog) -> QDialog:
        """The dialog that is open."""
        self.until(lambda: self._open(kind))
        return self._open(kind)[-1]

    def _open(self, kind: type[QDialog]) -> list[QDialog]:
        return [one for one in self.tab.findChildren(kind) if one.isVisible()]

    def names(self) -> list[str]:
        """The names in the list, from top to bottom."""
        return [one.name for one in self.tab.people.model.shown]

    def choose(self, name: str) -> None:
        """Click on somebody."""
        view = self.tab.people.view
        view.setCurrentIndex(view.model().index(self.names().index(name), 0))
        self.settle()

    @property
    def texts(self) -> list[str]:
        """What the banner was told."""
        return [message.text for message in self.messages]


@pytest.fixture
def stage(qtbot: QtBot, context: AppContext) -> Iterator[Stage]:
    """Ada, Bea and Zoë are known, Dora has photos only."""
    people = (
        entry("Bea", 1),
        entry("Ada", 9),
        entry("Zoë", 3, created="2026-05-01"),
        entry("Dora", 2, vectors=0),
    )
    made = Stage(qtbot, context, FakeService(*people))
    yield made
    made.service.may_go_on.set()
    made.tab.shut_down()


@pytest.fixture
def empty_stage(qtbot: QtBot, context: AppContext) -> Iterator[Stage]:
    """Nobody is known."""
    made = Stage(qtbot, context, FakeService())
    yield made
    made.tab.shut_down()


def crowd(count: int) -> tuple[RosterEntry, ...]:
    """Many people."""
    return tuple(entry(f"Person {number:04d}", 1 + number % 5) for number in range(count))
