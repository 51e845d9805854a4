"""BCubed worked out by hand, and the limit that gives people."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.gallery.matching.linkage import average_linkage
from facecam.metrics.grouping import BCubed, bcubed, best_limit
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
