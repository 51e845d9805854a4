"""State of the people: nobody enrolled, a gallery of another model, a clip that is over."""

from __future__ import annotations

from PySide6.QtCore import QObject

from facecam.core.errors import FacecamError
from facecam.core.events import Event, Progress
from facecam.gui.core.context import AppContext
from facecam.gui.core.translation import engine_text, sentence
from facecam.gui.live.controller import LiveController
from facecam.gui.live.engine_service import EngineLiveService
from facecam.gui.live.message_bar import MessageBar


class PeopleState(QObject):
    """Keeps the line above the picture true.

    Args:
        context: background work and the way to Enroll.
        service: rebuilds.
        controller: the running source.
        strip: the line.
        parent: owner.
    """

    def __init__(
        self,
        context: AppContext,
        service: EngineLiveService,
        controller: LiveController,
        strip: MessageBar,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._context, self._service, self._controller, self._strip = context, service, controller, strip
        self._rebuilding = ""

    def show(self) -> None:
        """Say what is amiss, or nothing."""
        run, state = self._controller.run, self._controller.state
        if self._rebuilding:
            self._strip.say(self._rebuilding)
        elif run is None or state.kind not in ("playing", "lost", "ended"):
            self._strip.hide()
        elif run.gallery_error is not None:
            self._strip.say(
                self._trouble(run.gallery_error), self.tr("&Rebuild now"), self.rebuild, warning=True
            )
        elif state.kind == "ended" and run.pictures == 1:
            self._strip.say(self.tr("{name} is shown.").format(name=run.description))
        elif state.kind == "ended":
            self._strip.say(self._over(run.description), self.tr("&Play again"), self._controller.restart)
        elif not run.people:
            self._strip.say(
                self.tr("Nobody is enrolled yet, so every face is unknown."),
                self.tr("&Enroll somebody"),
                lambda: self._context.go_to("enroll"),
            )
        else:
            self._strip.hide()

    def _over(self, description: str) -> str:
        request = self._controller.request
        if request is not None and request.source == "demo":
            return self.tr("The demo clip is over.")
        if self._controller.run is not None and self._controller.run.pictures:
            return self.tr("All pictures of {name} were shown.").format(name=description)
        return self.tr("{name} is over.").format(name=description)  # A file's or folder's name, as written.

    def rebuild(self) -> None:
        """Make the database anew from the photos, with the model in use."""
        if self._rebuilding:
            return
        self._rebuilding = self.tr("Rebuilding the database from the photos…")
        self._context.run(
            self._service.rebuild,
            done=self._on_rebuilt,
            ended=self._on_ended,
            on_event=self._on_event,
            owner=self,
        )
        self.show()

    def _trouble(self, error: FacecamError) -> str:
        return self.tr("{problem}. Every face is unknown until it is rebuilt.").format(
            problem=sentence(engine_text(error.message))
        )

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Progress) and event.stage == "people" and event.total:
            self._rebuilding = self.tr("Rebuilding the database: {done} of {total} people…").format(
                done=event.done, total=event.total
            )
            self.show()

    def _on_rebuilt(self, outcome: tuple[int, tuple[str, ...]]) -> None:
        count, left_out = outcome
        hint = self.tr("Left out for lack of usable photos: {names}.").format(names=", ".join(left_out))
        self._context.show_notice(
            self.tr("The database was made anew: %n people.", "", count), hint if left_out else ""
        )
        self._controller.check_now()
        self._context.people_changed.emit()
        self.show()

    def _on_ended(self) -> None:
        self._rebuilding = ""
        self.show()
