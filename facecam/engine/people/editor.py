"""Changes to people: one implementation for the window, which can take them back, and for the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from facecam.core.config import Settings
from facecam.core.errors import GalleryError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.paths import printable
from facecam.core.types import Embeddings, FloatArray, Identity
from facecam.engine import components
from facecam.engine.enrollment.addition import Addition
from facecam.engine.faces.library_scan import forget_photos_seen
from facecam.engine.people.deletion_plan import DeletionPlan, plan_deletion
from facecam.engine.people.enrollment_removal import EnrollmentRemoval, photos_note
from facecam.engine.people.merge import Merging
from facecam.engine.people.moving import PhotoMover
from facecam.engine.people.rejections_elsewhere import Elsewhere, find_elsewhere
from facecam.engine.photos.library import PhotoLibrary, free_path
from facecam.engine.runs.trained_on import photo_digests
from facecam.engine.transactions.change import Done, PeopleChange
from facecam.engine.transactions.forgetting import forget_for_good
from facecam.engine.transactions.journal import Finished, PeopleJournal, nothing
from facecam.engine.transactions.person_snapshot import PersonSnapshot, has, some
from facecam.engine.transactions.restoration import Restoration, unheld
from facecam.engine.transactions.trash import Trash, origins
from facecam.engine.transactions.trash_notes import Note
from facecam.engine.visits.table import open_visits
from facecam.gallery.gallery import Gallery
from facecam.gallery.names import fresh_name

Undo = Callable[[], Identity]


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a deletion has taken away: photos, and folders that were only links to where the photos are."""

    photos: int = 0
    links: tuple[tuple[Path, Path], ...] = ()


