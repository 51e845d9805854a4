"""Merge of people into one, in one change that can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from facecam.core.config import Settings
from facecam.core.events import EventSink
from facecam.core.types import Identity
from facecam.engine.enrollment.rejection_removal import pictures_taken_back
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.transactions.change import Done, PeopleChange
from facecam.engine.transactions.journal import PeopleJournal, nothing
from facecam.engine.transactions.person_snapshot import PersonSnapshot, has, parted, some
from facecam.engine.transactions.trash import Trash
from facecam.gallery.arrangement import Arrangement
from facecam.gallery.gallery import Gallery, Who


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One of those who go, as the database held them, and who is kept as they were until then; None: photos only."""

    gone: PersonSnapshot
    before: PersonSnapshot | None


Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Merging:
    """Everything of others goes to one person; the photos stay in their folders, which change hands.

    Attributes:
        settings: models and folders.
        journal: carries it out.
        library: the photos.
        trash: where pictures wait that say that the one is not the other.
        on_event: gets notices.
        gone: who is part of `kept` afterwards, N ≥ 1; the id is empty for photos of somebody never enrolled.
        kept: likewise.
    """

    settings: Settings
    journal: PeopleJournal
    library: PhotoLibrary
    trash: Trash
    on_event: EventSink
    gone: tuple[Identity, ...]
    kept: Identity

    def carry_out(self, afterwards: Callable[[], object] = nothing) -> Callable[[], Identity]:
        """Do it, all or nothing, and then what comes afterwards; returns what takes it back.

        Raises:
            GalleryError: one of them is not there; the database is locked.
            DataError: something cannot be written.
        """
        steps, arrangement = self._steps(), self.journal.arrangement()
        enrolled = [one for one in self.gone if one.id]
        pictures = self._contradicted(steps) if steps else []
        change = PeopleChange(
            "merge",
            self.gone[0],
            Done(gone=enrolled[0].id) if enrolled else Done(noted=False),
            self.kept,
            claims=tuple(
                claim for one in self.gone for claim in self.library.claims(one.name, self.kept.name)
            ),
            taken=self.trash.next_bin() if pictures else None,
            visits="hand over" if enrolled and self.kept.id else "",
            also=self.gone[1:],
        )
        owners = {folder: one.name for one in self.gone for folder in self.library.folders_of(one.name)}

        self.journal.carry_out(
            change,
            lambda: self.journal.save(change, lambda gallery: self._joined(gallery, steps)),
            prepare=lambda: self.trash.put(pictures, change.taken) if pictures else None,
            uncommit=(lambda: self._part(steps, arrangement)) if steps else None,
            afterwards=afterwards,
        )
        return lambda: self._take_back(change, steps, arrangement, owners)

    def _take_back(
        self, done: PeopleChange, steps: Steps, arrangement: Arrangement | None, owners: Mapping[Path, str]
    ) -> Identity:
        """All of them again; what came since stays with `kept`. Can be repeated if it was cut off.

        Raises:
            GalleryError: the database is locked.
            DataError: something cannot be written.
        """
        first = next((one.id for one in self.gone if one.id), "")
        change = PeopleChange(
            "part",
            self.gone[0],
            Done(there=first) if first else Done(noted=True),
            claims=tuple(
                (folder, self.library.claim_of(folder), owners[folder])
                for folder, _, _ in done.claims
                if folder.is_dir()
            ),
            put_back=done.taken,
            visits="give back" if done.visits else "",
            also=self.gone[1:],
        )
        self.journal.carry_out(change, (lambda: self._part(steps, arrangement)) if steps else nothing)
        return self.gone[-1]

    @property
    def _one(self) -> Who:
        """The person all are meanwhile."""
        return self.kept if self.kept.id else self.kept.name

    def _steps(self) -> Steps:
        """Those of `gone` whom the database knows, one after the other."""
        if not any(one.id for one in (*self.gone, self.kept)):
            return ()
        gallery, steps = some(self.journal.store.load()), list[Step]()
        for one in self.gone:
            before = PersonSnapshot.of(gallery, self.kept) if self.kept.id else None
            if one.id:
                step = Step(PersonSnapshot.of(gallery, one), before)
                gallery = self._after(gallery, step)
                steps.append(step)
        return tuple(steps)

    def _after(self, gallery: Gallery, step: Step) -> Gallery:
        gone = step.gone
        if step.before is not None:
            return gallery.merge(gone.person.identity, self.kept)
        # Somebody with photos only: vectors and rejections go on under that name.
        joined = gallery.remove(gone.person.identity).add(self.kept.name, gone.own)
        return joined.reject(self.kept.name, gone.rejected) if len(gone.rejected) else joined

    def _joined(self, gallery: Gallery | None, steps: Steps) -> Gallery:
        current = some(gallery)
        for step in steps:
            current = self._after(current, step)
        return current

    def _contradicted(self, steps: Steps) -> list[Path]:
        """Pictures saying that one is not the other, which a rebuild would bring back."""
        names = (*(one.name for one in self.gone), self.kept.name)
        merged = self._joined(self.journal.store.load(), steps)
        return pictures_taken_back(self.settings, self.library, merged, self._one, names, self.on_event)

    def _part(self, steps: Steps, arrangement: Arrangement | None) -> None:
        self.journal.store.update(lambda gallery: self._parted(gallery, steps, arrangement))

    def _parted(self, gallery: Gallery | None, steps: Steps, arrangement: Arrangement | None) -> Gallery:
        current = some(gallery)
        for step in reversed(steps):
            if not has(current, step.gone.person.identity):  # Else it is a second attempt.
                current = step.gone.restored(parted(current, self._one, step.gone, step.before))
        return current if arrangement is None else arrangement.applied(current)
