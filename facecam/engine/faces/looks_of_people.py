"""Looks of people: of how many people faces under one name seem to be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from facecam.core.config import Settings
from facecam.core.types import FloatArray
from facecam.engine.scoring import Limit, distance_of_groups, limit_of_groups, open_cohort
from facecam.gallery.cohort import Cohort
from facecam.gallery.linkage import average_linkage
from facecam.runtime.card import ModelCard


@dataclass(frozen=True, slots=True, eq=False)
class LooksOfPeople:
    """Groups faces by person the way `cluster` does, see `gallery.linkage`.

    Attributes:
        limit: of the mean distance, or score, of two groups; None: nobody measured the model, all faces are one group.
        cohort: what scores are normalised by; None: distances decide.
    """

    limit: Limit | None
    cohort: Cohort | None = None

    @classmethod
    def of(cls, settings: Settings, card: ModelCard) -> Self:
        """By a model; a threshold set by hand is one of names and says nothing here, but where there is no other."""
        if card.threshold is None:
            if settings.threshold is None:
                return cls(None)
            return cls(Limit(distance_of_groups(card, settings.threshold), None, "given"))
        cohort = open_cohort(replace(settings, threshold=None), card)
        return cls(limit_of_groups(card, cohort), cohort)

    def labels(self, vectors: FloatArray) -> NDArray[np.intp]:
        """A number for every face: the same for those that look like one person, 0 for the most frequent one.

        Args:
            vectors: float32 (N, D), unit rows.
        """
        if self.limit is None or len(vectors) < 2:
            return np.zeros(len(vectors), np.intp)
        shifts = None if self.cohort is None else self.cohort.shifts(vectors)
        groups = average_linkage(vectors, self.limit.value, shifts)
        counts = np.bincount(groups)
        order = np.argsort(-counts, kind="stable")
        places = np.empty(len(order), np.intp)
        places[order] = np.arange(len(order))
        return places[groups]
