"""Several sources recognized at once, each in a thread of its own with tracks of its own, over one gallery."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Final

from facecam.core.config import Settings
from facecam.core.errors import ConfigError, FacecamError
from facecam.core.events import CancelToken, EventSink, Notice, ignore
from facecam.core.types import FrameResult
from facecam.engine import components
from facecam.engine.recognition.recognizer import GalleryWatch, StreamRecognizer, open_recognizer
from facecam.engine.recognition.stream import recognize_stream
from facecam.vision.sources.protocol import FrameSource

#: Results a second and source below which faces that walk by are missed.
FEW_PER_S: Final = 5.0
#: What comes of a source is judged after this: the first frames pay for warming up.
SETTLED_AFTER_S: Final = 10.0
#: Results of one source that wait; then it waits, too, and a camera's next frame is a newer one.
_WAITING: Final = 2
_LOOK_S: Final = 0.1


def carried(rates_per_s: Sequence[float]) -> int | None:
    """How many sources this computer carries, by the results a second that each of several got; None: all of them."""
    if len(rates_per_s) < 2 or min(rates_per_s) >= FEW_PER_S:
        return None
    return max(1, min(len(rates_per_s) - 1, int(sum(rates_per_s) // FEW_PER_S)))


def require_different(sources: Sequence[str]) -> None:
    """Raise `ConfigError` where a source is named twice."""
    if len(set(sources)) < len(sources):
        raise ConfigError("a --source is named twice", hint="Name each once.")


@dataclass(slots=True, eq=False)
class Station:
    """A source and what recognizes it.

    Attributes:
        name: of the source, as the user gave it.
        opening: opens it, in its own thread.
        recognizer: made for this source.
        watch: the watch over its gallery.
        fault: what ended it; None while it goes on, and at the end of a file.
        running: whether its thread is at work.
    """

    name: str
    opening: Callable[[], FrameSource]
    recognizer: StreamRecognizer
    watch: GalleryWatch
    fault: FacecamError | None = None
    running: bool = False


class Stations:
    """Sources recognized at once; one that fails is said, and the others go on.

    Args:
        settings: models, database, detector, threshold.
        sources: names, and what opens each, in its own thread.
        every: detect in every n-th frame, follow between.
        cancel: ends all of them.
        on_event: gets notices; those of what ended a source carry its name.

    Raises:
        WeightsError: a model is missing or damaged.
        GalleryError: the database is unreadable or stale.
    """

    def __init__(
        self,
        settings: Settings,
        sources: Sequence[tuple[str, Callable[[], FrameSource]]],
        *,
        every: int = 1,
        cancel: CancelToken | None = None,
        on_event: EventSink = ignore,
    ) -> None:
        self.cancel, self._on_event = cancel or CancelToken(), on_event
        self._bugs: list[Exception] = []
        self._results: queue.Queue[tuple[Station, FrameResult | None]] = queue.Queue(_WAITING * len(sources))
        embedder = components.open_embedder(settings) if sources else None
        self.all: list[Station] = []
        for name, opening in sources:
            # What holds for all of them is said once.
            told = on_event if not self.all else ignore
            recognizer, watch = open_recognizer(
                settings, every=every, source=name, embedder=embedder, on_event=told
            )
            self.all.append(Station(name, opening, recognizer, watch))

    def results(self) -> Generator[tuple[Station, FrameResult | None], None, None]:
        """What comes of all sources, as it comes, until the last one ends; None: this one has ended.

        Raises:
            Exception: a bug ended one of them, which was said then; it is raised once all have ended.
        """
        threads = [
            threading.Thread(target=self._work, args=(one,), name="facecam-station", daemon=True)
            for one in self.all
        ]
        for station, thread in zip(self.all, threads, strict=True):
            station.running = True
            thread.start()
        left = len(threads)
        try:
            while left and not self.cancel.cancelled:
                try:
                    station, result = self._results.get(timeout=_LOOK_S)
                except queue.Empty:
                    continue
                left -= result is None
                yield station, result
        finally:
            self.cancel.cancel()
            for thread in threads:
                thread.join(3.0)
        if self._bugs:
            raise self._bugs[0]

    def _work(self, station: Station) -> None:
        try:
            with station.opening() as source:
                stream = recognize_stream(
                    source, station.recognizer, station.watch, cancel=self.cancel, on_event=self._on_event
                )
                with contextlib.closing(stream):
                    for result in stream:
                        self._put(station, result)
        except FacecamError as error:
            self._say(station, error)
        except Exception as bug:
            self._bugs.append(bug)
            self._say(station, FacecamError(f"a bug ended it: {bug!r}", hint="Please report it."))
        finally:
            station.running = False
            self._put(station, None)

    def _say(self, station: Station, fault: FacecamError) -> None:
        station.fault = fault
        self._on_event(Notice(f"{station.name}: {fault.message}", fault.hint))

    def _put(self, station: Station, result: FrameResult | None) -> None:
        while not self.cancel.cancelled:
            with contextlib.suppress(queue.Full):
                self._results.put((station, result), timeout=_LOOK_S)
                return
