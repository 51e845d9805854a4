"""Backup and restoration: everything comes back, nothing half, and nothing that is there is touched unasked."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
import tarfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest

from facecam.core.config import Settings
from facecam.core.encryption import sealing
from facecam.core.errors import ConfigError, DataError, FacecamError, GalleryError
from facecam.core.events import Cancelled, CancelToken, Event, Notice, Progress
from facecam.core.paths import atomic_file
from facecam.core.types import Identity
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.places import ROOT
from facecam.engine.tools import backup, backup_leftovers, restoring
from facecam.engine.tools.backup import back_up
from facecam.engine.tools.restore import restore
from facecam.engine.tools.sealed_file import SealedReader, SealedWriter
from facecam.engine.visits.log import Sighting
from facecam.engine.visits.store import SightingFile
from facecam.gallery.storage.audit_trail import AuditTrail
from facecam.gallery.storage.store import GalleryStore
from tests.gallery.factories import random_gallery

PHRASE = "four words nobody guesses"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sealing, "COST", (4, 8, 1))
    monkeypatch.setattr(sealing, "CHUNK", 1 << 12)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def settings_in(folder: Path) -> Settings:
    return Settings(data=folder / "data", database=folder / "database", weights=folder / "weights")


def made(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.fixture
def mine(tmp_path: Path) -> Settings:
    """Two people, a photo each, notes, a visit, a run, a model and settings."""
    settings = settings_in(tmp_path / "mine")
    gallery = random_gallery([2, 3], dimensions=16).with_consent("p1", "2026-01-31: the door")
    GalleryStore(settings.database).update(lambda _: gallery)
    library = PhotoLibrary(settings.data)
    for name in ("p0", "p1"):
        library.put(name, library.folder_of(name) / f"{name}-0123456789ab.jpg", name.encode() * 3000)
    made(settings.data / "p0" / ".facecam" / "faces.json", b"{}")
    made(
        settings.data / "Zoë \U0001f469" / "a: b.jpg" if os.name != "nt" else settings.data / "Zoë" / "a.jpg",
        b"odd",
    )
    made(settings.data / "README.md", b"of the program")
    made(settings.data / ".removed" / "1" / "x", b"about to be deleted")
    made(settings.data / "p0" / ".x.0123.tmp", b"half")
    now = datetime.now().astimezone()
    SightingFile(settings.database).append(Sighting(1, Identity("1", "p0"), now, now, 90.0, "0"))
    made(settings.database / "classifier.zip", b"trained")
    made(tmp_path / "mine" / "runs" / "run-1" / "checkpoints" / "1.npz", b"c" * 9000)
    made(settings.weights / "my-model" / "card.json", b"{}")
    made(settings.weights / "my-model" / "model.xml", b"<net/>")
    made(settings.weights / "dlib-resnet" / "card.json", b"shipped")
    made(settings.weights / "deployed.json", b'{"name": "my-model"}')
    made(tmp_path / "mine" / "facecam.toml", b"upsample = 1\n")
    made(tmp_path / "config" / "facecam" / "facecam.ini", b"[General]\n")
    return settings


def toml(settings: Settings) -> Path:
    return settings.data.parent / "facecam.toml"


def saved(settings: Settings, tmp_path: Path, **options: bool) -> Path:
    file = tmp_path / "mine.facecam"
    back_up(settings, file, PHRASE, toml(settings), **options)  # type: ignore[arg-type]
    return file


def content_of(settings: Settings) -> dict[str, bytes]:
    """Everything of the user's below the folder of the settings."""
    home = settings.data.parent
    left_out = (".lock", ".tmp", ".reserve", "README.md", "audit.jsonl")
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file()
        and not path.name.endswith(left_out)
        and not {".removed", "dlib-resnet"} & set(path.relative_to(home).parts)
    }


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_everything_comes_back_elsewhere(mine: Settings, tmp_path: Path) -> None:
    progress: list[Event] = []
    report = back_up(mine, tmp_path / "mine.facecam", PHRASE, toml(mine), on_event=progress.append)
    assert report.people == 2 and report.size == (tmp_path / "mine.facecam").stat().st_size
    assert Progress("backup", report.files, report.files) in progress
    (tmp_path / "config" / "facecam" / "facecam.ini").unlink()
    other = settings_in(tmp_path / "other")
    restored = restore(other, tmp_path / "mine.facecam", PHRASE, toml(other))
    assert (restored.people, restored.files, restored.replaced) == (2, report.files, ())
    assert content_of(other) == content_of(mine)
    assert (tmp_path / "config" / "facecam" / "facecam.ini").read_bytes() == b"[General]\n"
    gallery = GalleryStore(other.database).load()
    assert gallery is not None and gallery.find("p1").consent == "2026-01-31: the door"
    assert not (other.weights / "dlib-resnet").exists()
    assert [line.what for line in AuditTrail(other.database).read()] == ["restore"]
    assert [line.what for line in AuditTrail(mine.database).read()] == ["backup"]


