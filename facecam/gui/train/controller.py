"""Training controller: one training at a time, its events in order, its end."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from facecam.core.errors import FacecamError, TrainingError
from facecam.core.events import CancelToken, Event, EventSink, Progress
from facecam.gui.core.context import AppContext
from facecam.gui.core.jobs import no_job
from facecam.gui.train.engine_service import EngineTrainService
from facecam.gui.train.words import duration_words, stage_words

if TYPE_CHECKING:
    from facecam.engine.training_jobs.request import GalleryInfo, TrainOutcome, TrainRequest

State = Literal["idle", "running", "stopping", "finished", "stopped", "failed"]
#: Share of the work that must be done before a rate says more than the estimate.
_KNOWN_SHARE = 0.03
_CLOCK_MS = 1000
#: Progress of these is progress of the epochs.
EPOCH_STAGES = ("train", "epochs")


@dataclass(slots=True)
class TrainingPace:
    """How far a training is, and when it will be done.

    Attributes:
        estimate_s: what was thought before.
        epoch: epochs done.
        epochs: epochs there are; 0 while unknown.
        part: share of the present epoch that is done.
        began_s: when the first step was heard of; 0: not yet.
        began_share: share that was done then (a continued run starts later).
        heard_s: when something was done last; at first, when it was asked for. 0: not yet.
    """

    estimate_s: float = 0.0
    epoch: int = 0
    epochs: int = 0
    part: float = 0.0
    began_s: float = 0.0
    began_share: float = 0.0
    heard_s: float = 0.0

    @property
    def share(self) -> float:
        """Share of all epochs that is done."""
        return min(1.0, (self.epoch + self.part) / self.epochs) if self.epochs else 0.0

    def hear(self, event: Progress, now_s: float) -> None:
        """Take note of progress."""
        if event.stage == "epochs":
            self.epoch, self.epochs, self.part = event.done, event.total, 0.0
        elif event.stage == "train" and event.total:
            # The last batch of an epoch and the epoch itself are both told: count it once.
            self.part = event.done / event.total if event.done < event.total else 0.999
        else:
            return
        self.heard_s = now_s
        if not self.began_s:
            self.began_s, self.began_share = now_s, self.share

    def remaining_s(self, now_s: float) -> float | None:
        """Seconds to go; None while nothing is known."""
        done, since_s = self.share - self.began_share, now_s - (self.heard_s or now_s)
        if not self.began_s or done < _KNOWN_SHARE:
            since_s = now_s - (self.began_s or self.heard_s or now_s)
            return max(0.0, self.estimate_s - since_s) or None
        left_s = (self.heard_s - self.began_s) / done * (1 - self.share)
        return max(0.0, left_s - since_s) or None


class TrainController(QObject):
    """Lives in the GUI thread. Views listen; nobody else starts or stops anything.

    Args:
        context: runs jobs.
        service: the engine.
    """

    state_changed = Signal()
    event_heard = Signal(object)
    progress_changed = Signal(str, int, int)
    deployed = Signal(object)

    def __init__(
        self, context: AppContext, service: EngineTrainService, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._service = context, service
        #: What is going on.
        self.state: State = "idle"
        self._job = no_job()
        self.pace, self._stage = TrainingPace(), ""
        self.request: TrainRequest | None = None
        self.outcome: TrainOutcome | None = None
        self.error: FacecamError | None = None
        self.deploying = False
        context.busy_changed.connect(self._on_jobs_changed)
        self._ticker = QTimer(self, interval=_CLOCK_MS)  # What is left passes also while nothing is heard.
        self._ticker.timeout.connect(self._tell_activity)

    @property
    def running(self) -> bool:
        """Whether a training is under way."""
        return self.state in ("running", "stopping")

    def start(self, request: TrainRequest, pace: TrainingPace) -> None:
        """Begin a training, or continue one; `pace` holds what is known before it starts."""
        if self.running:
            return
        self.request, self.outcome, self.error = request, None, None
        self.pace = pace
        pace.heard_s = time.monotonic()
        found: list[TrainOutcome] = []

        def work(on_event: EventSink, cancel: CancelToken) -> TrainOutcome:
            # After a stop the runner does not hand over results; this one is wanted all the same.
            found.append(self._service.train(request, on_event, cancel))
            return found[0]

        self._job = self._context.run(
            work,
            done=self._on_done,
            failed=self._on_failed,
            cancelled=lambda: self._on_done(found[0]) if found else self._end("stopped"),
            on_event=self._on_event,
            owner=self,
            busy=("training", self.tr("Training")),
        )
        self._set_state("running")
        self._ticker.start()

    def stop(self) -> None:
        """Ask for an end after the present step."""
        if self.state == "running":
            self._job.cancel()
            self._set_state("stopping")

    def deploy(self) -> None:
        """Use the new model from now on."""
        if self.outcome is None or self.outcome.model is None or self.deploying:
            return
        self.use(self.outcome.model)

    def use(self, model: str) -> None:
        """Use a model from now on; Live follows."""
        self._set_deploying(True)
        self._context.run(
            lambda on_event, cancel: self._service.deploy(model, on_event, cancel),
            done=self._on_deployed,
            ended=lambda: self._set_deploying(False),
            on_event=self._on_event,
            owner=self,
            busy=("deploying", self.tr("Changing the model")),
        )

    def keep(self) -> None:
        """Note that the new model is not to be used."""
        if self.outcome is not None:
            run = self.outcome.run
            self._context.run(lambda on_event, cancel: self._service.keep(run), owner=self)
            self.reset()

    def reset(self) -> None:
        """Back to the beginning."""
        if not self.running:
            self.outcome, self.error = None, None
            self._set_state("idle")

    def shut_down(self, timeout_s: float) -> None:
        """Stop and wait; the run can be continued at the next start."""
        self._job.cancel()
        self._job.wait(timeout_s)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.pace.hear(event, time.monotonic())
            self._stage = event.stage
            self.progress_changed.emit(event.stage, event.done, event.total)
            self._tell_activity()
        self.event_heard.emit(event)

    def _tell_activity(self) -> None:
        """Whoever is in another tab sees how far it is, and when it is done."""
        if not self.running:
            self._context.activity_changed.emit("", 0, 0)
            return
        words, left_s = self.tr("Training"), self.pace.remaining_s(time.monotonic())
        # What follows the epochs has no share of the time.
        after = bool(self.pace.began_s) and self._stage not in EPOCH_STAGES
        if self.state == "stopping":
            words = self.tr("Training is being stopped")
        elif after:
            words = stage_words(self._stage)
        elif left_s is not None:
            words = self.tr("Training, about {0} left").format(duration_words(left_s))
        total = 100 if self.pace.epochs and not after else 0
        self._context.activity_changed.emit(words, round(total * self.pace.share), total)

    def _on_done(self, outcome: TrainOutcome) -> None:
        self.outcome = outcome
        if outcome.deployed:
            self._context.model_changed.emit()
        self._end("stopped" if outcome.stopped else "finished")

    def _on_failed(self, error: FacecamError) -> None:
        self.error = error
        self._end("failed")

    def _on_jobs_changed(self) -> None:
        # A fault of ours has its own report and no other answer: the job is gone without a word to us.
        if self.running and not self._job.pending:
            text = self.tr("the training ended because of a fault in the program")
            self._on_failed(TrainingError(text, hint=self.tr("The model in use is as it was.")))

    def _end(self, state: State) -> None:
        self._ticker.stop()
        self._set_state(state)

    def _on_deployed(self, info: GalleryInfo) -> None:
        self.deployed.emit(info)
        self._context.model_changed.emit()
        self._context.people_changed.emit()

    def _set_deploying(self, deploying: bool) -> None:
        self.deploying = deploying
        self.state_changed.emit()

    def _set_state(self, state: State) -> None:
        self.state = state
        self._tell_activity()
        self.state_changed.emit()
