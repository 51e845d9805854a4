"""Likeness: everybody who is enrolled by how much a face looks like them, and who is near enough to be mistaken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facecam.core.types import FloatArray, Identity
from facecam.gallery.matching.match import Matcher
from facecam.runtime.card import ModelCard


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Somebody already known who is as near as the threshold to a new person.

    Attributes:
        identity: of the known person.
        squared_l2: of the two looks nearest to one another.
    """

    identity: Identity
    squared_l2: float


def look_alike(matcher: Matcher, vectors: FloatArray) -> LookAlike | None:
    """Who would be recognized in somebody new; None for nobody.

    Args:
        matcher: with the people.
        vectors: looks at the new person, float32 (N ≥ 1, D), unit rows.
    """
    if not len(matcher.gallery):
        return None
    scores = matcher.scores(vectors).min(axis=0)
    nearest = int(scores.argmin())
    if not scores[nearest] < matcher.limit:
        return None
    return LookAlike(matcher.gallery.identities[nearest], float(matcher.distances(vectors)[:, nearest].min()))


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
