"""BCubed worked out by hand, and limits that give people."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.core.types import FloatArray
from facecam.gallery.matching.linkage import average_linkage, rising_linkage
from facecam.metrics.false_accepts import threshold_at
from facecam.metrics.grouping import BCubed, JoinLimit, bcubed, best_limit
from tests.gallery.factories import random_units


def test_bcubed_worked_out_by_hand() -> None:
    """Groups aab|bc; of the first a two of three are its person, of whose two photos both are there."""
    found = bcubed(np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 2]))
    assert found.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 / 2 + 1 / 2) / 5)
    assert found.recall == pytest.approx((1 + 1 + 1 / 2 + 1 / 2 + 1) / 5)
    assert BCubed(0.5, 1.0).f == pytest.approx(2 / 3)


def test_who_is_in_no_group_is_one_of_their_own() -> None:
    owners = np.array([0, 0, 1, 2])
    assert bcubed(np.array([0, 0, -1, -1]), owners) == BCubed(1.0, 1.0)
    assert bcubed(np.array([-1, -1, -1, -1]), owners) == BCubed(1.0, 0.75)
    assert bcubed(np.array([-1]), np.array([5])) == BCubed(1.0, 1.0)


def test_names_of_groups_and_people_do_not_matter() -> None:
    groups, owners = np.array([7, 7, 3, 3, -4]), np.array([100, 100, 5, 9, 9])
    assert bcubed(groups, owners) == bcubed(np.array([0, 0, 1, 1, 2]), np.array([0, 0, 1, 2, 2]))


def test_the_best_limit_gives_people() -> None:
    draw = np.random.default_rng(5)
    owners = np.concatenate([np.repeat(np.arange(60), 4), 60 + np.arange(60)])
    vectors = random_units(120, 32)[owners] + draw.normal(0, 0.05, (len(owners), 32))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    limit = best_limit(vectors, owners, 0.4)
    assert limit is not None and 0.2 <= limit <= 0.44
    assert bcubed(average_linkage(vectors, limit), owners).f > 0.99


def test_few_people_say_nothing() -> None:
    owners = np.repeat(np.arange(50), 3)
    assert best_limit(random_units(150, 8), owners, 0.3) is None
    alone = np.arange(150)
    assert best_limit(random_units(150, 8), alone, 0.3) is None


#: squared_l2 that these shares of strangers' pairs come below.
_CALIBRATION = ((1e-4, 0.4), (1e-3, 0.5), (1e-2, 0.7))
_LEAST, _MOST = 0.3, 0.65


def crowd(people: int, photos: int, spread: float) -> tuple[FloatArray, np.ndarray]:
    """Photos of people in 32 dimensions; two of one person are about 64 · spread² apart."""
    draw = np.random.default_rng(5)
    owners = np.repeat(np.arange(people), photos)
    vectors = random_units(people, 32)[owners] + draw.normal(0, spread, (len(owners), 32))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), owners


def test_the_limit_follows_from_the_groups_and_gives_people() -> None:
    """Photos of one person differ so much that the least limit leaves many alone."""
    vectors, owners = crowd(30, 6, 0.07)
    labels, limit = rising_linkage(vectors, JoinLimit(vectors, _CALIBRATION, _LEAST, _MOST))
    assert _LEAST < limit <= _MOST
    assert bcubed(labels, owners).f > 0.99 > 0.9 > bcubed(average_linkage(vectors, _LEAST), owners).f


def test_of_more_people_fewer_pairs_may_come_below_and_the_more_the_more_joined() -> None:
    """All strangers are 2 apart, as calibrated, so nothing is corrected for their being alike."""
    calibration = ((1e-4, 0.4), (1e-3, 0.5), (1e-2, 2.0))
    limit = JoinLimit(np.eye(600, dtype=np.float32), calibration, 0.3, 0.6)
    faces = np.arange(600)
    for groups in (faces // 2, faces // 3, faces % 100):
        count = int(groups.max()) + 1
        assert limit(groups) == pytest.approx(threshold_at(calibration, 0.1 * (1 - count / 600) / count))
    assert limit(faces) == 0.3 < limit(faces // 2) < limit(faces // 3) < limit(faces % 100) < 0.6


def test_where_strangers_are_alike_the_limit_is_lower() -> None:
    """But not higher where they are less alike."""
    vectors, owners = crowd(40, 5, 0.06)
    alike = np.full(len(vectors), -0.4, np.float32)
    assert JoinLimit(vectors, _CALIBRATION, _LEAST, _MOST, alike)(owners) == _LEAST
    usual = threshold_at(_CALIBRATION, 0.1 * (1 / 40 - 1 / 200))
    assert JoinLimit(vectors, _CALIBRATION, _LEAST, _MOST, -alike)(owners) == pytest.approx(usual)


def test_few_faces_and_models_nobody_calibrated_have_the_least_limit() -> None:
    vectors, owners = crowd(40, 5, 0.06)
    for some in (vectors[:0], vectors[:1], vectors[:4]):
        labels, limit = rising_linkage(some, JoinLimit(some, _CALIBRATION, _LEAST, _MOST))
        assert len(labels) == len(some) and limit == _LEAST
    assert JoinLimit(vectors, (), _LEAST, _MOST)(owners) == _LEAST
