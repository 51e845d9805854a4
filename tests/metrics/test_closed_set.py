"""Closed-set identification worked out by hand on a circle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from facecam.core.errors import DataError
from facecam.core.events import Cancelled, CancelToken
from facecam.metrics.closed_set import ClosedSet, Confused, LabeledEmbeddings, closed_set, with_enough
from tests.gallery.factories import MODEL, on_circle


def faces(*people: Sequence[float], hidden: Sequence[int] = ()) -> LabeledEmbeddings:
    """Angles of each person's photos; no face is found in the rows `hidden`."""
    owners = np.repeat(np.arange(len(people)), [len(angles) for angles in people])
    enrollable = ~np.isin(np.arange(len(owners)), hidden)
    return LabeledEmbeddings(
        on_circle(*(angle for angles in people for angle in angles)), owners, enrollable, MODEL
    )


def measured(given: LabeledEmbeddings, people: int, photos: int, **options: float) -> ClosedSet:
    return closed_set(given, people, photos, rule="k_nearest", **options)


def test_people_far_apart_are_all_named() -> None:
    result = measured(faces([0, 5, 9], [90, 95, 99], [180, 185, 189]), 3, 1, trials=4)
    assert result.trials.tolist() == [1, 1, 1, 1] and result.worst == 1 and not result.confused
    assert (result.lookups, result.looked_up) == (4 * 6, 9)
    assert result.cumulative.tolist() == [1, 1, 1]
    # Nine different photos, however often they were drawn: Wilson's lower limit is 9 / (9 + 1.96²).
    assert result.rank_one.low == pytest.approx(9 / (9 + 1.96**2), abs=1e-3)


def test_a_wrong_name_is_counted_by_photo_and_person() -> None:
    given = faces([0, 1, 89], [90, 91, 92], hidden=[2])  # Without a face it is never enrolled.
    result = measured(given, 2, 2, trials=5, threshold=0.5)
    assert result.confused == (Confused(2, 1, 5),)
    # Looked up each time: the odd photo (wrong) and one of the three of the second person (right).
    assert result.trials.tolist() == [0.5] * 5
    assert result.cumulative.tolist() == [0.5, 1]
    assert result.in_use == (0.5, 0.5, 0.0)


def test_the_threshold_in_use_refuses_what_is_far() -> None:
    given = faces([0, 1, 30], [90, 91, 92], hidden=[2])
    result = measured(given, 2, 2, trials=3, threshold=0.1)
    assert result.rank_one.value == 1  # 30° from its own, 60° from the other: the nearest is right.
    assert result.in_use == (0.5, 0.0, 0.5)
    assert measured(given, 2, 2, trials=1).in_use is None


def test_who_has_too_few_photos_takes_no_part() -> None:
    given = faces([0, 1], [90], [180, 181, 182], hidden=[4])
    assert with_enough(given, 3, 1).tolist() == [0, 2]
    # Two of three faces can be enrolled, and the third is looked up.
    assert with_enough(given, 3, 2).tolist() == [2]
    result = measured(given, 3, 1, trials=2)
    assert result.people.tolist() == [0, 2] and result.lookups == 2 * (1 + 2)


def test_one_person_is_too_few() -> None:
    with pytest.raises(DataError, match="1 of 3 people has 2 photos to enroll") as caught:
        measured(faces([0, 1], [90], [180, 181, 182]), 3, 2)
    assert "--photos" in caught.value.hint


def test_drawings_are_the_same_each_time_and_can_be_stopped() -> None:
    given = faces([0, 40, 80], [90, 130, 50], [180, 200, 170])
    first, again = measured(given, 3, 1, trials=6), measured(given, 3, 1, trials=6)
    other = measured(given, 3, 1, trials=6, seed=1)
    assert first.trials.tolist() == again.trials.tolist() != other.trials.tolist()
    stopped = CancelToken()
    stopped.cancel()
    with pytest.raises(Cancelled):
        closed_set(given, 3, 1, rule="nearest", cancel=stopped)


def test_looked_up_in_pieces_or_at_once_it_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    given = faces([0, 1, 89], [90, 91, 92], [180, 185, 189])
    whole = measured(given, 3, 1, trials=3, threshold=0.5)
    monkeypatch.setattr("facecam.metrics.neighbors._BLOCK_VALUES", 1)
    again = measured(given, 3, 1, trials=3, threshold=0.5)
    assert whole.confused and again.confused == whole.confused
    assert again.cumulative.tolist() == whole.cumulative.tolist() and again.in_use == whole.in_use
