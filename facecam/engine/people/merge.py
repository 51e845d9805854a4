"""Merge of two people into one, in a way that can be taken back."""

from __future__ import annotations

from collections.abc import Callable
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
from facecam.gallery.gallery import Gallery, Who
from facecam.gallery.storage.store import GalleryStore


@dataclass(frozen=True, slots=True, eq=False)
class Merging:
    """Everything of one person goes to another; the photos stay in their folder, which changes hands.

    Attributes:
        settings: models and folders.
        journal: carries it out.
        library: the photos.
        trash: where pictures wait that say that the one is not the other.
        on_event: gets notices.
        gone: who is part of `kept` afterwards; the id is empty for photos of somebody never enrolled.
        kept: likewise.
        remembered: `gone` as the database held them; None for photos only.
        before: `kept` likewise.
    """

    settings: Settings
    journal: PeopleJournal
    library: PhotoLibrary
    trash: Trash
    on_event: EventSink
    gone: Identity
    kept: Identity
    remembered: PersonSnapshot | None
    before: PersonSnapshot | None

    def carry_out(self, afterwards: Callable[[], object] = nothing) -> PeopleChange:
        """Do it, all or nothing, and then what comes afterwards; returns what was done.

        Raises:
            GalleryError: one of them is not there; the database is locked.
            DataError: something cannot be written.
        """
        pictures = [] if self.remembered is None else self._contradicted(self.journal.store)
        change = PeopleChange(
            "merge",
            self.gone,
            Done(gone=self.gone.id) if self.gone.id else Done(noted=False),
            self.kept,
            claims=tuple(
                (folder, self.library.claim_of(folder), self.kept.name)
                for folder in self.library.folders_of(self.gone.name)
            ),
            taken=self.trash.next_bin() if pictures else None,
            visits="hand over" if self.gone.id and self.kept.id else "",
        )

        def commit() -> None:
            if self.remembered is None:
                self.journal.note_that_it_counts(change)
            else:
                self.journal.store.update(self._joined)

        self.journal.carry_out(
            change,
            commit,
            prepare=lambda: self.trash.put(pictures, change.taken) if pictures else None,
            uncommit=None if self.remembered is None else self._part,
            afterwards=afterwards,
        )
        return change

    def take_back(self, done: PeopleChange) -> Identity:
        """Two people again; what came since stays with `kept`. Can be repeated if it was cut off.

        Raises:
            GalleryError: the database is locked.
            DataError: something cannot be written.
        """
        change = PeopleChange(
            "part",
            self.gone,
            Done(there=self.gone.id) if self.gone.id else Done(noted=True),
            claims=tuple(
                (folder, self.library.claim_of(folder), self.gone.name)
                for folder, _, _ in done.claims
                if folder.is_dir()
            ),
            put_back=done.taken,
            visits="give back" if done.visits else "",
        )
        self.journal.carry_out(change, self._part if self.remembered is not None else nothing)
        return self.gone

    @property
    def _one(self) -> Who:
        """The person both are meanwhile."""
        return self.kept if self.kept.id else self.kept.name

    def _joined(self, gallery: Gallery | None) -> Gallery:
        current, gone = some(gallery), self.remembered
        assert gone is not None
        if self.before is not None:
            return current.merge(self.gone, self.kept)
        # Somebody with photos only: vectors and rejections go on under that name.
        joined = current.remove(self.gone).add(self.kept.name, gone.own)
        return joined.reject(self.kept.name, gone.rejected) if len(gone.rejected) else joined

    def _contradicted(self, store: GalleryStore) -> list[Path]:
        """Pictures saying that one is not the other, which a rebuild would bring back."""
        names = (self.gone.name, self.kept.name)
        merged = self._joined(store.load())
        return pictures_taken_back(self.settings, self.library, merged, self._one, names, self.on_event)

    def _part(self) -> None:
        self.journal.store.update(self._parted)

    def _parted(self, gallery: Gallery | None) -> Gallery:
        assert self.remembered is not None
        current = some(gallery)
        if has(current, self.gone):  # a second attempt
            return current
        return self.remembered.restored(parted(current, self._one, self.remembered, self.before))
