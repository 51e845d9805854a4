"""Worker protocol: one JSON object a line between the program and the process that trains. No TensorFlow.

The process stops, saving where it is, when its standard input says so or ends: a parent that was killed leaves no
orphan behind.
"""

from __future__ import annotations

import json
import math
import os
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from facecam.core import errors
from facecam.core.errors import FacecamError, TrainingError
from facecam.core.events import CancelToken, Event, EventSink, Metrics, Notice, Progress
from facecam.core.json_text import parse_json

_ERRORS: dict[str, type[FacecamError]] = {
    kind.__name__: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, FacecamError)
}


def serve(
    work: Callable[[EventSink, CancelToken], Mapping[str, Any]], cancel: CancelToken, *, alone: bool = False
) -> int:
    """Do the work of this process and say on standard output what goes on, then what came of it.

    Args:
        work: reports events, asks the token between steps, and returns its result.
        cancel: given to it; cancelled when this process is told to stop.
        alone: nobody is at the other end of standard input.

    Returns:
        The exit code: 0 finished or stopped, 2 a fault that was told of.
    """
    said = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # Whatever a library prints must not look like one of our lines.
    sys.stdout = sys.stderr
    lock = threading.Lock()

    def say(line: str) -> None:
        with lock:
            try:
                print(line, file=said, flush=True)
            except (BrokenPipeError, ValueError):
                cancel.cancel()  # Nobody listens any more.

    if not alone:
        threading.Thread(target=_obey, args=(cancel,), name="stop", daemon=True).start()
    try:
        say(result_to_line(work(lambda event: say(event_to_line(event)), cancel)))
    except FacecamError as error:
        say(error_to_line(error))
        return 2
    return 0


def leave(code: int) -> NoReturn:
    """End this process at once: threads of TensorFlow may still be at work and would hold it up."""
    sys.stderr.flush()
    os._exit(code)


def _obey(cancel: CancelToken) -> None:
    # Not sys.stdin: its lock, held while waiting, would break Python's orderly end.
    os.read(0, 64)
    cancel.cancel()


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
