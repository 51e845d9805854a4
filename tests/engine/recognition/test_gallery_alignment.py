"""A database of another alignment: noticed, made anew, and nobody without photos lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.events import Event, Notice
from facecam.core.types import ALIGNMENTS, Embeddings
from facecam.embedding.embedder import Embedder
from facecam.engine import components
from facecam.engine.diagnostics import doctor
from facecam.engine.diagnostics.overview import take_overview
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.people import directory
from facecam.engine.people.editor import PeopleEditor
from facecam.engine.people.list import roster
from facecam.engine.recognition import gallery_alignment
from facecam.engine.recognition.recognizer import open_recognizer
from facecam.engine.recognition.still_images import PictureRecognizer
from facecam.engine.scoring import Limit
from facecam.engine.transactions.person_snapshot import PersonSnapshot
from facecam.gallery.gallery import Gallery
from tests.engine.fixtures import Enrol, Faces, Heads
from tests.engine.studio import BARACK, EILEEN, JOE, nobody, save


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With dlib's detector, which has no landmarks of its own."""
    return replace(settings, detector="hog")


@pytest.fixture
def moved_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on photos are aligned by the detector's own landmarks and by dlib's, as far as anybody can tell."""
    monkeypatch.setattr(gallery_alignment, "OWN_LANDMARKS", frozenset({"hog"}))
    monkeypatch.setattr(Embedder, "alignment_of", lambda *_: "five+dlib")


@pytest.fixture
def enrolled(settings: Settings, faces: Faces) -> Enrol:
    """As the version before enrolled: everything is aligned by dlib's landmarks."""

    def enrol(name: str, vectors_of: str | None = None) -> Gallery:
        vectors = Embeddings(faces[vectors_of or name].vectors, faces[vectors_of or name].model_id)
        empty = Gallery.empty(vectors.model_id, vectors.vectors.shape[1])
        return components.open_store(settings).update(lambda gallery: (gallery or empty).add(name, vectors))

    return enrol


def gallery_of(settings: Settings) -> Gallery:
    gallery = components.open_store(settings).load()
    assert gallery is not None
    return gallery


def alignments(settings: Settings) -> dict[str, list[str]]:
    gallery = gallery_of(settings)
    return {
        one.name: [ALIGNMENTS[code] for code in gallery.embeddings_of(one).alignments.tolist()]
        for one in gallery.identities
    }


def put(settings: Settings, name: str, picture: np.ndarray) -> Path:
    return save(picture, settings.data / name / "a.png")


def told(events: list[Event]) -> list[str]:
    return [one.text for one in events if isinstance(one, Notice)]


@pytest.mark.usefixtures("moved_up")
def test_a_database_of_before_is_noticed_everywhere_and_once(
    settings: Settings, heads: Heads, enrolled: Enrol
) -> None:
    enrolled(BARACK)
    enrolled(EILEEN)
    put(settings, BARACK, heads[BARACK])
    for look in (
        lambda sink: directory.list_people(settings, sink),
        lambda sink: PictureRecognizer(settings, sink),
        lambda sink: open_recognizer(settings, on_event=sink),
    ):
        events: list[Event] = []
        look(events.append)  # type: ignore[no-untyped-call]
        assert (
            told(events) == [gallery_alignment.OUTDATED.text]
            and "people rebuild" in gallery_alignment.OUTDATED.hint
        )
    assert take_overview(settings).gallery == "other alignment"
    check = next(one for one in doctor.examine(settings, ask_tensorflow=False) if one.subject == "people")
    assert (check.state, check.detail, check.cure) == (
        "note",
        gallery_alignment.OUTDATED.text,
        gallery_alignment.OUTDATED.hint,
    )


@pytest.mark.usefixtures("moved_up")
def test_people_are_recognized_before_and_after_the_rebuild(
    settings: Settings, heads: Heads, enrolled: Enrol
) -> None:
    enrolled(BARACK)
    put(settings, BARACK, heads[BARACK])
    for expected in ("dlib", "five+dlib"):
        assert alignments(settings) == {BARACK: [expected]}
        (face,) = PictureRecognizer(settings).recognize(heads[BARACK])
        assert face.match is not None and face.match.identity is not None
        directory.rebuild(settings)
    assert gallery_of(settings).alignment == "five+dlib" and take_overview(settings).gallery == "ready"


