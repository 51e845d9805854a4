"""Live controller: starts, watches and ends the source. Knows no widget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from facecam.core.errors import FacecamError
from facecam.core.events import CancelToken, Event, EventSink, Notice
from facecam.engine.live.session import LiveSession
from facecam.engine.live.view import LiveView
from facecam.gui.core.context import AppContext
from facecam.gui.core.jobs import no_job
from facecam.gui.live.bridge import LiveBridge
from facecam.gui.live.engine_service import EngineLiveService, LiveRequest
from facecam.gui.live.run_slot import RunSlot

Kind = Literal["idle", "opening", "playing", "lost", "ended", "failed"]

#: Whether the camera is lost is asked this often; it is told at once where recognition notices.
STATUS_INTERVAL_MS = 250
_GOODBYE_S = 6.0
#: All that belongs to what is watched, and not to who watches.
_OF_THE_SOURCE = ("run", "_bridge", "_slot", "request", "state", "_told_paused")


@dataclass(frozen=True, slots=True)
class RunState:
    """What the source is doing.

    Attributes:
        kind: `idle` (nothing chosen, or stopped), `opening`, `playing`, `lost` (comes back by
            itself), `ended` (a file is over) or `failed`.
        text: the same in the engine's words; may be empty.
        hint: what to do; may be empty.
    """

    kind: Kind
    text: str = ""
    hint: str = ""


class LiveController(QObject):
    """One source at a time; opening and closing happen in the background.

    Args:
        context: for background work and messages.
        service: the engine.
        parent: owner.
    """

    state_changed = Signal(object)
    view_changed = Signal(object)
    run_changed = Signal()
    #: Whether the picture stands still.
    paused_changed = Signal(bool)

    def __init__(
        self, context: AppContext, service: EngineLiveService, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._context, self._service = context, service
        #: The run going on, or whose last picture is still shown; None while opening or idle.
        self.run: LiveSession | None = None
        self._bridge: LiveBridge | None = None
        self._job = no_job()
        self._slot = RunSlot()
        #: What was asked for last.
        self.request: LiveRequest | None = None
        #: What the source is doing.
        self.state = RunState("idle")
        self._screen_px = (0, 0)
        self._told_paused = False
        self._watch = QTimer(self, interval=STATUS_INTERVAL_MS)
        self._watch.timeout.connect(self._on_watch)

    @property
    def active(self) -> bool:
        """Whether something is opening or playing."""
        return self.state.kind in ("opening", "playing", "lost")

    @property
    def paused(self) -> bool:
        """Whether the picture of what plays stands still."""
        return self.run is not None and self.state.kind == "playing" and self.run.paused

    @property
    def still(self) -> bool:
        """Whether the picture will not change by itself: paused, or the last one of a film or folder."""
        return self.paused or (self.run is not None and self.state.kind == "ended")

    def toggle_pause(self) -> None:
        """Stand still, or go on; a film or folder that is over is played again."""
        run = self.run
        over = run is not None and self.state.kind == "ended" and run.seekable and run.pictures != 1
        if run is None or not (over or self.state.kind in ("playing", "lost")):
            return
        if over:
            run.resume()
            run.seek(0.0)
        elif run.paused:
            run.resume()
        else:
            run.pause()
        self.paused_changed.emit(run.paused)

    def seek(self, time_s: float) -> None:
        """Go to a place of a film or folder (s); it stays as it was, paused or running."""
        if self.run is not None:
            self.run.seek(time_s)

    def step(self, direction: int) -> None:
        """Stand still one frame or picture further (1) or back (−1)."""
        run = self.run
        if run is not None and run.seekable and self.state.kind in ("playing", "ended"):
            run.step(direction)
            self.paused_changed.emit(run.paused)

    def play_at(self, speed: float) -> None:
        """Play a film so many times as fast."""
        if self.run is not None:
            self.run.play_at(speed)

    def check_now(self) -> None:
        """Have the gallery looked at again: it was changed here."""
        if self.run is not None:
            self.run.check_now()

    def next_unknown(self) -> None:
        """Go on to the next unknown face of a film or folder, and stand still there."""
        run = self.run
        if run is not None and run.seekable and self.state.kind == "playing":
            run.next_unknown()
            self.paused_changed.emit(run.paused)

    def start(self, request: LiveRequest) -> None:
        """Watch something; what was watched before is ended first."""
        # In the slot, not in the work: that may be cancelled before its turn comes.
        bridge, slot = LiveBridge(), RunSlot(self._let_go())
        self.request = request
        self._bridge, self._slot = bridge, slot
        self._listen()
        self._set_state(RunState("opening"))

        def work(on_event: EventSink, cancel: CancelToken) -> None:
            slot.put(self._service.open(request, bridge, slot.take_previous(), cancel))

        self._job = self._context.run(
            work,
            done=lambda _: self._on_opened(bridge, slot),
            failed=lambda error: self._on_failed(bridge, error),
            cancelled=lambda: self._end_leftovers(slot),
            owner=self,
        )

    def restart(self) -> None:
        """Begin again with what was watched last."""
        if self.request is not None:
            self.start(self.request)

    def exchange(self, other: LiveController) -> bool:
        """Watch what the other one does, and the other way round, without a gap; False while one of them opens."""
        both = (self, other)
        if any(one._job.pending for one in both):
            return False
        for one in both:
            one._listen(False)
        for name in _OF_THE_SOURCE:
            mine, theirs = getattr(self, name), getattr(other, name)
            setattr(self, name, theirs)
            setattr(other, name, mine)
        for one in both:
            one._listen()
            one._go_on()
        return True

    def _listen(self, wanted: bool = True) -> None:
        """Hear of the source, or no longer."""
        bridge = self._bridge
        if bridge is None:
            return
        for signal, slot in (
            (bridge.view_waiting, self._on_notified),
            (bridge.finished, self._on_finished),
            (bridge.noticed, self._on_notice),
        ):
            if wanted:
                signal.connect(slot, Qt.ConnectionType.QueuedConnection)
            else:
                signal.disconnect(slot)

    def _go_on(self) -> None:
        """After an exchange: tell what is watched now, and what was rung for meanwhile."""
        if self.run is not None:
            self.run.show_at(*self._screen_px)
        self.run_changed.emit()
        self.state_changed.emit(self.state)
        self.paused_changed.emit(self.paused)
        if self.run is None or self.state.kind not in ("playing", "lost"):
            self._watch.stop()
            return
        self._watch.start()
        self._on_notified()
        self._on_finished()

    def stop(self) -> None:
        """End the source; the device is let go of in the background."""
        self._end_in_background(self._let_go())
        self._set_state(RunState("idle"))

    def shut_down(self) -> None:
        """End everything and wait for it."""
        self._watch.stop()
        job, slot = self._job, self._slot
        run = self._let_go()
        for opened in (run, slot.take() if job.wait(_GOODBYE_S) else None):
            if opened is not None:
                _ended(opened)
        self.state = RunState("idle")

    def show_at(self, width_px: int, height_px: int) -> None:
        """How large the picture is shown, in pixels of the screen."""
        self._screen_px = (width_px, height_px)
        if self.run is not None:
            self.run.show_at(width_px, height_px)

    def _let_go(self) -> LiveSession | None:
        """Forget the run and whatever is being opened; returns the run that goes on, which has to be ended."""
        self._watch.stop()
        self._job.cancel()
        run, self.run, self._bridge, self._job = self.run, None, None, no_job()
        if run is not None:
            self.run_changed.emit()
            return run
        return self._slot.take_previous()

    def _end_leftovers(self, slot: RunSlot) -> None:
        for run in (slot.take(), slot.take_previous()):
            self._end_in_background(run)

    def _end_in_background(self, run: LiveSession | None) -> None:
        if run is not None:
            self._context.run(lambda on_event, cancel: _ended(run), done=self._on_ended)

    def _on_ended(self, error: FacecamError | None) -> None:
        if error is not None:
            self._context.show_error(error)

    def _on_opened(self, bridge: LiveBridge, slot: RunSlot) -> None:
        run = slot.take()
        if run is None:
            return
        if bridge is not self._bridge:
            self._end_in_background(run)
            return
        self.run = run
        run.show_at(*self._screen_px)
        self.run_changed.emit()
        run.start()
        self._watch.start()

    def _on_failed(self, bridge: LiveBridge, error: FacecamError) -> None:
        if bridge is self._bridge:
            self._set_state(RunState("failed", error.message, error.hint))

    def _on_notified(self) -> None:
        if self.run is None:
            return
        view: LiveView | None = self.run.views.take()
        if view is None:
            return
        wound_back = self.state.kind == "ended" and self.run.seekable and not self.run.at_end
        if self.state.kind in ("opening", "lost") or wound_back:
            self._set_state(RunState("playing", self.run.description))
            self._watch.start()
        self.view_changed.emit(view)
        self._tell_paused()

    def _on_finished(self) -> None:
        bridge = self._bridge
        if bridge is None or not bridge.ended or self.run is None:
            return  # an earlier run's
        error = bridge.error
        self._watch.stop()
        self._on_notified()  # the last view may still wait
        if isinstance(error, FacecamError):
            self._set_state(RunState("failed", error.message, error.hint))
        elif error is not None:
            self._context.show_bug(error)
            self._set_state(RunState("failed", str(error) or type(error).__name__))
        else:
            self._set_state(RunState("ended", self.run.description))

    def _on_watch(self) -> None:
        if self.run is None or self.run.paused:
            return  # Whether the camera is there does not matter to a picture that stands still.
        status = self.run.status
        if status.state == "lost" and self.state.kind != "lost":
            self._set_state(RunState("lost", status.detail))

    def _on_notice(self, event: Event) -> None:
        run = self.run
        # That a camera was lost and found stands in the picture already.
        about_source = (
            run is not None and isinstance(event, Notice) and event.text.startswith(run.description)
        )
        if about_source and run is not None and run.live:
            self._on_watch()  # at once, not at the next look
        else:
            self._context.show_event(event)

    def _tell_paused(self) -> None:
        """A search ends by itself, with the picture standing still."""
        if self.paused != self._told_paused:
            self._told_paused = self.paused
            self.paused_changed.emit(self.paused)

    def _set_state(self, state: RunState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)


def _ended(run: LiveSession) -> FacecamError | None:
    """End a run; returns what was wrong with its recording, if anything."""
    try:
        run.stop()
    except FacecamError as error:
        return error
    return None
