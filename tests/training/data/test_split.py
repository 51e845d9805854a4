"""Which photos are kept aside."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facecam.core.errors import DataError
from facecam.training.config.options import TrainOptions
from facecam.training.data.sample import Sample
from facecam.training.data.split import Split, measured_photos, split


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
    chosen = split(people(*[12] * 24), TrainOptions(hold_out_share=0.2))
    assert (len(chosen.train), len(chosen.validate), len(chosen.held)) == (240, 24, 24)
    by_person = split(people(*[10] * 10), TrainOptions(hold_out_share=0.4, hold_out="person"))
    parts = [{one.person for one in part} for part in (by_person.train, by_person.validate, by_person.held)]
    assert (
        list(map(len, parts)) == [6, 2, 2]
        and not parts[0] & (parts[1] | parts[2])
        and not parts[1] & parts[2]
    )


@pytest.mark.parametrize(("counts", "divided"), [([12] * 12, False), ([12] * 23, False), ([50] * 5, True)])
def test_where_all_are_needed_to_judge_none_choose(counts: list[int], divided: bool) -> None:
    """Of five people no number of photos is evidence, so half of theirs may choose."""
    chosen = split(people(*counts), TrainOptions(hold_out_share=0.2))
    assert bool(chosen.validate) == divided and len(chosen.validate + chosen.held) >= 24


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


def newcomer(photos: int) -> tuple[Sample, ...]:
    return tuple(
        Sample("a new one", Path(f"new/{n}.jpg"), f"{n:032x}{0xA:032x}", Path()) for n in range(photos)
    )


def roles(chosen: Split) -> dict[tuple[str, str], str]:
    parts = {"train": chosen.train, "validate": chosen.validate, "held": chosen.held}
    return {(one.person, one.digest): kind for kind, part in parts.items() for one in part}


def test_photos_keep_their_roles_when_people_and_photos_are_added() -> None:
    """At every size before, nobody's photo moves because of others; one of their own only where a share grows."""
    few = people(*[10] * 12)
    more_people = {"a new one": newcomer(7), **people(*[10] * 12), "zoe": people(0, 9)["p1"]}
    for hold_out in ("photo", "person"):
        options = TrainOptions(hold_out=hold_out)
        before, after = roles(split(few, options)), roles(split(more_people, options))
        moved = [one for one, role in before.items() if (role == "train") != (after[one] == "train")]
        if hold_out == "photo":
            assert not moved
        else:
            # Three of fourteen people are kept aside instead of two of twelve: at most one of them is an old one.
            assert len({person for person, _ in moved}) <= 2
    eleven = {name: people(*[11] * 12)[name] for name in few}
    before, after = roles(split(few, TrainOptions())), roles(split(eleven, TrainOptions()))
    # 20 % of ten and of eleven photos are two: a new one may push one out, never one in.
    assert not [one for one, role in before.items() if role == "train" and after[one] != "train"]


def test_who_judges_stays_who_judges_when_people_are_added() -> None:
    before = roles(split(people(*[10] * 30), TrainOptions()))
    after = roles(split({"a new one": newcomer(10), **people(*[10] * 30)}, TrainOptions()))
    assert all(after[one] == role for one, role in before.items())
    assert {sum(role == kind for role in before.values()) for kind in ("validate", "held")} == {30}


def test_measured_people_stay_when_others_are_added() -> None:
    few, more = split(people(*[10] * 40), TrainOptions()), split(people(*[10] * 41), TrainOptions())
    names = [
        list(dict.fromkeys(one.person for one in measured_photos(one.held, one.train, 100)[0]))
        for one in (few, more)
    ]
    assert len(set(names[0]) - set(names[1])) <= 1


@given(
    st.lists(st.integers(0, 30), max_size=12),
    st.sampled_from(["photo", "person"]),
    st.floats(0.05, 0.5),
    st.integers(0, 3),
)
def test_no_photo_is_lost_or_has_two_uses(counts: list[int], by: str, share: float, seed: int) -> None:
    options = TrainOptions(hold_out=by, hold_out_share=share, seed=seed)  # type: ignore[arg-type]
    given_photos = people(*counts)
    try:
        chosen = split(given_photos, options)
    except DataError as error:
        assert error.hint
        return
    parts = [chosen.train, chosen.validate, chosen.held]
    used = sorted(one.digest for part in parts for one in part)
    least = max(2, options.min_photos)
    assert used == sorted(one.digest for mine in given_photos.values() if len(mine) >= least for one in mine)
    trained = {name: sum(one.person == name for one in chosen.train) for name in chosen.people}
    assert len(trained) >= 2 and min(trained.values()) >= 2 and chosen.held
    if by == "person":
        names = [{one.person for one in part} for part in parts]
        assert sum(map(len, names)) == len(set.union(*names))
    assert Split.from_json(chosen.to_json()) == chosen == split(given_photos, options)
