"""Every change to people can be taken back, with ids, vectors, rejections and photos."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facecam.core.config import Settings
from facecam.core.errors import DataError, GalleryError
from facecam.core.types import Embeddings, Identity
from facecam.engine import components
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.transactions.trash import FOLDER
from facecam.engine.visits.store import SightingFile
from facecam.gallery.gallery import Gallery
from tests.gallery.factories import MODEL, circle_gallery, on_circle


@pytest.fixture
def here(tmp_path: Path, home: str) -> Settings:
    """Ada, Bea and Cem are enrolled and have a photo each; Dora has a photo only. No model is needed."""
    settings = replace(Settings(), data=tmp_path / "data", database=tmp_path / "database", server=home)
    gallery = circle_gallery({"Ada": (0, 5), "Bea": (90, 95), "Cem": (200,)})
    gallery = gallery.reject("Ada", Embeddings(on_circle(20), MODEL))
    components.open_store(settings).update(lambda _: gallery)
    library = PhotoLibrary(settings.data)
    for name in ("Ada", "Bea", "Cem", "Dora"):
        original = tmp_path / f"{name}.jpg"
        original.write_bytes(name.encode())
        library.add(name, original)
    (settings.data / "Ada" / "notes.txt").write_text("mine")
    return settings


@pytest.fixture
def editor(here: Settings) -> PeopleEditor:
    return PeopleEditor(here)


def gallery_of(settings: Settings) -> Gallery:
    gallery = components.open_store(settings).load()
    assert gallery is not None
    return gallery


def identity(settings: Settings, name: str) -> Identity:
    return gallery_of(settings).find(name).identity


def state(settings: Settings) -> tuple[object, ...]:
    """Everything a change might touch, in a form that can be compared."""
    gallery = gallery_of(settings)
    people = sorted(
        (
            person.identity.name,
            person.identity.id,
            person.created,
            np.sort(gallery.vectors_of(person), axis=0).tobytes(),
            gallery.rejections_of(person).tobytes(),
        )
        for person in gallery.people
    )
    photos = {
        name: sorted(photo.read_bytes() for photo in paths)
        for name, paths in PhotoLibrary(settings.data).people().items()
    }
    return people, photos


def test_the_plan_says_exactly_what_goes(here: Settings, editor: PeopleEditor) -> None:
    plan = editor.plan_deletion(identity(here, "Ada"))
    assert (plan.photos, plan.other_files, plan.vectors) == (1, 1, 2)
    assert plan.folders == (here.data / "Ada",)
    assert editor.plan_deletion(Identity("", "Dora")).vectors == 0


def test_delete_and_undo(here: Settings, editor: PeopleEditor) -> None:
    before = state(here)
    undo = editor.delete(identity(here, "Ada"))
    assert [one.name for one in gallery_of(here).identities] == ["Bea", "Cem"]
    assert not (here.data / "Ada").exists()
    assert len(list(here.database.glob("gen-*"))) <= 1, "older generations hold nothing of Ada"
    assert undo().name == "Ada"
    assert state(here) == before
    assert (here.data / "Ada" / "notes.txt").read_text() == "mine"
    editor.close()


def test_after_closing_nothing_is_left(here: Settings, editor: PeopleEditor) -> None:
    vectors = gallery_of(here).vectors_of("Ada")
    editor.delete(identity(here, "Ada"))
    editor.close()
    assert not (here.data / FOLDER).exists()
    everything = b"".join(path.read_bytes() for path in here.data.parent.rglob("*") if path.is_file())
    assert vectors[0].tobytes() not in everything


def test_somebody_who_has_photos_only(here: Settings, editor: PeopleEditor) -> None:
    before = state(here)
    undo = editor.delete(Identity("", "Dora"))
    assert "Dora" not in PhotoLibrary(here.data).people()
    undo()
    assert state(here) == before
    editor.close()


def test_undo_when_somebody_has_taken_the_name(here: Settings, editor: PeopleEditor) -> None:
    ada = identity(here, "Ada")
    undo = editor.delete(ada)
    components.open_store(here).update(lambda gallery: _add(gallery, "Ada", 300))
    back = undo()
    assert back == Identity(ada.id, "Ada (2)")
    assert [photo.read_bytes() for photo in PhotoLibrary(here.data).photos_of("Ada (2)")] == [b"Ada"]
    assert len(gallery_of(here).vectors_of("Ada")) == 1
    editor.close()


def test_undo_after_the_gallery_was_made_by_another_model(here: Settings, editor: PeopleEditor) -> None:
    ada = identity(here, "Ada")
    undo = editor.delete(ada)
    other = Gallery.empty("another-model", 3)
    components.open_store(here).update(lambda _: other)
    undo()
    assert gallery_of(here).find(ada).identity.name == "Ada"
    assert not len(gallery_of(here).vectors_of(ada)), "vectors of another model mean nothing here"
    assert PhotoLibrary(here.data).photos_of("Ada")
    editor.close()


def test_a_database_that_cannot_be_written_keeps_the_photos(
    here: Settings, editor: PeopleEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(here)

    def full(*_: object, **__: object) -> Gallery:
        raise DataError("the disk is full", hint="Free some space.")

    with monkeypatch.context() as patch:
        patch.setattr(type(components.open_store(here)), "update", full)
        with pytest.raises(DataError):
            editor.delete(identity(here, "Ada"))
    assert state(here) == before
    editor.close()


def test_remove_a_photo_and_undo(here: Settings, editor: PeopleEditor) -> None:
    before, ada = state(here), identity(here, "Ada")
    (photo,) = PhotoLibrary(here.data).photos_of("Ada")
    undo = editor.remove_photos(ada, {photo: gallery_of(here).vectors_of(ada)[:1]})
    assert len(gallery_of(here).vectors_of(ada)) == 1 and not photo.exists()
    assert len(list(here.database.glob("gen-*"))) <= 1
    undo()
    assert state(here) == before
    editor.close()
    assert photo.read_bytes() == b"Ada"


def test_rename_and_undo(here: Settings, editor: PeopleEditor) -> None:
    before, ada = state(here), identity(here, "Ada")
    undo = editor.rename(ada, " Ada \u05d0\u05d3\u05d4 😀 ")
    assert identity(here, "Ada \u05d0\u05d3\u05d4 😀").id == ada.id
    assert PhotoLibrary(here.data).photos_of("Ada \u05d0\u05d3\u05d4 😀")
    undo()
    assert state(here) == before


@pytest.mark.parametrize("name", ["Bea", "Dora", "", "a\nb"])
def test_names_that_cannot_be_given(here: Settings, editor: PeopleEditor, name: str) -> None:
    before = state(here)
    with pytest.raises(GalleryError):
        editor.rename(identity(here, "Ada"), name)
    assert state(here) == before


@pytest.mark.parametrize(("gone", "kept"), [("Ada", "Bea"), ("Dora", "Bea"), ("Ada", "Dora")])
def test_merge_and_undo(here: Settings, editor: PeopleEditor, gone: str, kept: str) -> None:
    before, gallery = state(here), gallery_of(here)
    known = {one.name: one for one in gallery.identities}
    one, other = known.get(gone, Identity("", gone)), known.get(kept, Identity("", kept))
    vectors = sum(len(gallery.vectors_of(who)) for who in (one, other) if who.id)
    undo = editor.merge(one, other)
    merged = gallery_of(here)
    assert gone not in {person.name for person in merged.identities}
    assert len(merged.vectors_of(kept)) == vectors
    photos = PhotoLibrary(here.data).photos_of(kept)
    assert sorted(photo.read_bytes() for photo in photos) == sorted([gone.encode(), kept.encode()])
    undo()
    assert state(here) == before


def test_what_was_added_after_a_merge_stays_when_it_is_taken_back(
    here: Settings, editor: PeopleEditor
) -> None:
    undo = editor.merge(identity(here, "Ada"), identity(here, "Bea"))
    components.open_store(here).update(lambda gallery: _add(gallery, "Bea", 100))
    undo()
    assert len(gallery_of(here).vectors_of("Bea")) == 3 and len(gallery_of(here).vectors_of("Ada")) == 2


def test_nobody_is_merged_with_themselves(here: Settings, editor: PeopleEditor) -> None:
    with pytest.raises(GalleryError, match="themselves"):
        editor.merge(identity(here, "Ada"), identity(here, "Ada"))


def fail(*_: object, **__: object) -> Gallery:
    raise DataError("locked", hint="Try again.")


@pytest.mark.parametrize(("owner", "method"), [(None, "update"), (PhotoLibrary, "owner_of")])
def test_an_undo_that_failed_can_be_repeated(
    here: Settings, editor: PeopleEditor, monkeypatch: pytest.MonkeyPatch, owner: type | None, method: str
) -> None:
    before = state(here)
    undo = editor.delete(identity(here, "Ada"))
    with monkeypatch.context() as patch:
        patch.setattr(owner or type(components.open_store(here)), method, fail)
        with pytest.raises(DataError):
            undo()
    assert (here.data / "Ada" / "notes.txt").exists()
    undo()
    editor.close()
    assert state(here) == before


def test_visits_that_cannot_be_forgotten_stop_the_deletion(
    here: Settings, editor: PeopleEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(here)
    monkeypatch.setattr(SightingFile, "forget", fail)
    with pytest.raises(DataError):
        editor.delete(identity(here, "Ada"))
    editor.close()
    assert state(here) == before


def test_visits_that_cannot_be_handed_over_stop_the_merge(
    here: Settings, editor: PeopleEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(here)
    monkeypatch.setattr(SightingFile, "hand_over", fail)
    with pytest.raises(DataError):
        editor.merge(identity(here, "Ada"), identity(here, "Bea"))
    assert state(here) == before


def _add(gallery: Gallery | None, name: str, degrees: float) -> Gallery:
    assert gallery is not None
    return gallery.add(name, Embeddings(on_circle(degrees), MODEL))


_WHO = st.sampled_from(["Ada", "Bea", "Cem", "Dora"])
_CHANGES = st.one_of(
    st.tuples(st.just("rename"), _WHO, st.sampled_from(["Eva", "Bea", "ada", "\u05e2\u05de\u05e8 😀"])),
    st.tuples(st.just("merge"), _WHO, _WHO),
    st.tuples(st.just("delete"), _WHO, st.none()),
    st.tuples(st.just("remove photo"), _WHO, st.none()),
)


@settings(max_examples=20)
@given(st.lists(_CHANGES, min_size=1, max_size=5))
def test_whatever_was_done_is_undone_in_turn(
    here: Settings, editor: PeopleEditor, changes: list[tuple[str, str, str | None]]
) -> None:
    """Changes that are refused change nothing; the others are taken back, the last one first."""
    states, undos = [state(here)], []
    for kind, name, other in changes:
        known = {one.name: one for one in gallery_of(here).identities}
        who, target = (known.get(text or "", Identity("", text or "")) for text in (name, other))
        photos = PhotoLibrary(here.data).photos_of(name)
        try:
            if kind == "rename":
                undo = editor.rename(who, other or "")
            elif kind == "merge":
                undo = editor.merge(who, target)
            elif kind == "delete":
                undo = editor.delete(who)
            else:
                photo = photos[0] if photos else here.data / "none.jpg"
                undo = editor.remove_photos(who, {photo: np.zeros((0, 2), np.float32)})
        except (GalleryError, DataError):
            assert state(here) == states[-1]
            continue
        undos.append(undo)
        states.append(state(here))
    while undos:
        states.pop()
        undos.pop()()
        assert state(here) == states[-1]
