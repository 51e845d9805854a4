"""Training session: a model trained on the photos in `data/`, compared and put in use.

TensorFlow is only ever loaded by a child process: a crash there costs a run, never the program or the
model in use.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from facecam.core.config import Settings
from facecam.core.events import CancelToken, EventSink
from facecam.engine.training_jobs.request import TrainOutcome, TrainRequest
from facecam.engine.training_jobs.run import run_training

_log = logging.getLogger(__name__)

OnFinished = Callable[[TrainOutcome | None, BaseException | None], None]


class TrainSession:
    """A training in the background.

    Args:
        settings: folders, detector, device.
        request: what to train.
        on_event: called from the session's threads with progress, metrics and notices.
        on_finished: called once, from the session's thread, with the outcome or with what went wrong.
    """

    def __init__(
        self, settings: Settings, request: TrainRequest, *, on_event: EventSink, on_finished: OnFinished
    ) -> None:
        self._settings, self._request = settings, request
        self._on_event, self._on_finished = on_event, on_finished
        self._cancel = CancelToken()
        # Not `Thread.join`: interrupted by Ctrl+C it takes the thread for ended. (bpo-45274)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="training", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Ask for an end after the present step; the run can be continued."""
        self._cancel.cancel()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the end, `timeout_s` at most; returns whether it has ended."""
        return self._ended.wait(timeout_s)

    def _run(self) -> None:
        outcome: TrainOutcome | None = None
        fault: BaseException | None = None
        try:
            outcome = run_training(
                self._settings, self._request, on_event=self._on_event, cancel=self._cancel
            )
        except BaseException as error:
            _log.info("training ended: %s", error)
            fault = error
        try:
            self._on_finished(outcome, fault)
        finally:
            self._ended.set()
