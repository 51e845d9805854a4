"""What is imported, rejected or enrolled a second time doubles nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.engine import components
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.enrollment.rejections import reject_photos, take_back
from facecam.engine.people import directory
from facecam.engine.photos.library import PhotoLibrary
from facecam.gallery.gallery import Gallery
from tests.engine.fixtures import Enrol, Faces, Heads
from tests.engine.studio import BARACK, EILEEN, JOE, save


def gallery_of(settings: Settings) -> Gallery:
    gallery = components.open_store(settings).load()
    assert gallery is not None
    return gallery


def test_an_import_repeated_adds_nothing(settings: Settings, faces: Faces, tmp_path: Path) -> None:
    both = {"Ada": faces[EILEEN].vectors, "Bob": faces[JOE].vectors}
    np.savez(tmp_path / "e.npz", **both)  # type: ignore[arg-type]  # no name of theirs is `allow_pickle`
    for _ in range(2):
        identities = directory.import_encodings(settings, tmp_path / "e.npz")
        assert [one.name for one in identities] == ["Ada", "Bob"]
        assert gallery_of(settings).counts().tolist() == [1, 1]


def test_a_rejection_repeated_is_one(
    settings: Settings, heads: Heads, enrolled: Enrol, tmp_path: Path
) -> None:
    enrolled(BARACK)
    photo = save(heads[JOE], tmp_path / "joe.png")
    first = reject_photos(settings, BARACK, [photo])
    again = reject_photos(settings, BARACK, [photo, photo])
    assert (first.faces, len(first.vectors)) == (1, 1)
    assert (again.faces, len(again.vectors), again.pictures) == (2, 0, ())
    assert len(gallery_of(settings).rejections_of(BARACK)) == 1
    assert len(PhotoLibrary(settings.data).rejected_of(BARACK)) == 1
    take_back(settings, again)
    assert len(gallery_of(settings).rejections_of(BARACK)) == 1, "the first one holds"


def test_two_enrollments_of_one_photo_at_once_are_one(
    settings: Settings, heads: Heads, studio: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other process has saved between our look at the database and our own save."""
    photo = save(heads[BARACK], studio / "a.png")
    looked_at = components.load_gallery(
        components.open_store(settings), components.open_embedder(settings).card
    )
    Enroller(settings).enroll(BARACK, [photo])
    monkeypatch.setattr(components, "load_gallery", lambda *_: looked_at)
    Enroller(settings).enroll(BARACK, [photo])
    assert gallery_of(settings).counts().tolist() == [1]
