"""Child processes that run a module of the program: how they are started, speak, are stopped and end.

They speak in one JSON object a line. A child stops, saving where it is, when its standard input says so or ends: a
parent that was killed leaves no orphan behind.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import math
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from typing import IO, Any, Final, NamedTuple, NoReturn

from facecam.core import errors
from facecam.core.errors import FacecamError, TrainingError
from facecam.core.events import (
    NEVER,
    Cancelled,
    CancelToken,
    Event,
    EventSink,
    Metrics,
    Notice,
    Progress,
    ignore,
)
from facecam.core.home import PROGRAM_FOLDER
from facecam.core.json_text import parse_json

#: Whether this is a bundle, whose program is no Python and runs a module of it when it is asked to like one.
FROZEN = bool(getattr(sys, "frozen", False))
_POLL_S: Final = 0.1
#: A child whose standard input has ended has this long to end, too.
_GOODBYE_S: Final = 10.0
_LAST_BYTES: Final = 4096


def command_of(module: str, *arguments: str) -> list[str]:
    """The command that runs a module under this Python, as `python -m` does; to be started with `environment_for`."""
    # -P: the working folder is the user's, and a random.py in it none of ours.
    return [sys.executable, *(() if FROZEN else ("-P",)), "-m", module, *arguments]


def environment_for(**variables: str) -> dict[str, str]:
    """The environment of such a child: this process's, in which the package is found, and `variables`."""
    found = [str(PROGRAM_FOLDER), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(found).rstrip(os.pathsep), **variables}


class Ended(NamedTuple):
    """How a child ended.

    Attributes:
        result: what it said came of its work; None: it fell over.
        code: its exit code.
        last_line: the last it said otherwise, for people.
    """

    result: dict[str, Any] | None
    code: int
    last_line: str


def run_child(
    module: str,
    *arguments: str,
    on_event: EventSink = ignore,
    cancel: CancelToken = NEVER,
    patience_s: float = 0.0,
    log: IO[bytes] | None = None,
    variables: Mapping[str, str] | None = None,
) -> Ended:
    """Run a module that calls `serve` until it ends.

    Args:
        module: name of it.
        arguments: of its command line.
        on_event: gets the events it reports, in a thread of their own.
        cancel: ends it.
        patience_s: how long it may take to stop once it was asked to; 0: it is not asked, but killed.
        log: gets what it says otherwise.
        variables: of its environment.

    Raises:
        FacecamError: the child said what is wrong, with its cure.
        Cancelled: it was killed.
        Exception: whatever `on_event` raises; the child ends then.
    """
    with tempfile.TemporaryFile() if log is None else contextlib.nullcontext(log) as other:
        process = _start(command_of(module, *arguments), other, variables or {}, asked=patience_s > 0)
        said: list[BaseException | dict[str, Any]] = []
        listener = threading.Thread(target=_listen, args=(process, other, on_event, said), daemon=True)
        listener.start()
        try:
            _wait(process, listener, cancel, patience_s)
        except BaseException:
            if not patience_s:  # Else it saves where it is, as it does when this process is killed.
                process.kill()
            raise
        finally:
            _end(process)
            listener.join()
        other.seek(max(0, other.seek(0, os.SEEK_END) - _LAST_BYTES))
        lines = other.read().decode("utf-8", "replace").split("\n") if other.readable() else []
    last_line = next(
        (line.strip() for line in reversed(lines) if line.strip()), f"exit code {process.returncode}"
    )
    result = said[-1] if said else None
    if isinstance(result, BaseException):
        raise result
    return Ended(result, process.returncode, last_line)


def _start(
    command: list[str], log: IO[bytes], variables: Mapping[str, str], *, asked: bool
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        env=environment_for(PYTHONUNBUFFERED="1", PYTHONIOENCODING="utf-8", **variables),
        # Ctrl+C in the terminal is for this process, which then asks the other one to stop. In the same session,
        # since Linux shares the processor out by sessions first, and politeness would count for nothing.
        process_group=0 if asked and os.name != "nt" else None,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _listen(
    process: subprocess.Popen[bytes],
    log: IO[bytes],
    on_event: EventSink,
    said: list[BaseException | dict[str, Any]],
) -> None:
    assert process.stdout is not None
    with process.stdout as lines:
        try:
            for line in lines:
                heard = parse(line.decode("utf-8", "replace"))
                if isinstance(heard, FacecamError | dict):
                    said.append(heard)
                elif heard is not None:
                    on_event(heard)
                else:
                    log.write(line)
                    log.flush()
        except Exception as error:  # Whoever listens failed, or the disk is full: raised in `run_child`.
            said.append(error)


def _wait(
    process: subprocess.Popen[bytes], listener: threading.Thread, cancel: CancelToken, patience_s: float
) -> None:
    deadline_s = math.inf
    while listener.is_alive() and time.monotonic() < deadline_s:
        if cancel.cancelled and not patience_s:
            raise Cancelled
        if cancel.cancelled and deadline_s == math.inf:
            deadline_s = time.monotonic() + patience_s
            assert process.stdin is not None
            with contextlib.suppress(OSError):  # It has ended already, which is what was wanted.
                process.stdin.write(b"stop\n")
                process.stdin.flush()
        listener.join(_POLL_S)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave no process behind, whatever happened here."""
    assert process.stdin is not None
    with contextlib.suppress(OSError):  # Its end of the pipe is gone.
        process.stdin.close()
    try:
        process.wait(_GOODBYE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


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
    if sys.platform == "win32":
        _await_word()
    # Not sys.stdin: its lock, held while waiting, would break Python's orderly end.
    os.read(0, 64)
    cancel.cancel()


def _await_word() -> None:
    """Until something can be read: on Windows whoever asks what a pipe is waits for whoever reads it, numpy too."""
    if sys.platform == "win32":
        import _winapi
        import msvcrt

        with contextlib.suppress(OSError):  # Its other end is gone, or it is no pipe.
            while not _winapi.PeekNamedPipe(msvcrt.get_osfhandle(0), 0)[0]:
                time.sleep(_POLL_S)


def event_to_line(event: Event) -> str:
    """An event as one line."""
    values = {one.name: getattr(event, one.name) for one in dataclasses.fields(event)}
    if isinstance(event, Metrics):
        # JSON has no NaN; null stands for it.
        values["values"] = {name: one if math.isfinite(one) else None for name, one in event.values.items()}
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


def _parsed(document: dict[str, Any]) -> Event | FacecamError | dict[str, Any] | None:
    match document.pop("kind"):
        case "Progress":
            return Progress(**document)
        case "Metrics":
            values = {name: math.nan if one is None else one for name, one in document.pop("values").items()}
            return Metrics(**document, values=values)
        case "Notice":
            return Notice(**document)
        case "Error":
            kind = _ERRORS.get(document["type"], TrainingError)
            return kind(document["message"], hint=document["hint"])
        case "Result":
            return dict(document["result"])
    return None
