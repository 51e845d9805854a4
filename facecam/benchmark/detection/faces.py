"""The faces of the detection benchmark: clear ones, whose place several detectors agree on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import cv2
import numpy as np

from facecam.benchmark.detection.scenes import ClearFace
from facecam.core.config import Settings
from facecam.core.errors import DataError
from facecam.core.events import NEVER, CancelToken, EventSink, Notice, Progress, ignore
from facecam.core.heap import make_room
from facecam.core.types import Box, Detection, ImageArray, box_rows
from facecam.engine import components
from facecam.engine.faces.face_finder import main_face
from facecam.engine.photos.quality import judge
from facecam.vision.detect.protocol import Detector
from facecam.vision.images.align import extract_chip
from facecam.vision.images.quality import assess
from facecam.vision.images.read import list_pictures, read_picture
from facecam.vision.landmarks.model import Landmarker

#: Overlap from which two detectors mean the same face, in the same size.
AGREEMENT_IOU: Final = 0.4
#: Room kept around a face, in face widths, and the least there must be.
_ROOM, _LEAST_ROOM = 0.8, 0.15
_SMALLEST_PX: Final = 60.0
_LARGEST_PX: Final = 480.0
#: More is only memory: together the detectors would need 880 MB for 1,600 px.
_LONGEST_PX: Final = 1200
_LARGEST_TILT_DEGREES: Final = 20.0

Reason = Literal["unreadable", "no face", "disagreement", "another face", "too small", "cut off", "not clear"]


@dataclass(frozen=True, slots=True, eq=False)
class BenchmarkFaces:
    """Faces for the benchmark.

    Attributes:
        faces: one of each photo used.
        looked_at: photos looked at.
        passed_over: why others were not used → how many.
        agreed_by: the detectors that had to agree.
    """

    faces: tuple[ClearFace, ...]
    looked_at: int
    passed_over: Mapping[Reason, int]
    agreed_by: tuple[str, ...]


def choose_faces(
    settings: Settings,
    folder: Path,
    detectors: Mapping[str, Detector],
    count: int,
    *,
    seed: int = 0,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
) -> BenchmarkFaces:
    """Find photos that show one clear face.

    A face is where more than half of the detectors have their main face; its
    box is the median of theirs. Photos are drawn a folder at a time, so that
    as many people as possible take part where each has a folder.

    Args:
        settings: where the landmarks are.
        folder: photos, all of its subfolders too.
        detectors: the ones that have to agree, by name.
        count: how many faces at most.
        seed: of the drawing.
        on_event: hears of photos that cannot be read.
        cancel: asked between photos.

    Raises:
        DataError: there are no photos, or none with a clear face.
    """
    photos = list_pictures(folder, recursive=True, on_event=on_event)
    if not photos:
        raise DataError(f"there are no photos in {folder}", hint="Name a folder with photos of people.")
    landmarker = components.open_landmarker(settings)
    chooser = _Chooser(detectors, landmarker, on_event)
    faces: list[ClearFace] = []
    looked_at = 0
    for photo in drawn_by_folder(photos, seed):
        if len(faces) == count:
            break
        cancel.check()
        looked_at += 1
        if (face := chooser.face_of(photo, str(photo.relative_to(folder)))) is not None:
            faces.append(face)
        on_event(Progress("faces", len(faces), count))
    if not faces:
        reasons = ", ".join(f"{number} {reason}" for reason, number in chooser.passed_over.most_common())
        raise DataError(
            f"none of the {looked_at} photos in {folder} shows one clear face ({reasons})",
            hint=f"Use photos of one person each, sharp and from the front, the face {_SMALLEST_PX:.0f} px or wider.",
        )
    return BenchmarkFaces(tuple(faces), looked_at, dict(chooser.passed_over.most_common()), tuple(detectors))


def drawn_by_folder(photos: Sequence[Path], seed: int) -> Iterator[Path]:
    """Each photo once in random order: one of every folder, then a second of every folder, and so on."""
    generator = np.random.default_rng(seed)
    folders: dict[Path, list[Path]] = {}
    for place in generator.permutation(len(photos)):
        folders.setdefault(photos[place].parent, []).append(photos[place])
    for turn in range(max(map(len, folders.values()), default=0)):
        yield from (own[turn] for own in folders.values() if turn < len(own))


class _Chooser:
    def __init__(
        self, detectors: Mapping[str, Detector], landmarker: Landmarker, on_event: EventSink
    ) -> None:
        self._detectors, self._landmarker, self._on_event = detectors, landmarker, on_event
        self.passed_over: Counter[Reason] = Counter()

    def face_of(self, photo: Path, name: str) -> ClearFace | None:
        """The one clear face of a photo; None where there is none, which is counted."""
        try:
            image = read_picture(photo, _LONGEST_PX)
        except DataError as fault:
            self._on_event(Notice(f"left out: {fault.message}", fault.hint))
            self.passed_over["unreadable"] += 1
            return None
        face = self._look(image, name)
        if isinstance(face, ClearFace):
            return face
        self.passed_over[face] += 1
        return None

    def _look(self, image: ImageArray, name: str) -> ClearFace | Reason:
        found = []
        for detector in self._detectors.values():
            found.append(detector.detect(image))
            make_room()  # Photos are of all sizes: five networks together would keep a gigabyte for them.
        box = _agreed([main_face(faces, image).box for faces in found if faces], len(found))
        if not isinstance(box, Box):
            return box
        if fault := _misplaced(box, image):
            return fault
        room = _around(box, image)
        others = (one.box for faces in found for one in faces if one.box.iou(box) < AGREEMENT_IOU)
        if any(other.iou(room) > 0 for other in others):
            return "another face"
        return self._cut_out(image, box, room, name)

    def _cut_out(self, image: ImageArray, box: Box, room: Box, name: str) -> ClearFace | Reason:
        landmarks = self._landmarker(image, box)
        detection = Detection(box=box, score=1.0, landmarks=landmarks)
        quality = assess(detection, extract_chip(image, landmarks))
        if judge(quality)[0] != "good" or abs(quality.roll_degrees) > _LARGEST_TILT_DEGREES:
            return "not clear"
        left, top, right, bottom = room.as_ints()
        factor = min(1.0, _LARGEST_PX / box.width)
        part = cv2.resize(
            image[top:bottom, left:right], None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA
        )
        shift = np.array([left, top], np.float32)
        placed = Box(box.left - left, box.top - top, box.right - left, box.bottom - top).scaled(factor)
        points = ((landmarks - shift) * factor).astype(np.float32)
        return ClearFace(name, np.ascontiguousarray(part, np.uint8), placed, points)


def _agreed(boxes: Sequence[Box], detectors: int) -> Box | Reason:
    """The median of the boxes that more than half of the detectors have in one place."""
    needed = detectors // 2 + 1
    if len(boxes) < needed:
        return "no face"
    groups = ([other for other in boxes if other.iou(box) >= AGREEMENT_IOU] for box in boxes)
    group = max(groups, key=len)
    if len(group) < needed:
        return "disagreement"
    return Box(*np.median(box_rows(group), axis=0).tolist())


def _misplaced(box: Box, image: ImageArray) -> Reason | None:
    if box.width < _SMALLEST_PX:
        return "too small"
    least = _LEAST_ROOM * box.width
    height, width = image.shape[:2]
    inside = (
        box.left >= least and box.top >= least and box.right + least <= width and box.bottom + least <= height
    )
    return None if inside else "cut off"


def _around(box: Box, image: ImageArray) -> Box:
    room = _ROOM * box.width
    height, width = image.shape[:2]
    return Box(
        max(0, round(box.left - room)),
        max(0, round(box.top - room)),
        min(width, round(box.right + room)),
        min(height, round(box.bottom + room)),
    )
