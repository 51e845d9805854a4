"""Renaming, merging, deleting: asked for, done in the background, and taken back if wished."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QInputDialog, QWidget

from facecam.core.errors import FacecamError
from facecam.core.types import Identity
from facecam.gui.core.context import AppContext
from facecam.gui.enroll.dialogs.name_dialog import PersonNameDialog
from facecam.gui.enroll.dialogs.questions import (
    MergeQuestion,
    deletion_question,
    removal_question,
    short,
    what_stays,
)
from facecam.gui.enroll.lists.people_model import key_of
from facecam.gui.enroll.service import EnrollService, Undo

if TYPE_CHECKING:
    from facecam.engine.people.deletion_plan import DeletionPlan
    from facecam.engine.people.list import RosterEntry
    from facecam.engine.people.person_page import PhotoCard


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """Something that can be taken back, in words."""

    text: str
    undo: Undo


class Changes(QObject):
    """What can be done to people.

    Args:
        context: does the work and shows what became of it.
        service: the door to the engine.
        everybody: gives all people.
        window: owner of the dialogs.
    """

    #: The person to show afterwards, an `Identity` or None; the people have changed.
    changed = Signal(object)
    undo_changed = Signal(str)

    def __init__(
        self,
        context: AppContext,
        service: EnrollService,
        everybody: Callable[[], Sequence[RosterEntry]],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context, self._service, self._everybody, self._window = context, service, everybody, window
        self._steps: list[_Step] = []

    def rename(self, entry: RosterEntry) -> None:
        """Ask for another name."""
        names = [one.name for one in self._everybody()]
        dialog = PersonNameDialog("rename", names, entry.name, self._window)
        dialog.accepted.connect(lambda: self._rename(entry.identity, dialog.name))
        show(dialog)

    def merge(self, entry: RosterEntry) -> None:
        """Ask who is the same person."""
        others = [one for one in self._everybody() if key_of(one) != key_of(entry)]
        if not others:
            self._context.show_notice(self.tr("There is nobody else to merge with."))
            return
        dialog = MergeQuestion(entry, others, self._window)

        def join() -> None:
            if dialog.other is not None:
                self.join(entry.identity, dialog.other.identity)

        dialog.accepted.connect(join)
        show(dialog)

    def join(self, gone: Identity, kept: Identity) -> None:
        """Make two people one."""
        text = self.tr("%1 is %2 now").replace("%1", short(gone.name)).replace("%2", short(kept.name))
        self._do(lambda: self._service.merge(gone, kept), text, kept)

    def consent(self, entry: RosterEntry) -> None:
        """Ask what somebody known agreed to."""
        before = "" if entry.consent is None else entry.consent.purpose
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(self.tr("Consent"))
        dialog.setLabelText(self.tr("What did %1 agree to?").replace("%1", short(entry.name)))
        dialog.setTextValue(before)
        dialog.resize(440, dialog.sizeHint().height())

        def note(text: str) -> None:
            if text.strip() not in ("", before):
                self._note_consent(entry.identity, text)

        dialog.textValueSelected.connect(note)
        show(dialog)

    def delete(self, entry: RosterEntry) -> None:
        """Say what would be deleted, and ask."""

        def ask(plan: DeletionPlan) -> None:
            dialog = deletion_question(plan, self._window)
            text = self.tr("%1 was deleted").replace("%1", short(entry.name))
            delete = lambda: self._service.delete(entry.identity)  # noqa: E731
            dialog.accepted.connect(lambda: self._do(delete, text, None, what_stays(plan)))
            show(dialog)

        self._context.run(
            lambda on_event, cancel: self._service.plan_deletion(entry.identity), done=ask, owner=self
        )

    def remove_photo(self, entry: RosterEntry, card: PhotoCard) -> None:
        """Say what would be removed, and ask."""
        dialog = removal_question(entry.name, card.path.name, card.known, self._window)
        text = self.tr("A photo of %1 was removed").replace("%1", short(entry.name))
        work = lambda: self._service.remove_photo(entry.identity, card.path)  # noqa: E731
        dialog.accepted.connect(lambda: self._do(work, text, entry.identity))
        show(dialog)

    def undo(self) -> None:
        """Take the last step back."""
        if self._steps:
            self._take_back(self._steps[-1])

    # ------------------------------------------------------------------ inside

    def _note_consent(self, identity: Identity, text: str) -> None:
        self._context.run(
            lambda on_event, cancel: self._service.record_consent(identity, text),
            done=lambda _: self.changed.emit(identity),
            owner=self,
            name=self.tr("changing people"),
        )

    def _rename(self, identity: Identity, name: str) -> None:
        if name == identity.name:
            return
        text = self.tr("%1 is called %2 now").replace("%1", short(identity.name)).replace("%2", short(name))
        self._do(lambda: self._service.rename(identity, name), text, Identity(identity.id, name))

    def _do(self, work: Callable[[], Undo], text: str, afterwards: Identity | None, hint: str = "") -> None:
        def done(undo: Undo) -> None:
            step = _Step(text, undo)
            self._steps.append(step)
            self._tell()
            action = (self.tr("&Undo"), lambda: self._take_back(step))
            self._context.show_notice(f"{text}.", hint, action)
            self.changed.emit(afterwards)

        self._context.run(
            lambda on_event, cancel: work(), done=done, owner=self, name=self.tr("changing people")
        )

    def _take_back(self, step: _Step) -> None:
        if step not in self._steps:
            return
        self._steps.remove(step)
        self._tell()

        def done(identity: Identity) -> None:
            self._context.show_notice(self.tr("Taken back: %1.").replace("%1", step.text))
            self.changed.emit(identity)

        def failed(error: FacecamError) -> None:
            self._steps.append(step)  # Whatever was in the way may be gone at the next attempt.
            self._tell()
            self._context.show_error(error)

        self._context.run(
            lambda on_event, cancel: step.undo(),
            done=done,
            failed=failed,
            owner=self,
            name=self.tr("changing people"),
        )

    def _tell(self) -> None:
        self.undo_changed.emit(self._steps[-1].text if self._steps else "")


def show(dialog: QDialog) -> None:
    """Open a dialog that is gone when it is closed."""
    from PySide6.QtCore import Qt

    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
