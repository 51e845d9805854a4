"""A stage for the recogniser: pictures with painted faces, a detector that knows where, vectors by angle."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, Self

import numpy as np

from facecam.core.types import Box, Detection, Embeddings, Frame, ImageArray
from facecam.engine.recognition.recognizer import StreamRecognizer
from facecam.gallery.gallery import Gallery
from facecam.gallery.matching.match import Matcher
from facecam.vision.images.align import DLIB_CHIP
from facecam.vision.sources.protocol import SourceState, SourceStatus
from tests.gallery.factories import MODEL, circle_gallery, on_circle

#: squared_l2 of vectors 20° apart is 0.12, of 30° 0.27: this lies between.
THRESHOLD = 0.2
HEIGHT, WIDTH = 240, 320

_noise = np.random.default_rng(3)
_SCENES = _noise.integers(20, 230, (4, HEIGHT // 8, WIDTH // 8, 3), np.uint8).repeat(8, 1).repeat(8, 2)
_LOOKS = _noise.integers(0, 255, (8, 10, 10, 3), np.uint8).repeat(8, 1).repeat(8, 2)
#: A chip as sharp, bright and rich in contrast as quality asks for, and one that says nothing.
_CLEAR_CHIP = _noise.integers(0, 255, (30, 30, 3), np.uint8).repeat(5, 0).repeat(5, 1)
_POOR_CHIP = np.full((150, 150, 3), 128, np.uint8)


class Actor:
    """A painted face.

    Attributes:
        degrees: where on the circle its vector lies.
        look: which of eight textures it has.
        left, top: where it stands, px; 80 px wide.
        clear: whether its chip is fit for recognition.
    """

    def __init__(
        self, degrees: float, *, look: int = 0, left: int = 100, top: int = 80, clear: bool = True
    ) -> None:
        self.degrees, self.look, self.left, self.top, self.clear = degrees, look, left, top, clear

    def detection(self) -> Detection:
        """The face, facing the camera; its score carries what the fake embedder must know."""
        eye, nose = self.top + 25, self.top + 50
        points = [(65, eye), (50, eye), (15, eye), (30, eye), (40, nose)]
        landmarks = np.array([(self.left + x, y) for x, y in points], np.float32)
        box = Box(self.left, self.top, self.left + 80, self.top + 80)
        return Detection(box, self.degrees if self.clear else self.degrees + 1000, landmarks)


def scene(actors: Iterable[Actor] = (), *, place: int = 0) -> ImageArray:
    """A picture of one of four places with actors in it."""
    image: ImageArray = _SCENES[place].copy()
    for actor in actors:
        image[actor.top : actor.top + 80, actor.left : actor.left + 80] = _LOOKS[actor.look]
    return image


class Stage:
    """Frames to be recognised, and a detector and embedder for them."""

    def __init__(self) -> None:
        self.detected = 0
        self.embedded = 0
        self.name = "hog"
        self.chip_spec = DLIB_CHIP
        self.card: Any = SimpleNamespace(
            name="test-model",
            model_id=MODEL,
            dimensions=2,
            threshold=THRESHOLD,
            calibration=(),
            cohort=None,
            distance_to_probability=None,
            group_distance=None,
            percent=lambda distance: 50.0,
            percent_of=lambda match: 50.0,
            threshold_for=lambda gallery, probe=None: None,
        )
        self._cast: dict[bytes, Sequence[Actor]] = {}

    def frame(
        self, *actors: Actor, index: int = 0, at_s: float = 0.0, place: int = 0, name: str = ""
    ) -> Frame:
        """A frame with these actors, whom the detector will find."""
        image = scene(actors, place=place)
        self._cast[image.tobytes()] = actors
        return Frame(image, index, at_s, name)

    def detect(self, image: ImageArray) -> list[Detection]:
        self.detected += 1
        return [actor.detection() for actor in self._cast[image.tobytes()]]

    def chip(self, image: ImageArray, detection: Detection) -> ImageArray:
        chip: ImageArray = (_CLEAR_CHIP if detection.score < 900 else _POOR_CHIP).copy()
        chip[0, 0] = int(detection.score) % 1000 // 256, int(detection.score) % 1000 % 256, 0
        return chip

    def views(self, image: ImageArray, detection: Detection) -> ImageArray:
        return self.chip(image, detection)[None]

    def embed(self, chips: Sequence[ImageArray], *, mirror: bool = False) -> Embeddings:
        self.embedded += len(chips)
        corners = [chip.reshape(-1, *chip.shape[-3:])[0, 0, 0] for chip in chips]
        angles = [int(corner[0]) * 256 + int(corner[1]) for corner in corners]
        return Embeddings(on_circle(*angles) if angles else np.zeros((0, 2), np.float32), MODEL)

    def recognizer(self, people: Mapping[str, Sequence[float]], **options: Any) -> StreamRecognizer:
        """A recogniser of people at these angles."""
        stage: Any = self
        return StreamRecognizer(stage, stage, matcher(people), **options)


def matcher(people: Mapping[str, Sequence[float]]) -> Matcher:
    """Names → angles in degrees; nobody if empty."""
    gallery = circle_gallery(people) if people else Gallery.empty(MODEL, 2)
    return Matcher(gallery, THRESHOLD, "k_nearest")


class FakeSource:
    """A source whose frames are given. Implements `FrameSource`.

    Args:
        frames: for a file: one after the other; for a live source: one every `period_s`.
        live: see `FrameSource`.
        period_s: pause of a live source between frames.
        fault: raised after the last frame.
        ends: whether a live source ends after its last frame.
    """

    fps: float | None = 25.0
    description = "a fake"

    def __init__(
        self,
        frames: Sequence[Frame],
        *,
        live: bool = False,
        period_s: float = 0.0,
        fault: Exception | None = None,
        ends: bool = True,
    ) -> None:
        self.live, self.frame_count = live, len(frames)
        self.closed = False
        self.given: list[int] = []
        self._frames, self._fault, self._ends, self._period_s = list(frames), fault, ends, period_s
        self._started_s = time.monotonic()
        self._next = 0
        self._lock = threading.Lock()

    @property
    def ended(self) -> bool:
        return self.closed or (self._ends and self._fault is None and self._next >= len(self._frames))

    @property
    def status(self) -> SourceStatus:
        state: SourceState = "ended" if self.ended else "playing"
        return SourceStatus(state, self.description)

    def read(self, timeout_s: float = 1.0) -> Frame | None:
        """The next frame of a file; the newest of a live source."""
        with self._lock:
            if self.closed:
                return None
            if self._next >= len(self._frames):
                if self._fault is not None:
                    raise self._fault
                time.sleep(min(timeout_s, 0.01) if self.live else 0)
                return None
            if self.live:
                return self._newest(timeout_s)
            self._next += 1
            return self._give(self._next - 1)

    def _newest(self, timeout_s: float) -> Frame | None:
        deadline_s = time.monotonic() + timeout_s
        while (captured := self._captured()) <= self._next:
            if time.monotonic() > deadline_s:
                return None
            time.sleep(0.001)
        self._next = captured
        return self._give(captured - 1)

    def _captured(self) -> int:
        """Frames the camera has taken so far."""
        passed = (
            (time.monotonic() - self._started_s) / self._period_s if self._period_s else len(self._frames)
        )
        return min(len(self._frames), int(passed) + 1)

    def _give(self, place: int) -> Frame:
        self.given.append(self._frames[place].index)
        return self._frames[place]

    def close(self) -> None:
        self.closed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class NoChange:
    """A gallery watch that never sees a change."""

    def changed(self, pause_s: float = 1.0) -> Matcher | None:
        return None


def eventually(condition: Callable[[], bool], timeout_s: float = 60.0) -> bool:
    """Whether `condition` comes true in time, however busy the machine is with other work."""
    deadline_s = time.monotonic() + timeout_s
    while time.monotonic() < deadline_s:
        if condition():
            return True
        time.sleep(0.005)
    return condition()
