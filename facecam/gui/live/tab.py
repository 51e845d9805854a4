"""Live tab: picture, bar, people."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from facecam.core.types import Box
from facecam.engine.live.view import LiveView
from facecam.gui.core.cameras import CameraChoice
from facecam.gui.core.context import AppContext
from facecam.gui.core.drops import dropped_paths
from facecam.gui.core.translation import engine_text, sentence
from facecam.gui.live.actions import LiveActions
from facecam.gui.live.alert_center import AlertCenter
from facecam.gui.live.bar.camera_dialog import CameraDialog
from facecam.gui.live.bar.camera_watch import CameraWatch
from facecam.gui.live.bar.control_bar import ControlBar
from facecam.gui.live.bar.speed_panel import SpeedPanel
from facecam.gui.live.bar_settings import BarSettings
from facecam.gui.live.controller import LiveController, RunState
from facecam.gui.live.engine_service import EngineLiveService
from facecam.gui.live.film import FilmControl
from facecam.gui.live.message_bar import MessageBar
from facecam.gui.live.more_sources import MoreSources
from facecam.gui.live.people_state import PeopleState
from facecam.gui.live.side.side_panel import LiveSidePanel
from facecam.gui.live.side_panel_updater import Lists
from facecam.gui.live.times import duration
from facecam.gui.live.trial import ModelTrial
from facecam.gui.live.video.film_bar import FilmBar
from facecam.gui.live.video.full_screen import FullScreen
from facecam.gui.live.video.no_picture import NoPicture
from facecam.gui.live.video.tile_row import TileRow
from facecam.gui.live.video.video_view import LiveStage
from facecam.gui.theme.theme import GRID_PX
from facecam.gui.widgets import shortcuts
from facecam.gui.widgets.layouts import below, beside, fill, stacked, vertical
from facecam.gui.widgets.look_dialog import show


class LiveTab(QWidget):
    """Recognises people in a camera, file, folder or stream.

    Args:
        context: shared by all tabs.
        service: the engine.
    """

    def __init__(self, context: AppContext, service: EngineLiveService) -> None:
        super().__init__()
        self._context, self._service = context, service
        self.controller = LiveController(context, service, self)
        self.actions_ = LiveActions(context, service, self.controller, self)
        self.stage, self.no_picture, self.strip = LiveStage(), NoPicture(), MessageBar()
        self.bar, self.side = ControlBar(context.preferences), LiveSidePanel(context.preferences)
        self.people = PeopleState(context, service, self.controller, self.strip, self)
        self.settings = BarSettings(context, self.controller, self.actions_, self.bar, self.stage, self.side)
        self.tiles = TileRow()
        self.more = MoreSources(context, service, self.settings, self.controller, self.stage, self.tiles)
        self.film_bar = FilmBar()
        for floor in (self.film_bar, self.strip):
            floor.moved.connect(context.controls_moved)
        self._film = FilmControl(self.controller, self.film_bar, self.stage)
        self._lists = Lists(context, service, self.controller, self.actions_, self.stage, self.side)
        self._alerts = AlertCenter(context, service, self)
        self._pages = stacked(self.stage, self.no_picture)
        self.trial = ModelTrial(context, service, self.controller, self._pages, self)
        self._cameras = CameraWatch(context, service, self)
        self._speed = SpeedPanel()
        self._shown, self._stopped_by_user = False, False
        self._full: FullScreen | None = None
        self._settings_seen = context.settings
        self.setAcceptDrops(True)
        self._arrange()
        self._connect()
        self._show_state(self.controller.state)

    # --- asked by the window

    def activate(self, **what: object) -> None:
        """Shown now. `source` says what to watch; else what was watched last, or the first camera.

        `trial` names a model that is to be seen beside the one in use.
        """
        self._shown = True
        if model := str(what.get("trial", "")):
            self._stopped_by_user = False
            self.trial.begin(model)
        self._cameras.start()
        self._lists.start()
        source = what.get("source")
        if isinstance(source, str) and source:
            self.watch(source)
        elif not self.controller.active and not self._stopped_by_user:
            self._watch_usual()
        self.more.start()
        self.stage.setFocus()

    def deactivate(self) -> None:
        """Another tab is shown: the camera is let go of."""
        self._film.remember_place()
        self._hide()
        self.more.stop()
        self.controller.stop()

    @property
    def clearance_px(self) -> int:
        """Height of the controls at the lower edge, which messages leave free."""
        film = self.film_bar.height() if self.film_bar.isVisible() else 0
        tiles = self.tiles.height() if self.tiles.isVisible() else 0
        strip = self.strip.height() + GRID_PX if self.strip.isVisible() else 0
        return self.bar.height() + film + tiles + strip + GRID_PX

    def shut_down(self) -> None:
        """The program ends."""
        self._hide()
        self._alerts.shut_down()
        self.settings.shut_down()
        self.more.shut_down()
        self.controller.shut_down()

    def _hide(self) -> None:
        self._shown = False
        self._cameras.stop()
        self._lists.stop()
        self._leave_full_screen()

    # --- what is watched

    def watch(self, source: str) -> None:
        """Watch a source from now on."""
        self._stopped_by_user = False
        self._context.preferences.last_source = source
        self.settings.show_mirrored()
        self.bar.source.show_spec(source)
        self.controller.start(self.settings.request(source))

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

    def _restart(self) -> None:
        if self.controller.active and self.controller.request is not None:
            self.watch(self.controller.request.source)
        self.more.restart()

    def _on_enlarged(self) -> None:
        """What is large now has its own name, mirror and last picture."""
        request = self.controller.request
        if request is not None:
            self._stopped_by_user = False
            self._context.preferences.last_source = request.source
            self.bar.source.show_spec(request.source)
        self.settings.show_mirrored()
        self._show_state(self.controller.state)
        self.stage.setFocus()

    def _ask_format(self, camera: str) -> None:
        """Size, rate and rotation of a camera; it is opened anew."""
        dialog = CameraDialog(self._context.preferences, camera, self)
        show(dialog, self._restart)

    def _on_settings(self) -> None:
        """Whom to blur is changed while it plays; the rest begins anew."""
        before, now = self._settings_seen, self._context.settings
        self._settings_seen = now
        run = self.controller.run
        if run is not None and replace(before, blur_faces=now.blur_faces, blur_people=now.blur_people) == now:
            for one in (run, *self.more.runs()):
                one.blur(now)
        else:
            self._restart()

    def _on_model_changed(self) -> None:
        self._service.forget_models()
        self.bar.threshold.forget()
        if not self.controller.active:
            self._drop_picture()
        self._restart()

    def _on_erased(self) -> None:
        """Nothing of anybody stays on the screen or in memory."""
        self._service.clear_unknowns()
        self.more.stop()
        self.controller.stop()
        self._drop_picture()
        self._context.run(lambda on_event, cancel: self._service.forget_everybody(), owner=self)

    def _drop_picture(self) -> None:
        """The names in a picture that was kept are another model's."""
        if self.controller.state.kind == "ended":
            self.controller.stop()
        self.stage.show_view(None)
        self.film_bar.hide()
        self._show_state(self.controller.state)

    def _on_people_changed(self) -> None:
        for run in self.more.runs():
            run.check_now()
        self.controller.check_now()

    def _on_cameras(self, cameras: tuple[CameraChoice, ...]) -> None:
        for menu in (self.bar.source, self.bar.add):
            menu.set_cameras(cameras)
        # The first camera of somebody who has never chosen anything begins by itself.
        idle = self.controller.state.kind == "idle" and not self._stopped_by_user
        if self._shown and idle and cameras and not self._context.preferences.last_source:
            self._watch_usual()

    # --- what is dropped on it

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Films, pictures and folders are welcome."""
        if dropped_paths(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """They are played; nothing is moved, whatever the other program proposes."""
        paths = dropped_paths(event)
        if not paths:
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if len(paths) > 1:
            self._context.show_notice(
                self.tr("Only {name} is played.").format(name=paths[0].name),
                self.tr("To go through several pictures, put them into a folder and drop that."),
            )
        self.watch(str(paths[0]))

    # --- what the source does

    def _on_state(self, state: RunState) -> None:
        if state.kind in ("opening", "failed"):
            self.stage.show_view(None)
        if state.kind in ("opening", "idle", "failed"):
            self.stage.set_panel(())
            self.stage.set_recording("")
            self._speed = SpeedPanel()
        self.film_bar.setEnabled(state.kind in ("playing", "ended"))
        self._show_state(state)

    def _show_still(self) -> None:
        """Whether the picture stands still, and what can be done with it then."""
        controller = self.controller
        stopped = controller.state.kind == "idle" and self.stage.view is not None
        self.stage.set_still(controller.still or stopped, controller.paused, stopped)
        there = controller.state.kind == "playing" and self.stage.view is not None
        self.bar.show_paused(controller.paused, there)

    def _on_drawn(self, box: Box) -> None:
        view = self.stage.view
        if view is not None:
            self.stage.set_searched(box)
            self.actions_.name_drawn(
                view,
                box,
                named=lambda name: self.stage.add_drawn(box, name),
                undone=self.stage.drop_drawn,
                asked=lambda: self.stage.set_searched(None),
            )

    def _on_no_face(self, marked: object, spot: QPointF) -> None:
        where = self.stage.mapToGlobal(spot.toPoint())
        self.actions_.open_no_face_menu(marked, where)  # type: ignore[arg-type]

    def _show_state(self, state: RunState) -> None:
        self.bar.show_playing(self.controller.active)
        self._show_still()
        # The last picture stays when it is stopped.
        has_picture = state.kind in ("playing", "lost", "ended", "idle") and self.stage.view is not None
        self._pages.setCurrentWidget(self.stage if has_picture else self.no_picture)
        self.bar.enable_picture(has_picture, has_picture and self.controller.run is not None)
        self.no_picture.show_state(state, bool(self._context.preferences.last_source))
        waiting = self.tr("Waiting for it; it goes on by itself as soon as it is back.")
        self.stage.set_message(
            *((sentence(engine_text(state.text)), waiting) if state.kind == "lost" else ("",))
        )
        if not (self.controller.active or self.controller.still):
            self.side.here.show_visitors(())
        self.people.show()

    def _on_view(self, view: LiveView) -> None:
        first = self.stage.view is None
        self.stage.show_view(view)
        if first:
            self._show_state(self.controller.state)
            self.stage.setFocus()  # Its keys go on from here, wherever the source was chosen.
        self._film.show_view(view)
        if self._context.preferences.stage_panel:
            self.stage.set_panel(self._speed.lines(view))
        recording = self.controller.run.recording if self.controller.run else None
        self.stage.set_recording(duration(recording.seconds) if recording else "")

    def _on_lists(self) -> None:
        self.settings.follow_run()
        self.people.show()

    def _on_face(self, face: object, spot: QPointF) -> None:
        self.actions_.view = self.stage.view
        self.actions_.open_face_menu(face, self.stage.mapToGlobal(spot.toPoint()))  # type: ignore[arg-type]

    # --- the whole screen

    def _on_full_screen(self) -> None:
        if self._full is not None:
            self._full.close()
            return
        self._full = FullScreen(self.stage, self._take_back_stage)
        self._full.showFullScreen()
        self.stage.setFocus()

    def _leave_full_screen(self) -> None:
        if self._full is not None:
            self._full.close()

    def _take_back_stage(self) -> None:
        full, self._full = self._full, None
        self._pages.insertWidget(0, self.stage)
        self._show_state(self.controller.state)
        self.stage.setFocus()
        if full is not None:
            full.deleteLater()

    # --- making

    def _arrange(self) -> None:
        left = below(self.trial.bar, margins=(GRID_PX, GRID_PX, GRID_PX, 0), spacing=GRID_PX)
        self.strip.float_over(self.trial.pictures)
        fill(left, (self.trial.pictures, 1), self.film_bar, self.tiles)
        upper = beside((left, 1), self.side, margins=0, spacing=0)
        vertical(self, (upper, 1), self.bar, margins=0, spacing=GRID_PX // 2)

    def _connect(self) -> None:
        context, bar = self._context, self.bar
        self.controller.state_changed.connect(self._on_state)
        self.controller.view_changed.connect(self._on_view)
        self.stage.size_changed.connect(self.controller.show_at)
        self.stage.face_chosen.connect(self._on_face)
        self.stage.no_face_chosen.connect(self._on_no_face)
        self.stage.box_drawn.connect(self._on_drawn)
        self.controller.paused_changed.connect(self._show_still)
        bar.pause.clicked.connect(self.controller.toggle_pause)
        # On the picture only: elsewhere the key presses the button that has the focus.
        shortcuts.install(self.stage, "live.pause", self.controller.toggle_pause)
        self.stage.left_full_screen.connect(self._leave_full_screen)
        self.no_picture.words.acted.connect(self._on_play)
        self.no_picture.demo.clicked.connect(lambda: self.watch("demo"))
        self.no_picture.file.clicked.connect(bar.source.choose_file)
        bar.source.chosen.connect(self.watch)
        bar.add.chosen.connect(self.more.add)
        bar.threshold.changed.connect(self.more.use_threshold)
        self.more.enlarged.connect(self._on_enlarged)
        bar.source.format_wanted.connect(self._ask_format)
        bar.play.clicked.connect(self._on_play)
        bar.full_screen.clicked.connect(self._on_full_screen)
        self.settings.detector_changed.connect(self._restart)
        self._cameras.changed.connect(self._on_cameras)
        self._lists.refreshed.connect(self._on_lists)
        context.settings_changed.connect(self._on_settings)
        context.model_changed.connect(self._on_model_changed)
        context.erased.connect(self._on_erased)
        context.people_changed.connect(self._on_people_changed)
        for entry, button in (
            ("live.play", bar.play),
            ("live.snapshot", bar.snapshot),
            ("live.record", bar.record),
            ("live.screen", bar.full_screen),
            ("live.people", bar.side),
        ):
            shortcuts.install(self, entry, button.click)
