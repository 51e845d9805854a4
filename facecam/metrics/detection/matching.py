"""Found faces against the boxes they should have: matching, precision, recall and average precision.

Boxes are float64 (N, 4) of left, top, right, bottom, px. A picture's detections are taken by falling score, as the
published protocols do (Everingham et al. 2010, The PASCAL Visual Object Classes Challenge, IJCV 88:303, section 4.2;
Yang et al. 2016, WIDER FACE, CVPR): each belongs to the marked box it overlaps most; there it is a hit if the overlap
is large enough and nobody was there before, not counted if that box is to be ignored, else a false alarm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facecam.core.types import shared_areas
from facecam.metrics.rates import Estimate, percentiles

Boxes = NDArray[np.float64]
Values = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Overlap (intersection over union) from which the published protocols call a face found.
PUBLISHED_IOU = 0.5
_RESAMPLES, _FEWEST_RESAMPLES = 1000, 100
#: Detections and faces drawn in all, so that a large set does not take minutes.
_MOST_DRAWN = 40_000_000


def overlaps(first: Boxes, second: Boxes) -> Values:
    """Intersection over union of every box (N, 4) with every box (M, 4): float64 (N, M), 0 for empty boxes."""
    common = shared_areas(first, second)
    union = _areas(first)[:, None] + _areas(second)[None] - common
    shares: Values = np.divide(common, union, out=np.zeros_like(common), where=union > 0)
    return shares


def clipped(boxes: Boxes, width: float, height: float) -> Boxes:
    """The parts of boxes (N, 4) inside a picture; a box outside becomes empty."""
    limits = np.array([width, height, width, height], np.float64)
    return np.clip(boxes, 0.0, limits)


def _areas(boxes: Boxes) -> Values:
    areas: Values = np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1)
    return areas


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What became of one picture's detections.

    Attributes:
        scores: float64 (N,), of the detections that count, falling.
        hits: bool (N,), whether each is a face that was marked; the others are false alarms.
        faces: bool (M,), of the marked faces that count: whether each was found.
    """

    scores: Values
    hits: Flags
    faces: Flags


def judge(
    found: Boxes,
    scores: Values,
    marked: Boxes,
    ignored: Flags,
    *,
    iou: float = PUBLISHED_IOU,
    min_px: float = 0.0,
) -> Judged:
    """Compare a picture's detections with its marked faces.

    Args:
        found: detections (N, 4).
        scores: float64 (N,), higher is surer.
        marked: faces (M, 4).
        ignored: bool (M,), faces that count neither when found nor when missed.
        iou: overlap from which a face is found.
        min_px: marked boxes that are narrower are ignored, and so are narrower detections of nothing.
    """
    ignored = ignored | (marked[:, 2] - marked[:, 0] < min_px) | (_areas(marked) <= 0)
    order = np.argsort(-scores, kind="stable")
    shared = overlaps(found[order], marked)
    best = shared.argmax(axis=1) if len(marked) else np.zeros(len(order), np.intp)
    small = (found[order, 2] - found[order, 0]) < min_px
    was_found = np.zeros(len(marked), np.bool_)
    hits, counted = np.zeros(len(order), np.bool_), np.ones(len(order), np.bool_)
    for row, place in enumerate(best):
        if len(marked) and shared[row, place] >= iou:
            counted[row] = not ignored[place]
            hits[row] = not was_found[place] and not ignored[place]
            was_found[place] = True
        else:
            counted[row] = not small[row]
    return Judged(scores[order][counted], hits[counted], was_found[~ignored])


@dataclass(frozen=True, slots=True)
class DetectionFigures:
    """How well a detector finds marked faces.

    Attributes:
        pictures: pictures looked at.
        faces: marked faces that count.
        hits: of them found.
        false_alarms: detections of nothing, and second ones of a face.
        precision: hits among the detections; None without any.
        recall: hits among the faces; None without any.
        average_precision: area under precision over recall, as far down as the detector's own lowest score.
    """

    pictures: int
    faces: int
    hits: int
    false_alarms: int
    precision: Estimate | None
    recall: Estimate | None
    average_precision: Estimate | None


