"""Enrollment in the background: photos go in, verdicts come out, and the user helps with some of them."""

from __future__ import annotations

import queue
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from facecam.core.errors import FacecamError
from facecam.core.events import CancelToken, Event, EventSink, Progress
from facecam.core.types import Box
from facecam.engine.photos.quality import PhotoVerdict
from facecam.gui.core.context import AppContext
from facecam.gui.core.jobs import no_job
from facecam.gui.core.translation import filled
from facecam.gui.enroll.dialogs.face_dialog import FaceDialog
from facecam.gui.enroll.dialogs.questions import short
from facecam.gui.enroll.engine_service import EngineEnrollService
from facecam.gui.enroll.lists.verdict_model import VerdictRow
from facecam.gui.enroll.pages.result_page import ResultPage
from facecam.gui.enroll.service import EnrollOutcome, EnrollRequest, FaceChoices
from facecam.gui.widgets.look_dialog import show

if TYPE_CHECKING:
    from facecam.engine.enrollment.guide_session import Shot

_Seen = queue.SimpleQueue[tuple[str, PhotoVerdict]]


class Enrolling(QObject):
    """One piece of work at a time, shown on the result page.

    Args:
        context: does the work.
        service: the door to the engine.
        result: where the verdicts are shown.
        parent: owner.
    """

    #: The result page is worth seeing.
    began = Signal()
    #: It was cancelled, or failed as a whole.
    given_up = Signal()
    #: Somebody was enrolled: the `Identity` to show, or None for several people.
    enrolled = Signal(object)
    #: What was put there and can be taken back: outcomes.
    recorded = Signal(object)

    def __init__(
        self,
        context: AppContext,
        service: EngineEnrollService,
        result: ResultPage,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._service = context, service
        self.result, self.model = result, result.model
        self._job = no_job()
        result.list.cure_wanted.connect(self.cure)

    @property
    def busy(self) -> bool:
        """Whether photos are being looked at."""
        return self._job.pending

    def cancel(self) -> None:
        """Stop; nothing is saved of the person being looked at."""
        if self.busy:
            self._job.cancel()
        else:
            self.given_up.emit()

    def enroll(self, requests: Sequence[EnrollRequest]) -> None:
        """Enroll one person after the other and show what became of each photo."""
        self.model.begin((request.name, photo) for request in requests for photo in request.photos)
        total = sum(len(request.photos) for request in requests)
        title = filled(self.tr("Looking at photos of %1"), short(requests[0].name))
        if len(requests) > 1:
            title = self.tr("Looking at photos of %n people", "", len(requests))
        self.result.begin(title, total)
        self.began.emit()
        seen: _Seen = queue.SimpleQueue()
        outcomes: list[EnrollOutcome] = []
        self._job = self._context.run(
            lambda on_event, cancel: _enroll_all(self._service, requests, outcomes, seen, on_event, cancel),
            done=lambda nothing: self._show_outcomes(outcomes),
            ended=lambda: self._drain(seen),
            failed=lambda error: self._on_failed(error, outcomes),
            on_event=lambda event: self._on_event(event, seen),
            cancelled=lambda: self._on_cancelled(outcomes, len(requests)),
            owner=self,
            busy=("enroll", self.tr("Enrolling people")),
        )

    def save(self, name: str, shots: Sequence[Shot], consent: str | None = None) -> None:
        """Enroll from guided photos."""
        self.model.begin(())
        self.result.begin(filled(self.tr("Learning the face of %1"), short(name)), len(shots))
        self.began.emit()

        def done(outcome: EnrollOutcome) -> None:
            images = {shot.pose: shot.image for shot in shots}
            for verdict in outcome.verdicts:
                pose = verdict.path.stem.rsplit("-", 1)[-1]
                if pose in images:
                    self.model.pictures.put(verdict.path, images[pose])
            self._show_outcomes([outcome])

        self._job = self._context.run(
            lambda on_event, cancel: self._service.save_shots(name, shots, consent, on_event, cancel),
            done=done,
            failed=self._on_failed,
            cancelled=self._on_cancelled,
            owner=self,
            busy=("enroll", self.tr("Enrolling people")),
        )

    def _on_event(self, event: Event, seen: _Seen) -> None:
        self._drain(seen)
        if isinstance(event, Progress) and event.stage == "all photos":
            self.result.show_progress(event.done, event.total)

    def _drain(self, seen: _Seen) -> None:
        while not seen.empty():
            name, verdict = seen.get()
            self.model.judge(name, [verdict], final=False)

    def _show_outcomes(self, outcomes: Sequence[EnrollOutcome]) -> None:
        for outcome in outcomes:
            self.model.judge(outcome.name, outcome.verdicts, final=True)
        self.result.show_outcomes(outcomes)
        self.began.emit()
        faults = [one.fault for one in outcomes if one.fault is not None and not one.verdicts]
        for fault in faults[:1]:
            self._context.show_error(fault)
        known = [outcome.identity for outcome in outcomes if outcome.identity is not None]
        self.recorded.emit(outcomes)
        if known:
            self.enrolled.emit(known[0] if len(known) == 1 else None)

    def _on_failed(self, error: FacecamError, outcomes: Sequence[EnrollOutcome] = ()) -> None:
        self.given_up.emit()
        self.recorded.emit(list(outcomes))
        self._context.show_error(error)

    def _on_cancelled(self, outcomes: Sequence[EnrollOutcome] = (), people: int = 1) -> None:
        """What was kept stays on the page, is said, and can be taken back."""
        kept = sum(outcome.identity is not None for outcome in outcomes)
        hint = self.tr("Nothing was saved of the person being looked at.")
        if not kept:
            self.given_up.emit()
            self._context.show_notice(self.tr("Cancelled."), hint)
            self.enrolled.emit(None)
            return
        self._show_outcomes(outcomes)
        said = filled(self.tr("Cancelled. People kept: %1 of %2."), kept, people)
        self._context.show_notice(said, hint)

    # ------------------------------------------------------------------ one photo

    def cure(self, row: VerdictRow) -> None:
        """Do what the user can do about a photo."""
        if self.busy or row.verdict is None:
            return
        if row.cure == "use anyway" and row.verdict.box is not None:
            self._again(row.person, row.path, row.verdict.box)
        elif row.cure:
            self.choose_face(row.person, row.path)

    def choose_face(self, person: str, photo: Path) -> None:
        """Let the user say which face of a photo is the person's, or draw it."""
        if not self.busy:
            self._job = self._context.run(
                lambda on_event, cancel: self._service.faces_in(photo, person),
                done=lambda faces: self._ask_which(person, faces),
                owner=self,
            )

    def _ask_which(self, person: str, faces: FaceChoices) -> None:
        dialog = FaceDialog(person, faces, self.result.window())

        def chosen() -> None:
            if dialog.box is not None:
                self._again(person, faces.path, dialog.box)

        dialog.no_face_wanted.connect(lambda box: self._mark(person, dialog, box, no_face=True))
        dialog.face_wanted.connect(lambda box: self._mark(person, dialog, box, no_face=False))
        show(dialog, chosen)

    def _mark(self, person: str, dialog: FaceDialog, box: Box, *, no_face: bool) -> None:
        """Remember that something is no face, or that it is one after all, and show the photo anew."""
        photo = dialog.photo

        def work(on_event: EventSink, cancel: CancelToken) -> FaceChoices:
            if no_face:
                self._service.mark_no_face(photo, box)
            else:
                self._service.unmark_no_face(photo, box)
            return self._service.faces_in(photo, person)

        def failed(error: FacecamError) -> None:
            self._context.show_error(error)
            dialog.set_waiting(False)

        dialog.set_waiting(True)
        self._job = self._context.run(work, done=dialog.show_faces, failed=failed, owner=dialog)

    def _again(self, person: str, photo: Path, box: Box) -> None:
        request = EnrollRequest(person, (photo,), {photo: box})

        def done(outcome: EnrollOutcome) -> None:
            if self.model.has(person, photo):
                self.model.judge(person, outcome.verdicts, final=True)
                self.result.count_again()
            if outcome.fault is not None:
                self._context.show_error(outcome.fault)
            elif any(verdict.used for verdict in outcome.verdicts):
                self._say_less_sure(outcome)
            self.recorded.emit([outcome])
            if outcome.identity is not None:
                self.enrolled.emit(outcome.identity)

        self._job = self._context.run(
            lambda on_event, cancel: self._service.enroll(request, lambda verdict: None, on_event, cancel),
            done=done,
            owner=self,
        )

    def _say_less_sure(self, outcome: EnrollOutcome) -> None:
        from facecam.engine.faces.drawn_box import UNSURE

        if any(UNSURE in verdict.detail for verdict in outcome.verdicts):
            self._context.show_notice(
                self.tr("The face is taken as it was drawn."),
                self.tr("Its eyes and nose were not found, so it is less sure; a clearer photo would help."),
            )


def _enroll_all(
    service: EngineEnrollService,
    requests: Sequence[EnrollRequest],
    outcomes: list[EnrollOutcome],
    seen: _Seen,
    on_event: EventSink,
    cancel: CancelToken,
) -> None:
    """One person after the other; progress counts the photos of all, `outcomes` holds what is done."""
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
