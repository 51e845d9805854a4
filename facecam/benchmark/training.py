"""Mining benchmark: the time it takes to choose the triplets of a batch."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from facecam.benchmark.timing import Row, compare
from facecam.core.types import FloatArray
from facecam.training.miners.kernels import hinge_weights
from facecam.training.miners.rules import RULES, distance_matrix, mine_embeddings

#: A large batch: 64 people with 8 photos each, vectors of 128 values.
_PEOPLE, _PHOTOS_EACH, _DIMENSIONS = 64, 8, 128
#: Spread of a person's vectors, at which all rules have something to choose from.
_SPREAD = 0.8
_CALLS: Final = 20


def mining_rows(runs: int) -> Iterator[Row]:
    """From the vectors of a batch to its triplets, distances included, one row per rule.

    The 1.8 million triplets of `batch_all` are never listed: the loss and its derivatives are measured.
    """
    generator = np.random.default_rng(1)
    owners = np.repeat(np.arange(_PEOPLE), _PHOTOS_EACH)
    centers = generator.standard_normal((_PEOPLE, _DIMENSIONS))
    vectors = centers[owners] + _SPREAD * generator.standard_normal((len(owners), _DIMENSIONS))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    batch = vectors.astype(np.float32)
    for rule in RULES:
        work = (
            partial(_loss_of_all, batch, owners)
            if rule == "batch_all"
            else partial(mine_embeddings, rule, batch, owners)
        )
        what = f"mine {len(batch)} vectors, {rule.replace('_', '-')}"
        yield compare(what, work, runs=runs, calls=_CALLS, wanted="10 ms")


def _loss_of_all(batch: FloatArray, owners: NDArray[np.int64]) -> float:
    distances = distance_matrix(batch, batch)
    weights, anchors = np.zeros_like(distances), np.arange(len(batch))
    return hinge_weights(distances, anchors, owners, 0.2, weights)[0]
