"""Does live grow? A clip looped as fast as it can be recognised, with everything a window needs."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from facecam.core.config import Settings
from facecam.core.events import CancelToken, EventSink, Progress, ignore
from facecam.core.types import Frame
from facecam.engine.live_desk import LiveDesk
from facecam.engine.live_opening import SEARCH_PX, LiveModels, open_models
from facecam.engine.live_run import LiveRun
from facecam.engine.recognizer import FaceRecognizer, GalleryWatch
from facecam.vision.source import FrameSource, SourceStatus, open_source

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
        mb_per_million_frames: the same per frame.
    """

    frames: int
    film_minutes: float
    seconds: float
    resident_mb: tuple[float, ...]
    mb_per_hour: float
    mb_per_million_frames: float


class LoopedClip:
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

    def __init__(self, clip: Path, seconds: float, cancel: CancelToken | None = None) -> None:
        with open_source(str(clip)) as source:
            self.fps = source.fps or _DEFAULT_FPS
            self._images = [frame.image for frame in _frames(source)]
        self.description = f"{clip.name}, looped"
        self._last = int(seconds * self.fps)
        self._cancel = cancel or CancelToken()
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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def soak(
    settings: Settings,
    clip: Path,
    film_minutes: float,
    *,
    models: LiveModels | None = None,
    on_event: EventSink = ignore,
    cancel: CancelToken | None = None,
) -> SoakReport:
    """Run live over `film_minutes` of film, as fast as it goes, and see whether memory grows.

    Tray, log, best looks and views are all at work, as in the window; what is
    drawn is taken out of the mailbox and dropped.

    Args:
        settings: models and folders.
        clip: a short video that is played over and over.
        film_minutes: at the clip's own speed.
        models: opened ones; None: opened here.
        on_event: gets progress in seconds of film.
        cancel: ends early; the report is of what was done.

    Raises:
        WeightsError, GalleryError, DataError: as `open_live`.
    """
    source = LoopedClip(clip, film_minutes * 60, cancel)
    run = _run_over(settings, source, models or open_models(settings), on_event)
    started_s, looks, views = time.monotonic(), [resident_mb()], 0
    run.start()
    while not source.ended:
        views += run.views.take(0.5) is not None
        if source.seconds >= len(looks) * _LOOK_EVERY_S:
            looks.append(resident_mb())
            on_event(Progress("soak", round(source.seconds), round(film_minutes * 60)))
    seconds = time.monotonic() - started_s
    run.stop()
    slope = _slope_per_s(looks)
    return SoakReport(
        frames=round(source.seconds * source.fps),
        film_minutes=source.seconds / 60,
        seconds=seconds,
        resident_mb=tuple(looks),
        mb_per_hour=slope * 3600,
        mb_per_million_frames=slope / source.fps * 1e6,
    )


def _run_over(settings: Settings, source: LoopedClip, models: LiveModels, on_event: EventSink) -> LiveRun:
    watch = GalleryWatch(settings, models.embedder, on_event)
    recognizer = FaceRecognizer(
        models.detector, models.embedder, watch.load(), keep_samples=True, search_px=SEARCH_PX
    )
    return LiveRun(
        settings,
        source,
        recognizer,
        watch,
        LiveDesk(),
        None,
        doorbell=lambda: None,
        on_finished=lambda error: None,
        on_event=on_event,
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


def _slope_per_s(looks: list[float]) -> float:
    """MB per second of film after the warm-up."""
    late = looks[int(len(looks) * _WARM_UP_SHARE) :]
    if len(late) < 3:
        return 0.0
    return float(np.polyfit(np.arange(len(late)) * _LOOK_EVERY_S, late, 1)[0])
