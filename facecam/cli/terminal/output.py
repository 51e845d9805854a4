"""Output of the command line: results on stdout, everything else on stderr."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from facecam.cli.terminal.time_left import TimeLeft, time_words
from facecam.core.errors import DataError, FacecamError
from facecam.core.events import Event, Notice, Progress
from facecam.core.home import as_typed
from facecam.core.paths import printable, readable_os_errors

#: Progress is shown once a stage has taken this long, s.
_PATIENCE_S = 1.0
#: In a log a line now and then will do, s.
_LINE_EVERY_S = 60.0
_BAR_WIDTH = 28
#: The same notice after so long is news again.
_SAME_S = 60.0
_UTF_8 = ("utf-8", "utf8")
#: Of a person's name in a line or table, characters.
MOST_OF_A_NAME = 40


class _Bar:
    """The bar of progress: a terminal has one."""

    is_drawn = False


def print_error(error: FacecamError) -> None:
    """Two lines: what, and what to do."""
    say(f"facecam: {printable(error.message)}", sys.stderr)
    say(f"  {printable(error.hint)}", sys.stderr)


def print_json(document: Any, stream: TextIO | None = None) -> None:
    """One JSON document on one line of stdout or `stream`; escaped where that cannot take its characters."""
    stream = _on_a_free_line(stream or sys.stdout)
    # A file that Windows' shell makes of stdout is in its code page, which no reader of JSON expects.
    line = json.dumps(document, ensure_ascii=False, allow_nan=False, default=_json_value)
    try:
        line.encode("utf-8" if (stream.encoding or "utf-8").lower() in _UTF_8 else "ascii")
    except UnicodeEncodeError:
        line = json.dumps(document, allow_nan=False, default=_json_value)
    _write(line, stream)


def _json_value(value: Any) -> Any:
    """What JSON has no kind of value for, the same in the documents of all commands."""
    if isinstance(value, Path):
        return printable(value)
    for way in ("to_json", "tolist", "as_ints"):  # Estimates and records; arrays; boxes.
        if hasattr(value, way):
            return getattr(value, way)()
    if isinstance(value, Mapping):
        return dict(value)
    return plain(value, *(field.name for field in dataclasses.fields(value)))


@contextlib.contextmanager
def json_lines(path: Path) -> Iterator[Callable[[Any], None]]:
    """A file of JSON lines: gives what writes one.

    Raises:
        DataError: it cannot be written, or completed (disk full), naming it.
    """
    with readable_os_errors("write", path):
        stream = path.open("w", encoding="utf-8")

    def write(document: Any) -> None:
        with readable_os_errors("write", path):
            print_json(document, stream)

    try:
        yield write
    finally:
        # Closing writes what is still waiting, and fails where writing did.
        with readable_os_errors("write", path):
            stream.close()


def json_writer(
    stack: contextlib.ExitStack, target: str | None, stream: TextIO | None = None
) -> Callable[[Any], None] | None:
    """What writes JSON lines to a target: `-` is stdout, or `stream`; a file is closed by the stack; None: nothing.

    Raises:
        DataError: the file cannot be written.
    """
    if target is None:
        return None
    if target == "-":
        return lambda document: print_json(document, stream)
    return stack.enter_context(json_lines(Path(target)))


def say(text: str, stream: TextIO | None = None) -> None:
    """Print text in any script, even on a terminal that cannot show it."""
    stream = _on_a_free_line(stream or sys.stdout)
    encoding, text = stream.encoding or "utf-8", as_typed(text)
    _write(text.encode(encoding, "replace").decode(encoding), stream)


def _write(line: str, stream: TextIO) -> None:
    """What only accompanies the work may be lost, and the work goes on; an answer that is lost is no success.

    Raises:
        DataError: it was the answer.
        OSError: whoever read it has closed the pipe, or the stream is a file of the caller's.
    """
    try:
        print(line, file=stream, flush=True)
    except OSError as error:
        if stream is sys.stderr:
            return
        if stream is not sys.stdout or isinstance(error, BrokenPipeError):
            raise
        raise DataError(
            f"the answer could not be written: {error.strerror}",
            hint="What was asked for may be done: look before you repeat it.",
        ) from error


def answer(as_json: bool, document: Any, *lines: str) -> int:
    """Print the result of a command, as one JSON document or in lines for people; returns the exit code 0."""
    if as_json:
        print_json(document)
    for line in () if as_json else lines:
        say(line)
    return 0


def plain(source: object, *names: str) -> dict[str, Any]:
    """Attributes by name, for a JSON document."""
    return {name: getattr(source, name) for name in names}


def end_bar() -> None:
    """Leave the line of a bar of progress that did not come to its end."""
    if _Bar.is_drawn:
        print(file=sys.stderr, flush=True)
        _Bar.is_drawn = False


def _on_a_free_line(stream: TextIO) -> TextIO:
    if stream.isatty():
        end_bar()
    return stream


def short(name: str, most: int = MOST_OF_A_NAME) -> str:
    """A name for a line or table: printable, and cut after `most` characters."""
    shown = printable(name)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def similarity(percent: float) -> str:
    """A similarity for people: `97 %`."""
    return f"{percent:.0f} %"


class JsonProgress:
    """Progress as JSON lines on stdout, for the program that started this one; notices go to a printer."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer

    def __call__(self, event: Event) -> None:
        """Take an event."""
        if isinstance(event, Progress):
            print_json({"stage": event.stage, "done": event.done, "total": event.total})
        else:
            self._printer(event)