def test_a_restoration_replaces_nothing_that_is_open(mine: Settings, tmp_path: Path, windows: None) -> None:
    restored = restore(mine, saved(mine, tmp_path), PHRASE, toml(mine), replace=True)
    assert restored.people == 2 and not list(mine.database.parent.glob(".facecam*"))


@pytest.mark.skipif(os.name != "posix", reason="Windows knows no such rights")
def test_the_backup_and_what_it_restores_are_private(mine: Settings, tmp_path: Path) -> None:
    file = saved(mine, tmp_path)
    other = settings_in(tmp_path / "other")
    (tmp_path / "config" / "facecam" / "facecam.ini").unlink()
    restore(other, file, PHRASE, toml(other))
    private = [file, toml(other), other.data, other.database, tmp_path / "other" / "runs"]
    private += [*other.data.rglob("*"), *other.database.rglob("*")]
    assert [path for path in private if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
    shared = [other.weights / "my-model", other.weights / "my-model" / "card.json"]
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o044 for path in shared)


def test_dates_of_photos_stay(mine: Settings, tmp_path: Path) -> None:
    photo = mine.data / "p0" / "p0-0123456789ab.jpg"
    os.utime(photo, (1_000_000_000, 1_000_000_000))
    other = settings_in(tmp_path / "other")
    (tmp_path / "config" / "facecam" / "facecam.ini").unlink()
    restore(other, saved(mine, tmp_path).rename(tmp_path / "moved"), PHRASE, toml(other), replace=True)
    assert (other.data / "p0" / photo.name).stat().st_mtime == 1_000_000_000


def test_nothing_personal_is_to_be_seen_in_the_file(mine: Settings, tmp_path: Path) -> None:
    content = saved(mine, tmp_path).read_bytes()
    assert not any(word in content for word in (b"p0p0", b"embeddings", b"manifest", b"upsample"))


def test_runs_can_be_left_out(mine: Settings, tmp_path: Path) -> None:
    file = saved(mine, tmp_path, runs=False)
    assert "runs" not in _manifest(file)["places"]


def test_links_are_left_out_and_said(mine: Settings, tmp_path: Path) -> None:
    made(tmp_path / "elsewhere" / "photo.jpg", b"secret of somebody else")
    (mine.data / "Linked").symlink_to(tmp_path / "elsewhere")
    said: list[Event] = []
    back_up(mine, tmp_path / "mine.facecam", PHRASE, toml(mine), on_event=said.append)
    assert any(isinstance(one, Notice) and "1 link left out" in one.text for one in said)


def test_a_second_name_of_the_same_file_is_kept_whole(mine: Settings, tmp_path: Path) -> None:
    photo = mine.data / "p0" / "p0-0123456789ab.jpg"
    os.link(photo, mine.data / "p0" / "again.jpg")
    other = settings_in(tmp_path / "other")
    restore(other, saved(mine, tmp_path), PHRASE, toml(other), replace=True)
    assert (other.data / "p0" / "again.jpg").read_bytes() == photo.read_bytes() != b""


def test_nothing_there_is_an_empty_backup(tmp_path: Path) -> None:
    empty = settings_in(tmp_path / "empty")
    file = saved(empty, tmp_path)
    report = restore(settings_in(tmp_path / "other"), file, PHRASE, tmp_path / "other.toml")
    assert (report.people, report.files) == (0, 0)


