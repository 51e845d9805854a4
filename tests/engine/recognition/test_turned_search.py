"""Faces that lie on their side: found within four pictures of an empty scene, then followed; others cost no more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from facecam.core.types import Box, Detection, ImageArray
from facecam.engine.photos.rotation import Turn
from facecam.engine.recognition.turned_search import TurnedSearch
from facecam.vision.detect.protocol import DetectorName

_WIDTH, _HEIGHT = 120, 80
_POINTS = np.array([(32, 30), (48, 30), (40, 40), (34, 50), (46, 50)], np.float32)
_UPRIGHT = Detection(Box(25, 20, 55, 50), 0.9, _POINTS, "five")


def picture(quarters: int) -> ImageArray:
    """A face that is upright once the picture is turned by so many quarters clockwise; 9: nobody."""
    image = np.zeros((_HEIGHT, _WIDTH, 3), np.uint8)
    image[0, 0], image[1, 1] = 1, quarters
    return image


class UprightOnly:
    """Finds the face of a `picture` where it is upright, and again wherever it is."""

    name: DetectorName = "centerface"

    def __init__(self, score: float = 0.9) -> None:
        self.score, self.searches, self.looks = score, 0, 0

    def detect(self, image: ImageArray, known: Sequence[Detection] = ()) -> list[Detection]:
        self.searches += 1
        quarters = next(one for one in range(4) if np.rot90(image, one)[0, 0].all())
        wanted = int(np.rot90(image, quarters)[1, 1, 0])
        return [Detection(_UPRIGHT.box, self.score, _POINTS, "five")] if quarters == wanted else []

    def find_again(self, image: ImageArray, known: Sequence[Detection]) -> list[Detection | None]:
        self.looks += len(known)
        return list(known)


def searched(detector: UprightOnly, film: Sequence[int]) -> list[list[Detection]]:
    search, there, results = TurnedSearch(detector), list[Detection](), []
    for quarters in film:
        there = search.detect(picture(quarters), there, believe=False, empty=not there)
        results.append(there)
    return results


@pytest.mark.parametrize("quarters", [1, 3])
def test_a_lying_face_is_found_within_four_pictures_and_followed(quarters: int) -> None:
    detector = UprightOnly()
    results = searched(detector, [quarters] * 6)
    first = next(number for number, found in enumerate(results) if found)
    assert first <= 3 and all(len(found) == 1 for found in results[first:])
    assert detector.searches <= 8, "each picture once, and at most two of the first four turned"
    (face,) = results[-1]
    turn = Turn(_WIDTH, _HEIGHT, quarters)
    assert face.box == turn.box_back(_UPRIGHT.box)
    np.testing.assert_allclose(face.landmarks, turn.back(_POINTS))
    assert abs(face.tilt_degrees) == pytest.approx(90)


def test_an_upright_face_is_seen_at_once_and_costs_nothing_more() -> None:
    for empty in range(5):
        detector = UprightOnly()
        counts = [len(found) for found in searched(detector, [9] * empty + [0] * 4)][empty:]
        assert counts == [1] * 4 and detector.looks == 0
        assert detector.searches == empty + empty // 2 + 4


def test_a_doubtful_find_in_a_turned_picture_is_none() -> None:
    assert not any(searched(UprightOnly(score=0.55), [1] * 8))
    assert any(searched(UprightOnly(score=0.55), [0]))


def test_a_lying_face_that_is_seen_upright_looking_is_not_there_twice() -> None:
    lying = Turn(_WIDTH, _HEIGHT, 1)
    known = Detection(lying.box_back(_UPRIGHT.box), 0.9, lying.back(_POINTS), "five")

    class Both(UprightOnly):
        def detect(self, image: ImageArray, known: Sequence[Detection] = ()) -> list[Detection]:
            return [there]

    there = known
    assert TurnedSearch(Both()).detect(picture(1), [known], believe=True, empty=False) == [there]
