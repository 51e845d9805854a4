"""Rename, merge, delete, rebuild, import and export: database and photos always tell the same."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import DataError, EnrollmentError, GalleryError
from facecam.core.events import Event, Notice
from facecam.core.paths import printable
from facecam.core.types import Embeddings
from facecam.engine import components
from facecam.engine.enrollment import rebuild
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.people import directory as people
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.recognition.recognizer import GalleryWatch
from facecam.gallery.gallery import Gallery
from tests.engine.fixtures import Enrol, Faces, Heads
from tests.engine.studio import BARACK, EILEEN, JOE, mirrored, nobody, save
from tests.servers import OwnServer


def known(settings: Settings) -> dict[str, tuple[int, int]]:
    """Name → (vectors, photos), as lists show them."""
    return {one.identity.name: (one.vectors, len(one.photos)) for one in people.list_people(settings)}


def gallery_of(settings: Settings) -> Gallery:
    gallery = components.open_store(settings).load()
    assert gallery is not None
    return gallery


def put(settings: Settings, name: str, picture: np.ndarray, file: str = "a.png") -> Path:
    return save(picture, settings.data / name / file)


def as_arrays(people: Any) -> dict[str, Any]:
    """Names → vectors, as the types of `numpy.savez` want keywords."""
    return dict(people)


def everything_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_lists_show_the_enrolled_and_those_who_only_have_photos(
    settings: Settings, heads: Heads, enrolled: Enrol
) -> None:
    assert people.list_people(settings) == []
    enrolled("eve", vectors_of=EILEEN)
    enrolled("Bob", vectors_of=BARACK)
    put(settings, "Bob", heads[BARACK])
    put(settings, "Dave", heads[JOE])
    rows = people.list_people(settings)
    assert [one.identity.name for one in rows] == ["Bob", "Dave", "eve"]
    assert known(settings) == {"Bob": (1, 1), "Dave": (0, 1), "eve": (1, 0)}
    assert rows[1].identity.id == "" and rows[0].identity.id


# ---------------------------------------------------------------------- delete


def test_deleting_removes_photos_and_vectors_from_every_generation(
    settings: Settings, heads: Heads, faces: Faces, enrolled: Enrol
) -> None:
    enrolled(BARACK)
    enrolled(EILEEN)
    put(settings, BARACK, heads[BARACK])
    put(settings, EILEEN, heads[EILEEN])
    needle = faces[BARACK].vectors[0].tobytes()
    assert needle in everything_below(settings.database)
    identity, photos = people.delete_person(settings, BARACK)
    assert (identity.name, photos) == (BARACK, 1)
    left = everything_below(settings.database)
    assert needle not in left and BARACK.encode() not in left and identity.id.encode() not in left
    assert not (settings.data / BARACK).exists()
    assert known(settings) == {EILEEN: (1, 1)}


@pytest.mark.parametrize("spelling", ["José ", " José", unicodedata.normalize("NFD", "José")])
def test_deleting_by_another_spelling_of_the_name_deletes_the_vectors_too(
    settings: Settings, heads: Heads, enrolled: Enrol, spelling: str
) -> None:
    enrolled("José", vectors_of=BARACK)
    enrolled(EILEEN)
    put(settings, "José", heads[BARACK])
    people.delete_person(settings, spelling)
    assert known(settings) == {EILEEN: (1, 0)}


def test_the_last_person_can_be_deleted(settings: Settings, enrolled: Enrol) -> None:
    person = enrolled(BARACK).find(BARACK)
    identity, photos = people.delete_person(settings, person.identity.id)
    assert (identity.name, photos) == (BARACK, 0)
    assert people.list_people(settings) == []


def test_somebody_who_only_has_photos_can_be_deleted(settings: Settings, heads: Heads) -> None:
    put(settings, "Dave", heads[JOE])
    assert people.delete_person(settings, "Dave")[1] == 1
    assert people.list_people(settings) == []


def test_deleting_somebody_unknown_says_who_may_be_meant(
    settings: Settings, heads: Heads, enrolled: Enrol
) -> None:
    enrolled(BARACK)
    put(settings, EILEEN, heads[EILEEN])
    for name in ("Barak Obama", "../..", "data", "."):
        with pytest.raises(GalleryError) as caught:
            people.delete_person(settings, name)
        assert caught.value.hint
    assert known(settings) == {BARACK: (1, 0), EILEEN: (0, 1)}


# ---------------------------------------------------------------------- rename and merge


def test_renaming_takes_photos_and_vectors_along(settings: Settings, heads: Heads, enrolled: Enrol) -> None:
    old = enrolled(BARACK).find(BARACK).identity
    put(settings, BARACK, heads[BARACK])
    new = people.rename_person(settings, BARACK, "B. Hussein Obama II")
    assert new.id == old.id
    assert known(settings) == {"B. Hussein Obama II": (1, 1)}
    assert (settings.data / BARACK).is_dir(), "the folder stays where the user has it"
    assert people.delete_person(settings, "B. Hussein Obama II")[1] == 1
    assert not (settings.data / BARACK).exists()


def test_a_name_that_is_taken_or_bad_changes_nothing(
    settings: Settings, heads: Heads, enrolled: Enrol
) -> None:
    enrolled(BARACK)
    enrolled(EILEEN)
    put(settings, BARACK, heads[BARACK])
    for new in (EILEEN, "", "two\nlines"):
        with pytest.raises(GalleryError):
            people.rename_person(settings, BARACK, new)
    assert known(settings) == {BARACK: (1, 1), EILEEN: (1, 0)}


def test_who_has_a_folder_made_by_hand_is_merged_with_and_then_deleting_leaves_nothing(
    settings: Settings, heads: Heads, enrolled: Enrol
) -> None:
    enrolled("B. O.", vectors_of=BARACK)
    put(settings, "B. O.", heads[BARACK])
    put(settings, BARACK, mirrored(heads[BARACK]))
    with pytest.raises(GalleryError) as caught:
        people.rename_person(settings, "B. O.", BARACK)
    assert "merge" in caught.value.hint, "two people are not made one by the way"
    people.merge_people(settings, "B. O.", BARACK)
    assert known(settings) == {BARACK: (1, 2)}
    assert people.delete_person(settings, BARACK)[1] == 2
    assert not list(settings.data.rglob("*.png"))


def test_a_new_person_with_a_name_given_up_shares_nothing_with_the_old_bearer(
    settings: Settings, heads: Heads, studio: Path
) -> None:
    """Ada becomes Ada Lovelace; another Ada comes and goes; Ada Lovelace still has her photo."""
    enroller = Enroller(settings)
    enroller.enroll("Ada", [save(heads[EILEEN], studio / "a.png")])
    people.rename_person(settings, "Ada", "Ada Lovelace")
    enroller.enroll("Ada", [save(heads[BARACK], studio / "b.png")])
    assert known(settings) == {"Ada": (1, 1), "Ada Lovelace": (1, 1)}
    people.delete_person(settings, "Ada")
    assert known(settings) == {"Ada Lovelace": (1, 1)}


def test_merging_gives_everything_to_the_target(settings: Settings, heads: Heads, enrolled: Enrol) -> None:
    enrolled("B. O.", vectors_of=BARACK)
    kept = enrolled(BARACK).find(BARACK).identity
    put(settings, "B. O.", heads[BARACK])
    put(settings, BARACK, mirrored(heads[BARACK]))
    assert people.merge_people(settings, "B. O.", BARACK) == kept
    assert known(settings) == {BARACK: (2, 2)}
    with pytest.raises(GalleryError):
        people.merge_people(settings, BARACK, BARACK)
    with pytest.raises(GalleryError):
        people.merge_people(settings, "B. O.", BARACK)
    assert known(settings) == {BARACK: (2, 2)}


def test_changes_are_seen_at_once_by_a_running_recognition(
    settings: Settings, faces: Faces, enrolled: Enrol
) -> None:
    enrolled(BARACK)
    watch = GalleryWatch(settings, components.open_embedder(settings))
    query = faces[BARACK].vectors

    def name_now() -> str | None:
        matcher = watch.changed(pause_s=0)
        assert matcher is not None
        identity = matcher.match(query)[0].identity
        return identity.name if identity else None

    assert watch.load().match(query)[0].identity is not None
    assert watch.changed(pause_s=0) is None
    people.rename_person(settings, BARACK, "The President")
    assert name_now() == "The President"
    enrolled("Barack", vectors_of=BARACK)
    people.merge_people(settings, "The President", "Barack")
    assert name_now() == "Barack"
    assert watch.changed(pause_s=0) is None
    people.delete_person(settings, "Barack")
    assert name_now() is None


@pytest.mark.parametrize("action", ["rename", "merge", "delete", "export"])
def test_nothing_can_be_done_to_nobody(settings: Settings, tmp_path: Path, action: str) -> None:
    with pytest.raises(GalleryError, match="nobody is enrolled") as caught:
        match action:
            case "rename":
                people.rename_person(settings, "Ada", "Eve")
            case "merge":
                people.merge_people(settings, "Ada", "Eve")
            case "delete":
                people.delete_person(settings, "Ada")
            case _:
                people.export_legacy(settings, tmp_path / "a.npy", tmp_path / "a.txt")
    assert "enroll NAME" in caught.value.hint
    assert not (tmp_path / "a.npy").exists()


# ---------------------------------------------------------------------- rebuild


def test_a_rebuild_makes_the_database_of_the_photos_and_keeps_the_ids(
    settings: Settings, heads: Heads, studio: Path
) -> None:
    enroller = Enroller(settings)
    old = enroller.enroll(BARACK, [save(heads[BARACK], studio / "a.png")]).identity
    put(settings, EILEEN, heads[EILEEN])
    put(settings, "Landscape", nobody())
    gallery, left_out = people.rebuild(settings)
    assert left_out == ["Landscape"]
    assert {one.name: int(n) for one, n in zip(gallery.identities, gallery.counts(), strict=True)} == {
        BARACK: 1,
        EILEEN: 1,
    }
    assert gallery.find(BARACK).identity == old
    assert known(settings) == {BARACK: (1, 1), EILEEN: (1, 1), "Landscape": (0, 1)}


def test_a_rebuild_says_whose_photos_do_not_count_any_more(settings: Settings, heads: Heads) -> None:
    put(settings, EILEEN, heads[EILEEN])
    save(nobody(), settings.data / EILEEN / "landscape.png")
    events: list[Event] = []
    gallery, left_out = people.rebuild(settings, on_event=events.append)
    assert len(gallery.vectors) == 1 and not left_out
    assert f"1 of 2 photos of {EILEEN} cannot be used now" in [
        event.text for event in events if isinstance(event, Notice)
    ]


def test_a_rebuild_cures_a_database_of_another_model(settings: Settings, heads: Heads) -> None:
    stale = Embeddings(np.eye(1, 64, dtype=np.float32), "stranger@abc")
    components.open_store(settings).update(lambda _: Gallery.empty("stranger@abc", 64).add(BARACK, stale))
    put(settings, BARACK, heads[BARACK])
    with pytest.raises(GalleryError, match="stranger@abc"):
        components.load_gallery(components.open_store(settings), components.open_embedder(settings).card)
    people.rebuild(settings)
    assert gallery_of(settings).model_id == components.open_embedder(settings).card.model_id


def test_a_rebuild_keeps_the_threshold_found_for_its_model(
    settings: Settings, heads: Heads, enrolled: Enrol
) -> None:
    enrolled(BARACK)
    put(settings, BARACK, heads[BARACK])
    components.open_store(settings).update(lambda gallery: gallery.with_threshold(0.12))  # type: ignore[union-attr]
    people.rebuild(settings)
    assert gallery_of(settings).threshold == 0.12


def test_a_rebuild_gives_up_the_threshold_of_another_model(settings: Settings, heads: Heads) -> None:
    stale = Embeddings(np.eye(1, 64, dtype=np.float32), "stranger@abc")
    other = Gallery.empty("stranger@abc", 64).add(BARACK, stale).with_threshold(0.9)
    components.open_store(settings).update(lambda _: other)
    put(settings, BARACK, heads[BARACK])
    events: list[Event] = []
    people.rebuild(settings, on_event=events.append)
    assert gallery_of(settings).threshold is None
    assert any(isinstance(one, Notice) and "0.900" in one.text for one in events)


def test_a_rebuild_cures_a_database_that_cannot_be_read(
    settings: Settings, heads: Heads, enrolled: Enrol
) -> None:
    enrolled(BARACK)
    put(settings, BARACK, heads[BARACK])
    for file in settings.database.rglob("*.npy"):
        file.write_bytes(b"broken")
    with pytest.raises(GalleryError) as caught:
        people.list_people(settings)
    assert "people rebuild" in caught.value.hint
    people.rebuild(settings)
    assert known(settings) == {BARACK: (1, 1)}


def test_a_rebuild_without_usable_photos_leaves_the_database_alone(
    settings: Settings, enrolled: Enrol
) -> None:
    enrolled(BARACK)
    put(settings, BARACK, nobody())
    before = components.open_store(settings).version()
    with pytest.raises(EnrollmentError, match="no usable photos"):
        people.rebuild(settings)
    assert components.open_store(settings).version() == before and known(settings) == {BARACK: (1, 1)}


def test_a_rebuild_loses_nobody_whose_vectors_still_fit(
    settings: Settings, heads: Heads, enrolled: Enrol
) -> None:
    """Imported people have no photos to be made anew from, and their vectors are this model's."""
    enrolled(JOE)
    put(settings, BARACK, heads[BARACK])
    people.rebuild(settings)
    assert known(settings) == {BARACK: (1, 1), JOE: (1, 0)}


