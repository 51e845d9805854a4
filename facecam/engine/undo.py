"""Changes to people that can be taken back as long as the window is open."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from facecam.core.config import Settings
from facecam.core.errors import DataError, GalleryError
from facecam.core.events import EventSink, Notice, ignore
from facecam.core.types import Embeddings, FloatArray, Identity
from facecam.engine import parts
from facecam.engine.deletion_plan import DeletionPlan, plan_deletion
from facecam.engine.library_photos import forget_photos_seen
from facecam.engine.merging import Merging
from facecam.engine.photos import PhotoLibrary
from facecam.engine.rejections_elsewhere import Elsewhere, find_elsewhere
from facecam.engine.remembered import Remembered, some
from facecam.engine.run_people import forget_in_runs
from facecam.engine.sighting_file import SightingFile
from facecam.engine.trained_on import photo_digests
from facecam.engine.trash import Bin, Trash, sweep
from facecam.gallery.names import fresh_name

Undo = Callable[[], Identity]


class PeopleEditor:
    """Renames, merges and deletes; each step returns what takes it back.

    Vectors needed for taking back stay in memory, photos in a bin beside
    `data/`'s people. `close` forgets both for good.

    Args:
        settings: where the database and the photos are.
        on_event: gets notices.
    """

    def __init__(self, settings: Settings, on_event: EventSink = ignore) -> None:
        self._settings, self._on_event = settings, on_event
        self._store = parts.open_store(settings, on_event)
        self._library = PhotoLibrary(settings.data, on_event)
        self._data = settings.data
        self._trash = Trash(settings.data)

    def recover(self) -> None:
        """Finish what a crashed session left: its removed photos are deleted.

        Raises:
            DataError: something cannot be deleted.
        """
        sweep(self._data, self._forget_for_good)

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
        remembered, elsewhere = self._remembered(identity), self._elsewhere(identity)
        digests = photo_digests(self._library, identity.name)
        note = {"name": identity.name, "digests": sorted(digests)}
        forget_photos_seen(self._settings, self._library.photos_of(identity.name), digests)
        with self._binned(self._library.folders_of(identity.name), note) as taken, elsewhere.removed():
            # First, since it cannot be done later: a person who is gone cannot be deleted again.
            SightingFile(self._settings.database).forget(identity)
            if remembered is not None:
                self._store.update(
                    lambda gallery: elsewhere.without(some(gallery).remove(identity)), forget=True
                )
        places: list[Path] = []
        return lambda: self._undelete(identity, remembered, elsewhere, taken, places)

    def remove_photo(self, identity: Identity, photo: Path, vectors: FloatArray) -> Undo:
        """Take one photo out of `data/` and these vectors, float32 (n, D), from the person.

        Raises:
            GalleryError: there is no such person; the database is locked.
            DataError: it cannot be moved; all is as it was.
        """
        forget_photos_seen(self._settings, [photo])
        with self._binned([photo]) as taken:
            if len(vectors):
                self._store.update(
                    lambda gallery: some(gallery).without_vectors(identity, vectors), forget=True
                )
        model_id = some(self._store.load()).model_id if len(vectors) else ""
        return lambda: self._give_photo_back(identity, taken, vectors, model_id)

    def rename(self, identity: Identity, name: str) -> Undo:
        """Give a person another name.

        Raises:
            GalleryError: the name is somebody else's or cannot be one.
        """
        old, new = identity.name, fresh_name(name)
        if new != old and self._library.folders_of(new):
            raise GalleryError(
                f"there are photos of somebody called '{new}' already",
                hint="If both are one person, merge them.",
            )
        if identity.id:
            self._store.update(lambda gallery: some(gallery).rename(identity, new))
        self._library.rename_person(old, new)
        return lambda: self._rename_back(Identity(identity.id, new), old)

    def merge(self, gone: Identity, kept: Identity) -> Undo:
        """Give everything of `gone` to `kept`. The photos stay in their folder, which changes hands.

        Raises:
            GalleryError: one of them is not there, or both are the same.
            DataError: something cannot be written.
        """
        if gone.name == kept.name:
            raise GalleryError(
                f"'{gone.name}' cannot be merged with themselves", hint="Choose somebody else."
            )
        merging = Merging(
            self._settings,
            self._store,
            self._library,
            self._on_event,
            gone,
            kept,
            self._remembered(gone),
            self._remembered(kept),
            tuple(self._library.folders_of(gone.name)),
        )
        merging.carry_out()
        return merging.take_back

    def close(self) -> None:
        """Delete for good what was removed; nothing can be taken back any more.

        Raises:
            DataError: something cannot be deleted.
        """
        self._trash.close(self._forget_for_good)

    # ------------------------------------------------------------------ inside

    def _remembered(self, identity: Identity) -> Remembered | None:
        if not identity.id:
            return None
        return Remembered.of(some(self._store.load()), identity)

    def _elsewhere(self, identity: Identity) -> Elsewhere:
        gallery = self._store.load() if identity.id else None
        if gallery is None:
            return Elsewhere()
        return find_elsewhere(self._settings, self._library, gallery, identity, self._on_event)

    def _forget_for_good(self, note: Mapping[str, Any]) -> None:
        """What a removal noted for the time when it cannot be taken back any more."""
        name, digests = str(note.get("name", "")), note.get("digests")
        known = set(map(str, digests)) if isinstance(digests, list) else set()
        with contextlib.suppress(GalleryError):  # Somebody wrote a name into the note that nobody can have.
            if self._library.folders_of(name):
                name = ""  # Somebody else has it since: only the photos that were removed are forgotten.
        forget_in_runs(self._settings, name, known)

    @contextlib.contextmanager
    def _binned(self, paths: list[Path], note: Mapping[str, Any] | None = None) -> Iterator[Bin | None]:
        """Paths out of sight while the block runs; back if it fails, to stay there if not."""
        taken = self._trash.put(paths) if paths or note else None
        try:
            yield taken
        except BaseException:
            if taken is not None:
                self._trash.put_back(taken)
            raise
        if taken is not None:
            self._trash.settle(taken, note)

    def _undelete(
        self,
        identity: Identity,
        remembered: Remembered | None,
        elsewhere: Elsewhere,
        taken: Bin | None,
        places: list[Path],
    ) -> Identity:
        """Photos first: only they cannot be made again. `places` remembers them for another attempt."""
        name = identity.name
        if taken is not None:
            places.extend(self._trash.put_back(taken))
        if remembered is not None:
            gallery = self._store.update(lambda current: elsewhere.restored(remembered.restored(current)))
            name = gallery.find(identity).identity.name
        elsewhere.restore_pictures()
        for folder in places:
            if self._library.owner_of(folder) != name:
                self._library.claim(folder, name)
        return Identity(identity.id, name)

    def _give_photo_back(
        self, identity: Identity, taken: Bin | None, vectors: FloatArray, model_id: str
    ) -> Identity:
        if taken is not None:
            self._trash.put_back(taken)
        if len(vectors):
            with _told(self._on_event):
                self._store.update(lambda gallery: some(gallery).add(identity, Embeddings(vectors, model_id)))
        return identity

    def _rename_back(self, identity: Identity, old: str) -> Identity:
        self.rename(identity, old)
        return Identity(identity.id, old)


@contextlib.contextmanager
def _told(on_event: EventSink) -> Iterator[None]:
    """A photo that is back matters more than a vector that a rebuild makes again."""
    try:
        yield
    except (GalleryError, DataError) as error:
        on_event(Notice(error.message, error.hint))