class PeopleEditor:
    """Renames, merges and deletes, each whole or not at all; each step returns what takes it back.

    What is needed for taking back waits in a bin beside `data/`'s people. `close` forgets it for good.

    Args:
        settings: where the database and the photos are.
        on_event: gets notices.
    """

    def __init__(self, settings: Settings, on_event: EventSink = ignore) -> None:
        self._settings, self._on_event = settings, on_event
        self._store = components.open_store(settings, on_event)
        self._library = PhotoLibrary(settings.data, on_event)
        self._journal = PeopleJournal(settings, on_event)
        self._trash = Trash(settings.data)
        self._visits = open_visits(settings)

    def recover(self) -> tuple[Finished, ...]:
        """Finish what a crashed session left, or take it back; what it had removed is deleted.

        Raises:
            GalleryError: another facecam is changing people.
            DataError: something cannot be written or deleted.
        """
        return self._journal.recover()

    def plan_deletion(self, identity: Identity) -> DeletionPlan:
        """What `delete` would take away.

        Raises:
            GalleryError: there is no such person.
        """
        return plan_deletion(self._settings, self._store.load(), self._library, identity)

    def delete(self, identity: Identity) -> Undo:
        """Take a person's photos out of `data/` and their vectors out of every generation.

        Looks at them that others were said not to be go too; `close` takes them out of the records of trainings.

        Raises:
            GalleryError: there is no such person; the database is locked.
            DataError: something cannot be moved or written; all is as it was.
        """
        return self.delete_all([identity])

    def delete_for_good(self, identity: Identity) -> Deleted:
        """`delete` that cannot be taken back: nothing is kept until the window closes.

        Raises:
            GalleryError: there is no such person; the database is locked.
            DataError: something cannot be moved or written: all is as it was, or the next start goes on.
        """
        folders = self._library.folders_of(identity.name)
        links = tuple((folder, folder.resolve()) for folder in folders if folder.is_symlink())
        linked = {folder for folder, _ in links}
        photos = self._library.photos_of(identity.name)
        own = [photo for photo in photos if not linked.intersection(photo.parents)]
        self._delete([identity], at_once=True)
        return Deleted(len(own), links)

    def delete_all(self, identities: Sequence[Identity]) -> Undo:
        """`delete` of many people, one or more: one change with one way back, all of them or nobody.

        Raises:
            GalleryError, DataError: as for `delete`; nobody is deleted.
        """
        return self._delete(identities, at_once=False)

    def merge_all(self, gone: Sequence[Identity], kept: Identity) -> Undo:
        """`merge` of many people into one, one or more: one change with one way back, all of them or nobody.

        Raises:
            GalleryError, DataError: as for `merge`; nobody is merged.
        """
        return self._merge(gone, kept, nothing)

    def move_photos(self, source: Identity, target: Identity, photos: Mapping[Path, FloatArray]) -> Undo:
        """Give photos to another person with the vectors made from each, see `PhotoMover.move`.

        Raises:
            GalleryError: both are one person; the database is locked.
            DataError: something cannot be read or written; all is as it was.
        """
        return self.split(source, [(target, photos)])

    def split(self, source: Identity, groups: Sequence[tuple[Identity, Mapping[Path, FloatArray]]]) -> Undo:
        """Give groups of a person's photos to other people, each once: one change with one way back.

        Raises:
            GalleryError, DataError: as for `move_photos`; nothing is moved.
        """
        mover = PhotoMover(self._settings, self._journal, self._library)
        moved = mover.move(source, groups)
        return lambda: mover.take_back(moved) if moved else source

    def take_enrollments_back(self, additions: Sequence[Addition]) -> None:
        """Everything is as it was before people were enrolled: one change, however many they are.

        What came since stays: a person who got more photos keeps these.

        Raises:
            GalleryError: somebody is not there any more, or the database is locked.
            DataError: something cannot be moved or written; all is as it was.
        """
        EnrollmentRemoval(self._settings, self._journal, self._library, self._trash).carry_out(additions)

    def remove_photos(self, identity: Identity, photos: Mapping[Path, FloatArray]) -> Undo:
        """Take photos out of `data/` and their vectors, float32 (n, D) each, from the person.

        Raises:
            GalleryError: there is no such person; the database is locked.
            DataError: one cannot be moved; all is as it was.
        """
        found = [one for one in photos.values() if len(one)]
        vectors = np.concatenate(found) if found else np.zeros((0, 0), np.float32)
        has_vectors = bool(len(vectors))
        rows = some(self._store.load()).those_of(identity, vectors) if has_vectors else None
        restoration = Restoration(
            vectors=() if rows is None else ((identity, rows),), arrangement=self._journal.arrangement()
        )
        change = PeopleChange(
            "remove photo",
            identity,
            Done(lacks=("vectors", identity.id, vectors)) if has_vectors else Done(),
            taken=self._trash.next_bin(),
            note=photos_note(self._settings.data, photos),
        )

        def commit() -> None:
            self._journal.save(
                change, lambda gallery: some(gallery).without_vectors(identity, vectors), forget=True
            )

        def prepare() -> None:
            forget_photos_seen(self._settings, photos)
            self._trash.put(list(photos), change.taken)

        self._journal.carry_out(change, commit, prepare=prepare)
        return lambda: self._give_photos_back(identity, list(photos), change.taken, restoration)

    def rename(self, identity: Identity, name: str) -> Undo:
        """Give a person another name.

        Raises:
            GalleryError: the name is somebody else's or cannot be one.
            DataError: something cannot be written; all is as it was.
        """
        with self._journal.alone():
            return self._rename(identity, fresh_name(name))

    def _rename(self, identity: Identity, new: str) -> Undo:
        old = identity.name
        if new != old and self._library.folders_of(new):
            raise GalleryError(
                f"there are photos of somebody called '{printable(new)}' already",
                hint="If both are one person, merge them.",
            )
        renamed = Identity(identity.id, new)
        change = PeopleChange(
            "rename",
            identity,
            Done(named=(identity.id, new)) if identity.id else Done(),
            renamed,
            claims=self._library.claims(old, new),
        )

        def rename(gallery: Gallery | None) -> Gallery:
            return some(gallery).rename(identity, new)

        if new != old or identity.id:
            if identity.id:
                rename(self._store.load())  # Says what is wrong before anything is begun.
            self._journal.carry_out(change, lambda: self._journal.save(change, rename))
        return lambda: self._rename_back(renamed, old)

    def merge(self, gone: Identity, kept: Identity, *, at_once: bool = False) -> Undo:
        """Give everything of `gone` to `kept`. The photos stay in their folder, which changes hands.

        Args:
            gone: who is part of `kept` afterwards.
            kept: who stays.
            at_once: what contradicts that they are one is not kept until the window closes.

        Raises:
            GalleryError: one of them is not there, or both are the same.
            DataError: something cannot be written; all is as it was.
        """
        return self._merge([gone], kept, self.close if at_once else nothing)

    def close(self) -> None:
        """Delete for good what was removed; nothing can be taken back any more.

        Raises:
            DataError: something cannot be deleted.
        """
        self._journal.in_room_made(lambda: self._trash.close(self._forget_for_good))

    # ------------------------------------------------------------------ inside

    def _merge(self, gone: Sequence[Identity], kept: Identity, afterwards: Callable[[], object]) -> Undo:
        for one in gone:
            if one.name == kept.name:
                raise GalleryError(
                    f"'{printable(one.name)}' cannot be merged with themselves", hint="Choose somebody else."
                )
        merging = Merging(
            self._settings,
            self._journal,
            self._library,
            self._trash,
            self._on_event,
            tuple(dict.fromkeys(gone)),
            kept,
        )
        with self._journal.alone():
            return merging.carry_out(afterwards)

    def _elsewhere(self, identity: Identity) -> Elsewhere:
        gallery = self._store.load() if identity.id else None
        if gallery is None:
            return Elsewhere()
        return find_elsewhere(self._settings, self._library, gallery, identity, self._on_event)

    def _forget_for_good(self, note: Note) -> None:
        forget_for_good(self._settings, note, self._on_event)

    def _delete(self, identities: Sequence[Identity], *, at_once: bool) -> Undo:
        with self._journal.alone():
            return self._delete_alone(tuple(dict.fromkeys(identities)), at_once=at_once)

    def _delete_alone(self, identities: tuple[Identity, ...], *, at_once: bool) -> Undo:
        enrolled = [one for one in identities if one.id]
        remembered = [PersonSnapshot.of(some(self._store.load()), one) for one in enrolled]
        elsewhere = [self._elsewhere(one) for one in enrolled]
        folders = {folder: one.name for one in identities for folder in self._library.folders_of(one.name)}
        photos = [photo for one in identities for photo in self._library.photos_of(one.name)]
        digests = {one: photo_digests(self._library, one.name) for one in identities}
        # What lies in a folder that goes goes with it.
        pictures = [
            path
            for path in dict.fromkeys(path for one in elsewhere for path in one.paths)
            if not set(path.parents).intersection(folders)
        ]
        # Visits are kept in memory only: of somebody deleted nothing stays in a log.
        visits = () if at_once else tuple(line for one in enrolled for line in self._visits.lines_of(one))
        restoration = replace(
            _restoration(remembered, elsewhere), visits=visits, arrangement=self._journal.arrangement()
        )
        notes = [{"id": one.id, "name": one.name, "digests": sorted(known)} for one, known in digests.items()]
        change = PeopleChange(
            "delete",
            identities[0],
            Done(gone=enrolled[0].id) if enrolled else Done(),
            taken=self._trash.next_bin(),
            note=notes[0] if len(notes) == 1 else {"each": notes},
            visits="forget" if enrolled else "",
            at_once=at_once,
            also=identities[1:],
        )
        bin_ = change.taken
        assert bin_ is not None

        def prepare() -> None:
            forget_photos_seen(self._settings, photos, set().union(*digests.values()))
            self._trash.put([*folders, *pictures], bin_)

        def without(gallery: Gallery | None) -> Gallery:
            current = some(gallery)
            for one in enrolled:
                current = current.remove(one)
            for other in elsewhere:
                current = other.without(current)
            return current

        def uncommit() -> None:
            if enrolled:
                self._store.update(lambda gallery: restoration.applied(gallery) or some(gallery))

        self._journal.carry_out(
            change,
            lambda: self._journal.save(change, without, forget=True),
            prepare=prepare,
            uncommit=uncommit,
            afterwards=self.close if at_once else nothing,
        )
        return lambda: self._undelete(identities, restoration, bin_, folders)

    def _undelete(
        self,
        identities: tuple[Identity, ...],
        restoration: Restoration,
        bin_: Path,
        owners: Mapping[Path, str],
    ) -> Identity:
        absolute = {folder.absolute(): name for folder, name in owners.items()}
        folders = tuple((free_path(place), absolute[place]) for place in origins(bin_) if place in absolute)
        change = PeopleChange(
            "undelete",
            identities[0],
            Done(noted=True),
            folders=folders,
            put_back=bin_,
            restoration=restoration,
            also=identities[1:],
        )
        self._journal.carry_out(change)
        first = identities[0]
        return some(self._store.load()).find(first).identity if first.id else first

    def _give_photos_back(
        self, identity: Identity, photos: Sequence[Path], bin_: Path | None, restoration: Restoration
    ) -> Identity:
        change = PeopleChange("undelete", identity, Done(noted=True), put_back=bin_, restoration=restoration)
        self._journal.carry_out(change)
        if not all(_holds(self._store.load(), identity, rows) for _, rows in restoration.vectors):
            # A photo that is back matters more than a vector that a rebuild makes again.
            self._on_event(
                Notice(
                    f"{_called(photos)} back, but {printable(identity.name)} is not known by "
                    f"{'it' if len(photos) == 1 else 'them'}",
                    "Rebuild the database: python main.py people rebuild",
                )
            )
        return identity

    def _rename_back(self, identity: Identity, old: str) -> Identity:
        self.rename(identity, old)
        return Identity(identity.id, old)


def _restoration(remembered: Sequence[PersonSnapshot], elsewhere: Sequence[Elsewhere]) -> Restoration:
    rejections = tuple((identity, gone.rejections) for one in elsewhere for identity, gone in one.rejections)
    return Restoration(remembered[0] if remembered else None, rejections, others=tuple(remembered[1:]))


def _holds(gallery: Gallery | None, identity: Identity, rows: Embeddings) -> bool:
    if gallery is None or not has(gallery, identity) or gallery.model_id != rows.model_id:
        return False
    return not unheld(rows.vectors, gallery.vectors_of(identity)).any()


def _called(photos: Sequence[Path]) -> str:
    return f"{printable(photos[0].name)} is" if len(photos) == 1 else f"{len(photos)} photos are"
