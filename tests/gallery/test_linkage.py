"""Average linkage against a plain computation over all pairs, and what cannot be grouped."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from facecam.core.types import FloatArray
from facecam.gallery.matching import linkage
from facecam.gallery.matching.linkage import FaceGroup, average_linkage, rising_linkage
from tests.gallery.factories import on_circle, random_units


def people(count: int, photos: int, seed: int = 0, apart: float = 0.2) -> tuple[FloatArray, np.ndarray]:
    """Faces around as many directions in space, in no order, and whose they are."""
    draw = np.random.default_rng(seed)
    owners = draw.permutation(np.repeat(np.arange(count), photos))
    centers = random_units(count, 16)
    vectors = centers[owners] + draw.normal(0, apart / 4, (len(owners), 16))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), owners


def by_all_pairs(vectors: FloatArray, limit: float, shifts: FloatArray) -> set[frozenset[int]]:
    """Join the two groups with the smallest mean distance until none is below the limit."""
    scores = 2 - 2 * vectors.astype(np.float64) @ vectors.T + shifts[:, None] + shifts
    groups = [[row] for row in range(len(vectors))]
    while len(groups) > 1:
        means = {
            (a, b): scores[np.ix_(groups[a], groups[b])].mean()
            for a, b in itertools.combinations(range(len(groups)), 2)
        }
        first, second = min(means, key=means.__getitem__)
        if not means[first, second] < limit:
            break
        groups[first] += groups.pop(second)
    return set(map(frozenset, groups))


def partition(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == one).tolist()) for one in np.unique(labels)}


@pytest.mark.parametrize("limit", [0.05, 0.2, 0.5, 1.0, 5.0])
@pytest.mark.parametrize("seed", range(3))
def test_the_groups_are_those_of_all_pairs(limit: float, seed: int) -> None:
    vectors, _ = people(7, 5, seed, apart=0.6)
    shifts = np.random.default_rng(seed).normal(0, 0.03, len(vectors)).astype(np.float32)
    assert partition(average_linkage(vectors, limit, shifts)) == by_all_pairs(vectors, limit, shifts)


def test_in_blocks_as_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, owners = people(30, 4)
    whole = average_linkage(vectors, 0.3)
    monkeypatch.setattr(linkage, "_BLOCK_VALUES", 500)
    assert average_linkage(vectors, 0.3).tolist() == whole.tolist()
    assert partition(whole) == partition(owners)


def test_a_chain_of_likenesses_is_not_one_person() -> None:
    """Each 10° from the next: neighbors by pairs, but the ends are strangers."""
    chain = on_circle(*range(0, 180, 10))
    labels = average_linkage(chain, 0.12)
    assert len(np.unique(labels)) > 4
    assert labels[0] != labels[-1] and (np.diff(labels) >= 0).all()


def test_groups_are_numbered_by_their_first_face() -> None:
    assert average_linkage(on_circle(90, 0, 91, 200, 1), 0.05).tolist() == [0, 1, 0, 2, 1]


def test_the_border_is_outside() -> None:
    pair = np.eye(2, dtype=np.float32)
    assert average_linkage(pair, 2.0).tolist() == [0, 1]
    assert average_linkage(pair, 2.001).tolist() == [0, 0]


def test_nobody_one_copies_and_nothing_at_all() -> None:
    one = on_circle(30)
    assert average_linkage(one[:0], 0.1).tolist() == []
    assert average_linkage(one, 0.1).tolist() == [0]
    assert average_linkage(np.repeat(one, 40, axis=0), 1e-4).tolist() == [0] * 40
    assert average_linkage(np.zeros((4, 8), np.float32), 0.1).tolist() == [0, 1, 2, 3]


def test_a_face_that_is_no_number_stays_alone() -> None:
    vectors = on_circle(0, 1, 90)
    vectors[2] = np.nan
    labels = average_linkage(vectors, 0.1)
    assert labels[0] == labels[1] != labels[2]


def test_what_is_given_is_left_as_it_was() -> None:
    vectors, _ = people(5, 4)
    before = vectors.copy()
    average_linkage(vectors, 0.5)
    np.testing.assert_array_equal(vectors, before)


def test_the_distance_of_groups_is_the_mean_of_all_pairs() -> None:
    first, second = on_circle(0, 10, 20), on_circle(40, 60)
    shifts = np.array([0.01, 0.02, 0.03], np.float32)
    wanted = (2 - 2 * first @ second.T + shifts[:, None]).mean()
    assert FaceGroup.of(first, shifts).distance(FaceGroup.of(second)) == pytest.approx(wanted, abs=1e-6)


def test_a_limit_that_rises_gives_the_groups_of_its_last_value() -> None:
    """Also where groups were done below an earlier one; a limit that falls again is not followed."""
    vectors, _ = people(12, 5, 3, apart=0.6)
    shifts = np.random.default_rng(3).normal(0, 0.03, len(vectors)).astype(np.float32)
    limits = iter([0.05, 0.2, 0.5, 0.4])
    labels, last = rising_linkage(vectors, lambda labels: next(limits), shifts)
    assert last == 0.5 and next(limits, None) is None
    assert partition(labels) == partition(average_linkage(vectors, 0.5, shifts))
