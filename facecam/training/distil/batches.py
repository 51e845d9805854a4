"""Batches of faces, read beside the training. No Keras here."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from facecam.core.types import ImageArray
from facecam.training.distil.faces import CHIP_PX, Faces

#: Batches that are ready before they are asked for.
_AHEAD = 4
#: Faces up to this many bytes stay decoded.
_MOST_DECODED_BYTES = 4 << 30
#: Faces a thread decodes at a time.
_SHARE = 32


class BatchMaker:
    """Batches of training and of judging. A context manager.

    Args:
        faces: to learn from.
        count: faces per batch.
        seed: of the order.
        threads: that decode.
    """

    def __init__(self, faces: Faces, *, count: int, seed: int, threads: int) -> None:
        self._faces, self._count, self._seed = faces, count, seed
        self._maker = ThreadPoolExecutor(1, thread_name_prefix="batches")
        self._readers = ThreadPoolExecutor(threads, thread_name_prefix="faces")
        size = (len(faces), CHIP_PX, CHIP_PX, 3)
        self._decoded = np.empty(size, np.uint8) if np.prod(size) <= _MOST_DECODED_BYTES else None
        self._is_decoded = np.zeros(len(faces), bool)
        self._order: tuple[int, np.ndarray] | None = None

    def __enter__(self) -> BatchMaker:
        return self

    def __exit__(self, *_: object) -> None:
        self._maker.shutdown(cancel_futures=True)
        self._readers.shutdown(cancel_futures=True)

    def steps(self, start: int, count: int) -> Iterator[ImageArray]:
        """The batches of some steps, uint8 (N, 150, 150, 3); those to come are made meanwhile."""
        ahead = [self._maker.submit(self.batch_at, step) for step in range(start, start + min(count, _AHEAD))]
        for step in range(start, start + count):
            batch = ahead.pop(0).result()
            if step + _AHEAD < start + count:
                ahead.append(self._maker.submit(self.batch_at, step + _AHEAD))
            yield batch

    def batch_at(self, step: int) -> ImageArray:
        """The batch of a step: nothing but the step counts, so that a resumed run goes on as if never stopped.

        Every pass over the faces takes each once, in a new order.
        """
        return self._read(np.array([self._row(step * self._count + offset) for offset in range(self._count)]))

    def _row(self, position: int) -> int:
        passes, place = divmod(position, len(self._faces))
        if self._order is None or self._order[0] != passes:
            generator = np.random.default_rng((self._seed, passes))
            self._order = (passes, generator.permutation(len(self._faces)))
        return int(self._order[1][place])

    def _read(self, rows: np.ndarray) -> ImageArray:
        batch = np.empty((len(rows), CHIP_PX, CHIP_PX, 3), np.uint8)
        shares = [slice(start, start + _SHARE) for start in range(0, len(rows), _SHARE)]
        list(self._readers.map(lambda share: self._read_share(rows[share], batch[share]), shares))
        return batch

    def _read_share(self, rows: np.ndarray, batch: ImageArray) -> None:
        for place, row in enumerate(rows):
            if self._decoded is None:
                batch[place] = self._faces.chip(row)
                continue
            if not self._is_decoded[row]:
                self._decoded[row] = self._faces.chip(row)
                self._is_decoded[row] = True
            batch[place] = self._decoded[row]


def plain_batches(faces: Faces, count: int) -> Iterator[ImageArray]:
    """All faces once, in order, for judging; the last batch is filled up with the first face."""
    for start in range(0, len(faces), count):
        rows = range(start, start + count)
        yield np.stack([faces.chip(row if row < len(faces) else 0) for row in rows])
