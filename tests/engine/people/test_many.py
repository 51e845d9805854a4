"""Many people and photos at once: deleted, merged, moved, split and un-enrolled as one change with one way back."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import DataError, GalleryError
from facecam.core.paths import sha256_file
from facecam.core.types import Box, Embeddings, Identity
from facecam.engine import components
from facecam.engine.enrollment.addition import Addition
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.photos.chosen_faces import ChosenFace, ChosenFaces, key_of_digest
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.transactions.change import PeopleChange
from facecam.engine.transactions.journal import PeopleJournal
from facecam.engine.transactions.photo_copies import keep_with_vectors
from facecam.engine.transactions.trash import FOLDER
from facecam.gallery.gallery import Gallery
from facecam.gallery.postgres.store import PostgresStore
from facecam.gallery.storage.store import GalleryStore
from tests.engine.people.test_editor import editor, gallery_of, here, identity, state
from tests.gallery.factories import MODEL, on_circle

__all__ = ["editor", "here"]


def enroll(settings: Settings, tmp: Path, name: str, *degrees: float) -> Addition:
    """Photos and vectors, put there the way enrolling does."""
    files = []
    for angle in degrees:
        file = tmp / f"{name}-{angle}.jpg"
        file.write_bytes(f"{name} {angle}".encode())
        files.append(file)
    library = PhotoLibrary(settings.data)
    vectors = Embeddings(on_circle(*degrees), MODEL)
    kept = keep_with_vectors(
        settings,
        name,
        lambda: {library.place_of(name, file): file for file in files},
        "vectors",
        vectors.vectors,
        lambda current: (current or Gallery.empty(MODEL, 2)).add(name, vectors),
    )
    return Addition.between(kept.before, kept.gallery, name, kept.made)


def test_sixty_people_added_by_mistake_are_one_undo(
    here: Settings, editor: PeopleEditor, tmp_path: Path
) -> None:
    before = state(here)
    additions = [enroll(here, tmp_path, f"Mistake {number}", number, number + 0.5) for number in range(60)]
    additions.append(enroll(here, tmp_path, "Bea", 92.0))
    assert len(gallery_of(here).identities) == 63
    version = len(list(here.database.glob("gen-*")))
    editor.take_enrollments_back(additions)
    assert state(here) == before and (version or here.server)
    assert sorted(path.name for path in here.data.iterdir() if path.name != FOLDER) == [
        "Ada", "Bea", "Cem", "Dora",
    ]  # fmt: skip
    editor.close()
    assert not (here.data / FOLDER).exists()


def test_what_came_since_stays(here: Settings, editor: PeopleEditor, tmp_path: Path) -> None:
    mistake = enroll(here, tmp_path, "Eve", 300.0)
    enroll(here, tmp_path, "Eve", 310.0)
    editor.take_enrollments_back([mistake])
    assert len(gallery_of(here).vectors_of("Eve")) == 1
    assert [photo.read_bytes() for photo in PhotoLibrary(here.data).photos_of("Eve")] == [b"Eve 310.0"]
    editor.close()


def test_photos_that_were_there_before_stay(here: Settings, editor: PeopleEditor) -> None:
    """Somebody enrolled from the photos in their folder is not enrolled again, and keeps them."""
    before = state(here)
    vectors = Embeddings(on_circle(150), MODEL)
    gallery = gallery_of(here)
    after = components.open_store(here).update(lambda current: (current or gallery).add("Dora", vectors))
    editor.take_enrollments_back([Addition.between(gallery, after, "Dora", ())])
    assert state(here) == before
    editor.close()


def test_vectors_an_enrollment_took_away_come_back(here: Settings, editor: PeopleEditor) -> None:
    before, gallery = state(here), gallery_of(here)
    gone = gallery.vectors_of("Ada")[:1]
    after = components.open_store(here).update(
        lambda current: (
            (current or gallery).without_vectors("Ada", gone).add("Ada", Embeddings(on_circle(8), MODEL))
        )
    )
    editor.take_enrollments_back([Addition.between(gallery, after, "Ada", ())])
    assert state(here) == before
    editor.close()


def test_nothing_is_taken_back_by_halves(
    here: Settings, editor: PeopleEditor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    additions = [enroll(here, tmp_path, name, angle) for name, angle in (("Eve", 300), ("Fay", 320))]
    before = state(here)
    with monkeypatch.context() as patch:
        _instead_of_updates(patch, _full)
        with pytest.raises(DataError):
            editor.take_enrollments_back(additions)
    assert state(here) == before
    editor.delete(additions[1].identity)
    with pytest.raises(GalleryError, match="Fay is not there any more"):
        editor.take_enrollments_back(additions)
    assert "Eve" in {one.name for one in gallery_of(here).identities}
    editor.close()


@pytest.mark.parametrize(
    "change",
    [
        lambda editor, ada, bea, cem: editor.delete_all([ada, bea, Identity("", "Dora")]),
        lambda editor, ada, bea, cem: editor.merge_all([ada, bea, Identity("", "Dora")], cem),
    ],
    ids=["delete", "merge"],
)
def test_many_people_and_one_undo(
    here: Settings, editor: PeopleEditor, change: Callable[..., Callable[[], Identity]]
) -> None:
    before = state(here)
    undo = change(editor, *(identity(here, name) for name in ("Ada", "Bea", "Cem")))
    assert [one.name for one in gallery_of(here).identities] == ["Cem"]
    assert "Dora" not in PhotoLibrary(here.data).people()
    undo()
    assert state(here) == before
    editor.close()


def test_many_of_whom_one_is_not_there(here: Settings, editor: PeopleEditor) -> None:
    before = state(here)
    with pytest.raises(GalleryError):
        editor.delete_all([identity(here, "Ada"), Identity("nobody", "Nobody")])
    assert state(here) == before
    editor.close()


def photo_of(settings: Settings, name: str) -> Path:
    (photo,) = PhotoLibrary(settings.data).photos_of(name)
    return photo


def test_a_photo_is_moved_with_its_vector_and_its_chosen_face(here: Settings, editor: PeopleEditor) -> None:
    before, ada = state(here), identity(here, "Ada")
    photo, vector = photo_of(here, "Ada"), gallery_of(here).vectors_of("Ada")[1:]
    choice = ChosenFace(Box(0.1, 0.1, 0.4, 0.4), "hand")
    key = key_of_digest(sha256_file(photo))
    ChosenFaces(here.data / "Ada").change({key: choice})
    undo = editor.move_photos(ada, identity(here, "Bea"), {photo: vector})
    assert not photo.exists() and len(gallery_of(here).vectors_of("Ada")) == 1
    assert len(gallery_of(here).vectors_of("Bea")) == 3
    assert ChosenFaces(here.data / "Bea").of(key) == choice
    assert sorted(one.read_bytes() for one in PhotoLibrary(here.data).photos_of("Bea")) == [b"Ada", b"Bea"]
    assert undo() == ada
    assert state(here) == before and photo.exists()
    editor.close()


def test_a_photo_both_have_is_not_lost_by_the_undo(here: Settings, editor: PeopleEditor) -> None:
    photo, vector = photo_of(here, "Ada"), gallery_of(here).vectors_of("Ada")[1:]
    PhotoLibrary(here.data).add("Bea", photo)
    rows = gallery_of(here).those_of("Ada", vector)
    components.open_store(here).update(lambda gallery: (gallery or gallery_of(here)).add("Bea", rows))
    before = state(here)
    editor.move_photos(identity(here, "Ada"), identity(here, "Bea"), {photo: vector})()
    assert state(here) == before
    editor.close()


def test_split_makes_new_people_and_its_undo_unmakes_them(
    here: Settings, editor: PeopleEditor, tmp_path: Path
) -> None:
    added = enroll(here, tmp_path, "Mixed", 250.0, 300.0, 340.0)
    before, gallery = state(here), gallery_of(here)
    photos = {photo.read_bytes().split()[-1]: photo for photo in added.photos}
    groups = [
        (Identity("", name), {photos[key]: gallery.those_of("Mixed", on_circle(float(key))).vectors})
        for name, key in (("One", b"300.0"), ("Two", b"340.0"))
    ]
    undo = editor.split(added.identity, groups)
    after = gallery_of(here)
    assert [len(after.vectors_of(name)) for name in ("Mixed", "One", "Two")] == [1, 1, 1]
    assert [len(PhotoLibrary(here.data).photos_of(name)) for name in ("Mixed", "One", "Two")] == [1, 1, 1]
    assert undo() == added.identity
    assert state(here) == before and not (here.data / "One").exists()
    editor.close()


def test_photos_of_somebody_not_enrolled_are_moved(here: Settings, editor: PeopleEditor) -> None:
    before, nothing = state(here), np.zeros((0, 2), np.float32)
    undo = editor.move_photos(Identity("", "Dora"), identity(here, "Ada"), {photo_of(here, "Dora"): nothing})
    assert len(PhotoLibrary(here.data).photos_of("Ada")) == 2
    undo()
    assert state(here) == before
    editor.close()


def test_a_move_that_cannot_be_saved_leaves_all_as_it_was(
    here: Settings, editor: PeopleEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, photo = state(here), photo_of(here, "Ada")
    vector = gallery_of(here).vectors_of("Ada")[1:]
    with monkeypatch.context() as patch:
        _instead_of_updates(patch, _full)
        with pytest.raises(DataError):
            editor.move_photos(identity(here, "Ada"), identity(here, "Bea"), {photo: vector})
    assert state(here) == before and photo.exists()
    with pytest.raises(GalleryError, match="already"):
        editor.move_photos(identity(here, "Ada"), identity(here, "Ada"), {photo: vector})
    editor.close()


def test_many_photos_are_removed_as_one(here: Settings, editor: PeopleEditor, tmp_path: Path) -> None:
    added = enroll(here, tmp_path, "Eve", 300.0, 310.0, 320.0)
    before, gallery = state(here), gallery_of(here)
    photos = {
        photo: gallery.those_of("Eve", on_circle(float(photo.read_bytes().split()[-1]))).vectors
        for photo in added.photos[:2]
    }
    undo = editor.remove_photos(added.identity, photos)
    assert len(gallery_of(here).vectors_of("Eve")) == 1 and len(PhotoLibrary(here.data).photos_of("Eve")) == 1
    undo()
    assert state(here) == before
    editor.close()


def _full(*_: object, **__: object) -> Gallery:
    raise DataError("the disk is full", hint="Free some space.")


class Killed(BaseException):
    """The process is gone."""


def _killed(*_: object, **__: object) -> None:
    raise Killed


def _instead_of_updates(patch: pytest.MonkeyPatch, what: Callable[..., Gallery | None]) -> None:
    """Wherever people live."""
    for kind in (GalleryStore, PostgresStore):
        patch.setattr(kind, "update", what)


def _kill_before(patch: pytest.MonkeyPatch) -> None:
    """Cut off after the files, before the database changed; nobody tidies up."""
    _instead_of_updates(patch, _killed)
    patch.setattr(PeopleJournal, "_end_of_failure", lambda *_: None)


def _kill_after(patch: pytest.MonkeyPatch) -> None:
    """Cut off as soon as the database has changed."""
    patch.setattr(PeopleChange, "finish", _killed)


@pytest.mark.parametrize("what", ["move", "take enrollments back", "remove photos"])
@pytest.mark.parametrize("kill", [_kill_before, _kill_after])
def test_cut_off_it_is_whole_or_not_at_all(
    here: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    kill: Callable[[pytest.MonkeyPatch], None],
) -> None:
    added = enroll(here, tmp_path, "Eve", 300.0, 310.0)
    other = identity(here, "Bea")
    gallery = gallery_of(here)
    photos = {
        photo: gallery.those_of("Eve", on_circle(float(photo.read_bytes().split()[-1]))).vectors
        for photo in added.photos
    }
    do: dict[str, Callable[[PeopleEditor], object]] = {
        "move": lambda editor: editor.move_photos(added.identity, other, photos),
        "take enrollments back": lambda editor: editor.take_enrollments_back([added]),
        "remove photos": lambda editor: editor.remove_photos(added.identity, photos),
    }
    before = state(here)
    with monkeypatch.context() as patch:
        kill(patch)
        with pytest.raises(Killed):
            do[what](PeopleEditor(here))
    gc.collect()  # The lock of the dead session goes with it.
    editor = PeopleEditor(here)
    editor.recover()
    recovered = state(here)
    if kill is _kill_before:
        assert recovered == before
        do[what](editor)
        recovered = state(here)
    assert recovered != before
    people = {one[0]: len(one[3]) // 8 for one in recovered[0]}  # type: ignore[attr-defined]
    library = {name: len(paths) for name, paths in recovered[1].items() if paths}  # type: ignore[attr-defined]
    assert sum(people.values()) == 5 + (2 if what == "move" else 0)
    assert sum(library.values()) == 4 + (2 if what == "move" else 0)
    editor.close()
    assert not (here.database / "changing.json").exists()


@pytest.mark.parametrize("kill", [_kill_before, _kill_after])
def test_a_split_that_is_cut_off_is_whole_or_not_at_all(
    here: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kill: Callable[[pytest.MonkeyPatch], None],
) -> None:
    added = enroll(here, tmp_path, "Mixed", 250.0, 300.0, 340.0)
    before, gallery = state(here), gallery_of(here)
    photos = {photo.read_bytes().split()[-1]: photo for photo in added.photos}
    groups = [
        (Identity("", name), {photos[key]: gallery.those_of("Mixed", on_circle(float(key))).vectors})
        for name, key in (("One", b"300.0"), ("Two", b"340.0"))
    ]
    with monkeypatch.context() as patch:
        kill(patch)
        with pytest.raises(Killed):
            PeopleEditor(here).split(added.identity, groups)
    gc.collect()
    editor = PeopleEditor(here)
    editor.recover()
    if kill is _kill_before:
        assert state(here) == before
    else:
        library = PhotoLibrary(here.data)
        for name in ("Mixed", "One", "Two"):
            assert len(library.photos_of(name)) == len(gallery_of(here).vectors_of(name)) == 1
    editor.close()


@pytest.mark.parametrize("kill", [_kill_before, _kill_after])
def test_many_merged_and_cut_off_are_all_one_or_none_is(
    here: Settings, monkeypatch: pytest.MonkeyPatch, kill: Callable[[pytest.MonkeyPatch], None]
) -> None:
    before = state(here)
    gone = [identity(here, "Ada"), Identity("", "Dora"), identity(here, "Bea")]
    with monkeypatch.context() as patch:
        kill(patch)
        with pytest.raises(Killed):
            PeopleEditor(here).merge_all(gone, identity(here, "Cem"))
    gc.collect()
    editor = PeopleEditor(here)
    editor.recover()
    if kill is _kill_before:
        assert state(here) == before
    else:
        assert [one.name for one in gallery_of(here).identities] == ["Cem"]
        assert {name for name, photos in PhotoLibrary(here.data).people().items() if photos} == {"Cem"}
    editor.close()


@pytest.mark.parametrize("kill", [_kill_before, _kill_after])
def test_many_deleted_and_cut_off_are_all_gone_or_all_there(
    here: Settings, monkeypatch: pytest.MonkeyPatch, kill: Callable[[pytest.MonkeyPatch], None]
) -> None:
    """One change: not some of them."""
    before = state(here)
    gone = [Identity("", "Dora"), identity(here, "Ada"), identity(here, "Bea")]
    with monkeypatch.context() as patch:
        kill(patch)
        with pytest.raises(Killed):
            PeopleEditor(here).delete_all(gone)
    gc.collect()
    editor = PeopleEditor(here)
    finished = editor.recover()
    if kill is _kill_before:
        assert state(here) == before and not finished
    else:
        assert [one.name for one in gallery_of(here).identities] == ["Cem"]
        assert {name for name, photos in PhotoLibrary(here.data).people().items() if photos} == {"Cem"}
        assert [one.who.name for one in finished] == ["Dora", "Ada", "Bea"]
    editor.close()
    assert not (here.database / "changing.json").exists()


def test_many_deleted_that_cannot_be_saved_are_all_there(
    here: Settings, editor: PeopleEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(here)
    with monkeypatch.context() as patch:
        patch.setattr(PeopleChange, "finish", _full)
        with pytest.raises(DataError):
            editor.delete_all([identity(here, "Ada"), identity(here, "Bea")])
    assert state(here) == before
    editor.close()
