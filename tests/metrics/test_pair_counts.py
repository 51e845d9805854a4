"""Pairs counted in bins give the figures of pairs held one by one, to the width of a bin."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from facecam.core.events import Cancelled, CancelToken
from facecam.metrics import pair_counts, rates
from facecam.metrics.folds import fixed_scores, folded_accuracy, stratified_folds
from facecam.metrics.pair_counts import count_pairs
from facecam.metrics.rates import Scores
from tests.gallery.factories import random_units

BIN = 4 / pair_counts._BINS


def some_people(seed: int, photos: int = 60, people: int = 12) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    owners = np.sort(np.concatenate([np.arange(people), draw.integers(people, size=photos - people)]))
    vectors = random_units(people, 8, seed=seed)[owners] + draw.normal(0, 0.2, (photos, 8))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), owners


def one_by_one(vectors: np.ndarray, owners: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    first, second = (
        np.array(side) for side in zip(*itertools.combinations(range(len(owners)), 2), strict=True)
    )
    return first, second, owners[first] == owners[second]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("block", [200, 8_000_000])
def test_the_figures_are_those_of_a_list(seed: int, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facecam.metrics.neighbors._BLOCK_VALUES", block)
    monkeypatch.setattr(rates, "_RESAMPLES", 200)
    vectors, owners = some_people(seed)
    first, second, is_same = one_by_one(vectors, owners)
    score_of = fixed_scores(vectors, first, second)
    values = score_of(is_same)
    exact, counted = Scores.of(values, is_same), count_pairs(vectors, owners, None, 7, CancelToken())
    binned = counted.scores
    assert (binned.pairs_same, binned.pairs_different) == (len(exact.same), len(exact.different))
    np.testing.assert_allclose(np.repeat(binned.same, binned.same_counts), exact.same, atol=BIN)
    np.testing.assert_allclose(
        np.repeat(binned.different, binned.different_counts), exact.different, atol=BIN
    )
    ours, theirs = rates.separation(binned), rates.separation(exact)
    assert ours.auc.value == pytest.approx(theirs.auc.value, abs=1e-4)
    assert (ours.auc.low, ours.auc.high) == pytest.approx((theirs.auc.low, theirs.auc.high), abs=5e-3)
    assert (ours.eer.value, ours.eer_threshold) == pytest.approx(
        (theirs.eer.value, theirs.eer_threshold), abs=1e-3
    )
    for mine, other in zip(ours.tar_at_far, theirs.tar_at_far, strict=True):
        assert mine.pairs_needed == other.pairs_needed and (mine.tar is None) == (other.tar is None)
        if mine.tar is not None and other.tar is not None:
            assert mine.tar.value == pytest.approx(other.tar.value, abs=1.5 / len(exact.same))
            assert mine.threshold == pytest.approx(other.threshold, abs=BIN)
    at = 0.3
    assert rates.operating_point("", binned, at).decisions == rates.operating_point("", exact, at).decisions
    folds = stratified_folds(is_same)
    assert folds is not None
    listed, mine = folded_accuracy(score_of, is_same, folds), counted.folded_accuracy()
    assert mine is not None and mine.mean == pytest.approx(listed.mean, abs=2e-3)
    assert [sum(dataclasses.astuple(one.decisions)) for one in mine.folds] == [
        int((folds == fold).sum()) for fold in range(10)
    ]
    order = np.argsort(values, kind="stable")
    worst = [(int(first[place]), int(second[place])) for place in order if not is_same[place]][:7]
    assert [(one, other) for _, one, other in counted.nearest] == worst
    worst = [(int(first[place]), int(second[place])) for place in order[::-1] if is_same[place]][:7]
    assert [(one, other) for _, one, other in counted.farthest] == worst


def test_what_a_cohort_adds_counts() -> None:
    vectors, owners = some_people(3)
    shifts = np.random.default_rng(4).normal(-0.1, 0.1, len(vectors)).astype(np.float32)
    first, second, is_same = one_by_one(vectors, owners)
    scores = rates.squared_distances(vectors, first, second) + shifts[first] + shifts[second]
    binned = count_pairs(vectors, owners, shifts, 1, CancelToken()).scores
    exact = Scores.of(scores, is_same)
    np.testing.assert_allclose(
        np.repeat(binned.different, binned.different_counts), exact.different, atol=2 * BIN
    )
    assert rates.area_under_roc(binned) == pytest.approx(rates.area_under_roc(exact), abs=1e-4)


def test_one_pair_of_a_kind_is_not_folded_and_counting_can_be_stopped() -> None:
    vectors = random_units(4, 8, seed=1)
    assert count_pairs(vectors, np.array([0, 0, 1, 2]), None, 3, CancelToken()).folded_accuracy() is None
    stopped = CancelToken()
    stopped.cancel()
    with pytest.raises(Cancelled):
        count_pairs(vectors, np.array([0, 0, 1, 2]), None, 3, stopped)
