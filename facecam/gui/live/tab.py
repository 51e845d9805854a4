"""The Live tab: picture, bar, people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QTimer
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from facecam.core.errors import FacecamError
from facecam.gui import shortcuts
from facecam.gui.context import AppContext
from facecam.gui.live.actions import LiveActions
from facecam.gui.live.control_bar import ControlBar
from facecam.gui.live.controller import LiveController, LiveState
from facecam.gui.live.full_screen import FullScreen
from facecam.gui.live.no_picture import NoPicture
from facecam.gui.live.people_state import PeopleState
from facecam.gui.live.service import CameraChoice, LiveRequest, LiveService
from facecam.gui.live.side_panel import SidePanel
from facecam.gui.live.speed_panel import SpeedPanel
from facecam.gui.live.stage import LiveStage
from facecam.gui.live.strip import Strip
from facecam.gui.live.times import duration
from facecam.gui.theme import GRID_PX
from facecam.gui.translate import engine_text

if TYPE_CHECKING:
    from facecam.engine.live_view import LiveView

#: Cameras are looked for this often while the tab is shown; by the system's lists, never by opening.
CAMERAS_INTERVAL_MS = 2000
#: Lists beside the picture change at most this often.
LISTS_INTERVAL_MS = 400
_DETECTORS = ("hog", "hog+", "cnn", "mtcnn")


class LiveTab(QWidget):
    """Recognises people in a camera, file, folder or stream.

    Args:
        context: shared by all tabs.
        service: the engine.
    """

    def __init__(self, context: AppContext, service: LiveService) -> None:
        super().__init__()
        self._context, self._service = context, service
        self.controller = LiveController(context, service, self)
        self.actions_ = LiveActions(context, service, self.controller, self)
        self.stage, self.no_picture, self.strip = LiveStage(), NoPicture(), Strip()
        self.bar, self.side = ControlBar(), SidePanel(context.preferences)
        self.people = PeopleState(context, service, self.controller, self.strip, self)
        self._speed = SpeedPanel()
        self._shown, self._looking = False, False
        self._stopped_by_user = False
        self._versions = (-1, -1)
        self._log_fault: FacecamError | None = None
        self._full: FullScreen | None = None
        self._cameras_timer = QTimer(self, interval=CAMERAS_INTERVAL_MS)
        self._lists_timer = QTimer(self, interval=LISTS_INTERVAL_MS)
        self._arrange()
        self._connect()
        self._restore()

    # --- asked by the window

    def activate(self, **what: object) -> None:
        """Shown now. `source` says what to watch; else what was watched last, or the first camera."""
        self._shown = True
        self._look_for_cameras()
        self._cameras_timer.start()
        self._lists_timer.start()
        source = what.get("source")
        if isinstance(source, str) and source:
            self.watch(source)
        elif not self.controller.active and not self._stopped_by_user:
            self._watch_usual()
        self.stage.setFocus()

    def deactivate(self) -> None:
        """Another tab is shown: the camera is let go of."""
        self._shown = False
        self._cameras_timer.stop()
        self._lists_timer.stop()
        if self._full is not None:
            self._full.close()
        self.controller.stop()

    def shut_down(self) -> None:
        """The program ends."""
        self._shown = False
        self._cameras_timer.stop()
        self._lists_timer.stop()
        if self._full is not None:
            self._full.close()
        self.controller.shut_down()

    # --- what is watched

    def watch(self, source: str) -> None:
        """Watch a source from now on."""
        self._stopped_by_user = False
        preferences = self._context.preferences
        preferences.last_source = source
        self._show_mirrored()
        self.bar.source.show_spec(source)
        detector = preferences.text("live.detector", self._usual_detector(), _DETECTORS)
        self.controller.start(LiveRequest(source, detector.rstrip("+"), detector.endswith("+")))

    def _usual_detector(self) -> str:
        settings = self._context.settings
        return (
            f"{settings.detector}+" if settings.detector == "hog" and settings.upsample else settings.detector
        )

    def _watch_usual(self) -> None:
        cameras, last = self.bar.source.cameras, self._context.preferences.last_source
        source = last or (cameras[0].spec if cameras else "")
        if source:
            self.watch(source)
        else:
            self._show_state(self.controller.state)

    def _on_play(self) -> None:
        if self.controller.active:
            self._stopped_by_user = True
            self.controller.stop()
        else:
            self._stopped_by_user = False
            self._watch_usual()

    def _on_detector(self, name: str) -> None:
        self._context.preferences.put("live.detector", name)
        if self.controller.active and self.controller.request is not None:
            self.watch(self.controller.request.source)

    def _restart(self) -> None:
        if self.controller.active and self.controller.request is not None:
            self.watch(self.controller.request.source)

    def _on_settings_changed(self) -> None:
        self.actions_.keep_log()  # perhaps beside another database
        self._restart()

    def _on_model_changed(self) -> None:
        self._service.forget_models()
        self._restart()

    def _look_for_cameras(self) -> None:
        if self._looking:
            return
        self._looking = True
        self._context.run(
            lambda on_event, cancel: self._service.cameras(),
            done=self._on_cameras,
            failed=lambda error: self._on_cameras(()),
            cancelled=self._on_no_look,
            owner=self,
        )

    def _on_no_look(self) -> None:
        self._looking = False

    def _on_cameras(self, cameras: tuple[CameraChoice, ...]) -> None:
        self._looking = False
        if cameras == self.bar.source.cameras:
            return
        self.bar.source.set_cameras(cameras)
        # The first camera of somebody who has never chosen anything begins by itself.
        idle = self.controller.state.kind == "idle" and not self._stopped_by_user
        if self._shown and idle and cameras and not self._context.preferences.last_source:
            self._watch_usual()

    # --- what the source does

    def _show_state(self, state: LiveState) -> None:
        self.bar.show_playing(self.controller.active)
        has_picture = state.kind in ("playing", "lost", "ended") and self.stage.view is not None
        self._pages.setCurrentWidget(self.stage if has_picture else self.no_picture)
        self.bar.enable_picture(has_picture)
        self.no_picture.show_state(state, bool(self._context.preferences.last_source))
        if state.kind == "lost":
            self.stage.set_message(
                engine_text(state.text),
                self.tr("Waiting for it; it goes on by itself as soon as it is back."),
            )
        else:
            self.stage.set_message("")
        if not self.controller.active:
            self.side.here.show_visitors(())
        self.people.show()

    def _on_state(self, state: LiveState) -> None:
        if state.kind in ("opening", "idle", "failed"):
            self.stage.show_view(None)
            self.stage.set_panel(())
            self._speed = SpeedPanel()
        self._show_state(state)

    def _on_run(self) -> None:
        run = self.controller.run
        self.bar.show_recording(False)
        self.stage.set_recording("")
        if run is None:
            return
        self.actions_.names = run.names
        threshold = self._remembered_threshold(run.model_id)
        if threshold is not None:
            run.use_threshold(threshold)
        recommended = run.recommended_threshold
        self.bar.threshold.show_threshold(threshold or run.threshold, recommended, run.strangers_accepted)

    def _on_view(self, view: LiveView) -> None:
        if self.stage.view is None:
            self.stage.show_view(view)
            self._show_state(self.controller.state)
        self.stage.show_view(view)
        if self._context.preferences.stage_panel:
            self.stage.set_panel(self._speed.lines(view))
        recording = self.controller.run.recording if self.controller.run else None
        self.stage.set_recording(duration(recording.seconds) if recording else "")

    def _refresh_lists(self) -> None:
        """A few times a second, not per frame: nobody reads faster."""
        run, view = self.controller.run, self.stage.view
        if view is not None and self.controller.active:
            self.side.here.show_visitors(view.here)
        fault = self._service.log_fault
        if fault is not None and fault is not self._log_fault:
            self._context.show_error(fault)
        self._log_fault = fault
        versions = (self._service.log_version, self._service.unknowns_version)
        if versions[0] != self._versions[0]:
            self.side.log.show_entries(self._service.sightings())
        if versions[1] != self._versions[1]:
            groups = self._service.unknown_groups()
            self.side.tray.show_groups(groups)
            self.side.set_unknown_count(len(groups))
        self._versions = versions
        if run is not None:
            if self.actions_.names != run.names:
                self.actions_.names = run.names
                self.bar.threshold.refresh()
            self.people.show()
            if run.recording is not None and run.recording.error is not None:
                self._on_record(False, True)

    # --- the bar

    def _on_threshold(self, squared_l2: float | None) -> None:
        run = self.controller.run
        if run is not None:
            run.use_threshold(squared_l2)
            kept = "" if squared_l2 is None else f"{run.model_id} {squared_l2:.4f}"
            self._context.preferences.put("live.threshold", kept)

    def _remembered_threshold(self, model_id: str) -> float | None:
        """The user's own, if it was set for this model: another model measures distances differently."""
        model, _, value = self._context.preferences.text("live.threshold", "").rpartition(" ")
        try:
            threshold = float(value) if model == model_id else 0.0
        except ValueError:
            return None
        return threshold if 0 < threshold <= 4 else None

    def _on_mirror(self, mirrored: bool) -> None:
        self._context.preferences.put(self._mirror_key(), mirrored)
        self.stage.set_mirrored(mirrored)

    def _mirror_key(self) -> str:
        """A camera of this computer is a mirror unless that is not wanted; films and streams are the reverse."""
        source = self._context.preferences.last_source
        return "mirror" if source.isdigit() or not source else "live.mirror_films"

    def _show_mirrored(self) -> None:
        key = self._mirror_key()
        mirrored = self._context.preferences.flag(key, key == "mirror")
        self.bar.mirror.blockSignals(True)
        self.bar.mirror.setChecked(mirrored)
        self.bar.mirror.blockSignals(False)
        self.stage.set_mirrored(mirrored)

    def _on_record(self, wanted: bool, annotated: bool) -> None:
        if wanted:
            self.actions_.record(annotated)
        else:
            self.actions_.stop_recording()
        self.bar.show_recording(wanted)

    def _on_side(self, shown: bool) -> None:
        self.side.setVisible(shown)
        self._context.preferences.put("live.side", shown)

    def _on_panel(self, shown: bool) -> None:
        self._context.preferences.stage_panel = shown

    def _on_preference(self, key: str) -> None:
        preferences = self._context.preferences
        if key == "stage_panel":
            self.bar.panel.setChecked(preferences.stage_panel)
            if not preferences.stage_panel:
                self.stage.set_panel(())
        elif key == "unknown_minutes":
            self._service.keep_unknowns_for(preferences.unknown_minutes)
        elif key == "keep_log":
            self.actions_.keep_log()
        elif key == "mirror":
            self._show_mirrored()

    def _on_full_screen(self) -> None:
        if self._full is not None:
            self._full.close()
            return
        self._full = FullScreen(self.stage, self._take_back_stage)
        self._full.showFullScreen()
        self.stage.setFocus()

    def _take_back_stage(self) -> None:
        full, self._full = self._full, None
        self._pages.insertWidget(0, self.stage)
        self._show_state(self.controller.state)
        self.stage.setFocus()
        if full is not None:
            full.deleteLater()

    # --- faces and groups

    def _on_face(self, face: object, spot: QPointF) -> None:
        self.actions_.open_face_menu(face, self.stage.mapToGlobal(spot.toPoint()))  # type: ignore[arg-type]

    def _on_group_named(self, number: int) -> None:
        for group in self._service.unknown_groups():
            if group.number == number:
                self.actions_.ask_name(group.samples, lambda: self._service.forget_unknown(number))

    # --- making

    def _arrange(self) -> None:
        self._pages = QStackedWidget()
        self._pages.addWidget(self.stage)
        self._pages.addWidget(self.no_picture)
        left = QVBoxLayout()
        left.setContentsMargins(GRID_PX, GRID_PX, GRID_PX, 0)
        left.setSpacing(GRID_PX)
        left.addWidget(self.strip)
        left.addWidget(self._pages, 1)
        upper = QHBoxLayout()
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(0)
        upper.addLayout(left, 1)
        upper.addWidget(self.side)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID_PX // 2)
        column.addLayout(upper, 1)
        column.addWidget(self.bar)

    def _connect(self) -> None:
        context, bar, side = self._context, self.bar, self.side
        self.controller.state_changed.connect(self._on_state)
        self.controller.view_changed.connect(self._on_view)
        self.controller.run_changed.connect(self._on_run)
        self.stage.size_changed.connect(self.controller.show_at)
        self.stage.face_chosen.connect(self._on_face)
        self.stage.left_full_screen.connect(lambda: self._full and self._full.close())
        self.no_picture.again_wanted.connect(self._on_play)
        self.no_picture.demo_wanted.connect(lambda: self.watch("demo"))
        self.no_picture.file_wanted.connect(bar.source.choose_file)
        bar.source.chosen.connect(self.watch)
        bar.play_wanted.connect(self._on_play)
        bar.detector_chosen.connect(self._on_detector)
        bar.threshold.changed.connect(self._on_threshold)
        bar.mirror.toggled.connect(self._on_mirror)
        bar.snapshot_wanted.connect(lambda names: self.actions_.snapshot(self.stage.view, names))
        bar.recording_wanted.connect(self._on_record)
        bar.panel.toggled.connect(self._on_panel)
        bar.full_screen.clicked.connect(self._on_full_screen)
        bar.side.toggled.connect(self._on_side)
        side.tray.named.connect(self._on_group_named)
        side.tray.dismissed.connect(self._service.forget_unknown)
        side.tray.cleared.connect(self._service.clear_unknowns)
        side.log.export_wanted.connect(self.actions_.export_log)
        side.log.clear_wanted.connect(self.actions_.clear_log)
        self._cameras_timer.timeout.connect(self._look_for_cameras)
        self._lists_timer.timeout.connect(self._refresh_lists)
        context.preferences.changed.connect(self._on_preference)
        context.settings_changed.connect(self._on_settings_changed)
        context.model_changed.connect(self._on_model_changed)
        context.people_changed.connect(self._on_people_changed)
        for entry, button in (
            ("live.play", bar.play),
            ("live.snapshot", bar.snapshot),
            ("live.record", bar.record),
            ("live.screen", bar.full_screen),
            ("live.people", bar.side),
        ):
            shortcuts.install(self, entry, button.click)

    def _on_people_changed(self) -> None:
        if self.controller.run is not None:
            self.controller.run.hurry()

    def _restore(self) -> None:
        preferences = self._context.preferences
        self._show_mirrored()
        self.bar.panel.setChecked(preferences.stage_panel)
        shown = preferences.flag("live.side", True)
        self.bar.side.setChecked(shown)
        self.side.setVisible(shown)
        self.bar.source.show_spec(preferences.last_source)
        self.bar.show_detector(preferences.text("live.detector", self._usual_detector(), _DETECTORS))
        self._service.keep_unknowns_for(preferences.unknown_minutes)
        self.actions_.keep_log()
        self._show_state(self.controller.state)
