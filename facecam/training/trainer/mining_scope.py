"""Mining scope: triplets of the batch, of several batches, or of the whole set. No TensorFlow.

A pool is an endless supply of `MinedBatch`s for the loop:

    while chunk := pool.next_chunk():
        if chunk.triplets is None: embed the photos, mine inside the batch, train
        else:                      embed the photos, train on these triplets
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import FloatArray
from facecam.training.data.sampler import Batch, Labels, PersonSampler, Photos
from facecam.training.miners.triplets import Triplets

#: Photos int64 (B,) → their embeddings float32 (B, D) under the present weights, in inference mode.
Embed = Callable[[Photos], FloatArray]
#: Embeddings float32 (N, D), labels int32 (N,), seed → the triplets chosen; `miners.mine_embeddings` with its settings.
Mine = Callable[[FloatArray, Labels, int], Triplets]


@dataclass(frozen=True, slots=True, eq=False)
class MinedBatch:
    """What one training step is made of.

    Attributes:
        photos: int64 (B,).
        labels: int32 (B,).
        triplets: rows of this chunk; None: mine inside it.
        ends_cycle: whether everything mined or sampled together is used up after this one.
    """

    photos: Photos
    labels: Labels
    triplets: Triplets | None = None
    ends_cycle: bool = True


@dataclass(slots=True)
class Online:
    """Mine inside each batch and train on it."""

    sampler: PersonSampler

    def next_chunk(self) -> MinedBatch:
        """A batch of the sampler."""
        batch = self.sampler.next_batch()
        return MinedBatch(batch.photos, batch.labels)

    def get_state(self) -> dict[str, Any]:
        """The sampler's."""
        return {"sampler": self.sampler.get_state()}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Go on there."""
        self.sampler.set_state(state["sampler"])


@dataclass(slots=True)
class _Mined:
    """What the two pools that mine beforehand share: triplets of photos, handed out in chunks."""

    sampler: PersonSampler
    embed: Embed
    mine: Mine
    cycles: int = field(default=0, init=False)
    _photos: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 3), np.int64), init=False)
    _people: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 3), np.int64), init=False)
    _used: int = field(default=0, init=False)

    @property
    def chunk_triplets(self) -> int:
        """How many triplets make a chunk: their photos are at most P × K."""
        return max(1, self.sampler.batch_photos // 3)

    def next_chunk(self) -> MinedBatch:
        """The next triplets.

        Where mining finds none the chunk is the first batch of the pool with no triplets: a step of loss 0,
        as with online mining, so that the loop gets on and can report it.
        """
        if self._used >= len(self._photos):
            batch = self._refill()
            if not len(self._photos):
                first = slice(0, self.sampler.batch_photos)
                return MinedBatch(batch.photos[first], batch.labels[first], Triplets.of([], [], []))
        return self._take()

    def get_state(self) -> dict[str, Any]:
        """The sampler's, and the triplets mined and not yet used: other weights would choose others."""
        left = slice(self._used, None)
        waiting = {"photos": self._photos[left].tolist(), "people": self._people[left].tolist()}
        return {"sampler": self.sampler.get_state(), "cycles": self.cycles, **waiting}

    def set_state(self, state: Mapping[str, Any]) -> None:
        """Go on there."""
        self.sampler.set_state(state["sampler"])
        self._photos = np.array(state["photos"], np.int64).reshape(-1, 3)
        self._people = np.array(state["people"], np.int64).reshape(-1, 3)
        self._used, self.cycles = 0, int(state["cycles"])

    def _gather(self) -> Batch:
        raise NotImplementedError

    def _refill(self) -> Batch:
        batch = self._gather()
        triplets = self.mine(self.embed(batch.photos), batch.labels, self.cycles)
        rows = np.stack([triplets.anchor, triplets.positive, triplets.negative], axis=1)
        # Shuffled, or a chunk would be all about one person.
        rows = rows[np.random.default_rng(self.cycles).permutation(len(rows))]
        self._photos, self._people = batch.photos[rows], batch.labels[rows].astype(np.int64)
        self._used, self.cycles = 0, self.cycles + 1
        return batch

    def _take(self) -> MinedBatch:
        now = slice(self._used, self._used + self.chunk_triplets)
        self._used = min(now.stop, len(self._photos))
        photos, first, rows = np.unique(self._photos[now], return_index=True, return_inverse=True)
        labels = self._people[now].ravel()[first].astype(np.int32)
        triplets = Triplets.of(*rows.reshape(-1, 3).T)
        return MinedBatch(photos, labels, triplets, ends_cycle=self._used == len(self._photos))


@dataclass(slots=True)
class SemiOnline(_Mined):
    """Forward `scale` batches, mine once over all their photos, then train the triplets in chunks.

    Args:
        sampler: gives the batches.
        embed: forwards them.
        mine: chooses among scale · P · K photos.
        scale: how many batches.
    """

    scale: int = field(default=4, kw_only=True)

    def _gather(self) -> Batch:
        batches = [self.sampler.next_batch() for _ in range(self.scale)]
        photos, first = np.unique(np.concatenate([batch.photos for batch in batches]), return_index=True)
        # At the end of a pass the next begins, and somebody's photo may come twice.
        return Batch(photos, np.concatenate([batch.labels for batch in batches])[first])


@dataclass(slots=True)
class Offline(_Mined):
    """Embed the whole set with the present weights, mine there, train on the chosen triplets for some epochs.

    Args:
        sampler: knows the photos.
        embed: forwards them, however many.
        mine: chooses among all; `mine_embeddings` computes distances in blocks.
        epochs: how often the triplets are gone through before the set is mined anew.
    """

    epochs: int = field(default=1, kw_only=True)

    def _gather(self) -> Batch:
        return self.sampler.everybody()

    def _refill(self) -> Batch:
        # Explicit: slotted dataclasses replace the class, and the short form of super() misses it.
        batch = _Mined._refill(self)
        self._photos, self._people = (
            np.tile(part, (self.epochs, 1)) for part in (self._photos, self._people)
        )
        return batch


#: What the loop needs of one: `next_chunk`, and `get_state` and `set_state`, with which the same chunks follow.
Pool = Online | SemiOnline | Offline
