"""Several sources recognized at once, each in a thread of its own with tracks of its own."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Final

from facecam.core.config import Settings
from facecam.core.errors import FacecamError
from facecam.core.events import CancelToken, EventSink, Notice, ignore
from facecam.core.types import FrameResult
from facecam.engine.recognition.recognizer import GalleryWatch, StreamRecognizer, open_recognizer
from facecam.engine.recognition.stream import recognize_stream
from facecam.vision.sources.protocol import FrameSource

#: Results of one source that wait; then it waits, too, and a camera's next frame is a newer one.
_WAITING: Final = 2
_LOOK_S: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Station:
    """A source and what recognizes it.

    Attributes:
        name: of the source, as the user gave it.
        source: open; whoever opened it closes it.
        recognizer: made for this source.
        watch: the watch over its gallery.
    """

    name: str
    source: FrameSource
    recognizer: StreamRecognizer
    watch: GalleryWatch


@dataclass(slots=True)
class _Ended:
    error: FacecamError | None = None


def recognize_several(
    settings: Settings,
    sources: Sequence[tuple[str, FrameSource]],
    *,
    every: int = 1,
    cancel: CancelToken | None = None,
    on_event: EventSink = ignore,
) -> Generator[tuple[Station, FrameResult], None, None]:
    """Results of all sources as they come, until the last one ends; one that fails is said and the others go on.

    Args:
        settings: models, database, detector, threshold.
        sources: names and open sources.
        every: detect in every n-th frame, follow between.
        cancel: ends all of them.
        on_event: gets notices, each with the name of its source.
    """
    cancel = cancel or CancelToken()
    results: queue.Queue[tuple[Station, FrameResult | _Ended]] = queue.Queue(_WAITING * len(sources))
    stations = []
    for name, source in sources:
        recognizer, watch = open_recognizer(settings, every=every, source=name, on_event=on_event)
        stations.append(Station(name, source, recognizer, watch))
    threads = [
        threading.Thread(
            target=_work, args=(one, results, cancel, on_event), name="facecam-station", daemon=True
        )
        for one in stations
    ]
    for thread in threads:
        thread.start()
    left = len(threads)
    try:
        while left:
            try:
                station, result = results.get(timeout=_LOOK_S)
            except queue.Empty:
                continue
            if isinstance(result, FrameResult):
                yield station, result
                continue
            left -= 1
            if result.error is not None:
                on_event(Notice(f"{station.name}: {result.error.message}", result.error.hint))
    finally:
        cancel.cancel()
        for thread in threads:
            thread.join(3.0)


def _work(
    station: Station,
    results: queue.Queue[tuple[Station, FrameResult | _Ended]],
    cancel: CancelToken,
    on_event: EventSink,
) -> None:
    def put(result: FrameResult | _Ended) -> None:
        while not cancel.cancelled:
            with contextlib.suppress(queue.Full):
                results.put((station, result), timeout=_LOOK_S)
                return

    stream = recognize_stream(
        station.source, station.recognizer, station.watch, cancel=cancel, on_event=on_event
    )
    try:
        with contextlib.closing(stream):
            for result in stream:
                put(result)
    except FacecamError as error:
        put(_Ended(error))
    else:
        put(_Ended())
