"""Rates of pairs, like plain loops over all of them."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.metrics import degraded_pairs
from facecam.metrics.degraded_pairs import pair_rates


def unit(*rows: tuple[float, ...]) -> np.ndarray:
    vectors = np.array(rows, np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_like_plain_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(degraded_pairs, "_AT_ONCE", 3)
    generator = np.random.default_rng(0)
    first, second = (unit(*generator.normal(size=(14, 4))) for _ in range(2))
    first[4] = np.nan
    people = generator.integers(0, 4, 14).astype(np.intp)
    rows, others = np.arange(0, 14, 2), np.arange(3, 14)
    found = pair_rates(first, second, people, rows, others, 1.5)
    same = different = hits = alarms = 0
    for row in rows:
        for other in others:
            below = bool(((first[row] - second[other]) ** 2).sum() < 1.5)
            if people[row] != people[other]:
                different, alarms = different + 1, alarms + below
            elif row != other:
                same, hits = same + 1, hits + below
    assert (found.same, found.different, found.false_accepts) == (same, different, alarms)
    assert found.tar is not None and found.tar.value == pytest.approx(hits / same)
    assert found.far is not None and found.far.value == pytest.approx(alarms / different)


def test_a_face_not_found_is_not_accepted_and_no_pairs_give_no_rate() -> None:
    vectors = unit((1, 0), (1, 0), (0, 1))
    people, everybody = np.array([0, 0, 1]), np.arange(3)
    assert pair_rates(vectors, vectors, people, everybody, everybody, 0.5).tar.value == 1  # type: ignore[union-attr]
    blind = np.full_like(vectors, np.nan)
    lost = pair_rates(blind, vectors, people, everybody, everybody, 4.0)
    assert lost.same == 2 and lost.tar is not None and lost.tar.value == 0 and lost.false_accepts == 0
    nobody = pair_rates(vectors, vectors, people, np.zeros(0, np.intp), everybody, 0.5)
    assert nobody.tar is None and nobody.far is None
    alone = pair_rates(vectors, vectors, people, np.array([2]), np.array([2]), 0.5)
    assert alone.same == 0 and alone.different == 0, "a photo is not compared with itself"
