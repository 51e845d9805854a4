"""Repair of the shipped models in a process of its own: TensorFlow never enters this one."""

from __future__ import annotations

import subprocess
import threading

from facecam.core.children import command_of, environment_for
from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.core.events import CancelToken, EventSink, Progress, ignore
from facecam.core.json_text import parse_json

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
    command = command_of("facecam", "models", "prepare", "--events", f"--weights={settings.weights}")
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment_for()
    ) as child:
        try:
            output = _output(child, on_event, cancel)
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        what, hint = _complaint(output)
        raise WeightsError(what, hint=hint)


def _output(child: subprocess.Popen[str], on_event: EventSink, cancel: CancelToken) -> str:
    """What the child said, less the progress, which is passed on."""
    said: list[str] = []

    def listen() -> None:
        assert child.stdout is not None
        for line in child.stdout:
            progress = _progress(line)
            if progress is None:
                said.append(line)
            else:
                on_event(progress)

    listener = threading.Thread(target=listen, name="facecam-prepare", daemon=True)
    listener.start()
    while listener.is_alive():
        listener.join(_POLL_S)
        cancel.check()
    child.wait()
    return "".join(said)


def _progress(line: str) -> Progress | None:
    """The progress that a line of JSON tells of; None for any other line."""
    try:
        document = parse_json(line)
        return Progress(str(document["stage"]), int(document["done"]), int(document["total"]))
    except (ValueError, KeyError, TypeError):
        return None


def _complaint(output: str) -> tuple[str, str]:
    """The last two lines: what, and what to do, as every command of ours ends."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    if len(lines) < 2:
        return "the models could not be prepared", "Run `python main.py doctor`."
    return lines[-2].removeprefix("error: ").removeprefix("facecam: "), lines[-1]
