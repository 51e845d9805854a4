"""Mining: which triplets of a batch are worth training on. NumPy and Numba, no TensorFlow.

Inside a `tf.function` use `triplet_loss.mine_tensors`. Rules, with D the
distance, margin α, ties going to the lowest row number:

- `batch_all`: every triplet. (As pytorch-metric-learning's `AllTripletsMiner`; see also
  `triplet_loss.batch_all_loss`, which needs no list of them.)
- `batch_hard`: per anchor the farthest positive and the nearest negative; anchors without either are
  skipped. (Hermans, Beyer, Leibe 2017, arXiv:1703.07737; as `BatchHardMiner`.)
- `semi_hard`: per (a, p) the nearest n with D(a, p) < D(a, n); if there is none, the farthest negative. (TensorFlow
  Addons' rule, after Schroff, Kalenichenko, Philbin 2015, arXiv:1503.03832. pytorch-metric-learning has another
  rule: its `TripletMarginMiner(type_of_triplets="semihard")` takes *all* n with D(a, p) < D(a, n) < D(a, p) + α.)
- `batch_random`: per (a, p) one n drawn uniformly from those with D(a, n) < D(a, p) + α.
- `min_min`, `min_max`: the candidate of (a, p) is its nearest n with D(a, p) < D(a, n) < D(a, p) + α; per anchor
  the pair whose D(a, n) is smallest or largest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facecam.core.errors import DependencyError
from facecam.core.types import FloatArray
from facecam.training.miners.triplets import Triplets

try:
    from facecam.training.miners import kernels
except ImportError as error:
    raise DependencyError(
        f"mining triplets needs Numba, which cannot be imported: {error}",
        hint="Install it with `python -m pip install -r requirements.txt`.",
    ) from error

Rule = Literal["batch_all", "batch_hard", "semi_hard", "batch_random", "min_min", "min_max"]
RULES: Final[tuple[Rule, ...]] = (
    "batch_all",
    "batch_hard",
    "semi_hard",
    "batch_random",
    "min_min",
    "min_max",
)
Distance = Literal["squared_l2", "l2"]
#: Rows of distances held at a time where a whole set is mined: 64 MB for 16,000 photos.
_BLOCK_ROWS = 1024

_Indices = NDArray[np.int64]
_Miner = Callable[[FloatArray, _Indices, _Indices, float, int], Triplets]


def mine(
    rule: Rule,
    distances: FloatArray,
    labels: ArrayLike,
    *,
    margin: float = 0.2,
    seed: int = 0,
    anchors: ArrayLike | None = None,
) -> Triplets:
    """The triplets a rule chooses.

    Args:
        rule: one of `RULES`.
        distances: float32 (A, N), row i from photo `anchors[i]` to every photo.
        labels: whole numbers (N,), the person of each photo.
        margin: α, in the unit of the distances.
        seed: of `batch_random`; equal seeds give equal triplets.
        anchors: whole numbers (A,); None: all N photos.

    Returns:
        NumPy triplets in the order of the anchors; none where a batch has none.

    Raises:
        ValueError: shapes that do not fit, or an unknown rule.

    Example:
        >>> away = np.abs(np.subtract.outer([0, 1, 5], [0, 1, 5])).astype(np.float32)
        >>> mine("batch_hard", away, [7, 7, 8]).negative
        array([2, 2], dtype=int32)
    """
    people = np.ascontiguousarray(labels, np.int64).reshape(-1)
    rows = np.arange(people.size) if anchors is None else np.ascontiguousarray(anchors, np.int64)
    _check(rule, distances, people, rows)
    return _MINERS[rule](np.ascontiguousarray(distances, np.float32), rows, people, margin, seed)


def mine_embeddings(
    rule: Rule,
    embeddings: FloatArray,
    labels: ArrayLike,
    *,
    margin: float = 0.2,
    distance: Distance = "squared_l2",
    seed: int = 0,
) -> Triplets:
    """`mine` over any number of photos: distances are computed a block of rows at a time.

    Args:
        embeddings: float32 (N, D).
        labels: (N,); rule, margin, distance and seed as in `mine`.
    """
    blocks = []
    for start in range(0, len(embeddings), _BLOCK_ROWS):
        rows = np.arange(start, min(start + _BLOCK_ROWS, len(embeddings)))
        block = distance_matrix(embeddings[rows], embeddings, distance)
        # Another seed for each block, or all blocks would draw alike.
        blocks.append(mine(rule, block, labels, margin=margin, seed=seed + start, anchors=rows))
    return Triplets.joined(blocks)


def distance_matrix(rows: FloatArray, others: FloatArray, distance: Distance = "squared_l2") -> FloatArray:
    """Distances float32 (A, N) between float32 (A, D) and (N, D).

    Computed in float64: in float32 the formula leaves 1e-7 of squared_l2 between
    equal vectors, which as l2 is 3e-4.
    """
    a, b = rows.astype(np.float64), others.astype(np.float64)
    result = np.empty((len(a), len(b)), np.float32)
    kernels.distances_of(a @ b.T, (a * a).sum(1), (b * b).sum(1), EQUAL, distance == "l2", result)
    return result


#: Vectors whose squared distance is below this part of their squared lengths are the same: what float64 leaves.
EQUAL: Final = 1e-14


def _check(rule: str, distances: FloatArray, labels: _Indices, anchors: _Indices) -> None:
    if rule not in _MINERS:
        raise ValueError(f"expected a rule of {', '.join(RULES)}. Received: {rule!r}")
    if distances.shape != (anchors.size, labels.size):
        raise ValueError(f"expected distances {(anchors.size, labels.size)}. Received: {distances.shape}")


def _batch_all(
    distances: FloatArray, anchors: _Indices, labels: _Indices, margin: float, seed: int
) -> Triplets:
    same = labels[anchors][:, None] == labels[None, :]
    other = ~same
    same[np.arange(anchors.size), anchors] = False
    row, positive = np.nonzero(same)
    pair, negative = np.nonzero(other[row])
    return Triplets.of(anchors[row[pair]], positive[pair], negative)


def _batch_hard(
    distances: FloatArray, anchors: _Indices, labels: _Indices, margin: float, seed: int
) -> Triplets:
    chosen = np.empty((anchors.size, 2), np.int64)
    kernels.hardest(distances, anchors, labels, chosen)
    whole = (chosen >= 0).all(1)
    return Triplets.of(anchors[whole], chosen[whole, 0], chosen[whole, 1])


def _semi_hard(
    distances: FloatArray, anchors: _Indices, labels: _Indices, margin: float, seed: int
) -> Triplets:
    _, anchor, positive, nearest, farthest = _pairs(distances, anchors, labels).T
    negative = np.where(nearest >= 0, nearest, farthest)
    whole = negative >= 0
    return Triplets.of(anchor[whole], positive[whole], negative[whole])


def _batch_random(
    distances: FloatArray, anchors: _Indices, labels: _Indices, margin: float, seed: int
) -> Triplets:
    pairs = np.empty((_count_pairs(anchors, labels), 3), np.int64)
    chances = np.random.default_rng(seed).random(len(pairs))
    kernels.draw_below(distances, anchors, labels, margin, chances, pairs)
    return Triplets.of(*pairs[pairs[:, 2] >= 0].T)


def _min_min(
    distances: FloatArray, anchors: _Indices, labels: _Indices, margin: float, seed: int
) -> Triplets:
    return _one_pair_per_anchor(distances, anchors, labels, margin, sign=1)


def _min_max(
    distances: FloatArray, anchors: _Indices, labels: _Indices, margin: float, seed: int
) -> Triplets:
    return _one_pair_per_anchor(distances, anchors, labels, margin, sign=-1)


def _one_pair_per_anchor(
    distances: FloatArray, anchors: _Indices, labels: _Indices, margin: float, *, sign: int
) -> Triplets:
    pairs = _pairs(distances, anchors, labels)
    pairs = pairs[pairs[:, 3] >= 0]
    row, _, positive, nearest, _ = pairs.T
    away = distances[row, nearest]
    inside = away < distances[row, positive] + np.float32(margin)
    pairs, away = pairs[inside], away[inside]
    order = np.lexsort((pairs[:, 2], sign * away, pairs[:, 0]))
    _, first = np.unique(pairs[order, 0], return_index=True)
    return Triplets.of(*pairs[order[first], 1:4].T)


def _count_pairs(anchors: _Indices, labels: _Indices) -> int:
    _, whose, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return int((counts[whose[anchors]] - 1).sum())


def _pairs(distances: FloatArray, anchors: _Indices, labels: _Indices) -> _Indices:
    pairs = np.empty((_count_pairs(anchors, labels), 5), np.int64)
    kernels.nearest_farther(distances, anchors, labels, pairs)
    return pairs


_MINERS: Final[dict[str, _Miner]] = {
    "batch_all": _batch_all,
    "batch_hard": _batch_hard,
    "semi_hard": _semi_hard,
    "batch_random": _batch_random,
    "min_min": _min_min,
    "min_max": _min_max,
}