def changed_while_rebuilding(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Do something once the photos were looked at and before the database is written."""
    rejections = rebuild.with_rejections

    def late(*arguments: Any) -> Gallery:
        change()
        return rejections(*arguments)

    monkeypatch.setattr(rebuild, "with_rejections", late)


def test_what_is_changed_during_a_rebuild_stays_changed(
    settings: Settings, heads: Heads, faces: Faces, enrolled: Enrol, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settings, BARACK, heads[BARACK])
    put(settings, EILEEN, heads[EILEEN])
    people.rebuild(settings)
    identity = gallery_of(settings).find(BARACK).identity

    def change() -> None:
        people.delete_person(settings, EILEEN)
        people.rename_person(settings, BARACK, "Barry")
        enrolled(JOE)

    changed_while_rebuilding(monkeypatch, change)
    people.rebuild(settings)
    gallery = gallery_of(settings)
    assert [one.name for one in gallery.identities] == ["Barry", JOE]
    assert gallery.find("Barry").identity.id == identity.id
    assert np.array_equal(gallery.vectors_of(JOE), faces[JOE].vectors)
    assert len(gallery.vectors_of("Barry")) == 1


def test_a_rebuild_with_another_model_does_not_overwrite_people_who_came_meanwhile(
    settings: Settings, heads: Heads, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settings, BARACK, heads[BARACK])
    other = Embeddings(np.eye(1, 4, dtype=np.float32), "other")
    store = components.open_store(settings)
    store.update(lambda _: Gallery.empty("other", 4).add(BARACK, other))
    changed_while_rebuilding(
        monkeypatch,
        lambda: store.update(lambda gallery: (gallery or Gallery.empty("other", 4)).add(JOE, other)),
    )
    with pytest.raises(GalleryError, match="changed while") as caught:
        people.rebuild(settings)
    assert "people rebuild" in caught.value.hint
    assert [one.name for one in gallery_of(settings).identities] == [BARACK, JOE]


def test_a_rebuild_says_who_cannot_come_along(settings: Settings, heads: Heads) -> None:
    """Their vectors are another model's, and there are no photos."""
    stale = Embeddings(np.eye(1, 64, dtype=np.float32), "stranger@abc")
    components.open_store(settings).update(lambda _: Gallery.empty("stranger@abc", 64).add(JOE, stale))
    put(settings, BARACK, heads[BARACK])
    events: list[Event] = []
    _, left_out = people.rebuild(settings, on_event=events.append)
    assert left_out == [JOE]
    assert [event for event in events if isinstance(event, Notice) and JOE in event.text]


@pytest.mark.parametrize("folder", ["two\nlines", "Ada\u202egpj.exe"])
def test_a_folder_that_nobody_can_be_called_is_a_line_and_the_rest_goes_on(
    settings: Settings, heads: Heads, folder: str
) -> None:
    put(settings, BARACK, heads[BARACK])
    save(heads[JOE], settings.data / folder / "a.png")
    events: list[Event] = []
    gallery, left_out = people.rebuild(settings, on_event=events.append)
    assert [one.name for one in gallery.identities] == [BARACK] and left_out == [folder]
    (notice,) = (one for one in events if isinstance(one, Notice))
    assert printable(folder) in notice.text and "\n" not in notice.text and "Rename" in notice.hint
    assert (settings.data / folder / "a.png").is_file()


def test_a_folder_spelt_the_mac_way_keeps_its_person_in_a_rebuild(
    settings: Settings, heads: Heads, enrolled: Enrol
) -> None:
    old = enrolled("José", vectors_of=BARACK).find("José").identity
    put(settings, unicodedata.normalize("NFD", "José"), heads[BARACK])
    people.rebuild(settings)
    assert gallery_of(settings).find("José").identity == old
    assert known(settings) == {"José": (1, 1)}


# ---------------------------------------------------------------------- import and export


def test_the_older_pair_comes_in_recognizes_and_goes_out_again(
    settings: Settings, faces: Faces, tmp_path: Path
) -> None:
    """float64 medians, not of unit length, names in one line: as FaceNet_TF-2.0 wrote them."""
    npy, names = tmp_path / "faces_emb_reference.npy", tmp_path / "names_reference.txt"
    np.save(
        npy, np.stack([faces[BARACK].vectors[0] * 1.4, faces[EILEEN].vectors[0] * 0.7]).astype(np.float64)
    )
    names.write_text("Obama Collins", encoding="utf-8")
    assert [one.name for one in people.import_legacy(settings, npy, names)] == ["Obama", "Collins"]
    matcher = GalleryWatch(settings, components.open_embedder(settings)).load()
    found = matcher.match(np.concatenate([faces[EILEEN].vectors, faces[JOE].vectors]))
    assert [match.identity.name if match.identity else None for match in found] == ["Collins", None]
    out, out_names = tmp_path / "out" / "a.npy", tmp_path / "out" / "a.txt"
    assert people.export_legacy(settings, out, out_names) == []
    exported = np.load(out, allow_pickle=False)
    assert exported.shape == (2, 128) and exported.dtype == np.float64
    assert out_names.read_text(encoding="utf-8") == "Obama Collins"
    other = replace(settings, database=tmp_path / "other")
    people.import_legacy(other, out, out_names)
    np.testing.assert_allclose(gallery_of(other).vectors, gallery_of(settings).vectors, atol=1e-6)


def test_who_was_exported_and_comes_in_again_is_nobody_else(
    settings: Settings, enrolled: Enrol, tmp_path: Path
) -> None:
    """The older files cannot hold blanks: `Barack_Obama` is Barack Obama."""
    enrolled(BARACK)
    npy, names = tmp_path / "a.npy", tmp_path / "a.txt"
    people.export_legacy(settings, npy, names)
    assert names.read_text(encoding="utf-8") == BARACK.replace(" ", "_")
    assert [one.name for one in people.import_legacy(settings, npy, names)] == [BARACK]
    assert [one.name for one in gallery_of(settings).identities] == [BARACK]


def test_a_pair_that_does_not_fit_together_is_refused(settings: Settings, tmp_path: Path) -> None:
    npy, names = tmp_path / "a.npy", tmp_path / "a.txt"
    np.save(npy, np.eye(2, 128))
    names.write_text("Ada Lovelace Bob", encoding="utf-8")
    with pytest.raises(DataError, match="3 names") as caught:
        people.import_legacy(settings, npy, names)
    assert "blank" in caught.value.message and people.list_people(settings) == []


@pytest.mark.parametrize("kind", ["npz", "json", "npy"])
def test_encodings_of_face_recognition_come_in_with_blanks_in_names(
    settings: Settings, faces: Faces, tmp_path: Path, kind: str
) -> None:
    """Its vectors are this network's before normalisation, about 1.4 long."""
    vectors = {BARACK: faces[BARACK].vectors * 1.37, EILEEN: faces[EILEEN].vectors * 1.41}
    path = tmp_path / f"encodings.{kind}"
    if kind == "npz":
        np.savez(path, **as_arrays({name: rows.astype(np.float64) for name, rows in vectors.items()}))
    elif kind == "json":
        path.write_text(json.dumps({name: rows.tolist() for name, rows in vectors.items()}), encoding="utf-8")
    else:
        np.save(path, np.concatenate(list(vectors.values())).astype(np.float64))
        path.with_suffix(".txt").write_text("\n".join(vectors), encoding="utf-8")
    assert [one.name for one in people.import_encodings(settings, path)] == [BARACK, EILEEN]
    matcher = GalleryWatch(settings, components.open_embedder(settings)).load()
    match = matcher.match(faces[BARACK].vectors)[0]
    assert match.identity is not None and match.identity.name == BARACK
    assert match.squared_l2 == pytest.approx(0, abs=1e-5)


def test_importing_adds_to_the_people_who_are_there(
    settings: Settings, faces: Faces, enrolled: Enrol, tmp_path: Path
) -> None:
    enrolled(BARACK)
    known_and_new = np.concatenate([faces[BARACK].vectors, faces[EILEEN].vectors])
    np.savez(tmp_path / "e.npz", **as_arrays({BARACK: known_and_new, "New": faces[JOE].vectors}))
    for _ in ("once", "and again, as somebody does who did not see that it worked"):
        people.import_encodings(settings, tmp_path / "e.npz")
        assert known(settings) == {BARACK: (2, 0), "New": (1, 0)}


def test_numbers_that_are_no_faces_and_vectors_of_several_people_are_told(
    settings: Settings, faces: Faces, tmp_path: Path
) -> None:
    told: list[Event] = []
    two = np.concatenate([faces[EILEEN].vectors, faces[JOE].vectors])
    numbers = np.random.default_rng(5).standard_normal((3, 128))
    np.savez(tmp_path / "e.npz", **as_arrays({BARACK: faces[BARACK].vectors, "Two": two, "Noise": numbers}))
    people.import_encodings(settings, tmp_path / "e.npz", on_event=told.append)
    texts = [event.text for event in told if isinstance(event, Notice)]
    assert any("the vectors of 'Noise' are like no face" in text for text in texts)
    assert any("look like those of several people: Two (2), Noise (3)" in text for text in texts)
    assert not any(BARACK in text for text in texts)


@pytest.mark.parametrize("content", [b"", b"not an array", b"\x93NUMPY\x01\x00"])
def test_a_broken_import_changes_nothing(
    settings: Settings, enrolled: Enrol, tmp_path: Path, content: bytes
) -> None:
    enrolled(BARACK)
    for name in ("e.npy", "e.npz", "e.json"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError):
            people.import_encodings(settings, tmp_path / name)
    with pytest.raises(DataError):
        people.import_encodings(settings, tmp_path / "missing.npz")
    assert known(settings) == {BARACK: (1, 0)}


def test_names_with_blanks_go_out_with_underscores(
    settings: Settings, enrolled: Enrol, tmp_path: Path
) -> None:
    enrolled(BARACK)
    people.export_legacy(settings, tmp_path / "a.npy", tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == "Barack_Obama"
    enrolled("Barack_Obama", vectors_of=EILEEN)
    with pytest.raises(GalleryError, match="Barack_Obama"):
        people.export_legacy(settings, tmp_path / "b.npy", tmp_path / "b.txt")
    assert not (tmp_path / "b.npy").exists()


def test_photos_of_the_library_are_found_under_the_true_name(settings: Settings, heads: Heads) -> None:
    put(settings, "Ada", heads[EILEEN])
    people_found = PhotoLibrary(settings.data).people()
    assert [path.name for path in people_found["Ada"]] == ["a.png"]


def test_no_rebuild_drops_what_was_imported_for_somebody_with_photos(
    settings: Settings, heads: Heads, tmp_path: Path
) -> None:
    put(settings, BARACK, heads[BARACK])
    people.rebuild(settings)
    imported = np.eye(2, 128, dtype=np.float32)
    np.savez(tmp_path / "more.npz", **{BARACK: imported})
    people.import_encodings(settings, tmp_path / "more.npz")
    assert known(settings) == {BARACK: (3, 1)}
    people.rename_person(settings, BARACK, "Quite Another")
    for _ in range(2):
        people.rebuild(settings)
        assert known(settings) == {"Quite Another": (3, 1)}
    other = replace(gallery_of(settings), model_id="stranger@abc")
    components.open_store(settings).update(lambda _: other)  # As after a time with another model.
    people.rebuild(settings)
    kept = gallery_of(settings).kept_of("Quite Another")
    assert [one.model_id for one in kept] == ["stranger@abc"] and np.array_equal(kept[0].vectors, imported)
    assert len(gallery_of(settings).vectors_of("Quite Another")) == 1
    people.delete_person(settings, "Quite Another")
    assert np.load(settings.database / "imported.npy").tolist() == []


def test_a_rebuild_at_one_station_keeps_what_photos_of_another_made(
    settings: Settings, heads: Heads, tmp_path: Path, database_server: OwnServer
) -> None:
    here = replace(settings, server=database_server.new_database())
    there = replace(here, data=tmp_path / "there", database=tmp_path / "there's database")
    put(here, BARACK, heads[BARACK])
    people.rebuild(here)
    Enroller(there).enroll(BARACK, [save(mirrored(heads[BARACK]), tmp_path / "b.png")])
    assert known(here) == {BARACK: (2, 1)}
    for station in (here, there, here):
        people.rebuild(station)
        assert known(station) == {BARACK: (2, 1)}


def test_a_damaged_list_of_imports_is_said_and_nothing_is_dropped(
    settings: Settings, heads: Heads, tmp_path: Path
) -> None:
    put(settings, BARACK, heads[BARACK])
    people.rebuild(settings)
    (settings.database / "imported.npy").write_bytes(b"broken")
    with pytest.raises(DataError, match="damaged") as caught:
        people.rebuild(settings)
    assert caught.value.hint.startswith("Delete it")
    people.delete_person(settings, BARACK)
    assert not (settings.database / "imported.npy").exists() and known(settings) == {}
