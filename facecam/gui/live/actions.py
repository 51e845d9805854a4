"""What can be done with a face, the picture and the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from facecam.core.errors import FacecamError
from facecam.core.paths import readable_os_errors
from facecam.core.words import LabelWords
from facecam.gui.context import AppContext
from facecam.gui.live.controller import LiveController
from facecam.gui.live.name_dialog import NameDialog
from facecam.gui.live.rejecting import Rejecting
from facecam.gui.live.service import LiveService
from facecam.gui.live.source_menu import show_folder
from facecam.gui.live.times import duration

if TYPE_CHECKING:
    from facecam.engine.live_actions import Named
    from facecam.engine.live_view import LiveView, SeenFace
    from facecam.engine.samples import FaceSample

Place = QStandardPaths.StandardLocation


class LiveActions(QObject):
    """Asks where asking is needed, works in the background, says what was done and offers to undo it.

    Args:
        context: background work and messages.
        service: the engine.
        controller: the running source.
        window: over which dialogues open.
    """

    def __init__(
        self, context: AppContext, service: LiveService, controller: LiveController, window: QWidget
    ) -> None:
        super().__init__(window)
        self._context, self._service, self._controller, self._window = context, service, controller, window
        self.names: tuple[str, ...] = ()
        self.rejecting = Rejecting(context, service, controller, self._people_changed, self)

    # --- faces

    def face_menu(self, face: SeenFace) -> QMenu:
        """What can be done with a face; pictures of it are those at the moment of the click."""
        menu = QMenu(self._window)
        menu.setToolTipsVisible(True)
        naming = menu.addAction(self.tr("&This is…"))
        naming.setToolTip(self.tr("Give the face a name; it is enrolled from the pictures just seen"))
        naming.triggered.connect(lambda: self.ask_name(face.samples))
        identity = face.identity or face.looks_like
        if identity is not None:
            name = identity.name.replace("&", "&&")
            name = name if len(name) <= 40 else f"{name[:39]}…"
            rejecting = menu.addAction(self.tr("&Not {name}").format(name=name))
            rejecting.setToolTip(self.tr("Remember that this face is somebody else"))
            rejecting.triggered.connect(lambda: self.rejecting.reject(identity, face))
        ignoring = menu.addAction(self.tr("&Ignore this face"))
        ignoring.setToolTip(self.tr("No name until it leaves the picture"))
        ignoring.setEnabled(face.state != "ignored")
        ignoring.triggered.connect(lambda: self.ignore(face.track_id))
        return menu

    def open_face_menu(self, face: SeenFace, where: QPoint) -> None:
        """Open it at a place of the screen."""
        menu = self.face_menu(face)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def ask_name(self, samples: Sequence[FaceSample], then: Callable[[], None] | None = None) -> None:
        """Ask who it is, then make the face known; `then` is called when that is done."""
        if not samples:
            self._context.show_notice(
                self.tr("The face was not seen clearly yet."),
                self.tr("Wait until it is nearer or turned to the camera."),
            )
            return
        dialog = NameDialog(samples, self.names, self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.accepted.connect(lambda: self.name_face(dialog.name, samples, then))
        dialog.setModal(True)
        dialog.show()
        dialog.edit.setFocus()

    def name_face(
        self, name: str, samples: Sequence[FaceSample], then: Callable[[], None] | None = None
    ) -> None:
        """Make a face known."""

        def done(named: Named) -> None:
            if self._controller.run is not None:
                self._controller.run.accept(named.identity, named.vectors)
            self._people_changed()
            if then is not None:
                then()
            self._say_named(named)

        self._context.run(
            lambda on_event, cancel: self._service.name_face(name, samples, on_event), done=done, owner=self
        )

    def _say_named(self, named: Named) -> None:
        count = self.tr("%n picture(s) saved", "", len(named.photos))
        name = named.identity.name
        text = (
            self.tr("{name} is known now: {count}.").format(name=name, count=count)
            if named.is_new
            else self.tr("Added to {name}: {count}.").format(name=name, count=count)
        )
        hint = ""
        if named.look_alike is not None:
            hint = self.tr("Looks much like {name}: if it is the same person, undo this.").format(
                name=named.look_alike.name
            )
        self._context.show_notice(text, hint, (self.tr("&Undo"), lambda: self._undo_naming(named)))

    def _undo_naming(self, named: Named) -> None:
        self._undo(lambda: self._service.undo_naming(named, lambda event: None))

    def ignore(self, track_id: int) -> None:
        """Leave a face without a name until it leaves."""
        if self._controller.run is not None:
            self._controller.run.ignore(track_id)

    def _undo(self, work: Callable[[], None]) -> None:
        self._context.run(lambda on_event, cancel: work(), done=lambda _: self._people_changed(), owner=self)

    def _people_changed(self) -> None:
        if self._controller.run is not None:
            self._controller.run.hurry()
        self._context.people_changed.emit()

    # --- picture, film, log

    def snapshot(self, view: LiveView | None, annotated: bool) -> None:
        """Save the picture."""
        if view is None:
            return
        path = _new_file(Place.PicturesLocation, ".png")
        words = self._label_words()
        self._context.run(
            lambda on_event, cancel: self._service.save_snapshot(
                view, path, annotated=annotated, words=words
            ),
            done=lambda saved: self._say_saved(self.tr("Saved {name}.").format(name=saved.name), saved),
            owner=self,
        )

    def record(self, annotated: bool) -> None:
        """Begin a recording."""
        run = self._controller.run
        if run is None:
            return
        path = _new_file(Place.MoviesLocation, ".mp4")
        words = self._label_words()

        def made(_: None) -> None:
            if self._controller.run is run:
                run.record(path, annotated=annotated, words=words)

        self._context.run(lambda on_event, cancel: _make_folder(path.parent), done=made, owner=self)

    def _label_words(self) -> LabelWords:
        return LabelWords(unknown=self.tr("unknown"), like=self.tr("like {name}"))

    def stop_recording(self) -> None:
        """End it, and say where it is."""
        run = self._controller.run
        if run is not None:
            self._context.run(
                lambda on_event, cancel: run.stop_recording(), done=self.say_recorded, owner=self
            )

    def say_recorded(self, recorded: tuple[Path, float] | None) -> None:
        """Say where a recording is; nothing for none."""
        if recorded is None:
            return
        path, seconds = recorded
        text = self.tr("Recorded {duration}: {name}.").format(duration=duration(seconds), name=path.name)
        self._say_saved(text, path)

    def export_log(self) -> None:
        """Ask where, then write the log."""
        proposal = Path(_folder(Place.DocumentsLocation)) / f"facecam-log-{datetime.now():%Y%m%d}.csv"
        name, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save the log"), str(proposal), self.tr("Tables") + " (*.csv)"
        )
        if not name:
            return
        path, unknown = Path(name), self.tr("unknown")
        self._context.run(
            lambda on_event, cancel: self._service.export_log(path, unknown),
            done=lambda count: self._say_saved(self.tr("%n visit(s) saved.", "", count), path),
            owner=self,
        )

    def clear_log(self) -> None:
        """Empty the log."""
        self._context.run(lambda on_event, cancel: self._service.clear_log(), done=lambda _: None, owner=self)

    def keep_log(self) -> None:
        """Write visits down, or not, as the user has set."""
        wanted = self._context.preferences.keep_log
        self._context.run(
            lambda on_event, cancel: self._service.keep_log(wanted), done=lambda _: None, owner=self
        )

    def _say_saved(self, text: str, path: Path) -> None:
        self._context.show_notice(
            text, str(path.parent), (self.tr("Show &folder"), lambda: self._show_folder(path))
        )

    def _show_folder(self, path: Path) -> None:
        if not show_folder(path):
            self._context.show_error(
                FacecamError(
                    self.tr("the folder cannot be shown here"),
                    hint=self.tr("Open it yourself: ") + str(path.parent),
                )
            )


def _folder(place: Place) -> str:
    return QStandardPaths.writableLocation(place) or str(Path.home())


def _new_file(place: Place, ending: str) -> Path:
    # Milliseconds: two pictures may be saved within a second.
    moment = datetime.now()
    return (
        Path(_folder(place))
        / "facecam"
        / f"facecam-{moment:%Y%m%d-%H%M%S}-{moment.microsecond // 1000:03}{ending}"
    )


def _make_folder(folder: Path) -> None:
    with readable_os_errors("make the folder", folder):
        folder.mkdir(parents=True, exist_ok=True)
