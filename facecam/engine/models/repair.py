"""Repair of the shipped models in a process of its own, which can be stopped: `python -m … WEIGHTS`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from facecam.core.children import leave, run_child, serve
from facecam.core.config import Settings
from facecam.core.errors import WeightsError
from facecam.core.events import NEVER, CancelToken, EventSink, Progress, ignore

_MODULE = "facecam.engine.models.repair"


def prepare_models(settings: Settings, *, on_event: EventSink = ignore, cancel: CancelToken = NEVER) -> None:
    """Do what `models prepare` does; sound models are left alone.

    Raises:
        FacecamError: it did not succeed; the message is the child's.
    """
    on_event(Progress("models", 0, 0))
    ended = run_child(_MODULE, str(settings.weights), on_event=on_event, cancel=cancel)
    if ended.result is None:
        raise WeightsError(
            f"the models could not be prepared: {ended.last_line}", hint="Run `python main.py doctor`."
        )


def _prepare(on_event: EventSink, cancel: CancelToken) -> dict[str, object]:
    from facecam.engine.models.first_use import prepare_models_here

    prepare_models_here(replace(Settings(), weights=Path(sys.argv[1])), on_event=on_event)
    return {}


if __name__ == "__main__":
    leave(serve(_prepare, CancelToken()))
