"""Demo profile: demo people in folders of their own."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from facecam.core.config import Settings
from facecam.core.errors import FacecamError
from facecam.core.events import CancelToken, EventSink
from facecam.gui.core.context import AppContext, Message
from facecam.gui.core.jobs import no_job


def fill_demo_profile(settings: Settings, folder: Path, on_event: EventSink, cancel: CancelToken) -> Settings:
    """Enroll the demo people in a folder; returns the settings that use it.

    Raises:
        FacecamError: the demo material or a model is missing.
    """
    from facecam.engine.demo import Demo
    from facecam.engine.enrollment.enroller import Enroller
    from facecam.engine.places import DEMO_FOLDER

    demo = Demo(DEMO_FOLDER)
    demo.prepare(on_event)
    own = replace(settings, data=folder / "data", database=folder / "database")
    enroller = Enroller(own, on_event=on_event, cancel=cancel)
    for portrait in demo.portraits():
        cancel.check()
        if portrait.enrolled:
            enroller.enroll(portrait.name, [portrait.path])
    return own


class DemoProfile(QObject):
    """Switches to the demo people and back."""

    entered = Signal()

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._before: Settings | None = None
        self._folder: Path | None = None
        self._preparing = no_job()

    @property
    def active(self) -> bool:
        """Whether the demo people are in use."""
        return self._before is not None

    def enter(self) -> None:
        """Enroll the demo people in the background, then show them in Live."""
        if self.active or self._preparing.pending:
            self._context.go_to("live", source="demo")
            return
        folder = self._folder = Path(tempfile.mkdtemp(prefix="facecam-demo-"))
        settings = self._context.settings
        self._context.show(
            Message(self.tr("Preparing the demo…"), self.tr("A few seconds the first time."), key="demo")
        )
        self._preparing = self._context.run(
            lambda on_event, cancel: fill_demo_profile(settings, folder, on_event, cancel),
            done=self._on_filled,
            failed=self._on_failed,
            owner=self,
        )

    def leave(self) -> None:
        """Back to the user's own people; the demo's folder goes."""
        if self._before is not None:
            before, self._before = self._before, None
            self._context.withdraw("demo")
            self._context.set_settings(before)
            self._context.people_changed.emit()
        self.remove_folder()

    def remove_folder(self) -> None:
        """Remove the demo's own copy of the photos."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _on_filled(self, own: Settings) -> None:
        self._before = self._context.settings
        self._context.set_settings(own)
        self._context.people_changed.emit()
        message = Message(
            self.tr("You are looking at the demo people."),
            self.tr("Your own people and photos are untouched. One of the three is a stranger on purpose."),
            action=(self.tr("&Back to my people"), self.leave),
            key="demo",
        )
        self._context.show(message)
        self.entered.emit()
        self._context.go_to("live", source="demo")

    def _on_failed(self, error: FacecamError) -> None:
        self._context.withdraw("demo")
        self.remove_folder()
        self._context.show_error(error)
