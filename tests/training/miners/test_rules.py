"""Miners against loops over all triplets."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.training.miners import rules
from facecam.training.miners.rules import Rule, distance_matrix, mine, mine_embeddings
from facecam.training.miners.triplets import Triplets
from tests.training import reference
from tests.training.batches import BATCHES, Batch, random_batch

_CERTAIN: tuple[Rule, ...] = ("batch_all", "batch_hard", "semi_hard", "min_min", "min_max")


def as_set(triplets: Triplets) -> set[tuple[int, int, int]]:
    rows = zip(triplets.anchor.tolist(), triplets.positive.tolist(), triplets.negative.tolist(), strict=True)
    found = list(rows)
    assert len(found) == len(set(found))
    return set(found)


def expected(rule: str, batch: Batch, kind: str = "squared_l2") -> set[tuple[int, int, int]]:
    away = reference.distances(batch.x.astype(np.float64), kind)
    return set(reference.mined(rule, away, batch.labels.tolist(), batch.margin))


@pytest.mark.parametrize("name", BATCHES)
@pytest.mark.parametrize("rule", _CERTAIN)
class TestEveryRule:
    def test_chooses_what_the_loops_choose(self, rule: Rule, name: str) -> None:
        batch = BATCHES[name]
        away = distance_matrix(batch.x, batch.x)
        found = mine(rule, away, batch.labels, margin=batch.margin)
        assert as_set(found) == expected(rule, batch)

    def test_in_blocks_of_rows_and_with_l2(
        self, rule: Rule, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "_BLOCK_ROWS", 5)
        batch = BATCHES[name]
        found = mine_embeddings(rule, batch.x, batch.labels, margin=batch.margin, distance="l2")
        assert as_set(found) == expected(rule, batch, "l2")


class TestBatchRandom:
    @pytest.mark.parametrize("name", BATCHES)
    def test_one_allowed_negative_for_each_pair_that_has_any(self, name: str) -> None:
        batch = BATCHES[name]
        away = reference.distances(batch.x.astype(np.float64))
        allowed = reference.allowed(away, batch.labels.tolist(), batch.margin)
        found = mine("batch_random", distance_matrix(batch.x, batch.x), batch.labels, margin=batch.margin)
        drawn = {(a, p): n for a, p, n in as_set(found)}
        assert drawn.keys() == allowed.keys()
        assert all(n in allowed[pair] for pair, n in drawn.items())

    def test_draws_uniformly(self) -> None:
        batch = random_batch(0, people=3, photos=3, noise=2.0)
        away = distance_matrix(batch.x, batch.x)
        (pair, allowed), *_ = sorted(
            reference.allowed(away.astype(np.float64), batch.labels.tolist(), 0.5).items(),
            key=lambda item: -len(item[1]),
        )
        counts = dict.fromkeys(allowed, 0)
        for seed in range(3000):
            found = mine("batch_random", away, batch.labels, margin=0.5, seed=seed)
            (row,) = np.flatnonzero((found.anchor == pair[0]) & (found.positive == pair[1]))
            counts[int(found.negative[row])] += 1
        share = np.array(list(counts.values())) / 3000
        assert len(counts) >= 4
        np.testing.assert_allclose(share, 1 / len(counts), atol=0.04)

    def test_same_seed_same_triplets_other_seed_others(self) -> None:
        batch = random_batch(1, noise=3.0)
        away = distance_matrix(batch.x, batch.x)
        first, again, other = (
            as_set(mine("batch_random", away, batch.labels, margin=1.0, seed=seed)) for seed in (5, 5, 6)
        )
        assert first == again
        assert first != other


class TestMinMinAndMinMax:
    def test_differ_on_random_batches(self) -> None:
        different = 0
        for seed in range(50):
            batch = random_batch(seed, people=6, photos=5, noise=1.0)
            away = distance_matrix(batch.x, batch.x)
            nearest, farthest = (
                mine(rule, away, batch.labels, margin=0.4) for rule in ("min_min", "min_max")
            )
            np.testing.assert_array_equal(nearest.anchor, farthest.anchor)
            assert (away[nearest.anchor, nearest.negative] <= away[farthest.anchor, farthest.negative]).all()
            different += as_set(nearest) != as_set(farthest)
        assert different >= 45

    def test_by_hand(self) -> None:
        """On a line: anchor at 0; positives at 1 and 1.5; negatives at 1.1 and 1.6.

        l2, α = 0.2: p = 1 has the candidate 1.1, p = 1.5 has 1.6.
        """
        place = np.array([[0.0], [1.0], [1.5], [1.1], [1.6]], np.float32)
        away = distance_matrix(place, place, "l2")
        chosen = {
            rule: mine(rule, away[:1], [0, 0, 0, 1, 2], anchors=[0], margin=0.2)
            for rule in ("min_min", "min_max")
        }
        assert as_set(chosen["min_min"]) == {(0, 1, 3)}
        assert as_set(chosen["min_max"]) == {(0, 2, 4)}


class TestSemiHard:
    def test_is_the_formula_of_tensorflow_addons(self) -> None:
        """Its masked minimum and maximum, written out in NumPy, on batches where every anchor has a negative."""
        for seed in range(10):
            batch = random_batch(seed, noise=1.5)
            d = distance_matrix(batch.x, batch.x)
            found = mine("semi_hard", d, batch.labels)
            losses = d[found.anchor, found.positive] - d[found.anchor, found.negative] + 0.2
            ours = float(np.maximum(losses, 0).mean())
            assert ours == pytest.approx(_addons_semi_hard(d, batch.labels, 0.2), abs=1e-6)


def _addons_semi_hard(d: np.ndarray, labels: np.ndarray, margin: float) -> float:
    same = labels[:, None] == labels[None, :]
    total, pairs = 0.0, 0
    for i in range(len(d)):
        for j in range(len(d)):
            if i == j or not same[i, j]:
                continue
            outside = np.where(~same[i] & (d[i] > d[i, j]), d[i], np.inf).min()
            inside = np.where(~same[i], d[i], -np.inf).max()
            total += max(margin + d[i, j] - (outside if np.isfinite(outside) else inside), 0.0)
            pairs += 1
    return total / pairs


class TestTriplets:
    def test_refuses_other_types_and_lengths(self) -> None:
        good = np.zeros(2, np.int32)
        with pytest.raises(ValueError, match=r"int32 \(T,\)"):
            Triplets(good, good, good.astype(np.int64))
        with pytest.raises(ValueError, match=r"int32 \(T,\)"):
            Triplets(good, good[:, None], good)
        with pytest.raises(ValueError, match="equal lengths"):
            Triplets.of([1], [1, 2], [3])

    def test_joined_none_is_empty(self) -> None:
        assert Triplets.joined([]).anchor.shape == (0,)

    def test_mine_checks_what_it_is_given(self) -> None:
        with pytest.raises(ValueError, match=r"distances \(2, 2\)"):
            mine("batch_hard", np.zeros((2, 3), np.float32), [0, 1])
        with pytest.raises(ValueError, match="rule of"):
            mine("hardest", np.zeros((1, 1), np.float32), [0])  # type: ignore[arg-type]


def test_equal_vectors_are_exactly_nothing_apart() -> None:
    """In float32 this formula would leave about 3e-4 of l2."""
    x = np.repeat(random_batch(0, size=128).x, 2, axis=0)
    away = distance_matrix(x, x, "l2")
    assert (away[::2, 1::2].diagonal() == 0).all()
