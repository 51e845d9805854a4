"""Nearest neighbors of each photo among each person's others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from facecam.core.distances import unit_squared_l2
from facecam.core.types import FloatArray
from facecam.gallery.matching.distances import NEIGHBORS

#: Distances worked on at once, 32 MB of float32.
_BLOCK_VALUES = 8_000_000

Rows = NDArray[np.intp]


def distances_to_people(
    vectors: FloatArray,
    owners: Rows,
    people: int,
    pictures: Rows | None = None,
    enrolled: NDArray[np.bool_] | None = None,
    *,
    asked: Rows | None = None,
) -> FloatArray:
    """squared_l2 from each photo to each person: the mean of the three nearest of that person's other photos.

    The matcher's rule `k_nearest`, with the photo itself left out.

    Args:
        vectors: float32 (N, D), unit rows.
        owners: (N,), the person of each, in [0, `people`).
        people: P.
        pictures: (N,), equal numbers for copies of one picture. A copy says
            nothing about a photo and is left out like the photo itself.
        enrolled: bool (N,), which photos people are known by; None: all.
        asked: int (M,), the rows that are asked about, for who cannot hold all (N, P); None: all.

    Returns:
        float32 (M, P); of fewer than three photos the mean of all, inf without any.
    """
    asked = np.arange(len(vectors)) if asked is None else asked
    pictures = np.arange(len(vectors)) if pictures is None else pictures
    enrolled = np.ones(len(vectors), np.bool_) if enrolled is None else enrolled
    columns = rows_of_people(np.where(enrolled, owners, people), people)
    sizes = np.array([len(theirs) for theirs in columns], np.intp)
    result = np.full((len(asked), people), np.inf, np.float32)
    # People of as many photos go together: one by one, ten thousand of them take the time.
    alike = [np.flatnonzero(sizes == size) for size in np.unique(sizes[sizes > 0])]
    groups = [(them, np.stack([columns[one] for one in them])) for them in alike]
    for rows in blocks_of_rows(len(asked), len(vectors)):
        block = asked[rows]
        squared_l2 = np.clip(unit_squared_l2(vectors[block], vectors), 0, 4)
        squared_l2[pictures[block, None] == pictures[None, :]] = np.inf
        for them, theirs in groups:
            result[rows, them] = _mean_of_nearest(squared_l2[:, theirs])
    return result


def blocks_of_rows(rows: int, values: int) -> Iterator[slice]:
    """Rows one block after another, such that what is to be held for (block, `values`) is bounded."""
    most = max(1, _BLOCK_VALUES // max(1, values))
    return (slice(start, start + most) for start in range(0, rows, most))


def rows_of_people(owners: Rows, people: int) -> list[Rows]:
    """The rows of each person in [0, `people`), in their order; owners beyond belong to nobody."""
    order = np.argsort(owners, kind="stable")
    return np.split(order, np.searchsorted(owners[order], np.arange(1, people + 1)))[:people]


def blocks_of_people(owners: Rows, people: int) -> Iterator[Rows]:
    """The rows of several people after another, such that what is to be held for (rows, `people`) is bounded.

    All of a person's are in one block.
    """
    most = max(1, _BLOCK_VALUES // max(1, people))
    block: list[Rows] = []
    for rows in rows_of_people(owners, people):
        if block and sum(map(len, block)) + len(rows) > most:
            yield np.concatenate(block)
            block = []
        block.append(rows)
    if block:
        yield np.concatenate(block)


def nearest_own(vectors: FloatArray, owners: Rows, pictures: Rows | None = None) -> FloatArray:
    """squared_l2 from each photo to the nearest other one of its person, float32 (N,); inf without any.

    Args:
        vectors, owners, pictures: see `distances_to_people`.
    """
    pictures = np.arange(len(vectors)) if pictures is None else pictures
    result = np.full(len(vectors), np.inf, np.float32)
    for person in np.unique(owners):
        rows = np.flatnonzero(owners == person)
        squared_l2 = np.clip(unit_squared_l2(vectors[rows], vectors[rows]), 0, 4)
        squared_l2[pictures[rows, None] == pictures[None, rows]] = np.inf
        result[rows] = squared_l2.min(axis=1)
    return result


def _mean_of_nearest(squared_l2: FloatArray) -> FloatArray:
    """Mean of the three smallest finite values along the last axis, inf where there is none."""
    count = min(NEIGHBORS, squared_l2.shape[-1])
    nearest = np.partition(squared_l2, count - 1)[..., :count]
    there = np.isfinite(nearest)
    sums = np.where(there, nearest, 0).sum(axis=-1)
    counts = there.sum(axis=-1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.inf).astype(np.float32)


def picture_groups(fingerprints: Sequence[int], most_bits: int) -> Rows:
    """(N,), one number per picture: fingerprints that differ in at most `most_bits` get the same one.

    Args:
        fingerprints: hashes of up to 256 bits.
        most_bits: of difference.
    """
    packed = np.array([list(one.to_bytes(32, "big")) for one in fingerprints], np.uint8).reshape(-1, 32)
    # As ±1 the product of two is the number of equal bits less that of others: exact, and three times as fast as
    # counting them.
    signs = np.unpackbits(packed, axis=1).astype(np.float32) * 2 - 1
    groups = np.arange(len(packed), dtype=np.intp)
    for rows in blocks_of_rows(len(packed), len(packed)):
        near = signs[rows] @ signs[: rows.stop].T >= 256 - 2 * most_bits
        # Each is near itself, so the first is itself where none before it is.
        for row, first in zip(groups[rows].tolist(), near.argmax(axis=1).tolist(), strict=True):
            groups[row] = groups[first]
    return groups