@pytest.mark.usefixtures("moved_up")
def test_people_without_photos_stay_and_the_lists_say_how(
    settings: Settings, heads: Heads, enrolled: Enrol
) -> None:
    enrolled(JOE)
    enrolled(BARACK)
    put(settings, BARACK, heads[BARACK])
    joe = gallery_of(settings).find(JOE)
    for _ in range(2):
        assert directory.rebuild(settings)[1] == []
        assert alignments(settings) == {BARACK: ["five+dlib"], JOE: ["dlib"]}
    assert gallery_of(settings).find(JOE) == joe
    summaries = {one.identity.name: one for one in directory.list_people(settings)}
    assert summaries[JOE].apart and dict(summaries[JOE].alignments) == {"dlib": 1}
    assert not summaries[BARACK].apart
    standings = {one.name: one.standing for one in roster(settings)}
    assert standings == {BARACK: "few photos", JOE: "other alignment"}
    events: list[Event] = []
    directory.list_people(settings, events.append)
    assert not told(events), "a rebuild would change nothing"


def test_where_dlibs_landmarks_are_used_nothing_is_outdated(
    settings: Settings, heads: Heads, enrolled: Enrol
) -> None:
    put(settings, BARACK, heads[BARACK])
    gallery = replace(enrolled(BARACK), alignment="five+dlib")
    assert not gallery_alignment.outdated(settings, gallery)
    assert not gallery_alignment.outdated(settings, None)


@pytest.mark.usefixtures("moved_up")
def test_what_is_enrolled_now_says_how_it_was_aligned(settings: Settings, heads: Heads, studio: Path) -> None:
    Enroller(settings).enroll(BARACK, [save(heads[BARACK], studio / "a.png")])
    assert alignments(settings) == {BARACK: ["five+dlib"]}
    assert gallery_of(settings).alignment == "five+dlib"


@pytest.mark.usefixtures("moved_up")
def test_a_threshold_found_with_the_alignment_before_is_given_up_and_said(
    settings: Settings, heads: Heads, enrolled: Enrol
) -> None:
    enrolled(BARACK)
    put(settings, BARACK, heads[BARACK])
    components.open_store(settings).update(lambda gallery: gallery.with_threshold(0.12))  # type: ignore[union-attr]
    events: list[Event] = []
    directory.rebuild(settings, on_event=events.append)
    assert gallery_of(settings).threshold is None
    assert any("0.120 was found for the detector before" in text for text in told(events))


@pytest.mark.usefixtures("moved_up")
def test_photos_that_are_of_no_use_any_more_take_nothing_away(
    settings: Settings, heads: Heads, enrolled: Enrol
) -> None:
    enrolled(JOE)
    put(settings, JOE, nobody())
    put(settings, BARACK, heads[BARACK])
    events: list[Event] = []
    assert directory.rebuild(settings, on_event=events.append)[1] == []
    assert alignments(settings) == {BARACK: ["five+dlib"], JOE: ["dlib"]}
    assert any(JOE in text and "stay" in text for text in told(events))


# ------------------------------------------------------------------ another model


def by_another_model(settings: Settings) -> Gallery:
    """Joe, known by two vectors of a model that is not here any more, and Barack by one."""
    rows = np.eye(3, 64, dtype=np.float32)
    gallery = Gallery.empty("stranger@abc", 64)
    gallery = gallery.add(JOE, Embeddings(rows[:2], "stranger@abc")).with_consent(JOE, "by word of mouth")
    gallery = gallery.add(BARACK, Embeddings(rows[2:], "stranger@abc"))
    return components.open_store(settings).update(lambda _: gallery)


def test_who_has_no_photos_is_kept_for_the_model_before(settings: Settings, heads: Heads) -> None:
    joe = by_another_model(settings).find(JOE)
    put(settings, BARACK, heads[BARACK])
    events: list[Event] = []
    for _ in range(2):
        gallery, left_out = directory.rebuild(settings, on_event=events.append)
        assert left_out == [JOE] and gallery.find(JOE) == joe and not len(gallery.vectors_of(JOE))
        (kept,) = gallery_of(settings).kept_of(JOE)
        assert (
            kept.model_id == "stranger@abc"
            and kept.vectors.tobytes() == np.eye(2, 64, dtype=np.float32).tobytes()
        )
        assert not gallery.kept_of(BARACK), "photos say it anew with every model"
    assert any(JOE in text and "kept" in text for text in told(events))
    summary = next(one for one in directory.list_people(settings) if one.identity.name == JOE)
    assert (summary.vectors, summary.kept) == (0, 2)
    assert next(one for one in roster(settings) if one.name == JOE).standing == "other model"


