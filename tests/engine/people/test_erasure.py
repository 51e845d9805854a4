"""Erasing everything: what goes is said beforehand, goes, and nothing else does."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.events import Cancelled, CancelToken
from facecam.core.types import Box, Identity
from facecam.engine import components
from facecam.engine.people.erasure import erase_everything, plan_erasure
from facecam.engine.people.list import roster
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.photos.no_faces import NoFaces, in_source
from facecam.engine.runs.layout import runs_folder
from facecam.engine.runs.lock import held
from facecam.engine.runs.removal import delete_run
from facecam.engine.visits.log import Sighting
from facecam.engine.visits.store import SightingFile
from facecam.training.run.folder import RunFolder, write_json
from tests.engine.people.test_deletion import add_model, samples, trained
from tests.gallery.factories import circle_gallery


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Ada and Bea are enrolled; Cleo has a photo only; there is a training, a log, a mark, and a film beside."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folders = {name: tmp_path / name for name in ("data", "database", "weights")}
    settings = replace(Settings(), **folders)
    components.open_store(settings).update(lambda _: circle_gallery({"Ada": (0, 5), "Bea": (90, 95)}))
    for name in ("Ada", "Bea", "Cleo"):
        photo = tmp_path / f"{name}.jpg"
        photo.write_bytes(name.encode())
        PhotoLibrary(settings.data).add(name, photo)
        photo.unlink()
    now = datetime(2026, 5, 1, tzinfo=UTC)
    SightingFile(settings.database).append(Sighting(1, Identity("1", "Ada"), now, now, 90.0, "camera 0"))
    NoFaces(settings.database).add(in_source("0"), Box(0, 0, 10, 10))
    run = RunFolder(runs_folder(settings) / "first")
    run.path.mkdir(parents=True)
    write_json(run.job, {"preset": "quick"})
    (runs_folder(settings) / "notes of mine").mkdir()
    (tmp_path / "film.mp4").write_bytes(b"mine")
    yield settings


def test_what_goes_is_said_and_nothing_is_changed_by_looking(here: Settings) -> None:
    planned = plan_erasure(here)
    assert sorted(who.name for who in planned.people) == ["Ada", "Bea", "Cleo"]
    assert (planned.photos, planned.runs, planned.visits, planned.marks) == (3, ("first",), 1, 1)
    assert planned.models == () and planned.in_use == "" and not planned.is_empty
    assert plan_erasure(here) == planned


def test_it_goes_and_what_is_not_ours_stays(here: Settings, tmp_path: Path) -> None:
    erase_everything(here, plan_erasure(here))
    assert roster(here) == () and plan_erasure(here).is_empty
    left = [path for path in here.data.rglob("*") if path.is_file()]
    assert not any(path.suffix == ".jpg" for path in left)
    assert not (runs_folder(here) / "first").exists()
    assert (runs_folder(here) / "notes of mine").is_dir() and (tmp_path / "film.mp4").is_file()
    erase_everything(here, plan_erasure(here))


def test_a_damaged_database_is_no_reason_to_keep_it(here: Settings) -> None:
    damaged = [path for path in here.database.glob("gen-*/*") if path.is_file()]
    for path in damaged:
        path.write_bytes(b"Ada, no more to be read")
    planned = plan_erasure(here)
    assert planned.unreadable and sorted(who.name for who in planned.people) == ["Ada", "Bea", "Cleo"]
    erase_everything(here, planned)
    assert roster(here) == () and plan_erasure(here).is_empty
    left = [path for path in here.database.rglob("*") if path.is_file()]
    assert damaged and [path.name for path in left if b"Ada, no more" in path.read_bytes()] == []


def test_a_training_that_runs_refuses_before_a_damaged_database_is_emptied(here: Settings) -> None:
    damaged = [path for path in here.database.glob("gen-*/*") if path.is_file()]
    for path in damaged:
        path.write_bytes(b"no more to be read, but by whoever can mend it")
    with held(runs_folder(here) / "first"), pytest.raises(ConfigError):
        erase_everything(here, plan_erasure(here))
    assert damaged and all(path.is_file() for path in damaged)


def test_files_that_are_no_photos_are_counted_before_they_go(here: Settings, tmp_path: Path) -> None:
    folder = PhotoLibrary(here.data).folder_of("Ada")
    (folder / "letters").mkdir()
    (folder / "letters" / "to Ada.txt").write_text("mine")
    (folder / ".not-this-person").mkdir()
    (folder / ".not-this-person" / "face-1.png").write_bytes(b"ours")
    (tmp_path / "album").mkdir()
    (tmp_path / "album" / "stays.txt").write_text("mine")
    (here.data / "Dora").symlink_to(tmp_path / "album", target_is_directory=True)
    planned = plan_erasure(here)
    assert (planned.photos, planned.other_files) == (3, 1)
    erase_everything(here, planned)
    assert not folder.exists() and (tmp_path / "album" / "stays.txt").is_file()


def test_what_an_erasure_that_was_cut_off_has_left_goes_with_the_next(here: Settings) -> None:
    """Its last step: what is of nobody in particular, with names in it."""
    erase_everything(here, plan_erasure(here))
    exported = here.database / "names_reference.txt"
    exported.write_text("Ada")
    planned = plan_erasure(here)
    assert not planned.is_empty and planned.cached == 1
    erase_everything(here, planned)
    assert not exported.exists() and plan_erasure(here).is_empty


def test_a_training_that_runs_refuses_before_anybody_is_gone(here: Settings) -> None:
    with held(runs_folder(here) / "first"), pytest.raises(ConfigError):
        erase_everything(here, plan_erasure(here))
    assert len(roster(here)) == 3


def test_cancelled_in_time_everybody_is_there(here: Settings) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        erase_everything(here, plan_erasure(here), cancel=cancel)
    assert len(roster(here)) == 3


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_linked_folder_is_named_and_its_photos_stay(here: Settings, tmp_path: Path) -> None:
    elsewhere = tmp_path / "album"
    elsewhere.mkdir()
    (elsewhere / "1.jpg").write_bytes(b"Dora")
    (here.data / "Dora").symlink_to(elsewhere, target_is_directory=True)
    planned = plan_erasure(here)
    assert [link.name for link in planned.links] == ["Dora"]
    erase_everything(here, planned)
    assert (elsewhere / "1.jpg").is_file() and not (here.data / "Dora").exists()


def test_models_that_learnt_from_the_people_go_too(here: Settings) -> None:
    trained(here, "mine", *samples(here, "Ada"))
    add_model(here, "of somebody else")
    planned = plan_erasure(here)
    assert planned.models == ("mine",) and len(planned.runs) == 2
    erase_everything(here, planned)
    assert not (here.weights / "mine").exists() and (here.weights / "of somebody else").is_dir()


def test_a_model_whose_run_was_deleted_goes_too(here: Settings) -> None:
    """Nothing but its card says any more that it learnt from the user's photos."""
    (add_model(here, "mine") / "card.json").write_text(
        '{"lineage": "trained here on the user\'s photos of 2 people"}'
    )
    planned = plan_erasure(here)
    assert planned.models == ("mine",)
    erase_everything(here, planned)
    assert not (here.weights / "mine").exists()


