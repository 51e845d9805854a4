"""The middle of the tab: photos come in by camera, file dialog or drop, and their verdicts are shown."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFileDialog, QInputDialog, QStackedWidget, QWidget

from facecam.core.errors import FacecamError
from facecam.core.events import CancelToken, Event, EventSink, Progress
from facecam.core.types import Box
from facecam.gui.context import AppContext
from facecam.gui.enroll.add_page import AddPage
from facecam.gui.enroll.changes import show
from facecam.gui.enroll.face_dialog import FaceDialog
from facecam.gui.enroll.faces import FaceCache
from facecam.gui.enroll.guide_page import POSES, GuidePage
from facecam.gui.enroll.guide_runner import GuideRunner
from facecam.gui.enroll.name_dialog import NameDialog
from facecam.gui.enroll.questions import GroupsQuestion, short
from facecam.gui.enroll.result_page import ResultPage
from facecam.gui.enroll.service import EnrollOutcome, EnrollRequest, EnrollService, PhotoFaces
from facecam.gui.enroll.verdict_model import VerdictModel, VerdictRow
from facecam.gui.jobs import Job

if TYPE_CHECKING:
    from facecam.engine.guided_session import GuidedView, Shot
    from facecam.engine.photo_groups import PhotoGroup
    from facecam.engine.verdicts import PhotoVerdict

_CAMERA_KEY, _BUSY_KEY = "enroll.camera", "enroll"
_PICTURES = "*.jpg *.jpeg *.png *.webp *.bmp *.heic *.heif *.avif *.tif *.tiff *.gif *.pgm *.ppm"


class AddPane(QStackedWidget):
    """Pages: add, guide, result.

    Args:
        context: does the work.
        service: the door to the engine.
        names: gives everybody's names.
        parent: owner.
    """

    #: Somebody was enrolled: the `Identity` to show, or None for several people.
    enrolled = Signal(object)
    #: A name that was typed: of somebody new, or known already.
    target_named = Signal(str)
    merge_wanted = Signal(object)
    left = Signal()

    def __init__(
        self,
        context: AppContext,
        service: EnrollService,
        names: Callable[[], Iterable[str]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._service, self._names = context, service, names
        self._target, self._job = "", None
        self.pictures: FaceCache[Path] = FaceCache(context, service.small_picture, self)
        self.model = VerdictModel(self.pictures, self)
        self.runner = GuideRunner(context, service, self)
        self.add, self.guide, self.result = AddPage(), GuidePage(), ResultPage(self.model)
        for page in (self.add, self.guide, self.result):
            self.addWidget(page)
        self._connect()

    _job: Job | None

    @property
    def busy(self) -> bool:
        """Whether photos are being taken or looked at."""
        return self.runner.running or (self._job is not None and self._job.running)

    def set_target(self, name: str, *, new: bool, anybody: bool) -> None:
        """For whom photos are added from now on; a finished result makes room."""
        if name != self._target and not self.busy:
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

    def ask_name(self, then: Callable[[str], None], text: str = "") -> None:
        """Ask who it is, unless that is known."""
        dialog = NameDialog("new", self._names(), text, self.window())

        def named() -> None:
            self.target_named.emit(dialog.name)
            then(dialog.name)

        dialog.accepted.connect(named)
        show(dialog)

    # ------------------------------------------------------------------ files

    def choose_files(self) -> None:
        """Let the user choose photos."""
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        filters = f"{self.tr('Pictures')} ({_PICTURES});;{self.tr('All files')} (*)"
        names, _ = QFileDialog.getOpenFileNames(self, self.tr("Add photos"), start, filters)
        self.add_paths([Path(name) for name in names])

    def choose_folder(self) -> None:
        """Let the user choose a folder."""
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        name = QFileDialog.getExistingDirectory(self, self.tr("Add a folder of photos"), start)
        if name:
            self.add_paths([Path(name)])

    def add_paths(self, paths: Sequence[Path]) -> None:
        """Enrol from files and folders; asks for whom if that is not clear."""
        if not paths or self.busy:
            return
        self._context.run(
            lambda on_event, cancel: self._service.groups(paths),
            done=lambda groups: self._on_groups(groups, paths),
            owner=self,
        )

    def enroll(self, requests: Sequence[EnrollRequest]) -> None:
        """Enrol one person after the other and show what became of each photo."""
        self.model.begin((request.name, photo) for request in requests for photo in request.photos)
        total = sum(len(request.photos) for request in requests)
        title = self.tr("Looking at photos of %1").replace("%1", short(requests[0].name))
        if len(requests) > 1:
            title = self.tr("Looking at photos of %n people", "", len(requests))
        self.result.begin(title, total)
        self.setCurrentWidget(self.result)
        self._context.set_busy(_BUSY_KEY, self.tr("Enrolling people"))
        seen: queue.SimpleQueue[tuple[str, PhotoVerdict]] = queue.SimpleQueue()
        self._job = self._context.run(
            lambda on_event, cancel: _enrol_all(self._service, requests, seen, on_event, cancel),
            done=lambda outcomes: self._on_outcomes(outcomes, seen),
            failed=self._on_failed,
            on_event=lambda event: self._on_event(event, seen),
            cancelled=self._on_cancelled,
            owner=self,
            name=self.tr("enrolling"),
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
        dialog = GroupsQuestion(counts, self._target, self.window())

        def go() -> None:
            if dialog.one_person:
                self._enroll_for_target(tuple(photo for group in groups for photo in group.photos), "")
            else:
                self.enroll([EnrollRequest(group.name, group.photos) for group in named])

        dialog.accepted.connect(go)
        show(dialog)

    def _enroll_for_target(self, photos: tuple[Path, ...], suggestion: str) -> None:
        if self._target:
            self.enroll([EnrollRequest(self._target, photos)])
        else:
            self.ask_name(lambda name: self.enroll([EnrollRequest(name, photos)]), suggestion)

    def _on_event(self, event: Event, seen: queue.SimpleQueue[tuple[str, PhotoVerdict]]) -> None:
        self._drain(seen)
        if isinstance(event, Progress) and event.stage == "all photos":
            self.result.show_progress(event.done, event.total)

    def _drain(self, seen: queue.SimpleQueue[tuple[str, PhotoVerdict]]) -> None:
        while not seen.empty():
            name, verdict = seen.get()
            self.model.judge(name, [verdict], final=False)

    def _on_outcomes(
        self,
        outcomes: Sequence[EnrollOutcome],
        seen: queue.SimpleQueue[tuple[str, PhotoVerdict]],
    ) -> None:
        self._drain(seen)
        self._show_outcomes(outcomes)

    def _show_outcomes(self, outcomes: Sequence[EnrollOutcome]) -> None:
        self._end_job()
        for outcome in outcomes:
            self.model.judge(outcome.name, outcome.verdicts, final=True)
        self.result.show_outcomes(outcomes)
        self.setCurrentWidget(self.result)
        faults = [one.fault for one in outcomes if one.fault is not None and not one.verdicts]
        for fault in faults[:1]:
            self._context.show_error(fault)
        known = [outcome.identity for outcome in outcomes if outcome.identity is not None]
        if known:
            self.enrolled.emit(known[0] if len(known) == 1 else None)

    def _end_job(self) -> None:
        self._job = None
        self._context.set_busy(_BUSY_KEY, "")

    def _on_failed(self, error: FacecamError) -> None:
        self._end_job()
        self.setCurrentWidget(self.add)
        self._context.show_error(error)

    def _on_cancelled(self) -> None:
        self._end_job()
        self.setCurrentWidget(self.add)
        self._context.show_notice(
            self.tr("Cancelled."), self.tr("Nothing was saved of the person being looked at.")
        )
        self.enrolled.emit(None)

    # ------------------------------------------------------------------ one photo

    def cure(self, row: VerdictRow) -> None:
        """Do what the user can do about a photo."""
        if self.busy or row.verdict is None:
            return
        if row.cure == "use anyway" and row.verdict.box is not None:
            self._again(row, row.verdict.box)
        elif row.cure == "choose face":
            self._job = self._context.run(
                lambda on_event, cancel: self._service.faces_in(row.path),
                done=lambda faces: self._ask_which(row, faces),
                owner=self,
            )

    def _ask_which(self, row: VerdictRow, faces: PhotoFaces) -> None:
        dialog = FaceDialog(row.person, faces, self.window())

        def chosen() -> None:
            if dialog.index is not None:
                self._again(row, faces.original_box(dialog.index))

        dialog.accepted.connect(chosen)
        show(dialog)

    def _again(self, row: VerdictRow, box: Box) -> None:
        request = EnrollRequest(row.person, (row.path,), {row.path: box})

        def done(outcome: EnrollOutcome) -> None:
            self._job = None
            self.model.judge(row.person, outcome.verdicts, final=True)
            self.result.count_again()
            if outcome.fault is not None:
                self._context.show_error(outcome.fault)
            if outcome.identity is not None:
                self.enrolled.emit(outcome.identity)

        self._job = self._context.run(
            lambda on_event, cancel: self._service.enroll(request, lambda verdict: None, on_event, cancel),
            done=done,
            owner=self,
            name=self.tr("enrolling"),
        )

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
        elif self._job is not None:
            self._job.cancel()

    def choose_film(self) -> None:
        """Let the user choose a video file to take the photos from."""
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.MoviesLocation)
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Take photos from a video"), start)
        if name:
            self.add.choose_source(name)

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

    def _on_view(self, view: GuidedView) -> None:
        self.guide.show_view(view)

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
        self._save(self._target, shots)

    def _save(self, name: str, shots: Sequence[Shot]) -> None:
        self.model.begin(())
        self.result.begin(self.tr("Learning the face of %1").replace("%1", short(name)), len(shots))
        self.setCurrentWidget(self.result)
        self._context.set_busy(_BUSY_KEY, self.tr("Enrolling people"))

        def done(outcome: EnrollOutcome) -> None:
            images = {shot.pose: shot.image for shot in shots}
            for verdict in outcome.verdicts:
                pose = verdict.path.stem.rsplit("-", 1)[-1]
                if pose in images:
                    self.pictures.put(verdict.path, images[pose])
            self._show_outcomes([outcome])

        self._job = self._context.run(
            lambda on_event, cancel: self._service.save_shots(name, shots, on_event, cancel),
            done=done,
            failed=self._on_failed,
            cancelled=self._on_cancelled,
            owner=self,
            name=self.tr("enrolling"),
        )

    # ------------------------------------------------------------------ inside

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape goes back, and stops what runs."""
        if event.key() != Qt.Key.Key_Escape or self.currentWidget() is self.add:
            super().keyPressEvent(event)
        elif self.busy:
            self.cancel()
        else:
            self._leave()

    def _leave(self) -> None:
        self.setCurrentWidget(self.add)
        self.left.emit()

    def _connect(self) -> None:
        self.add.camera_wanted.connect(self.start_camera)
        self.add.files_wanted.connect(self.choose_files)
        self.add.folder_wanted.connect(self.choose_folder)
        self.add.film_wanted.connect(self.choose_film)
        self.add.address_wanted.connect(self.ask_for_address)
        self.add.cameras_wanted.connect(self.look_for_cameras)
        self.guide.skip_wanted.connect(self.runner.skip)
        self.guide.redo_wanted.connect(self.runner.redo)
        self.guide.finish_wanted.connect(self.runner.finish)
        self.guide.cancel_wanted.connect(self.cancel)
        self.runner.view_came.connect(self._on_view)
        self.runner.failed.connect(self._on_guide_failed)
        self.runner.ended.connect(self._on_guide_ended)
        self.result.cancel_wanted.connect(self.cancel)
        self.result.done_wanted.connect(self._leave)
        self.result.more_wanted.connect(self.choose_files)
        self.result.cure_wanted.connect(self.cure)
        self.result.merge_wanted.connect(self.merge_wanted)


def _enrol_all(
    service: EnrollService,
    requests: Sequence[EnrollRequest],
    seen: queue.SimpleQueue[tuple[str, PhotoVerdict]],
    on_event: EventSink,
    cancel: CancelToken,
) -> list[EnrollOutcome]:
    """One person after the other; progress counts the photos of all."""
    outcomes: list[EnrollOutcome] = []
    total, before = sum(len(request.photos) for request in requests), 0
    for request in requests:
        cancel.check()

        def count(event: Event, offset: int = before) -> None:
            if isinstance(event, Progress) and event.stage == "photos":
                on_event(Progress("all photos", offset + event.done, total))
            elif not isinstance(event, Progress):
                on_event(event)

        name = request.name
        outcomes.append(
            service.enroll(request, lambda verdict, name=name: seen.put((name, verdict)), count, cancel)  # type: ignore[misc]
        )
        before += len(request.photos)
    return outcomes
