"""Rates and intervals: worked out by hand, against brute force, against the literature."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from facecam.metrics.rates import (
    Decisions,
    Scores,
    area_under_roc,
    best_by_accuracy,
    best_by_youden,
    decide,
    equal_error,
    grid,
    operating_point,
    pairs_needed,
    separation,
    squared_distances,
    wilson,
)

#: Three same pairs, three different ones; 0.3 and 0.4 are the wrong way round.
TOY = Scores.of([0.1, 0.2, 0.4, 0.3, 0.5, 0.6], [1, 1, 1, 0, 0, 0])


def random_scores(seed: int, *, ties: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Overlapping distances; rounded, so that many are equal."""
    generator = np.random.default_rng(seed)
    is_same = generator.random(60) < 0.4
    is_same[:2] = True, False
    distances = np.where(is_same, generator.normal(0.5, 0.2, 60), generator.normal(0.9, 0.2, 60)).clip(0, 4)
    return (distances.round(1) if ties else distances), is_same


def test_scores_are_sorted_by_kind() -> None:
    assert TOY.same.tolist() == [0.1, 0.2, 0.4] and TOY.different.tolist() == [0.3, 0.5, 0.6]


@pytest.mark.parametrize(
    ("distances", "kinds"),
    [([0.1, 0.2], [1, 1]), ([0.1, math.nan], [1, 0]), ([0.1, math.inf], [1, 0]), ([0.1], [1, 0])],
)
def test_scores_of_one_kind_only_or_not_numbers_are_refused(distances: list[float], kinds: list[int]) -> None:
    with pytest.raises(ValueError, match="expected"):
        Scores.of(distances, kinds)


def test_a_distance_equal_to_the_threshold_is_rejected() -> None:
    far, tar = TOY.rates(np.array([0.3, np.nextafter(0.3, 1)]))
    assert far.tolist() == [0, 1 / 3] and tar.tolist() == [2 / 3, 2 / 3]


def test_thresholds_reach_from_nothing_accepted_to_everything() -> None:
    far, tar = TOY.rates(TOY.thresholds())
    assert (far[0], tar[0]) == (0, 0) and (far[-1], tar[-1]) == (1, 1)
    assert (np.diff(far) >= 0).all() and (np.diff(tar) >= 0).all()


def test_the_area_of_the_toy_is_eight_ninths() -> None:
    # Of the nine (same, different) combinations only (0.4, 0.3) is the wrong way round.
    assert area_under_roc(TOY) == pytest.approx(8 / 9)


@pytest.mark.parametrize(
    ("same", "different", "area"), [([0.1], [0.2], 1.0), ([0.2], [0.1], 0.0), ([0.2], [0.2], 0.5)]
)
def test_the_area_is_that_of_order_and_a_tie_counts_half(
    same: list[float], different: list[float], area: float
) -> None:
    assert area_under_roc(Scores(np.array(same), np.array(different))) == area


@pytest.mark.parametrize("seed", range(20))
def test_the_area_equals_counting_all_combinations(seed: int) -> None:
    scores = Scores.of(*random_scores(seed))
    combinations = list(itertools.product(scores.same, scores.different))
    wins = sum((a < b) + 0.5 * (a == b) for a, b in combinations)
    assert area_under_roc(scores) == pytest.approx(wins / len(combinations))


@pytest.mark.parametrize("seed", range(5))
def test_area_and_curve_agree_with_scikit_learn(seed: int) -> None:
    sklearn = pytest.importorskip("sklearn.metrics", reason="scikit-learn is not installed")
    distances, is_same = random_scores(seed)
    assert area_under_roc(Scores.of(distances, is_same)) == pytest.approx(
        sklearn.roc_auc_score(is_same, -distances)
    )


def test_the_area_is_that_under_the_drawn_curve() -> None:
    scores = Scores.of(*random_scores(3))
    far, tar = scores.rates(scores.thresholds())
    assert np.trapezoid(tar, far) == pytest.approx(area_under_roc(scores))


def test_errors_of_the_toy_are_equal_at_one_third() -> None:
    # Below 0.4: 0.1 and 0.2 accepted, 0.4 not (FRR 1/3); 0.3 accepted (FAR 1/3).
    assert equal_error(TOY) == pytest.approx((1 / 3, 0.4))


def test_equal_error_between_two_thresholds_is_interpolated() -> None:
    # Accepting < 0.3: FAR 0, FRR 1/2. Accepting < 0.5: FAR 1, FRR 1/2. The lines meet halfway, at FAR 1/2.
    rate, threshold = equal_error(Scores.of([0.2, 0.6, 0.3], [1, 1, 0]))
    assert rate == pytest.approx(0.5) and threshold == pytest.approx(0.45)


