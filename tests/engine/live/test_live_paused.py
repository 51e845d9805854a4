"""A run that stands still, and what is no face in a source."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import EnrollmentError
from facecam.core.events import ignore
from facecam.core.types import Box, Frame, ImageArray
from facecam.engine import components
from facecam.engine.faces.chip_cache import prepare_photos
from facecam.engine.faces.drawn_box import UNSURE
from facecam.engine.live.actions import look_in_box, name_face, undo_naming
from facecam.engine.live.opening import open_live
from facecam.engine.live.session import LiveSession
from facecam.engine.live.state import LiveState
from facecam.engine.live.view import LiveView
from facecam.engine.people import directory
from facecam.engine.photos.chosen_faces import ChosenFaces
from facecam.engine.photos.no_faces import NoFaces, SourceSieve
from facecam.engine.recognition.recognizer import open_recognizer
from facecam.engine.recognition.stream import recognize_stream
from facecam.vision.sources.folder import open_folder
from tests.engine.faces.test_drawn_box import small_face_in_a_scene
from tests.engine.fakes import Actor, FakeSource, Stage, eventually
from tests.engine.fixtures import Heads
from tests.engine.live.test_session import ADA, STRANGER, Studio, states
from tests.engine.studio import BARACK, EILEEN, rgb, save


def paused(studio: Studio) -> LiveView:
    """The view at which a run stands still."""
    studio.run.start()
    assert eventually(lambda: bool(studio.views) and states(studio.views[-1])[:1] == [("known", "Ada")])
    studio.run.pause()
    assert eventually(lambda: _is_still(studio))
    return studio.views[-1]


def _is_still(studio: Studio) -> bool:
    before = len(studio.views)
    time.sleep(0.5)  # Longer than two pictures of the film are apart.
    return len(studio.views) == before


@pytest.mark.parametrize("live", [True, False])
def test_it_stands_still_and_goes_on(live: bool) -> None:
    studio = Studio([[Actor(ADA)]] * 400, live=live)
    view = paused(studio)
    assert studio.run.paused
    time.sleep(0.3)
    assert studio.views[-1].frame is view.frame
    studio.run.resume()
    assert eventually(lambda: studio.views[-1].frame.index > view.frame.index)
    new = next(one for one in studio.views if one.frame.index > view.frame.index)
    if live:
        assert new.frame.index > view.frame.index + 5, "a camera goes on with its newest picture"
    else:
        assert new.frame.index == view.frame.index + 1, "a film goes on where it stopped"
    assert studio.run.stop()


def test_a_film_is_not_hurried_to_make_up_for_the_pause() -> None:
    studio = Studio([[Actor(ADA)]] * 400, live=False)
    view = paused(studio)
    time.sleep(0.7)
    studio.run.resume()
    resumed_s = time.monotonic()
    assert eventually(lambda: studio.views[-1].frame.index >= view.frame.index + 3)
    assert time.monotonic() - resumed_s >= 0.35, "three pictures of 0.2 s each, the first of them at once"
    assert studio.run.stop()


def test_what_is_set_while_it_stands_still_is_seen_at_once() -> None:
    studio = Studio([[Actor(10)]] * 400)
    view = paused(studio)
    studio.run.use_threshold(0.02)
    assert eventually(lambda: states(studio.views[-1]) == [("unknown", None)])
    assert studio.views[-1].frame is view.frame
    studio.run.use_threshold(None)
    assert eventually(lambda: states(studio.views[-1]) == [("known", "Ada")])
    studio.run.ignore(view.faces[0].track_id)
    assert eventually(lambda: studio.views[-1].faces[0].state == "ignored")
    assert studio.run.stop(), "a run that stands still can be ended"


def test_a_face_that_is_rejected_while_it_stands_still_loses_its_name_at_once_and_has_it_back() -> None:
    studio = Studio([[Actor(ADA)]] * 400, live=False)
    view = paused(studio)
    face = view.faces[0]
    assert face.identity is not None
    studio.run.reject(face.track_id, face.identity)
    assert eventually(lambda: states(studio.views[-1]) == [("unknown", None)])
    assert studio.views[-1].frame is view.frame
    studio.run.accept(face.identity, np.stack([sample.vector for sample in face.samples]))
    assert eventually(lambda: states(studio.views[-1]) == [("known", "Ada")])
    assert studio.run.stop()


def test_it_can_be_stopped_while_it_stands_still_and_paused_before_it_began() -> None:
    studio = Studio([[Actor(ADA)]] * 50)
    studio.run.pause()
    studio.run.start()
    assert eventually(lambda: len(studio.views) == 1)
    assert _is_still(studio)
    assert studio.run.stop() and studio.ended == [None]


# ---------------------------------------------------------------------- no face


class MarkedStudio(Studio):
    """A studio whose recognizer knows what is no face."""

    def __init__(self, film: Any, database: Path) -> None:
        super().__init__(film)
        self.run._recognizer.no_faces = SourceSieve(NoFaces(database), "0")


def test_what_is_no_face_disappears_and_comes_back(tmp_path: Path) -> None:
    cast = [Actor(ADA, left=10), Actor(STRANGER, look=1, left=200)]
    studio = MarkedStudio([cast] * 400, tmp_path)
    paused(studio)
    assert eventually(lambda: len(states(studio.views[-1])) == 2)
    view = studio.views[-1]
    mark = studio.run.mark_no_face(view, view.faces[1])
    assert eventually(lambda: states(studio.views[-1]) == [("known", "Ada")])
    assert [one.mark.id for one in studio.views[-1].no_faces] == [mark.id]
    assert studio.views[-1].no_faces[0].box == view.faces[1].box
    studio.run.resume()
    assert eventually(lambda: studio.views[-1].frame.index > view.frame.index + 5)
    assert len(studio.views[-1].faces) == 1 and len(studio.views[-1].no_faces) == 1
    studio.run.pause()
    assert eventually(lambda: _is_still(studio))
    NoFaces(tmp_path).remove([mark])
    studio.run.check_now()
    assert eventually(lambda: len(studio.views[-1].faces) == 2), (
        "found again in the picture that stands still"
    )
    assert not studio.views[-1].no_faces
    assert studio.run.stop()


def test_a_mark_holds_after_a_restart_for_its_source_alone_and_not_for_whoever_passes(tmp_path: Path) -> None:
    stage = Stage()
    marks = NoFaces(tmp_path)
    frame = stage.frame(Actor(ADA, look=2))
    SourceSieve(marks, "0").mark(frame.image, Actor(ADA).detection().box)
    for source, look, found in (("0", 2, 0), ("1", 2, 1), ("0", 5, 1)):
        recognizer = stage.recognizer({"Ada": [ADA]}, no_faces=SourceSieve(NoFaces(tmp_path), source))
        result = recognizer.process(stage.frame(Actor(ADA, look=look)))
        assert len(result.faces) == found, (source, look)
        assert len(recognizer.kept_back()) == 1 - found


# ---------------------------------------------------------------------- drawn faces


def test_a_drawn_face_is_named_found_again_in_its_picture_and_taken_back(
    settings: Settings, heads: Heads
) -> None:
    settings = replace(settings, detector="hog")
    scene, truth = small_face_in_a_scene(heads[BARACK], 40)
    look = look_in_box(settings, scene, truth)
    assert look.how == "" and look.sample.drawn
    named = name_face(settings, "Grace", [look.sample])
    assert named.is_new and len(named.photos) == 1
    folder = settings.data / "Grace"
    (choice,) = ChosenFaces(folder).all().values()
    assert choice.by == "hand"
    assert len(prepare_photos(settings).people["Grace"]) == 1
    gallery, left_out = directory.rebuild(settings)
    assert not left_out and gallery.find("Grace")
    gallery_after = components.open_store(settings).load()
    assert gallery_after is not None
    vectors = gallery_after.vectors_of("Grace")
    undo_naming(settings, replace(named, vectors=vectors, identity=gallery_after.find("Grace").identity))
    assert not folder.exists()


def test_a_drawn_face_that_is_too_small_or_unclear_is_refused_with_the_reason(
    settings: Settings, heads: Heads
) -> None:
    scene, truth = small_face_in_a_scene(heads[EILEEN], 20)
    look = look_in_box(settings, scene, truth)
    with pytest.raises(EnrollmentError, match="too small") as refusal:
        name_face(settings, "Grace", [look.sample])
    assert refusal.value.hint and not (settings.data / "Grace").exists()


def test_a_box_around_nothing_is_said_to_be_less_sure(settings: Settings) -> None:
    noise = np.random.default_rng(5).integers(0, 255, (300, 400, 3)).astype(np.uint8)
    assert look_in_box(settings, noise, Box(100, 80, 180, 170)).how == UNSURE


# ---------------------------------------------------------------------- with the real engine


def test_a_picture_of_a_folder_watched_live_is_the_photo_it_is_everywhere(
    settings: Settings, heads: Heads, tmp_path: Path
) -> None:
    folder = tmp_path / "pictures"
    save(heads[BARACK], folder / "a.png")
    save(heads[EILEEN], folder / "b.png")

    def found() -> list[tuple[int, int]]:
        recognizer, watch = open_recognizer(settings, source=str(folder))
        with open_folder(folder) as source:
            results = recognize_stream(source, recognizer, watch)
            return [(len(result.faces), len(recognizer.kept_back(result.frame))) for result in results]

    assert found() == [(1, 0), (1, 0)]
    from facecam.engine.faces.false_alarms import mark_no_face, unmark
    from facecam.engine.faces.photo_reader import PhotoReader

    (face,) = PhotoReader(settings).find(folder / "a.png").detections
    mark_no_face(settings, folder / "a.png", face.box)
    assert found() == [(0, 1), (1, 0)], "it is shown, to be taken back"
    unmark(settings, folder / "a.png")
    assert found() == [(1, 0), (1, 0)]


@pytest.fixture
def frames(heads: Heads) -> Iterator[list[Frame]]:
    scene = np.full((360, 640, 3), 90, np.uint8)
    height, width = heads[BARACK].shape[:2]
    scene[40 : 40 + height, 30 : 30 + width] = heads[BARACK]
    texture = np.random.default_rng(2).integers(0, 255, (36, 64, 3)).astype(np.uint8)
    background: ImageArray = rgb(cv2.resize(texture, (640, 360)).astype(float) * 0.15 + scene * 0.85)
    yield [Frame(background.copy(), index, index * 0.1) for index in range(60)]


def test_a_run_opened_for_the_window_marks_and_remembers(settings: Settings, frames: list[Frame]) -> None:
    def opened() -> tuple[LiveSession, list[LiveView]]:
        views: list[LiveView] = []

        def notify() -> None:
            view = run.views.take()
            if view is not None:
                views.append(view)

        run = open_live(
            settings,
            "0",
            LiveState(),
            frames_of=lambda spec, on_event: FakeSource(frames, live=True, period_s=0.05, ends=False),
            notify=notify,
            on_event=ignore,
        )
        run.start()
        return run, views

    run, views = opened()
    assert eventually(lambda: bool(views) and len(views[-1].faces) == 1)
    run.pause()
    run.mark_no_face(views[-1], views[-1].faces[0])
    assert eventually(lambda: not views[-1].faces and len(views[-1].no_faces) == 1)
    assert run.stop()
    run, views = opened()
    assert eventually(lambda: len(views) > 3)
    assert not any(view.faces for view in views)
    assert run.stop()


def test_what_is_no_face_is_kept_back_once_though_the_next_picture_was_searched_with_the_mark(
    tmp_path: Path,
) -> None:
    stage, actor = Stage(), Actor(STRANGER, look=1)
    sieve = SourceSieve(NoFaces(tmp_path), "0")
    recognizer = stage.recognizer({"Ada": [ADA]}, no_faces=sieve)
    frames = [stage.frame(actor, index=index, at_s=index * 0.2) for index in range(2)]
    (face,) = recognizer.process(frames[0]).faces
    mark = sieve.mark(frames[0].image, face.detection.box, "")
    assert recognizer.process(frames[1]).faces == ()
    assert face.track_id is not None
    recognizer.dismiss(face.track_id, mark)
    assert [one.id for _, one in recognizer.kept_back()] == [mark.id]


def test_what_is_no_face_in_the_next_picture_is_not_shown_in_the_one_that_stands_still(
    tmp_path: Path,
) -> None:
    stage = Stage()
    first, second = stage.frame(), stage.frame(Actor(STRANGER), index=1, at_s=1.0)
    sieve = SourceSieve(NoFaces(tmp_path), "0")
    sieve.mark(second.image, Actor(STRANGER).detection().box)
    recognizer = stage.recognizer({}, no_faces=sieve)
    recognizer.process(first), recognizer.process(second)
    assert not recognizer.kept_back(first) and len(recognizer.kept_back(second)) == 1
