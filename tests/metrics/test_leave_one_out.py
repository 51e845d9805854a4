"""Distances with the photo itself left out are those of the matcher whose gallery lacks it."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.gallery.gallery import Gallery
from facecam.gallery.matching.cohort import Cohort
from facecam.gallery.matching.distances import RULE_IN_USE
from facecam.gallery.matching.match import Matcher
from facecam.metrics.leave_one_out import LeaveOneOut
from tests.gallery.factories import MODEL, on_circle, person, random_units, squared_l2

PEOPLE = 4


def by_the_matcher(
    vectors: np.ndarray,
    owners: np.ndarray,
    pictures: np.ndarray,
    enrolled: np.ndarray,
    spread: float,
    cohort: Cohort | None = None,
) -> np.ndarray:
    """One gallery per photo, without it and its copies."""
    people, table = tuple(person(f"p{one}") for one in range(PEOPLE)), []
    for row in range(len(vectors)):
        kept = enrolled & (pictures != pictures[row])
        gallery = Gallery(MODEL, people, vectors[kept], owners[kept].astype(np.int32))
        matcher = Matcher(gallery, 0.2, RULE_IN_USE, spread=spread, cohort=cohort)
        table.append(matcher.scores(vectors[row][None])[0])
    return np.array(table)


@pytest.mark.parametrize("spread", [0.0, 0.085, 0.6])
def test_it_is_the_matchers_rule(spread: float) -> None:
    """Copies, also under two names; photos that are not enrolled; a person with one photo, one with none."""
    draw = np.random.default_rng(1)
    owners = np.array([0] * 9 + [1] * 5 + [2])
    vectors = random_units(15, 6, seed=2)
    vectors[3], vectors[10] = vectors[2], vectors[4]
    pictures = np.arange(15)
    pictures[3], pictures[10] = pictures[2], pictures[4]
    enrolled = draw.random(15) < 0.7
    enrolled[[2, 3, 4, 10, 14]] = True
    found = LeaveOneOut(vectors, owners, PEOPLE, pictures, enrolled, spread=spread).squared_l2()
    expected = by_the_matcher(vectors, owners, pictures, enrolled, spread)
    np.testing.assert_allclose(found, expected, atol=2e-6)
    assert np.isinf(found[14, 2]) and np.isinf(found[:, 3]).all()
    cohort = Cohort(random_units(60, 6, seed=4), 9, 0.3)
    without = LeaveOneOut(vectors, owners, PEOPLE, pictures, enrolled, spread=spread, cohort=cohort)
    found = without.scores(found)
    scores = by_the_matcher(vectors, owners, pictures, enrolled, spread, cohort)
    np.testing.assert_allclose(found, scores, atol=3e-6)


def test_a_photo_is_measured_against_its_persons_other_photos() -> None:
    distances = LeaveOneOut(on_circle(0, 10, 90), np.array([0, 0, 1]), 2).squared_l2()
    assert distances[0] == pytest.approx([squared_l2(10), squared_l2(90)], abs=1e-5)
    assert distances[2, 1] == np.inf


def test_a_copy_of_the_photo_does_not_count_either() -> None:
    vectors, owners = on_circle(0, 0, 40), np.array([0, 0, 0])
    flattered = LeaveOneOut(vectors, owners, 1).squared_l2()
    honest = LeaveOneOut(vectors, owners, 1, pictures=np.array([7, 7, 9])).squared_l2()
    assert flattered[0, 0] < honest[0, 0] == pytest.approx(squared_l2(40), abs=1e-5)


def test_nobody_at_all() -> None:
    assert LeaveOneOut(np.zeros((0, 2), np.float32), np.zeros(0, np.intp), 0).squared_l2().shape == (0, 0)
