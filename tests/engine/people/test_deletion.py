"""What is left of somebody who was deleted: nothing that can be removed, and what cannot is named."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core import home
from facecam.core.config import Settings
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import Event, Notice
from facecam.core.types import Embeddings, Identity
from facecam.engine import components
from facecam.engine.faces.chip_cache import chip_store
from facecam.engine.people import directory
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.people.withdrawal import plan_for, withdraw
from facecam.engine.photos.hash_cache import PhotoDigests
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.runs.lock import held
from facecam.engine.runs.people import forget_in_ended_runs, forget_in_runs
from facecam.engine.runs.removal import delete_run
from facecam.engine.runs.trained_on import photos_learnt_by, trained_on
from facecam.engine.training_jobs.history import summary
from facecam.engine.training_jobs.request import TrainRequest
from facecam.engine.training_jobs.run import run_training
from facecam.gallery.gallery import Gallery
from facecam.training.config.options import TrainOptions
from facecam.training.config.preset import Preset
from facecam.training.data.sample import Sample
from facecam.training.data.split import Split
from facecam.training.run.folder import RunFolder, write_json
from tests.gallery.factories import MODEL, circle_gallery, on_circle


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """Ada Lovelace and Bea are enrolled with two photos each; a face near Ada, and another, were said not to be Bea."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folders = {name: tmp_path / name for name in ("data", "database", "weights")}
    gallery = circle_gallery({"Ada Lovelace": (0, 5), "Bea": (90, 95)}).with_threshold(0.1)
    gallery = gallery.reject("Bea", Embeddings(on_circle(8, 200), MODEL))
    settings = replace(Settings(), **folders)
    components.open_store(settings).update(lambda _: gallery)
    for name in ("Ada Lovelace", "Bea"):
        for number in range(2):
            photo = tmp_path / f"{name}-{number}.jpg"
            photo.write_bytes(f"{name} {number}".encode())
            PhotoLibrary(settings.data).add(name, photo)
            photo.unlink()
    yield settings


def samples(settings: Settings, name: str, called: str | None = None) -> tuple[Sample, ...]:
    photos = PhotoLibrary(settings.data).photos_of(name)
    digests = [hashlib.sha256(photo.read_bytes()).hexdigest() for photo in photos]
    return tuple(
        Sample(called or name, photo, digest, Path(f"{digest}.png"))
        for photo, digest in zip(photos, digests, strict=True)
    )


def trained(settings: Settings, model: str, *who: Sample, started: str = "dlib-resnet") -> RunFolder:
    """A finished run on some photos, with a map, and its model in `weights/`."""
    run = RunFolder(settings.weights.parent / "runs" / f"2026-01-31-{model}")
    run.path.mkdir(parents=True)
    chosen = Split(who[:1], (), who[1:], "photo")
    run.write_plan(Preset("test", "Test", "", TrainOptions(), ()), TrainOptions(), chosen, {"name": model})
    write_json(run.outcome, {"state": "finished", "model": model})
    write_json(run.path / "trained.json", {"started": started})
    write_json(run.path / "projection.json", {"kind": "pca", "people": [one.person for one in who]})
    for name in ("before", "after"):
        np.save(run.path / f"{name}.npy", np.arange(2 * len(who), dtype=np.float32).reshape(-1, 2))
        (run.path / f"{name}.png").write_bytes(b"a legend with names")
    run.model.mkdir()
    (run.model / "weights.npz").write_bytes(b"")
    add_model(settings, model)
    return run


def add_model(settings: Settings, name: str) -> Path:
    folder = settings.weights / name
    folder.mkdir(parents=True)
    (folder / "card.json").write_text("{}")
    return folder


def traces(folder: Path, what: str = "Ada Lovelace") -> list[bytes]:
    """Where it is in names and contents of files, each with its surroundings.

    A name must be long: the 64 KiB of noise of the reserve hold three given letters once in 256 databases.
    """
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    contents = (str(path.relative_to(folder)).encode() + b"\n" + path.read_bytes() for path in files)
    found = ((content, content.find(what.encode())) for content in contents)
    return [content[:60] + b" ... " + content[max(0, at - 40) : at + 60] for content, at in found if at >= 0]


def gallery_of(settings: Settings) -> Gallery:
    gallery = components.open_store(settings).load()
    assert gallery is not None
    return gallery


def identity(settings: Settings, name: str) -> Identity:
    return gallery_of(settings).find(name).identity


