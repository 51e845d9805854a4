"""Encryption turned on and off: not a byte of anybody to be seen, nothing lost, and what is cut off goes on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.encryption import at_rest, data_keys, sealing, unlocking
from facecam.core.errors import ConfigError, DataError
from facecam.core.events import Cancelled, CancelToken, Event, Notice, Progress, ignore
from facecam.core.paths import sha256_file
from facecam.core.vault import Lock
from facecam.engine import components
from facecam.engine.faces.chip_cache import chip_store
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.photos.embedding_cache import VectorCache
from facecam.engine.photos.library import PERSON_FILE, PhotoLibrary
from facecam.engine.runs.lock import held
from facecam.engine.tools.backup import back_up
from facecam.engine.tools.restore import restore
from facecam.engine.training_jobs.worker_process import train_in_child
from facecam.engine.transactions import encryption
from facecam.engine.transactions.encryption import EncryptionStatus, finish, turn_off, turn_on
from facecam.gallery.storage.audit_trail import AuditTrail
from facecam.training.run.folder import RunFolder, read_json, write_json
from facecam.training.trainer.checkpoints import Checkpoint, CheckpointFolder
from tests.faults.stage import on_stage, picture, save
from tests.faults.world import PEOPLE, World, build, found_in, identity, needles_of, state_of

PHRASE = "four words nobody guesses"


@pytest.fixture(scope="module")
def household(tmp_path_factory: pytest.TempPathFactory) -> World:
    with pytest.MonkeyPatch.context() as patch, on_stage():
        for name in ("XDG_CACHE_HOME", unlocking.PASSPHRASE_VARIABLE):
            patch.setenv(name, "")
        return build(tmp_path_factory.mktemp("household") / "plain", 3)


@pytest.fixture
def world(household: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setattr(sealing, "COST", (4, 8, 1))
    for name in ("XDG_CACHE_HOME", unlocking.PASSPHRASE_VARIABLE):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    shutil.copytree(household.root, tmp_path / "world")
    world = World(tmp_path / "world")
    with on_stage():
        world.enter()
        yield world


@pytest.fixture
def needles(world: World) -> list[bytes]:
    """Names, ids, photos, chips, vectors, digests of everybody."""
    return [needle for name in PEOPLE for needle in needles_of(world, name)]


def on(world: World, on_event: object = ignore) -> EncryptionStatus:
    return turn_on(world.settings, Lock(PHRASE), on_event=on_event)  # type: ignore[arg-type]


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".lock"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_not_a_byte_of_anybody_is_to_be_seen(world: World, needles: list[bytes]) -> None:
    editor = PeopleEditor(world.settings)
    editor.delete(identity(world.settings, PEOPLE[3]))  # Can still be taken back: photos lie in the bin.
    (world.settings.database / ".gallery.json.0123abcd.tmp").write_bytes(needles[0])
    assert len(found_in(world, needles)) > 20
    status = on(world)
    assert found_in(world, needles) == []
    assert status.state == "on" and status.plain == 0 and status.sealed > 30 and status.of_the_user == 0
    assert list((world.settings.data / ".removed").rglob("*")), "else nothing was tried there"
    editor.close()


def test_everything_works_as_before_and_what_is_new_is_sealed(world: World, needles: list[bytes]) -> None:
    before = state_of(world)
    on(world)
    assert state_of(world) == before
    editor = PeopleEditor(world.settings)
    editor.rename(identity(world.settings, PEOPLE[0]), "Quite Another")
    editor.merge(identity(world.settings, PEOPLE[1]), identity(world.settings, PEOPLE[2]))
    editor.close()
    new = [b"Quite Another", *needles]
    assert found_in(world, new) == [] and encryption.status(world.settings).plain == 0


def test_nothing_is_replaced_while_it_is_open(world: World, windows: None) -> None:
    assert on(world).plain == 0
    assert turn_off(world.settings).sealed == 0


def test_off_is_as_it_was(world: World) -> None:
    before, photos = state_of(world), PhotoLibrary(world.settings.data).people()
    dates = {photo.name[-16:]: photo.stat().st_mtime_ns for one in photos.values() for photo in one}
    on(world)
    status = turn_off(world.settings)
    assert status.state == "off" and status.sealed == 0 and state_of(world) == before
    assert {path.name for path in world.settings.data.iterdir()} == set(PEOPLE)
    left = [
        path for path in world.root.rglob("*") if path.name in (data_keys.KEY_FILE, data_keys.POINTER_FILE)
    ]
    assert left == [] and not list(world.root.rglob(PERSON_FILE))
    after = PhotoLibrary(world.settings.data).people()
    assert {photo.name[-16:]: photo.stat().st_mtime_ns for one in after.values() for photo in one} == dates
    assert turn_off(world.settings).state == "off", "once more does nothing"
    said = [line.what for line in AuditTrail(world.settings.database).read()]
    assert said[-2:] == ["encrypt", "decrypt"]


def test_photos_of_the_users_own_stay_as_they_are_and_it_is_said(world: World) -> None:
    own = save(world.settings.data / "My Friends" / "beach.png", picture(5, 3))
    alike = save(world.settings.data / PEOPLE[0] / "no-copy-0123456789ab.png", picture(5, 4))
    kept = {path: path.read_bytes() for path in (own, alike)}
    heard: list[Event] = []
    assert on(world, heard.append).of_the_user == 2
    assert any(
        isinstance(one, Notice) and one.text.startswith("photos of yours") and one.text.endswith(": 2")
        for one in heard
    )
    assert {path: path.read_bytes() for path in kept} == kept, "nor renamed, nor their folders"


def test_cut_off_in_the_middle_it_goes_on(world: World, needles: list[bytes]) -> None:
    before, cancel = state_of(world), CancelToken()

    def stop(event: Event) -> None:
        if isinstance(event, Progress) and event.done == 15:
            cancel.cancel()

    with pytest.raises(Cancelled):
        turn_on(world.settings, Lock(PHRASE), on_event=stop, cancel=cancel)
    half = encryption.status(world.settings)
    assert half.state == "turning on" and half.sealed == 16 and half.plain > 10
    assert state_of(world) == before, "half is read as the whole"
    assert finish(world.settings) and found_in(world, needles) == []
    assert not finish(world.settings)
    cancel = CancelToken()
    with pytest.raises(Cancelled):
        turn_off(world.settings, on_event=stop, cancel=cancel)
    assert encryption.status(world.settings).state == "turning off" and state_of(world) == before
    with pytest.raises(ConfigError, match="being turned off"):
        on(world)
    assert finish(world.settings) and encryption.status(world.settings).state == "off"
    assert state_of(world) == before


def test_another_passphrase_changes_no_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    on(world)
    before = contents(world.root)
    encryption.change_lock(world.settings, Lock("another four words"))
    changed = {name for name, content in contents(world.root).items() if before.get(name) != content}
    assert changed == {f"database/{data_keys.KEY_FILE}", "database/audit.jsonl"}
    data_keys.forget_keys()
    unlocking.ask_with(None)
    monkeypatch.setenv(unlocking.PASSPHRASE_VARIABLE, "another four words")
    assert components.open_store(world.settings).load() is not None


def test_a_wrong_passphrase_reads_nothing_and_overwrites_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(world)
    before = contents(world.root)
    data_keys.forget_keys()
    monkeypatch.setenv(unlocking.PASSPHRASE_VARIABLE, "some other words")
    works = (
        lambda: components.open_store(world.settings).load(),
        lambda: turn_off(world.settings),
        lambda: encryption.change_lock(world.settings, Lock(PHRASE)),
        lambda: PeopleEditor(world.settings).merge(*components_pair(world)),
    )
    for work in works:
        with pytest.raises(ConfigError, match="not the passphrase"):
            work()
    assert contents(world.root) == before


def components_pair(world: World) -> tuple[object, object]:
    raise_if_read = components.open_store(world.settings).load()
    assert raise_if_read is not None
    return raise_if_read.identities[0], raise_if_read.identities[1]


def test_a_damaged_file_stops_turning_off_and_loses_nothing(world: World, windows: None) -> None:
    before = state_of(world)
    on(world)
    photo = PhotoLibrary(world.settings.data).photos_of(PEOPLE[0])[0]
    good = photo.read_bytes()
    photo.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    with pytest.raises(DataError) as raised:
        turn_off(world.settings)
    assert photo.name in raised.value.message and "changed by somebody" in raised.value.message
    assert encryption.status(world.settings).state == "turning off"
    photo.write_bytes(good)
    assert finish(world.settings) and state_of(world) == before


def test_a_folder_that_is_away_is_waited_for(world: World) -> None:
    on(world)
    world.settings.data.rename(world.root / "unplugged")
    with pytest.raises(ConfigError) as raised:
        turn_off(world.settings)
    assert "not there" in raised.value.message and encryption.status(world.settings).state == "on"


def test_a_folder_named_later_is_taken_in(world: World) -> None:
    on(world)
    later = replace(world.settings, data=world.root / "more")
    copy = PhotoLibrary(world.settings.data).photos_of(PEOPLE[0])[0]
    PhotoLibrary(world.root / "more").add("Ada", copy)
    assert encryption.status(later).plain > 0
    assert turn_on(later, Lock()).plain == 0
    assert {path.name for path in encryption.status(later).places} == {"data", "runs", "database", "more"}


def test_a_folder_has_one_key(world: World) -> None:
    on(world)
    other = replace(world.settings, database=world.root / "second")
    with pytest.raises(ConfigError) as raised:
        turn_on(other, Lock("another four words"))
    assert "another database" in raised.value.message and str(world.settings.database) in raised.value.hint
    assert not (world.root / "second" / data_keys.KEY_FILE).exists()
    assert turn_on(world.settings, Lock()).state == "on", "its own is no other"


def test_not_while_a_training_runs(world: World) -> None:
    run = next((world.root / "runs").iterdir())
    before = contents(world.root)
    with held(run), pytest.raises(ConfigError, match="running"):
        on(world)
    assert contents(world.root) == before


def test_trainings_find_their_photos_and_chips_again(world: World) -> None:
    run = RunFolder(next(path for path in (world.root / "runs").iterdir() if path.is_dir()))
    document = read_json(run.data)
    for one in (one for kind in ("train", "held") for one in document[kind]):
        one["chip"] = str(chip_store(world.settings).path(one["sha256"]))
    write_json(run.data, document)
    for turn in (on, lambda world: turn_off(world.settings)):
        turn(world)
        document = read_json(run.data)
        samples = [one for kind in ("train", "held") for one in document[kind]]
        assert samples and all(Path(one["photo"]).is_file() for one in samples)
        assert all(Path(one["chip"]) == chip_store(world.settings).path(one["sha256"]) for one in samples)
        assert not any(Path(one["chip"]).exists() for one in samples), "they are made again"


def test_a_photo_of_a_training_where_nobody_may_look_stops_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    (run,) = (world.root / "runs").iterdir()
    document = read_json(run / "data.json")
    document["train"][0]["photo"] = "/of/somebody else/photo.png"
    write_json(run / "data.json", document)
    stat = Path.stat

    def refused(path: Path, **how: bool) -> os.stat_result:
        if "somebody else" in path.parts:
            raise PermissionError(13, "Permission denied")
        return stat(path, **how)

    monkeypatch.setattr(Path, "stat", refused)
    assert on(world).state == "on"


def test_the_training_process_reads_what_is_sealed_and_its_log_is_sealed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(world)
    run = RunFolder(next(path for path in (world.root / "runs").iterdir() if path.is_dir()))
    script = (
        "import sys\nfrom pathlib import Path\nfrom facecam.training.run.folder import RunFolder\n"
        "from facecam.core import children as protocol\n"
        "people = RunFolder(Path(sys.argv[1])).read_split().people\n"
        "print(people[0], file=sys.stderr)\nprint(protocol.result_to_line({'people': list(people)}))\n"
    )
    worker = world.root / "modules" / "pretended.py"
    worker.parent.mkdir()
    worker.write_text(script)
    monkeypatch.setenv("PYTHONPATH", str(worker.parent))
    monkeypatch.setenv(unlocking.PASSPHRASE_VARIABLE, "it is handed the key, not this")
    result = train_in_child(run, ignore, CancelToken(), worker="pretended")
    assert PEOPLE[0] in result["people"]
    assert PEOPLE[0].encode() not in run.log.read_bytes() and PEOPLE[0] in at_rest.read_text(run.log)


def test_the_generation_before_is_used_where_the_newest_was_changed(world: World) -> None:
    on(world)
    newest = max(world.settings.database.glob("gen-*"))
    file = newest / "embeddings.npy"
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    heard: list[Event] = []
    gallery = components.open_store(world.settings, heard.append).load()
    assert gallery is not None and any(isinstance(one, Notice) for one in heard)


def test_checkpoints_are_sealed_and_read_again(world: World) -> None:
    on(world)
    run = RunFolder(next(path for path in (world.root / "runs").iterdir() if path.is_dir()))
    folder, weights = CheckpointFolder(run.checkpoints), np.arange(400_000, dtype=np.float32)
    path = folder.save_best(Checkpoint({"epoch": 3}, {"w": weights}))
    assert at_rest.is_sealed_file(path) and weights[5:50].tobytes() not in path.read_bytes()
    best = folder.best()
    assert best is not None and best.state == {"epoch": 3}
    np.testing.assert_array_equal(best.arrays["w"], weights)


def test_a_backup_is_opened_anywhere_by_its_own_passphrase(world: World, tmp_path: Path) -> None:
    before = state_of(world)
    on(world)
    back_up(world.settings, tmp_path / "mine.facecam", "of the backup alone", tmp_path / "facecam.toml")
    data_keys.forget_keys()
    other = World(tmp_path / "other")
    other.enter()
    restore(other.settings, tmp_path / "mine.facecam", "of the backup alone", tmp_path / "other.toml")
    assert state_of(other) == before and encryption.status(other.settings).state == "off"


def test_a_restoration_into_an_encrypted_home_is_encrypted(
    world: World, needles: list[bytes], tmp_path: Path
) -> None:
    before = state_of(world)
    back_up(world.settings, tmp_path / "mine.facecam", "of the backup alone", tmp_path / "facecam.toml")
    on(world)
    words = (world.settings, tmp_path / "mine.facecam", "of the backup alone", tmp_path / "facecam.toml")
    heard: list[Event] = []
    restore(*words, replace=True, on_event=heard.append)
    assert state_of(world) == before and found_in(world, needles) == []
    said = [one.text for one in heard if isinstance(one, Notice)]
    assert "what was restored is encrypted now, as what was here before" in said
    assert not any("being turned on" in one for one in said), "nothing was cut off"
    assert encryption.status(world.settings).state == "on"


def test_a_cache_that_several_homes_share_keeps_what_is_of_the_others(
    world: World, needles: list[bytes]
) -> None:
    caches = world.root / "cache" / "facecam"
    others = {
        "chip": caches / "chips" / "160" / "ab" / f"ab{'0' * 62}.png",
        "pace": caches / "training-pace.json",
    }
    for path in others.values():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"of another home")
    photo = PhotoLibrary(world.settings.data).photos_of(PEOPLE[0])[0]
    cache = VectorCache(caches / "evaluate", {"key": 1}, 2)
    digest = sha256_file(photo)
    for entry in (bytes.fromhex(digest), bytes(32)):
        cache.add(entry, "hog", np.array([1.0, 0.0], np.float32))
    cache.save()
    on(world)
    assert found_in(world, needles) == []
    assert all(path.read_bytes() == b"of another home" for path in others.values())
    left = VectorCache(caches / "evaluate", {"key": 1}, 2)
    assert bytes(32) in left and bytes.fromhex(digest) not in left


def test_both_folders_of_a_person_are_called_so_again(world: World) -> None:
    library, name = PhotoLibrary(world.settings.data), PEOPLE[0]
    second = world.settings.data / "by hand"
    second.mkdir()
    library.claim(second, name)
    shutil.move(library.photos_of(name)[0], second)
    assert len(library.folders_of(name)) == 2
    before = state_of(world)
    on(world)
    turn_off(world.settings)
    assert {path.name for path in library.folders_of(name)} == {name, f"{name}~2"}
    assert state_of(world) == before