class Printer:
    """Shows events on stderr: notices as lines, progress as a bar per stage."""

    def __init__(self) -> None:
        self._stage = ""
        self._noticed: tuple[Notice | None, float] = None, 0.0
        self._since_s = 0.0
        self._drawn_s = self._said_s = 0.0
        self._left = TimeLeft()
        self._width = 0

    def __call__(self, event: Event) -> None:
        """Take an event."""
        if isinstance(event, Notice):
            (before, then_s), now_s = self._noticed, time.monotonic()
            self._noticed = event, now_s
            if event == before and now_s - then_s < _SAME_S:
                return  # Found by each who looks there, one after the other.
            hint = f"\n  {printable(event.hint)}" if event.hint else ""
            say(f"note: {printable(event.text)}{hint}", sys.stderr)
        elif isinstance(event, Progress):
            self._progress(event)

    def _progress(self, event: Progress) -> None:
        now_s = time.monotonic()
        if event.stage != self._stage:
            end_bar()
            self._stage, self._since_s, self._left = event.stage, now_s, TimeLeft()
            self._said_s, self._width = now_s, 0
        left_s = self._left.take(now_s, event.done, event.total)
        finished = bool(event.total) and event.done >= event.total
        if now_s - self._since_s < _PATIENCE_S or (now_s - self._drawn_s < 0.1 and not finished):
            return
        self._drawn_s = now_s
        rest = "" if left_s is None or finished else f", about {time_words(left_s)} left"
        if sys.stderr.isatty():
            share = event.done / event.total if event.total else 0.0
            bar = f"{'#' * round(share * _BAR_WIDTH):<{_BAR_WIDTH}}"
            bar = f"{event.stage} [{bar}] {event.done}/{event.total or '?'}{rest}"
            self._width = max(self._width, len(bar))
            print(f"\r{bar:<{self._width}}", end="", file=sys.stderr)
            _Bar.is_drawn = True
        elif finished:
            say(f"{event.stage}: {event.done} of {event.total} in {now_s - self._since_s:.0f} s", sys.stderr)
        elif event.total and now_s - self._said_s >= _LINE_EVERY_S:
            self._said_s = now_s
            say(f"{event.stage}: {event.done} of {event.total}{rest}", sys.stderr)
        if finished:
            end_bar()
