"""Enrollment removal: taking back what enrolling put there, of one person or of many in one change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facecam.core.config import Settings
from facecam.core.errors import DataError, GalleryError
from facecam.core.paths import printable, sha256_file
from facecam.engine.enrollment.addition import Addition
from facecam.engine.faces.library_scan import forget_photos_seen
from facecam.engine.photos.chosen_faces import folder_in
from facecam.engine.photos.library import PhotoLibrary
from facecam.engine.transactions.change import Done, PeopleChange
from facecam.engine.transactions.journal import PeopleJournal
from facecam.engine.transactions.person_snapshot import has, some
from facecam.engine.transactions.trash import Trash
from facecam.engine.transactions.trash_notes import Note
from facecam.gallery.gallery import Gallery


@dataclass(frozen=True, slots=True, eq=False)
class EnrollmentRemoval:
    """Takes enrollments back.

    Attributes:
        settings: folders.
        journal: carries it out.
        library: the photos.
        trash: where the copies of the photos wait until the window closes.
    """

    settings: Settings
    journal: PeopleJournal
    library: PhotoLibrary
    trash: Trash

    def carry_out(self, additions: Sequence[Addition]) -> None:
        """All of them or none.

        Raises:
            GalleryError: somebody is not there any more, or the database is locked.
            DataError: something cannot be moved or written; all is as it was.
        """
        if not additions:
            return
        with self.journal.alone():
            self._require_there(additions)
            photos = [photo for one in additions for photo in one.photos if photo.is_file()]
            change = PeopleChange(
                "take enrollment back",
                additions[0].identity,
                self._done(additions),
                folders=tuple(sorted(_folders(self.settings.data, self.library, additions))),
                taken=self.trash.next_bin() if photos else None,
                note=photos_note(self.settings.data, photos),
            )

            def prepare() -> None:
                forget_photos_seen(self.settings, photos)
                if photos:
                    self.trash.put(photos, change.taken)

            def commit() -> None:
                self.journal.store.update(lambda gallery: _without(some(gallery), additions), forget=True)
                if change.done.is_told_by_note:
                    self.journal.note_that_it_counts(change)

            self.journal.carry_out(change, commit, prepare=prepare)

    def _require_there(self, additions: Iterable[Addition]) -> None:
        gallery = some(self.journal.store.load())
        for one in additions:
            if not has(gallery, one.identity):
                raise GalleryError(
                    f"{printable(one.identity.name)} is not there any more",
                    hint="Take back what was done to them since, then repeat.",
                )

    def _done(self, additions: Iterable[Addition]) -> Done:
        """By what the database tells: it changes in one step, so one person speaks for all."""
        for one in additions:
            if len(one.gained):
                return Done(lacks=("vectors", one.identity.id, one.gained.vectors))
        return Done()


def photos_note(data: Path, photos: Iterable[Path]) -> Note | None:
    """What has to be forgotten when photos are gone for good: which of the faces in each was the person's."""
    digests: dict[Path, list[str]] = {}
    for photo in photos:
        folder = folder_in(data, photo)
        try:
            if folder is not None:
                digests.setdefault(folder, []).append(sha256_file(photo))
        except DataError:
            continue  # Nothing is known of a photo that cannot be read.
    notes: list[dict[str, Any]] = [
        {"folder": str(folder), "digests": those} for folder, those in digests.items()
    ]
    if len(notes) < 2:
        return notes[0] if notes else None
    return {"each": notes}


def _without(gallery: Gallery, additions: Sequence[Addition]) -> Gallery:
    for one in reversed(additions):
        if not has(gallery, one.identity):
            continue
        if gallery.model_id == one.gained.model_id:
            gallery = gallery.without_vectors(one.identity, one.gained.vectors)
            if one.arrangement is not None:
                gallery = gallery.add(one.identity, gallery.unknown_of(one.identity, one.lost))
                gallery = one.arrangement.applied(gallery)
        if one.is_new and not len(gallery.vectors_of(one.identity)):
            gallery = gallery.remove(one.identity)
    return gallery


def _folders(data: Path, library: PhotoLibrary, additions: Iterable[Addition]) -> set[tuple[Path, str]]:
    """Folders that go where nothing is left in them: of those whom nobody knew before."""
    folders = set()
    for one in additions:
        if one.is_new:
            found = (folder_in(data, photo) for photo in one.photos)
            folders |= {(folder, library.owner_of(folder)) for folder in found if folder is not None}
    return folders
