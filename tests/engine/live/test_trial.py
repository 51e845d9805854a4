"""A trained model names the faces of a film beside the one in use, and nothing is written down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.core.errors import EnrollmentError
from facecam.core.types import Face, Frame, FrameResult, Life
from facecam.engine import components
from facecam.engine.demo import Demo
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.live.opening import open_live
from facecam.engine.live.state import LiveState
from facecam.engine.live.trial import Trial, open_trial
from facecam.engine.live.view import SeenFace, seen_faces
from facecam.engine.recognition.face_blur import BlurRule
from facecam.engine.recognition.recognizer import StreamRecognizer
from facecam.vision.images.read import read_picture
from facecam.vision.sources.video import open_video
from tests.engine.fakes import FakeSource, eventually


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


def test_nobody_who_was_not_seen_to_be_alive_is_named_on_trial(enrolled: Settings, demo: Demo) -> None:
    """A photo of somebody, held to the camera: the model in use gives no name, nor may another beside it."""
    model = open_trial(enrolled, components.open_weights(enrolled).deployed())
    image = read_picture(demo.portraits()[0].path)
    frames = [Frame(image, index, index * 0.2) for index in range(100)]
    run = open_live(
        replace(enrolled, require_live=True),
        "a photo",
        LiveState(),
        frames_of=lambda source, on_event: FakeSource(frames, live=True, period_s=0.02),
        notify=lambda: None,
    )
    run.try_model(model)
    run.start()
    tried: list[SeenFace] = []

    def looked() -> bool:
        view = run.views.take()
        tried.extend(view.tried_faces if view is not None else ())
        return sum(face.state not in ("undecided", "unknown") for face in tried) > 5

    assert eventually(looked)
    assert run.stop()
    assert any(face.state == "unproven" for face in tried), "it is looked at"
    assert not [face for face in tried if face.identity is not None]


@pytest.mark.parametrize(
    ("life", "state"), [(Life(True, "eyes"), "known"), (Life(False), "unproven"), (None, "unproven")]
)
def test_a_face_on_trial_is_as_alive_as_the_stream_has_seen(
    enrolled: Settings, demo: Demo, life: Life | None, state: str
) -> None:
    """None: the model in use gives no name, so nobody has looked."""
    model = open_trial(enrolled, components.open_weights(enrolled).deployed())
    trial = Trial(model, same_person_twice=False, require_live=True)
    image = read_picture(demo.portraits()[0].path)
    detections = components.open_detector(enrolled).detect(image)[:1]
    for index in range(6):
        frame = Frame(image, index, index * 0.2)
        result = FrameResult(frame, tuple(Face(one, life=life) for one in detections))
        tried = trial.look(result, seen_faces(result, model.embedder.card, {}), BlurRule())
    assert [face.state for face in tried] == [state]


def test_without_photos_there_is_nothing_to_try(settings: Settings) -> None:
    with pytest.raises(EnrollmentError, match="no photos to try"):
        open_trial(settings, components.open_weights(settings).deployed())
