"""Likeness: everybody who is enrolled by how much a face looks like them."""

from __future__ import annotations

import numpy as np

from facecam.core.types import FloatArray
from facecam.gallery.matching.match import Matcher
from facecam.runtime.card import ModelCard


def likely_people(matcher: Matcher, card: ModelCard, vectors: FloatArray) -> tuple[tuple[str, float], ...]:
    """Names with the probability in percent that a pair so far apart is of one person, the likeliest first.

    Args:
        matcher: with the people.
        card: of the model that made the vectors.
        vectors: looks at one face, float32 (N ≥ 1, D), unit rows; the nearest of them counts.
    """
    if not len(matcher.gallery):
        return ()
    squared_l2 = matcher.distances(vectors).min(axis=0)
    names = [one.name for one in matcher.gallery.identities]
    return tuple(
        (names[row], card.percent(float(squared_l2[row])) if np.isfinite(squared_l2[row]) else 0.0)
        for row in squared_l2.argsort(kind="stable").tolist()
    )
