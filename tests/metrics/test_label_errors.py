"""Doubtful labels and people that are one. On a circle, 20° apart is squared_l2 0.12, the threshold here 0.2."""

from __future__ import annotations

import numpy as np
import pytest

from facecam.metrics import neighbors
from facecam.metrics.label_errors import AlikePeople, LabelDoubt, Looks, alike_people, label_doubts
from facecam.metrics.neighbors import nearest_own
from tests.gallery.factories import on_circle

_THRESHOLD = 0.2


def doubts(*angles_of_people: list[float]) -> list[LabelDoubt]:
    vectors, owners = faces(angles_of_people)
    looks = Looks.of(vectors, owners, len(angles_of_people), _THRESHOLD)
    return label_doubts(looks, nearest_own(vectors, owners), owners, _THRESHOLD)


def alike(*angles_of_people: list[float]) -> list[AlikePeople]:
    vectors, owners = faces(angles_of_people)
    return alike_people(Looks.of(vectors, owners, len(angles_of_people), _THRESHOLD), _THRESHOLD)


def faces(angles_of_people: tuple[list[float], ...]) -> tuple[np.ndarray, np.ndarray]:
    owners = np.repeat(np.arange(len(angles_of_people)), [len(angles) for angles in angles_of_people])
    return on_circle(*(angle for angles in angles_of_people for angle in angles)), owners


def test_a_photo_among_somebody_elses_is_doubted_and_named() -> None:
    """The photo at 92° lies among person 1's, 90° away from person 0."""
    [doubt] = doubts([0, 2, 4, 92], [90, 94, 96])
    assert (doubt.row, doubt.owner, doubt.likely) == (3, 0, 1)
    assert doubt.other_squared_l2 < 0.02 < 1 < doubt.own_squared_l2


def test_a_photo_of_nobody_known_is_doubted_without_a_name() -> None:
    [doubt] = doubts([0, 2, 4, 60], [150, 152, 154])
    assert (doubt.row, doubt.likely) == (3, None)


def test_two_photos_that_disagree_accuse_neither() -> None:
    """With one other photo nobody can say which of the two is wrong."""
    assert doubts([0, 80], [170, 171]) == []


def test_a_look_alike_near_its_own_person_is_not_doubted() -> None:
    """Twins: the photo at 10° is nearer to the other, but its own person is near, too."""
    assert doubts([0, 1, 10], [11, 12, 13]) == []


def test_the_worst_comes_first() -> None:
    rows = [doubt.row for doubt in doubts([0, 2, 4, 91], [90, 92, 94, 50])]
    assert rows == [3, 7]


def test_two_names_for_one_person() -> None:
    [pair] = alike([0, 4, 8], [2, 6, 10], [120, 124, 128])
    assert (pair.first, pair.second) == (0, 1)
    assert pair.squared_l2 < 0.02


def test_look_alikes_are_two_people() -> None:
    """12° apart (0.04), well below the threshold, but each person's photos lie within 2°."""
    assert alike([0, 1, 2], [12, 13, 14]) == []


def test_a_mislabeled_photo_joins_nobody() -> None:
    assert alike([0, 2, 4, 91], [90, 92, 94]) == []


def test_people_of_one_photo_each_are_compared_too() -> None:
    assert [(pair.first, pair.second) for pair in alike([0], [1], [90])] == [(0, 1)]


def test_people_looked_at_one_after_the_other_are_judged_as_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """As 100,000 photos are: of which nobody holds the distances to 10,000 people."""
    people = [0, 4, 8], [2, 6, 10], [120, 124, 128, 30], [90, 92, 94]
    whole = doubts(*people), alike(*people)
    monkeypatch.setattr(neighbors, "_BLOCK_VALUES", 1)
    assert len(whole[0]) == len(whole[1]) == 1 and (doubts(*people), alike(*people)) == whole
