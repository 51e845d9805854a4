"""`start`: the camera where there is one and a display, else the demo; the user's folders stay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import pytest

from facecam.cli import playback, start
from facecam.cli.playback import PlaybackOptions
from facecam.core.config import Settings
from facecam.core.errors import CameraError
from facecam.vision.camera import CameraInfo
from tests.cli.conftest import Run
from tests.engine.studio import BARACK, EILEEN, JOE


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[PlaybackOptions]:
    """What was asked to be played; nothing is."""
    asked: list[PlaybackOptions] = []

    def play(settings: Settings, options: PlaybackOptions, stdout: Any) -> int:
        asked.append(options)
        return 0

    monkeypatch.setattr(start, "play", play)
    return asked


def camera(monkeypatch: pytest.MonkeyPatch, *, display: bool = True) -> None:
    monkeypatch.setattr(start, "list_cameras", lambda: [CameraInfo(0, "Eye", "/dev/video0")])
    monkeypatch.setattr(start, "has_display", lambda: display)


def test_a_camera_and_a_display_mean_live(
    run: Run, played: list[PlaybackOptions], monkeypatch: pytest.MonkeyPatch
) -> None:
    camera(monkeypatch)
    assert run("start").code == 0
    assert [one.source for one in played] == ["0"] and played[0].show


@pytest.mark.parametrize("lacking", ["camera", "display", "wish"])
def test_without_them_the_demo_is_shown_and_its_people_are_not_kept(
    run: Run,
    settings: Settings,
    played: list[PlaybackOptions],
    monkeypatch: pytest.MonkeyPatch,
    lacking: str,
) -> None:
    camera(monkeypatch, display=lacking != "display")
    if lacking == "camera":
        monkeypatch.setattr(start, "list_cameras", list)
    outcome = run("start", *(["--demo"] if lacking == "wish" else []), "--output", "demo.mp4")
    assert [one.source for one in played] == ["demo"] and played[0].output == Path("demo.mp4")
    assert f"enrolled {EILEEN} from 1 photo" in outcome.out
    assert f"{JOE} is not enrolled" in outcome.out and "python main.py enroll" in outcome.out
    assert not settings.data.exists() and not settings.database.exists()


def test_a_camera_that_does_not_work_leads_to_the_demo(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    camera(monkeypatch)
    sources = []

    def play(settings: Settings, options: PlaybackOptions, stdout: Any) -> int:
        sources.append(options.source)
        if options.source == "0":
            raise CameraError("camera 0 is busy", hint="Close the other program.")
        return 0

    monkeypatch.setattr(start, "play", play)
    outcome = run("start")
    assert sources == ["0", "demo"] and "camera 0 is busy" in outcome.err


def test_the_whole_demo_ends_with_a_video(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut short after a few frames of the first scene."""

    def short(settings: Settings, options: PlaybackOptions, stdout: Any) -> int:
        return playback.play(settings, replace(options, max_frames=5), stdout)

    monkeypatch.setattr(start, "play", short)
    outcome = run("start", "--demo", "--output", "out.mp4")
    assert outcome.code == 0 and f"+ {EILEEN}" in outcome.out and BARACK in outcome.out
    assert int(cv2.VideoCapture("out.mp4").get(cv2.CAP_PROP_FRAME_COUNT)) == 5
