"""Films of people for the liveness benchmark, cut into stretches in which one face is in view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator

from facecam.core.types import Box, Frame, ImageArray
from facecam.vision.detect.protocol import Detector
from facecam.vision.sources.open import open_source
from facecam.vision.track import Tracker

#: Faces narrower than this are left out of films: no camera that is to tell a face from a photo is so far away.
LEAST_FACE_PX = 64.0
_LONGEST_PX = 1280
#: Room kept around the face, in its widths.
_ROOM = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A face in view for some seconds.

    Attributes:
        film: the file.
        start_s: in the film.
        pictures: uint8 (H, W, 3) RGB each, the face with room around it, one a look.
        face_px: mean width of the face.
        face: where it is in the first picture.
    """

    film: Path
    start_s: float
    pictures: tuple[ImageArray, ...]
    face_px: float
    face: Box

    @property
    def name(self) -> str:
        """The film and the second."""
        return f"{self.film.name} at {self.start_s:.1f} s"

    def scaled(self, random: Generator) -> tuple[ImageArray, ...]:
        """The pictures with the face at a width as of held photos, but never enlarged."""
        factor = min(1.0, float(random.uniform(80, 200)) / self.face_px)
        if factor == 1.0:
            return self.pictures
        return tuple(
            np.asarray(cv2.resize(one, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)
            for one in self.pictures
        )


@dataclass(slots=True)
class _Open:
    start_s: float
    images: list[ImageArray] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)


def stretches(film: Path, detector: Detector, *, seconds: float, looks_per_s: float) -> Iterator[Stretch]:
    """Cut a film into stretches of one face each, none of which overlap in time for one face.

    Raises:
        DataError: it cannot be read.
    """
    looks = round(seconds * looks_per_s)
    tracker, open_ones = Tracker(max_missed=0), dict[int, _Open]()
    for frame in _sampled(film, looks_per_s):
        image = _shrunk(frame.image)
        tracks = tracker.update(image, detector.detect(image))
        seen = {track.id: track.detection.box for track in tracks}
        open_ones = {track: one for track, one in open_ones.items() if track in seen}
        for track, box in seen.items():
            one = open_ones.setdefault(track, _Open(frame.captured_at))
            one.images.append(image)
            one.boxes.append(box)
            if len(one.images) == looks:
                del open_ones[track]
                stretch = _stretch(film, one)
                if stretch.face_px >= LEAST_FACE_PX:
                    yield stretch


def _sampled(film: Path, looks_per_s: float) -> Iterator[Frame]:
    due_s = 0.0
    with open_source(str(film)) as source:
        while (frame := source.read()) is not None or not source.ended:
            if frame is not None and frame.captured_at >= due_s - 1e-6:
                due_s = max(due_s + 1 / looks_per_s, frame.captured_at)
                yield frame


def _shrunk(image: ImageArray) -> ImageArray:
    factor = _LONGEST_PX / max(image.shape[:2])
    if factor >= 1:
        return image
    return np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), np.uint8)


def _stretch(film: Path, one: _Open) -> Stretch:
    """The same part of every picture, with the face in it all the time."""
    width_px = float(np.mean([box.width for box in one.boxes]))
    height, width = one.images[0].shape[:2]
    room = _ROOM * width_px
    left = max(0, int(min(box.left for box in one.boxes) - room))
    top = max(0, int(min(box.top for box in one.boxes) - room))
    right = min(width, int(max(box.right for box in one.boxes) + room))
    bottom = min(height, int(max(box.bottom for box in one.boxes) + room))
    parts = tuple(np.ascontiguousarray(image[top:bottom, left:right]) for image in one.images)
    first = one.boxes[0]
    face = Box(first.left - left, first.top - top, first.right - left, first.bottom - top)
    return Stretch(film, one.start_s, parts, width_px, face)
