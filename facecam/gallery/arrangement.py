"""Arrangement: in which order a gallery holds people and vectors, so that what is taken away and given back fits in."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import FloatArray
from facecam.gallery.gallery import Gallery
from facecam.gallery.owned_vectors import OwnedVectors

#: Rows that are turned into whole numbers at once.
_TOGETHER: Final = 4096
Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """The order of people and rows.

    Attributes:
        people: their ids.
        own, rejected: of vectors and of rejections: uint64 (N,), of each row a number that tells it and its owner from
            others.
        kept: the same of vectors by other models, an entry a model.
    """

    people: tuple[str, ...]
    own: Keys
    rejected: Keys
    kept: tuple[tuple[str, Keys], ...] = ()

    def __post_init__(self) -> None:
        for keys in (self.own, self.rejected, *(keys for _, keys in self.kept)):
            if keys.ndim != 1:
                raise ValueError(f"expected numbers (N,). Received: {keys.shape}")

    @classmethod
    def of(cls, gallery: Gallery) -> Self:
        """That of a gallery."""
        ids = tuple(one.id for one in gallery.identities)
        people = np.array([_number(one) for one in ids], np.uint64)
        rejections = gallery.rejections
        return cls(
            ids,
            _numbers(gallery.vectors) ^ people[gallery.owners],
            _numbers(rejections.vectors) ^ people[rejections.owners],
            tuple((model, _numbers(one.vectors) ^ people[one.owners]) for model, one in gallery.kept.items()),
        )

    def applied(self, gallery: Gallery) -> Gallery:
        """`gallery` with everybody and every row that was there then in that order, before what came since."""
        now = self.of(gallery)
        people = _order(self.people, now.people)
        own, rejected = _order(self.own, now.own), _order(self.rejected, now.rejected)
        places = np.argsort(people).astype(np.int32)
        before, models, kept = dict(self.kept), list(gallery.kept), dict[str, OwnedVectors]()
        for number in _order(list(before), models):
            model_id, keys = now.kept[number]
            one = gallery.kept[model_id].rows(_order(before.get(model_id, ()), keys))
            kept[model_id] = one.renumbered(places)
        return replace(
            gallery,
            people=tuple(gallery.people[number] for number in people),
            vectors=gallery.vectors[own],
            owners=places[gallery.owners[own]],
            alignments=gallery.alignments[own],
            rejections=gallery.rejections.rows(rejected).renumbered(places),
            kept=kept,
        )


def _order(before: Sequence[str] | Keys, now: Sequence[str] | Keys) -> NDArray[np.intp]:
    """Places in `now`, such that what is in `before` comes first and as there."""
    places = defaultdict[object, list[int]](list)
    for place, one in reversed(list(enumerate(np.asarray(before).tolist()))):
        places[one].append(place)
    ranks = [places[one].pop() if places.get(one) else len(before) for one in np.asarray(now).tolist()]
    return np.argsort(np.array(ranks, np.intp), kind="stable")


def _number(text: str) -> int:
    return int.from_bytes(
        hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big"
    )


def _numbers(vectors: FloatArray) -> Keys:
    """A number of each row: a sum of its values' bits, each weighed by chance."""
    bits = np.ascontiguousarray(vectors).view(np.uint32)
    weights = (
        np.random.default_rng(0).integers(1 << 63, size=bits.shape[1], dtype=np.uint64) * np.uint64(2) + 1
    )
    parts = [bits[start : start + _TOGETHER] for start in range(0, len(bits), _TOGETHER)]
    return np.concatenate([np.zeros(0, np.uint64), *(part.astype(np.uint64) @ weights for part in parts)])
