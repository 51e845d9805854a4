"""Pools: what is forwarded, what is mined over, and what comes out in chunks."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from facecam.core.types import FloatArray
from facecam.training.data.sampler import Labels, PersonSampler, Photos
from facecam.training.miners.rules import mine_embeddings
from facecam.training.miners.triplets import Triplets
from facecam.training.trainer.mining_scope import MinedBatch, Offline, Online, Pool, SemiOnline

_VECTORS = np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32)


def sampler() -> PersonSampler:
    people = [list(range(start, start + 5)) for start in range(0, 60, 5)]
    return PersonSampler(people, people_per_batch=3, photos_per_person=4, seed=1)


class Model:
    """Remembers what it was asked to embed."""

    def __init__(self) -> None:
        self.asked: list[Photos] = []

    def embed(self, photos: Photos) -> FloatArray:
        self.asked.append(photos)
        vectors: FloatArray = _VECTORS[photos]
        return vectors


def hardest(vectors: FloatArray, labels: Labels, seed: int) -> Triplets:
    return mine_embeddings("batch_hard", vectors, labels)


def none(vectors: FloatArray, labels: Labels, seed: int) -> Triplets:
    return Triplets.of([], [], [])


def cycle(pool: Pool) -> list[MinedBatch]:
    chunks = [pool.next_chunk()]
    while not chunks[-1].ends_cycle:
        chunks.append(pool.next_chunk())
    return chunks


def as_photos(chunks: list[MinedBatch]) -> list[tuple[int, int, int]]:
    found = []
    for chunk in chunks:
        assert chunk.triplets is not None
        parts = (chunk.triplets.anchor, chunk.triplets.positive, chunk.triplets.negative)
        found += list(zip(*(chunk.photos[part].tolist() for part in parts), strict=True))
    return sorted(found)


def mined_over(photos: Photos) -> list[tuple[int, int, int]]:
    triplets = hardest(_VECTORS[photos], (photos // 5).astype(np.int32), 0)
    parts = (triplets.anchor, triplets.positive, triplets.negative)
    return sorted(zip(*(photos[part].tolist() for part in parts), strict=True))


def test_online_hands_out_the_samplers_batches() -> None:
    pool, expected = Online(sampler()), sampler()
    for _ in range(6):
        chunk, batch = pool.next_chunk(), expected.next_batch()
        assert chunk.photos.tolist() == batch.photos.tolist()
        assert chunk.labels.tolist() == batch.labels.tolist()
        assert chunk.triplets is None


def test_semi_online_mines_once_over_several_batches() -> None:
    model, expected = Model(), sampler()
    chunks = cycle(SemiOnline(sampler(), model.embed, hardest, scale=3))
    (asked,) = model.asked
    batches = [expected.next_batch().photos for _ in range(3)]
    assert asked.tolist() == sorted(np.concatenate(batches).tolist())
    assert as_photos(chunks) == mined_over(asked)


def test_semi_online_takes_a_photo_once_when_a_pass_ends_inside() -> None:
    model = Model()
    cycle(SemiOnline(sampler(), model.embed, hardest, scale=7))
    assert len(set(model.asked[0].tolist())) == len(model.asked[0])


def test_offline_embeds_the_whole_set_and_repeats_its_triplets() -> None:
    model = Model()
    pool = Offline(sampler(), model.embed, hardest, epochs=2)
    chunks = cycle(pool)
    assert sorted(model.asked[0].tolist()) == list(range(60))
    assert as_photos(chunks) == sorted(2 * mined_over(np.arange(60)))
    cycle(pool)
    assert len(model.asked) == 2


@pytest.mark.parametrize("kind", [SemiOnline, Offline])
class TestMinedPools:
    def test_chunks_fit_the_batch_and_know_their_people(self, kind: Any) -> None:
        for chunk in cycle(kind(sampler(), Model().embed, hardest)):
            assert 1 <= len(chunk.photos) <= 12
            assert (chunk.photos // 5 == chunk.labels).all()
            assert len(set(chunk.photos.tolist())) == len(chunk.photos)

    def test_without_triplets_a_step_of_no_loss_follows(self, kind: Any) -> None:
        pool = kind(sampler(), Model().embed, none)
        for cycles in (1, 2):
            chunk = pool.next_chunk()
            assert 1 <= len(chunk.photos) <= 12
            assert len(chunk.triplets.anchor) == 0
            assert chunk.ends_cycle
            assert pool.cycles == cycles

    def test_resumes_in_the_middle_of_a_cycle(self, kind: Any) -> None:
        whole, resumed = (kind(sampler(), Model().embed, hardest) for _ in range(2))
        for _ in range(3):
            whole.next_chunk()
        resumed.set_state(json.loads(json.dumps(whole.get_state())))
        for _ in range(40):
            a, b = whole.next_chunk(), resumed.next_chunk()
            assert a.photos.tolist() == b.photos.tolist()
            assert as_photos([a]) == as_photos([b])
            assert a.ends_cycle == b.ends_cycle


def test_online_resumes() -> None:
    whole, resumed = Online(sampler()), Online(sampler())
    whole.next_chunk()
    resumed.set_state(json.loads(json.dumps(whole.get_state())))
    assert whole.next_chunk().photos.tolist() == resumed.next_chunk().photos.tolist()
