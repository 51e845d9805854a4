"""Trainer state: how far a training has come, all of it that is not an array. No TensorFlow."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from facecam.training.miners.triplets import Triplets
from facecam.training.trainer.mining_scope import MinedBatch
from facecam.training.trainer.validation import Merit


@dataclasses.dataclass(slots=True)
class TrainerState:
    """Where a training stands; changed as it goes on, written into every checkpoint.

    Attributes:
        phase: number of the phase.
        epoch: epochs of the phase completed.
        done: batches of the present epoch completed.
        step: batches of the whole training completed.
        epochs: epochs of all phases completed.
        seconds: spent so far.
        best: merit of the best epoch; None before the first validation.
        stale: epochs since then.
        halvings: how often batches were halved because memory ran out.
        pending: batches drawn and not trained yet.
    """

    phase: int = 0
    epoch: int = 0
    done: int = 0
    step: int = 0
    epochs: int = 0
    seconds: float = 0.0
    best: Merit | None = None
    stale: int = 0
    halvings: int = 0
    pending: list[MinedBatch] = dataclasses.field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        values = {one.name: getattr(self, one.name) for one in dataclasses.fields(self)}
        best = None if self.best is None else [self.best.tar, self.best.auc]
        return {**values, "best": best, "pending": [_chunk_to_json(chunk) for chunk in self.pending]}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> TrainerState:
        """The reverse of `to_json`."""
        values = dict(document)
        best, pending = values.pop("best"), values.pop("pending")
        return cls(
            **values,
            best=None if best is None else Merit(*best),
            pending=[_chunk_from_json(one) for one in pending],
        )


def _chunk_to_json(chunk: MinedBatch) -> dict[str, Any]:
    triplets = chunk.triplets
    mined = None if triplets is None else [part.tolist() for part in _parts(triplets)]
    return {
        "photos": chunk.photos.tolist(),
        "labels": chunk.labels.tolist(),
        "triplets": mined,
        "ends_cycle": chunk.ends_cycle,
    }


def _chunk_from_json(document: Mapping[str, Any]) -> MinedBatch:
    mined = document["triplets"]
    return MinedBatch(
        np.array(document["photos"], np.int64),
        np.array(document["labels"], np.int32),
        None if mined is None else Triplets.of(*mined),
        bool(document["ends_cycle"]),
    )


def _parts(triplets: Triplets) -> Sequence[Any]:
    return triplets.anchor, triplets.positive, triplets.negative


def halved(chunk: MinedBatch) -> list[MinedBatch]:
    """Two batches of half the people each, or of half the triplets each."""
    if chunk.triplets is not None:
        return _halved_triplets(chunk, chunk.triplets)
    people = np.unique(chunk.labels)
    first = np.isin(chunk.labels, people[: (len(people) + 1) // 2])
    return [
        MinedBatch(chunk.photos[one], chunk.labels[one], None, chunk.ends_cycle) for one in (first, ~first)
    ]


def _halved_triplets(chunk: MinedBatch, triplets: Triplets) -> list[MinedBatch]:
    table = np.stack(_parts(triplets), axis=1)
    halves = []
    for rows in np.array_split(table, 2):
        used, inverse = np.unique(rows, return_inverse=True)
        mined = Triplets.of(*inverse.reshape(-1, 3).T)
        halves.append(MinedBatch(chunk.photos[used], chunk.labels[used], mined, chunk.ends_cycle))
    return halves


def all_halved(chunks: Iterable[MinedBatch]) -> list[MinedBatch]:
    """Each in halves, where it can be."""
    return [half for chunk in chunks for half in (halved(chunk) if can_be_halved(chunk) else [chunk])]


def can_be_halved(chunk: MinedBatch) -> bool:
    """Whether both halves would still have something to learn from."""
    if chunk.triplets is not None:
        return len(chunk.triplets.anchor) >= 2
    return len(np.unique(chunk.labels)) >= 4
