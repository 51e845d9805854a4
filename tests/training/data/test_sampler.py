"""P×K batches: everybody once per pass, and resuming where it stopped."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest

from facecam.core.errors import DataError
from facecam.training.data.sampler import Batch, PersonSampler


def people(*counts: int) -> list[list[int]]:
    ends = np.cumsum(counts)
    return [list(range(end - count, end)) for end, count in zip(ends, counts, strict=True)]


def sampler(*counts: int, p: int = 3, k: int = 4, seed: int = 0) -> PersonSampler:
    return PersonSampler(people(*counts), people_per_batch=p, photos_per_person=k, seed=seed)


def one_pass(drawing: PersonSampler) -> list[Batch]:
    """The batches up to the end of the pass: of a new one, when the last is finished."""
    batches, before = [], drawing.passes
    while drawing.passes == before:
        batches.append(drawing.next_batch())
    return batches


def rows(batch: Batch) -> list[tuple[int, int]]:
    return list(zip(batch.labels.tolist(), batch.photos.tolist(), strict=True))


class TestPass:
    @pytest.mark.parametrize("seed", range(5))
    def test_p_people_with_k_photos_and_everybody_once(self, seed: int) -> None:
        drawn = list(one_pass(sampler(*[6] * 12, seed=seed)))
        assert len(drawn) == 4
        for batch in drawn:
            assert sorted(Counter(batch.labels.tolist()).values()) == [4, 4, 4]
            assert len(set(batch.photos.tolist())) == 12
            assert (batch.photos // 6 == batch.labels).all()
        assert Counter(person for batch in drawn for person in set(batch.labels.tolist())) == dict.fromkeys(
            range(12), 1
        )

    @pytest.mark.parametrize("seed", range(20))
    def test_people_with_few_photos_give_what_they_have_and_others_fill_up(self, seed: int) -> None:
        counts = [1, 2, 9, 3, 4, 1, 1, 7, 2, 2, 5, 1, 3]
        drawn = list(one_pass(sampler(*counts, seed=seed)))
        everybody = [person for batch in drawn for person in set(batch.labels.tolist())]
        assert sorted(everybody) == list(range(len(counts)))
        for batch in drawn[:-1]:
            assert len(batch.photos) == 12
            cut = [
                person
                for person, many in Counter(batch.labels.tolist()).items()
                if many < min(4, counts[person])
            ]
            assert cut in ([], [batch.labels[-1]])

    @pytest.mark.parametrize("many", range(1, 12))
    def test_nobody_is_left_alone(self, many: int) -> None:
        drawn = list(one_pass(sampler(*[5] * many)))
        assert sum(len(set(batch.labels.tolist())) for batch in drawn) == many
        assert many == 1 or all(len(set(batch.labels.tolist())) > 1 for batch in drawn)

    def test_passes_differ_in_people_together_and_photos(self) -> None:
        drawing = sampler(*[9] * 9)
        first, second = ([rows(batch) for batch in one_pass(drawing)] for _ in range(2))
        assert first != second
        assert {person for batch in second for person, _ in batch} == set(range(9))
        assert drawing.passes == 2

    def test_every_photo_gets_its_turn(self) -> None:
        drawing = sampler(20, 20, 20)
        seen = {photo for _ in range(60) for photo in drawing.next_batch().photos.tolist()}
        assert seen == set(range(60))

    def test_same_seed_same_batches(self) -> None:
        first, again, other = ([rows(sampler(*[5] * 8, seed=seed).next_batch())] for seed in (3, 3, 4))
        assert first == again
        assert first != other


class TestResume:
    @pytest.mark.parametrize("stop", [0, 1, 3, 4, 5, 11])
    def test_goes_on_with_the_same_batches(self, stop: int) -> None:
        """Four batches a pass: in the middle, at the end and at the beginning of one."""
        whole, resumed = sampler(*[6] * 12), sampler(*[6] * 12, seed=99)
        for _ in range(stop):
            whole.next_batch()
        resumed.set_state(json.loads(json.dumps(whole.get_state())))
        assert [rows(resumed.next_batch()) for _ in range(9)] == [rows(whole.next_batch()) for _ in range(9)]

    def test_finishes_the_pass_it_was_stopped_in(self) -> None:
        whole, resumed = sampler(*[6] * 12), sampler(*[6] * 12)
        whole.next_batch()
        resumed.set_state(whole.get_state())
        assert len(list(one_pass(resumed))) == 3
        assert len(list(one_pass(resumed))) == 4

    def test_other_photos_are_refused(self) -> None:
        state = sampler(5, 5, 5).get_state()
        for other in (sampler(5, 5, 6), sampler(5, 5, 5, k=3), sampler(15)):
            with pytest.raises(DataError) as caught:
                other.set_state(state)
            assert "new training" in caught.value.hint


@pytest.mark.parametrize("wrong", [[], [[0, 1], []]])
def test_nobody_to_train_on(wrong: list[list[int]]) -> None:
    with pytest.raises(DataError) as caught:
        PersonSampler(wrong, people_per_batch=2, photos_per_person=2)
    assert "Enroll" in caught.value.hint
