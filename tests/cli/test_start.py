"""`start`: the window where there is a display, else the demo; the user's folders stay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import pytest

from facecam.cli import start, window
from facecam.cli.actions import demo
from facecam.cli.terminal import playback
from facecam.cli.terminal.playback import PlaybackOptions
from facecam.core.config import Settings
from tests.cli.conftest import Run
from tests.engine.studio import BARACK, EILEEN, JOE


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[PlaybackOptions]:
    """What was asked to be played; nothing is."""
    asked: list[PlaybackOptions] = []

    def play(settings: Settings, options: PlaybackOptions, stdout: Any) -> int:
        asked.append(options)
        return 0

    monkeypatch.setattr(demo, "play", play)
    return asked


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """With which settings a window was asked for; none opens."""
    asked: list[Settings] = []

    def open_window(settings: Settings, config: Path | None = None) -> int:
        asked.append(settings)
        return 0

    monkeypatch.setattr(window, "open_window", open_window)
    return asked


def test_a_display_means_the_window(
    run: Run, opened: list[Settings], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "has_display", lambda: True)
    assert run("start").code == 0
    assert [(one.data, one.weights) for one in opened] == [(settings.data, settings.weights)]


@pytest.mark.parametrize("lacking", ["display", "wish"])
def test_without_it_the_demo_is_shown_and_its_people_are_not_kept(
    run: Run,
    settings: Settings,
    played: list[PlaybackOptions],
    opened: list[Settings],
    monkeypatch: pytest.MonkeyPatch,
    lacking: str,
) -> None:
    monkeypatch.setattr(start, "has_display", lambda: lacking != "display")
    outcome = run("start", *(["--demo"] if lacking == "wish" else []), "--output", "demo.mp4")
    assert opened == []
    assert [one.source for one in played] == ["demo"] and played[0].output == Path("demo.mp4")
    assert f"enrolled {EILEEN} from 1 photo" in outcome.out
    assert f"{JOE} is not enrolled" in outcome.out and "python main.py enroll" in outcome.out
    assert not settings.data.exists() and not settings.database.exists()


def test_the_whole_demo_ends_with_a_video(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut short after a few frames of the first scene."""

    def short(settings: Settings, options: PlaybackOptions, stdout: Any) -> int:
        return playback.play(settings, replace(options, max_frames=5), stdout)

    monkeypatch.setattr(demo, "play", short)
    outcome = run("start", "--demo", "--output", "out.mp4")
    assert outcome.code == 0 and f"+ {EILEEN}" in outcome.out and BARACK in outcome.out
    assert int(cv2.VideoCapture("out.mp4").get(cv2.CAP_PROP_FRAME_COUNT)) == 5
