"""Everything kept of people: each kind of file is claimed by one rule, and erasing leaves what the rules say."""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

import pytest

from facecam.core.config import Settings
from facecam.core.types import Box
from facecam.engine import components
from facecam.engine.faces.user_caches import KEPT_DAYS, PassingFolder, forget_unfinished, sweep_old
from facecam.engine.people.directory import delete_person
from facecam.engine.people.erasure import erase_everything, plan_erasure
from facecam.engine.people.resemblances import TwoPeople
from facecam.engine.photos.fingerprint_cache import library_fingerprints
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.photos.no_faces import NoFaces, in_source
from facecam.engine.photos.portrait import Portrait
from facecam.engine.photos.station_folders import FILE as FOLDERS_FILE
from facecam.engine.places import user_cache_folder
from facecam.engine.recognition.threshold_prices import FILE as OWN_TEST_FILE
from facecam.engine.runs.layout import runs_folder
from facecam.engine.transactions.layout import DAMAGED_JOURNAL_FILE, EXPORT_FILES
from facecam.engine.visits.log import Sighting
from facecam.engine.visits.store import SightingFile
from facecam.engine.visits.table import WAITING_FILE
from facecam.gallery.matching.neighbors import ABOUT_FILE, INDEX_FILE
from facecam.gallery.storage.audit_trail import BEFORE_FILE
from facecam.gallery.storage.generation import DOCUMENT_FILE
from facecam.gallery.storage.import_marks import ImportMarks
from facecam.gallery.storage.store import DAMAGED_PREFIX
from facecam.serving.access import read_or_make_token
from tests.engine.people.test_deletion import add_model
from tests.faults.stage import on_stage, picture, save
from tests.faults.world import PEOPLE, World, build, found_in, needles_of

ERASED: Final = "erased"
#: What is below the folders of a home, by the way to it: what becomes of it when everything is erased.
RULES: Final = (
    ("data/*", ERASED),
    ("database/gen-*/*", "empty"),
    ("database/damaged-*", ERASED),
    ("database/photos-seen/*", ERASED),
    ("database/sightings*.jsonl", "empty"),
    ("database/changing-damaged.json", ERASED),
    ("database/two-people.json", ERASED),
    ("database/photo-folders.json", ERASED),
    ("database/own-test.json", ERASED),
    ("database/no-faces.json", "empty"),
    ("database/imported.npy", "empty"),
    ("database/classifier.zip", ERASED),
    ("database/faces_emb_reference.npy", ERASED),
    ("database/names_reference.txt", ERASED),
    ("database/consent_reference.csv", ERASED),
    ("database/nearest.*", ERASED),
    ("database/audit*.jsonl", "no name, no path, no vector"),
    ("database/CURRENT", "a number"),
    ("database/.reserve", "random"),
    ("database/*.lock", "empty"),
    ("runs/*/*", ERASED),
    ("runs/*.sweep", ERASED),
    ("cache/facecam/chips/*", ERASED),
    ("cache/facecam/evaluate/*", ERASED),
    ("cache/facecam/unfinished/*", ERASED),
    ("cache/facecam/passing/*", ERASED),
    ("cache/facecam/training-pace.json", "seconds"),
    ("serve-token", "random"),
    ("originals/*", "the user's"),
    ("weights/*", "models"),
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A household in which everything that can be kept is kept."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home" / "cache"))

    with on_stage():
        world = build(tmp_path / "home", 3)
        _all_kinds(world.settings)
        yield world


def _all_kinds(settings: Settings) -> None:
    database, library = settings.database, PhotoLibrary(settings.data)
    gallery = components.open_store(settings).load()
    assert gallery is not None
    # What is noted beside the photos.
    folder = library.folder_of(PEOPLE[0])
    library_fingerprints(folder, library.photos_of(PEOPLE[0]))
    Portrait(folder).choose(library.photos_of(PEOPLE[0])[0].name)
    NoFaces(database).add(in_source("0"), Box(0, 0, 10, 10))
    marks = ImportMarks(database)
    marks.add(gallery.vectors)
    marks.save()
    TwoPeople(database).say(*gallery.identities[:2])
    now = datetime(2026, 5, 1, tzinfo=UTC)
    SightingFile(database, WAITING_FILE).append(Sighting(1, gallery.identities[0], now, now, 90.0, "0"))
    # What a crash, an older version or another command has left.
    names = "\n".join(PEOPLE)
    (database / BEFORE_FILE).write_text("")
    for name in (
        DAMAGED_JOURNAL_FILE,
        FOLDERS_FILE,
        OWN_TEST_FILE,
        "classifier.zip",
        *EXPORT_FILES,
        INDEX_FILE,
        ABOUT_FILE,
    ):
        (database / name).write_text(names)
    (database / f"{DAMAGED_PREFIX}gen-0001").mkdir()
    (database / f"{DAMAGED_PREFIX}gen-0001" / DOCUMENT_FILE).write_text(names)
    (runs_folder(settings) / "trial.sweep").write_text(json.dumps({"faces": f"/photos/{PEOPLE[0]}"}))
    # As where the window was killed while people were named.
    frames = user_cache_folder().with_name("passing") / "frames"
    frames.mkdir(parents=True)
    save(frames / "1.png", picture(4, 1, 3))
    user_cache_folder().with_name("training-pace.json").write_text("{}")
    add_model(settings, "of somebody else")
    read_or_make_token(settings.weights.parent / "serve-token")


