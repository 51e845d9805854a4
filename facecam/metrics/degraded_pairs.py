"""Pairs of a good photo and a spoiled one: which of one person are still accepted, which of two people now are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facecam.core.distances import unit_squared_l2
from facecam.core.types import FloatArray
from facecam.metrics.open_set import clustered_share
from facecam.metrics.rates import Estimate, wilson

Rows = NDArray[np.intp]
_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class PairRates:
    """What a threshold does to pairs.

    Attributes:
        same: pairs of one person.
        different: pairs of two people.
        tar: share of `same` accepted, people drawn for the interval; a photo without a vector is never accepted.
            None without any.
        false_accepts: of `different`.
        far: share of `different` accepted; None without any. Its Wilson interval takes the pairs for independent.
    """

    same: int
    different: int
    tar: Estimate | None
    false_accepts: int
    far: Estimate | None


def pair_rates(
    first: FloatArray, second: FloatArray, people: Rows, rows: Rows, others: Rows, threshold: float
) -> PairRates:
    """Compare photos with the other photos of everybody.

    Args:
        first: unit vectors float32 (N, D), one a photo; NaN where no face was found.
        second: the same photos in another state, float32 (N, D).
        people: int (N,), whose photo each is.
        rows: which of `first` take part, int (R,).
        others: which of `second` do, int (S,); a photo is never compared with itself.
        threshold: squared_l2, accepted strictly below.
    """
    hits: list[NDArray[np.bool_]] = []
    owners: list[Rows] = []
    accepted = different = 0
    whose = people[others]
    for start in range(0, len(rows), _AT_ONCE):
        part = rows[start : start + _AT_ONCE]
        # NaN is below nothing.
        below = unit_squared_l2(first[part], second[others]) < threshold
        same = people[part][:, None] == whose[None]
        other = ~same
        accepted, different = accepted + int((below & other).sum()), different + int(other.sum())
        same &= part[:, None] != others[None]
        hits.append(below[same])
        owners.append(np.repeat(people[part], same.sum(axis=1)))
    right = np.concatenate([np.zeros(0, np.bool_), *hits])
    clusters = np.concatenate([np.zeros(0, np.intp), *owners])
    return PairRates(
        same=len(right),
        different=different,
        tar=clustered_share(right, clusters) if len(right) else None,
        false_accepts=accepted,
        far=wilson(accepted, different) if different else None,
    )
