"""Comings and goings in front of a camera, for everybody who listens."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from facecam.core.config import Settings
from facecam.core.events import EventSink
from facecam.engine.demo import Demo
from facecam.engine.places import DEMO_FOLDER
from facecam.engine.recognition.several import Stations, require_different
from facecam.engine.visits.presence import Change, Presence
from facecam.vision.sources.open import open_source
from facecam.vision.sources.protocol import FrameSource

Event = dict[str, Any]
Listener = Callable[[Event], None]


class EventHub:
    """Hands every event to all listeners; may be told of one from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[Listener, Callable[[], None]] = {}
        self._present: dict[tuple[str, str | None], Event] = {}

    def tell(self, event: Event) -> None:
        """Hand an event on."""
        with self._lock:
            key = event["source"], event["name"]
            if event["kind"] == "came":
                self._present[key] = event
            else:
                self._present.pop(key, None)
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(event)

    @property
    def present(self) -> list[Event]:
        """The arrival of everybody who is here now."""
        with self._lock:
            return list(self._present.values())

    def end(self) -> None:
        """Nothing is told any more."""
        with self._lock:
            ends = tuple(self._listeners.values())
        for at_end in ends:
            at_end()

    @contextlib.contextmanager
    def listening(
        self, listener: Listener, at_end: Callable[[], None] = lambda: None
    ) -> Iterator[list[Event]]:
        """Let a listener hear of everything from now on, in the thread that tells; gives who is here already.

        Args:
            listener: is called with every event.
            at_end: is called once nothing comes any more.
        """
        with self._lock:
            self._listeners[listener] = at_end
            present = list(self._present.values())
        try:
            yield present
        finally:
            with self._lock:
                self._listeners.pop(listener, None)


def feeds_of(settings: Settings, sources: Sequence[str], on_event: EventSink) -> Stations:
    """Cameras, files, addresses, folders or `demo`, to be watched; one that cannot be opened is said, no more.

    Raises:
        ConfigError: one is named twice.
    """
    require_different(sources)
    clip = Demo(DEMO_FOLDER).clip

    def opening(source: str) -> Callable[[], FrameSource]:
        return lambda: open_source(source, on_event=on_event, demo_clip=clip)

    return Stations(settings, [(one, opening(one)) for one in sources], on_event=on_event)


@contextlib.contextmanager
def watching(feeds: Stations, hub: EventHub) -> Iterator[None]:
    """Tell a hub who comes to and leaves these sources, in a thread of its own."""
    thread = threading.Thread(target=_tell_changes, args=(feeds, hub), name="facecam-feeds", daemon=True)
    thread.start()
    try:
        yield
    finally:
        feeds.cancel.cancel()
        thread.join(6.0)


def _tell_changes(feeds: Stations, hub: EventHub) -> None:
    presence = {station: Presence() for station in feeds.all}
    with contextlib.closing(feeds.results()) as results:
        for station, result in results:
            if result is None:
                _tell_gone(hub, station.name)
                continue
            for change in presence[station].update(result):
                hub.tell(event_of(change, station.name))
    for station in feeds.all:
        _tell_gone(hub, station.name)


def _tell_gone(hub: EventHub, source: str) -> None:
    """Nobody is here for anybody who does not look."""
    for arrival in hub.present:
        if arrival["source"] == source:
            hub.tell({**arrival, "kind": "left", "time": _now()})


def event_of(change: Change, source: str) -> Event:
    """A change as plain values: `kind`, `name` (null for strangers, who are counted as one), `probability`, `time`."""
    probability = change.match.probability if change.match is not None and change.identity else None
    return {
        "kind": change.kind,
        "name": change.identity.name if change.identity else None,
        "probability": None if probability is None else round(probability, 5),
        "time": _now(),
        "source": source,
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
