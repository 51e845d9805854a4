"""A working folder with photos and an album, as the examples of the documentation expect it."""

from __future__ import annotations

from pathlib import Path

import pytest

from facecam.core.types import ImageArray
from facecam.engine.demo import Demo
from tests.engine.fixtures import models_opened_once
from tests.engine.studio import BARACK, EILEEN, JOE, exposed, mirrored, nobody, save

__all__ = ["folder", "models_opened_once"]


@pytest.fixture
def folder(
    weights: Path,
    demo: Demo,
    portraits: dict[str, ImageArray],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """The working folder."""
    save(portraits[EILEEN], tmp_path / "eileen.png")
    save(portraits[BARACK], tmp_path / "barack.jpg")
    save(portraits[JOE], tmp_path / "joe.png")
    save(nobody(), tmp_path / "nobody.png")
    save(portraits[EILEEN], tmp_path / "album" / "eileen-1.png")
    save(exposed(mirrored(portraits[EILEEN]), 0.8), tmp_path / "album" / "eileen-2.png")
    save(portraits[JOE], tmp_path / "album" / "joe.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path
