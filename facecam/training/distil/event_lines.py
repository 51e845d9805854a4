"""Events as lines of text, from one process to another."""

from __future__ import annotations

import dataclasses
import json

from facecam.core.events import Event, Metrics, Notice, Progress

_KINDS: dict[str, type[Event]] = {kind.__name__: kind for kind in (Metrics, Notice, Progress)}


def event_line(event: Event) -> str:
    """An event as one line of JSON, ending in a line break."""
    return json.dumps({"event": type(event).__name__, **dataclasses.asdict(event)}) + "\n"


def event_of(values: dict[str, object]) -> Event | None:
    """The event of a parsed line; None if it is none."""
    kind = _KINDS.get(str(values.get("event")))
    if kind is None:
        return None
    return kind(**{key: value for key, value in values.items() if key != "event"})  # type: ignore[arg-type]
