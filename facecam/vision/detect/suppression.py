"""Non-maximum suppression."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import BoxRows, FloatArray, areas_of, shared_areas


def kept_rows(boxes: BoxRows, scores: FloatArray, *, iou: float) -> NDArray[np.intp]:
    """Rows of the best of every group of overlapping boxes, best score first.

    Args:
        boxes: (N, 4).
        scores: (N,).
        iou: boxes with a larger intersection over union are one face.
    """
    waiting, kept = np.argsort(-scores, kind="stable"), []
    while len(waiting):
        best, waiting = waiting[0], waiting[1:]
        kept.append(best)
        waiting = waiting[~overlapping(boxes[best, None], boxes[waiting], iou=iou)[0]]
    return np.array(kept, np.intp)


def overlapping(boxes: BoxRows, others: BoxRows, *, iou: float) -> NDArray[np.bool_]:
    """Which pairs have a larger intersection over union, bool (N, M).

    Args:
        boxes, others: (N, 4) and (M, 4).
        iou: see there.
    """
    shared = shared_areas(boxes, others)
    return np.asarray(shared > iou * (areas_of(boxes)[:, None] + areas_of(others)[None] - shared))
