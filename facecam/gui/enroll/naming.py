"""Naming of many photos: their faces are grouped in the background, named on a page, and enrolled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from facecam.core.errors import FacecamError
from facecam.core.events import Event, Progress
from facecam.gui.core.context import AppContext
from facecam.gui.core.jobs import no_job
from facecam.gui.enroll.engine_service import EngineEnrollService
from facecam.gui.enroll.pages.naming_page import NamingPage
from facecam.gui.enroll.service import EnrollRequest

#: Photos that one group is enrolled from at most, the largest faces first: more make nobody better known.
MOST_PHOTOS = 30


class Naming(QObject):
    """Shows one set of groups at a time.

    Args:
        context: does the work.
        service: the door to the engine.
        page: where the groups are named.
        parent: owner.
    """

    began = Signal()
    ended = Signal()
    #: A list of `EnrollRequest`.
    enroll_wanted = Signal(object)

    def __init__(
        self,
        context: AppContext,
        service: EngineEnrollService,
        page: NamingPage,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._context, self._service, self.page = context, service, page
        self._job = no_job()
        page.cancel.clicked.connect(self.cancel)
        page.enroll.clicked.connect(self._on_enroll)

    @property
    def busy(self) -> bool:
        """Whether photos are being looked at."""
        return self._job.pending

    def look(self, paths: Sequence[Path], names: Sequence[str]) -> None:
        """Group the faces of photos, folders and films; `names` are everybody's, to choose from."""
        self.page.begin(paths[0].name)
        self.began.emit()
        self._job = self._context.run(
            lambda on_event, cancel: self._service.faces_to_name(paths, on_event, cancel),
            done=lambda found: self.page.show_groups(
                found, names, ask_consent=self._context.preferences.ask_consent
            ),
            failed=self._on_failed,
            on_event=self._on_event,
            cancelled=self.ended.emit,
            owner=self,
        )

    def cancel(self) -> None:
        """Stop, or leave the page; nobody is enrolled."""
        if self.busy:
            self._job.cancel()
        else:
            self.ended.emit()

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.page.show_progress(event.done, event.total or 0)

    def _on_failed(self, error: FacecamError) -> None:
        self.ended.emit()
        self._context.show_error(error)

    def _on_enroll(self) -> None:
        """Groups of one name are one person; a photo counts once for each."""
        requests: dict[str, EnrollRequest] = {}
        for name, group in self.page.named:
            boxes = {**group.boxes(MOST_PHOTOS)}
            if name in requests:
                boxes = {**requests[name].chosen_faces, **boxes}
            requests[name] = EnrollRequest(name, tuple(boxes), boxes, self.page.consent_of(name))
        if requests:
            self.enroll_wanted.emit(list(requests.values()))
