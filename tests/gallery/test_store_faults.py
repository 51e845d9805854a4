"""Damage, crashes, full disks: nothing that was acknowledged is lost, nothing wrong is believed."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import pickle
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from facecam.core.encryption import at_rest
from facecam.core.errors import DataError, GalleryError
from facecam.core.events import Event, Notice
from facecam.gallery.gallery import Gallery
from facecam.gallery.storage.document import FORMAT_VERSION
from facecam.gallery.storage.generation import Damaged, read_generation
from facecam.gallery.storage.store import GalleryStore
from tests.gallery.crash_driver import add_zoe, remove_ada
from tests.gallery.factories import circle_gallery, on_circle, same

FILES = ("embeddings.npy", "owners.npy", "gallery.json")
REPOSITORY = Path(__file__).resolve().parents[2]
OLD = circle_gallery({"Ada": [0, 10], "Grace": [90]})
NEW = add_zoe(OLD)


@pytest.fixture
def events() -> list[Event]:
    return []


@pytest.fixture
def store(tmp_path: Path, events: list[Event]) -> GalleryStore:
    """Two generations: gen-000001 is OLD, gen-000002 is NEW."""
    store = GalleryStore(tmp_path / "database", on_event=events.append)
    store.update(lambda before: OLD)
    store.update(lambda before: NEW)
    return store


def _newest(store: GalleryStore) -> Path:
    return store.folder / "gen-000002"


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".lock"}


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _loads(store: GalleryStore, expected: Gallery) -> bool:
    loaded = store.load()
    return loaded is not None and same(loaded, expected)


def _texts(events: list[Event]) -> str:
    assert all(isinstance(event, Notice) for event in events)
    return "\n".join(event.text for event in events if isinstance(event, Notice))


def _flip(path: Path, position: int, mask: int = 0x01) -> None:
    content = bytearray(path.read_bytes())
    content[position] ^= mask
    path.write_bytes(bytes(content))


# ---------------------------------------------------------------------- damage


@pytest.mark.parametrize("file", FILES)
def test_a_flipped_byte_falls_back_and_says_so(store: GalleryStore, events: list[Event], file: str) -> None:
    path = _newest(store) / file
    _flip(path, path.stat().st_size - 9)
    before = _files(store.folder)
    assert _loads(store, OLD)
    assert "gen-000002" in _texts(events) and file in _texts(events) and "gen-000001" in _texts(events)
    assert _files(store.folder) == before  # loading repairs nothing: this might be the only copy


def test_no_flipped_byte_anywhere_is_believed(store: GalleryStore) -> None:
    """Every third byte of every file in turn: each time NEW itself comes out, or nothing does."""
    for file in FILES:
        path = _newest(store) / file
        intact = path.read_bytes()
        for position in range(0, len(intact), 3):
            _flip(path, position)
            try:
                assert same(read_generation(_newest(store))[0], NEW)
                assert file == "gallery.json" and chr(intact[position]).isspace()
            except Damaged:
                pass
            path.write_bytes(intact)
    assert _loads(store, NEW)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("length", [0, 1, 100, -1])
def test_a_truncated_file_falls_back(store: GalleryStore, file: str, length: int) -> None:
    path = _newest(store) / file
    path.write_bytes(path.read_bytes()[:length])
    assert _loads(store, OLD)


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_falls_back(store: GalleryStore, events: list[Event], file: str) -> None:
    (_newest(store) / file).unlink()
    assert _loads(store, OLD)
    assert f"{file} is missing" in _texts(events)


@pytest.mark.parametrize("file", FILES)
def test_a_folder_in_place_of_a_file_falls_back(store: GalleryStore, file: str) -> None:
    (_newest(store) / file).unlink()
    (_newest(store) / file).mkdir()
    assert _loads(store, OLD)


def test_a_failing_disk_falls_back(store: GalleryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    real = at_rest.read_bytes

    def failing(path: Path) -> bytes:
        if path == _newest(store) / "embeddings.npy":
            raise OSError(errno.EIO, "Input/output error")
        return real(path)

    monkeypatch.setattr(at_rest, "read_bytes", failing)
    assert _loads(store, OLD)


def _forge(folder: Path, **changes: object) -> None:
    """Change gallery.json as somebody would who also knows its checksum."""
    document = json.loads((folder / "gallery.json").read_bytes())
    del document["document_sha256"]
    document.update(changes)
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    document["document_sha256"] = hashlib.sha256(canonical.encode()).hexdigest()
    (folder / "gallery.json").write_text(json.dumps(document))


def _forge_array(folder: Path, file: str, content: bytes) -> None:
    (folder / file).write_bytes(content)
    checksums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES[:2]}
    _forge(folder, sha256=checksums)


PERSON = {"id": "1", "name": "Ada", "created": "2026-01-01T00:00:00+00:00", "consent": None}


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "1"},
        {"format": True},
        {"format": 0},
        {"format": -1},
        {"alignment": "nose"},
        {"alignments": "five"},
        {"alignments": [["five", 1]]},
        {"alignments": [["five", 0]]},
        {"alignments": [["five", True]]},
        {"alignments": [["five", 10**15]]},
        {"alignments": [["nose", 4]]},
        {"kept": {}},
        {"kept": [3]},
        {"kept": [{"model_id": "m", "dimensions": 2, "alignments": []}]},
        {"kept": [{"model_id": "m", "dimensions": 2, "alignments": [["dlib", 10**15]]}]},
        {"kept": [{"model_id": "m", "dimensions": 2, "alignments": [["dlib", 1]]}]},
        {"model_id": None},
        {"dimensions": 3},
        {"dimensions": 2.0},
        {"threshold": "0.2"},
        {"threshold": float("nan")},
        {"threshold": 99},
        {"threshold": 10**400},
        {"counts": []},
        {"counts": {"people": 3, "vectors": 10**15}},
        {"counts": {"people": 2, "vectors": 4}},
        {"sha256": {}},
        {"sha256": [1]},
        {"sha256": {"embeddings.npy": 1}},
        {"people": {}},
        {"people": [PERSON]},
        {"people": [PERSON, PERSON, PERSON]},
        {"people": [1, 2, 3]},
        *(
            {
                "people": [
                    {**PERSON, **wrong},
                    {**PERSON, "id": "2", "name": "b"},
                    {**PERSON, "id": "3", "name": "c"},
                ]
            }
            for wrong in (
                {"id": 1},
                {"id": ""},
                {"name": None},
                {"name": ""},
                {"name": "A\u0000"},
                {"name": " A"},
                {"name": "\ud800"},
                {"created": "yesterday"},
                {"created": 5},
                {"consent": 5},
            )
        ),
    ],
    ids=lambda changes: json.dumps(changes)[:60],
)
def test_nonsense_in_the_document_is_damage_not_a_traceback(
    store: GalleryStore, changes: dict[str, object]
) -> None:
    _forge(_newest(store))
    assert _loads(store, NEW)  # the forger's tool works
    _forge(_newest(store), **changes)
    assert _loads(store, OLD)


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b"3", b'{"format": 1}', b"\xff\xfe", b"[" * 100_000]
)
def test_another_document_is_damage(store: GalleryStore, content: bytes) -> None:
    (_newest(store) / "gallery.json").write_bytes(content)
    assert _loads(store, OLD)


def test_arrays_that_do_not_fit_are_damage_even_with_right_checksums(store: GalleryStore) -> None:
    intact = _files(_newest(store))
    np.save(store.folder / "x.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    objects = (store.folder / "x.npy").read_bytes()
    arrays = {
        "embeddings.npy": [on_circle(0, 1), on_circle(0, 1, 2, 3).astype("f8"), np.zeros((4, 2), "f4")],
        "owners.npy": [np.zeros(4, "i8"), np.array([0, 0, 1, 9], "i4"), np.array([0, 0, 1, -1], "i4")],
    }
    for file, wrong in arrays.items():
        contents = [pickle.dumps(OLD.people), objects]
        for array in wrong:
            np.save(store.folder / "x.npy", array)
            contents.append((store.folder / "x.npy").read_bytes())
        for content in contents:
            _forge_array(_newest(store), file, content)
            assert _loads(store, OLD)
            for name in FILES:
                (_newest(store) / name).write_bytes(intact[name])
    assert _loads(store, NEW)


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"\xff\x00garbage",
        b"gen-000077\n",
        b"../../etc\n",
        b"gen-000002/../gen-000001",
        b"gen-000003",
    ],
)
def test_current_missing_or_garbage(store: GalleryStore, events: list[Event], content: bytes | None) -> None:
    current = store.folder / "CURRENT"
    current.unlink() if content is None else current.write_bytes(content)
    assert _loads(store, NEW)
    assert len(events) == 1
    updated = store.update(lambda gallery: remove_ada(gallery))
    events.clear()
    assert _loads(store, updated)
    assert not events


def test_an_update_on_damage_sets_it_aside(store: GalleryStore, events: list[Event]) -> None:
    path = _newest(store) / "embeddings.npy"
    _flip(path, 140)
    kept = _files(_newest(store))
    store.update(remove_ada)
    assert _names(store.folder) == {"CURRENT", "gen-000001", "gen-000003", "damaged-gen-000002"}
    assert _files(store.folder / "damaged-gen-000002") == kept
    assert "damaged-gen-000002" in _texts(events)
    events.clear()
    assert _loads(store, remove_ada(OLD))
    assert not events


def test_deleting_on_damage_removes_it_and_says_so(store: GalleryStore, events: list[Event]) -> None:
    _flip(_newest(store) / "owners.npy", 130)
    store.update(remove_ada)
    store.update(lambda gallery: gallery.remove("Grace"), forget=True)  # type: ignore[union-attr]
    assert _names(store.folder) == {"CURRENT", "gen-000004"}
    assert "damaged-gen-000002" in _texts(events[-1:])


def test_nothing_readable_is_an_error_with_a_cure_and_deletes_nothing(store: GalleryStore) -> None:
    for generation in ("gen-000001", "gen-000002"):
        _flip(store.folder / generation / "embeddings.npy", 140)
    before = _files(store.folder)
    for attempt in (store.load, lambda: store.update(add_zoe)):
        with pytest.raises(GalleryError, match="cannot be read") as caught:
            attempt()
        assert "backup" in caught.value.hint and "people rebuild" in caught.value.hint
    assert _files(store.folder) == before

    seen: list[Gallery | None] = []
    store.update(lambda gallery: seen.append(gallery) or OLD, start_over=True)  # type: ignore[func-returns-value]
    assert seen == [None]
    assert _names(store.folder) == {"CURRENT", "gen-000003", "damaged-gen-000001", "damaged-gen-000002"}
    assert _loads(store, OLD)


def test_all_generations_gone_is_not_the_same_as_nothing_saved(store: GalleryStore) -> None:
    for generation in ("gen-000001", "gen-000002"):
        shutil.rmtree(store.folder / generation)
    with pytest.raises(GalleryError, match="missing"):
        store.load()


def test_start_over_does_not_throw_away_what_can_be_read(store: GalleryStore) -> None:
    store.update(lambda gallery: remove_ada(gallery), start_over=True)
    assert _loads(store, remove_ada(NEW))


def test_a_newer_format_is_left_alone(store: GalleryStore) -> None:
    _forge(_newest(store), format=FORMAT_VERSION + 1)
    before = _files(store.folder)
    for attempt in (
        store.load,
        lambda: store.update(add_zoe),
        lambda: store.update(add_zoe, start_over=True),
    ):
        with pytest.raises(GalleryError, match=f"format {FORMAT_VERSION + 1}") as caught:
            attempt()
        assert "Update facecam" in caught.value.hint
    assert _files(store.folder) == before


def test_half_written_folders_are_ignored_and_removed(store: GalleryStore, events: list[Event]) -> None:
    shutil.copytree(_newest(store), store.folder / ".writing-gen-000003")
    (store.folder / ".writing-gen-000003" / "gallery.json").unlink()
    shutil.copytree(
        store.folder / "gen-000001", store.folder / "gen-000003"
    )  # complete, never became current
    (store.folder / ".CURRENT.0badcafe.tmp").write_bytes(b"gen-0")
    assert _loads(store, NEW)
    store.update(remove_ada)
    assert _names(store.folder) == {"CURRENT", "gen-000002", "gen-000004"}
    assert not events


def test_a_deletion_cut_off_before_the_cleaning_is_finished_by_the_next_load(store: GalleryStore) -> None:
    old = _files(store.folder / "gen-000001")
    store.update(remove_ada, forget=True)
    for left_over in ("gen-000002", "damaged-gen-000001"):
        (store.folder / left_over).mkdir()
        for name, content in old.items():
            (store.folder / left_over / name).write_bytes(content)
    assert _loads(store, remove_ada(NEW))
    assert _names(store.folder) == {"CURRENT", "gen-000003"}


def test_copies_that_cannot_be_removed_are_named(
    store: GalleryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(shutil, "rmtree", refuse)
    store.update(add_zoe)  # only a leftover: not worth an error
    with pytest.raises(GalleryError, match="gen-000001 .*gen-000002 .*Permission denied") as caught:
        store.update(remove_ada, forget=True)
    assert "by hand" in caught.value.hint
    monkeypatch.undo()
    loaded = store.load()
    assert loaded is not None and "Ada" not in {identity.name for identity in loaded.identities}
    assert _names(store.folder) == {"CURRENT", "gen-000004"}


# ---------------------------------------------------------------------- the system says no


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_a_failure_at_any_step_leaves_the_old_state(
    store: GalleryStore, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """Fails the n-th fsync, rename or replace, for every n, until an update gets through."""
    for step in range(1, 50):
        before, count = store.version(), 0

        def failing(name: str, step: int = step) -> object:
            real = getattr(os, name)

            def call(*args: object) -> object:
                nonlocal count
                count += 1
                if count == step:
                    raise OSError(code, os.strerror(code))
                return real(*args)

            return call

        with monkeypatch.context() as patch:
            for name in ("fsync", "rename", "replace"):
                patch.setattr(os, name, failing(name))
            try:
                store.update(remove_ada)
            except DataError as error:
                assert ("disk is full" in error.hint) == (code == errno.ENOSPC)
            else:
                assert store.version() != before
                break
        if store.version() == before:
            assert _loads(store, NEW)
            assert _names(store.folder) == {"CURRENT", "gen-000001", "gen-000002"}
        else:  # only the very last fsync failed, after CURRENT had been replaced
            assert _loads(store, remove_ada(NEW))
            store.update(lambda before: OLD, forget=True)
            shutil.rmtree(store.folder)
            store.update(lambda before: OLD)
            store.update(lambda before: NEW)
    assert step >= 8  # 3 files, 2 folders, rename, and 3 for CURRENT are really reached
    assert _loads(store, remove_ada(NEW))


def test_a_full_disk_while_writing(store: GalleryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk takes the small document's neighbours but not the vectors."""

    def full(path: Path, content: bytes) -> None:
        path.write_bytes(content[:100])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = _files(store.folder)
    with monkeypatch.context() as patch:
        patch.setattr("facecam.gallery.storage.generation._write_synced", full)
        with pytest.raises(DataError, match="No space left") as caught:
            store.update(add_zoe)
    assert "free some space" in caught.value.hint
    assert _files(store.folder) == before
    assert _names(store.folder) == {"CURRENT", "gen-000001", "gen-000002"}


