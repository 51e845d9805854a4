"""Worker protocol: one JSON object a line between the program and the process that trains. No TensorFlow."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from facecam.core import errors
from facecam.core.errors import FacecamError, TrainingError
from facecam.core.events import Event, Metrics, Notice, Progress
from facecam.core.json_text import parse_json

_ERRORS: dict[str, type[FacecamError]] = {
    kind.__name__: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, FacecamError)
}


def event_to_line(event: Event) -> str:
    """An event as one line."""
    if isinstance(event, Progress):
        values: dict[str, Any] = {"stage": event.stage, "done": event.done, "total": event.total}
    elif isinstance(event, Metrics):
        # JSON has no NaN; null stands for it.
        numbers = {name: one if math.isfinite(one) else None for name, one in event.values.items()}
        values = {"stage": event.stage, "step": event.step, "values": numbers}
    else:
        values = {"text": event.text, "hint": event.hint}
    return json.dumps({"kind": type(event).__name__, **values})


def error_to_line(error: FacecamError) -> str:
    """An error of the user's as one line."""
    return json.dumps(
        {"kind": "Error", "type": type(error).__name__, "message": error.message, "hint": error.hint}
    )


def result_to_line(result: Mapping[str, Any]) -> str:
    """The last line of a process that did its work."""
    return json.dumps({"kind": "Result", "result": dict(result)})


def parse(line: str) -> Event | FacecamError | dict[str, Any] | None:
    """An event, an error, the result, or None for a line that is none of ours."""
    try:
        document = parse_json(line)
        return _parsed(document)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _parsed(document: Mapping[str, Any]) -> Event | FacecamError | dict[str, Any] | None:
    match document["kind"]:
        case "Progress":
            return Progress(document["stage"], document["done"], document["total"])
        case "Metrics":
            values = {name: math.nan if one is None else one for name, one in document["values"].items()}
            return Metrics(document["stage"], document["step"], values)
        case "Notice":
            return Notice(document["text"], document["hint"])
        case "Error":
            kind = _ERRORS.get(document["type"], TrainingError)
            return kind(document["message"], hint=document["hint"])
        case "Result":
            return dict(document["result"])
    return None
