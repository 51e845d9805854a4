"""Non-maximum suppression."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import Box, FloatArray


def suppressed(
    candidates: Sequence[tuple[Box, float]], *, iou: float, covered: float
) -> list[tuple[Box, float]]:
    """Keep the best of every group of overlapping boxes, best score first.

    Args:
        candidates: (box, score) pairs in any order.
        iou: boxes with a larger intersection over union are one face.
        covered: so are boxes of which one lies inside the other with a larger share of its area.
    """
    kept: list[tuple[Box, float]] = []
    for box, score in sorted(candidates, key=lambda pair: -pair[1]):
        if not any(_same_face(box, other, iou, covered) for other, _ in kept):
            kept.append((box, score))
    return kept


def _same_face(a: Box, b: Box, iou: float, covered: float) -> bool:
    return a.iou(b) > iou or a.shared(b) / min(a.area, b.area) > covered


def kept_rows(boxes: FloatArray, scores: FloatArray, *, iou: float) -> NDArray[np.intp]:
    """The same for many boxes at once: rows of the best of every group, best score first.

    Args:
        boxes: (N, 4), left, top, right, bottom, px.
        scores: (N,).
        iou: boxes with a larger intersection over union are one face.
    """
    waiting, kept = np.argsort(-scores, kind="stable"), []
    while len(waiting):
        best, waiting = waiting[0], waiting[1:]
        kept.append(best)
        waiting = waiting[~overlapping(boxes[best, None], boxes[waiting], iou=iou)[0]]
    return np.array(kept, np.intp)


def overlapping(boxes: FloatArray, others: FloatArray, *, iou: float) -> NDArray[np.bool_]:
    """Which pairs have a larger intersection over union, bool (N, M).

    Args:
        boxes, others: (N, 4) and (M, 4), left, top, right, bottom, px.
        iou: see there.
    """
    shared = shared_areas(boxes, others)
    areas, other_areas = ((one[:, 2:] - one[:, :2]).prod(axis=1) for one in (boxes, others))
    return np.asarray(shared > iou * (areas[:, None] + other_areas[None] - shared))


def shared_areas(boxes: FloatArray, others: FloatArray) -> FloatArray:
    """What each pair has in common, float (N, M), px²; see `overlapping`."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    return np.asarray(np.clip(high - low, 0, None).prod(axis=2))
