"""The clearest looks at a face: cut out whole, few, the best ones, gone with the face."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.core.types import Box, Detection
from facecam.engine.recognition.face_crops import (
    MOST_SAMPLES,
    FaceSample,
    is_worth_taking,
    take_sample,
    with_sample,
)
from tests.engine.fakes import HEIGHT, WIDTH, Actor, Stage, scene
from tests.gallery.factories import on_circle

VECTOR = on_circle(0)[0]


def sample(quality: float, at_s: float) -> FaceSample:
    taken = take_sample(scene(), Actor(0).detection(), VECTOR, quality, at_s)
    assert taken is not None
    return taken


def test_a_face_is_cut_out_with_room_around_it() -> None:
    """80 px wide at (100, 80): 48 px of room on each side."""
    actor = Actor(0, left=100, top=80)
    taken = take_sample(scene([actor]), actor.detection(), VECTOR, 0.9, 1.5)
    assert taken is not None
    assert taken.picture.shape == (176, 176, 3)
    assert taken.detection.box == Box(48, 48, 128, 128)
    assert np.array_equal(taken.picture[48:128, 48:128], scene([actor])[80:160, 100:180])
    assert np.allclose(taken.detection.landmarks, actor.detection().landmarks - (52, 32))
    assert (taken.quality, taken.at_s) == (0.9, 1.5)


def test_the_cut_is_a_copy_that_lets_the_frame_go() -> None:
    image = scene()
    taken = take_sample(
        image, Detection(Box(0, 0, WIDTH, HEIGHT), 1.0, np.zeros((5, 2), np.float32)), VECTOR, 1, 0
    )
    assert taken is not None and not np.shares_memory(taken.picture, image)


def test_at_the_rim_there_is_less_room_and_outside_nothing() -> None:
    taken = take_sample(scene(), Actor(0, left=0, top=0).detection(), VECTOR, 1, 0)
    assert (
        taken is not None
        and taken.detection.box == Box(0, 0, 80, 80)
        and taken.picture.shape == (128, 128, 3)
    )
    assert take_sample(scene(), Actor(0, left=WIDTH - 20, top=0).detection(), VECTOR, 1, 0) is not None
    assert take_sample(scene(), Actor(0, left=WIDTH + 60, top=0).detection(), VECTOR, 1, 0) is None


def test_large_faces_are_shrunk() -> None:
    """A face of 800 px in a 4K frame becomes 160 px wide: the memory is bounded."""
    image = np.zeros((2160, 3840, 3), np.uint8)
    box = Box(1000, 600, 1800, 1400)
    landmarks = np.full((5, 2), 1400, np.float32)
    taken = take_sample(image, Detection(box, 1.0, landmarks), VECTOR, 1, 0)
    assert taken is not None
    assert taken.detection.box.width == pytest.approx(160) and max(taken.picture.shape) <= 352
    assert np.allclose(taken.detection.landmarks, (1400 - np.array([520, 120])) * 0.2)


def test_the_best_few_are_kept_best_first() -> None:
    kept: tuple[FaceSample, ...] = ()
    for at_s, quality in enumerate([0.2, 0.9, 0.5, 0.7, 0.1, 0.6, 0.8]):
        assert is_worth_taking(kept, quality, float(at_s)) == (
            len(kept) < MOST_SAMPLES or quality > kept[-1].quality
        )
        kept = with_sample(kept, sample(quality, float(at_s)))
    assert [one.quality for one in kept] == [0.9, 0.8, 0.7, 0.6]


def test_of_two_looks_at_nearly_the_same_moment_the_better_is_enough() -> None:
    first, better, worse = sample(0.5, 1.0), sample(0.6, 1.2), sample(0.4, 1.1)
    assert with_sample((first,), better) == (better,)
    assert with_sample((first,), worse) == (first,)
    assert is_worth_taking((first,), 0.6, 1.2) and not is_worth_taking((first,), 0.4, 1.1)


# ---------------------------------------------------------------------- in the recogniser


def test_the_recognizer_keeps_looks_only_when_asked() -> None:
    stage = Stage()
    for keep in (False, True):
        recognizer = stage.recognizer({"Ada": [0]}, keep_samples=keep)
        recognizer.process(stage.frame(Actor(0)))
        assert len(recognizer.samples_of(1)) == int(keep)
    assert recognizer.samples_of(2) == ()


def test_looks_are_few_however_long_the_face_is_there() -> None:
    stage = Stage()
    recognizer = stage.recognizer({"Ada": [0]}, keep_samples=True)
    for index in range(60):
        recognizer.process(stage.frame(Actor(0), index=index, at_s=float(index)))
    assert len(recognizer.samples_of(1)) == MOST_SAMPLES


def test_looks_at_somebody_else_in_the_same_place_are_not_mixed_in() -> None:
    stage = Stage()
    recognizer = stage.recognizer({}, keep_samples=True)
    for index in range(3):
        recognizer.process(stage.frame(Actor(0, look=0), index=index, at_s=float(index)))
    recognizer.process(stage.frame(Actor(180, look=1), index=3, at_s=3.0))
    vectors = [one.vector for one in recognizer.samples_of(1)]
    assert len(vectors) == 1 and np.allclose(vectors[0], on_circle(180)[0], atol=1e-6)


def test_an_ignored_face_has_no_name_until_it_leaves() -> None:
    stage = Stage()
    recognizer = stage.recognizer({"Ada": [0]})

    def name(actors: list[Actor], at_s: float) -> list[object]:
        faces = recognizer.process(stage.frame(*actors, at_s=at_s)).faces
        assert all((face.state == "ignored") == (face.match is None) for face in faces)
        return [face.match.identity.name if face.match and face.match.identity else None for face in faces]

    assert name([Actor(0)], 0.0) == ["Ada"]
    recognizer.ignore(1)
    assert name([Actor(0)], 0.1) == [None]
    for at_s in (0.2, 0.3, 0.4):
        assert name([], at_s) == []
    assert name([Actor(0)], 1.0) == ["Ada"]
