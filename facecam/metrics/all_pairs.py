"""All pairs of photos of some people, instead of a list."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from facecam.core.errors import DataError
from facecam.metrics.pairs import Pair, PairList

_MOST_PAIRS = 2_000_000


def all_pairs(people: Mapping[str, Sequence[str]]) -> PairList:
    """Each photo of each person with each other photo; `line` counts them from 1.

    Args:
        people: names with the photos of each, as in `Pair`; two people or more, one of them with two photos.

    Raises:
        DataError: nobody has two photos, or there are more than two million pairs.
    """
    photos = [(name, photo) for name, own in people.items() for photo in own]
    count = len(photos) * (len(photos) - 1) // 2
    if count > _MOST_PAIRS:
        raise DataError(
            f"{len(photos):,} photos make {count:,} pairs; at most {_MOST_PAIRS:,} are measured",
            hint="Write a list of pairs, or use --identify DIR, which looks up photos instead.",
        )
    if all(len(own) < 2 for own in people.values()):
        raise DataError("nobody has two photos", hint="A measurement needs pairs of the same person.")
    pairs = enumerate(itertools.combinations(photos, 2), start=1)
    return PairList(
        "all", tuple(Pair(a, b, first == second, line) for line, ((first, a), (second, b)) in pairs)
    )
