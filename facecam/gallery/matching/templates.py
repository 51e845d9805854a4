"""Templates: what people are compared with a cohort by, and the term for the number of their vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import FloatArray
from facecam.gallery.matching.centers import added_for_many, directions
from facecam.gallery.matching.cohort import Cohort


class Templates:
    """The sides of people in scores by a cohort.

    Args:
        sums: float64 (P, D), of each person's unit vectors.
        counts: int (P,), how many these are.
        spread: mean squared_l2 of two photos of one person by the model, where the rule counts photos; else 0.
    """

    def __init__(self, sums: NDArray[np.float64], counts: NDArray[np.int64], spread: float) -> None:
        self._centers, lengths, self._usable = directions(sums, counts)
        present = np.maximum(counts, 1)
        self._added = added_for_many(lengths / present, present, spread)

    def shifts(self, cohort: Cohort) -> FloatArray:
        """Of everybody, float32 (P,), to be added to distances; 0 for people without a centre.

        The centre of many photos is nearer to everybody, and so to the cohort:
        its shift gives back a share, `cohort.weight`, of what the rule adds to
        the distance for that. It is not to be given back twice.
        """
        values, usable = np.zeros(len(self._usable), np.float32), self._usable
        values[usable] = cohort.shifts(self._centers[usable]) - cohort.weight * self._added[usable]
        return values
