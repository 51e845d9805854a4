"""Batches of changed faces, made beside the training. No TensorFlow here."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from facecam.core.types import FloatArray, ImageArray
from facecam.training.distil.augment import augmented, resized
from facecam.training.distil.faces import Faces

_AHEAD = 2


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Chips uint8 (N, S, S, 3) and the vectors wanted for them, float32 (N, D)."""

    chips: ImageArray
    vectors: FloatArray


def batch_at(faces: Faces, step: int, *, count: int, size_px: int, seed: int) -> Batch:
    """The batch of a step: depends on nothing but the arguments, so a resumed run goes on as if never stopped.

    Every pass over the faces takes each once, in a new order, each mirrored or not by chance.
    """
    rows = [_row(faces, step * count + offset, seed) for offset in range(count)]
    generator = np.random.default_rng((seed, 1, step))
    mirrored = generator.random(count) < 0.5
    chips = [_chip(faces, row, bool(flip)) for row, flip in zip(rows, mirrored, strict=True)]
    return Batch(
        np.stack([augmented(chip, size_px, generator) for chip in chips]),
        faces.vectors[rows, mirrored.astype(int)],
    )


def plain_batches(faces: Faces, *, count: int, size_px: int) -> Iterator[Batch]:
    """All faces unchanged, for judging."""
    for start in range(0, len(faces), count):
        rows = range(start, min(start + count, len(faces)))
        chips = np.stack([resized(faces.chip(row), size_px) for row in rows])
        yield Batch(chips, faces.vectors[start : start + count, 0])


class BatchMaker:
    """Makes the batches of coming steps in a thread. A context manager.

    Args:
        faces: to learn from.
        count: faces per batch.
        seed: of order and changes.
    """

    def __init__(self, faces: Faces, *, count: int, seed: int) -> None:
        self._faces, self._count, self._seed = faces, count, seed
        self._begun: dict[tuple[int, int], Future[Batch]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="batches")

    def __enter__(self) -> BatchMaker:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def get(self, step: int, size_px: int) -> Batch:
        """The batch of a step; those of the next steps at this size are begun."""
        wanted = [(later, size_px) for later in range(step, step + _AHEAD + 1)]
        for key in wanted:
            if key not in self._begun:
                self._begun[key] = self._thread.submit(self._make, *key)
        batch = self._begun[wanted[0]].result()
        self._begun = {key: self._begun[key] for key in wanted[1:]}
        return batch

    def _make(self, step: int, size_px: int) -> Batch:
        return batch_at(self._faces, step, count=self._count, size_px=size_px, seed=self._seed)


def _row(faces: Faces, position: int, seed: int) -> int:
    passes, place = divmod(position, len(faces))
    return int(_order_of(len(faces), passes, seed)[place])


_orders: dict[tuple[int, int, int], np.ndarray] = {}


def _order_of(count: int, passes: int, seed: int) -> np.ndarray:
    key = (count, passes, seed)
    if key not in _orders:
        _orders.clear()
        _orders[key] = np.random.default_rng((seed, 0, passes)).permutation(count)
    return _orders[key]


def _chip(faces: Faces, row: int, mirrored: bool) -> ImageArray:
    chip = faces.chip(row)
    return np.ascontiguousarray(chip[:, ::-1]) if mirrored else chip
