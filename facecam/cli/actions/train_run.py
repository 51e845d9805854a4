"""A training in the foreground, and how it is stopped."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TextIO

from facecam.cli.terminal.output import say
from facecam.cli.terminal.train_report import JsonLines, Lines
from facecam.core.config import Settings
from facecam.core.events import CancelToken
from facecam.engine.training_jobs.request import TrainOutcome, TrainRequest
from facecam.engine.training_jobs.run import run_training


@contextlib.contextmanager
def stopped_by_hand() -> Iterator[CancelToken]:
    """A token that Ctrl+C cancels; so does the system, whose signal ends the program afterwards.

    Who asks twice ends the program at once.
    """
    cancel, by_system = CancelToken(), list[int]()
    before: dict[int, Callable[[int, FrameType | None], object]] = {signal.SIGINT: signal.default_int_handler}

    def stop(number: int, frame: FrameType | None) -> None:
        if cancel.cancelled:
            before[number](number, frame)
        cancel.cancel()
        if number != signal.SIGINT:
            by_system.append(number)
        with contextlib.suppress(OSError):  # The terminal may be closed.
            say("stopping after this step …", sys.stderr)

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP.
        if number is not None and callable(handler := signal.getsignal(number)):
            before[number] = handler
    for number in before:
        signal.signal(number, stop)
    try:
        yield cancel
    except OSError:
        if not by_system:  # Else the terminal is closed, to which somebody spoke.
            raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for number in by_system:
        before[number](number, None)


def train(
    settings: Settings, request: TrainRequest, *, as_json: bool = False, to: TextIO | None = None
) -> TrainOutcome:
    """Train in the foreground: Ctrl+C stops after the present step and keeps what is needed to go on.

    Raises:
        FacecamError: see `engine.train.run_training`.
    """
    show = JsonLines() if as_json else Lines(to or sys.stdout)
    with stopped_by_hand() as cancel:
        outcome = run_training(settings, request, on_event=show, cancel=cancel)
        show.finish(outcome)
    return outcome
