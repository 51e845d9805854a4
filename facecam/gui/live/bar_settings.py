"""Settings of the bar, put in force and remembered."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSignalBlocker, QTimer, Signal

from facecam.core.events import CancelToken, EventSink
from facecam.engine.live.session import LiveSession
from facecam.gallery.storage.audit_trail import note_in_trail
from facecam.gui.core.cameras import CameraChoice
from facecam.gui.core.context import AppContext
from facecam.gui.live.actions import LiveActions
from facecam.gui.live.bar.camera_dialog import camera_format
from facecam.gui.live.bar.control_bar import ControlBar
from facecam.gui.live.controller import LiveController, RunState
from facecam.gui.live.engine_service import LiveRequest
from facecam.gui.live.side.side_panel import LiveSidePanel
from facecam.gui.live.video.video_view import LiveStage

#: A slider that is drawn sets many thresholds; the one it stays at counts.
_SETTLE_MS = 1500
_DETECTORS = ("centerface", "blaze", "hog", "hog+", "cnn", "mtcnn", "yunet", "scrfd-500m", "scrfd-10g")


class BarSettings(QObject):
    """Strictness, detector, mirror, recording, panels.

    Args:
        context: preferences and settings.
        controller: the running source.
        actions: pictures and films.
        bar: where it is set.
        stage: what is mirrored and carries the speed panel.
        side: what is folded.
    """

    detector_changed = Signal()

    def __init__(
        self,
        context: AppContext,
        controller: LiveController,
        actions: LiveActions,
        bar: ControlBar,
        stage: LiveStage,
        side: LiveSidePanel,
    ) -> None:
        super().__init__(bar)
        self._context, self._controller, self._actions = context, controller, actions
        self._bar, self._stage, self._side = bar, stage, side
        self._set_threshold: float | str = "automatic"
        self._settled = QTimer(self, interval=_SETTLE_MS, singleShot=True)
        self._settled.timeout.connect(self._note_threshold)
        self._usual = self._usual_detector()
        self._restore()
        self._connect()

    def request(self, source: str) -> LiveRequest:
        """How a source is to be watched."""
        name = self._detector()
        wanted = camera_format(self._context.preferences, self._camera_name(source))
        return LiveRequest(source, name.rstrip("+"), name.endswith("+"), wanted)

    def _camera_name(self, source: str) -> str:
        """What the camera of this number calls itself, or did when cameras were last looked for."""
        if not source.isdigit():
            return ""
        key, name = f"live.camera_{source}", self._bar.source.camera_name(source)
        if not name:
            return self._context.preferences.text(key, "")
        self._context.preferences.put(key, name)
        return name

    def show_run(self) -> None:
        """Take over what holds for another run: its names, its strictness, whether it is being recorded."""
        run = self._controller.run
        self._bar.show_recording(run is not None and run.recording is not None)
        self._stage.set_recording("")
        if run is None:
            return
        self._actions.names = run.names
        own = self.make_strict(run)
        self._bar.threshold.show_threshold(own or run.threshold, run.recommended_threshold, run.prices)

    def make_strict(self, run: LiveSession) -> float | None:
        """Have a run go by the user's own threshold, if there is one for its model; returns it."""
        own = self._own_threshold(run.model_id)
        if own is not None:
            run.use_threshold(own)
        return own

    def follow_run(self) -> None:
        """What may change while a run goes on: the people, and a recording that broke off."""
        run = self._controller.run
        if run is None:
            return
        if self._actions.names != run.names:
            self._actions.names = run.names
            # The recommended threshold follows the number of people.
            own = self._own_threshold(run.model_id)
            self._bar.threshold.show_threshold(own or run.threshold, run.recommended_threshold, run.prices)
        if run.recording is not None and run.recording.error is not None:
            self._on_record(False, True)

    def show_mirrored(self) -> None:
        """Mirror the picture as remembered for the kind of source."""
        mirrored = self.mirrors(self._context.preferences.last_source)
        with QSignalBlocker(self._bar.mirror):
            self._bar.mirror.setChecked(mirrored)
        self._stage.set_mirrored(mirrored)

    @property
    def cameras(self) -> tuple[CameraChoice, ...]:
        """The cameras there are."""
        return self._bar.source.cameras

    def mirrors(self, source: str) -> bool:
        """Whether a source is shown mirrored."""
        key = self._mirror_key(source)
        return self._context.preferences.flag(key, key == "mirror")

    def _detector(self) -> str:
        return self._context.preferences.text("live.detector", self._usual_detector(), _DETECTORS)

    def _usual_detector(self) -> str:
        settings = self._context.settings
        doubled = settings.detector == "hog" and settings.upsample
        return f"{settings.detector}+" if doubled else settings.detector

    def _on_settings(self) -> None:
        usual = self._usual_detector()
        if usual != self._usual:
            # Chosen later than what was chosen in the bar.
            self._usual = usual
            self._context.preferences.put("live.detector", "")
            self._bar.show_detector(self._detector())

    def _on_detector(self, name: str) -> None:
        self._context.preferences.put("live.detector", name)
        self.detector_changed.emit()

    def _on_threshold(self, squared_l2: float | None) -> None:
        run = self._controller.run
        if run is not None:
            run.use_threshold(squared_l2)
            kept = "" if squared_l2 is None else f"{run.model_id} {squared_l2:.4f}"
            self._context.preferences.put("live.threshold", kept)
            self._set_threshold = "automatic" if squared_l2 is None else round(squared_l2, 4)
            self._settled.start()

    def _note_threshold(self) -> None:
        """Once the slider stays where it is."""
        database, value = self._context.settings.database, self._set_threshold

        def work(on_event: EventSink, cancel: CancelToken) -> None:
            note_in_trail(database, "threshold", on_event=on_event, value=value, kind="live")

        self._context.run(work, owner=self)

    def shut_down(self) -> None:
        """The window closes: what was set a moment ago is noted, too."""
        if self._settled.isActive():
            self._settled.stop()
            note_in_trail(
                self._context.settings.database, "threshold", value=self._set_threshold, kind="live"
            )

    def _own_threshold(self, model_id: str) -> float | None:
        """The user's own, if it was set for this model: another model measures distances differently."""
        model, _, value = self._context.preferences.text("live.threshold", "").rpartition(" ")
        try:
            threshold = float(value) if model == model_id else 0.0
        except ValueError:
            return None
        return threshold if 0 < threshold <= 4 else None

    def _on_mirror(self, mirrored: bool) -> None:
        self._context.preferences.put(self._mirror_key(self._context.preferences.last_source), mirrored)
        self._stage.set_mirrored(mirrored)

    def _mirror_key(self, source: str) -> str:
        """A camera of this computer is a mirror unless that is not wanted; films and streams are the reverse."""
        return "mirror" if source.isdigit() or not source else "live.mirror_films"

    def _on_record(self, wanted: bool, annotated: bool) -> None:
        if wanted:
            self._actions.record(annotated)
        else:
            self._actions.stop_recording()
            self._stage.set_recording("")  # A picture that stands still is not drawn anew.
        self._bar.show_recording(wanted)

    def _on_state(self, state: RunState) -> None:
        """A film that is over ends its recording, and it is said where that is."""
        run = self._controller.run
        if state.kind == "ended" and run is not None and run.recording is not None:
            self._on_record(False, True)

    def _on_side(self, shown: bool) -> None:
        self._side.setVisible(shown)
        self._context.preferences.put("live.side", shown)

    def _on_panel(self, shown: bool) -> None:
        self._context.preferences.stage_panel = shown

    def _on_preference(self, key: str) -> None:
        if key == "stage_panel":
            shown = self._context.preferences.stage_panel
            self._bar.panel.setChecked(shown)
            if not shown:
                self._stage.set_panel(())
        elif key == "mirror":
            self.show_mirrored()

    def _connect(self) -> None:
        bar = self._bar
        bar.detector_chosen.connect(self._on_detector)
        bar.threshold.changed.connect(self._on_threshold)
        bar.mirror.toggled.connect(self._on_mirror)
        bar.snapshot_wanted.connect(lambda names: self._actions.snapshot(self._stage.view, names))
        bar.recording_wanted.connect(self._on_record)
        bar.panel.toggled.connect(self._on_panel)
        bar.side.toggled.connect(self._on_side)
        self._controller.run_changed.connect(self.show_run)
        self._controller.state_changed.connect(self._on_state)
        self._context.preferences.changed.connect(self._on_preference)
        self._context.settings_changed.connect(self._on_settings)

    def _restore(self) -> None:
        preferences = self._context.preferences
        self.show_mirrored()
        self._bar.panel.setChecked(preferences.stage_panel)
        shown = preferences.flag("live.side", True)
        self._bar.side.setChecked(shown)
        if not shown:  # Shown before it is in the tab, it would be a window.
            self._side.hide()
        self._bar.source.show_spec(preferences.last_source)
        self._bar.show_detector(self._detector())
