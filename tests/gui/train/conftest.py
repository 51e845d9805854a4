"""A Train tab on a fake engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from facecam.gui.core.context import AppContext
from facecam.gui.train.tab import TrainTab
from tests.gui.train.fakes import FakeTrainService


@pytest.fixture
def service() -> FakeTrainService:
    """The fake engine; change it before `tab` is used or between steps."""
    return FakeTrainService()


@pytest.fixture
def tab(qtbot: QtBot, context: AppContext, service: FakeTrainService) -> Iterator[TrainTab]:
    """A tab that has looked at the photos and knows the presets."""
    made = TrainTab(context, service)
    qtbot.addWidget(made)
    made.resize(1280, 700)
    made.activate()
    qtbot.waitUntil(lambda: bool(service.estimated) and made.side.start.estimate_s > 0)
    yield made
    made.shut_down()
