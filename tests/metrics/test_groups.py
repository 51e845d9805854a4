"""Figures by group: each by itself, people drawn together, and too little is said."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from facecam.metrics.groups import Outcomes, by_group


def expit(value: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-value)))


def outcomes(
    hits: list[int], people: list[str], groups: list[str | None], *, errors: bool = True
) -> Outcomes:
    return Outcomes("fnmr", np.array(hits, np.bool_), [(one,) for one in people], groups, errors)


def test_each_group_has_its_own_share_and_number_of_people() -> None:
    people = [f"p{index // 10}" for index in range(400)]
    groups: list[str | None] = ["left" if index < 200 else "right" for index in range(400)]
    hits = [int(index % 10 == 0 or (index >= 200 and index % 10 == 1)) for index in range(400)]
    left, right = by_group(["left", "right"], [outcomes(hits, people, groups)])
    assert (left.people, right.people) == (20, 20)
    one, other = left.figures[0], right.figures[0]
    assert one.estimate is not None and other.estimate is not None
    assert one.estimate.value == pytest.approx(0.1) and other.estimate.value == pytest.approx(0.2)
    assert one.estimate.low <= 0.1 <= one.estimate.high
    assert (one.trials, one.too_small) == (200, "")


def test_pairs_of_two_people_are_drawn_by_both() -> None:
    """All pairs of 20 people; one of them is taken for everybody, and is never the first: 19 of 190 pairs.

    Drawn again it is there 0 to 4 times: 0 to about 4 x 19 of 190 pairs are hits, less as all weights vary.
    """
    names = [f"p{index:02}" for index in range(20)]
    pairs = list(itertools.combinations(names, 2))
    hits = np.array([second == "p19" for _, second in pairs], np.bool_)
    (group,) = by_group(["all"], [Outcomes("fmr", hits, pairs, ["all"] * len(pairs))])
    (figure,) = group.figures
    assert figure.estimate is not None and figure.estimate.value == pytest.approx(0.1)
    assert figure.estimate.low == 0 and 0.25 < figure.estimate.high < 0.45
    assert (figure.people, figure.trials, group.people) == (20, 190, 20)


def test_intervals_hold_what_they_promise_where_people_differ() -> None:
    """40 times 30 people, each more or less like everybody, all pairs: 95 % of 40 are 38; seldom fewer than 35."""
    generator, held = np.random.default_rng(5), 0
    first, second = np.triu_indices(30, 1)
    pairs = [(f"p{one}", f"p{other}") for one, other in zip(first.tolist(), second.tolist(), strict=True)]
    truth = expit(generator.normal(-1.5, 0.8 * math.sqrt(2), 400_000)).mean()
    for seed in range(40):
        like = generator.normal(0, 0.8, 30)
        hits = generator.random(len(pairs)) < expit(-1.5 + like[first] + like[second])
        (group,) = by_group(["all"], [Outcomes("fmr", hits, pairs, ["all"] * len(pairs))], seed=seed)
        estimate = group.figures[0].estimate
        assert estimate is not None
        held += estimate.low <= truth <= estimate.high
    assert held >= 35


def test_few_people_say_nothing_however_many_trials() -> None:
    (group,) = by_group(["all"], [outcomes([0] * 500, ["a", "b"] * 250, ["all"] * 500)])
    assert group.figures[0].too_small == "2 people, 8 needed"


def test_trials_are_too_few_when_a_usual_error_would_not_have_shown() -> None:
    people = [f"p{index}" for index in range(1000)]
    groups: list[str | None] = ["small" if index < 50 else "large" for index in range(1000)]
    hits = [int(index >= 990) for index in range(1000)]
    small, large = by_group(["small", "large"], [outcomes(hits, people, groups)])
    assert small.figures[0].too_small == "50 trials, 300 needed"
    assert not large.figures[0].too_small
    accuracy = outcomes([1 - hit for hit in hits], people, groups, errors=False)
    assert by_group(["small"], [accuracy])[0].figures[0].too_small == "50 trials, 300 needed"


def test_a_group_without_a_trial_has_no_figure() -> None:
    (group,) = by_group(["empty"], [outcomes([0, 1], ["a", "b"], [None, "other"])])
    assert group.people == 0
    assert group.figures[0].estimate is None and group.figures[0].too_small == "no trial"


def test_trials_without_person_or_group_are_refused() -> None:
    with pytest.raises(ValueError, match="a person and a group"):
        outcomes([0, 1], ["a"], ["g", "g"])