def test_perfectly_apart_means_no_error() -> None:
    apart = Scores.of([0.1, 0.2, 0.5, 0.6], [1, 1, 0, 0])
    assert equal_error(apart) == (0.0, 0.5) and area_under_roc(apart) == 1.0


@pytest.mark.parametrize("seed", range(20))
def test_equal_error_lies_where_the_curves_cross(seed: int) -> None:
    scores = Scores.of(*random_scores(seed))
    rate, _ = equal_error(scores)
    errors = [((scores.different < t).mean(), (scores.same >= t).mean()) for t in scores.thresholds()]
    before = [pair for pair in errors if pair[0] <= pair[1]][-1]
    after = next(pair for pair in errors if pair[0] >= pair[1])
    assert before[0] <= rate + 1e-12 and rate <= after[0] + 1e-12
    assert after[1] <= rate + 1e-12 and rate <= before[1] + 1e-12


def test_of_equally_good_thresholds_the_lowest_is_taken() -> None:
    # Below 0.3 and below 0.5 both judge five of six rightly, and both have TAR − FAR = 2/3.
    assert best_by_accuracy(TOY, TOY.thresholds()) == 0.3
    assert best_by_youden(TOY, TOY.thresholds()) == 0.3


def test_accuracy_and_youden_differ_where_one_kind_is_rare() -> None:
    # One same pair at 0.5 among ten different: 0.45 and the rest from 0.6 to 1.4.
    distances = [0.5, 0.45, 0.46, *np.linspace(0.6, 1.4, 8)]
    scores = Scores.of(distances, [1] + [0] * 10)
    assert best_by_accuracy(scores, scores.thresholds()) == 0.45  # nothing accepted: 10 of 11 right
    assert best_by_youden(scores, scores.thresholds()) == 0.6  # TAR 1, FAR 0.2


@pytest.mark.parametrize("seed", range(20))
def test_best_thresholds_equal_trying_all(seed: int) -> None:
    distances, is_same = random_scores(seed)
    scores = Scores.of(distances, is_same)
    tried = scores.thresholds()
    right = [((distances < t) == is_same).sum() for t in tried]
    assert best_by_accuracy(scores, tried) == tried[int(np.argmax(right))]
    found = best_by_youden(scores, tried)
    gains = [(scores.same < t).mean() - (scores.different < t).mean() for t in tried]
    assert gains[tried.tolist().index(found)] == pytest.approx(max(gains))


def test_the_grid_has_steps_of_a_hundredth() -> None:
    assert len(grid()) == 401 and grid()[[0, 1, 18, 400]].tolist() == [0, 0.01, 0.18, 4]


def test_an_operating_point_counts_what_decide_counts() -> None:
    point = operating_point("by hand", TOY, 0.3)
    assert point.decisions == Decisions(2, 0, 3, 1)
    distances, is_same = np.array([0.1, 0.2, 0.4, 0.3, 0.5, 0.6]), np.arange(6) < 3
    assert decide(distances, is_same, 0.3) == point.decisions


def test_rates_of_decisions() -> None:
    decisions = Decisions(true_accepts=8, false_accepts=2, true_rejects=18, false_rejects=12)
    assert decisions.pairs == 40
    assert decisions.accuracy.value == 26 / 40
    for rate, expected in (
        (decisions.precision, 8 / 10),
        (decisions.recall, 8 / 20),
        (decisions.false_accept_rate, 2 / 20),
        (decisions.false_reject_rate, 12 / 20),
    ):
        assert rate is not None and rate.value == expected and rate.low < expected < rate.high


def test_precision_of_accepting_nothing_is_not_a_number_but_nothing() -> None:
    nothing = Decisions(0, 0, 5, 0)
    assert nothing.precision is None and nothing.recall is None and nothing.false_reject_rate is None
    assert nothing.false_accept_rate is not None and nothing.false_accept_rate.value == 0


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    # Newcombe 1998, Two-sided confidence intervals for the single proportion, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_published(successes: int, trials: int, low: float, high: float) -> None:
    estimate = wilson(successes, trials)
    assert (round(estimate.low, 4), round(estimate.high, 4)) == (low, high)


@pytest.mark.parametrize("trials", [1, 7, 500])
def test_wilson_holds_its_value_and_is_symmetric(trials: int) -> None:
    for successes in range(trials + 1):
        one, other = wilson(successes, trials), wilson(trials - successes, trials)
        assert 0 <= one.low <= one.value <= one.high <= 1
        assert one.low == pytest.approx(1 - other.high, abs=1e-12)


