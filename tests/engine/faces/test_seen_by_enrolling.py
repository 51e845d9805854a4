"""What enrolling found in photos is not looked for again before a training."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.engine.demo import Demo
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.faces import chip_cache
from facecam.engine.faces.chip_cache import chip_store
from facecam.engine.faces.library_scan import CACHE_FOLDER, look_at_library
from facecam.engine.training_jobs.survey import survey
from facecam.vision.images.read import read_picture
from facecam.vision.images.save import write_picture


@pytest.fixture
def album(
    settings: Settings, demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[tuple[str, Path]]:
    """Two portraits, and both people on one photo, which is the first one's."""
    monkeypatch.setattr(chip_cache, "user_cache_folder", lambda: tmp_path / "cache")
    first, second = demo.portraits()[:2]
    one, other = (read_picture(portrait.path) for portrait in (first, second))
    height = min(one.shape[0], other.shape[0])
    both = tmp_path / "both.png"
    write_picture(np.concatenate([one[:height], other[:height]], axis=1), both)
    return [(first.name, first.path), (second.name, second.path), (first.name, both)]


def test_the_survey_after_enrolling_looks_at_nothing_again(
    settings: Settings, album: list[tuple[str, Path]]
) -> None:
    enroller = Enroller(settings)
    for name, photo in album:
        enroller.enroll(name, [photo])
    seen = look_at_library(settings)
    assert (seen.looked_at, seen.remembered) == (0, 3)
    fresh = look_at_library(replace(settings, database=settings.database.with_name("other")), remember=False)
    assert fresh.looked_at == 3
    for known, again in zip(seen.photos, fresh.photos, strict=True):
        assert known.path == again.path
        if known.path.name.startswith("both"):
            continue  # Whose face it is, is known by the people enrolled only.
        assert known.facts == again.facts
    single = [row for row, photo in enumerate(seen.photos) if not photo.path.name.startswith("both")]
    assert np.allclose(seen.vectors[single], fresh.vectors[single], atol=2e-2)
    chips = chip_store(settings)
    assert sum(entry.is_file() for entry in chips.folder.rglob("*")) == 3, "the training has its chips"


def test_a_cache_that_cannot_be_written_does_not_hinder_enrolling(
    settings: Settings, album: list[tuple[str, Path]]
) -> None:
    settings.database.mkdir(parents=True, exist_ok=True)
    (settings.database / CACHE_FOLDER).write_text("in the way")
    name, photo = album[0]
    assert Enroller(settings).enroll(name, [photo]).vectors == 1


def test_the_survey_finds_the_same_people_and_photos(
    settings: Settings, album: list[tuple[str, Path]]
) -> None:
    enroller = Enroller(settings)
    for name, photo in album:
        enroller.enroll(name, [photo])
    summary = survey(settings)
    assert (summary.people_count, summary.photos_count, summary.usable_count) == (2, 3, 3)