def test_with_the_model_before_they_are_known_again(settings: Settings, heads: Heads, faces: Faces) -> None:
    card = components.open_embedder(settings).card
    other = Gallery.empty("stranger@abc", 64)
    nothing = Embeddings(np.empty((0, 64), np.float32), "stranger@abc")
    other = other.add(JOE, nothing).keep(JOE, Embeddings(faces[JOE].vectors, card.model_id))
    components.open_store(settings).update(lambda _: other)
    put(settings, BARACK, heads[BARACK])
    gallery, left_out = directory.rebuild(settings)
    assert left_out == [] and not gallery.kept
    assert gallery.vectors_of(JOE).tobytes() == faces[JOE].vectors.tobytes()


def test_deleting_somebody_deletes_what_is_kept_of_them(settings: Settings, heads: Heads) -> None:
    by_another_model(settings)
    put(settings, BARACK, heads[BARACK])
    directory.rebuild(settings)
    directory.delete_person(settings, JOE)
    row = np.eye(1, 64, dtype=np.float32).tobytes()
    files = [path for path in settings.database.rglob("*") if path.is_file()]
    assert not [path for path in files if row in path.read_bytes()]


def test_an_undo_brings_everything_back(settings: Settings, enrolled: Enrol) -> None:
    gallery = enrolled(JOE).keep(JOE, Embeddings(np.eye(2, 64, dtype=np.float32), "stranger@abc"))
    remembered = PersonSnapshot.of(gallery, gallery.find(JOE).identity)
    back = remembered.restored(gallery.remove(JOE))
    assert len(back.vectors_of(JOE)) == 1 and len(back.kept_of(JOE)[0]) == 2
    foreign = remembered.restored(Gallery.empty("stranger@abc", 64))
    assert len(foreign.vectors_of(JOE)) == 2 and foreign.kept_of(JOE)[0].model_id == gallery.model_id


# --------------------------------------------------------- thresholds of their own


def test_old_vectors_are_judged_by_the_threshold_measured_for_them(
    enrolled: Enrol, settings: Settings
) -> None:
    gallery = enrolled(JOE)
    card = replace(
        components.open_embedder(settings).card,
        alignment="five+dlib",
        alignment_thresholds=(("five+dlib", "dlib", 0.1652),),
        threshold=0.1552,
    )
    away = np.linalg.qr(np.stack([gallery.vectors_of(JOE)[0], np.eye(1, 128, dtype=np.float32)[0]], axis=1))[
        0
    ]
    half = 1 - 0.16 / 2  # a cosine that is a squared_l2 of 0.16
    own = away[:, 0] * np.sign(away[:, 0] @ gallery.vectors_of(JOE)[0])
    probe = np.asarray(own * half + away[:, 1] * np.sqrt(1 - half**2), np.float32)[None]
    limit = Limit(0.1552, None, "model card")
    (judged,) = components.matcher_of(gallery, limit, card).match(probe)
    assert judged.squared_l2 == pytest.approx(0.16, abs=1e-4) and judged.identity is not None
    assert judged.threshold == pytest.approx(0.1652)
    (as_given,) = components.matcher_of(gallery, replace(limit, origin="given"), card).match(probe)
    assert as_given.identity is None
    (before,) = components.matcher_of(gallery, limit, components.open_embedder(settings).card).match(probe)
    assert before.identity is None


@pytest.mark.usefixtures("moved_up")
def test_taking_a_deletion_back_brings_alignments_and_kept_vectors(
    settings: Settings, heads: Heads, enrolled: Enrol, studio: Path
) -> None:
    enrolled(JOE)
    Enroller(settings).enroll(JOE, [save(heads[JOE], studio / "a.png")], distinct=True)
    kept = Embeddings(np.eye(2, 64, dtype=np.float32), "stranger@abc")
    before = components.open_store(settings).update(lambda gallery: gallery.keep(JOE, kept))  # type: ignore[union-attr]
    editor = PeopleEditor(settings)
    undo = editor.delete(before.find(JOE).identity)
    assert not gallery_of(settings).knows(JOE)
    undo()
    assert alignments(settings) == {JOE: ["dlib", "five+dlib"]}
    assert gallery_of(settings).kept_of(JOE)[0].vectors.tobytes() == kept.vectors.tobytes()
