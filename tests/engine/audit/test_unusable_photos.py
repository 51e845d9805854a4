"""The list of photos that cannot be used: complete, and nothing is deleted."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.engine.audit.unusable_photos import photos_without_face
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, nobody, save


def test_faceless_and_unreadable_photos_are_listed_and_stay(settings: Settings, heads: Heads) -> None:
    save(heads[BARACK], settings.data / BARACK / "good.png")
    save(nobody(), settings.data / BARACK / "wall.png")
    (settings.data / "Ada").mkdir()
    (settings.data / "Ada" / "cut\nhere.jpg").write_bytes(b"\xff\xd8\xff")
    before = sorted(settings.data.rglob("*"))
    lines: list[str] = []
    assert photos_without_face(settings, lines.append) == 2
    assert len(lines) == 2 and all(len(line.splitlines()) == 1 for line in lines)
    assert "cut\\nhere.jpg" in lines[0] and "wall.png: no face" in lines[1]
    assert sorted(settings.data.rglob("*")) == before


def test_a_tiny_picture_stops_nothing(settings: Settings) -> None:
    save(np.zeros((1, 1, 3), np.uint8), settings.data / "Ada" / "dot.png")
    lines: list[str] = []
    assert photos_without_face(settings, lines.append) == 1 and "no face" in lines[0]


def test_no_data_means_no_faults(settings: Settings, tmp_path: Path) -> None:
    assert photos_without_face(settings, lambda line: None) == 0
    assert not settings.data.exists()
