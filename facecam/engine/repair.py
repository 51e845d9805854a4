"""Preparing the shipped models anew, in a process of its own, which can be ended at any moment."""

from __future__ import annotations

import subprocess

from facecam.core.children import command_of, environment_for
from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.core.events import CancelToken, EventSink, Progress, ignore

_POLL_S = 0.2


def prepare_models(
    settings: Settings, *, on_event: EventSink = ignore, cancel: CancelToken | None = None
) -> None:
    """Do what `models prepare` does; sound models are left alone.

    Raises:
        WeightsError: it did not succeed; the message is the child's.
    """
    cancel = cancel or CancelToken()
    on_event(Progress("models", 0, 0))
    command = command_of("facecam", "models", "prepare", f"--weights={settings.weights}")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment_for()
    ) as child:
        try:
            output = _output(child, cancel)
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        what, hint = _complaint(output)
        raise WeightsError(what, hint=hint)


def _output(child: subprocess.Popen[str], cancel: CancelToken) -> str:
    while True:
        try:
            return child.communicate(timeout=_POLL_S)[0]
        except subprocess.TimeoutExpired:
            cancel.check()


def _complaint(output: str) -> tuple[str, str]:
    """The last two lines: what, and what to do, as every command of ours ends."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    if len(lines) < 2:
        return "the models could not be prepared", "Run `python main.py doctor`."
    return lines[-2].removeprefix("error: ").removeprefix("facecam: "), lines[-1]
