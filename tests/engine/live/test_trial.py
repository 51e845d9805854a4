"""A trained model names the faces of a film beside the one in use, and nothing is written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.core.errors import EnrollmentError
from facecam.engine import components
from facecam.engine.demo import Demo
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.live.trial import Trial, open_trial
from facecam.engine.live.view import seen_faces
from facecam.engine.recognition.face_blur import BlurRule
from facecam.engine.recognition.recognizer import StreamRecognizer
from facecam.vision.sources.video import open_video


def files(folder: Path) -> dict[str, bytes]:
    return {str(one): one.read_bytes() for one in sorted(folder.rglob("*")) if one.is_file()}


@pytest.fixture
def enrolled(settings: Settings, demo: Demo) -> Settings:
    """Two people of the demo are known."""
    enroller = Enroller(settings)
    for portrait in demo.portraits()[:2]:
        enroller.enroll(portrait.name, [portrait.path])
    return settings


def test_a_model_on_trial_names_the_same_faces(enrolled: Settings, demo: Demo) -> None:
    before = files(enrolled.database)
    # The same model as the one in use, with its own vectors: it must say the same.
    model = open_trial(enrolled, components.open_weights(enrolled).deployed())
    assert files(enrolled.database) == before
    store = components.open_store(enrolled).load()
    assert store is not None and set(model.matcher.gallery.identities) == set(store.identities)
    embedder = components.open_embedder(enrolled)
    matcher = components.open_matcher(enrolled, store, embedder.card)
    main = StreamRecognizer(components.open_detector(enrolled), embedder, matcher)
    trial, pairs = Trial(model, same_person_twice=False), []
    with open_video(demo.clip) as film:
        while (frame := film.read()) is not None:
            result = main.process(frame)
            shown = seen_faces(result, embedder.card, {})
            tried = trial.look(result, shown, BlurRule())
            assert {face.box for face in tried} == {face.box for face in shown}
            pairs += [
                (one.identity, other.identity)
                for one in shown
                for other in tried
                if one.box == other.box and one.identity
            ]
            if len(pairs) > 40:
                break
    assert pairs and sum(one == other for one, other in pairs) >= 0.9 * len(pairs)


def test_whoever_is_hidden_stays_hidden_on_trial(enrolled: Settings, demo: Demo) -> None:
    model = open_trial(enrolled, components.open_weights(enrolled).deployed())
    embedder = components.open_embedder(enrolled)
    gallery = components.open_store(enrolled).load()
    assert gallery is not None
    main = StreamRecognizer(
        components.open_detector(enrolled),
        embedder,
        components.open_matcher(enrolled, gallery, embedder.card),
    )
    rule = BlurRule("all")
    with open_video(demo.clip) as film:
        while (frame := film.read()) is not None:
            result = main.process(frame)
            if result.faces:
                shown = seen_faces(result, embedder.card, {}, rule)
                assert all(
                    face.hidden for face in Trial(model, same_person_twice=False).look(result, shown, rule)
                )
                return
    raise AssertionError("no face in the clip")


def test_without_photos_there_is_nothing_to_try(settings: Settings) -> None:
    with pytest.raises(EnrollmentError, match="no photos to try"):
        open_trial(settings, components.open_weights(settings).deployed())
