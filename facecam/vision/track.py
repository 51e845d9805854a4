"""Face tracking from frame to frame."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from facecam.core.types import Box, Detection, ImageArray

#: Boxes of one face in neighbouring detections overlap at least this much.
_SAME_FACE_IOU = 0.3
#: Correlation of the 24×24 grey patches below which the face in the box is another one (a cut).
_SAME_LOOK_CORRELATION = 0.35
_PATCH_PX = 24
#: Correlation of 48×27 grey thumbnails below which the whole picture is another one (a cut).
_SAME_SCENE_CORRELATION = 0.6
_GRID = 4
#: Where faces are now that were somewhere a moment ago; None for those that are not.
FindAgain = Callable[[ImageArray, Sequence[Detection]], Sequence[Detection | None]]
_FLOW_WINDOW_PX = 15
_MAX_BACKWARD_ERROR_PX = 1.5


@dataclass(slots=True, eq=False)
class Track:
    """One face over time.

    Attributes:
        id: from 1, never used again.
        detection: where the face was last seen.
        patch: float32 (24, 24), what it looked like, zero mean and unit norm.
        missed: detections in a row that did not find it.
        changed: where it was last found it looks unlike before, though it is in
            the same place: the head turned quickly, or somebody else is there.
        memory: whatever the tracker's user wants to remember about the face.
    """

    id: int
    detection: Detection
    patch: np.ndarray
    missed: int = 0
    changed: bool = False
    memory: object = None

    def see(self, detection: Detection, patch: np.ndarray) -> None:
        """Take over where it was found, and what it looks like there."""
        self.changed = _correlation(patch, self.patch) < _SAME_LOOK_CORRELATION
        self.detection, self.patch, self.missed = detection, patch, 0


class Tracker:
    """Gives detections the number of the face they belong to.

    Call `update` with every detection run and `follow` with every frame in
    between. A cut in the film ends all tracks, so that a name never sticks to
    somebody else.

    Args:
        max_missed: detections without the face after which its track ends.
    """

    def __init__(self, max_missed: int = 2) -> None:
        self._max_missed = max_missed
        self._numbers = itertools.count(1)
        self.reset()

    def reset(self) -> None:
        """Forget all faces: the next picture has nothing to do with the last one."""
        self._tracks: list[Track] = []
        self._gray: ImageArray | None = None
        self._scene: np.ndarray | None = None
        self._in_vain = False

    def drop(self, track_id: int) -> None:
        """Forget one face."""
        self._tracks = [track for track in self._tracks if track.id != track_id]

    @property
    def is_following(self) -> bool:
        """Whether there was a picture before, so that `follow` means something."""
        return self._gray is not None

    @property
    def tracks(self) -> Sequence[Track]:
        """The faces visible now."""
        return [track for track in self._tracks if track.missed == 0]

    @property
    def out_of_sight(self) -> frozenset[int]:
        """The numbers of faces that the last detections did not find, and that may be back in the next."""
        return frozenset(track.id for track in self._tracks if track.missed)

    def update(self, image: ImageArray, detections: Sequence[Detection]) -> Sequence[Track]:
        """Take over what a detector found in `image`.

        Returns:
            One track per detection, in the order of `detections`.
        """
        _, grey, _ = self._advance(image)
        patches = [_patch(grey, detection.box) for detection in detections]
        assigned = self._assign(detections)
        for track in self._tracks:
            track.missed += 1
        result = []
        for detection, patch, found in zip(detections, patches, assigned, strict=True):
            track = found or Track(next(self._numbers), detection, patch)
            if found is None:
                self._tracks.append(track)
            track.see(detection, patch)
            result.append(track)
        self._tracks = [track for track in self._tracks if track.missed <= self._max_missed]
        return result

    def follow(self, image: ImageArray, find_again: FindAgain | None = None) -> bool:
        """Move the tracks along with the picture by optical flow.

        Args:
            image: the next picture.
            find_again: looks for faces that the flow loses; None: nothing does.

        Returns:
            False if a face was lost or the scene was cut: detect in this frame.
        """
        previous, grey, goes_on = self._advance(image)
        visible = self.tracks
        if not visible or previous is None:
            return goes_on
        lost: list[Track] = []
        for track, moved in zip(visible, _flow(previous, grey, visible), strict=True):
            track.changed = False
            if moved is None or _correlation(_patch(grey, moved.box), track.patch) < _SAME_LOOK_CORRELATION:
                lost.append(track)
            else:
                track.detection = moved
        # Where it was in vain the last time, the picture is too restless for it.
        self._in_vain = bool(lost) and (
            find_again is None or self._in_vain or not self._found_again(image, grey, lost, find_again)
        )
        return not self._in_vain

    def _found_again(
        self, image: ImageArray, grey: ImageArray, lost: Sequence[Track], find_again: FindAgain
    ) -> bool:
        found = find_again(image, [track.detection for track in lost])
        for track, detection in zip(lost, found, strict=True):
            if detection is None or _is_of_another(detection, track, self.tracks):
                return False
            track.see(detection, _patch(grey, detection.box))
        return True

    def _advance(self, image: ImageArray) -> tuple[ImageArray | None, ImageArray, bool]:
        """The picture before and this one, grey, and whether the scene goes on; a cut ends all tracks."""
        before, grey = self._gray, np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
        self._gray = grey
        is_cut = self._is_cut(grey) or (before is not None and before.shape != grey.shape)
        if is_cut:
            self._tracks = []
        return before, grey, not is_cut

    def _is_cut(self, grey: ImageArray) -> bool:
        scene = _normalized(cv2.resize(grey, (48, 27), interpolation=cv2.INTER_AREA))
        before, self._scene = self._scene, scene
        return before is not None and _correlation(before, scene) < _SAME_SCENE_CORRELATION

    def _assign(self, detections: Sequence[Detection]) -> list[Track | None]:
        """Greedy: the pair with the largest overlap first."""
        pairs = [
            (track.detection.box.iou(detection.box), position, track)
            for position, detection in enumerate(detections)
            for track in self._tracks
        ]
        assigned: list[Track | None] = [None] * len(detections)
        taken: set[int] = set()
        for iou, position, track in sorted(pairs, key=lambda pair: -pair[0]):
            if iou < _SAME_FACE_IOU or assigned[position] is not None or track.id in taken:
                continue
            assigned[position] = track
            taken.add(track.id)
        return assigned


def _is_of_another(found: Detection, track: Track, tracks: Sequence[Track]) -> bool:
    return any(one is not track and one.detection.box.iou(found.box) > _SAME_FACE_IOU for one in tracks)


def _patch(grey: ImageArray, box: Box) -> np.ndarray:
    size = (_PATCH_PX, _PATCH_PX)
    cut = cv2.getRectSubPix(grey, (max(2, round(box.width)), max(2, round(box.height))), box.center)
    return _normalized(cv2.resize(cut, size, interpolation=cv2.INTER_AREA))


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    return float((first * second).sum())


def _normalized(grey: np.ndarray) -> np.ndarray:
    values = grey.astype(np.float32) - grey.mean()
    norm = float(np.linalg.norm(values))
    # Two flat pictures look the same: they correlate fully with each other.
    return values / norm if norm > 1e-3 else np.full_like(values, 1 / np.sqrt(values.size))


def _flow(before: ImageArray, now: ImageArray, tracks: Sequence[Track]) -> list[Detection | None]:
    """Where each face went: the median motion of a grid of points inside it (Kalal et al., 2010)."""
    per_face = _GRID * _GRID
    points = np.concatenate([_grid(track.detection.box) for track in tracks])
    parameters = {"winSize": (_FLOW_WINDOW_PX, _FLOW_WINDOW_PX), "maxLevel": 2}
    forward, found, _ = cv2.calcOpticalFlowPyrLK(before, now, points, None, **parameters)  # type: ignore[call-overload]
    back, found_back, _ = cv2.calcOpticalFlowPyrLK(now, before, forward, None, **parameters)  # type: ignore[call-overload]
    error_px = np.linalg.norm(back - points, axis=1)
    good = (found.ravel() == 1) & (found_back.ravel() == 1) & (error_px < _MAX_BACKWARD_ERROR_PX)
    moved: list[Detection | None] = []
    for index, track in enumerate(tracks):
        mine = slice(index * per_face, (index + 1) * per_face)
        moved.append(_moved(track.detection, points[mine][good[mine]], forward[mine][good[mine]]))
    return moved


def _grid(box: Box) -> np.ndarray:
    steps = (np.arange(_GRID, dtype=np.float32) + 0.5) / _GRID
    x, y = np.meshgrid(box.left + steps * box.width, box.top + steps * box.height)
    return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)


def _moved(detection: Detection, before: np.ndarray, after: np.ndarray) -> Detection | None:
    if len(before) < _GRID * _GRID // 3:
        return None
    spread_before = np.linalg.norm(before - before.mean(axis=0), axis=1).mean()
    spread_after = np.linalg.norm(after - after.mean(axis=0), axis=1).mean()
    scale = float(np.clip(spread_after / max(spread_before, 1e-6), 0.9, 1.1))
    # Median: points on the background, at the box's corners, do not move with the face.
    shift = np.median(after - scale * before, axis=0)
    x, y = scale * np.asarray(detection.box.center) + shift
    half_width, half_height = detection.box.width * scale / 2, detection.box.height * scale / 2
    box = Box(float(x - half_width), float(y - half_height), float(x + half_width), float(y + half_height))
    landmarks = (scale * detection.landmarks + shift).astype(np.float32)
    return replace(detection, box=box, landmarks=landmarks)