def files_of(world: World) -> dict[str, list[str]]:
    """Each file with the rules that claim it."""
    paths = (path.relative_to(world.root).as_posix() for path in world.root.rglob("*") if path.is_file())
    return {path: [pattern for pattern, _ in RULES if fnmatch(path, pattern)] for path in sorted(paths)}


def test_every_kind_of_file_is_claimed_by_one_rule(home: World) -> None:
    files = files_of(home)
    assert {path: rules for path, rules in files.items() if len(rules) != 1} == {}
    claimed = {rule for rules in files.values() for rule in rules}
    assert {pattern for pattern, _ in RULES} == claimed, "every rule has a file here"


def test_after_everything_was_erased_only_what_is_nobodys_is_left(home: World) -> None:
    needles = [needle for name in PEOPLE for needle in needles_of(home, name)]
    erase_everything(home.settings, plan_erasure(home.settings))
    rules = dict(RULES)
    assert [path for path, (rule,) in files_of(home).items() if rules[rule] is ERASED] == []
    assert found_in(home, needles) == []
    assert plan_erasure(home.settings).is_empty


def test_nothing_of_somebody_deleted_is_in_a_cache(home: World) -> None:
    needles = needles_of(home, PEOPLE[0])
    others = needles_of(home, PEOPLE[3])
    delete_person(home.settings, PEOPLE[0])
    left = [path for path in found_in(home, needles) if not path.startswith("database/")]
    assert left == []
    assert any("evaluate" in path for path in found_in(home, others)), "the others' stay"


def test_a_folder_that_was_deleted_by_hand_leaves_nothing_in_the_caches_either(home: World) -> None:
    needles = needles_of(home, PEOPLE[0])
    shutil.rmtree(PhotoLibrary(home.settings.data).folder_of(PEOPLE[0]))
    delete_person(home.settings, PEOPLE[0])
    assert [path for path in found_in(home, needles) if path.startswith("cache/")] == []


def test_pictures_that_a_crash_left_go_with_anybody_and_those_in_use_stay(home: World) -> None:
    left = user_cache_folder().with_name("passing") / "frames" / "1.png"
    assert left.is_file()
    with PassingFolder() as folder:
        save(folder / "2.png", picture(5, 1, 3))
        delete_person(home.settings, PEOPLE[0])
        assert not left.parent.exists()
        sweep_old(time.time() + 31 * 86400)
        assert (folder / "2.png").is_file()
    assert not folder.exists()


def test_pictures_in_use_stay_however_old_they_are(home: World) -> None:
    with PassingFolder() as folder:
        save(folder / "2.png", picture(5, 1, 3))
        sweep_old(time.time() + 31 * 86400)
        assert (folder / "2.png").is_file()
        delete_person(home.settings, PEOPLE[0])
        assert (folder / "2.png").is_file()


def test_what_a_crash_left_goes_on_a_full_disk(home: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("filelock.FileLock.acquire", full)
    forget_unfinished()
    assert not list(user_cache_folder().with_name("passing").iterdir())


def test_vectors_and_what_is_unfinished_go_after_a_time(home: World) -> None:
    def in_caches() -> set[str]:
        return {path.split("/")[2] for path in files_of(home) if path.startswith("cache/")}

    before = in_caches()
    now = time.time()
    for kind, days in sorted(KEPT_DAYS.items(), key=lambda one: one[1]):
        sweep_old(now + (days - 1) * 86400)
        assert kind in in_caches()
    assert sweep_old(now + 31 * 86400) > 0
    assert before - in_caches() == {*KEPT_DAYS}, "chips go with their photos"


def test_what_comes_from_a_clock_that_was_wrong_goes_too(home: World) -> None:
    assert sweep_old(time.time() - 31 * 86400) > 0
