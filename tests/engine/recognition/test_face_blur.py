"""Whose faces are blurred, that they stay so for a moment, and that nothing of them is left."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.core.types import Box, Detection, Face, FaceState, Frame, FrameResult, Identity, Match
from facecam.engine.recognition.face_blur import BlurRule, FaceBlur, blur_rule, doubts_about, names_in
from facecam.engine.recognition.labels import annotated
from facecam.vision.draw.blur import blurred
from facecam.vision.draw.overlay import COLORS
from tests.engine.fakes import Stage

ADA, EVE = Identity("1", "Ada"), Identity("2", "Eve")
CHOSEN = frozenset({"ada"})
FACES: dict[str, tuple[FaceState, Identity | None, Identity | None]] = {
    "Ada": ("known", ADA, None),
    "Eve": ("known", EVE, None),
    "stranger": ("unknown", None, None),
    "new": ("undecided", None, None),
    "ignored": ("ignored", None, None),
    "like Ada": ("duplicate", None, ADA),
    "like Eve": ("duplicate", None, EVE),
}


@pytest.mark.parametrize(
    "rule, hidden",
    [
        (BlurRule(), set()),
        (BlurRule("all"), set(FACES)),
        (BlurRule("strangers"), set(FACES) - {"Ada", "Eve"}),
        (BlurRule("all-but", CHOSEN), set(FACES) - {"Ada"}),
        (BlurRule("only", CHOSEN), {"Ada", "like Ada", "new", "ignored"}),
    ],
    ids=lambda value: value.whom if isinstance(value, BlurRule) else "",
)
def test_whose_face_is_blurred(rule: BlurRule, hidden: set[str]) -> None:
    assert {name for name, face in FACES.items() if rule.hides(*face)} == hidden


def test_the_setting_names_people_without_regard_to_case_and_blanks() -> None:
    assert names_in(" Ada ;; Doe,  Jane;") == {"ada", "doe, jane"}
    rule = blur_rule(Settings(blur_faces="only", blur_people="ADA"))
    assert rule.hides("known", ADA) and not rule.hides("known", EVE)


@pytest.mark.parametrize("whom", ["all-but", "only"])
def test_without_names_that_is_refused(whom: str) -> None:
    with pytest.raises(ConfigError, match="needs names") as refused:
        Settings(blur_faces=whom, blur_people=" ; ")
    assert "--blur-people" in refused.value.hint


def test_a_face_that_is_missed_in_a_frame_stays_blurred_for_a_moment() -> None:
    blur, box, other = FaceBlur(BlurRule("strangers")), Box(10, 10, 30, 30), Box(12, 10, 32, 30)
    assert blur.places([(1, box)], [1], 0.0) == (box,)
    assert blur.places([], [], 0.2) == (box,)
    assert blur.places([(1, other)], [1], 0.3) == (other,), "it is back, and only once"
    assert blur.places([], [1], 0.4) == (), "it has a name now"
    blur.places([(2, box)], [2], 1.0)
    assert blur.places([], [], 2.0) == (), "it is gone"
    blur.places([(3, box)], [3], 3.0)
    assert blur.places([], [], 1.0) == (), "wound back"


def test_nothing_of_a_blurred_face_is_left_and_the_rest_is_untouched() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    image = noise.copy()
    made = blurred(image, [Box(60, 60, 120, 120), Box(195, 195, 230, 230), Box(300, 300, 310, 310)])
    assert (image == noise).all(), "the picture given stays as it is"
    assert (made[:40] == noise[:40]).all() and (made[40:140, 140:180] == noise[40:140, 140:180]).all()
    face = made[60:120, 60:120].astype(int)
    assert np.abs(np.diff(face, axis=1)).max() < 25, "no detail is left"
    assert blurred(image, []) is image


def test_a_blurred_face_is_drawn_without_its_name() -> None:
    image = np.random.default_rng(1).integers(0, 255, (240, 320, 3), np.uint8)
    detection = Detection(Box(100, 100, 180, 180), 1.0, np.zeros((5, 2), np.float32))
    result = FrameResult(Frame(image, 0, 0.0), (Face(detection, Match(ADA, 0.1, 0.2), 1, 1.0, False),), {})
    card = Stage().card
    plain, hidden = annotated(result, card), annotated(result, card, FaceBlur(BlurRule("all")))
    assert (plain[110:170, 110:170] == image[110:170, 110:170]).all()
    assert (hidden[110:170, 110:170] != image[110:170, 110:170]).mean() > 0.9
    known = np.array(COLORS["known"])
    assert (plain == known).all(axis=2).sum() > 500
    assert not (hidden == known).all(axis=2).any(), "neither its plate nor its frame"


def test_all_faces_of_a_photo_are_blurred_though_none_is_a_track() -> None:
    boxes = [Box(0, 0, 9, 9), Box(20, 0, 30, 9), Box(40, 0, 50, 9)]
    blur = FaceBlur(BlurRule("all"))
    assert blur.places([(None, box) for box in boxes], [None] * 3, 0.0) == tuple(boxes)
    assert blur.places([], [], 0.1) == (), "nothing of a photo is held for the next"


def test_names_nobody_has_are_said() -> None:
    said = doubts_about(Settings(blur_faces="only", blur_people="ada; Eve"), ["Ada", "Bob"])
    assert [one.text for one in said] == ["nobody enrolled is called 'Eve', so nobody is meant by it"]
    assert not doubts_about(Settings(blur_faces="strangers"), ["Ada"])
    assert "no effect" in doubts_about(Settings(blur_people="Ada"), ["Ada"])[0].text
