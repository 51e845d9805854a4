"""Cells: where their middles lie, and who lies in which."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.core.events import Cancelled, CancelToken
from facecam.gallery.cells import cell_count, middles_of, nearest_middles
from tests.gallery.factories import on_circle, random_units


def test_middles_are_nearer_than_vectors_drawn_at_random() -> None:
    vectors = random_units(3000, 8)
    drawn = vectors[np.random.default_rng(3).choice(3000, 40, replace=False)]
    nearness = [float((vectors @ one.T).max(axis=1).mean()) for one in (middles_of(vectors, 40), drawn)]
    assert nearness[0] > nearness[1] + 0.02


def test_vectors_lie_in_the_cell_of_the_nearest_middle() -> None:
    cells = nearest_middles(on_circle(5, 100, 119, 250), on_circle(0, 120, 240))
    assert cells.tolist() == [0, 1, 1, 2] and cells.dtype == np.int32


def test_middles_are_unit_vectors_and_the_same_every_time() -> None:
    vectors = random_units(3000, 8)
    middles = middles_of(vectors, 40)
    np.testing.assert_allclose(np.linalg.norm(middles, axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(middles, middles_of(vectors, 40))
    assert len(np.unique(nearest_middles(vectors, middles))) > 35


def test_a_cell_without_vectors_keeps_its_middle() -> None:
    """All vectors are one: one cell takes them all, the others stay where they began."""
    vectors = np.repeat(on_circle(30), 20, axis=0)
    np.testing.assert_allclose(middles_of(vectors, 4), vectors[:4], atol=1e-6)


@pytest.mark.parametrize(
    ("vectors", "cells"), [(1, 1), (9, 9), (40, 16), (10_000, 200), (1_000_000, 2000), (10**9, 8192)]
)
def test_twice_the_root(vectors: int, cells: int) -> None:
    assert cell_count(vectors) == cells


def test_nobody_lies_nowhere_and_a_stop_is_heard() -> None:
    assert nearest_middles(np.zeros((0, 2), np.float32), on_circle(0)).shape == (0,)
    stopped = CancelToken()
    stopped.cancel()
    with pytest.raises(Cancelled):
        middles_of(on_circle(0, 1), 2, stopped)
