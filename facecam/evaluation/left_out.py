"""How far each photo is from each person by the program's rule, as if the photo itself had not been enrolled."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import FloatArray
from facecam.evaluation.neighbours import Rows, distances_to_people
from facecam.gallery.centres import SPREAD, Centres
from facecam.gallery.distances import smaller


def distances_left_out(
    vectors: FloatArray,
    owners: Rows,
    people: int,
    pictures: Rows | None = None,
    enrolled: NDArray[np.bool_] | None = None,
    *,
    spread: float = SPREAD,
) -> FloatArray:
    """squared_l2 from each photo to each person by the matcher's rule `counted_centre`.

    Args:
        vectors: float32 (N, D), unit rows.
        owners, people, pictures, enrolled: see `distances_to_people`.
        spread: see `Matcher`.

    Returns:
        float32 (N, P), inf for people without another photo.
    """
    pictures = np.arange(len(vectors)) if pictures is None else pictures
    enrolled = np.ones(len(vectors), np.bool_) if enrolled is None else enrolled
    sums = np.zeros((people, vectors.shape[1]), np.float64)
    np.add.at(sums, owners[enrolled], vectors[enrolled])
    counts = np.bincount(owners[enrolled], minlength=people)
    result = Centres.of_sums(sums, counts, spread).of(vectors)
    for person in range(people):
        theirs = np.flatnonzero((owners == person) & enrolled)
        for picture in np.unique(pictures[theirs]).tolist():
            copies = theirs[pictures[theirs] == picture]
            left = sums[person] - vectors[copies].sum(axis=0, dtype=np.float64)
            without = Centres.of_sums(left[None], counts[person, None] - len(copies), spread)
            rows = np.flatnonzero(pictures == picture)
            result[rows, person] = without.of(vectors[rows])[:, 0]
    looks = distances_to_people(vectors, owners, people, pictures, enrolled)
    return smaller(result, looks, spread)
