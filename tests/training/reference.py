"""Mining and losses as their definitions read: loops over all triplets, float64."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Triplet = tuple[int, int, int]


def distance(a: Values, b: Values, kind: str) -> float:
    squared = float(((a - b) ** 2).sum())
    return squared if kind == "squared_l2" else squared**0.5


def distances(x: Values, kind: str = "squared_l2") -> Values:
    return np.array([[distance(a, b, kind) for b in x] for a in x], np.float64).reshape(len(x), len(x))


def all_triplets(labels: Sequence[int]) -> list[Triplet]:
    rows = range(len(labels))
    return [
        (a, p, n)
        for a, p, n in product(rows, rows, rows)
        if a != p and labels[a] == labels[p] and labels[a] != labels[n]
    ]


def mined(rule: str, d: Values, labels: Sequence[int], margin: float) -> list[Triplet]:
    """The triplets of every rule without chance in it."""
    valid = all_triplets(labels)
    pairs = sorted({(a, p) for a, p, _ in valid})
    if rule == "batch_all":
        return valid
    if rule == "batch_hard":
        return [_hardest(d, a, valid) for a in sorted({a for a, _ in pairs})]
    if rule == "semi_hard":
        return [(a, p, _semi_hard(d, a, p, valid)) for a, p in pairs]
    candidates = [(a, p, n) for a, p in pairs for n in _nearest_inside(d, a, p, valid, margin)]
    sign = {"min_min": 1, "min_max": -1}[rule]
    return [
        min((t for t in candidates if t[0] == a), key=lambda t: (sign * d[t[0], t[2]], t[1]))
        for a in sorted({a for a, _, _ in candidates})
    ]


def allowed(d: Values, labels: Sequence[int], margin: float) -> dict[tuple[int, int], list[int]]:
    """What `batch_random` may draw, per (a, p)."""
    chances: dict[tuple[int, int], list[int]] = {}
    for a, p, n in all_triplets(labels):
        if d[a, n] < d[a, p] + margin:
            chances.setdefault((a, p), []).append(n)
    return chances


def _hardest(d: Values, a: int, valid: list[Triplet]) -> Triplet:
    positives = sorted({p for b, p, _ in valid if b == a})
    negatives = sorted({n for b, _, n in valid if b == a})
    return a, max(positives, key=lambda p: d[a, p]), min(negatives, key=lambda n: d[a, n])


def _semi_hard(d: Values, a: int, p: int, valid: list[Triplet]) -> int:
    negatives = [n for b, q, n in valid if (b, q) == (a, p)]
    farther = [n for n in negatives if d[a, p] < d[a, n]]
    return min(farther, key=lambda n: d[a, n]) if farther else max(negatives, key=lambda n: d[a, n])


def _nearest_inside(d: Values, a: int, p: int, valid: list[Triplet], margin: float) -> list[int]:
    inside = [n for b, q, n in valid if (b, q) == (a, p) and d[a, p] < d[a, n] < d[a, p] + margin]
    return [min(inside, key=lambda n: d[a, n])] if inside else []


def triplet_loss(
    x: Values, triplets: Sequence[Triplet], *, margin: float, kind: str, soft: bool, above_zero: bool
) -> tuple[float, Values, float]:
    """(loss, its gradient by x, share of positive triplets)."""
    total, gradient, active = 0.0, np.zeros_like(x), 0
    for a, p, n in triplets:
        gap = distance(x[a], x[p], kind) - distance(x[a], x[n], kind)
        value = float(np.log1p(np.exp(gap))) if soft else max(gap + margin, 0.0)
        slope = 1 / (1 + np.exp(-gap)) if soft else float(value > 0)
        active += gap >= 0 if soft else value > 0
        total += value
        for other, sign in ((p, 1.0), (n, -1.0)):
            pull = sign * slope * _slope(x[a], x[other], kind)
            gradient[a] += pull
            gradient[other] -= pull
    many = max(active if above_zero else len(triplets), 1)
    return total / many, gradient / many, active / max(len(triplets), 1)


def _slope(a: Values, b: Values, kind: str) -> Values:
    """Derivative of the distance by a; 0 where a = b."""
    if kind == "squared_l2":
        return 2 * (a - b)
    length = distance(a, b, "l2")
    return (a - b) / length if length else np.zeros_like(a)


def adaptive_loss(x: Values, labels: Sequence[int], triplets: Sequence[Triplet]) -> float:
    """Selected embeddings count as often as they are selected."""
    chosen = [row for triplet in triplets for row in triplet]
    total = 0.0
    for person in {labels[row] for row in chosen}:
        everybody = np.mean([x[i] for i in range(len(x)) if labels[i] == person], axis=0)
        selected = np.mean([x[i] for i in chosen if labels[i] == person], axis=0)
        total += float(np.linalg.norm(everybody - selected))
    return total


def finite_gradient(function: Callable[[Values], float], x: Values, step: float = 1e-6) -> Values:
    """Central differences."""
    gradient = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        gradient[index] = (function(up) - function(down)) / (2 * step)
    return gradient


def cross_entropy(logits: Values, labels: Sequence[int]) -> float:
    total = 0.0
    for row, label in zip(logits, labels, strict=True):
        shifted = row - row.max()
        total += float(np.log(np.exp(shifted).sum()) - shifted[label])
    return total / len(logits)
