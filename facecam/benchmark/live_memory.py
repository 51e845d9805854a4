"""Memory of live recognition over a clip looped as fast as it can be recognized."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facecam.core.closing import Closable
from facecam.core.events import NEVER, CancelToken
from facecam.core.types import Frame
from facecam.vision.sources.open import open_source
from facecam.vision.sources.protocol import FrameSource, SourceStatus

#: The memory is looked at once per this many seconds of film.
_LOOK_EVERY_S = 10.0
#: The first part of a run, in which caches fill, says nothing about growth.
_WARM_UP_SHARE = 0.25
_DEFAULT_FPS = 25.0
#: A clip is kept in memory up to this many frames.
_MOST_FRAMES = 400


@dataclass(frozen=True, slots=True)
class SoakReport:
    """What a soak found.

    Attributes:
        frames: recognised.
        film_minutes: how long these frames would have taken at the clip's own speed.
        seconds: how long they took.
        resident_mb: memory of the process, once per 10 s of film.
        mb_per_hour: its slope over the film's time after the warm-up, a least-squares line.
        mb_per_hour_error: standard error of that slope; inf with too few looks.
        percent_per_hour: the slope, as a share of the mean memory after the warm-up.
    """

    frames: int
    film_minutes: float
    seconds: float
    resident_mb: tuple[float, ...]
    mb_per_hour: float
    mb_per_hour_error: float
    percent_per_hour: float


class LoopedClip(Closable):
    """A clip without end whose time goes on. Implements `FrameSource`, as a camera that is never waited for.

    Args:
        clip: a video.
        seconds: of film after which it ends.
        cancel: ends it at once.

    Raises:
        DataError: the clip cannot be read.
    """

    live = True
    frame_count: int | None = None

    def __init__(self, clip: Path, seconds: float, cancel: CancelToken = NEVER) -> None:
        with open_source(str(clip)) as source:
            self.fps = source.fps or _DEFAULT_FPS
            self._images = [frame.image for frame in _frames(source)]
        self.description = f"{clip.name}, looped"
        self._last = int(seconds * self.fps)
        self._cancel = cancel
        self._index = 0
        self._closed = False

    @property
    def ended(self) -> bool:
        """Whether the time is over."""
        return self._closed or self._index >= self._last or self._cancel.cancelled

    @property
    def status(self) -> SourceStatus:
        """`playing` until it ends."""
        return SourceStatus("ended" if self.ended else "playing", self.description)

    @property
    def seconds(self) -> float:
        """Of film given so far."""
        return self._index / self.fps

    def read(self, timeout_s: float = 1.0) -> Frame | None:
        """The next frame, at once."""
        if self.ended:
            return None
        index, self._index = self._index, self._index + 1
        # A copy, as a camera would give: sharing one array would hide that frames are held on to.
        return Frame(self._images[index % len(self._images)].copy(), index, index / self.fps)

    def close(self) -> None:
        """End."""
        self._closed = True


class MemoryLog:
    """The memory of this process, noted once per 10 s of a film.

    Args:
        film: gives the time.
    """

    def __init__(self, film: LoopedClip) -> None:
        self._film, self._started_s = film, time.monotonic()
        self._looks = [resident_mb()]

    def look(self) -> bool:
        """Note the memory if it is time to; call it more often than every 10 s. Returns whether it was."""
        due = self._film.seconds >= len(self._looks) * _LOOK_EVERY_S
        if due:
            self._looks.append(resident_mb())
        return due

    def report(self) -> SoakReport:
        """What was seen so far."""
        (slope, error), film_s = _slope_per_s(self._looks), self._film.seconds
        settled = float(np.mean(_settled(self._looks)))
        return SoakReport(
            frames=round(film_s * self._film.fps),
            film_minutes=film_s / 60,
            seconds=time.monotonic() - self._started_s,
            resident_mb=tuple(self._looks),
            mb_per_hour=slope * 3600,
            mb_per_hour_error=error * 3600,
            percent_per_hour=100 * slope * 3600 / settled,
        )


def _frames(source: FrameSource) -> Iterator[Frame]:
    count = 0
    while count < _MOST_FRAMES and (frame := source.read()) is not None:
        count += 1
        yield frame


def resident_mb() -> float:
    """Memory this process has in RAM now, MB; where the system does not say, the most it ever had."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        return _peak_mb()


def _peak_mb() -> float:
    if sys.platform == "win32":
        return 0.0  # no module of the standard library tells
    import resource

    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _settled(looks: list[float]) -> list[float]:
    return looks[int(len(looks) * _WARM_UP_SHARE) :]


def _slope_per_s(looks: list[float]) -> tuple[float, float]:
    """MB per second of film after the warm-up, and its standard error."""
    late = _settled(looks)
    if len(late) < 4:
        return 0.0, float("inf")
    line, covariance = np.polyfit(np.arange(len(late)) * _LOOK_EVERY_S, late, 1, cov=True)
    return float(line[0]), float(np.sqrt(covariance[0, 0]))