def test_models_that_learnt_from_somebody_are_found_with_their_heirs(here: Settings) -> None:
    trained(here, "mine", *samples(here, "Ada Lovelace"), *samples(here, "Bea"))
    trained(here, "child", *samples(here, "Bea"), started="mine")
    (add_model(here, "headed") / "base.json").write_text(json.dumps({"base": "child"}))
    trained(here, "other", *samples(here, "Bea"))
    (here.weights / "deployed.json").write_text(json.dumps({"model": "headed"}))
    found = plan_for(here, "Ada Lovelace").stays
    assert found.models == ("child", "headed", "mine") and found.runs == ("2026-01-31-mine",)
    assert found.text.startswith("Photos of Ada Lovelace were used to train child, headed, mine")
    assert "`models remove mine`" in found.hint and "`runs delete 2026-01-31-mine`" in found.hint
    assert found.hint.endswith("headed is in use: train again or deploy another one first.")
    nobody = trained_on(here, "Cem", ())
    assert not nobody.models and not nobody.runs and nobody.text == nobody.hint == ""


def test_a_model_whose_run_was_deleted_is_named_as_one_that_perhaps_learnt_from_somebody(
    here: Settings,
) -> None:
    """Its card says that it learnt from photos of the user's people, and not whose."""
    trained(here, "mine", *samples(here, "Ada Lovelace"), *samples(here, "Bea"))
    other = trained(here, "other", *samples(here, "Bea"))
    add_model(here, "heir")
    for model in ("mine", "other", "heir"):
        (here.weights / model / "card.json").write_text('{"lineage": "trained here on the user\'s photos"}')
    delete_run(here, "2026-01-31-mine")
    receipt = withdraw(here, "Ada Lovelace")
    assert receipt.stays.models == () and receipt.stays.perhaps == ("heir", "mine"), (
        "the run of other is there"
    )
    assert receipt.stays.text.startswith("Perhaps also heir, mine: the records") and other.data.is_file()
    assert "`models remove mine`" in receipt.stays.hint
    assert receipt.to_json()["stays"]["perhaps"] == ["heir", "mine"]


