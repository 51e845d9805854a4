"""Every pair of photos of a folder's people."""

from __future__ import annotations

import itertools

import pytest

from facecam.core.errors import DataError
from facecam.metrics import all_pairs as module
from facecam.metrics.all_pairs import EveryPair


def test_each_photo_meets_each_other_once_and_people_are_told_apart() -> None:
    listed = EveryPair({"Ada": ["Ada/1.jpg", "Ada/2.jpg"], "Bo": ["Bo/1.jpg"], "Cy": ["Cy/1.jpg"]}).listed()
    photos = ["Ada/1.jpg", "Ada/2.jpg", "Bo/1.jpg", "Cy/1.jpg"]
    assert [(pair.first, pair.second) for pair in listed.pairs] == [*itertools.combinations(photos, 2)]
    assert listed.is_same.tolist() == [True] + [False] * 5
    assert [pair.line for pair in listed.pairs] == [1, 2, 3, 4, 5, 6] and listed.kind == "all"


def test_nobody_with_two_photos_measures_nothing() -> None:
    with pytest.raises(DataError, match="nobody has two photos"):
        EveryPair({"Ada": ["Ada/1.jpg"], "Bo": ["Bo/1.jpg"]})


def test_too_many_pairs_are_refused_with_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PAIRS", 5)
    with pytest.raises(DataError, match="4 photos make 6 pairs; at most 5"):
        EveryPair({"Ada": ["Ada/1.jpg", "Ada/2.jpg"], "Bo": ["Bo/1.jpg", "Bo/2.jpg"]}).listed()


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 20, 44, 45, 99])
def test_some_of_them_are_those_of_the_whole_list(limit: int) -> None:
    """Without making the others: a hundred thousand photos have five thousand million."""
    every = EveryPair(
        {
            name: [f"{name}/{one}" for one in range(count)]
            for name, count in zip("abcd", (1, 4, 2, 3), strict=True)
        }
    )
    assert len(every) == 45
    assert every.listed(limit) == every.listed().limited(limit)