@pytest.mark.parametrize(("successes", "trials"), [(1, 0), (-1, 3), (4, 3)])
def test_wilson_refuses_impossible_counts(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match="successes"):
        wilson(successes, trials)


@pytest.mark.parametrize(("rate", "needed"), [(1e-1, 30), (1e-2, 300), (1e-3, 3000)])
def test_three_over_the_rate_are_needed(rate: float, needed: int) -> None:
    assert pairs_needed(rate) == needed


def test_tar_at_far_by_hand() -> None:
    # 301 different pairs at 1.00, 1.01 …: 1 % of 300 steps is step 3, at 1.03 exactly.
    different = 1 + np.arange(301) / 100
    same = np.concatenate([np.full(95, 0.5), [1.0, 1.02, 1.0299, 1.0301, 2.0]])
    found = separation(Scores(np.sort(same), different)).tar_at_far
    assert found[0].threshold == pytest.approx(1.03) and found[0].tar is not None
    assert found[0].tar.value == 0.98 and found[0].tar.method == "bootstrap"
    assert found[0].tar.low < 0.98 < found[0].tar.high


def test_the_threshold_lies_between_two_different_pairs_where_the_rate_does() -> None:
    different = np.arange(1, 501) / 1000
    point = separation(Scores(np.array([0.001]), different)).tar_at_far[0]
    # Place 0.01 · 499 = 4.99 of the list counted from 0: between 0.005 and 0.006.
    assert point.threshold == pytest.approx(0.005 + 0.99 * 0.001)


def test_too_few_pairs_give_no_figure() -> None:
    different = np.linspace(0.5, 1, 299)
    percent, permille = separation(Scores(np.array([0.1, 0.2]), different)).tar_at_far
    assert (percent.tar, percent.threshold, percent.pairs_needed) == (None, None, 300)
    assert (permille.tar, permille.threshold, permille.pairs_needed) == (None, None, 3000)
    enough = separation(Scores(np.array([0.1, 0.2]), np.linspace(0.5, 1, 300))).tar_at_far
    assert enough[0].tar is not None and enough[1].tar is None


def test_where_drawing_again_changes_nothing_wilson_speaks() -> None:
    found = separation(Scores(np.linspace(0.1, 0.2, 50), np.linspace(0.5, 1, 40)))
    assert (found.auc.value, found.auc.high, found.auc.method) == (1.0, 1.0, "wilson")
    assert found.auc.low == pytest.approx(wilson(40, 40).low)  # The rarer kind bounds what can be known.
    assert found.eer.low == 0 and found.eer.high == pytest.approx(wilson(0, 40).high)


def test_intervals_are_the_same_every_time_and_shrink_with_more_pairs() -> None:
    distances, is_same = random_scores(1, ties=False)
    few = Scores.of(distances, is_same)
    many = Scores.of(np.tile(distances, 25), np.tile(is_same, 25))
    assert separation(few) == separation(few) != separation(few, seed=1)
    assert area_under_roc(many) == pytest.approx(area_under_roc(few))
    narrow, wide = separation(many).auc, separation(few).auc
    # 25 times the pairs: a fifth of the width.
    assert (narrow.high - narrow.low) * 5 == pytest.approx(wide.high - wide.low, rel=0.25)


def test_the_bootstrap_covers_the_truth_about_as_often_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    # Normal distances whose means lie √2 deviations apart: AUC is Φ(1) = 0.8413.
    monkeypatch.setattr("facecam.metrics.rates._RESAMPLES", 200)
    generator, hits = np.random.default_rng(5), 0
    for _ in range(40):
        scores = Scores(np.sort(generator.normal(0, 1, 60)), np.sort(generator.normal(math.sqrt(2), 1, 60)))
        auc = separation(scores, ()).auc
        hits += auc.low <= 0.8413 <= auc.high
    assert 34 <= hits <= 40


def test_distances_are_those_of_the_rows() -> None:
    vectors = np.array([[1, 0], [0, 1], [-1, 0]], np.float32)
    found = squared_distances(vectors, np.array([0, 0, 1]), np.array([1, 2, 1]))
    assert found.dtype == np.float64 and found.tolist() == [2, 4, 0]


def test_distances_of_many_pairs_are_computed_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = np.random.default_rng(0).normal(size=(9, 5)).astype(np.float32)
    first, second = (np.array(one) for one in zip(*itertools.product(range(9), repeat=2), strict=True))
    whole = squared_distances(vectors, first, second)
    monkeypatch.setattr("facecam.metrics.rates._PAIRS_AT_ONCE", 7)
    assert np.array_equal(squared_distances(vectors, first, second), whole)
