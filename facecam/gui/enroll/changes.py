"""Changes of people in the tab: renaming, merging, deleting, in the background, and taken back if wished."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QInputDialog, QWidget

from facecam.core.errors import FacecamError
from facecam.core.types import Identity
from facecam.engine.people.deletion_plan import DeletionPlan
from facecam.engine.people.list import RosterEntry
from facecam.engine.people.person_page import PhotoCard
from facecam.gui.core.context import AppContext
from facecam.gui.core.translation import filled
from facecam.gui.enroll.dialogs.questions import (
    KeptQuestion,
    MergeQuestion,
    deletion_question,
    removal_question,
    short,
    what_stays,
)
from facecam.gui.enroll.engine_service import EngineEnrollService
from facecam.gui.enroll.lists.people_model import key_of
from facecam.gui.enroll.service import EnrollOutcome, Undo
from facecam.gui.widgets.look_dialog import show
from facecam.gui.widgets.name_dialog import PersonNameDialog


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
        service: EngineEnrollService,
        everybody: Callable[[], Sequence[RosterEntry]],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._context, self._service, self._everybody, self._window = context, service, everybody, window
        #: Gives a dialog the people's portraits, in the order in which photos look like them.
        self.dress: Callable[[PersonNameDialog, Sequence[Path]], None] = lambda dialog, photos: None
        self._steps: list[_Step] = []
        self._enrollment: _Step | None = None
        context.erased.connect(self._forget)

    def rename(self, entry: RosterEntry) -> None:
        """Ask for another name."""
        names = [one.name for one in self._everybody()]
        dialog = PersonNameDialog("rename", names, entry.name, self._window)
        show(dialog, lambda: self._rename(entry.identity, dialog.name))

    def merge(self, *entries: RosterEntry) -> None:
        """Ask who is the same person; of several chosen people, which of them stays."""
        if len(entries) > 1:
            self._merge_all(entries)
            return
        (entry,) = entries
        others = [one for one in self._everybody() if key_of(one) != key_of(entry)]
        if not others:
            self._context.show_notice(self.tr("There is nobody else to merge with."))
            return
        dialog = MergeQuestion(entry, others, self._window)

        def join() -> None:
            if dialog.other is not None:
                self.join(entry.identity, dialog.other.identity)

        show(dialog, join)

    def join(self, gone: Identity, kept: Identity) -> None:
        """Make two people one."""
        text = filled(self.tr("%1 is %2 now"), short(gone.name), short(kept.name))
        self._do(lambda: self._service.merge([gone], kept), text, kept)

    def consent(self, entry: RosterEntry) -> None:
        """Ask what somebody known agreed to."""
        before = "" if entry.consent is None else entry.consent.purpose
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(self.tr("Consent"))
        dialog.setLabelText(filled(self.tr("What did %1 agree to?"), short(entry.name)))
        dialog.setTextValue(before)
        dialog.resize(440, dialog.sizeHint().height())

        def note(text: str) -> None:
            if text.strip() not in ("", before):
                self._note_consent(entry.identity, text)

        dialog.textValueSelected.connect(note)
        show(dialog)

    def _merge_all(self, entries: Sequence[RosterEntry]) -> None:
        dialog = KeptQuestion(entries, self._window)

        def join() -> None:
            kept = dialog.other
            if kept is None:
                return
            gone = [one.identity for one in entries if key_of(one) != key_of(kept)]
            text = filled(self.tr("%n people are %1 now", "", len(gone)), short(kept.name))
            self._do(lambda: self._service.merge(gone, kept.identity), text, kept.identity)

        show(dialog, join)

    def delete(self, *entries: RosterEntry) -> None:
        """Say what would be deleted, and ask."""
        identities = [one.identity for one in entries]

        def ask(plans: Sequence[DeletionPlan]) -> None:
            dialog = deletion_question(plans, self._window)
            text = filled(self.tr("%1 was deleted"), short(entries[0].name))
            if len(plans) > 1:
                text = self.tr("%n people were deleted", "", len(plans))
            delete = lambda: self._service.delete(identities)  # noqa: E731
            stays = next((what_stays(plan) for plan in plans if plan.stays.text), "")
            show(dialog, lambda: self._do(delete, text, None, stays))

        self._context.run(
            lambda on_event, cancel: [self._service.plan_deletion(one) for one in identities],
            done=ask,
            owner=self,
        )

    def remove_photos(self, entry: RosterEntry, cards: Sequence[PhotoCard]) -> None:
        """Say what would be removed, and ask."""
        photos = [card.path for card in cards]
        known = any(card.known for card in cards)
        dialog = removal_question(entry.name, [photo.name for photo in photos], known, self._window)
        text = filled(self.tr("A photo of %1 was removed"), short(entry.name))
        if len(photos) > 1:
            text = filled(self.tr("%n photos of %1 were removed", "", len(photos)), short(entry.name))
        work = lambda: self._service.remove_photos(entry.identity, photos)  # noqa: E731
        show(dialog, lambda: self._do(work, text, entry.identity))

    def ask_and_move(self, entry: RosterEntry, photos: Sequence[Path]) -> None:
        """Ask to whom photos belong, and give them to that person."""
        names = [one.name for one in self._everybody() if key_of(one) != key_of(entry)]
        dialog = PersonNameDialog("new", names, "", self._window)
        dialog.setWindowTitle(self.tr("Move photos"))
        self.dress(dialog, photos)
        show(dialog, lambda: self.move(entry, photos, self._identity(dialog.name)))

    def move(self, entry: RosterEntry, photos: Sequence[Path], target: Identity) -> None:
        """Give photos to somebody else."""
        if target.name == entry.name:
            return
        text = self.tr("%n photos moved from %1 to %2", "", len(photos))
        if len(photos) == 1:
            text = self.tr("A photo moved from %1 to %2")
        text = filled(text, short(entry.name), short(target.name))
        work = lambda: self._service.move_photos(entry.identity, target, photos)  # noqa: E731
        self._do(work, text, entry.identity)

    def split(self, identity: Identity, groups: Sequence[tuple[str, Sequence[Path]]]) -> None:
        """Give groups of a person's photos to other people, each by name."""
        parts = [(self._identity(name), photos) for name, photos in groups]
        text = filled(self.tr("%1 was split into %n people", "", len(parts) + 1), short(identity.name))
        self._do(lambda: self._service.split(identity, parts), text, identity)

    def confirm(self, identity: Identity, photos: Sequence[Path]) -> None:
        """It is right: these photos do show the person, and are not doubted again."""
        text = self.tr("%n photos do show %1", "", len(photos))
        if len(photos) == 1:
            text = self.tr("The photo does show %1")
        text = filled(text, short(identity.name))
        self._do(lambda: self._service.confirm(identity, photos), text, identity)

    def say_two(self, one: Identity, other: Identity) -> None:
        """They only look alike: it is not asked again."""
        text = filled(self.tr("%1 and %2 are two people"), short(one.name), short(other.name))
        self._do(lambda: self._service.say_two(one, other), text, one)

    def accept_faces(self, entry: RosterEntry, pictures: Sequence[Path]) -> None:
        """Faces may be taken for their person again."""
        text = self.tr("A face may be taken for %1 again")
        if len(pictures) > 1:
            text = self.tr("%n faces may be taken for %1 again", "", len(pictures))
        text = filled(text, short(entry.name))
        self._do(lambda: self._service.accept_faces(entry.identity, pictures), text, entry.identity)

    def set_portrait(self, entry: RosterEntry, photo: Path) -> None:
        """Have a photo stand for its person."""
        text = filled(self.tr("%1 has another portrait"), short(entry.name))
        self._do(lambda: self._service.choose_portrait(entry.identity, photo), text, entry.identity)

    def record_enrollment(self, outcomes: Sequence[EnrollOutcome]) -> None:
        """What enrolling put there can be taken back like everything else: many people are one step.

        The page with the outcome says so itself.
        """
        done = [one for one in outcomes if one.addition is not None and one.identity is not None]
        additions = [one.addition for one in done if one.addition is not None]
        if not additions:
            return
        identity = done[0].identity or Identity("", "")
        text = self.tr("%n people were enrolled", "", len(done))
        if len(done) == 1:
            text = self.tr("%1 got new photos")
            if additions[0].is_new:
                text = self.tr("%1 was enrolled")
            text = filled(text, short(identity.name))

        def undo() -> Identity:
            self._service.take_enrollments_back(additions)
            return identity

        self._enrollment = _Step(text, undo)
        self._steps.append(self._enrollment)
        self._tell()

    def _identity(self, name: str) -> Identity:
        known = {one.name: one.identity for one in self._everybody()}
        return known.get(name, Identity("", name))

    def undo(self) -> None:
        """Take the last step back."""
        if self._steps:
            self._take_back(self._steps[-1])

    def undo_enrollment(self) -> None:
        """Take back the last enrollment, whatever was done since."""
        if self._enrollment is not None:
            self._take_back(self._enrollment)

    # ------------------------------------------------------------------ inside

    def _note_consent(self, identity: Identity, text: str) -> None:
        self._context.run(
            lambda on_event, cancel: self._service.record_consent(identity, text),
            done=lambda _: self.changed.emit(identity),
            owner=self,
        )

    def _rename(self, identity: Identity, name: str) -> None:
        if name == identity.name:
            return
        text = filled(self.tr("%1 is called %2 now"), short(identity.name), short(name))
        self._do(lambda: self._service.rename(identity, name), text, Identity(identity.id, name))

    def _do(self, work: Callable[[], Undo], text: str, afterwards: Identity | None, hint: str = "") -> None:
        def done(undo: Undo) -> None:
            self._record(_Step(text, undo), hint)
            self.changed.emit(afterwards)

        self._context.run(lambda on_event, cancel: work(), done=done, owner=self)

    def _record(self, step: _Step, hint: str) -> None:
        self._steps.append(step)
        self._tell()
        action = (self.tr("&Undo"), lambda: self._take_back(step))
        self._context.show_notice(f"{step.text}.", hint, action, key=_key_of(step))

    def _take_back(self, step: _Step) -> None:
        if step not in self._steps:
            return
        self._steps.remove(step)
        self._context.withdraw(_key_of(step))  # It may be undone by key: nothing offers it once more.
        self._tell()

        def done(identity: Identity) -> None:
            self._context.show_notice(filled(self.tr("Taken back: %1."), step.text))
            self.changed.emit(identity)

        def failed(error: FacecamError) -> None:
            self._steps.append(step)  # Whatever was in the way may be gone at the next attempt.
            self._tell()
            self._context.show_error(error)

        self._context.run(lambda on_event, cancel: step.undo(), done=done, failed=failed, owner=self)

    def _forget(self) -> None:
        """What is erased is not taken back, nor named by a button."""
        self._steps, self._enrollment = [], None
        self._tell()

    def _tell(self) -> None:
        self.undo_changed.emit(self._steps[-1].text if self._steps else "")


def _key_of(step: _Step) -> str:
    return f"step {id(step)}"
