"""A working folder with photos and an album, as the examples of the documentation expect it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from facecam.core.types import ImageArray
from facecam.engine.demo import Demo
from tests.engine.fixtures import models_opened_once
from tests.engine.studio import BARACK, EILEEN, JOE, exposed, mirrored, nobody, save

__all__ = ["folder", "models_opened_once", "photos"]


@pytest.fixture(scope="session")
def photos(portraits: dict[str, ImageArray], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is copied into each working folder: writing large pictures takes a second."""
    made = tmp_path_factory.mktemp("photos")
    save(portraits[EILEEN], made / "eileen.png")
    save(portraits[BARACK], made / "barack.jpg")
    save(portraits[JOE], made / "joe.png")
    save(nobody(), made / "nobody.png")
    save(portraits[EILEEN], made / "album" / "eileen-1.png")
    save(exposed(mirrored(portraits[EILEEN]), 0.8), made / "album" / "eileen-2.png")
    save(portraits[JOE], made / "album" / "joe.png")
    return made


@pytest.fixture
def folder(weights: Path, demo: Demo, photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder."""
    shutil.copytree(photos, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path
