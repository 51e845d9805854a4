"""What is written beside a face, and that the frame itself stays as it was."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from facecam.core.types import Box, Detection, Face, Frame, FrameResult, Identity, Life, Match
from facecam.engine.components import DEFAULT_MODEL
from facecam.engine.models.catalog import RECIPES
from facecam.engine.recognition.labels import annotated, label_of

_RECIPE = next(recipe for recipe in RECIPES if recipe.name == DEFAULT_MODEL)
CARD = _RECIPE.card("0" * 64, {"model.xml": "0" * 64, "model.bin": "0" * 64})
FACE = Face(Detection(Box(60, 60, 120, 120), 1.0, np.zeros((5, 2), np.float32)))


def test_labels_say_name_and_percent_unknown_or_nothing() -> None:
    known = replace(FACE, match=Match(Identity("1", "Ada"), 0.13, 0.1552, verdict="match"))
    label = label_of(known, CARD)
    assert label.text is not None and label.text.startswith("Ada") and "99 %" in label.text
    assert label_of(replace(FACE, match=Match(None, 0.5, 0.1552)), CARD).text == "unknown"
    assert label_of(FACE, CARD).text is None


def test_a_face_whose_person_is_another_says_whom_it_looks_like_and_no_percent() -> None:
    ada = Identity("1", "Ada {unknown}")
    twice = replace(FACE, match=Match(ada, 0.01, 0.1552, ada, verdict="match").without_name("duplicate"))
    assert label_of(twice, CARD).text == "like Ada {unknown}" and label_of(twice, CARD).state == "undecided"
    assert label_of(replace(FACE, ignored=True), CARD).text is None


def test_who_was_not_yet_seen_to_be_alive_is_asked_or_told_so() -> None:
    ada = Identity("1", "Ada")
    named = replace(FACE, match=Match(ada, 0.01, 0.1552, ada, verdict="match"))
    label = label_of(replace(named, life=Life(False)), CARD)
    assert label.text == "Ada? not yet seen to be alive" and label.state == "undecided"
    asked = label_of(replace(named, life=Life(False, "eyes", "turn left")), CARD)
    assert asked.text == "Ada? turn your head to your left, please"
    assert label_of(replace(named, life=Life(True, "eyes")), CARD).state == "known"


def test_a_name_at_the_threshold_is_more_likely_than_not() -> None:
    assert CARD.percent(CARD.threshold or 0) > 50
    assert CARD.percent(0) > 99.9 and CARD.percent(4) < 0.1


def test_faces_are_drawn_on_a_copy() -> None:
    image = np.full((200, 240, 3), 80, np.uint8)
    names = ("Ada", "👩‍🚀 عائشة 李雷", "x" * 300)
    faces = tuple(
        replace(FACE, match=Match(Identity(str(index), name), 0.1, 0.2, verdict="match"))
        for index, name in enumerate(names)
    )
    drawn = annotated(FrameResult(Frame(image, 0, 0.0), (*faces, FACE)), CARD)
    assert drawn.shape == image.shape and drawn.dtype == np.uint8
    assert (drawn != 80).any() and (image == 80).all()


def test_a_face_partly_or_wholly_outside_is_no_fault() -> None:
    image = np.full((50, 50, 3), 80, np.uint8)
    for box in (Box(-30, -30, 20, 20), Box(40, 40, 400, 400), Box(60, 60, 90, 90), Box(-9, -9, -1, -1)):
        detection = replace(FACE.detection, box=box)
        match = Match(Identity("1", "Ada"), 0.1, 0.2, verdict="match")
        drawn = annotated(FrameResult(Frame(image, 0, 0.0), (Face(detection, match),)), CARD)
        # The plate with the name stays in sight, wherever the face is.
        assert drawn.shape == image.shape and (drawn != image).any(), box


def test_the_card_of_the_annotation_is_the_shipped_one() -> None:
    assert CARD.name == "dlib-resnet" and Path(CARD.file).suffix == ".xml"