def figures(judged: Sequence[Judged], *, seed: int = 0) -> DetectionFigures:
    """All figures with 95 % intervals, from drawing whole *pictures* again: faces of one succeed or fail together.

    (Efron and Tibshirani 1993, An Introduction to the Bootstrap, 8.3)

    Args:
        judged: one for each picture.
        seed: of the drawing.
    """
    table = _Table.of(judged)
    faces, hits = len(table.faces_of), int(table.hits.sum())
    drawn = _redrawn(table, len(judged), seed)
    return DetectionFigures(
        pictures=len(judged),
        faces=faces,
        hits=hits,
        false_alarms=len(table.hits) - hits,
        precision=_estimate(hits, len(table.hits), drawn[:, 0]),
        recall=_estimate(hits, faces, drawn[:, 1]),
        average_precision=_estimate(table.average_precision() * faces, faces, drawn[:, 2]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """All detections by falling score, and all faces, each with its picture's number.

    Attributes:
        hits: bool (N,).
        scores: float64 (N,), falling.
        hits_of: int (N,), picture of each detection.
        faces_of: int (M,), picture of each face.
    """

    hits: Flags
    scores: Values
    hits_of: NDArray[np.intp]
    faces_of: NDArray[np.intp]

    @classmethod
    def of(cls, judged: Sequence[Judged]) -> _Table:
        scores = np.concatenate([np.zeros(0), *(one.scores for one in judged)])
        hits = np.concatenate([np.zeros(0, np.bool_), *(one.hits for one in judged)])
        hits_of = np.repeat(np.arange(len(judged)), [len(one.hits) for one in judged])
        faces_of = np.repeat(np.arange(len(judged)), [len(one.faces) for one in judged])
        order = np.argsort(-scores, kind="stable")
        return cls(hits[order], scores[order], hits_of[order], faces_of)

    def average_precision(self, weights: NDArray[np.intp] | None = None) -> float:
        """Area under the curve, with how often each picture counts, int (P,)."""
        each = np.ones(len(self.hits)) if weights is None else weights[self.hits_of].astype(np.float64)
        faces = float(len(self.faces_of) if weights is None else weights[self.faces_of].sum())
        return average_precision(self.scores, self.hits * each, each, faces)


def average_precision(scores: Values, hits: Values, detections: Values, faces: float) -> float:
    """Area under precision over recall, precision made falling first. (VOC 2010 to 2012, all points)

    Args:
        scores: float64 (N,), falling.
        hits: float64 (N,), how much of a hit each detection is.
        detections: float64 (N,), how often each detection counts.
        faces: how many there are to find; 0 gives 0.
    """
    if not len(scores) or faces <= 0:
        return 0.0
    # Detections of one score come together: their order among themselves says nothing.
    last = np.flatnonzero(np.append(np.diff(scores) != 0, True))
    true, all_of_them = np.cumsum(hits)[last], np.cumsum(detections)[last]
    precision = np.divide(true, all_of_them, out=np.zeros_like(true), where=all_of_them > 0)
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    return float((np.diff(true, prepend=0.0) * falling).sum() / faces)


def _redrawn(table: _Table, pictures: int, seed: int) -> Values:
    """Precision, recall and average precision of sets of pictures drawn again, float64 (R, 3); NaN without any."""
    size = len(table.hits) + len(table.faces_of) + pictures
    times = min(_RESAMPLES, max(_FEWEST_RESAMPLES, _MOST_DRAWN // max(1, size)))
    generator = np.random.default_rng(seed)
    drawn = np.full((times, 3), np.nan)
    for row in range(times if pictures else 0):
        weights = np.bincount(generator.integers(pictures, size=pictures), minlength=pictures)
        each = weights[table.hits_of]
        hits, detections, faces = (each * table.hits).sum(), each.sum(), weights[table.faces_of].sum()
        if detections:
            drawn[row, 0] = hits / detections
        if faces:
            drawn[row, 1:] = hits / faces, table.average_precision(weights)
    return drawn


def _estimate(part: float, whole: int, drawn: Values) -> Estimate | None:
    """A share with the interval of its drawings; Wilson's where they are all alike."""
    if not whole:
        return None
    return percentiles(part / whole, drawn[np.isfinite(drawn)], whole)
