"""Rights at rest: what facecam makes is private, what it made before is mended, what is the user's is told of."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.core.events import Event, Notice
from facecam.core.types import Identity
from facecam.engine.diagnostics import rights
from facecam.engine.diagnostics.rights import mend_rights, open_folders
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.photos.no_faces import NoFaces
from facecam.engine.places import user_cache_folder
from facecam.engine.visits.log import Sighting
from facecam.engine.visits.store import SightingFile
from tests.engine.fixtures import Heads
from tests.engine.studio import BARACK, save

ADA = "Ada Lovelace"
pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows knows no such rights")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def readable_by_others(*folders: Path) -> list[str]:
    found = [path for folder in folders for path in (folder, *folder.rglob("*"))]
    assert len(found) > len(folders)
    return [f"{mode(path):o} {path}" for path in found if not path.is_symlink() and mode(path) & 0o077]


@pytest.fixture(autouse=True)
def _usual_umask(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> object:
    tmp_path.chmod(0o755)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def enrolled(settings: Settings, heads: Heads, studio: Path) -> None:
    """Barack, as everybody enrolls him."""
    Enroller(settings).enroll(BARACK, [save(heads[BARACK], studio / "a.png")])


def made(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def as_before(folder: Path) -> None:
    """The rights an older facecam left."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_all_that_enrolling_and_watching_make_is_private(settings: Settings, enrolled: None) -> None:
    now = datetime.now().astimezone()
    SightingFile(settings.database).append(Sighting(1, Identity("1", "Ada"), now, now, 90.0, "0"))
    SightingFile(settings.database).hand_over(Identity("1", "Ada"), Identity("2", "Eve"))
    assert readable_by_others(settings.data, settings.database) == []


def test_what_an_older_version_left_open_is_mended_and_said_once(settings: Settings, enrolled: None) -> None:
    settings = replace(settings, weights=settings.data.parent / "weights")
    run = made(settings.data.parent / "runs" / "2026-01-01-quick-1" / "data.json").parent
    chip = made(user_cache_folder().parent / "chips" / "ab" / "chip.png")
    for folder in (settings.data, settings.database, run.parent, chip.parents[2]):
        as_before(folder)
    said: list[Event] = []
    assert mend_rights(settings, said.append) > 10
    assert [type(event) for event in said] == [Notice]
    assert readable_by_others(settings.data, settings.database, run.parent, chip.parents[2]) == []
    said.clear()
    assert mend_rights(settings, said.append) == 0 and said == []
    assert open_folders(settings) == []


def test_folders_of_the_users_are_told_of_and_stay(settings: Settings) -> None:
    settings = replace(settings, weights=settings.data.parent / "weights")
    own = made(settings.data / ADA / "IMG_1.jpg")
    named_alike = made(settings.data / ADA / "beach-0123456789ab.jpg")
    ours = hashlib.sha256(b"copied").hexdigest()[:12]
    copy = made(settings.data / ADA / f"look-{ours}.jpg", b"copied")
    notes = made(settings.data / ADA / ".facecam" / "faces.json")
    assert mend_rights(settings) == 3
    assert [mode(path) for path in (own, named_alike, own.parent, settings.data)] == [
        0o644,
        0o644,
        0o755,
        0o755,
    ]
    assert [mode(path) for path in (copy, notes, notes.parent)] == [0o600, 0o600, 0o700]
    assert open_folders(settings) == [own.parent]
    settings.data.chmod(0o700)
    assert open_folders(settings) == [], "nobody gets there"


def test_a_folder_that_is_no_database_stays(settings: Settings, tmp_path: Path) -> None:
    settings = replace(settings, database=tmp_path / "mine", weights=tmp_path / "weights")
    letter = made(tmp_path / "mine" / "letter.json")
    models = made(tmp_path / "runs" / "somebody-elses" / "weights.bin")
    assert mend_rights(settings) == 0
    assert [mode(path) for path in (letter, letter.parent, models, models.parent)] == [
        0o644,
        0o755,
        0o644,
        0o755,
    ]
    assert open_folders(settings) == [tmp_path / "mine"]


def test_the_programs_own_empty_folders_are_closed_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a checkout makes them."""
    monkeypatch.setattr(rights, "HOME", tmp_path)
    settings = Settings(data=tmp_path / "data", database=tmp_path / "database", weights=tmp_path / "weights")
    readmes = [made(folder / "README.md") for folder in (settings.data, settings.database)]
    said: list[Event] = []
    assert mend_rights(settings, said.append) == 0 and said == []
    assert [mode(path.parent) for path in readmes] == [0o700, 0o700] and mode(readmes[0]) == 0o644


def test_what_lies_beside_the_database_stays(settings: Settings, enrolled: None) -> None:
    NoFaces(settings.database)
    letter = made(settings.database / "letter.odt")
    as_before(settings.database)
    settings = replace(settings, weights=settings.data.parent / "weights")
    mend_rights(settings)
    assert mode(letter) == 0o644 and mode(settings.database) == 0o755
    (generation,) = settings.database.glob("gen-*")
    assert readable_by_others(generation) == []
    assert open_folders(settings) == [settings.database]
