"""Preparing models in a process of its own: its complaint is ours, and it can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.core.events import Cancelled, CancelToken, Event, Progress
from facecam.engine.models import repair

PREPARATION = """
from facecam.core.children import error_to_line, event_to_line, result_to_line
from facecam.core.errors import WeightsError
from facecam.core.events import Progress
"""


@pytest.fixture
def replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Has some code run in place of the preparation."""

    def replace_it(code: str) -> None:
        (tmp_path / "pretended.py").write_text(PREPARATION + code)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.setattr(repair, "_MODULE", "pretended")

    return replace_it


def test_sound_models_stay_and_progress_is_told(settings: Settings) -> None:
    events: list[Event] = []
    repair.prepare_models(settings, on_event=events.append)
    assert events[0] == Progress("models", 0, 0) and Progress("models", 7, 7) in events


def test_its_progress_is_passed_on(settings: Settings, replaced: Callable[[str], None]) -> None:
    replaced("print(event_to_line(Progress('models', 2, 6)), 'noise', result_to_line({}), sep=chr(10))")
    events: list[Event] = []
    repair.prepare_models(settings, on_event=events.append)
    assert events == [Progress("models", 0, 0), Progress("models", 2, 6)]


def test_its_complaint_and_cure_are_passed_on(settings: Settings, replaced: Callable[[str], None]) -> None:
    replaced("print('noise'); print(error_to_line(WeightsError('disk full', hint='Free space.')))")
    with pytest.raises(WeightsError, match="^disk full$") as caught:
        repair.prepare_models(settings)
    assert caught.value.hint == "Free space."


def test_a_child_that_says_nothing_is_an_error_too(
    settings: Settings, replaced: Callable[[str], None]
) -> None:
    replaced("import os; os._exit(9)")
    with pytest.raises(WeightsError, match="could not be prepared: exit code 9"):
        repair.prepare_models(settings)


def test_it_is_stopped_at_once(settings: Settings, replaced: Callable[[str], None]) -> None:
    replaced("import time; time.sleep(60)")
    cancel = CancelToken()
    threading.Timer(0.2, cancel.cancel).start()
    with pytest.raises(Cancelled):
        repair.prepare_models(settings, cancel=cancel)
