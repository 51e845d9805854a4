"""Offset of each person's distances where their vectors are aligned otherwise than those of the threshold."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from facecam.core.types import ALIGNMENTS, Alignment, FloatArray
from facecam.gallery.gallery import Gallery


def person_offsets(
    gallery: Gallery, threshold: float, threshold_for: Callable[[Alignment], float | None]
) -> FloatArray | None:
    """What to add to the squared_l2 from a face to each person, so that one threshold lets equally many strangers pass.

    A face and vectors of different alignments are further apart, or nearer, than those of the alignment for which
    `threshold` was found. Its own threshold is measured for each alignment; the difference is taken off. It is one
    of two single vectors: what an alignment puts into them is averaged out as all noise is, so of n vectors only
    1/n of their mean difference counts (docs/EVALUATION.md).

    Args:
        gallery: the people.
        threshold: squared_l2 of the card, for vectors of its own alignment.
        threshold_for: the measured threshold for enrolled vectors of an alignment; None: nobody measured it.

    Returns:
        float32 (P,), 0 for who has no vectors; None where it would be 0 for everybody.
    """
    measured = [threshold_for(alignment) for alignment in ALIGNMENTS]
    differences = np.array([0.0 if one is None else threshold - one for one in measured])
    rows = differences[gallery.alignments]
    if not rows.any():
        return None
    sums = np.bincount(gallery.owners, weights=rows, minlength=len(gallery))
    return np.asarray(sums / np.maximum(gallery.counts(), 1) ** 2, np.float32)
