"""A photo is decoded once for its perceptual hash, and again when it changes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from facecam.core.errors import DataError
from facecam.core.types import ImageArray
from facecam.engine.photos import fingerprint_cache, hash_cache
from facecam.engine.photos.fingerprint_cache import forget_fingerprints, library_fingerprints
from facecam.vision.images.fingerprint import fingerprint
from facecam.vision.images.read import read_picture
from facecam.vision.images.save import write_picture


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    generator = np.random.default_rng(1)
    paths = [tmp_path / "Ada" / name for name in ("a.png", "b.png", "below/c.png")]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_picture(generator.integers(0, 255, (40, 50, 3), np.uint8), path)
    return paths


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []

    def read(path: Path) -> ImageArray:
        names.append(path.name)
        return read_picture(path)

    monkeypatch.setattr(fingerprint_cache, "read_picture", read)
    return names


def test_photos_are_decoded_once(photos: list[Path], decoded: list[str]) -> None:
    folder = photos[0].parent
    first = library_fingerprints(folder, photos)
    assert first == [fingerprint(read_picture(path)) for path in photos]
    assert library_fingerprints(folder, photos) == first and decoded == ["a.png", "b.png", "c.png"]
    write_picture(np.full((9, 9, 3), 7, np.uint8), photos[1])
    changed = library_fingerprints(folder, photos)
    assert decoded[3:] == ["b.png"] and changed[0] == first[0] and changed[1] != first[1]
    assert library_fingerprints(folder, photos[1:]) == changed[1:]
    assert "a.png" not in (folder / ".facecam" / "fingerprints.json").read_text()


def test_the_hash_of_a_photo_that_goes_is_forgotten_at_once(
    photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = photos[0].parent
    library_fingerprints(folder, photos)
    file = folder / ".facecam" / "fingerprints.json"
    forget_fingerprints([photos[0], photos[2]])
    assert list(json.loads(file.read_text())) == ["b.png"]

    def full(*_: object, **__: object) -> None:
        raise DataError("no space left", hint="Make room.")

    monkeypatch.setattr(hash_cache, "write_document", full)
    forget_fingerprints([photos[1]])
    assert not file.exists()


def test_a_photo_that_went_bad_has_no_hash(photos: list[Path]) -> None:
    photos[1].write_text("no picture")
    photos[2].unlink()
    assert len(library_fingerprints(photos[0].parent, photos)) == 1


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"version": 2, "photos": {}}',
        f'{{"version": 1, "photos": {{"a.png": ["1 2 3", "{7:064x}"]}}}}',  # as it was written once
        '{"a.png": ["x"]}',
        "[" * 99999,
    ],
)
def test_damaged_memory_is_made_again(photos: list[Path], decoded: list[str], content: str) -> None:
    folder = photos[0].parent
    right = library_fingerprints(folder, photos)
    (folder / ".facecam" / "fingerprints.json").write_text(content)
    assert library_fingerprints(folder, photos) == right and len(decoded) == 6
    assert json.loads((folder / ".facecam" / "fingerprints.json").read_text()).keys() == {
        path.relative_to(folder).as_posix() for path in photos
    }


def test_a_folder_that_refuses_costs_only_time(photos: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(hash_cache, "write_document", refused)
    assert len(library_fingerprints(photos[0].parent, photos)) == 3
