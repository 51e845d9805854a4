"""A training in the foreground, and how it is stopped."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from typing import TextIO

from facecam.cli.terminal.output import say
from facecam.cli.terminal.train_report import JsonLines, Lines
from facecam.core.config import Settings
from facecam.core.events import CancelToken
from facecam.engine.training_jobs.request import TrainOutcome, TrainRequest
from facecam.engine.training_jobs.run import run_training


@contextlib.contextmanager
def stopped_by_hand() -> Iterator[CancelToken]:
    """A token that Ctrl+C cancels; the second time it ends the program."""
    cancel = CancelToken()

    def stop(*_: object) -> None:
        if cancel.cancelled:
            raise KeyboardInterrupt
        say("stopping after this step …", sys.stderr)
        cancel.cancel()

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield cancel
    finally:
        signal.signal(signal.SIGINT, before)


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
