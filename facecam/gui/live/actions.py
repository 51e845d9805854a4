"""Actions on a face, the picture and the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import get_args

import numpy as np
from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from facecam.core.errors import FacecamError
from facecam.core.paths import readable_os_errors
from facecam.core.private import make_private_folder
from facecam.core.types import Box, ImageArray, LifeTask
from facecam.core.words import LabelWords
from facecam.engine.live.actions import DrawnLook, Named
from facecam.engine.live.view import LiveView, SeenFace, SeenNoFace
from facecam.engine.photos.no_faces import NoFace
from facecam.engine.recognition.face_crops import FaceSample
from facecam.gui.core.context import AppContext
from facecam.gui.core.file_questions import FileQuestion
from facecam.gui.core.images import to_pixmap
from facecam.gui.core.saved_places import Place, saved_folder
from facecam.gui.core.translation import engine_text, sentence
from facecam.gui.live.bar.source_menu import show_folder
from facecam.gui.live.controller import LiveController
from facecam.gui.live.engine_service import EngineLiveService
from facecam.gui.live.name_dialog import FaceNameDialog
from facecam.gui.live.rejecting import Rejecting
from facecam.gui.live.times import duration
from facecam.gui.live.video.face_painter import life_word
from facecam.gui.widgets.look_dialog import may_replace, show


class LiveActions(QObject):
    """Asks where asking is needed, works in the background, says what was done and offers to undo it.

    Args:
        context: background work and messages.
        service: the engine.
        controller: the running source.
        window: over which dialogues open.
    """

    #: The video of a recording that ended, and its seconds; from whichever thread ended it.
    recorded = Signal(Path, float)

    def __init__(
        self, context: AppContext, service: EngineLiveService, controller: LiveController, window: QWidget
    ) -> None:
        super().__init__(window)
        self._context, self._service, self._controller, self._window = context, service, controller, window
        self.names: tuple[str, ...] = ()
        self.rejecting = Rejecting(context, service, controller, self._people_changed, self)
        self.recorded.connect(self._say_recorded)
        #: The picture in which a face was clicked.
        self.view: LiveView | None = None

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
        ignoring.setEnabled(face.state != "ignored" and self._controller.run is not None)
        ignoring.triggered.connect(lambda: self.ignore(face.track_id))
        view = self.view
        if view is not None:
            denying = menu.addAction(self.tr("This is n&o face"))
            denying.setEnabled(self._controller.run is not None)
            denying.setToolTip(self.tr("Remember that what is here is no face; a real one is still found"))
            denying.triggered.connect(lambda: self.no_face(view, face))
        return menu

    def open_face_menu(self, face: SeenFace, where: QPoint) -> None:
        """Open it at a place of the screen."""
        menu = self.face_menu(face)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def open_no_face_menu(self, marked: SeenNoFace, where: QPoint) -> None:
        """What can be done with what was said to be no face."""
        menu = QMenu(self._window)
        menu.setToolTipsVisible(True)
        menu.addAction(self.tr("It &is a face")).triggered.connect(lambda: self.is_face(marked.mark))
        forgetting = menu.addAction(self.tr("Forget &all that was said to be no face"))
        forgetting.setToolTip(self.tr("In every photo, camera and film"))
        forgetting.triggered.connect(self.forget_no_faces)
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
        asked = self._context.preferences.ask_consent
        dialog = FaceNameDialog(samples, self.names, self._window, ask_consent=asked)
        self._show(
            dialog, samples, lambda: self.name_face(dialog.name, samples, then, consent=dialog.consent.note)
        )

    def _show(
        self, dialog: FaceNameDialog, samples: Sequence[FaceSample], accepted: Callable[[], None]
    ) -> None:
        """Open it with the people by likeness; their portraits come as they are seen."""
        run, people = self._controller.run, dialog.people
        if run is not None:
            people.show_likeness(run.likely(np.stack([sample.vector for sample in samples])))

        def load(names: Sequence[str]) -> None:
            def show(portraits: Mapping[str, ImageArray | None]) -> None:
                for name, portrait in portraits.items():
                    people.show_portrait(name, None if portrait is None else to_pixmap(portrait))

            self._context.run(
                lambda on_event, cancel: self._service.portraits(names, cancel), done=show, owner=dialog
            )

        people.portraits_wanted.connect(load)
        show(dialog, accepted)
        dialog.line.setFocus()

    def no_face(self, view: LiveView, face: SeenFace) -> None:
        """Remember that a face shown is none."""
        run = self._controller.run
        if run is None:
            return

        def done(mark: NoFace) -> None:
            self._context.show_notice(
                self.tr("This is not taken for a face here any more."),
                self.tr("While the picture is held, a click on it takes that back at any time."),
                (self.tr("&Undo"), lambda: self.is_face(mark)),
            )

        self._context.run(lambda on_event, cancel: run.mark_no_face(view, face), done=done, owner=self)

    def is_face(self, mark: NoFace) -> None:
        """It is a face after all."""
        self._context.run(
            lambda on_event, cancel: self._service.unmark_no_face(mark),
            done=lambda _: self._controller.check_now(),
            owner=self,
        )

    def forget_no_faces(self) -> None:
        """Forget all that was said to be no face, anywhere."""

        def done(gone: tuple[NoFace, ...]) -> None:
            self._people_changed()
            self._context.show_notice(
                self.tr("%n mark(s) forgotten.", "", len(gone)),
                "",
                (self.tr("&Undo"), lambda: self._undo(lambda: self._service.mark_no_faces_again(gone))),
            )

        self._context.run(lambda on_event, cancel: self._service.forget_no_faces(), done=done, owner=self)

    def name_drawn(
        self,
        view: LiveView,
        box: Box,
        named: Callable[[str], None] = lambda name: None,
        undone: Callable[[], None] = lambda: None,
        asked: Callable[[], None] = lambda: None,
    ) -> None:
        """Ask who it is in a box that was drawn, then make that face known.

        Args:
            view: in which it was drawn.
            box: px of its frame.
            named: called with the name when that is done.
            undone: called when it was taken back.
            asked: called when the face was looked for, found or not.
        """

        image = view.frame.image
        self._context.run(
            lambda on_event, cancel: self._service.look_in_box(image, box),
            done=lambda look: self._ask_drawn(look, named, undone),
            ended=asked,
            owner=self,
        )

    def _ask_drawn(self, look: DrawnLook, named: Callable[[str], None], undone: Callable[[], None]) -> None:
        remark = sentence(engine_text(look.how)) if look.how else ""
        asked = self._context.preferences.ask_consent
        dialog = FaceNameDialog((look.sample,), self.names, self._window, remark, ask_consent=asked)

        def accepted() -> None:
            name = dialog.name  # The dialog is gone when the face is known.
            consent = dialog.consent.note
            self.name_face(name, (look.sample,), lambda: named(name), undone, consent)

        self._show(dialog, (look.sample,), accepted)

    def name_face(
        self,
        name: str,
        samples: Sequence[FaceSample],
        then: Callable[[], None] | None = None,
        undone: Callable[[], None] = lambda: None,
        consent: str | None = None,
    ) -> None:
        """Make a face known, with what the person agreed to."""

        def done(named: Named) -> None:
            if self._controller.run is not None:
                self._controller.run.accept(named.identity, named.vectors)
            self._people_changed()
            if then is not None:
                then()
            self._say_named(named, undone)

        self._context.run(
            lambda on_event, cancel: self._service.name_face(name, samples, consent, on_event),
            done=done,
            owner=self,
        )

    def _say_named(self, named: Named, undone: Callable[[], None]) -> None:
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
        self._context.show_notice(text, hint, (self.tr("&Undo"), lambda: self._undo_naming(named, undone)))

    def _undo_naming(self, named: Named, undone: Callable[[], None]) -> None:
        self._undo(lambda: self._service.undo_naming(named, lambda event: None), undone)

    def ignore(self, track_id: int) -> None:
        """Leave a face without a name until it leaves."""
        if self._controller.run is not None:
            self._controller.run.ignore(track_id)

    def _undo(self, work: Callable[[], None], undone: Callable[[], None] = lambda: None) -> None:
        def done(_: None) -> None:
            self._people_changed()
            undone()

        self._context.run(lambda on_event, cancel: work(), done=done, owner=self)

    def _people_changed(self) -> None:
        self._controller.check_now()
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
                run.record(path, annotated=annotated, words=words, done=self.recorded.emit)

        self._context.run(lambda on_event, cancel: _make_folder(path.parent), done=made, owner=self)

    def _label_words(self) -> LabelWords:
        return LabelWords(
            unknown=self.tr("unknown"),
            like=self.tr("like {name}"),
            unproven=life_word(None),
            tasks={task: life_word(task) for task in get_args(LifeTask)},
        )

    def stop_recording(self) -> None:
        """End it."""
        run = self._controller.run
        if run is not None:
            self._context.run(lambda on_event, cancel: run.stop_recording(), owner=self)

    def _say_recorded(self, path: Path, seconds: float) -> None:
        text = self.tr("Recorded {duration}: {name}.").format(duration=duration(seconds), name=path.name)
        self._say_saved(text, path)

    def export_log(self) -> None:
        """Ask where, then write the log."""
        question = FileQuestion(self._context.preferences, "logs", Place.DocumentsLocation)
        proposal = f"facecam-log-{datetime.now():%Y%m%d}.csv"
        path = question.target(
            self._window,
            self.tr("Save the log"),
            proposal,
            self.tr("Tables") + " (*.csv)",
            lambda path: may_replace(path, self._window),
        )
        if path is None:
            return
        unknown = self.tr("unknown")
        self._context.run(
            lambda on_event, cancel: self._service.export_log(path, unknown),
            done=lambda count: self._say_saved(self.tr("%n visit(s) saved.", "", count), path),
            owner=self,
        )

    def clear_log(self) -> None:
        """Empty the log."""
        self._context.run(lambda on_event, cancel: self._service.clear_log(), owner=self)

    def keep_log(self) -> None:
        """Write visits down, or not, as the user has set."""
        wanted = self._context.preferences.keep_log
        self._context.run(lambda on_event, cancel: self._service.keep_log(wanted), owner=self)

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


def _new_file(place: Place, ending: str) -> Path:
    # Milliseconds: two pictures may be saved within a second.
    moment = datetime.now()
    name = f"facecam-{moment:%Y%m%d-%H%M%S}-{moment.microsecond // 1000:03}{ending}"
    return saved_folder(place) / name


def _make_folder(folder: Path) -> None:
    with readable_os_errors("make the folder", folder):
        folder.parent.mkdir(parents=True, exist_ok=True)  # The user's, as every program makes it.
        make_private_folder(folder)
