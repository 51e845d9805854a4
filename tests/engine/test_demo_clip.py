"""The demo clip from file to names: the two enrolled people named, the stranger never."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from facecam.core.config import Settings
from facecam.core.types import FrameResult
from facecam.engine.demo import Demo
from facecam.engine.enrollment.enroller import Enroller
from facecam.engine.recognition.recognizer import open_recognizer
from facecam.engine.recognition.stream import recognize_stream
from facecam.vision.sources.open import open_source
from tests.engine.studio import BARACK, EILEEN, JOE

#: Frames of each scene, see `facecam.engine.demo`: one person each, then all side by side.
SCENE_FRAMES = 60
ALONE = (EILEEN, BARACK, JOE)


@pytest.fixture(scope="module")
def known(weights: Path, demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with the two people of the demo enrolled from one portrait each."""
    folder = tmp_path_factory.mktemp("known")
    settings = replace(Settings(), weights=weights, data=folder / "data", database=folder / "database")
    enroller = Enroller(settings)
    for portrait in demo.portraits():
        if portrait.enrolled:
            assert enroller.enroll(portrait.name, [portrait.path]).used == 1
    return settings


@pytest.fixture(scope="module")
def play(known: Settings, demo: Demo) -> Callable[[int], list[FrameResult]]:
    """All results of the clip, detecting in every n-th frame."""

    @functools.cache
    def played(every: int) -> list[FrameResult]:
        recognizer, watch = open_recognizer(known, every=every)
        with open_source("demo", demo_clip=demo.clip) as source:
            return list(recognize_stream(source, recognizer, watch))

    return played


Play = Callable[[int], list[FrameResult]]


def shown(result: FrameResult) -> list[tuple[str, str | None]]:
    """Who each face is, by its place in the picture, and the name it got."""
    pairs = []
    for face in result.faces:
        scene = result.frame.index // SCENE_FRAMES
        panel = int(face.detection.box.center[0] / (result.frame.image.shape[1] / 3))
        who = ALONE[scene] if scene < 3 else ALONE[min(panel, 2)]
        name = face.match.identity.name if face.match and face.match.identity else None
        pairs.append((who, name))
    return pairs


@pytest.mark.slow
@pytest.mark.parametrize("every", [1, 4])
def test_who_is_who(play: Play, every: int) -> None:
    results = play(every)
    assert [result.frame.index for result in results] == list(range(240))
    seen: Counter[tuple[str, str | None]] = Counter()
    for result in results:
        seen.update(shown(result))
    assert {name for _, name in seen} <= {EILEEN, BARACK, None}
    wrong = {pair: count for pair, count in seen.items() if pair[1] not in (None, pair[0])}
    assert not wrong, "somebody wears another's name"
    for person in (EILEEN, BARACK):
        found = seen[person, person] + seen[person, None]
        # Own scene and the one of all: 120 frames, in each of which the face is large and frontal.
        assert found >= 114 and seen[person, person] >= 0.95 * found
    assert seen[JOE, None] >= 100, "the stranger is found, and stays one"


def test_tracks_are_steady_within_a_scene_and_end_with_it(play: Play) -> None:
    tracks: dict[int, set[int | None]] = {}
    for result in play(4):
        scene = result.frame.index // SCENE_FRAMES
        for face in result.faces:
            if face.match and face.match.identity:
                tracks.setdefault(scene, set()).add(face.track_id)
    assert set(tracks) == {0, 1, 3}
    assert len(tracks[0]) <= 2 and len(tracks[1]) <= 2 and len(tracks[3]) <= 4
    assert not tracks[0] & tracks[1] and not tracks[1] & tracks[3]
