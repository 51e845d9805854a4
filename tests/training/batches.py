"""Batches to try mining and losses on: random ones, and every degenerate kind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Batch:
    """x float32 (N, D), labels int32 (N,)."""

    x: NDArray[np.float32]
    labels: NDArray[np.int32]
    margin: float = 0.2


def random_batch(seed: int, *, people: int = 5, photos: int = 4, size: int = 6, noise: float = 0.9) -> Batch:
    """Unit vectors around a random direction per person, in no order."""
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.repeat(np.arange(people), photos)).astype(np.int32)
    x = rng.normal(size=(people, size))[labels] + noise * rng.normal(size=(len(labels), size))
    return Batch((x / np.linalg.norm(x, axis=1, keepdims=True)).astype(np.float32), labels)


def on_grid(seed: int, *, side: int, margin: float, many: int = 14) -> Batch:
    """Points of a small grid of quarters: distances are exact and most of them tie."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, side, (many, 2)) * 0.5
    return Batch(x.astype(np.float32), rng.integers(0, 4, many).astype(np.int32), margin)


def _batch(x: object, labels: object) -> Batch:
    return Batch(np.array(x, np.float32).reshape(-1, 2), np.array(labels, np.int32))


_LINE = [[0, 0], [1, 0], [0.5, 0.25], [2, 1]]
_DRAWN = random_batch(3)

BATCHES: dict[str, Batch] = {
    **{f"random {seed}": random_batch(seed) for seed in range(3)},
    "close people": random_batch(7, noise=3.0),
    "two big people": random_batch(8, people=2, photos=9),
    "uneven people": Batch(_DRAWN.x, np.array([0] * 9 + [1] * 5 + [2] * 3 + [3] + [4] * 2, np.int32)),
    "negative and large labels": Batch(_DRAWN.x, (_DRAWN.labels - 2) * 1_000_003),
    "one person": _batch(_LINE, [4, 4, 4, 4]),
    "all singletons": _batch(_LINE, [0, 1, 2, 3]),
    "one pair among singletons": _batch(_LINE, [0, 1, 1, 3]),
    "duplicates of a person": Batch(
        np.repeat(_DRAWN.x[:6], 2, axis=0), np.repeat(np.arange(6), 2).astype(np.int32)
    ),
    "duplicates across people": Batch(
        np.tile(_DRAWN.x[:6], (2, 1)), np.repeat([0, 1, 2], 4).astype(np.int32)
    ),
    "all equal": _batch([[0.5, 0.5]] * 6, [0, 0, 1, 1, 2, 2]),
    "all zero": _batch([[0, 0]] * 4, [0, 0, 1, 1]),
    "ties": on_grid(0, side=3, margin=0.25),
    "ties at the margin": on_grid(1, side=4, margin=0.5),
    "many ties": on_grid(2, side=2, margin=1.0),
    "no photo": Batch(np.zeros((0, 4), np.float32), np.zeros(0, np.int32)),
    "one photo": _batch([[1, 0]], [0]),
    "two photos of one person": _batch([[1, 0], [0, 1]], [0, 0]),
    "one photo each of two": _batch([[1, 0], [0, 1]], [0, 1]),
}
