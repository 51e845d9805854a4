"""Preparing models in a process of its own: its complaint is ours, and it can be stopped."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.core.events import Cancelled, CancelToken, Event, Progress
from facecam.engine.models import repair


def replaced(monkeypatch: pytest.MonkeyPatch, code: str) -> list[list[str]]:
    """Runs `code` in place of the preparation; returns the commands that were asked for."""
    real, asked = subprocess.Popen, []

    def start(command: list[str], **options: object) -> subprocess.Popen[str]:
        asked.append(command)
        return real([sys.executable, "-c", code], **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(repair.subprocess, "Popen", start)
    return asked


def test_it_prepares_the_models_of_the_settings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = replaced(monkeypatch, "print('fine')")
    events: list[Event] = []
    repair.prepare_models(replace(settings, weights=Path("/w")), on_event=events.append)
    assert asked[0][-5:] == ["facecam", "models", "prepare", "--events", "--weights=/w"] and "-m" in asked[0]
    assert events


def test_its_progress_is_passed_on(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ('{"stage": "models", "done": 2, "total": 6}', "no progress", "[1, 2]", '{"stage": "models"}')
    replaced(monkeypatch, f"print({chr(10).join(lines)!r})")
    events: list[Event] = []
    repair.prepare_models(settings, on_event=events.append)
    assert events == [Progress("models", 0, 0), Progress("models", 2, 6)]


def test_its_complaint_and_cure_are_passed_on(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced(
        monkeypatch,
        "print('noise'); print('facecam: disk full'); print('  Free space.'); raise SystemExit(2)",
    )
    with pytest.raises(WeightsError, match="^disk full$") as caught:
        repair.prepare_models(settings)
    assert caught.value.hint == "Free space."


def test_a_child_that_says_nothing_is_an_error_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced(monkeypatch, "import os; os._exit(9)")
    with pytest.raises(WeightsError, match="could not be prepared"):
        repair.prepare_models(settings)


def test_it_is_stopped_at_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced(monkeypatch, "import time; time.sleep(60)")
    cancel = CancelToken()
    threading.Timer(0.2, cancel.cancel).start()
    with pytest.raises(Cancelled):
        repair.prepare_models(settings, cancel=cancel)
