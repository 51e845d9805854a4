"""The CenterFace detector: one pass over the picture, faces of any size and turn with five landmarks each.

Xu, Yan, Yang, Liu, Luo: CenterFace: Joint Face Detection and Alignment Using Face as Point (arXiv
1911.03599, 2019). The network says of every fourth pixel how likely a face has its middle there (heat
map), how large that face is, where exactly its middle lies, and where its eyes, nose and mouth are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from facecam.core.types import (
    Box,
    Detection,
    FloatArray,
    ImageArray,
    areas_of,
    box_rows,
    check_image,
    joined,
    shared_areas,
)
from facecam.vision.detect.face_square import dlib_like_box, square_at
from facecam.vision.detect.pointed_faces import PointedFaces
from facecam.vision.detect.protocol import DetectorName, DetectorOptions
from facecam.vision.detect.resizing import in_whole_cells, resized_by
from facecam.vision.detect.suppression import kept_rows, overlapping
from facecam.vision.detect.upright_look import cut_look, tilts_of, to_upright

#: Faces of this width are found in the picture as it is.
NATIVE_FACE_PX = 12
DEFAULT_MIN_SCORE = 0.35
#: The network works on whole cells of 32 px; its maps have one value every 4 px.
_CELL_PX, _STRIDE_PX = 32, 4
#: Larger pictures are searched at this size: 1600×1200, some 300 MB while it runs.
_MOST_PX = 1_920_000
#: Faces that fill more than this are found in pieces; a picture with a longer side is searched reduced, too.
_LARGEST_FACE_PX = 400.0
_CLOSE_UP_FROM_PX, _CLOSE_UP_ALWAYS_PX = 560, 800
_CLOSE_UP_SIDE_PX = 224
_SAME_FACE_IOU = 0.3
#: A box that lies in a close-up by this share of its area is a piece of it.
_PIECE_COVERED = 0.7

#: A score that needs no confirmation. Below it a face is looked at again, upright and at a size the network knows
#: best, and must reach the second score there: toys, wheels and folds of cloth do not, faces of 16 px do.
_CERTAIN_SCORE, _CONFIRMED_SCORE = 0.7, 0.3
#: Where dlib's HOG detector draws its square, in sizes (root of the area) of CenterFace's box: medians over 722
#: photos in which both found one face.
_MOVED, _SIDE_PER_SIZE = (0.014, 0.072), 0.948
#: From the first yaw on (1: the tip of the nose is level with an eye) the box counts, from the second on alone.
_TURNED = (0.8, 1.4)
#: A face tilted further than this, degrees, is looked at again upright: the network learnt upright faces, and
#: its landmarks are off by a tenth of the eyes' distance at 30° and by a third at 90°.
_TILTED_DEGREES = 20.0
_UPRIGHT_LOOKS = 3
#: Of hundreds of faces in one picture so many are looked at in one call.
_LOOKS_TOGETHER = 16
#: Where a face was a moment ago this score needs no confirmation, at this overlap of the boxes.
_BELIEVED_SCORE, _KNOWN_IOU = 0.5, 0.5
#: How far a face may have moved since, in its widths, and grown.
_MOST_MOVED, _MOST_GROWN = 0.7, 1.5

#: uint8 (N, H, W, 3) RGB with H, W multiples of 32 to heat, log scale (h, w), offset (y, x) and landmarks
#: (y, x five times), float32 (N, 1 | 2 | 2 | 10, H/4, W/4).
Network = Callable[[ImageArray], list[FloatArray]]


class CenterFaceDetector:
    """Finds faces from 12 px, frontal, turned, covered or blurred, up to such that fill the picture.

    Detections carry dlib-like square boxes and the network's own five landmarks; the score is the
    height of the heat map, in (0, 1).

    Args:
        network: see `Network`.
        options: see `DetectorOptions`; `min_face_px` above 12 shrinks the picture, which is faster.
    """

    name: DetectorName = "centerface"

    def __init__(self, network: Network, options: DetectorOptions = DetectorOptions()) -> None:
        self._network = network
        self._scale = options.scale(NATIVE_FACE_PX)
        self._min_score = DEFAULT_MIN_SCORE if options.min_score is None else options.min_score

    def detect(self, image: ImageArray, known: Sequence[Detection] = ()) -> list[Detection]:
        """See `RegionDetector.detect`."""
        found = self._looked_at_again(image, self.faces(image), known)
        return [
            _detection(box, float(score), five)
            for box, score, five in zip(found.boxes, found.scores, found.points, strict=True)
        ]

    def find_again(self, image: ImageArray, known: Sequence[Detection]) -> list[Detection | None]:
        """See `RegionDetector.find_again`."""
        check_image(image)
        answers: list[Detection | None] = []
        for start in range(0, len(known), _LOOKS_TOGETHER):
            part = known[start : start + _LOOKS_TOGETHER]
            for old, seen in zip(
                part, self._seen_upright(image, [one.landmarks for one in part]), strict=True
            ):
                answers.append(_same_face(old, seen))
        return _each_once(answers)

    def faces(self, image: ImageArray) -> PointedFaces:
        """What CenterFace itself reports, with its own boxes, best first."""
        check_image(image)
        scale, longest_px = self._fine_scale(image), max(image.shape[:2])
        fine = self._search(image, scale)
        largest_px = _LARGEST_FACE_PX / scale
        if not _may_hold_close_ups(fine, longest_px * scale, largest_px):
            return fine
        coarse = self._search(image, _CLOSE_UP_SIDE_PX / longest_px)
        close_ups = coarse.only(coarse.sizes_px > largest_px / 2)
        fine = fine.only(~_pieces(fine, close_ups.only(close_ups.sizes_px > largest_px)))
        return joined([fine, close_ups]).without_doubles(_SAME_FACE_IOU)

    def _fine_scale(self, image: ImageArray) -> float:
        return min(self._scale, math.sqrt(_MOST_PX / (image.shape[0] * image.shape[1])))

    def _looked_at_again(
        self, image: ImageArray, found: PointedFaces, known: Sequence[Detection]
    ) -> PointedFaces:
        """Without what a closer look denies; tilted faces with the landmarks of an upright look."""
        points, confirmed = found.points.copy(), found.scores.copy()
        uncertain = found.scores < _CERTAIN_SCORE
        uncertain[uncertain] = ~_on_known(found.only(uncertain), known)
        waiting = np.flatnonzero(uncertain | (np.abs(tilts_of(points)) > _TILTED_DEGREES))
        for look in range(_UPRIGHT_LOOKS):
            if not len(waiting):
                break
            seen = self._looked_at_upright(image, points[waiting])
            sure = seen.scores >= _CONFIRMED_SCORE
            if look == 0:
                confirmed[waiting] = seen.scores
            tilted = np.abs(tilts_of(points[waiting])) > _TILTED_DEGREES
            moved = sure & tilted
            turned = np.abs(tilts_of(seen.points) - tilts_of(points[waiting])) > _TILTED_DEGREES
            points[waiting[moved]] = seen.points[moved]
            waiting = waiting[moved & turned]
        kept = ~uncertain | (confirmed >= _CONFIRMED_SCORE)
        return PointedFaces(found.boxes, found.scores, points).only(kept)

    def _looked_at_upright(self, image: ImageArray, points: FloatArray) -> PointedFaces:
        """What is found in a square around each face in which it is upright; score 0 where nothing is."""
        scores, better = np.zeros(len(points), np.float32), points.copy()
        for start in range(0, len(points), _LOOKS_TOGETHER):
            looks = self._seen_upright(image, points[start : start + _LOOKS_TOGETHER])
            for row, seen in enumerate(looks, start):
                box = dlib_like_box(points[row])
                near = seen.only(seen.distances_px(box) < box.width / 2)
                if len(near.scores):
                    best = int(near.scores.argmax())
                    scores[row], better[row] = near.scores[best], near.points[best]
        return PointedFaces(np.zeros((len(points), 4), np.float32), scores, better)

    def _seen_upright(self, image: ImageArray, faces: Iterable[FloatArray]) -> list[PointedFaces]:
        """All that is found in a square around each face, given by its points, in which it is upright."""
        to_looks = [to_upright(points) for points in faces]
        outputs = self._network(np.stack([cut_look(image, to_look) for to_look in to_looks]))
        found = (
            decoded([output[row] for output in outputs], _CONFIRMED_SCORE) for row in range(len(to_looks))
        )
        return [
            one.moved(np.asarray(cv2.invertAffineTransform(to_look)))
            for one, to_look in zip(found, to_looks, strict=True)
        ]

    def _search(self, image: ImageArray, scale: float) -> PointedFaces:
        outputs = self._network(in_whole_cells(resized_by(image, scale), _CELL_PX)[None])
        found = decoded([output[0] for output in outputs], self._min_score)
        return found.without_doubles(_SAME_FACE_IOU).scaled(1 / scale)


def _may_hold_close_ups(found: PointedFaces, searched_px: float, largest_px: float) -> bool:
    """Whether a reduced picture may show faces that were missed or found in pieces.

    Args:
        found: in the picture as it was searched.
        searched_px: its longer side.
        largest_px: of the faces found whole in it, in the coordinates of `found`.
    """
    if searched_px <= _CLOSE_UP_FROM_PX or searched_px > _CLOSE_UP_ALWAYS_PX:
        return searched_px > _CLOSE_UP_FROM_PX
    # One that fills a frame of a webcam leaves no room for others: sure and smaller faces speak against it.
    certain = found.scores >= _CERTAIN_SCORE
    return not certain.any() or bool((found.sizes_px > largest_px / 2).any())


def decoded(maps: list[FloatArray], min_score: float) -> PointedFaces:
    """Every cell whose heat is above `min_score` as a face, in no order.

    Args:
        maps: heat (1, h, w), log scale (2, h, w), offset (2, h, w), landmarks (10, h, w), see `Network`.
        min_score: in (0, 1).
    """
    heat, log_scale, offset, landmarks = maps
    rows, columns = np.nonzero(heat[0] > min_score)
    heights, widths = np.exp(log_scale[:, rows, columns]) * _STRIDE_PX
    middles_y = (rows + offset[0, rows, columns] + 0.5) * _STRIDE_PX
    middles_x = (columns + offset[1, rows, columns] + 0.5) * _STRIDE_PX
    tops, lefts = middles_y - heights / 2, middles_x - widths / 2
    boxes = np.stack([lefts, tops, lefts + widths, tops + heights], axis=1)
    places = landmarks[:, rows, columns].T.reshape(-1, 5, 2)  # y, x in parts of the box
    points = np.stack(
        [
            lefts[:, None] + places[..., 1] * widths[:, None],
            tops[:, None] + places[..., 0] * heights[:, None],
        ],
        axis=2,
    )
    return PointedFaces(boxes.astype(np.float32), heat[0, rows, columns], points.astype(np.float32))


def _square(box: FloatArray, points: FloatArray) -> Box:
    """The square that dlib's detector would draw: from the points, but of a profile from the box.

    All points of a profile lie on one side of the head, and a square around them before the face.
    """
    by_points = dlib_like_box(points)
    left, right = points[0], points[1]
    across = right - left
    length_squared = max(float(across @ across), 1e-6)
    yaw = abs(2 * float((points[2] - left) @ across) / length_squared - 1)
    share = float(np.clip((yaw - _TURNED[0]) / (_TURNED[1] - _TURNED[0]), 0, 1))
    if share == 0.0 or abs(float(tilts_of(points[None])[0])) > _TILTED_DEGREES:
        return by_points
    by_box = square_at(box, _MOVED, _SIDE_PER_SIZE)
    pairs = zip(by_points.sides, by_box.sides, strict=True)
    return Box(*((1 - share) * one + share * other for one, other in pairs))


def _detection(box: FloatArray, score: float, points: FloatArray) -> Detection:
    return Detection(_square(box, points), score, points, "five")


def _on_known(found: PointedFaces, known: Sequence[Detection]) -> NDArray[np.bool_]:
    """Which faces lie where one was, and are sure enough there, bool (N,)."""
    squares = [_square(box, five) for box, five in zip(found.boxes, found.points, strict=True)]
    there = overlapping(box_rows(squares), box_rows([one.box for one in known]), iou=_KNOWN_IOU).any(axis=1)
    return np.asarray(there & (found.scores >= _BELIEVED_SCORE))


def _same_face(old: Detection, seen: PointedFaces) -> Detection | None:
    """The one that `old` has become: sure, near, alike in size; None where there is none."""
    width = old.box.width
    grown = np.array([dlib_like_box(points).width / width for points in seen.points], np.float32)
    moved = seen.distances_px(old.box) / width
    rank = np.where(
        (moved < _MOST_MOVED) & (np.abs(np.log(grown)) < math.log(_MOST_GROWN)), seen.scores - moved, -9
    )
    if rank.max(initial=-9) == -9:
        return None
    best = int(rank.argmax())
    return _detection(seen.boxes[best], float(seen.scores[best]), seen.points[best])


def _each_once(answers: Sequence[Detection | None]) -> list[Detection | None]:
    """Two faces do not become one: the surer keeps it."""
    seen = [one for one in answers if one is not None]
    scores = np.array([one.score for one in seen], np.float32)
    kept = kept_rows(box_rows([one.box for one in seen]), scores, iou=_SAME_FACE_IOU)
    best = [seen[row] for row in kept]
    return [one if any(one is other for other in best) else None for one in answers]


def _pieces(found: PointedFaces, close_ups: PointedFaces) -> NDArray[np.bool_]:
    """Which faces are only parts of a much larger one, bool (N,)."""
    shared = shared_areas(found.boxes, close_ups.boxes)
    return np.asarray((shared > _PIECE_COVERED * areas_of(found.boxes)[:, None]).any(axis=1))