@pytest.mark.parametrize("name", ["Ada Lovelace", "Bea"])
def test_that_settings_still_name_somebody_who_is_deleted_is_said(
    here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """They are the user's, and no name that only holds theirs is meant."""
    monkeypatch.setattr(home, "HOME", tmp_path)
    monkeypatch.setattr(home, "HOME_IS_CHOSEN", True)
    window, said = tmp_path / "window.ini", list[Event]()
    window.write_text("[alerts]\npeople=Ada Lovelace; Beatrix\n")
    named = replace(here, blur_faces="only", blur_people="Eve; ada  lovelace")
    withdraw(named, name, said.append)
    texts = [one.text for one in said if isinstance(one, Notice)]
    assert texts == ([f"{window} still names Ada Lovelace"] if name == "Ada Lovelace" else [])
    assert "Ada Lovelace" in window.read_text()


def test_heirs_are_found_whose_start_was_named_by_its_path(
    here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(here.data.parent)
    trained(here, "mine", *samples(here, "Ada Lovelace"), *samples(here, "Bea"))
    lost = trained(here, "lost", *samples(here, "Ada Lovelace"), *samples(here, "Bea"))
    write_json(lost.outcome, {"state": "stopped", "model": None})
    for model, start in {
        "file": str(here.weights / "mine" / "weights.npz"),
        "folder": "weights/mine",
        "run": f"runs/{lost.path.name}",
        "none": "elsewhere/mine/weights.npz",
    }.items():
        trained(here, model, *samples(here, "Bea"), started=start)
    assert plan_for(here, "Ada Lovelace").stays.models == ("file", "folder", "mine", "run")


def test_a_run_that_began_with_nothing_is_nobodys_heir_wherever_the_program_runs(
    here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(here, "mine", *samples(here, "Ada Lovelace"), *samples(here, "Bea"))
    trained(here, "fresh", *samples(here, "Bea"), started="")
    monkeypatch.chdir(here.weights / "mine")
    assert plan_for(here, "Ada Lovelace").stays.models == ("mine",)
    monkeypatch.chdir(here.weights.parent / "runs" / "2026-01-31-mine" / "model")
    assert plan_for(here, "Ada Lovelace").stays.models == ("mine",)
    assert photos_learnt_by(here, "fresh") == {one.digest for one in samples(here, "Bea")[:1]}


def test_heirs_are_found_beyond_models_and_runs_in_between(here: Settings) -> None:
    trained(here, "mine", *samples(here, "Ada Lovelace"), *samples(here, "Bea"))
    trained(here, "between", *samples(here, "Bea"), started="mine")
    trained(here, "last", *samples(here, "Bea"), started="runs/2026-01-31-between")
    for gone in ("mine", "between"):
        shutil.rmtree(here.weights / gone)
    write_json(here.weights.parent / "runs" / "2026-01-31-between" / "outcome.json", {"state": "stopped"})
    assert plan_for(here, "Ada Lovelace").stays.models == ("last",)
    ada = {one.digest for one in samples(here, "Ada Lovelace")[:1]}
    assert ada <= photos_learnt_by(here, "last")


def test_a_run_under_an_earlier_name_is_found_by_the_photos(here: Settings) -> None:
    trained(here, "mine", *samples(here, "Ada Lovelace", called="A. Lovelace"), *samples(here, "Bea"))
    assert plan_for(here, "Ada Lovelace").stays.models == ("mine",)


def test_a_distillation_from_the_photos_is_named_too(here: Settings, tmp_path: Path) -> None:
    for number, source in enumerate(
        (here.data, here.data / "Ada Lovelace", tmp_path / "elsewhere", here.data / "Bea")
    ):
        run = here.weights.parent / "runs" / f"2026-01-31-distil-{number}"
        run.mkdir(parents=True)
        write_json(run / "distil.json", {"name": f"student-{number}"})
        (run / "images.json").write_text(json.dumps([str(source)]))
        (run / "weights.npz").write_bytes(b"")
        (run / "faces").mkdir()
        (run / "faces" / "faces-00000.npz").write_bytes(b"a chip")
        add_model(here, f"student-{number}")
    found = plan_for(here, "Ada Lovelace").stays
    assert found.models == ("student-0", "student-1")
    assert found.runs == ("2026-01-31-distil-0", "2026-01-31-distil-1")
    directory.delete_person(here, "Ada Lovelace")
    kept = sorted(path.parent.name for path in (here.weights.parent / "runs").glob("*/faces"))
    assert kept == ["2026-01-31-distil-2", "2026-01-31-distil-3"], "prepared faces say not whose they are"


def test_a_full_disk_forgets_all_digests_rather_than_keep_those_of_somebody_gone(
    here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = here.data.parent / "cache" / "facecam" / "chips" / "digests.json"
    known = PhotoDigests(file)
    (photo, *_) = PhotoLibrary(here.data).photos_of("Ada Lovelace")
    digest = known.of(photo)
    known.save()
    assert b"Ada Lovelace" in file.read_bytes()

    def full(path: Path, document: object, **_: object) -> None:
        raise DataError("the disk is full", hint="")

    monkeypatch.setattr("facecam.engine.photos.hash_cache.write_document", full)
    known.forget([digest])
    known.save()
    assert not file.exists()


def test_who_is_deleted_while_a_training_looks_at_photos_is_not_remembered_again(here: Settings) -> None:
    file = chip_store(here).folder.parent / "digests.json"
    earlier, (old, new) = PhotoDigests(file), PhotoLibrary(here.data).photos_of("Ada Lovelace")
    earlier.of(old)
    earlier.save()
    training = PhotoDigests(file)
    for photo in (old, new, *PhotoLibrary(here.data).photos_of("Bea")):
        training.of(photo)
    directory.delete_person(here, "Ada Lovelace")
    training.save()
    assert b"Bea" in file.read_bytes() and b"Ada Lovelace" not in file.read_bytes()


def test_a_run_that_ended_without_weights_has_learnt_nothing(here: Settings) -> None:
    run = trained(here, "mine", *samples(here, "Ada Lovelace"), *samples(here, "Bea"))
    shutil.rmtree(run.model)
    write_json(run.outcome, {"state": "failed", "model": None})
    assert plan_for(here, "Ada Lovelace").stays.text == ""
    with held(run.path):
        assert plan_for(here, "Ada Lovelace").stays.runs == (run.path.name,), "it may learn yet"
    assert plan_for(here, "Ada Lovelace").stays.runs == ()
    run.checkpoints.mkdir()
    (run.checkpoints / "best.npz").write_bytes(b"")
    assert plan_for(here, "Ada Lovelace").stays.runs == (run.path.name,)


def test_deleting_takes_the_person_out_of_the_records_of_trainings(here: Settings) -> None:
    run = trained(here, "mine", *samples(here, "Bea"), *samples(here, "Ada Lovelace"))
    other = trained(here, "other", *samples(here, "Bea"))
    before = other.data.read_bytes()
    digest = samples(here, "Ada Lovelace")[0].digest
    directory.delete_person(here, "Ada Lovelace")
    assert traces(here.data.parent) == traces(here.data.parent, digest) == []
    assert [one.person for one in (*run.read_split().train, *run.read_split().held)] == ["Bea", "Bea"]
    assert np.load(run.path / "after.npy").tolist() == [[0, 1], [2, 3]]
    assert not (run.path / "after.png").exists()
    assert (other.path / "after.png").exists() and other.data.read_bytes() == before
    assert forget_in_runs(here, "Ada Lovelace", {digest}) == 0


def test_a_run_goes_on_only_with_all_its_photos(here: Settings) -> None:
    run = trained(here, "mine", *samples(here, "Bea"), *samples(here, "Ada Lovelace"))
    write_json(run.outcome, {"state": "stopped"})
    run.checkpoints.mkdir()
    (run.checkpoints / "step-000000001.npz").write_bytes(b"")
    assert summary(run.path).resumable
    directory.delete_person(here, "Ada Lovelace")
    assert not summary(run.path).resumable
    with pytest.raises(ConfigError, match="somebody who was deleted"):
        run_training(here, TrainRequest(resume=run.path))


def test_looks_that_were_said_not_to_be_somebody_else_go_too(here: Settings) -> None:
    directory.delete_person(here, "Ada Lovelace")
    assert np.allclose(gallery_of(here).rejections_of("Bea"), on_circle(200))


def test_until_the_window_closes_all_of_it_can_be_taken_back(here: Settings) -> None:
    run = trained(here, "mine", *samples(here, "Ada Lovelace"), *samples(here, "Bea"))
    editor, before = PeopleEditor(here), run.data.read_bytes()
    plan = editor.plan_deletion(identity(here, "Ada Lovelace"))
    assert plan.stays.models == ("mine",)
    undo = editor.delete(plan.identity)
    assert len(gallery_of(here).rejections_of("Bea")) == 1
    undo()
    assert len(gallery_of(here).rejections_of("Bea")) == 2
    editor.close()
    assert run.data.read_bytes() == before
    last = PeopleEditor(here)
    last.delete(plan.identity)
    assert run.data.read_bytes() == before, "only closing is for good"
    last.close()
    assert traces(here.data.parent) == []


def test_after_a_crash_the_next_start_forgets_what_was_deleted(here: Settings) -> None:
    run = trained(here, "mine", *samples(here, "Ada Lovelace"), *samples(here, "Bea"))
    crashed = PeopleEditor(here)
    crashed.delete(identity(here, "Ada Lovelace"))
    lock = crashed._trash._lock
    assert lock is not None
    lock.release()
    assert "Ada Lovelace" in run.data.read_text()
    PeopleEditor(here).recover()
    assert traces(here.data.parent) == []


@pytest.mark.parametrize("kinds", [{}, {"train": None, "held": 3}, {"validate": [3], "people": None}])
def test_a_run_that_somebody_wrote_into_is_cleaned_too(here: Settings, kinds: dict[str, object]) -> None:
    run = trained(here, "mine", *samples(here, "Bea"), *samples(here, "Ada Lovelace"))
    ada = [
        {"person": "Ada Lovelace", "sha256": ["?"]},
        *({"person": "?", "sha256": one.digest} for one in samples(here, "Ada Lovelace")),
    ]
    write_json(run.data, {"train": ada, **kinds, **({"held": ada} if "train" in kinds else {})})
    write_json(run.path / "projection.json", {"people": ["Ada Lovelace", ["Bea"]]})
    (run.path / "after.npy").write_bytes(b"")
    directory.delete_person(here, "Ada Lovelace")
    assert traces(run.path) == [] and not (run.path / "after.npy").exists()


def test_damaged_records_and_those_of_a_later_version_forget_too(here: Settings) -> None:
    run = trained(here, "mine", *samples(here, "Bea"), *samples(here, "Ada Lovelace"))
    (run.path / "after.npy").write_bytes(b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', (((\n")
    (run.path / "before.npy").write_bytes(b"PK\x03\x04 no archive")
    later, broken = trained(here, "later"), trained(here, "broken")
    write_json(
        later.data,
        {
            "format": 99,
            "photos": [{"who": "Ada Lovelace", "is": 1}, {"who": "Bea"}],
            "by person": {"Ada Lovelace": [1], "Bea": [2]},
        },
    )
    broken.data.write_text('{"train": [{"person": "Ada Lovelace", "sha256": "')
    (broken.path / "projection.json").write_text('{"people": ["Ada Lovelace"')
    events: list[Event] = []
    directory.delete_person(here, "Ada Lovelace", events.append)
    assert traces(here.data.parent) == []
    assert json.loads(later.data.read_text()) == {
        "format": 99,
        "photos": [{"who": "Bea"}],
        "by person": {"Bea": [2]},
    }
    assert not broken.data.exists() and not (broken.path / "after.npy").exists()
    told = [one.text for one in events if isinstance(one, Notice)]
    assert any("2026-01-31-broken/data.json is damaged" in text for text in told)


def test_a_training_that_is_going_on_is_left_alone_and_forgets_when_it_has_ended(here: Settings) -> None:
    run = trained(here, "mine", *samples(here, "Ada Lovelace"), *samples(here, "Bea"))
    with held(run.path):
        directory.delete_person(here, "Ada Lovelace")
        forget_in_ended_runs(here)
        assert "Ada Lovelace" in run.data.read_text()
    forget_in_ended_runs(here)
    assert traces(here.data.parent) == []
    assert "Bea" in run.data.read_text()


def test_a_damaged_record_of_others_stays(here: Settings) -> None:
    broken = trained(here, "broken", *samples(here, "Bea"))
    broken.data.write_text('{"train": [{"person": "Bea", "photo": "/home/Ada Lovelace/pictures')
    directory.delete_person(here, "Ada Lovelace")
    assert "Bea" in broken.data.read_text()


def test_a_folder_that_is_a_link_goes_and_the_originals_stay(here: Settings, tmp_path: Path) -> None:
    album = tmp_path / "album"
    (here.data / "Ada Lovelace").rename(album)
    (here.data / "Ada Lovelace").symlink_to(album, target_is_directory=True)
    photos = sorted(album.iterdir())
    events: list[Event] = []
    assert directory.delete_person(here, "Ada Lovelace", events.append)[1] == 0, "none of ours was deleted"
    assert sorted(album.iterdir()) == photos and "Ada Lovelace" not in PhotoLibrary(here.data).people()
    [notice] = [one for one in events if isinstance(one, Notice)]
    assert "Ada Lovelace was a link" in notice.text and str(album) in notice.text and notice.hint


def test_photos_deleted_by_hand_since_a_training_are_forgotten_with_their_person(here: Settings) -> None:
    run = trained(here, "mine", *samples(here, "Ada Lovelace", called="A. Lovelace"), *samples(here, "Bea"))
    chips = chip_store(here)
    remembered = PhotoDigests(chips.folder.parent / "digests.json")
    for name in ("Ada Lovelace", "Bea"):
        for photo in PhotoLibrary(here.data).photos_of(name):
            chips.add(remembered.of(photo), np.zeros((8, 8, 3), np.uint8))
    remembered.save()
    for photo in PhotoLibrary(here.data).photos_of("Ada Lovelace"):
        photo.unlink()
    assert plan_for(here, "Ada Lovelace").stays.models == ("mine",)
    directory.delete_person(here, "Ada Lovelace")
    assert traces(run.path, "A. Lovelace") == []
    assert traces(chips.folder.parent) == []
    assert len(list(chips.folder.glob("*/*.png"))) == 2


def test_who_got_the_name_of_somebody_deleted_is_not_forgotten_with_them(
    here: Settings, tmp_path: Path
) -> None:
    editor = PeopleEditor(here)
    editor.delete(identity(here, "Ada Lovelace"))
    (tmp_path / "new.jpg").write_bytes(b"another Ada Lovelace")
    PhotoLibrary(here.data).add("Ada Lovelace", tmp_path / "new.jpg")
    run = trained(here, "mine", *samples(here, "Ada Lovelace"), *samples(here, "Bea"))
    before = run.data.read_bytes()
    editor.close()
    assert run.data.read_bytes() == before


@pytest.mark.parametrize("note", [{"name": "", "digests": None}, {"name": "a\nb", "digests": [[]]}, {}])
def test_a_note_that_somebody_wrote_into_keeps_no_photo_in_the_bin(
    here: Settings, note: dict[str, object]
) -> None:
    editor = PeopleEditor(here)
    editor.delete(identity(here, "Ada Lovelace"))
    (file,) = here.data.glob(".removed/*/*/note.json")
    file.write_text(json.dumps(note))
    editor.close()
    assert not (here.data / ".removed").exists()


def test_merging_with_somebody_who_has_photos_only_keeps_what_was_said_not_to_be_them(here: Settings) -> None:
    editor = PeopleEditor(here)
    (here.data / "Bea B.").mkdir()
    undo = editor.merge(identity(here, "Bea"), Identity("", "Bea B."))
    assert len(gallery_of(here).rejections_of("Bea B.")) == 2
    undo()
    assert len(gallery_of(here).rejections_of("Bea")) == 2
    editor.close()
