"""Which photos are kept aside."""

from __future__ import annotations

from pathlib import Path

import pytest

from facecam.core.errors import DataError
from facecam.training.options import TrainOptions
from facecam.training.split import Sample, Split, measured_photos, split


def people(*counts: int) -> dict[str, tuple[Sample, ...]]:
    return {
        f"p{person}": tuple(
            Sample(f"p{person}", Path(f"{person}/{n}.jpg"), f"{person:032x}{n:032x}", Path(f"{n}.png"))
            for n in range(count)
        )
        for person, count in enumerate(counts)
    }


def test_by_photo_everybody_keeps_two_for_training() -> None:
    chosen = split(people(2, 3, 10), TrainOptions(hold_out_share=0.5))
    trained = {name: sum(one.person == name for one in chosen.train) for name in chosen.people}
    assert trained == {"p0": 2, "p1": 2, "p2": 5}
    assert not {one.digest for one in chosen.train} & {one.digest for one in chosen.held}
    assert not chosen.validate  # six photos aside are too few to be divided


def test_enough_photos_aside_are_divided_into_choosing_and_judging() -> None:
    chosen = split(people(*[10] * 10), TrainOptions(hold_out_share=0.2))
    assert (len(chosen.train), len(chosen.validate), len(chosen.held)) == (80, 10, 10)
    by_person = split(people(*[10] * 10), TrainOptions(hold_out_share=0.4, hold_out="person"))
    parts = [{one.person for one in part} for part in (by_person.train, by_person.validate, by_person.held)]
    assert (
        list(map(len, parts)) == [6, 2, 2]
        and not parts[0] & (parts[1] | parts[2])
        and not parts[1] & parts[2]
    )


def test_the_same_seed_divides_alike_and_the_file_gives_it_back() -> None:
    options = TrainOptions(seed=5)
    first, second = split(people(5, 6, 7), options), split(people(5, 6, 7), options)
    assert first == second == Split.from_json(first.to_json())
    assert first.digest != split(people(5, 6, 7), TrainOptions(seed=6)).digest


@pytest.mark.parametrize("counts", [(), (5,), (5, 1), (1, 1, 1)])
def test_too_few_people_or_photos_are_said_before_anything_starts(counts: tuple[int, ...]) -> None:
    with pytest.raises(DataError, match="2 people with 2 usable photos") as caught:
        split(people(*counts), TrainOptions())
    assert "enroll" in caught.value.hint


def test_too_few_people_to_keep_some_aside() -> None:
    with pytest.raises(DataError, match="3 people are too few"):
        split(people(4, 4, 4), TrainOptions(hold_out="person"))


def test_a_damaged_file_is_said() -> None:
    with pytest.raises(DataError, match=r"data\.json"):
        Split.from_json({"by": "photo", "train": [{}]})


def test_too_many_photos_are_measured_on_whole_people_drawn_at_random() -> None:
    chosen = split(people(*[10] * 40), TrainOptions(hold_out_share=0.2))
    aside, train = measured_photos(chosen.held, chosen.train, 100)
    names = {one.person for one in aside}
    assert len(aside) + len(train) == 100 and 5 < len(names) < 20
    for name in names:
        assert sum(one.person == name for one in train) == sum(one.person == name for one in chosen.train)
    assert (aside, train) == measured_photos(chosen.held, chosen.train, 100)
    assert measured_photos(chosen.held, chosen.train, 1000) == (chosen.held, chosen.train)