@pytest.fixture
def foreign(store: GalleryStore) -> Iterator[Path]:
    """A copy of the store's folder that this process may read but not write."""
    parent = Path(tempfile.mkdtemp())
    folder = Path(shutil.copytree(store.folder, parent / "database"))
    for path in [*folder.rglob("*"), folder]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    parent.chmod(0o755)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o755)
        shutil.rmtree(parent)


@pytest.mark.skipif(os.name == "nt", reason="permissions of folders work differently on Windows")
def test_a_folder_that_may_only_be_read(foreign: Path, events: list[Event]) -> None:
    (reader := GalleryStore(foreign, on_event=events.append)).load()
    assert _loads(reader, NEW)
    with pytest.raises(DataError, match="Permission denied") as caught:
        reader.update(add_zoe)
    assert "may read and write" in caught.value.hint
    with pytest.raises(DataError, match="Permission denied"):
        GalleryStore(foreign / "inside").update(add_zoe)
    assert not events


@pytest.mark.skipif(os.name == "nt", reason="permissions of folders work differently on Windows")
def test_damage_in_a_folder_that_may_only_be_read(
    store: GalleryStore, request: pytest.FixtureRequest
) -> None:
    _flip(_newest(store) / "owners.npy", 130)
    foreign: Path = request.getfixturevalue("foreign")
    notices: list[Event] = []
    assert _loads(GalleryStore(foreign, on_event=notices.append), OLD)
    assert len(notices) == 1


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "database").write_text("not a folder")
    store = GalleryStore(tmp_path / "database")
    with pytest.raises(DataError):
        store.load()
    with pytest.raises(DataError):
        store.update(lambda before: OLD)
    assert (tmp_path / "database").read_text() == "not a folder"


