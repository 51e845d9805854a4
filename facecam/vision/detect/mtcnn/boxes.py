"""Arithmetic on MTCNN's boxes: rows of left, top, right, bottom (px) and a score.

The rules are those of the package `mtcnn`, which differ from the usual ones in places: a box
is dropped for overlapping *any* better box, even one that is dropped itself.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import FloatArray, areas_of, shared_areas

Boxes = NDArray[np.float64]

#: px. The window of the proposal network and how far it moves from cell to cell.
WINDOW_PX = 12
STRIDE_PX = 2

_PAIRS_AT_ONCE = 1_000_000


def no_boxes() -> Boxes:
    """An empty array of boxes."""
    return np.empty((0, 5))


def proposed_boxes(corrections: FloatArray, probabilities: FloatArray, threshold: float) -> Boxes:
    """Boxes of the windows that may hold a face.

    Args:
        corrections: float32 (h, w, 4), in window widths.
        probabilities: float32 (h, w), of a face, in [0, 1].
        threshold: windows must be above it.

    Returns:
        Boxes (N, 5) in the picture the network was given.
    """
    rows, columns = np.nonzero(probabilities > threshold)
    # The window runs from its second pixel to its end; so the package counts, and so it was tuned.
    windows = np.stack([columns, rows, columns, rows], axis=1) * STRIDE_PX + [1, 1, WINDOW_PX, WINDOW_PX]
    corrected = windows + corrections[rows, columns] * float(WINDOW_PX - 1)
    return np.column_stack([corrected, probabilities[rows, columns]])


def best_first(boxes: Boxes) -> Boxes:
    """The boxes by falling score."""
    return boxes[np.argsort(boxes[:, 4])[::-1]]


def indices_without_overlap(
    boxes: Boxes, threshold: float, share_of: Literal["union", "smaller"]
) -> NDArray[np.intp]:
    """Which boxes overlap no better one.

    Args:
        boxes: (N, 5), best first.
        threshold: overlaps must be above it to count.
        share_of: what the common area is divided by: the area of both boxes, or the smaller one's.

    Returns:
        Rising indices into `boxes`.
    """
    kept = np.ones(len(boxes), dtype=bool)
    # In slices from left to right, each compared with what it can touch: all pairs of a large
    # picture's thousands of boxes would take seconds and fill the memory.
    by_left = np.argsort(boxes[:, 0])
    rows_at_once = max(1, _PAIRS_AT_ONCE // max(1, len(boxes)))
    for start in range(0, len(boxes), rows_at_once):
        some = by_left[start : start + rows_at_once]
        leftmost, rightmost = boxes[some, 0].min(), boxes[some, 2].max()
        near = np.nonzero((boxes[:, 0] < rightmost) & (boxes[:, 2] > leftmost))[0]
        common, area, areas = (
            shared_areas(boxes[some], boxes[near]),
            areas_of(boxes[some]),
            areas_of(boxes[near]),
        )
        both = np.minimum if share_of == "smaller" else np.add
        whole = both(area[:, None], areas) - (common if share_of == "union" else 0)
        too_much = common / whole > threshold
        kept[some] = ~(too_much & (near < some[:, None])).any(axis=1)
    return np.nonzero(kept)[0]


def has_area(boxes: Boxes) -> NDArray[np.bool_]:
    """Which boxes have left < right and top < bottom: a network's corrections can turn one inside out."""
    return np.asarray((boxes[:, 2:4] > boxes[:, 0:2]).all(axis=1), np.bool_)


def squares(boxes: Boxes) -> Boxes:
    """Squares with the boxes' centres and longer sides."""
    sizes = boxes[:, 2:4] - boxes[:, 0:2]
    side = sizes.max(axis=1, keepdims=True)
    corner = boxes[:, 0:2] + (sizes - side) / 2
    return np.column_stack([corner, corner + side, boxes[:, 4]])


def corrected_boxes(boxes: Boxes, corrections: FloatArray) -> Boxes:
    """Boxes moved as a network says.

    Args:
        boxes: (N, 5).
        corrections: float32 (N, 4), of left, top, right and bottom, in box widths and heights.
    """
    sizes = boxes[:, 2:4] - boxes[:, 0:2] + 1  # The networks were trained with right and bottom inclusive.
    return np.column_stack([boxes[:, 0:4] + corrections * np.tile(sizes, 2), boxes[:, 4]])


def points_in_picture(boxes: Boxes, points: FloatArray) -> FloatArray:
    """The output network's five points in the picture.

    Args:
        boxes: (N, 5), those the network was shown.
        points: float32 (N, 10), five x then five y, in box widths and heights.

    Returns:
        float32 (N, 5, 2), px.
    """
    sizes = boxes[:, None, 2:4] - boxes[:, None, 0:2] + 1
    corners = boxes[:, None, 0:2] - 1
    return (corners + points.reshape(-1, 2, 5).swapaxes(1, 2) * sizes).astype(np.float32)
