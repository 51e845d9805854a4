"""The process in which plots of one's own people are drawn: stopped, without people, fallen over."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import Cancelled, CancelToken
from facecam.engine.demo import Demo
from facecam.engine.evaluation import verification_plots
from facecam.engine.evaluation.verification_plots import own_plots
from facecam.vision.images.read import read_picture
from facecam.vision.images.save import write_picture


@pytest.fixture
def album(settings: Settings, demo: Demo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """Two people with two photos each."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for portrait in demo.portraits()[:2]:
        folder = settings.data / portrait.name
        folder.mkdir(parents=True)
        image = read_picture(portrait.path)
        write_picture(image, folder / "a.png")
        write_picture(image[:, ::-1].copy(), folder / "b.png")
    return settings


def test_they_are_stopped_at_once(album: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification_plots, "_MODULE", "tests.engine.evaluation.sleeper")
    cancel = CancelToken()
    threading.Timer(0.5, cancel.cancel).start()
    begun_s = time.monotonic()
    with pytest.raises(Cancelled):
        own_plots(album, cancel=cancel)
    assert time.monotonic() - begun_s < 30


def test_what_is_wrong_is_said_by_the_child(settings: Settings) -> None:
    settings.data.mkdir(parents=True)
    with pytest.raises(DataError, match="it takes 2"):
        own_plots(settings)


def test_a_child_that_falls_over_is_no_riddle(album: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification_plots, "_MODULE", "tests.engine.evaluation.no_such_module")
    with pytest.raises(DataError, match="not finished"):
        own_plots(album)
