"""The first window of an installation: the models are made ready without being asked for, once."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.core.events import CancelToken, EventSink, Progress
from facecam.engine.models import repair
from facecam.gui.app import maintenance
from facecam.gui.app.maintenance import Housekeeping
from facecam.gui.core.context import AppContext


@pytest.mark.parametrize("absent", [True, False])
def test_models_that_were_never_made_are_made_once(
    context: AppContext, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, absent: bool
) -> None:
    asked: list[Settings] = []

    def prepare(settings: Settings, *, on_event: EventSink, cancel: CancelToken) -> None:
        asked.append(settings)
        on_event(Progress("fetching", 3, 110))
        raise WeightsError("there is no connection", hint="Repeat later.")

    monkeypatch.setattr(repair, "prepare_models", prepare)
    monkeypatch.setattr(maintenance, "models_absent", lambda settings: absent)
    keeper = Housekeeping(context)
    shown: list[tuple[str, int, int]] = []
    keeper.job_shown.connect(lambda *what: shown.append(what))
    for _ in range(2):
        with qtbot.waitSignal(keeper.overview_taken):
            keeper.look()
        qtbot.waitUntil(lambda: not keeper.busy)
    assert len(asked) == absent
    assert (("Preparing the models", 3, 110) in shown) == absent
