"""All pairs of photos of some people, instead of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from facecam.core.errors import DataError
from facecam.metrics.pairs import Pair, PairList, PairsKind, shares, spread
from facecam.metrics.rates import Rows

#: More pairs are not held one by one.
MOST_PAIRS: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class EveryPair:
    """Each photo of each person with each other photo.

    Attributes:
        people: names with the photos of each, as in `Pair`; two people or more, one of them with two photos.

    Raises:
        DataError: nobody has two photos.
    """

    kind: ClassVar[PairsKind] = "all"
    people: Mapping[str, Sequence[str]]

    def __post_init__(self) -> None:
        if all(len(own) < 2 for own in self.people.values()):
            raise DataError("nobody has two photos", hint="A measurement needs pairs of the same person.")

    @property
    def photos(self) -> tuple[str, ...]:
        """Every photo, person by person."""
        return tuple(photo for own in self.people.values() for photo in own)

    def __len__(self) -> int:
        """How many pairs there are."""
        return sum(pairs_of(self.sizes))

    @property
    def sizes(self) -> Rows:
        """Photos of each person, int (P,)."""
        return np.array([len(own) for own in self.people.values()], np.intp)

    def listed(self, limit: int | None = None) -> PairList:
        """The pairs one by one; `line` counts all of them from 1.

        Args:
            limit: see `PairList.limited`.

        Raises:
            DataError: more than two million pairs.
        """
        photos, sizes = self.photos, self.sizes
        same, different = pairs_of(sizes)
        kept = shares(limit, same, different) if limit is not None else (same, different)
        if sum(kept) > MOST_PAIRS:
            raise DataError(
                f"{len(photos):,} photos make {len(self):,} pairs; at most {MOST_PAIRS:,} are measured",
                hint=f"With --subtract-mean and --groups give --limit {MOST_PAIRS}.",
            )
        rows = np.arange(len(photos))
        ends = np.repeat(np.cumsum(sizes), sizes)
        # The photos that follow each one: first those of its person, then those of others.
        parts = (
            _nth(spread(same, kept[0]), ends - rows - 1, rows + 1),
            _nth(spread(different, kept[1]), len(photos) - ends, ends),
        )
        first, second = (np.concatenate(side) for side in zip(*parts, strict=True))
        lines = first * (2 * len(photos) - first - 1) // 2 + second - first
        is_same = np.arange(len(first)) < kept[0]
        pairs = [
            Pair(photos[first[place]], photos[second[place]], bool(is_same[place]), int(lines[place]))
            for place in np.argsort(lines)
        ]
        return PairList("all", tuple(pairs))


def pairs_of(sizes: Rows) -> tuple[int, int]:
    """How many pairs of the same person and of different people so many photos of each make."""
    same, photos = int((sizes * (sizes - 1) // 2).sum()), int(sizes.sum())
    return same, photos * (photos - 1) // 2 - same


def _nth(places: Rows, follow: Rows, begin: Rows) -> tuple[Rows, Rows]:
    """Both rows of the pairs at `places`, where row r is paired with the `follow[r]` rows from `begin[r]` on."""
    ends = np.cumsum(follow)
    first = np.searchsorted(ends, places, side="right")
    return first, begin[first] + places - (ends - follow)[first]
