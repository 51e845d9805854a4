"""Names that look the same: one person where they are given, a warning where both are there already."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import GalleryError
from facecam.core.events import Event, Notice
from facecam.core.types import Embeddings
from facecam.engine import components
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.live.actions import name_face
from facecam.engine.people import directory
from facecam.engine.recognition.face_crops import FaceSample
from facecam.engine.tools.classifier import Classifier, fit
from facecam.gallery.gallery import Gallery, Person
from tests.engine.fixtures import Enrol, Faces, Heads
from tests.engine.studio import BARACK, EILEEN, JOE, save
from tests.gallery.factories import random_units

#: As somebody types them, all meant to be "Ada Lovelace".
SPELLINGS = (
    "ada lovelace",
    "ADA LOVELACE",
    "Ada\u00a0Lovelace",
    "Ada  Lovelace",
    "Ada\u200b Lovelace",
    "Ada Lovelace\ufeff",
)


def names(settings: Settings) -> list[str]:
    gallery = components.open_store(settings).load()
    return [] if gallery is None else [one.name for one in gallery.identities]


def notices(events: list[Event]) -> list[Notice]:
    return [one for one in events if isinstance(one, Notice)]


@pytest.mark.parametrize("typed", SPELLINGS)
def test_enrolling_somebody_known_by_another_spelling_adds_to_them(
    settings: Settings, heads: Heads, enrolled: Enrol, studio: Path, typed: str
) -> None:
    enrolled("Ada Lovelace", vectors_of=EILEEN)
    events: list[Event] = []
    report = Enroller(settings, on_event=events.append).enroll(typed, [save(heads[EILEEN], studio / "a.png")])
    assert report.identity.name == "Ada Lovelace" and names(settings) == ["Ada Lovelace"]
    assert [path.name for path in settings.data.iterdir()] == ["Ada Lovelace"]
    (notice,) = notices(events)
    assert "'Ada Lovelace', who is known already" in notice.text and "another name" in notice.hint
    assert "\u200b" not in notice.text and "\u00a0" not in notice.text, "what cannot be seen is spelled out"


def test_a_folder_of_photos_counts_as_known_too(settings: Settings, heads: Heads, studio: Path) -> None:
    save(heads[EILEEN], settings.data / "Ada" / "old.png")
    Enroller(settings).enroll("ADA", [save(heads[EILEEN], studio / "a.png")])
    assert names(settings) == ["Ada"]


def test_the_very_spelling_is_never_questioned(
    settings: Settings, heads: Heads, enrolled: Enrol, studio: Path
) -> None:
    """Two people of an older database, who may be two indeed."""
    gallery = enrolled("Ada", vectors_of=EILEEN)
    vectors = Embeddings(random_units(1, gallery.dimensions), gallery.model_id)
    components.open_store(settings).update(lambda current: current.add(Person.new("ada"), vectors))  # type: ignore[union-attr]
    events: list[Event] = []
    enroller = Enroller(settings, on_event=events.append)
    assert enroller.enroll("ada", [save(heads[JOE], studio / "a.png")]).identity.name == "ada"
    assert not notices(events)
    with pytest.raises(GalleryError, match="may be any of 2 people") as caught:
        enroller.enroll("ADA", [studio / "a.png"])
    ids = [one.id for one in gallery.identities]
    assert ids[0] in caught.value.message and "id" in caught.value.hint


def test_both_in_one_list_are_said(settings: Settings, enrolled: Enrol, heads: Heads) -> None:
    enrolled("Ada", vectors_of=EILEEN)
    save(heads[EILEEN], settings.data / "Ada\u200b" / "a.png")
    events: list[Event] = []
    directory.list_people(settings, events.append)
    (notice,) = notices(events)
    assert "'Ada\\u200b'" in notice.text and "'Ada'" in notice.text and "merge" in notice.hint


def test_a_rebuild_keeps_two_folders_two_people_and_says_so(settings: Settings, heads: Heads) -> None:
    save(heads[EILEEN], settings.data / "Ada" / "a.png")
    save(heads[JOE], settings.data / "ada" / "a.png")
    events: list[Event] = []
    directory.rebuild(settings, on_event=events.append)
    assert sorted(names(settings)) == ["Ada", "ada"]
    assert any("differ only in case" in one.text for one in notices(events))


def test_an_import_adds_to_who_is_meant(
    settings: Settings, faces: Faces, enrolled: Enrol, tmp_path: Path
) -> None:
    enrolled(BARACK)
    given = {BARACK.upper(): faces[EILEEN].vectors, "New": faces[JOE].vectors, "NEW": faces[BARACK].vectors}
    np.savez(tmp_path / "e.npz", **given)  # type: ignore[arg-type]  # no name of theirs is `allow_pickle`
    events: list[Event] = []
    identities = directory.import_encodings(settings, tmp_path / "e.npz", on_event=events.append)
    assert [one.name for one in identities] == [BARACK, "New"] == names(settings)
    gallery = components.open_store(settings).load()
    assert gallery is not None and gallery.counts().tolist() == [2, 2]
    assert len(notices(events)) == 2


def test_a_name_that_only_looks_different_is_taken(settings: Settings, enrolled: Enrol) -> None:
    enrolled("Ada", vectors_of=EILEEN)
    enrolled("Bob", vectors_of=JOE)
    with pytest.raises(GalleryError, match="already belongs"):
        directory.rename_person(settings, "Bob", "ADA\u200b")
    assert directory.rename_person(settings, "ada", "ADA").name == "ADA", "one's own may be spelled anew"


def test_a_face_named_live_goes_to_who_is_meant(settings: Settings, heads: Heads, enrolled: Enrol) -> None:
    enrolled("Ada", vectors_of=EILEEN)
    face = Enroller(settings).faces_in(save(heads[EILEEN], settings.data.parent / "look.png")).detections[0]
    sample = FaceSample(heads[EILEEN], face, random_units(1, 128)[0], 0.9, 0.0)
    named = name_face(settings, "ada ", [sample])
    assert named.identity.name == "Ada" and not named.is_new


def test_classes_of_a_classifier_stay_apart() -> None:
    """Folders of photos to learn from are the user's: as many as there are."""
    owners = np.repeat(np.arange(2, dtype=np.int32), 4)
    near = np.eye(2, 16, dtype=np.float32)[owners] + random_units(8, 16) / 10
    vectors = near / np.linalg.norm(near, axis=1, keepdims=True)
    classifier: Classifier = fit(vectors, owners, ("Ada", "ada"), "model@1", 0.5)
    predictions = classifier.predict(Embeddings(vectors, "model@1"))
    assert [one.best for one in predictions] == ["Ada"] * 4 + ["ada"] * 4


def test_an_empty_gallery_knows_nobody() -> None:
    assert not Gallery.empty("m", 2).knows("Ada")