def test_what_is_there_is_never_touched_unasked(mine: Settings, tmp_path: Path) -> None:
    file = saved(mine, tmp_path)
    other = settings_in(tmp_path / "other")
    made(other.data / "Somebody" / "photo.jpg", b"theirs")
    before = everything(tmp_path / "other")
    with pytest.raises(ConfigError) as raised:
        restore(other, file, PHRASE, toml(other))
    assert str(other.data) in raised.value.message and "--replace" in raised.value.hint
    assert everything(tmp_path / "other") == before


def test_settings_that_the_backup_has_none_of_stay_and_are_named(mine: Settings, tmp_path: Path) -> None:
    """A threshold noted since, or a model put in use, is in force for what comes back."""
    toml(mine).unlink()
    (mine.weights / "deployed.json").unlink()
    file = saved(mine, tmp_path)
    since = [made(toml(mine), b"threshold = 0.1\n"), made(mine.weights / "deployed.json", b'{"name": "x"}')]
    heard: list[Event] = []
    report = restore(mine, file, PHRASE, toml(mine), replace=True, on_event=heard.append)
    assert report.kept == tuple(map(str, since)) and all(path.is_file() for path in since)
    (notice,) = (one for one in heard if isinstance(one, Notice) and "stay in force" in one.text)
    assert all(str(path) in notice.text for path in since) and "move them away" in notice.hint


def test_restored_settings_that_lead_elsewhere_are_told(mine: Settings, tmp_path: Path) -> None:
    toml(mine).write_text(f'data = "{(mine.data).as_posix()}"\nupsample = 1\n')
    file, elsewhere = saved(mine, tmp_path), settings_in(tmp_path / "elsewhere")
    heard: list[Event] = []
    restore(elsewhere, file, PHRASE, toml(elsewhere), on_event=heard.append)
    (notice,) = (one for one in heard if isinstance(one, Notice) and "other folders" in one.text)
    assert f"data = {mine.data}" in notice.text and str(toml(elsewhere)) in notice.hint
    heard.clear()
    restore(mine, file, PHRASE, toml(mine), replace=True, on_event=heard.append)
    assert not any(isinstance(one, Notice) for one in heard)


def test_replacing_takes_the_places_as_they_were(mine: Settings, tmp_path: Path) -> None:
    file, before = saved(mine, tmp_path), content_of(mine)
    made(mine.data / "p2" / "new.jpg", b"since")
    (mine.data / "p1" / "p1-0123456789ab.jpg").unlink()
    GalleryStore(mine.database).update(lambda _: random_gallery([1], dimensions=16))
    report = restore(mine, file, PHRASE, toml(mine), replace=True)
    assert {"data", "database", "runs", "model:my-model", "facecam.toml"} <= set(report.replaced)
    after = content_of(mine)
    assert after == before
    assert (mine.data / "README.md").read_bytes() == b"of the program"
    left = [path.name for path in (tmp_path / "mine").iterdir() if path.name.startswith(".")]
    assert left == []


