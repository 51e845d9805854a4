"""A training in the foreground of the terminal."""

from __future__ import annotations

import sys
from typing import TextIO

from facecam.cli.terminal.output import say
from facecam.cli.terminal.train_report import JsonLines, Lines
from facecam.core.config import Settings
from facecam.core.errors import ConfigError
from facecam.engine.training_jobs.request import TrainOutcome, TrainRequest
from facecam.engine.training_jobs.session import TrainSession


def train(
    settings: Settings, request: TrainRequest, *, as_json: bool = False, to: TextIO | None = None
) -> TrainOutcome:
    """Train in the foreground: Ctrl+C stops after the present step and keeps what is needed to go on.

    Raises:
        FacecamError: see `engine.train.run_training`.
    """
    show = JsonLines() if as_json else Lines(to or sys.stdout)
    ended: list[TrainOutcome | BaseException] = []
    session = TrainSession(
        settings,
        request,
        on_event=show,
        on_finished=lambda outcome, error: ended.append(outcome or error or ConfigError("", hint="")),
    )
    try:
        session.start()
        while not session.wait(0.2):
            pass
    except KeyboardInterrupt:
        say("stopping after this step …", sys.stderr)
        session.stop()
        session.wait()
    result = ended[0]
    if isinstance(result, BaseException):
        raise result
    show.finish(result)
    return result