def test_unreadable_files_are_not_taken_for_damage(
    store: GalleryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = at_rest.read_bytes

    def forbidden(path: Path) -> bytes:
        if path.name == "embeddings.npy":
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path)

    monkeypatch.setattr(at_rest, "read_bytes", forbidden)
    with pytest.raises(DataError, match="Permission denied"):
        store.load()


def test_everything_is_on_the_disk_before_anything_points_at_it(
    store: GalleryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files, their folder, its new name, the name's folder; only then CURRENT, in the same way."""
    steps: list[str] = []

    def recorded(name: str) -> Callable[..., object]:
        real = getattr(os, name)

        def call(*args: object, **kwargs: object) -> object:
            is_folder = name == "fsync" and stat.S_ISDIR(os.fstat(args[0]).st_mode)  # type: ignore[arg-type]
            steps.append("fsync folder" if is_folder else name)
            return real(*args, **kwargs)

        return call

    for name in ("fsync", "rename", "replace", "rmdir"):
        monkeypatch.setattr(os, name, recorded(name))
    store.update(remove_ada)
    written = ["fsync", "fsync", "fsync", "fsync folder", "rename", "fsync folder"]
    pointed_at = ["fsync", "replace", "fsync folder"]
    assert steps[:9] == written + pointed_at
    assert "rmdir" not in steps[:9]


# ---------------------------------------------------------------------- kill -9


def _crash_everywhere(base: Path, out: Path, scenario: str) -> list[Path]:
    """Copies of `base`, each after a crash at another step; the last one got through."""
    out.mkdir()
    command = [sys.executable, "-m", "tests.gallery.crash_driver", str(base), str(out), scenario]
    subprocess.run(command, cwd=REPOSITORY, check=True)
    last = int(next(out.glob("*.done")).stem)
    return [out / str(step) for step in range(1, last + 1)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_kill_at_every_step_of_an_update(store: GalleryStore, tmp_path: Path) -> None:
    """Two generations before; whatever the instant, the old or the new gallery is there, undamaged."""
    folders = _crash_everywhere(store.folder, tmp_path / "crashes", "add")
    after = add_zoe(NEW)
    outcomes = []
    for folder in folders:
        events: list[Event] = []
        survivor = GalleryStore(folder, on_event=events.append)
        loaded = survivor.load()
        assert loaded is not None and (same(loaded, NEW) or same(loaded, after))
        outcomes.append(same(loaded, after))
        survivor.update(remove_ada)
        assert len(_names(folder)) == 3  # CURRENT and two generations, nothing half-written
        assert not events
    assert outcomes == sorted(outcomes)  # once the new one is there it stays
    assert 8 <= outcomes.index(True) < len(outcomes) - 3
    assert outcomes[-1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_kill_at_every_step_of_a_deletion(store: GalleryStore, tmp_path: Path) -> None:
    """Either the person is still there, or no byte of their vectors is, once the folder was loaded."""
    folders = _crash_everywhere(store.folder, tmp_path / "crashes", "forget")
    needle = OLD.vectors_of("Ada")[1].tobytes()
    gone = []
    for folder in folders:
        loaded = GalleryStore(folder).load()
        assert loaded is not None and (same(loaded, NEW) or same(loaded, remove_ada(NEW)))
        gone.append(same(loaded, remove_ada(NEW)))
        assert gone[-1] != any(needle in content for content in _files(folder).values())
    assert gone[-1] and not gone[0] and gone == sorted(gone)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_kill_at_every_step_of_the_first_save(tmp_path: Path) -> None:
    folders = _crash_everywhere(tmp_path / "nothing", tmp_path / "crashes", "add")
    for folder in folders:
        loaded = GalleryStore(folder).load()
        assert loaded is None or same_people(loaded)
        GalleryStore(folder).update(add_zoe)
        assert same_people(GalleryStore(folder).load())
    assert same_people(GalleryStore(folders[-1]).load())


def same_people(gallery: Gallery | None) -> bool:
    return gallery is not None and [identity.name for identity in gallery.identities] == ["Zoë"]
