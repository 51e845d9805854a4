"""The probability of a name among many, against drawings whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.core.types import FloatArray
from facecam.gallery.matching.match import Matcher
from facecam.gallery.matching.naming_odds import NamingOdds
from facecam.metrics.probability import probability_knots
from tests.gallery.factories import circle_gallery, on_circle

#: Likelihood ratios of 9 at 0.1 and of 1/9 at 0.3.
KNOTS = ((0.1, 0.9), (0.3, 0.1))


def scores(*rows: list[float]) -> FloatArray:
    return np.array(rows, np.float32)


def test_worked_out_by_hand() -> None:
    """One enrolled, half strangers: 9 / (9 + 1). With two more people at 1/9 each: 9 / (9 + 2/9 + 3)."""
    odds = NamingOdds(KNOTS)
    assert odds.of_best(scores([0.1]), scored=False) == [pytest.approx(0.9)]
    assert odds.of_best(scores([0.3, 0.1, 0.3]), scored=False) == [pytest.approx(9 / (9 + 2 / 9 + 3))]
    # Between the knots the logarithm is linear: at 0.2 the ratio is 1.
    assert odds.of_best(scores([0.2]), scored=False) == [pytest.approx(0.5)]


def test_strangers_asked_for_count() -> None:
    found = [
        NamingOdds(KNOTS, strangers=share).of_best(scores([0.1, 0.3]), scored=False)[0]
        for share in (0.0, 0.1, 0.5, 0.9)
    ]
    ratios = 9 + 1 / 9
    wanted = [9 / ratios, 9 / (ratios + 2 / 9), 9 / (ratios + 2), 9 / (ratios + 18)]
    assert found == [pytest.approx(one) for one in wanted]


def test_the_more_people_the_less_the_same_score_says() -> None:
    odds = NamingOdds(KNOTS)
    found = [odds.of_best(scores([0.1] + [2.0] * more), scored=False)[0] for more in (0, 1, 10, 100)]
    assert all(one is not None for one in found)
    assert found == sorted(found, key=lambda one: -(one or 0)) and (found[-1] or 0) < 0.1


def test_two_alike_share_it() -> None:
    first = NamingOdds(KNOTS, strangers=0).of_best(scores([0.1, 0.1]), scored=False)[0]
    assert first == pytest.approx(0.5)


def test_scores_have_knots_of_their_own() -> None:
    odds = NamingOdds(None, KNOTS)
    assert odds.of_best(scores([0.1]), scored=True) == [pytest.approx(0.9)]
    assert odds.of_best(scores([0.1], [0.2]), scored=False) == [None, None]


def test_nobody_and_people_out_of_the_question() -> None:
    odds = NamingOdds(KNOTS)
    assert odds.of_best(np.zeros((2, 0), np.float32), scored=False) == [None, None]
    assert odds.of_best(np.zeros((0, 3), np.float32), scored=False) == []
    with_rest = odds.of_best(scores([0.1, np.inf, np.inf]), scored=False)[0]
    assert with_rest == pytest.approx(9 / (9 + 3)), "they count as people, but explain nothing"
    assert odds.of_best(scores([np.inf, np.inf]), scored=False) == [0.0]


def test_certain_knots_give_no_faults() -> None:
    odds = NamingOdds(((0.0, 1.0), (0.5, 0.0)))
    assert odds.of_best(scores([0.0, 0.5], [0.5, 0.5]), scored=False) == [
        pytest.approx(1.0, abs=1e-6),
        pytest.approx(0.0, abs=1e-6),
    ]


@pytest.mark.parametrize(("people", "strangers"), [(5, 0.5), (50, 0.5), (50, 0.1), (200, 0.8)])
def test_it_happens_as_often_as_it_says(people: int, strangers: float) -> None:
    """Same ~ N(0.1, 0.02), different ~ N(0.3, 0.05): of names at 80 % four of five are right."""
    draw = np.random.default_rng(people)
    knots = probability_knots(draw.normal(0.1, 0.02, 20_000), draw.normal(0.3, 0.05, 400_000))
    count = 20_000
    drawn = draw.normal(0.3, 0.05, (count, people)).astype(np.float32)
    owners = np.where(draw.random(count) < strangers, -1, draw.integers(people, size=count))
    known = np.flatnonzero(owners >= 0)
    drawn[known, owners[known]] = draw.normal(0.1, 0.02, len(known))
    found = np.array(NamingOdds(knots, strangers=strangers).of_best(drawn, scored=False), np.float64)
    right = drawn.argmin(axis=1) == owners
    bins = np.minimum((found * 10).astype(int), 9)
    error = sum(
        (bins == one).mean() * abs(found[bins == one].mean() - right[bins == one].mean())
        for one in np.unique(bins)
    )
    assert error < 0.01


def test_the_matcher_hands_it_on() -> None:
    gallery = circle_gallery({"Ada": [0], "Bob": [90]})
    matcher = Matcher(gallery, 0.2, odds=NamingOdds(KNOTS))
    near, far = matcher.match(on_circle(18, 45))
    assert near.identity is not None and near.probability is not None
    wanted = NamingOdds(KNOTS).of_best(matcher.scores(on_circle(18)), scored=False)[0]
    assert near.probability == pytest.approx(wanted)
    assert far.identity is None and far.probability is not None and far.probability < 0.1
    assert Matcher(gallery, 0.2).match(on_circle(18))[0].probability is None
    assert near.without_name("duplicate").probability == near.probability


def test_by_scores_it_is_that_of_the_scores() -> None:
    from facecam.gallery.matching.cohort import Cohort

    gallery = circle_gallery({"Ada": [0], "Bob": [90]})
    cohort = Cohort(on_circle(*range(0, 360, 3)), 10, 0.2)
    odds = NamingOdds(((0.0, 0.6), (4.0, 0.5)), KNOTS)
    matcher = Matcher(gallery, 0.2, cohort=cohort, match_threshold=0.2, odds=odds)
    scored = matcher.match(on_circle(18))[0]
    assert scored.probability == odds.of_best(matcher.scores(on_circle(18)), scored=True)[0]
    plain = matcher.with_threshold(0.3).match(on_circle(18))[0]
    assert plain.probability == odds.of_best(matcher.distances(on_circle(18)), scored=False)[0]
    assert plain.probability != scored.probability