def test_the_model_in_use_gives_its_place_to_the_shipped_one(
    here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(here, "mine", *samples(here, "Ada"))
    (here.weights / "deployed.json").write_text('{"model": "mine"}')
    deployed: list[str] = []

    def deploy(settings: Settings, name: str) -> None:
        deployed.append(name)
        (settings.weights / "deployed.json").unlink()

    monkeypatch.setattr("facecam.engine.people.erasure.custom.deploy", deploy)
    planned = plan_erasure(here)
    assert planned.in_use == "mine"
    erase_everything(here, planned)
    assert deployed == ["dlib-resnet"] and not (here.weights / "mine").exists()


def test_a_run_is_deleted_where_its_lock_stays_while_it_is_open(here: Settings, windows: None) -> None:
    (runs_folder(here) / "first" / ".lock").touch()
    delete_run(here, "first")
    assert not (runs_folder(here) / "first").exists()


def test_a_lock_that_stays_while_it_is_open_keeps_no_training(
    here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Network file systems give a file that is deleted while it is open another name, in the same folder."""
    run, rmtree = runs_folder(here) / "first", shutil.rmtree
    (run / ".lock").touch()

    def as_there(path: Path) -> None:
        rmtree(path)
        if not tried:
            tried.append(path)
            path.mkdir()
            (path / ".nfs0001").touch()
            raise OSError(errno.ENOTEMPTY, "Directory not empty")

    tried: list[Path] = []
    monkeypatch.setattr("shutil.rmtree", as_there)
    delete_run(here, "first")
    assert tried and not run.exists()
