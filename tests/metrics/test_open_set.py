"""Open-set rates, worked out by hand. squared_l2 of people are given directly."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.gallery.matching.distances import RULE_IN_USE
from facecam.gallery.matching.match import Matcher
from facecam.metrics.leave_one_out import LeaveOneOut
from facecam.metrics.open_set import (
    FEWEST_PEOPLE,
    Answers,
    Trials,
    clustered_share,
    open_set_curve,
    open_set_point,
    threshold_for_fpir,
)
from tests.gallery.factories import circle_gallery, on_circle

INF = np.inf


def trials(rows: list[list[float]], owners: list[int], min_gap: float = 0.02) -> Trials:
    return Trials.of(np.array(rows, np.float32), np.array(owners), min_gap)


def test_answers_are_the_two_nearest_people() -> None:
    answers = Answers.of(np.array([[0.3, 0.1, 0.2], [0.5, INF, INF]], np.float32))
    assert answers.nearest.tolist() == [1, 0]
    assert answers.first.tolist() == pytest.approx([0.1, 0.5])
    assert answers.second.tolist() == pytest.approx([0.2, INF])


def test_a_known_photo_is_missed_when_far_named_wrongly_or_ambiguous() -> None:
    """Threshold 0.2, all of person 0: right; too far; somebody else's; too close to call."""
    rows = [[0.10, 0.50], [0.25, 0.50], [0.18, 0.05], [0.11, 0.12]]
    assert trials(rows, [0] * 4).missed(0.2).tolist() == [False, True, True, True]


def test_a_stranger_is_the_photo_without_its_person() -> None:
    """Person 0 taken out: 0.5 is nobody's, 0.15 is person 1's; person 1's photo at 0.3 is nobody's."""
    rows = [[0.01, 0.50], [0.01, 0.15], [0.30, 0.01]]
    assert trials(rows, [0, 0, 1]).accepted(0.2).tolist() == [False, True, False]


def test_a_person_of_one_photo_is_only_a_stranger() -> None:
    """Without the photo itself nobody could know the person: that is no miss."""
    one = trials([[INF, 0.5], [0.9, 0.1]], [0, 1])
    assert len(one.missed(0.2)) == 1 and len(one.accepted(0.2)) == 2


def test_it_judges_as_the_matcher_does() -> None:
    """The same vectors through the program's own matcher, each photo taken out of its gallery."""
    people = {"a": [0.0, 3.0, 6.0, 40.0], "b": [20.0, 23.0, 26.0], "c": [90.0, 91.0, 92.0]}
    angles = [angle for mine in people.values() for angle in mine]
    owners = np.repeat(np.arange(3), [len(mine) for mine in people.values()])
    test = Trials.of(LeaveOneOut(on_circle(*angles), owners, 3).squared_l2(), owners, 0.02)
    for row, angle in enumerate(angles):
        others = {name: [one for one in mine if one != angle] for name, mine in people.items()}
        name = list(people)[owners[row]]
        match = Matcher(circle_gallery(others), 0.2, RULE_IN_USE, 0.02).match(on_circle(angle))[0]
        missed = match.identity is None or match.identity.name != name
        assert test.missed(0.2)[row] == missed
        strangers = {who: mine for who, mine in others.items() if who != name}
        match = Matcher(circle_gallery(strangers), 0.2, RULE_IN_USE, 0.02).match(on_circle(angle))[0]
        assert test.accepted(0.2)[row] == (match.identity is not None)


def test_intervals_draw_people_not_photos() -> None:
    """All of one person's ten photos fail, none of three others': 25 % of the photos, but one of four people."""
    hits = np.repeat([True, False, False, False], 10)
    people = clustered_share(hits, np.repeat(np.arange(4), 10))
    assert people.value == 0.25 and people.method == "bootstrap"
    assert people.low == 0.0 and people.high >= 0.5
    nobody = clustered_share(np.zeros(40, np.bool_), np.repeat(np.arange(4), 10))
    assert nobody.method == "wilson" and 0 < nobody.high < 0.1


def test_a_point_and_the_curve_agree() -> None:
    generator = np.random.default_rng(2)
    rows = generator.uniform(0.0, 0.6, (60, 5)).astype(np.float32)
    test = Trials.of(rows, np.arange(60) % 5, 0.02)
    curve = open_set_curve(test)
    middle = len(curve.thresholds) // 2
    point = open_set_point(test, float(curve.thresholds[middle]))
    assert point.fpir.value == pytest.approx(curve.fpir[middle])
    assert point.fnir.value == pytest.approx(curve.fnir[middle])
    assert (np.diff(curve.thresholds) > 0).all()
    assert curve.fnir[0] > 0.9


def test_the_threshold_for_a_rate_follows_the_normal_curve() -> None:
    """Strangers at 0.3 ± 0.05: 1 % of a normal distribution lies below 0.3 − 2.326·0.05 = 0.184."""
    generator = np.random.default_rng(4)
    people = 20
    near = generator.normal(0.3, 0.05, 400)
    rows = np.full((400, people), 2.0, np.float32)
    owners = np.arange(400) % people
    rows[np.arange(400), (owners + 1) % people] = near
    rows[np.arange(400), owners] = 0.05
    threshold = threshold_for_fpir(Trials.of(rows, owners, 0.02), 0.01)
    assert threshold == pytest.approx(0.184, abs=0.02)
    assert threshold is not None and (near < threshold).mean() <= 0.01


def test_too_few_people_get_no_threshold() -> None:
    rows = np.full((60, 3), 0.5, np.float32)
    assert threshold_for_fpir(Trials.of(rows, np.arange(60) % 3, 0.02), 0.01) is None
    assert FEWEST_PEOPLE > 3
