"""A head judged on photos and people in turn: clusters on a sphere."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
import pytest

from facecam.core.events import Cancelled, CancelToken, Event, Progress
from facecam.gallery.matching.cohort import Cohort
from facecam.training.head.judging import Base, HeadJudged, Others, judge_head
from tests.training.head.test_fit import faces

BASE = Base("base", 0.6, 0.54 * 0.6, lambda threshold: 0.54 * threshold, 0.002)


def judged(people: int, photos: int, **changes: object) -> HeadJudged | None:
    vectors, owners = faces(people, photos, spread=0.8)
    mirrored = faces(people, photos, spread=0.8, draw=1)[0]
    labels = np.array([f"person {owner}" for owner in owners])
    return judge_head("head", BASE, vectors, mirrored, labels, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def found() -> HeadJudged:
    made = judged(16, 6)
    assert made is not None
    return made


def test_every_person_and_every_photo_judges(found: HeadJudged) -> None:
    assert (found.gate.photos, found.gate.people) == (96, 16)
    assert (found.strangers.strangers, found.strangers.people) == (96, 16)
    # Each photo plays a new one in the turn that is its own, unless its person plays a stranger then.
    assert 96 * 0.6 < found.strangers.known < 96 * 0.9
    assert found.gate.verdict in ("better", "as good", "worse") and "head" in found.gate.text


def test_threshold_and_probabilities_are_measured(found: HeadJudged) -> None:
    figures = found.distances
    assert found.strangers.candidate.threshold == figures.threshold and 0 < figures.threshold < 4
    assert found.strangers.candidate.named.value <= found.strangers.deployed.named.value
    assert 0 <= figures.pairs_below <= 0.05
    assert figures.points and list(figures.points) == sorted(figures.points)
    assert figures.knots is not None and figures.knots[0][1] > figures.knots[-1][1]
    assert found.scores is None


def test_with_a_cohort_both_are_judged_by_scores_as_live_does() -> None:
    vectors, _ = faces(300, 1, spread=0.8, draw=5)
    cohort = Cohort(vectors, 30, 0.2)
    vectors, owners = faces(16, 6, spread=0.8)
    mirrored = faces(16, 6, spread=0.8, draw=1)[0]
    labels = np.array([f"person {owner}" for owner in owners])
    base = replace(BASE, cohort=cohort, score_threshold=0.55)
    found = judge_head("head", base, vectors, mirrored, labels)
    assert found is not None and found.scores is not None
    assert found.strangers.candidate.threshold == found.scores.threshold
    assert found.strangers.deployed.threshold == 0.55
    assert found.scores.points != found.distances.points


def test_further_strangers_are_strangers_and_no_evidence_of_the_people(found: HeadJudged) -> None:
    vectors, owners = faces(40, 2, spread=0.8, draw=3)
    others = Others(vectors, vectors, np.array([f"stranger {owner}" for owner in owners]))
    more = judged(16, 6, others=others)
    assert more is not None
    # Each is looked up once; the photos that judge pairs and the heads are the same.
    assert (more.strangers.strangers, more.strangers.people) == (96 + 80, 16 + 40)
    assert more.gate == found.gate and more.strangers.known == found.strangers.known
    assert judged(7, 10, others=others) is None


def test_photos_of_one_moment_are_one_piece_of_evidence() -> None:
    """Eight people with a burst of six each have eight photos, not 48."""
    vectors, owners = faces(8, 6, spread=0.8)
    labels = np.array([f"person {owner}" for owner in owners])
    assert judge_head("head", BASE, vectors, vectors, labels) is not None
    assert judge_head("head", BASE, vectors, vectors, labels, owners) is None
    two_each = 2 * owners + np.arange(len(owners)) % 2
    assert judge_head("head", BASE, vectors, vectors, labels, two_each) is None
    three_each = 3 * owners + np.arange(len(owners)) % 3
    assert judge_head("head", BASE, vectors, vectors, labels, three_each) is not None


def test_the_same_seed_gives_the_same_verdict(found: HeadJudged) -> None:
    again = judged(16, 6)
    assert again is not None and asdict(again) == asdict(found)


@pytest.mark.parametrize(("people", "photos"), [(2, 2), (7, 10), (8, 2), (30, 1)])
def test_few_people_or_photos_are_no_evidence(people: int, photos: int) -> None:
    assert judged(people, photos) is None


def test_it_tells_how_far_it_is_and_can_be_stopped() -> None:
    heard: list[Event] = []
    cancel = CancelToken()

    def hear(event: Event) -> None:
        heard.append(event)
        if isinstance(event, Progress) and event.done == 1:
            cancel.cancel()

    with pytest.raises(Cancelled):
        judged(10, 4, on_event=hear, cancel=cancel)
    assert [event.done for event in heard if isinstance(event, Progress)] == [0, 1]
