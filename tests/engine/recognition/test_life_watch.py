"""Signs of life in pictures: a portrait shows none, however it is moved; painted lids stand for a blink here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import pytest

from facecam.cli.terminal.pictures import found_or_not
from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.core.types import Box, Detection, ImageArray, Life
from facecam.engine import components
from facecam.engine.live.alerts import Alert, AlertRule, AlertWatch
from facecam.engine.live.appearances import Appearances, NextUnknown
from facecam.engine.live.state import LiveState
from facecam.engine.live.view import seen_faces
from facecam.engine.recognition.json_lines import frame_report, limits_of
from facecam.engine.recognition.labels import label_of
from facecam.engine.recognition.life.life_network import LifeNetwork
from facecam.engine.recognition.life.life_watch import (
    LOOK_EVERY_S,
    FaceLife,
    LifeWatch,
    drawn_tasks,
    open_life_watch,
)
from facecam.engine.recognition.recognizer import StreamRecognizer
from facecam.engine.visits.presence import Change, Presence
from facecam.library.faces import recognized_face
from facecam.runtime.card import LivenessSpec
from facecam.vision.landmarks.mesh import FaceMesh, MeshFinder
from tests.engine.fakes import Actor, Stage
from tests.engine.studio import BARACK
from tests.vision.landmarks.motions import noisy, tilted_sheet, turned_head

ADA = {"Ada": [0.0]}


@pytest.fixture(scope="module")
def finder(weights: Path) -> MeshFinder:
    return components.open_mesh_finder(replace(Settings(), weights=weights))


@pytest.fixture(scope="module")
def sitter(weights: Path, portraits: dict[str, ImageArray]) -> tuple[ImageArray, Detection]:
    """A portrait with a face of 150 px."""
    portrait = portraits[BARACK]
    detector = components.open_detector(replace(Settings(), weights=weights))
    width = max(detector.detect(portrait), key=lambda one: one.box.area).box.width
    image = np.asarray(
        cv2.resize(portrait, None, fx=150 / width, fy=150 / width, interpolation=cv2.INTER_AREA), np.uint8
    )
    return image, max(detector.detect(image), key=lambda one: one.box.area)


def with_lids(image: ImageArray, mesh: FaceMesh) -> ImageArray:
    """The picture with skin over both eyes."""
    painted = image.copy()
    skin = tuple(
        int(value) for value in image[mesh.points[50, 1].astype(int), mesh.points[50, 0].astype(int)]
    )
    for eye in ((33, 160, 158, 133, 153, 144), (362, 385, 387, 263, 373, 380)):
        corners = cv2.convexHull(np.rint(mesh.points[list(eye), :2]).astype(np.int32))
        cv2.fillConvexPoly(painted, corners, skin)
        cv2.polylines(painted, [corners], True, skin, 4)
    return painted


def look(watch: LifeWatch, pictures: Sequence[ImageArray], face: Detection, person: str = "ada") -> Life:
    for index, picture in enumerate(pictures):
        watch.look(picture, [(1, person, face)], index * LOOK_EVERY_S)
    return watch.of(1, person)


def test_a_portrait_shows_no_sign_though_it_moves(
    finder: MeshFinder, sitter: tuple[ImageArray, Detection]
) -> None:
    image, face = sitter
    random = np.random.default_rng(0)
    height, width = image.shape[:2]
    pictures = []
    for index in range(15):
        matrix = cv2.getRotationMatrix2D(face.box.center, index / 2, 1 + index / 100)
        moved = cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
        pictures.append(np.clip(moved + random.normal(0, 3, moved.shape), 0, 255).astype(np.uint8))
    life = look(LifeWatch(finder), pictures, face)
    assert not life.alive and life.sign is None and life.seconds == pytest.approx(1.4)


def test_a_head_that_sways_by_two_degrees_is_alive_though_it_keeps_its_eyes_and_mouth_still(
    finder: MeshFinder, sitter: tuple[ImageArray, Detection]
) -> None:
    (image, face), random = sitter, np.random.default_rng(0)
    mesh = finder.find(image, face)
    pictures = [
        noisy(turned_head(image, mesh, np.radians(2) * np.sin(index / 3)), random) for index in range(25)
    ]
    life = look(LifeWatch(finder), pictures, face)
    assert life.alive and life.sign == "depth"


def test_a_photo_that_is_bent_and_tilted_shows_no_depth(
    finder: MeshFinder, sitter: tuple[ImageArray, Detection]
) -> None:
    (image, face), random = sitter, np.random.default_rng(0)
    pictures = [
        noisy(tilted_sheet(image, 0.1 * np.sin(index / 3), 0.05 * np.sin(index / 5)), random)
        for index in range(25)
    ]
    assert not look(LifeWatch(finder), pictures, face).alive


def test_lids_over_the_eyes_are_a_sign_that_stays(
    finder: MeshFinder, sitter: tuple[ImageArray, Detection]
) -> None:
    image, face = sitter
    shut = with_lids(image, finder.find(image, face))
    watch = LifeWatch(finder)
    assert look(watch, [image] * 6 + [shut] * 2 + [image] * 4, face) == Life(
        True, "eyes", None, pytest.approx(0.9)
    )
    # Of another person on the same track nothing is known; the same track forgotten starts anew.
    assert not watch.of(1, "eve").alive and not watch.of(2, "ada").alive
    watch.forget(1)
    assert watch.of(1, "ada") == Life(False)


def test_a_network_that_was_brought_along_is_asked_at_every_look_and_can_say_no(
    finder: MeshFinder, sitter: tuple[ImageArray, Detection]
) -> None:
    image, face = sitter
    shut = with_lids(image, finder.find(image, face))
    pictures = [image] * 10 + [shut] * 2 + [image] * 8

    class Judge:
        spec = LivenessSpec(output=0, activation="none", threshold=0.5, crop=1.0)
        says = 0.9
        asked = 0

        def chance(self, _image: ImageArray, _box: Box) -> float:
            self.asked += 1
            return self.says

    judge = Judge()
    life = look(LifeWatch(finder, network=cast(LifeNetwork, judge)), pictures, face)
    assert life.alive and life.chance == 0.9 and 5 <= judge.asked < len(pictures)
    judge.says = 0.4
    life = look(LifeWatch(finder, network=cast(LifeNetwork, judge)), pictures, face)
    assert not life.alive and life.sign == "eyes" and life.chance == 0.4


def test_small_faces_and_places_without_a_face_are_not_judged(
    finder: MeshFinder, sitter: tuple[ImageArray, Detection]
) -> None:
    image, face = sitter
    small = replace(face, box=Box(10, 10, 60, 60))
    assert look(LifeWatch(finder), [image] * 3, small) == Life(False)
    grey = np.full_like(image, 128)
    assert look(LifeWatch(finder), [grey] * 3, face) == Life(False)


def test_looks_are_taken_a_few_times_a_second_until_there_is_a_sign(
    sitter: tuple[ImageArray, Detection], finder: MeshFinder
) -> None:
    image, face = sitter
    asked = []

    class Counting(MeshFinder):
        def find(self, image: ImageArray, face: Detection | FaceMesh) -> FaceMesh:
            asked.append(face)
            return finder.find(image, face)

    watch = LifeWatch(Counting(lambda given: []))
    for index in range(30):
        watch.look(image, [(1, "ada", face)], index / 30)
    assert 8 <= len(asked) <= 11
    # The crop is placed by the mesh of the look before.
    assert isinstance(asked[0], Detection) and isinstance(asked[-1], FaceMesh)


def test_a_challenge_asks_for_a_blink_and_a_turn_drawn_for_every_face(finder: MeshFinder) -> None:
    assert {drawn_tasks(coins) for coins in ((0, 0), (0, 1), (1, 0), (1, 1))} == {
        ("blink", "turn left"),
        ("turn left", "blink"),
        ("blink", "turn right"),
        ("turn right", "blink"),
    }
    watch = LifeWatch(finder, challenge=True, seed=1)
    grey, face = np.full((90, 90, 3), 128, np.uint8), Actor(0).detection()
    watch.look(grey, [(track, "ada", face) for track in range(12)], 0.0)
    assert {watch.of(track, "ada").asked for track in range(12)} == {"blink", "turn left", "turn right"}


def test_nothing_is_opened_where_nobody_asks(settings: Settings) -> None:
    assert open_life_watch(settings) is None
    assert open_life_watch(replace(settings, require_live=True)) is not None


def test_a_mesh_that_is_missing_is_said(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(components, "HOME", tmp_path)
    with pytest.raises(WeightsError) as caught:
        open_life_watch(replace(settings, require_live=True, weights=tmp_path))
    assert "facemesh" in caught.value.message and caught.value.hint


# ---------------------------------------------------------------------- in a stream


class Scripted(LifeWatch):
    """Sees somebody alive from a time on."""

    def __init__(self, alive_from_s: float) -> None:
        super().__init__(MeshFinder(lambda given: []))
        self.alive_from_s, self.at_s, self.forgotten = alive_from_s, 0.0, 0

    def look(self, image: ImageArray, faces: Sequence[tuple[int, str, Detection]], at_s: float) -> None:
        self.at_s = at_s

    def of(self, track: int, person: str) -> Life:
        alive = self.at_s >= self.alive_from_s
        return Life(alive, "eyes" if alive else None, None, self.at_s)

    def forget(self, track: int) -> None:
        self.forgotten += 1


def played(recognizer: StreamRecognizer, stage: Stage, actors: Sequence[Actor], count: int = 10) -> list:  # type: ignore[type-arg]
    return [recognizer.process(stage.frame(*actors, index=index, at_s=index / 10)) for index in range(count)]


def test_a_name_is_withheld_until_a_sign_was_seen_and_so_is_the_visit() -> None:
    stage = Stage()
    results = played(stage.recognizer(ADA, life=Scripted(0.45)), stage, [Actor(0.0)])
    states = [result.faces[0].state for result in results]
    assert states == ["unproven"] * 5 + ["known"] * 5
    first, last = results[0].faces[0], results[-1].faces[0]
    assert first.identity is None and first.looks_like is not None and first.looks_like.name == "Ada"
    assert last.identity is not None and last.looks_like is None
    presence = Presence()
    changes = [change for result in results for change in presence.update(result)]
    assert [(change.kind, change.time_s) for change in changes] == [("came", 0.5)]


def test_nothing_says_of_a_photo_that_is_held_for_minutes_that_somebody_is_there() -> None:
    """Three minutes, two and a half pictures a second: whatever tells, keeps or counts people."""
    stage, told = Stage(), list[Alert]()
    recognizer = stage.recognizer(ADA, life=Scripted(float("inf")), keep_samples=True)
    card = recognizer.embedder.card
    desk, presence, film, shown = LiveState(), Presence(), Appearances(180.0, 10.0), set[str]()
    desk.log.begin("door", 1)
    watch = AlertWatch(AlertRule("Ada", strangers=True, pause_s=1.0))
    changes, search = list[Change](), NextUnknown(())
    for index in range(450):
        result = recognizer.process(stage.frame(Actor(0.0), index=index, at_s=index / 2.5))
        (face,) = result.faces
        samples = {1: recognizer.samples_of(1, result.frame)}
        desk.update(1, result, samples, card)
        changes += presence.update(result)
        told += watch.update(result, index / 2.5, "door")
        film.update(result)
        assert not search(result) and not desk.here(1, result, samples, card)
        report = frame_report(result, *limits_of(recognizer.matcher))["faces"][0]
        assert (report["name"], report["probability"], report["looks_like"]) == (None, None, "Ada")
        (seen,) = seen_faces(result, card, samples)
        assert (seen.state, seen.identity, seen.percent) == ("unproven", None, 0.0)
        shown.add(label_of(face, card).text or "")
        assert found_or_not(face, card) == "Not Found" and recognized_face(face, card).name is None
    assert shown == {"Ada? not yet seen to be alive"}
    assert not changes and not told and not presence.present and not presence.seconds_seen
    assert not desk.log.entries() and not desk.unknowns.groups() and not film.all()


def test_a_photo_takes_nobodys_name() -> None:
    """Two faces of one person, of which the nearer one is never seen to be alive."""
    stage = Stage()

    class OnlyTheSecond(Scripted):
        def of(self, track: int, person: str) -> Life:
            return Life(track == 2, None)

    pair = [Actor(0.0, look=0, left=10), Actor(15.0, look=1, left=200)]
    result = played(stage.recognizer(ADA, life=OnlyTheSecond(0.0)), stage, pair)[-1]
    assert [face.state for face in result.faces] == ["unproven", "known"]


def test_pictures_of_a_folder_are_never_seen_to_be_alive(finder: MeshFinder) -> None:
    stage = Stage()
    recognizer = stage.recognizer(ADA, life=LifeWatch(finder))
    result = recognizer.process(stage.frame(Actor(0.0), name="a.jpg"))
    assert result.faces[0].state == "unproven"


def test_without_the_mode_nothing_is_said_of_it() -> None:
    stage = Stage()
    result = played(stage.recognizer(ADA), stage, [Actor(0.0)], 1)[0]
    assert result.faces[0].life is None and "life" not in result.timings_ms


def test_a_new_face_knows_nothing() -> None:
    life = FaceLife()
    assert not life.alive and life.last_s == float("-inf") and life.box(None) is None
