"""What is added to the distances of people whose vectors are aligned otherwise."""

from __future__ import annotations

import pytest

from facecam.core.types import Alignment
from facecam.gallery.gallery import Gallery
from facecam.gallery.matching.offsets import person_offsets
from tests.gallery.factories import MODEL, aligned, on_circle

THRESHOLDS: dict[Alignment, float | None] = {"five+dlib": 0.15, "dlib": 0.17, "five": None}


def gallery(**people: tuple[Alignment, ...]) -> Gallery:
    made = Gallery.empty(MODEL, 2)
    for name, alignments in people.items():
        made = made.add(name, aligned(on_circle(), MODEL, "dlib"))
        for number, alignment in enumerate(alignments):
            made = made.add(name, aligned(on_circle(number), MODEL, alignment))
    return made


def test_the_difference_of_thresholds_is_taken_off_the_less_the_more_photos() -> None:
    offsets = person_offsets(
        gallery(
            New=("five+dlib",), Old=("dlib",), Two=("dlib", "dlib"), Both=("dlib", "five+dlib"), Empty=()
        ),
        0.15,
        THRESHOLDS.get,
    )
    assert offsets is not None
    assert offsets.tolist() == pytest.approx([0, -0.02, -0.01, -0.005, 0])


def test_where_nobody_differs_there_is_nothing_to_add() -> None:
    assert person_offsets(gallery(New=("five+dlib",)), 0.15, THRESHOLDS.get) is None
    assert person_offsets(gallery(Unmeasured=("five",)), 0.15, THRESHOLDS.get) is None
    assert person_offsets(Gallery.empty(MODEL, 2), 0.15, THRESHOLDS.get) is None