def test_what_was_there_and_cannot_be_deleted_goes_at_the_next_start(
    mine: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, before = saved(mine, tmp_path), content_of(mine)
    made(mine.data / "p2" / "new.jpg", b"since")
    with monkeypatch.context() as patch:
        patch.setattr("shutil.rmtree", _refused)
        with pytest.raises(DataError, match="delete"):
            restore(mine, file, PHRASE, toml(mine), replace=True)
    assert list((tmp_path / "mine").glob(f".*{restoring.BEFORE}"))
    assert restoring.finish(mine)
    assert content_of(mine) == before
    assert [path.name for path in (tmp_path / "mine").iterdir() if path.name.startswith(".")] == []


def _refused(path: Path) -> None:
    raise PermissionError(13, "Permission denied")


def test_who_was_deleted_since_is_back_and_that_is_said(mine: Settings, tmp_path: Path) -> None:
    file = saved(mine, tmp_path)
    identity = GalleryStore(mine.database).load().find("p0").identity  # type: ignore[union-attr]
    PeopleEditor(mine).delete_for_good(identity)
    said: list[Event] = []
    report = restore(mine, file, PHRASE, toml(mine), replace=True, on_event=said.append)
    assert report.back == ("p0",)
    assert any(isinstance(one, Notice) and "p0" in one.text and "withdraw" in one.hint for one in said)
    assert [line.what for line in AuditTrail(mine.database).read()] == ["backup", "delete", "restore"]


def test_another_passphrase_restores_nothing(mine: Settings, tmp_path: Path) -> None:
    file, other = saved(mine, tmp_path), settings_in(tmp_path / "other")
    with pytest.raises(ConfigError) as raised:
        restore(other, file, "four words somebody guesses", toml(other))
    assert "passphrase" in raised.value.message
    assert everything(tmp_path / "other") == {}


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_or_cut_backup_restores_nothing(mine: Settings, tmp_path: Path, seed: int) -> None:
    file, other = saved(mine, tmp_path), settings_in(tmp_path / "other")
    content = bytearray(file.read_bytes())
    place = (seed * 7919 + 60) % len(content)
    if seed % 2:
        content[place] ^= 0x10
    else:
        del content[place:]
    file.write_bytes(content)
    with pytest.raises(FacecamError) as raised:
        restore(other, file, PHRASE, toml(other))
    assert "mine.facecam" in raised.value.message and raised.value.hint
    assert everything(tmp_path / "other") == {} and not (other.data).exists()


def _manifest(file: Path) -> dict[str, list[str]]:
    with (
        open(file, "rb") as stream,
        tarfile.open(fileobj=cast(io.BytesIO, SealedReader(stream, PHRASE, "x")), mode="r|") as archive,
    ):
        first = archive.next()
        assert first is not None
        document: dict[str, list[str]] = json.loads(archive.extractfile(first).read())  # type: ignore[union-attr]
        return document


def forged(tmp_path: Path, fill: Callable[[tarfile.TarFile], None], **manifest: object) -> Path:
    """A backup by somebody who knows how they are made, and means no good."""
    file = tmp_path / "forged.facecam"
    document = {
        "format": 1,
        "facecam": "1",
        "made": "",
        "places": ["data"],
        "files": 1,
        "people": 0,
        **manifest,
    }
    with open(file, "wb") as stream:
        sealed = SealedWriter(stream, PHRASE)
        with tarfile.open(fileobj=cast(io.BytesIO, sealed), mode="w|") as archive:
            backup._add_document(archive, "manifest.json", document)
            fill(archive)
        sealed.seal()
    return file


@pytest.mark.parametrize(
    "name",
    ["../evil", "data/../../evil", "/etc/evil", "data", "data/", "data//x", "database/x", "data/./x", "x"],
)
def test_no_backup_writes_anywhere_else(tmp_path: Path, name: str) -> None:
    def fill(archive: tarfile.TarFile) -> None:
        backup._add_bytes(archive, name, b"evil")
        backup._add_document(archive, "end.json", {"files": 1})

    other = settings_in(tmp_path / "other")
    with pytest.raises(DataError) as raised:
        restore(other, forged(tmp_path, fill), PHRASE, toml(other))
    assert "forged.facecam" in raised.value.message
    assert everything(tmp_path / "other") == {} and not list(tmp_path.rglob("evil"))


def test_no_link_and_no_device_comes_out_of_a_backup(tmp_path: Path) -> None:
    def fill(archive: tarfile.TarFile) -> None:
        entry = tarfile.TarInfo("data/link")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc"
        archive.addfile(entry)

    with pytest.raises(DataError):
        restore(settings_in(tmp_path / "other"), forged(tmp_path, fill), PHRASE, tmp_path / "x.toml")


@pytest.mark.parametrize("place", ["model:../x", "model:dlib-resnet", "elsewhere", "model:", "/etc"])
def test_no_place_but_ours(tmp_path: Path, place: str) -> None:
    file = forged(tmp_path, lambda archive: None, places=[place])
    with pytest.raises(DataError):
        restore(settings_in(tmp_path / "other"), file, PHRASE, tmp_path / "x.toml")


@pytest.mark.parametrize("fault", [{"files": 2}, {"format": 2}, {"places": None}, {"files": "many"}])
def test_a_backup_that_lacks_something_or_is_newer(tmp_path: Path, fault: dict[str, object]) -> None:
    def fill(archive: tarfile.TarFile) -> None:
        backup._add_bytes(archive, "data/p/x.jpg", b"x")
        backup._add_document(archive, "end.json", {"files": 1})

    other = settings_in(tmp_path / "other")
    with pytest.raises(DataError) as raised:
        restore(other, forged(tmp_path, fill, **fault), PHRASE, toml(other))
    assert raised.value.hint and everything(tmp_path / "other") == {}


def test_a_damaged_database_is_not_put_in_place(mine: Settings, tmp_path: Path) -> None:
    """Sealed well, and damaged before that."""

    def fill(archive: tarfile.TarFile) -> None:
        backup._add_bytes(archive, "database/CURRENT", b"gen-000007\n")
        backup._add_document(archive, "end.json", {"files": 1})

    before = content_of(mine)
    file = forged(tmp_path, fill, places=["database"])
    with pytest.raises(DataError) as raised:
        restore(mine, file, PHRASE, toml(mine), replace=True)
    assert "database" in raised.value.message and content_of(mine) == before


def test_a_stop_leaves_nothing(mine: Settings, tmp_path: Path) -> None:
    stopped = CancelToken()
    stopped.cancel()
    with pytest.raises(Cancelled):
        back_up(mine, tmp_path / "x.facecam", PHRASE, toml(mine), cancel=stopped)
    assert not [path for path in tmp_path.iterdir() if "x.facecam" in path.name]
    file, other = saved(mine, tmp_path), settings_in(tmp_path / "other")
    with pytest.raises(Cancelled):
        restore(other, file, PHRASE, toml(other), cancel=stopped)
    assert everything(tmp_path / "other") == {}


def test_a_backup_does_not_go_into_what_it_holds(mine: Settings) -> None:
    with pytest.raises(ConfigError) as raised:
        back_up(mine, mine.data / "p0" / "x.facecam", PHRASE, toml(mine))
    assert "somewhere else" in raised.value.hint


def test_nobody_changes_people_meanwhile(
    mine: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from facecam.engine.transactions import journal
    from facecam.engine.transactions.journal import PeopleJournal

    monkeypatch.setattr(journal, "_LOCK_TIMEOUT_S", 0.05)
    with PeopleJournal(mine).alone(), pytest.raises(GalleryError) as raised:
        saved(mine, tmp_path)
    assert "another facecam" in raised.value.message


# ---------------------------------------------------------------------- cut off


class Killed(BaseException):
    """What nothing catches, as nothing catches a kill."""


@pytest.mark.parametrize("after", range(6))
def test_a_restoration_that_is_cut_off_is_finished_or_never_was(
    mine: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    file, wanted = saved(mine, tmp_path), content_of(mine)
    made(mine.data / "p2" / "new.jpg", b"since")
    GalleryStore(mine.database).update(lambda _: random_gallery([1], dimensions=16))
    real, count = restoring._rename, [0]

    def rename(move: restoring.Move) -> None:
        if count[0] == after:
            raise Killed
        count[0] += 1
        real(move)

    monkeypatch.setattr(restoring, "_rename", rename)
    monkeypatch.setattr("facecam.engine.tools.restore.give_up", lambda *_: None)
    with pytest.raises(Killed):
        restore(mine, file, PHRASE, toml(mine), replace=True)
    monkeypatch.undo()
    assert restoring.finish(mine)
    assert content_of(mine) == wanted and not restoring.finish(mine)
    assert [path.name for path in (tmp_path / "mine").iterdir() if "restoring" in path.name] == []


def test_a_place_that_cannot_be_taken_puts_all_back(
    mine: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, before = saved(mine, tmp_path), content_of(mine)
    made(mine.data / "p2" / "new.jpg", b"since")
    before["data/p2/new.jpg"] = b"since"
    real, count = os.rename, [0]

    def rename(source: object, target: object) -> None:
        count[0] += 1
        if count[0] == 4:
            raise PermissionError(13, "Permission denied")
        real(source, target)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(DataError):
        restore(mine, file, PHRASE, toml(mine), replace=True)
    monkeypatch.undo()
    assert content_of(mine) == before
    assert [path.name for path in (tmp_path / "mine").iterdir() if "restoring" in path.name] == []


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"format": 1, "ready": true, "moves": [["/a", "/b", "/c"]]}', '{"format": 9}']
)
def test_a_damaged_plan_renames_nothing(mine: Settings, content: str) -> None:
    restoring.plan_path(mine).write_text(content)
    before = content_of(mine)
    with pytest.raises(DataError) as raised:
        restoring.finish(mine)
    assert "damaged" in raised.value.message and raised.value.hint and content_of(mine) == before


def test_what_a_killed_restoration_had_unpacked_goes_at_the_next_start(
    mine: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, other = saved(mine, tmp_path), settings_in(tmp_path / "other")

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as cut:
        cut.setattr("facecam.engine.tools.restore._checked", killed)
        cut.setattr("facecam.engine.tools.restore.give_up", lambda *_: None)
        with pytest.raises(Killed):
            restore(other, file, PHRASE, toml(other))
    assert list((tmp_path / "other").rglob("*.jpg"))
    with restoring.alone(other):
        for _ in range(2):  # Whoever is refused leaves the lock to whoever has it.
            assert not restoring.finish(other) and list((tmp_path / "other").rglob("*.jpg")), (
                "somebody is at it"
            )
    assert not restoring.finish(other) and everything(tmp_path / "other") == {}
    assert restore(other, file, PHRASE, toml(other), replace=True).people == 2


def test_what_the_window_remembers_here_is_not_in_the_way_and_stays(mine: Settings, tmp_path: Path) -> None:
    file, other = saved(mine, tmp_path), settings_in(tmp_path / "other")
    (tmp_path / "config" / "facecam" / "facecam.ini").write_bytes(b"[here]\n")
    events: list[Event] = []
    report = restore(other, file, PHRASE, toml(other), on_event=events.append)
    assert report.people == 2 and "window.ini" not in report.places
    said = [one.text for one in events if isinstance(one, Notice)]
    assert said == ["the settings of the window in this backup were left out: there are some here"]
    assert (tmp_path / "config" / "facecam" / "facecam.ini").read_bytes() == b"[here]\n"
    restore(other, file, PHRASE, toml(other), replace=True)
    assert (tmp_path / "config" / "facecam" / "facecam.ini").read_bytes() == b"[General]\n"


def test_a_plan_that_was_only_half_written_goes_at_the_next_start(mine: Settings) -> None:
    half = restoring.plan_path(mine).with_name(".facecam-restoring.json.tmp")
    half.write_text('{"fo')
    assert not restoring.finish(mine) and not half.exists()


def test_what_a_killed_backup_left_goes_at_the_next_start_and_nothing_else_there(
    mine: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "docu[ments]"
    users = made(folder / ".letter.odt.0123abcd.tmp", b"of another program")
    half = made(folder / ".mine.facecam.0123abcd.tmp", b"half")
    note = mine.database / ".backing-up.json"
    emptied = json.dumps([str(folder), ""]), json.dumps([str(folder), "a/b"]), json.dumps([str(folder), None])
    for content in ("{", "[1]", "null", '["/nowhere", "x"]', *emptied):
        note.write_text(content)
        backup_leftovers.sweep(mine)
        assert half.exists() and users.exists() and not note.exists()
    note.write_text(json.dumps([str(folder), "mine.facecam"]))
    backup_leftovers.sweep(mine)
    assert not half.exists() and users.exists() and not note.exists()
    backup_leftovers.sweep(mine)


@pytest.mark.skipif(os.name != "posix", reason="Windows removes no file that is open")
def test_a_backup_that_is_going_on_is_left_alone(mine: Settings, tmp_path: Path) -> None:
    file = tmp_path / "mine.facecam"
    with backup_leftovers.noted(mine, file), atomic_file(file) as target:
        target.write(b"x")
        script = "import sys; from pathlib import Path; from facecam.core.config import Settings;"
        script += "from facecam.engine.tools.backup_leftovers import sweep;"
        script += "sweep(Settings(data=Path('d'), database=Path(sys.argv[1]), weights=Path('w')))"
        subprocess.run([sys.executable, "-c", script, str(mine.database)], check=True, cwd=ROOT)
        assert len(list(tmp_path.glob(".mine.facecam.*.tmp"))) == 1
        assert (mine.database / ".backing-up.json").exists()
    assert file.read_bytes() == b"x" and not (mine.database / ".backing-up.json").exists()
