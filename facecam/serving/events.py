"""Comings and goings in front of a camera, for everybody who listens."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from facecam.core.config import Settings
from facecam.core.errors import FacecamError
from facecam.core.events import CancelToken, EventSink, Notice
from facecam.engine.demo import Demo
from facecam.engine.places import DEMO_FOLDER
from facecam.engine.recognition.recognizer import open_recognizer
from facecam.engine.recognition.stream import recognize_stream
from facecam.engine.visits.presence import Change, Presence
from facecam.vision.sources.open import open_source

Event = dict[str, Any]
Listener = Callable[[Event], None]


class EventHub:
    """Hands every event to all listeners; may be told of one from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
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

    @contextlib.contextmanager
    def listening(self, listener: Listener) -> Iterator[list[Event]]:
        """Let a listener hear of everything from now on, in the thread that tells; gives who is here already."""
        with self._lock:
            self._listeners.append(listener)
            present = list(self._present.values())
        try:
            yield present
        finally:
            with self._lock:
                self._listeners.remove(listener)


class LiveFeed:
    """A source being recognized in a thread of its own; what changes goes to a hub.

    Args:
        settings: models, database, detector, threshold.
        source: camera, file, address, folder or `demo`.
        hub: is told who came and who left.
        on_event: gets notices, such as of a camera that is lost.
    """

    def __init__(self, settings: Settings, source: str, hub: EventHub, on_event: EventSink) -> None:
        self.source = source
        #: What ended it, two lines; None while it goes on, and at the end of a file.
        self.fault: FacecamError | None = None
        self._settings, self._hub, self._on_event = settings, hub, on_event
        self._cancel = CancelToken()
        self._thread = threading.Thread(target=self._run, name="facecam-feed", daemon=True)

    @property
    def running(self) -> bool:
        """Whether the source is being watched."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, within a few seconds."""
        self._cancel.cancel()
        self._thread.join(3.0)

    def _run(self) -> None:
        try:
            self._watch()
        except FacecamError as error:
            self.fault = error
            self._on_event(Notice(error.message, error.hint))
        finally:
            for arrival in self._hub.present:  # Nobody is here for anybody who does not look.
                if arrival["source"] == self.source:
                    self._hub.tell({**arrival, "kind": "left", "time": _now()})

    def _watch(self) -> None:
        presence = Presence()
        clip = Demo(DEMO_FOLDER).clip
        with open_source(self.source, on_event=self._on_event, demo_clip=clip) as frames:
            recognizer, watch = open_recognizer(self._settings, source=self.source, on_event=self._on_event)
            stream = recognize_stream(frames, recognizer, watch, cancel=self._cancel, on_event=self._on_event)
            with contextlib.closing(stream) as results:
                for result in results:
                    for change in presence.update(result):
                        self._hub.tell(event_of(change, self.source))


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
