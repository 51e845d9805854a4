"""Thresholds are chosen on other pairs than they are judged by, and every fold holds both kinds."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.metrics.folds import (
    can_fold,
    centered_scores,
    fixed_scores,
    folded_accuracy,
    held_out_scores,
    stratified_folds,
)
from facecam.metrics.rates import Scores, Values, grid
from tests.gallery.factories import on_circle, random_units

SAME, DIFFERENT = True, False


def given(*values: float) -> Values:
    return np.array(values, np.float64)


def test_the_ith_same_pair_goes_with_the_ith_different_one() -> None:
    folds = stratified_folds(np.array([SAME] * 4 + [DIFFERENT] * 4), 2)
    assert folds is not None and folds.tolist() == [0, 0, 1, 1, 0, 0, 1, 1]


def test_view_1_gives_ten_folds_of_fifty_and_fifty() -> None:
    is_same = np.array([SAME] * 500 + [DIFFERENT] * 500)
    folds = stratified_folds(is_same)
    assert folds is not None
    assert np.bincount(folds[is_same]).tolist() == [50] * 10 == np.bincount(folds[~is_same]).tolist()
    assert (folds[:500] == folds[500:]).all()


def test_the_order_of_the_file_does_not_matter() -> None:
    is_same = np.array([SAME, DIFFERENT] * 6)
    folds = stratified_folds(is_same, 3)
    assert folds is not None and folds.tolist() == [0] * 4 + [1] * 4 + [2] * 4


def test_unequal_numbers_are_spread_evenly() -> None:
    is_same = np.array([SAME] * 25 + [DIFFERENT] * 100)
    folds = stratified_folds(is_same)
    assert folds is not None
    assert set(np.bincount(folds[is_same])) == {2, 3} and set(np.bincount(folds[~is_same])) == {10}


@pytest.mark.parametrize(("same", "different", "folds"), [(3, 50, 3), (2, 2, 2), (500, 4, 4)])
def test_a_rare_kind_makes_fewer_folds(same: int, different: int, folds: int) -> None:
    found = stratified_folds(np.array([SAME] * same + [DIFFERENT] * different))
    assert found is not None and len(np.unique(found)) == folds


@pytest.mark.parametrize(("same", "different"), [(1, 50), (50, 1), (0, 9)])
def test_a_single_pair_of_a_kind_cannot_be_folded(same: int, different: int) -> None:
    assert stratified_folds(np.array([SAME] * same + [DIFFERENT] * different)) is None


def test_folds_need_both_kinds_outside_each() -> None:
    is_same = np.array([SAME, SAME, DIFFERENT, DIFFERENT])
    assert can_fold(is_same, np.array([0, 1, 0, 1]))
    assert not can_fold(is_same, np.array([0, 0, 1, 1]))  # outside fold 0 all are different
    assert not can_fold(is_same, np.zeros(4, np.intp))


def test_the_threshold_comes_from_the_other_folds() -> None:
    # Fold 0 alone would be split at 0.2, fold 1 at 0.6. Each gets the other's threshold:
    # 0.6 accepts both pairs of fold 0, 0.2 neither of fold 1; both are half right.
    # Chosen and judged on all four pairs, 0.2 would be right for three.
    distances, is_same = given(0.1, 0.2, 0.5, 0.6), np.array([SAME, DIFFERENT, SAME, DIFFERENT])
    found = folded_accuracy(lambda learn_from: distances, is_same, np.array([0, 0, 1, 1]))
    assert [fold.threshold for fold in found.folds] == [0.6, 0.2]
    assert found.mean == 0.5 and found.deviation == 0.0 and found.threshold == pytest.approx(0.4)
    assert (found.decisions.true_accepts, found.decisions.false_accepts) == (1, 1)


def test_the_distances_too_are_learnt_from_the_other_folds() -> None:
    learnt: list[list[bool]] = []

    def score_of(learn_from: np.ndarray) -> Values:
        learnt.append(learn_from.tolist())
        return given(0.1, 0.2, 0.5, 0.6)

    folded_accuracy(score_of, np.array([SAME, DIFFERENT, SAME, DIFFERENT]), np.array([0, 0, 1, 1]))
    assert learnt == [[False, False, True, True], [True, True, False, False]]


def test_mean_and_deviation_are_those_of_the_folds() -> None:
    # Split at 0.5 everywhere. The last fold has one of four wrong: 0.9 is a same pair.
    # Its own pairs do not move its threshold; for the others 0.9 is one wrong pair among eight.
    distances = given(0.1, 0.2, 0.5, 0.6, 0.1, 0.2, 0.5, 0.6, 0.1, 0.9, 0.5, 0.6)
    is_same = np.array([SAME, SAME, DIFFERENT, DIFFERENT] * 3)
    found = folded_accuracy(lambda learn_from: distances, is_same, np.repeat([0, 1, 2], 4))
    assert [fold.decisions.accuracy.value for fold in found.folds] == [1, 1, 0.75]
    assert found.mean == pytest.approx(11 / 12)
    assert found.deviation == pytest.approx(np.std([1, 1, 0.75]))
    assert found.decisions.pairs == 12 and found.decisions.accuracy.value == pytest.approx(11 / 12)


@pytest.mark.parametrize("steps", [False, True])
def test_folded_accuracy_equals_trying_everything(steps: bool) -> None:
    generator = np.random.default_rng(2)
    is_same = generator.random(80) < 0.5
    distances = np.where(is_same, generator.normal(0.4, 0.15, 80), generator.normal(0.7, 0.15, 80)).clip(0)
    folds = stratified_folds(is_same, 5)
    assert folds is not None
    candidates = grid() if steps else None
    found = folded_accuracy(lambda learn_from: distances, is_same, folds, candidates)
    for number, fold in enumerate(found.folds):
        here = folds == number
        tried = grid() if steps else Scores.of(distances[~here], is_same[~here]).thresholds()
        right = [((distances[~here] < t) == is_same[~here]).mean() for t in tried]
        assert fold.threshold == tried[int(np.argmax(right))]
        accuracy = ((distances[here] < fold.threshold) == is_same[here]).mean()
        assert fold.decisions.accuracy.value == pytest.approx(accuracy)


def test_folding_the_list_as_it_stands_would_give_a_wrong_figure() -> None:
    # Both kinds have the same distances, so nothing better than one half can be true.
    is_same = np.array([SAME] * 10 + [DIFFERENT] * 10)
    distances = np.tile(np.linspace(0.1, 1, 10), 2)
    folds = stratified_folds(is_same, 5)
    assert folds is not None
    assert folded_accuracy(lambda learn_from: distances, is_same, folds).mean == pytest.approx(0.5, abs=0.1)
    # Without a fold of same pairs only, the other kind prevails in the rest and decides against it.
    as_it_stands = np.repeat(np.arange(5), 4)
    assert folded_accuracy(lambda learn_from: distances, is_same, as_it_stands).mean < 0.25


def test_fixed_distances_are_those_of_the_vectors() -> None:
    score_of = fixed_scores(on_circle(0, 60, 180), np.array([0, 0]), np.array([1, 2]))
    assert score_of(np.array([True, False])) == pytest.approx([1, 4])


def test_the_mean_is_learnt_from_the_given_pairs_only() -> None:
    vectors = random_units(8, 3)
    first, second = np.array([0, 2, 4, 6]), np.array([1, 3, 5, 7])
    learn_from = np.array([True, True, False, False])
    moved = vectors - vectors[:4].mean(axis=0)
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    expected = ((moved[first] - moved[second]) ** 2).sum(axis=1)
    assert centered_scores(vectors, first, second)(learn_from) == pytest.approx(expected, abs=1e-5)


def test_a_mean_in_the_middle_of_the_circle_changes_nothing() -> None:
    vectors = on_circle(0, 90, 180, 270)
    first, second, everything = np.array([0, 0]), np.array([1, 2]), np.ones(2, np.bool_)
    assert centered_scores(vectors, np.array([0, 2]), np.array([1, 3]))(everything) == pytest.approx([2, 2])
    assert fixed_scores(vectors, first, second)(everything) == pytest.approx([2, 4])


def test_a_vector_equal_to_the_mean_gives_a_number() -> None:
    same_place = on_circle(30, 30)
    scores = centered_scores(same_place, np.array([0]), np.array([1]))(np.array([True]))
    assert scores.tolist() == [0]


def test_every_pair_is_scored_without_learning_from_its_fold() -> None:
    learnt: list[list[bool]] = []

    def score_of(learn_from: np.ndarray) -> Values:
        learnt.append(learn_from.tolist())
        return np.full(4, float(len(learnt)))

    assert held_out_scores(score_of, np.array([0, 1, 0, 1]), 4).tolist() == [1, 2, 1, 2]
    assert learnt == [[False, True, False, True], [True, False, True, False]]
    assert held_out_scores(score_of, None, 4).tolist() == [3] * 4 and learnt[-1] == [True] * 4
