"""Add pane, the middle of the tab: photos by camera, file dialog or drop, and their verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QInputDialog, QStackedWidget

from facecam.core.errors import FacecamError
from facecam.core.types import Identity
from facecam.gallery.names import alike
from facecam.gui.core.context import AppContext
from facecam.gui.core.file_questions import FileQuestion, Place
from facecam.gui.enroll.dialogs.questions import GroupsQuestion
from facecam.gui.enroll.engine_service import EngineEnrollService
from facecam.gui.enroll.enrolling import Enrolling
from facecam.gui.enroll.guide_runner import GuideRunner
from facecam.gui.enroll.lists.verdict_model import VerdictModel
from facecam.gui.enroll.naming import Naming
from facecam.gui.enroll.pages.add_page import AddPage
from facecam.gui.enroll.pages.guide_page import POSES, GuidePage
from facecam.gui.enroll.pages.naming_page import NamingPage
from facecam.gui.enroll.pages.result_page import ResultPage
from facecam.gui.enroll.service import EnrollRequest
from facecam.gui.widgets.face_cache import FaceCache
from facecam.gui.widgets.look_dialog import show
from facecam.gui.widgets.name_dialog import PersonNameDialog

if TYPE_CHECKING:
    from facecam.engine.enrollment.guide_session import Shot
    from facecam.engine.photos.groups import PhotoGroup

_CAMERA_KEY = "enroll.camera"
_PICTURES = "*.jpg *.jpeg *.png *.webp *.bmp *.heic *.heif *.avif *.tif *.tiff *.gif *.pgm *.ppm"


class AddPane(QStackedWidget):
    """Pages: add, guide, result.

    Args:
        context: does the work.
        service: the door to the engine.
        names: gives everybody's names.
    """

    #: Somebody was enrolled: the `Identity` to show, or None for several people.
    enrolled = Signal(object)
    #: A name that was typed: of somebody new, or known already.
    target_named = Signal(str)

    def __init__(
        self, context: AppContext, service: EngineEnrollService, names: Callable[[], Iterable[str]]
    ) -> None:
        super().__init__()
        self._context, self._service, self._names = context, service, names
        #: See `Changes.dress`.
        self.dress: Callable[[PersonNameDialog, Sequence[Path]], None] = lambda dialog, photos: None
        self._target = self._just_enrolled = ""
        self._consents: dict[str, str | None] = {}
        self.pictures: FaceCache[Path] = FaceCache(context, service.small_picture, self)
        self.runner = GuideRunner(context, service, self)
        self.add, self.guide = AddPage(), GuidePage()
        self.result = ResultPage(VerdictModel(self.pictures, self))
        self.enrolling = Enrolling(context, service, self.result, self)
        self.naming = Naming(
            context, service, NamingPage(FaceCache(context, service.face_picture, self)), self
        )
        for page in (self.add, self.guide, self.result, self.naming.page):
            self.addWidget(page)
        self._connect()

    @property
    def busy(self) -> bool:
        """Whether photos are being taken or looked at."""
        return self.runner.running or self.enrolling.busy or self.naming.busy

    def set_target(self, name: str, *, new: bool, anybody: bool) -> None:
        """For whom photos are added from now on; a finished result makes room."""
        if name not in (self._target, self._just_enrolled) and not self.busy:
            self.setCurrentWidget(self.add)
        self._target = name
        self.add.show_target(name, new=new, anybody=anybody)

    def look_for_cameras(self) -> None:
        """Fill the chooser."""
        self._context.run(
            lambda on_event, cancel: self._service.cameras(),
            done=lambda cameras: self.add.show_cameras(
                cameras, self._context.preferences.text(_CAMERA_KEY, "")
            ),
            owner=self,
        )

    def ask_name(self, then: Callable[[str], None], text: str = "", photos: Sequence[Path] = ()) -> None:
        """Ask who it is, of whom these photos are."""
        asked = self._context.preferences.ask_consent
        dialog = PersonNameDialog("new", self._names(), text, self.window(), ask_consent=asked)
        self.dress(dialog, photos)

        def named() -> None:
            self._consents[dialog.name] = dialog.consent.note
            self.target_named.emit(dialog.name)
            then(dialog.name)

        show(dialog, named)

    # ------------------------------------------------------------------ files

    def choose_files(self) -> None:
        """Let the user choose photos."""
        filters = f"{self.tr('Pictures')} ({_PICTURES});;{self.tr('All files')} (*)"
        self.add_paths(self._question("photos").files(self, self.tr("Add photos"), filters))

    def choose_folder(self) -> None:
        """Let the user choose a folder."""
        folder = self._question("people").directory(self, self.tr("Add a folder of photos"))
        if folder is not None:
            self.add_paths([folder])

    def _question(self, purpose: str) -> FileQuestion:
        films = purpose in ("films", "named films")
        place = Place.MoviesLocation if films else Place.PicturesLocation
        return FileQuestion(self._context.preferences, purpose, place)

    def add_paths(self, paths: Sequence[Path]) -> None:
        """Enroll from files and folders; asks for whom if that is not clear."""
        if not paths or self.busy:
            return
        self._context.run(
            lambda on_event, cancel: self._service.groups(paths),
            done=lambda groups: self._on_groups(groups, paths),
            owner=self,
        )

    def _on_groups(self, groups: Sequence[PhotoGroup], paths: Sequence[Path]) -> None:
        photos = tuple(photo for group in groups for photo in group.photos)
        if not photos:
            self._context.show_notice(
                self.tr("There are no pictures in there."), self.tr("Choose photos, or a folder with photos.")
            )
            return
        named = [group for group in groups if group.name]
        if len(named) > 1:
            self._ask_about_groups(groups)
            return
        suggestion = named[0].name if len(groups) == 1 and named else ""
        self._enroll_for_target(photos, suggestion)

    def _ask_about_groups(self, groups: Sequence[PhotoGroup]) -> None:
        named = [group for group in groups if group.name]
        counts = [(group.name, len(group.photos)) for group in named]
        names = self._names()
        new = {name for name, _ in counts if not alike(name, names)}
        asked = self._context.preferences.ask_consent and bool(new)
        dialog = GroupsQuestion(counts, self._target, self.window(), ask_consent=asked)

        def go() -> None:
            if dialog.one_person:
                self._enroll_for_target(tuple(photo for group in groups for photo in group.photos), "")
            else:
                consents = dict.fromkeys(new, dialog.consent.note)
                self.enrolling.enroll(
                    [EnrollRequest(one.name, one.photos, consent=consents.get(one.name)) for one in named]
                )

        show(dialog, go)

    def _enroll_for_target(self, photos: tuple[Path, ...], suggestion: str) -> None:
        if self._target:
            self._enroll(self._target, photos)
        else:
            self.ask_name(lambda name: self._enroll(name, photos), suggestion, photos)

    def _enroll(self, name: str, photos: tuple[Path, ...]) -> None:
        self.enrolling.enroll([EnrollRequest(name, photos, consent=self._consents.get(name))])

    # ------------------------------------------------------------------ camera

    def start_camera(self, spec: str) -> None:
        """Begin guided photos; asks for whom if that is not clear."""
        if not spec or self.busy:
            return
        if not self._target:
            self.ask_name(lambda name: self.start_camera(spec))
            return
        self._context.preferences.put(_CAMERA_KEY, spec)
        self.guide.begin(self._target, self._context.preferences.mirror)
        self.setCurrentWidget(self.guide)
        self.runner.start(spec, POSES)

    def cancel(self) -> None:
        """Stop what runs; nothing is kept."""
        if self.runner.running:
            self.runner.cancel()
            self.setCurrentWidget(self.add)
        elif self.naming.busy:
            self.naming.cancel()
        else:
            self.enrolling.cancel()

    def name_faces(self, kind: str) -> None:
        """Let the user choose a folder of unsorted photos, or a film, whose faces are to be named."""
        if self.busy:
            return
        if kind == "film":
            chosen = self._question("named films").file(self, self.tr("Name the faces in a film"))
        else:
            chosen = self._question("named photos").directory(self, self.tr("Name the faces in a folder"))
        if chosen is not None:
            self.naming.look([chosen], list(self._names()))

    def choose_film(self) -> None:
        """Let the user choose a video file to take the photos from."""
        film = self._question("films").file(self, self.tr("Take photos from a video"))
        if film is not None:
            self.add.choose_source(str(film))

    def ask_for_address(self) -> None:
        """Let the user type the address of a camera."""
        dialog = QInputDialog(self)
        dialog.setWindowTitle(self.tr("Camera"))
        dialog.setLabelText(self.tr("Address of the camera (rtsp://… or http://…):"))
        dialog.resize(440, dialog.sizeHint().height())
        dialog.textValueSelected.connect(
            lambda text: self.add.choose_source(text.strip()) if text.strip() else None
        )
        show(dialog)

    def _on_guide_failed(self, error: FacecamError) -> None:
        self.setCurrentWidget(self.add)
        self._context.show_error(error)
        self.look_for_cameras()

    def _on_guide_ended(self, shots: Sequence[Shot], error: BaseException | None) -> None:
        if isinstance(error, FacecamError):
            self._context.show_error(error)
        elif error is not None:
            self._context.show_bug(error)
        if not shots:
            self.setCurrentWidget(self.add)
            if error is None:
                self._context.show_notice(
                    self.tr("No photo was taken."),
                    self.tr("Sit in front of the camera with light on your face, then start again."),
                )
            return
        self.enrolling.save(self._target, shots, self._consents.get(self._target))

    # ------------------------------------------------------------------ inside

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back, and stops what runs."""
        if event.key() != Qt.Key.Key_Escape or self.currentWidget() is self.add:
            super().keyPressEvent(event)
        elif self.busy:
            self.cancel()
        else:
            self._leave()

    def _on_enrolled(self, identity: Identity | None) -> None:
        self._just_enrolled = "" if identity is None else identity.name
        self.enrolled.emit(identity)

    def _leave(self) -> None:
        self._just_enrolled = ""
        self.setCurrentWidget(self.add)

    def _connect(self) -> None:
        self.add.start.clicked.connect(lambda: self.start_camera(self.add.spec))
        self.add.files.clicked.connect(self.choose_files)
        self.add.folder.clicked.connect(self.choose_folder)
        self.add.film_wanted.connect(self.choose_film)
        self.add.address_wanted.connect(self.ask_for_address)
        self.add.refresh.clicked.connect(self.look_for_cameras)
        self.add.naming_wanted.connect(self.name_faces)
        self.naming.began.connect(lambda: self.setCurrentWidget(self.naming.page))
        self.naming.ended.connect(lambda: self.setCurrentWidget(self.add))
        self.naming.enroll_wanted.connect(self.enrolling.enroll)
        self.guide.skip.clicked.connect(self.runner.skip)
        self.guide.redo.clicked.connect(self.runner.redo)
        self.guide.finish.clicked.connect(self.runner.finish)
        self.guide.cancel.clicked.connect(self.cancel)
        self.runner.view_came.connect(self.guide.show_view)
        self.runner.failed.connect(self._on_guide_failed)
        self.runner.ended.connect(self._on_guide_ended)
        self.result.cancel.clicked.connect(self.cancel)
        self.result.done.clicked.connect(self._leave)
        self.result.more.clicked.connect(self.choose_files)
        self.enrolling.began.connect(lambda: self.setCurrentWidget(self.result))
        self.enrolling.given_up.connect(lambda: self.setCurrentWidget(self.add))
        self.enrolling.enrolled.connect(self._on_enrolled)
        self.result.undo.clicked.connect(self._leave)
